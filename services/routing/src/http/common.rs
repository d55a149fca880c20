//! What several endpoints have in common: ids of creations, whose list is asked for, how far the caller sees.

use identity::{Action, Claims, Scope, may};
use ids::UnitCode;
use routing_rules::charge::Kind;
use uuid::Uuid;
use web::Problem;

use crate::{app::App, store::charges::Charge};

/// The id of what a request creates: the same for the same caller, place and key, else a fresh one.
pub(crate) fn creation(what: &str, claims: &Claims, place: Uuid, key: Option<&str>) -> Uuid {
    match key {
        Some(key) => {
            let words = format!("{what}:{place}:{}:{key}", claims.actor());
            Uuid::new_v5(&Uuid::NAMESPACE_OID, words.as_bytes())
        }
        None => Uuid::now_v7(),
    }
}

/// The region that bounds what the caller sees, as a prefix of region codes; empty: everything.
pub(crate) fn prefix(claims: &Claims) -> String {
    match claims.scope() {
        Scope::Region(region) => routing_rules::catalogue::significant(&region).to_owned(),
        Scope::All | Scope::Unit(_) | Scope::Case(_) | Scope::Nothing => String::new(),
    }
}

/// The unit whose list is asked for: an officer's own, or the one that other staff name.
pub(crate) fn unit_asked(claims: &Claims, named: Option<UnitCode>) -> Result<UnitCode, Problem> {
    match claims.scope() {
        Scope::Unit(own) => {
            may(claims, &Action::Handle { unit: named.unwrap_or_else(|| own.clone()) })?;
            Ok(own)
        }
        Scope::All | Scope::Region(_) => {
            named.ok_or_else(|| Problem::bad_request("unit", "请指定单位", "name a unit"))
        }
        Scope::Case(_) | Scope::Nothing => {
            may(claims, &Action::ListCases)?;
            Err(Problem::bad_request("unit", "您的账号没有单位", "the account has no unit"))
        }
    }
}

/// The kind of a charge in the words of its pack, where the pack still has it.
pub(crate) fn charge_kind<'a>(app: &'a App, charge: &Charge) -> Option<&'a Kind> {
    app.packs.of(&charge.pack)?.leaders.as_ref()?.charge(&charge.code)
}
