//! Units: who there is, who answers for each, and who continues whose work.

use std::collections::HashMap;

use contracts::unit::UnitDescribed;
use ids::{AccountId, RegionCode, UnitCode};
use jiff::{Timestamp, civil::Date};
use pg::{SqlDate, ToSqlx as _};
use routing_rules::tree::{Level, Node};
use runtime::Draft;
use sqlx::{PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{bad, directory};

/// A person who answers for something: an account with the function it is held for, never a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// The account.
    pub account: AccountId,
    /// What the person is there (分管副局长, 办公室承办人).
    pub function: String,
}

/// An office that handles cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The tenant's own code.
    pub code: UnitCode,
    /// What people call it.
    pub name: String,
    /// Where it is competent.
    pub region: RegionCode,
    /// The unit above.
    pub parent: Option<UnitCode>,
    /// `department`, `government`, `township`, … as the tenant sorts them.
    pub kind: String,
    /// On duty round the clock (水电气热).
    pub duty24h: bool,
    /// Gets new cases.
    pub active: bool,
    /// Function labels of those who handle there; never names.
    pub functions: Vec<String>,
    /// 条线.
    pub line: Option<String>,
    /// The level at which it works, where that is not the level of its region.
    pub level: Option<Level>,
    /// 网络成员单位.
    pub network: bool,
    /// 分管领导.
    pub leader: Option<Post>,
    /// 承办人员.
    pub handler: Option<Post>,
    /// Who continues its powers, once it is merged or abolished.
    pub successor: Option<UnitCode>,
    /// Since when it is no more.
    pub ended_on: Option<Date>,
    /// By what decision.
    pub ended_basis: Option<String>,
}

impl Unit {
    /// A unit at work, without anything that is not known of it.
    #[must_use]
    pub fn plain(code: UnitCode, name: String, region: RegionCode, kind: &str) -> Self {
        Self {
            code,
            name,
            region,
            parent: None,
            kind: kind.to_owned(),
            duty24h: false,
            active: true,
            functions: Vec::new(),
            line: None,
            level: None,
            network: false,
            leader: None,
            handler: None,
            successor: None,
            ended_on: None,
            ended_basis: None,
        }
    }

    /// A unit that only an old file names: the code is its name, and it gets no new cases by itself.
    #[must_use]
    pub fn of_an_old_file(code: UnitCode, region: RegionCode) -> Self {
        let name = code.to_string();
        Self { active: false, ..Self::plain(code, name, region, "legacy") }
    }

    /// The level at which it works.
    #[must_use]
    pub fn works_at(&self) -> Level {
        self.level.unwrap_or_else(|| Level::of_region(&self.region))
    }

    /// What the rules need to know of it.
    pub(crate) fn node(&self) -> Node {
        Node {
            parent: self.parent.clone(),
            region: self.region.clone(),
            kind: self.kind.clone(),
            level: self.works_at(),
            active: self.active,
            duty24h: self.duty24h,
            leader: self.leader.is_some(),
            handler: self.handler.is_some(),
            successor: self.successor.clone(),
        }
    }
}

/// Writes units, new or changed; answers how many rows changed. Every process sees them with its next batch.
///
/// # Errors
/// The database refused.
pub async fn upsert(connection: &mut PgConnection, units: &[Unit]) -> Result<u64, sqlx::Error> {
    let changed = write(
        connection,
        units,
        "INSERT INTO unit (code, name, region, parent, kind, duty24h, active, functions, line, level, network, leader,
            leader_function, handler, handler_function, successor, ended_on, ended_basis)
         SELECT code, name, region, parent, kind, duty24h, active, string_to_array(functions, E'\\n'), line, level,
            network, leader, leader_function, handler, handler_function, successor, ended_on, ended_basis
         FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bool[], $7::bool[], $8::text[],
                     $9::text[], $10::text[], $11::bool[], $12::uuid[], $13::text[], $14::uuid[], $15::text[],
                     $16::text[], $17::date[], $18::text[])
              AS new (code, name, region, parent, kind, duty24h, active, functions, line, level, network, leader,
                      leader_function, handler, handler_function, successor, ended_on, ended_basis)
         ON CONFLICT (code) DO UPDATE SET name = excluded.name, region = excluded.region, parent = excluded.parent,
            kind = excluded.kind, duty24h = excluded.duty24h, active = excluded.active, functions = excluded.functions,
            line = excluded.line, level = excluded.level, network = excluded.network, leader = excluded.leader,
            leader_function = excluded.leader_function, handler = excluded.handler,
            handler_function = excluded.handler_function, successor = excluded.successor,
            ended_on = excluded.ended_on, ended_basis = excluded.ended_basis
         WHERE (unit.name, unit.region, unit.parent, unit.kind, unit.duty24h, unit.active, unit.functions, unit.line,
                unit.level, unit.network, unit.leader, unit.leader_function, unit.handler, unit.handler_function,
                unit.successor, unit.ended_on, unit.ended_basis)
            IS DISTINCT FROM (excluded.name, excluded.region, excluded.parent, excluded.kind, excluded.duty24h,
                excluded.active, excluded.functions, excluded.line, excluded.level, excluded.network, excluded.leader,
                excluded.leader_function, excluded.handler, excluded.handler_function, excluded.successor,
                excluded.ended_on, excluded.ended_basis)",
    )
    .await?;
    if changed > 0 {
        directory::touch(connection).await?;
    }
    Ok(changed)
}

/// Writes units that are not there yet and leaves the others as they are.
pub(crate) async fn add_missing(connection: &mut PgConnection, units: &[Unit]) -> Result<u64, sqlx::Error> {
    let added = write(
        connection,
        units,
        "INSERT INTO unit (code, name, region, parent, kind, duty24h, active, functions, line, level, network, leader,
            leader_function, handler, handler_function, successor, ended_on, ended_basis)
         SELECT code, name, region, parent, kind, duty24h, active, string_to_array(functions, E'\\n'), line, level,
            network, leader, leader_function, handler, handler_function, successor, ended_on, ended_basis
         FROM UNNEST($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bool[], $7::bool[], $8::text[],
                     $9::text[], $10::text[], $11::bool[], $12::uuid[], $13::text[], $14::uuid[], $15::text[],
                     $16::text[], $17::date[], $18::text[])
              AS new (code, name, region, parent, kind, duty24h, active, functions, line, level, network, leader,
                      leader_function, handler, handler_function, successor, ended_on, ended_basis)
         ON CONFLICT (code) DO NOTHING",
    )
    .await?;
    if added > 0 {
        directory::touch(connection).await?;
    }
    Ok(added)
}

async fn write(
    connection: &mut PgConnection,
    units: &[Unit],
    statement: &'static str,
) -> Result<u64, sqlx::Error> {
    // The same order everywhere, so that two writers wait for one another and never in a circle.
    let mut sorted: Vec<&Unit> = units.iter().collect();
    sorted.sort_by(|a, b| a.code.cmp(&b.code));
    let units = sorted.iter();
    let account = |post: &Option<Post>| post.as_ref().map(|post| post.account.0);
    let done = sqlx::query(statement)
        .bind(units.clone().map(|unit| unit.code.as_str()).collect::<Vec<_>>())
        .bind(units.clone().map(|unit| unit.name.as_str()).collect::<Vec<_>>())
        .bind(units.clone().map(|unit| unit.region.as_str()).collect::<Vec<_>>())
        .bind(units.clone().map(|unit| unit.parent.as_ref().map(UnitCode::as_str)).collect::<Vec<_>>())
        .bind(units.clone().map(|unit| unit.kind.as_str()).collect::<Vec<_>>())
        .bind(units.clone().map(|unit| unit.duty24h).collect::<Vec<_>>())
        .bind(units.clone().map(|unit| unit.active).collect::<Vec<_>>())
        .bind(units.clone().map(|unit| unit.functions.join("\n")).collect::<Vec<_>>())
        .bind(units.clone().map(|unit| unit.line.as_deref()).collect::<Vec<_>>())
        .bind(units.clone().map(|unit| unit.level.map(Level::as_str)).collect::<Vec<_>>())
        .bind(units.clone().map(|unit| unit.network).collect::<Vec<_>>())
        .bind(units.clone().map(|unit| account(&unit.leader)).collect::<Vec<_>>())
        .bind(
            units
                .clone()
                .map(|unit| unit.leader.as_ref().map(|post| post.function.as_str()))
                .collect::<Vec<_>>(),
        )
        .bind(units.clone().map(|unit| account(&unit.handler)).collect::<Vec<_>>())
        .bind(
            units
                .clone()
                .map(|unit| unit.handler.as_ref().map(|post| post.function.as_str()))
                .collect::<Vec<_>>(),
        )
        .bind(units.clone().map(|unit| unit.successor.as_ref().map(UnitCode::as_str)).collect::<Vec<_>>())
        .bind(units.clone().map(|unit| unit.ended_on.map(|day| day.to_sqlx())).collect::<Vec<_>>())
        .bind(units.map(|unit| unit.ended_basis.as_deref()).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

/// Reads all units, by code.
pub(crate) async fn all(connection: &mut PgConnection) -> Result<Vec<Unit>, sqlx::Error> {
    let rows = sqlx::query("SELECT * FROM unit ORDER BY code").fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// Reads which unit stands above which.
pub(crate) async fn parents(
    connection: &mut PgConnection,
) -> Result<HashMap<UnitCode, UnitCode>, sqlx::Error> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT code, parent FROM unit WHERE parent IS NOT NULL")
            .fetch_all(connection)
            .await?;
    let read = |code: &str| code.parse::<UnitCode>().map_err(|_| bad("unit.code"));
    rows.iter().map(|(code, parent)| Ok((read(code)?, read(parent)?))).collect()
}

/// Tells the others what they do not know yet of units: names, kinds and levels; answers how many.
pub(crate) async fn describe(connection: &mut PgConnection, at: Timestamp) -> Result<usize, sqlx::Error> {
    let rows = sqlx::query(
        "UPDATE unit SET described = concat_ws(E'\\x1f', name, kind, coalesce(level, ''), region)
         WHERE described IS DISTINCT FROM concat_ws(E'\\x1f', name, kind, coalesce(level, ''), region)
         RETURNING code, name, region, kind, level",
    )
    .fetch_all(&mut *connection)
    .await?;
    let drafts = rows.iter().map(|row| {
        let code: UnitCode = row.try_get::<String, _>("code")?.parse().map_err(|_| bad("unit.code"))?;
        let region: RegionCode =
            row.try_get::<String, _>("region")?.parse().map_err(|_| bad("unit.region"))?;
        // Of a unit without a level of its own it is that of its region.
        let own: Option<String> = row.try_get("level")?;
        let level = own.unwrap_or_else(|| Level::of_region(&region).as_str().to_owned());
        let sort = Some(row.try_get("kind")?);
        Ok(Draft {
            aggregate: aggregate(&code),
            region,
            time: at,
            actor: "system".to_owned(),
            causation: None,
            historic: false,
            trace: None,
            body: UnitDescribed { code, zh: row.try_get("name")?, sort, level: Some(level) }.into(),
        })
    });
    let mut drafts = drafts.collect::<Result<Vec<_>, sqlx::Error>>()?;
    drafts.sort_by_key(|draft| draft.aggregate);
    let told = drafts.len();
    if told > 0 {
        runtime::emit(connection, crate::NAME, drafts).await?;
    }
    Ok(told)
}

/// Under which id the events of a unit stand.
fn aggregate(code: &UnitCode) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("unit:{code}").as_bytes())
}

fn read(row: &PgRow) -> Result<Unit, sqlx::Error> {
    let code = |column: &'static str| {
        let text: Option<String> = row.try_get(column)?;
        text.map(|code| code.parse().map_err(|_| bad("unit.code"))).transpose()
    };
    let post = |account: &'static str, function: &'static str| -> Result<Option<Post>, sqlx::Error> {
        let (id, label): (Option<Uuid>, Option<String>) = (row.try_get(account)?, row.try_get(function)?);
        Ok(id.map(|id| Post { account: AccountId(id), function: label.unwrap_or_default() }))
    };
    let level: Option<String> = row.try_get("level")?;
    Ok(Unit {
        code: code("code")?.ok_or_else(|| bad("unit.code"))?,
        name: row.try_get("name")?,
        region: row.try_get::<String, _>("region")?.parse().map_err(|_| bad("unit.region"))?,
        parent: code("parent")?,
        kind: row.try_get("kind")?,
        duty24h: row.try_get("duty24h")?,
        active: row.try_get("active")?,
        functions: row.try_get("functions")?,
        line: row.try_get("line")?,
        level: level.map(|level| Level::read(&level).ok_or_else(|| bad("unit.level"))).transpose()?,
        network: row.try_get("network")?,
        leader: post("leader", "leader_function")?,
        handler: post("handler", "handler_function")?,
        successor: code("successor")?,
        ended_on: row.try_get::<Option<SqlDate>, _>("ended_on")?.map(SqlDate::to_jiff),
        ended_basis: row.try_get("ended_basis")?,
    })
}
