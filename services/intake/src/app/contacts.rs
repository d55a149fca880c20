//! What happens to a contact that makes no case: one transaction each, decided by its table of states.

use std::net::IpAddr;

use contracts::{
    Body,
    contact::{ContactCalledBack, ContactRecorded},
    words::ContactKind,
};
use ids::{CaseId, ContactId};
use intake_rules::{ContactCommand, ContactEffect, ContactLife, ContactState, decide_contact};
use jiff::Timestamp;
use runtime::{Draft, emit};
use sqlx::PgConnection;
use uuid::Uuid;
use web::Problem;

use crate::{
    app::{Core, codes::Asker, sealed},
    http::{broken, fault},
    store::{
        cases,
        contacts::{self, ContactRow},
    },
};

/// What comes with a command.
pub(crate) enum With {
    /// Why a supervisor decided so.
    Ruling(String),
    /// Why the person does not accept it.
    Grounds(String),
    /// The case that came of it.
    Case(Uuid),
    /// Nothing.
    Nothing,
}

/// Carries out a command on a contact that `row` has locked. A repeat changes nothing; `read_version` must be the newest
/// otherwise, where the caller read one.
pub(crate) async fn change(
    core: &Core,
    transaction: &mut PgConnection,
    row: &mut ContactRow,
    actor: &str,
    read_version: Option<i64>,
    command: ContactCommand,
    with: With,
) -> Result<(), Problem> {
    let before = life(row)?;
    let (after, effect) = decide_contact(before, command).map_err(|refused| {
        let state = refused.state;
        Problem::conflict(
            format!("该记录当前为“{}”，不能进行此操作。", state.zh()),
            format!("The contact is {}; this cannot be done now.", state.en()),
        )
    })?;
    if after == before && effect.is_none() {
        return Ok(());
    }
    if read_version.is_some_and(|version| version != row.version) {
        return Err(Problem::precondition_failed());
    }
    let now = core.now();
    let mut ruled_at = None;
    after.state.as_str().clone_into(&mut row.state);
    row.attempts = after.attempts;
    row.objected = after.objected;
    row.version += 1;
    match with {
        With::Ruling(text) => {
            row.ruling = Some(text);
            row.ruled_by = Some(actor.to_owned());
            ruled_at = Some(now);
        }
        With::Grounds(text) => row.grounds = Some(text),
        With::Case(case) => {
            row.case_id = Some(case);
            hush(core, &mut *transaction, row, case).await.map_err(|error| fault(error.into()))?;
        }
        With::Nothing => {}
    }
    let store = async {
        contacts::update(&mut *transaction, row, ruled_at).await?;
        if let Some(ContactEffect::TellCalledBack { attempt, reached }) = effect {
            contacts::attempt(&mut *transaction, row.contact_id, attempt, now, reached, actor).await?;
        }
        Ok(())
    };
    store.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    let body: Option<Body> = match effect {
        None => None,
        Some(ContactEffect::TellCalledBack { attempt, reached }) => {
            Some(ContactCalledBack { contact: ContactId(row.contact_id), attempt, reached }.into())
        }
        Some(ContactEffect::TellCase) => Some(recorded(row, ContactKind::Case)?),
    };
    if let Some(body) = body {
        tell(transaction, row, now, actor, body).await?;
    }
    Ok(())
}

/// What was noted before a sealed case came of it is sealed with the case.
async fn hush(
    core: &Core,
    transaction: &mut PgConnection,
    row: &mut ContactRow,
    case: Uuid,
) -> Result<(), sqlx::Error> {
    if cases::is_sealed(transaction, case).await? {
        let seal = |text: &String| sealed::seal_text(&core.vault, case, text);
        row.note = sealed::seal_text(&core.vault, case, &row.note);
        row.grounds = row.grounds.as_ref().map(seal);
        row.ruling = row.ruling.as_ref().map(seal);
    }
    Ok(())
}

/// Says something of a contact.
pub(crate) async fn tell(
    transaction: &mut PgConnection,
    row: &ContactRow,
    time: Timestamp,
    actor: &str,
    body: Body,
) -> Result<(), Problem> {
    let draft = Draft {
        aggregate: row.contact_id,
        region: row.region.parse().map_err(anyhow::Error::from)?,
        time,
        actor: actor.to_owned(),
        causation: None,
        historic: false,
        trace: None,
        body,
    };
    emit(transaction, "intake", vec![draft]).await.map_err(|error| fault(error.into()))?;
    Ok(())
}

/// The event of a contact that was written down, or became a case.
pub(crate) fn recorded(row: &ContactRow, kind: ContactKind) -> anyhow::Result<Body> {
    Ok(ContactRecorded {
        contact: ContactId(row.contact_id),
        kind,
        channel: row.channel.parse()?,
        region: row.region.parse()?,
        line: row.line.clone(),
        case: row.case_id.map(CaseId),
    }
    .into())
}

/// Finds the contact that an id and a code open, and locks it. Wrong codes are counted and kept; an unknown id and a wrong
/// code cannot be told apart.
pub(crate) async fn by_code(
    core: &Core,
    transaction: &mut PgConnection,
    from: Option<IpAddr>,
    (id, code): (Uuid, &str),
) -> Result<ContactRow, Problem> {
    let asker = Asker::of(core, from, &id.to_string());
    asker.may_try(core, &mut *transaction).await?;
    let row = contacts::lock(&mut *transaction, id).await.map_err(broken)?;
    let hash = row.as_ref().and_then(|row| row.code_hash.as_deref());
    // The code is bound to the id, whatever the id is of.
    let fits = core.vault.code_fits(CaseId(id), code, hash.unwrap_or(&[0; 32]));
    match row.filter(|_| fits) {
        Some(row) => Ok(row),
        None => {
            asker.was_wrong(core, transaction).await.map_err(broken)?;
            Err(Problem::not_found("编号或查询码不正确。", "Id or code is wrong."))
        }
    }
}

/// Reads where a contact stands.
pub(crate) fn life(row: &ContactRow) -> anyhow::Result<ContactLife> {
    let state = ContactState::read(&row.state).ok_or_else(|| anyhow::anyhow!("contact.state is unknown"))?;
    Ok(ContactLife { state, attempts: row.attempts, objected: row.objected })
}
