//! Who can sign in to the demonstration city. The password is made at the first start and kept in the data folder.

use std::{fs, io::Write as _, os::unix::fs::OpenOptionsExt as _};

use gateway::accounts::{NewAccount, ensure as open};
use identity::Role;
use secrecy::SecretString;

use super::city::City;
use crate::{Suite, commands::say};

const STAFF: [(&str, Role, &str); 10] = [
    ("admin", Role::Admin, "系统管理员 administrator"),
    ("operator", Role::Operator, "话务员 operator"),
    ("dispatcher", Role::Dispatcher, "派单员 dispatcher"),
    ("reviewer", Role::Reviewer, "审核员 reviewer"),
    ("supervisor", Role::Supervisor, "督办员 supervisor"),
    ("leader", Role::Leader, "领导 leader"),
    ("keeper", Role::Keeper, "机要员 keeper of sealed cases"),
    ("inspector", Role::Inspector, "纪检监察 discipline inspector"),
    ("auditor", Role::Auditor, "审计员 auditor"),
    ("officer", Role::Officer, "承办人(市城市管理局)officer"),
];

/// The unit of the officer who can sign in.
const OFFICER_OF: &str = "ga-cgj";

pub(super) async fn ensure(suite: &Suite, city: &City) -> anyhow::Result<()> {
    let db = pg::Database::open(&pg::Settings {
        url: suite.settings.database_url("gateway").to_owned(),
        schema: "gateway".to_owned(),
        max_connections: 1,
    })?;
    let password = password(suite)?;
    let mut connection = db.pool.acquire().await?;
    for (login, role, label) in STAFF {
        let unit = (role == Role::Officer).then(|| OFFICER_OF.parse()).transpose()?;
        let account = NewAccount {
            login: login.to_owned(),
            password: SecretString::from(password.clone()),
            roles: vec![role],
            unit,
            region: Some(city.region.parse()?),
            label: label.to_owned(),
        };
        open(&mut connection, &account).await?;
    }
    Ok(())
}

fn password(suite: &Suite) -> anyhow::Result<String> {
    let path = suite.settings.process.data.join("demo.password");
    if !path.exists() {
        let made = uuid::Uuid::new_v4().simple().to_string()[..12].to_owned();
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(made.as_bytes())?;
    }
    Ok(fs::read_to_string(path)?.trim().to_owned())
}

pub(super) fn tell(suite: &Suite) -> anyhow::Result<()> {
    say(format_args!(
        "\n登录 sign in: POST {}/api/gateway/sessions  {{\"login\", \"password\"}}",
        suite.base
    ));
    say(format_args!("口令 password of all: {}", password(suite)?));
    for (login, _, label) in STAFF {
        say(format_args!("  {login:<12}{label}"));
    }
    say(format_args!("\n首页 start page     {}/", suite.base));
    say(format_args!("接口 API            {}/api/openapi.json", suite.base));
    Ok(())
}
