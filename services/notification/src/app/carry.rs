//! Carrying: messages that are due are taken up, handed to their carriers outside any transaction, and written down.

use futures::future::join_all;
use ids::CaseId;
use notification_rules::{
    lifecycle::{Command, Effect, decide},
    words::{Audience, Way},
};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Core,
    address::{self, Missing, To},
    open_link, put_off,
    standing::Standing,
};
use crate::{
    carrier::{Answer, Message, later, never},
    publish,
    store::{
        notices,
        outward::{self, ways_of, ways_text},
        parcels::{self, Parcel},
    },
};

/// A message in hand, and where it goes.
pub(crate) type Ready = (Parcel, Result<Vec<To>, Missing>);

/// Takes up what is due on a way, so much at most, each with its address. Whoever takes it up carries it.
pub(crate) async fn take_up(core: &Core, way: Way, most: usize) -> Result<Vec<Ready>, sqlx::Error> {
    let taken = if most == 0 { Vec::new() } else { take(core, way, most).await? };
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    let mut cases: Vec<CaseId> =
        taken.iter().filter(|parcel| is_citizens(parcel)).map(|parcel| CaseId(parcel.case)).collect();
    cases.sort_unstable();
    cases.dedup();
    let citizens = address::citizens(core, cases).await;
    let mut connection = core.platform.db.pool.acquire().await?;
    let mut ready = Vec::with_capacity(taken.len());
    for (parcel, barred) in as_they_stand(core, &mut connection, taken).await? {
        let address = if barred {
            Err(Missing::Barred)
        } else {
            address::of(core, &mut connection, &parcel, &citizens).await
        };
        ready.push((parcel, address));
    }
    Ok(ready)
}

/// Takes up what is due, so that nobody else does for a while.
async fn take(core: &Core, way: Way, most: usize) -> Result<Vec<Parcel>, sqlx::Error> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let now = core.office.now();
    let mut transaction = core.platform.db.pool.begin().await?;
    let mut taken = Vec::new();
    let due = parcels::lock_due(&mut transaction, way, now, most).await?;
    let standing = Standing::read(&mut transaction, due.iter().map(|parcel| parcel.case)).await?;
    for mut parcel in due {
        let wait = put_off::wait(core, &standing, &parcel, now);
        let command = wait.map_or(Command::Take, |to| Command::PutOff { to });
        let (state, effect) = decide(&parcel.state, &command, now, &core.office.patience);
        parcel.state = state;
        parcels::save(&mut transaction, &parcel).await?;
        if let Some(to) = wait {
            put_off::end_later(&mut transaction, &parcel.notices, now, to).await?;
        }
        if effect == Some(Effect::Send) {
            taken.push(parcel);
        }
    }
    transaction.commit().await?;
    Ok(taken)
}

/// Each message in words that may still be told, and whether it may be told to nobody any more: a case may have been
/// sealed since the last attempt.
async fn as_they_stand(
    core: &Core,
    connection: &mut PgConnection,
    mut taken: Vec<Parcel>,
) -> Result<Vec<(Parcel, bool)>, sqlx::Error> {
    // Several as one say only how many: they are kept back when all of them are.
    let several = taken.iter().filter(|parcel| parcel.notices.len() > 1).map(|parcel| parcel.id);
    let within = parcels::cases(connection, &several.collect::<Vec<_>>()).await?;
    let cases = taken.iter().map(|parcel| parcel.case).chain(within.iter().map(|(_, case)| *case));
    let standing = Standing::read(connection, cases).await?;
    for parcel in taken.iter_mut().filter(|parcel| parcel.notices.len() == 1) {
        let words = standing.neutral(core, parcel.case, &parcel.audience, &parcel.pack);
        if let Some((title, body)) = words {
            (parcel.title, parcel.body) = ((title.zh, title.en), (body.zh, body.en));
        }
    }
    let barred = |parcel: Parcel| {
        let mut cases = within.iter().filter(|(id, _)| *id == parcel.id).map(|(_, case)| *case).peekable();
        let bars = |case: Uuid| standing.bars(case, &parcel.audience, &parcel.recipient);
        let barred = if cases.peek().is_some() { cases.all(bars) } else { bars(parcel.case) };
        (parcel, barred)
    };
    Ok(taken.into_iter().map(barred).collect())
}

/// Hands one message to its carrier and writes down what came of it.
pub(crate) async fn one(core: &Core, (parcel, addresses): Ready) -> Result<(), sqlx::Error> {
    let answer = match addresses {
        Ok(to) => {
            let mut body = parcel.body.clone();
            if let Some(link) = (parcel.way == Way::Email && is_citizens(&parcel))
                .then(|| open_link::write(core, parcel.id))
                .flatten()
            {
                body.0 = format!("{}\r\n{link}", body.0);
            }
            let at = core.office.now();
            let message = |To { key, address }: To| Message {
                id: key,
                to: address,
                title: parcel.title.clone(),
                body: body.clone(),
                at,
            };
            let messages: Vec<Message> = to.into_iter().map(message).collect();
            let carried = messages.iter().map(|message| core.carriers.carry(parcel.way, message));
            together(join_all(carried).await)
        }
        Err(Missing::None) => never("no-address"),
        Err(Missing::Barred) => never("barred"),
        Err(Missing::Unanswered) => later("address-unanswered"),
    };
    settle(core, parcel.id, answer).await?;
    core.platform.wake.outbox();
    Ok(())
}

/// What an attempt at several accounts came to: brought where one has it, or else tried again where one may take it yet.
fn together(answers: Vec<Answer>) -> Answer {
    let rank = |command: &Command| match command {
        Command::Bring => 0,
        Command::Delay { .. } => 1,
        Command::Refuse { .. } | Command::Take | Command::Open | Command::Replay | Command::PutOff { .. } => {
            2
        }
    };
    answers.into_iter().min_by_key(|(command, _)| rank(command)).unwrap_or_else(|| never("no-address"))
}

/// Writes down what an attempt came to, and says so.
async fn settle(core: &Core, id: Uuid, (command, receipt): Answer) -> Result<(), sqlx::Error> {
    let mut transaction = core.platform.db.pool.begin().await?;
    if let Some(mut parcel) = parcels::lock(&mut transaction, id).await? {
        parcel.receipt = receipt;
        apply(core, &mut transaction, &mut parcel, &command).await?;
    }
    transaction.commit().await
}

/// Applies a command to a locked message: its state, its notices, and what is said of them.
pub(crate) async fn apply(
    core: &Core,
    transaction: &mut PgConnection,
    parcel: &mut Parcel,
    command: &Command,
) -> Result<(), sqlx::Error> {
    let now = core.office.now();
    let (state, effect) = decide(&parcel.state, command, now, &core.office.patience);
    parcel.state = put_off::decided(core, transaction, parcel, state).await?;
    parcels::save(transaction, parcel).await?;
    match effect {
        Some(Effect::Sent) => told(core, transaction, parcel, None).await?,
        Some(Effect::Failed) if next_way(core, transaction, parcel).await? => {}
        Some(Effect::Failed) => {
            let reason = match command {
                Command::Delay { reason, .. } | Command::Refuse { reason } => reason.as_str(),
                Command::Take | Command::Bring | Command::Open | Command::Replay | Command::PutOff { .. } => {
                    "given-up"
                }
            };
            told(core, transaction, parcel, Some(reason)).await?;
        }
        Some(Effect::Send) | None => {}
    }
    // Whoever has the mail has the link, a scanner too: staff open their items themselves, and who follows the link of
    // several as one has read none of them yet.
    if *command == Command::Open && is_citizens(parcel) && parcel.notices.len() == 1 {
        super::opening::open(transaction, &parcel.notices, "system", now).await?;
    }
    Ok(())
}

pub(crate) fn is_citizens(parcel: &Parcel) -> bool {
    parcel.audience == Audience::Citizen.as_str()
}

/// Puts the notices of a message that was given up on their next way, if they have one.
async fn next_way(core: &Core, transaction: &mut PgConnection, parcel: &Parcel) -> Result<bool, sqlx::Error> {
    let ways = ways_of(&parcel.later_ways);
    let Some(first) = ways.first() else { return Ok(false) };
    let standing = Standing::read(transaction, std::iter::once(parcel.case)).await?;
    let not_before = put_off::open(core, &standing, parcel, core.office.now());
    let ends_by = not_before.checked_add(core.office.patience.whole()).unwrap_or(not_before);
    let again = |notice: &Uuid| outward::Row {
        notice: *notice,
        ways: ways_text(&ways),
        case: parcel.case,
        audience: parcel.audience.clone(),
        recipient: parcel.recipient.clone(),
        region: parcel.region.clone(),
        pack: parcel.pack.clone(),
        urgent: parcel.urgent,
        // What has waited through all attempts of one way waits for no others of its like.
        digest: false,
        not_before,
    };
    let rows: Vec<outward::Row> = parcel.notices.iter().map(again).collect();
    outward::insert(transaction, &rows).await?;
    notices::on_way(transaction, &parcel.notices, first.as_str(), ends_by).await?;
    Ok(true)
}

/// Says of each notice of a message what became of it. What staff read in their inbox was told there already.
async fn told(
    core: &Core,
    transaction: &mut PgConnection,
    parcel: &Parcel,
    reason: Option<&str>,
) -> Result<(), sqlx::Error> {
    let now = core.office.now();
    let sent_at = reason.is_none().then_some(now);
    let settled = notices::settle(transaction, &parcel.notices, sent_at).await?;
    if let Some(reason) = reason {
        super::failed::tell_desk(core, transaction, &settled, reason).await?;
    }
    let drafts = settled.iter().filter_map(|one| publish::settled(one, reason, now)).collect();
    runtime::emit(transaction, "notification", drafts).await?;
    Ok(())
}
