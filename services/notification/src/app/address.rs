//! Where a message goes: of citizens intake is asked each time, of offices the sealed address is opened.

use std::collections::HashMap;

use contracts::address::{ANSWER, Addresses, PURPOSE, QUESTION, Question, SUBJECT};
use ids::CaseId;
use notification_rules::words::Way;
use secrecy::SecretString;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Core;
use crate::store::{accounts, bindings, parcels::Parcel, points};

/// Why there is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// There is none.
    None,
    /// Whoever knows it did not answer.
    Unanswered,
    /// It is there, and may be told nothing of this any more.
    Barred,
}

/// One address of a message.
pub(crate) struct To {
    /// The carrier's key against doubles: the message's own, of accounts one for each.
    pub(crate) key: Uuid,
    pub(crate) address: SecretString,
}

/// The addresses of citizens by case, or nothing when intake does not answer.
pub(crate) type Citizens = Option<HashMap<CaseId, Addresses>>;

/// What the sealed address of an office is bound to.
pub(crate) fn bound(audience: &str, recipient: &str, way: Way) -> Vec<u8> {
    format!("{audience}/{recipient}/{way}").into_bytes()
}

/// The purpose of the key that seals addresses of offices.
pub(crate) const POINT: &str = "contact-point";

/// Asks intake for the addresses of some citizens, all at once.
pub(crate) async fn citizens(core: &Core, cases: Vec<CaseId>) -> Citizens {
    if cases.is_empty() {
        return Some(HashMap::new());
    }
    let secrets = &core.platform.secrets;
    let question = serde_json::to_vec(&Question { cases }).ok()?;
    let question = secrets.seal(PURPOSE, QUESTION, &question);
    let answer = core.platform.bus.ask(SUBJECT.to_owned(), question).await.ok()?;
    let answer = secrets.open(PURPOSE, ANSWER, &answer)?;
    let answer: Vec<Addresses> = serde_json::from_slice(&answer).ok()?;
    Some(answer.into_iter().filter_map(|one| Some((one.case?, one))).collect())
}

/// The addresses of one message: one, or the accounts of all officers of a unit who bound one.
pub(crate) async fn of(
    core: &Core,
    connection: &mut PgConnection,
    parcel: &Parcel,
    citizens: &Citizens,
) -> Result<Vec<To>, Missing> {
    let only = |address| vec![To { key: parcel.id, address }];
    // The account that a citizen bound lies here; telephone and mail stay with intake.
    if parcel.audience == "citizen" && matches!(parcel.way, Way::Wechat | Way::Wecom) {
        let sealed = bindings::find(connection, parcel.case, parcel.way).await;
        let sealed = sealed.map_err(|_| Missing::Unanswered)?.ok_or(Missing::None)?;
        let bound = bound(&parcel.audience, &CaseId(parcel.case).to_string(), parcel.way);
        return opened(core, &bound, &sealed).map(only).ok_or(Missing::None);
    }
    if parcel.audience == "citizen" {
        let known = citizens.as_ref().ok_or(Missing::Unanswered)?;
        return citizen(known.get(&CaseId(parcel.case)), parcel.way).map(only).ok_or(Missing::None);
    }
    let whose = (parcel.audience.as_str(), parcel.recipient.as_str());
    let bound = bound(whose.0, whose.1, parcel.way);
    let set = points::find(connection, whose, parcel.way).await.map_err(|_| Missing::Unanswered)?;
    let mut all = set.and_then(|sealed| opened(core, &bound, &sealed)).map(only).unwrap_or_default();
    if parcel.audience == "officer" {
        let accounts =
            accounts::of(connection, whose.1, parcel.way).await.map_err(|_| Missing::Unanswered)?;
        for (actor, sealed) in accounts {
            let key = ids::NoticeId::derived(&format!("{}:{actor}", parcel.id)).0;
            all.extend(opened(core, &bound, &sealed).map(|address| To { key, address }));
        }
    }
    if all.is_empty() { Err(Missing::None) } else { Ok(all) }
}

fn opened(core: &Core, bound: &[u8], sealed: &[u8]) -> Option<SecretString> {
    let plain = core.platform.secrets.open(POINT, bound, sealed)?;
    String::from_utf8(plain).map(SecretString::from).ok()
}

fn citizen(addresses: Option<&Addresses>, way: Way) -> Option<SecretString> {
    let addresses = addresses?;
    let address = match way {
        Way::Sms => addresses.phone.as_ref(),
        Way::Email => addresses.mail.as_ref(),
        // Those lie here, sealed.
        Way::Wechat | Way::Wecom | Way::Inbox => None,
    };
    address.map(|address| address.trim()).filter(|address| !address.is_empty()).map(SecretString::from)
}

/// The id of a message: of one notice or of several on one way.
pub(crate) fn parcel_id(way: Way, notices: &[Uuid]) -> Uuid {
    let words: Vec<String> = notices.iter().map(Uuid::to_string).collect();
    ids::NoticeId::derived(&format!("parcel:{way}:{}", words.join(","))).0
}
