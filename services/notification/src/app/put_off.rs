//! Putting off: a message that would disturb somebody now waits for a moment in which it does not, with every attempt.

use jiff::Timestamp;
use notification_rules::lifecycle::{Command, State, decide};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Core, standing::Standing};
use crate::store::{notices, parcels::Parcel};

/// The moment until which a message that is to be taken up has to wait; nothing where it may go now. One that is taken up
/// when it was due goes: that moment was chosen. Only what is late, or was left behind in hand, is looked at again.
pub(crate) fn wait(core: &Core, standing: &Standing, parcel: &Parcel, now: Timestamp) -> Option<Timestamp> {
    let late = |due: Timestamp| is_late(core, due, now);
    if !parcel.state.due().is_none_or(late) {
        return None;
    }
    Some(open(core, standing, parcel, now)).filter(|open| *open > now)
}

/// Says whether more time has passed since a moment than a carrier may take: then the moment is no longer the one chosen.
pub(crate) fn is_late(core: &Core, due: Timestamp, now: Timestamp) -> bool {
    now.duration_since(due) > core.office.patience.in_hand
}

/// The next moment, from `at` on, in which whom a message is for may be disturbed.
pub(crate) fn open(core: &Core, standing: &Standing, parcel: &Parcel, at: Timestamp) -> Timestamp {
    standing.open(core, (parcel.case, &parcel.pack, &parcel.region), (&parcel.audience, parcel.urgent), at)
}

/// Puts off a state that was just decided, where its moment is not an open one; its notices end as much later.
pub(crate) async fn decided(
    core: &Core,
    connection: &mut PgConnection,
    parcel: &Parcel,
    state: State,
) -> Result<State, sqlx::Error> {
    let Some(at) = state.due() else { return Ok(state) };
    let standing = Standing::read(connection, std::iter::once(parcel.case)).await?;
    let to = open(core, &standing, parcel, at);
    if to <= at {
        return Ok(state);
    }
    let (state, _) = decide(&state, &Command::PutOff { to }, core.office.now(), &core.office.patience);
    end_later(connection, &parcel.notices, at, to).await?;
    Ok(state)
}

/// The notices of a message that was put off from one moment to another come to an end as much later.
pub(crate) async fn end_later(
    connection: &mut PgConnection,
    notices: &[Uuid],
    from: Timestamp,
    to: Timestamp,
) -> Result<(), sqlx::Error> {
    let by: Vec<_> = notices.iter().map(|id| (*id, to.duration_since(from))).collect();
    notices::put_off(connection, &by).await
}
