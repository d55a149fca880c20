//! What people may do here: one operation, one file; each loads, decides, stores and says, in one transaction.

mod analysis;
pub(crate) mod attempt;
pub(crate) mod capacity;
pub(crate) mod complete;
pub(crate) mod counting;
pub(crate) mod exclude;
mod last;
pub(crate) mod opinion;
pub(crate) mod rate;
pub(crate) mod reach;
pub(crate) mod reopen;
pub(crate) mod report;
pub(crate) mod reporting;
pub(crate) mod scoring;
pub(crate) mod sealed;
mod spans;
pub(crate) mod warning;

use calendar::{Calendars, day_of};
use evaluation_rules::Fact;
use identity::{Action, Claims, may};
use ids::CaseId;
use sqlx::PgConnection;
use web::Problem;

use crate::{
    publish::{Circumstance, Said},
    store::facts::{self, Stored},
};

/// Why nothing was done; one set of answers for all operations on a case.
#[derive(Debug)]
pub(crate) enum Refused {
    /// There is no such thing.
    Missing,
    /// The caller may not.
    Denied(identity::Denied),
    /// Someone else changed it since the caller read it.
    Stale,
    /// Where it stands does not allow this: said in Chinese and in English.
    State(&'static str, &'static str),
    /// Our fault.
    Broken(anyhow::Error),
}

impl From<identity::Denied> for Refused {
    fn from(denied: identity::Denied) -> Self {
        Self::Denied(denied)
    }
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Self::Broken(error.into())
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Missing => {
                Self::not_found("没有该件，或尚未登记完毕。", "There is no such case or follow-up.")
            }
            Refused::Denied(denied) => Self::forbidden(denied),
            Refused::Stale => Self::precondition_failed(),
            Refused::State(zh, en) => Self::conflict(zh, en),
            Refused::Broken(error) => Self::internal(&error),
        }
    }
}

/// Loads and locks the fact of an accepted case that the caller may see.
pub(crate) async fn own_fact(
    db: &mut PgConnection,
    claims: &Claims,
    case: CaseId,
) -> Result<Stored, Refused> {
    let stored = facts::load(db, std::iter::once(case)).await?.pop().ok_or(Refused::Missing)?;
    let Fact { region, unit, .. } = &stored.fact;
    if !runtime::seals::sees(db, claims, case.0, region.as_ref()).await? {
        return Err(Refused::Missing);
    }
    may(claims, &Action::ReadCase { case, unit: unit.clone(), region: region.clone() })?;
    Ok(stored)
}

fn fresh(stored: &Stored, read: Option<i64>) -> Result<(), Refused> {
    if read.is_none_or(|version| version == stored.version) { Ok(()) } else { Err(Refused::Stale) }
}

async fn keep(db: &mut PgConnection, stored: &mut Stored, calendars: &Calendars) -> Result<(), Refused> {
    // The row is locked since it was read, so the version holds.
    if !facts::save(db, std::slice::from_ref(stored), calendars).await? {
        return Err(Refused::Stale);
    }
    stored.version += 1;
    Ok(())
}

/// Writes the next round down and says so.
fn send_round(fact: &mut Fact, by: &Circumstance, said: impl FnOnce(i32) -> Said) -> runtime::Draft {
    fact.go_round(fact.round + 1, day_of(by.time));
    by.says(said(fact.round))
}
