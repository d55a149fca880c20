//! By which door a message comes in: what a line, a mailbox, a topic or a channel of the pack brings with it.

use contracts::words::Channel;
use identity::{Action, Claims, Role, may};
use intake_rules::NotSo;
use jiff::civil::Date;
use web::{FieldError, Problem};

use crate::{
    app::{Core, prepare::Message},
    http::fault,
    packs::Known,
    store::{
        entries::Entry,
        registers::{self, LINES, MAILBOXES, Mailbox, MergedLine, TOPICS, Topic},
    },
};

/// Reads what a message says of its door, and lets the mailbox fill in what it brings. Messages that name none cost
/// nothing.
pub(crate) async fn enter(core: &Core, message: &mut Message) -> Result<Option<Entry>, Problem> {
    let (line, mailbox, topic) = (message.line.clone(), message.mailbox.clone(), message.topic.clone());
    if line.is_none() && mailbox.is_none() && topic.is_none() {
        return Ok(None);
    }
    let mut connection = core.platform.db.pool.acquire().await.map_err(|error| fault(error.into()))?;
    if let Some(number) = &line {
        let lines: Vec<MergedLine> =
            registers::all(&mut connection, &LINES).await.map_err(|error| fault(error.into()))?;
        if !lines.iter().any(|known| known.number == *number) {
            return Err(wrong("line", "没有登记这条热线", "no such line is registered"));
        }
    }
    if let Some(code) = &mailbox {
        let all: Vec<Mailbox> =
            registers::all(&mut connection, &MAILBOXES).await.map_err(|error| fault(error.into()))?;
        let known = all.into_iter().find(|known| known.code == *code);
        let known = known.ok_or_else(|| wrong("mailbox", "没有这个信箱", "there is no such mailbox"))?;
        message.unit = known.unit.map(|unit| unit.to_string()).or_else(|| message.unit.take());
        message.pack = Some(known.pack);
        if message.region.is_empty() {
            message.region = known.region.to_string();
        }
    }
    if let Some(code) = &topic {
        let all: Vec<Topic> =
            registers::all(&mut connection, &TOPICS).await.map_err(|error| fault(error.into()))?;
        let today = core.today();
        if !all.iter().any(|known| known.code == *code && is_open(known, today)) {
            return Err(wrong("topic", "没有正在征集的这个话题", "there is no such topic open now"));
        }
        if message.kind.get_or_insert_with(|| "suggestion".to_owned()) != "suggestion" {
            return Err(wrong("kind", "话题只收建议", "a topic takes suggestions"));
        }
    }
    Ok(Some(Entry { line, mailbox, topic, ..Entry::default() }))
}

/// Says whether contributions to a topic are taken.
pub(crate) fn is_open(topic: &Topic, today: Date) -> bool {
    topic.published && (topic.first_day..=topic.last_day).contains(&today)
}

/// Finds the channel. Staff name it; who comes through the portal comes through the portal; a pack with channels of its
/// own says who may enter by which.
pub(crate) fn channel(known: &Known, caller: Option<&Claims>, message: &Message) -> Result<Channel, Problem> {
    let (usual, who, staff) = match caller {
        None if message.mailbox.is_some() => (Channel::Mailbox, vec!["citizen"], false),
        None => (Channel::Portal, vec!["citizen"], false),
        Some(claims) => {
            may(claims, &Action::RegisterCase)?;
            part(claims)
        }
    };
    let Some(named) = message.channel.as_deref() else { return Ok(usual) };
    let unknown = || wrong("channel", "没有这个渠道", "there is no such channel");
    if known.pack.channels.is_empty() {
        let named: Channel = named.parse().map_err(|_| unknown())?;
        return if staff || named == usual { Ok(named) } else { Err(not_you()) };
    }
    match intake_rules::enter(&known.pack, named, &who) {
        Ok(word) => word.parse().map_err(|_| unknown()),
        Err(NotSo::NotYou) => Err(not_you()),
        Err(NotSo::Unknown) if named == usual.as_str() => Ok(usual),
        Err(NotSo::Unknown) => Err(unknown()),
    }
}

fn part(claims: &Claims) -> (Channel, Vec<&'static str>, bool) {
    let parts = [
        (Role::Operator, "operator"),
        (Role::Dispatcher, "dispatcher"),
        (Role::Agency, "agency"),
        (Role::Citizen, "citizen"),
    ];
    let who = parts.into_iter().filter(|(role, _)| claims.has(*role)).map(|(_, part)| part).collect();
    match () {
        () if claims.has(Role::Operator) || claims.has(Role::Dispatcher) => (Channel::Phone, who, true),
        () if claims.has(Role::Agency) => (Channel::Api, who, false),
        () => (Channel::Portal, who, false),
    }
}

fn not_you() -> Problem {
    wrong("channel", "仅限工作人员指定", "only staff may name another channel")
}

fn wrong(field: &str, zh: &str, en: &str) -> Problem {
    Problem::unprocessable(vec![FieldError::new(field, zh, en)])
}
