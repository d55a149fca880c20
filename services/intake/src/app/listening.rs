//! Listening in on a conversation: written down first, then asked of the switch, and ended whatever happens.

use identity::{Action, Claims, may};
use ids::{CaseId, RegionCode};
use intake_rules::{Heard, ListenCommand, ListenState, listen};
use jiff::{SignedDuration, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    app::{
        Core, sealed,
        switch::{Ear, Switch},
    },
    store::{
        conversations::{self, Conversation},
        find,
        listenings::{self, Kept, Row},
    },
};

/// How long the switch may be asked until the answer counts as lost, and how long it is let alone after a request in vain.
const PATIENCE: SignedDuration = SignedDuration::from_secs(60);

/// Says whether a matter that is for named hands only is being talked about.
pub(crate) fn is_secret(row: &Conversation) -> bool {
    row.secret || row.sealed
}

/// Says whether a caller may know that a conversation goes on: what is sealed, only with the right of a hand.
pub(crate) async fn knows(
    connection: &mut PgConnection,
    claims: &Claims,
    row: &Conversation,
) -> Result<bool, sqlx::Error> {
    let region: RegionCode = find::read("region", &row.region)?;
    if claims.region.as_ref().is_some_and(|bound| !bound.contains(&region)) {
        return Ok(false);
    }
    if !is_secret(row) || may(claims, &Action::ReadSealed).is_ok() {
        return Ok(true);
    }
    match row.case_id {
        // Nobody can be named for what is no case yet.
        None => Ok(false),
        Some(case) => match find::by_id(&mut *connection, CaseId(case)).await? {
            Some(file) => sealed::sees(connection, claims, &file).await,
            None => Ok(false),
        },
    }
}

/// Until when a listening that is asked for counts as under way.
pub(crate) fn lost_at(now: Timestamp) -> Timestamp {
    now + PATIENCE
}

/// Asks the switch to join a listener who is written down, and keeps its answer. A conversation that ended or was sealed
/// meanwhile is not listened to.
pub(crate) async fn join(core: &Core, switch: &Switch, row: &Row) -> anyhow::Result<(Row, Heard)> {
    let (heard, receipt) = switch.join(&ear(row)).await;
    let now = core.now();
    let mut transaction = core.platform.db.pool.begin().await?;
    let mut kept = locked(&mut transaction, row.listening_id).await?;
    let before = state(&kept)?;
    let after = listen(before, ListenCommand::Joined(heard));
    let on = after == ListenState::On && before == ListenState::Asked;
    let most = core.packs.of_case(&kept.pack_id)?.pack.listening.as_ref().map(|rules| rules.leaves_at(now));
    // Whoever did not answer may hear all the same.
    let due = if on { most } else { Some(now) };
    listenings::tried(&mut transaction, kept.listening_id, now, "join", word(heard)).await?;
    let change = Kept {
        id: kept.listening_id,
        state: after.as_str(),
        receipt: receipt.as_deref(),
        joined_at: on.then_some(now),
        ended_at: (after == ListenState::Refused).then_some(now),
        ending: None,
        leave_due: due.filter(|_| after.may_hear()),
    };
    listenings::keep(&mut transaction, &change).await?;
    kept = locked(&mut transaction, kept.listening_id).await?;
    transaction.commit().await?;
    if heard == Heard::Taken && after == ListenState::Ended {
        // The conversation was over before the switch answered: nobody is left on a line that may be another one's now.
        let _gone = switch.leave(&ear(&kept)).await;
    }
    Ok((kept, heard))
}

/// Asks the switch to take a listener off the line, and keeps its answer.
pub(crate) async fn leave(core: &Core, switch: &Switch, id: Uuid, why: &str) -> anyhow::Result<(Row, Heard)> {
    let mut connection = core.platform.db.pool.acquire().await?;
    let row = locked(&mut connection, id).await?;
    drop(connection);
    if !state(&row)?.may_hear() {
        return Ok((row, Heard::Taken));
    }
    let heard = switch.leave(&ear(&row)).await;
    let now = core.now();
    let mut transaction = core.platform.db.pool.begin().await?;
    let row = locked(&mut transaction, id).await?;
    let after = listen(state(&row)?, ListenCommand::Left(heard));
    listenings::tried(&mut transaction, id, now, "leave", word(heard)).await?;
    store(&mut transaction, &row, after, now, why).await?;
    let row = locked(&mut transaction, id).await?;
    transaction.commit().await?;
    Ok((row, heard))
}

/// Ends what listens to conversations that are over: the switch takes everybody off by itself.
pub(crate) async fn over(connection: &mut PgConnection, ids: &[Uuid], now: Timestamp) -> anyhow::Result<()> {
    conversations::end(&mut *connection, ids, now).await?;
    for row in listenings::at(&mut *connection, ids).await? {
        let after = listen(state(&row)?, ListenCommand::Over);
        store(&mut *connection, &row, after, now, "over").await?;
    }
    Ok(())
}

/// One look at what is to end: what was sealed since, whose time is over, and conversations that nobody ended.
pub(crate) async fn sweep(core: &Core, switch: Option<&Switch>) -> anyhow::Result<()> {
    let now = core.now();
    let mut transaction = core.platform.db.pool.begin().await?;
    let old = now - SignedDuration::from_hours(core.config.switch.forget_hours);
    let forgotten = conversations::forgotten(&mut transaction, old, 100).await?;
    if !forgotten.is_empty() {
        over(&mut transaction, &forgotten, now).await?;
    }
    let Some(switch) = switch else { return Ok(transaction.commit().await?) };
    listenings::hush(&mut transaction, now).await?;
    let due = listenings::due(&mut transaction, now, now + PATIENCE, 20).await?;
    transaction.commit().await?;
    for id in due {
        leave(core, switch, id, "time").await?;
    }
    Ok(())
}

/// Where a listening stands.
pub(crate) fn state(row: &Row) -> anyhow::Result<ListenState> {
    ListenState::read(&row.state).ok_or_else(|| anyhow::anyhow!("listening.state is unknown"))
}

async fn store(
    connection: &mut PgConnection,
    row: &Row,
    after: ListenState,
    now: Timestamp,
    why: &str,
) -> Result<(), sqlx::Error> {
    let ended = after == ListenState::Ended;
    let kept = Kept {
        id: row.listening_id,
        state: after.as_str(),
        receipt: None,
        joined_at: None,
        ended_at: ended.then_some(now),
        ending: ended.then_some(why),
        leave_due: None,
    };
    listenings::keep(connection, &kept).await
}

async fn locked(connection: &mut PgConnection, id: Uuid) -> anyhow::Result<Row> {
    let row = listenings::lock(connection, id).await?;
    row.ok_or_else(|| anyhow::anyhow!("a listening is gone that was just read"))
}

fn ear(row: &Row) -> Ear<'_> {
    Ear {
        call: &row.call,
        extension: &row.extension,
        id: row.listening_id.to_string(),
        receipt: row.receipt.as_deref().unwrap_or_default(),
    }
}

fn word(heard: Heard) -> &'static str {
    match heard {
        Heard::Taken => "taken",
        Heard::Refused => "refused",
        Heard::Away => "away",
    }
}
