//! 派单目录调整建议: who may propose, and what adopting one does.

use calendar::day_of;
use identity::{Action, Claims, may};
use routing_rules::catalogue::Entry;
use uuid::Uuid;

use super::{App, refusal::Refusal};
use crate::store::{
    catalogue::{self, Change},
    proposals::{self, Proposal},
};

/// The word on a proposal.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) adopt: bool,
    pub(crate) reason: Option<String>,
}

/// Decides a proposal; adopting it makes a new version of the catalogue. The same word again changes nothing.
///
/// # Errors
/// The outer one is a fault, the inner one the answer to whoever decides.
pub(crate) async fn review(
    app: &App,
    claims: &Claims,
    id: Uuid,
    version: i64,
    word: Word,
) -> Result<Result<Proposal, Refusal>, sqlx::Error> {
    let mut transaction = app.db.pool.begin().await?;
    catalogue::lock(&mut transaction).await?;
    let Some(mut proposal) = proposals::lock(&mut transaction, id).await? else {
        return Ok(Err(Refusal::NotFound));
    };
    if let Err(denied) = may(claims, &Action::ManageCatalogue) {
        return Ok(Err(denied.into()));
    }
    let wanted = if word.adopt { "adopted" } else { "refused" };
    if proposal.state == wanted {
        return Ok(Ok(proposal));
    }
    if proposal.state != "open" {
        return Ok(Err(Refusal::Conflict { zh: "该建议已有结论。", en: "the proposal was decided" }));
    }
    if proposal.version != version {
        return Ok(Err(Refusal::Stale));
    }
    if !word.adopt && word.reason.is_none() {
        return Ok(Err(Refusal::field("reason", "不采纳须说明理由", "a refusal needs a reason")));
    }
    let at = app.clock.now();
    if word.adopt {
        let mut lines = catalogue::lines(&mut transaction).await?;
        if let Err(refusal) = apply(&mut lines, &proposal, claims) {
            return Ok(Err(refusal));
        }
        let entries: Vec<Entry> = lines.into_iter().map(|(_, entry)| entry).collect();
        let today = day_of(at);
        let actor = claims.actor();
        let change = Change {
            actor: &actor,
            at,
            today,
            valid_from: today,
            note: word.reason.as_deref(),
            proposal: Some(proposal.id),
        };
        proposal.adopted_as = Some(catalogue::replace(&mut transaction, &entries, &change).await?);
    }
    proposal.version += 1;
    proposal.state = wanted.to_owned();
    proposal.decided_at = Some(at);
    proposal.decided_by = Some(claims.actor());
    proposal.reason = word.reason;
    proposals::decide(&mut transaction, &proposal).await?;
    transaction.commit().await?;
    Ok(Ok(proposal))
}

/// Changes the lines that hold; a line that is no longer there, or another region's, is a refusal.
fn apply(lines: &mut Vec<(i64, Entry)>, proposal: &Proposal, claims: &Claims) -> Result<(), Refusal> {
    let gone = Refusal::Conflict {
        zh: "该目录条目已变更，请重新提出建议。",
        en: "the line has changed since; propose again",
    };
    let entry = || proposal.entry.clone().ok_or_else(|| gone.clone());
    let place = |lines: &[(i64, Entry)]| lines.iter().position(|(id, _)| Some(*id) == proposal.target);
    let touched = match proposal.change.as_str() {
        "add" => {
            let entry = entry()?;
            lines.push((0, entry.clone()));
            entry
        }
        "replace" => {
            let at = place(lines).ok_or_else(|| gone.clone())?;
            let entry = entry()?;
            lines[at].1 = entry.clone();
            entry
        }
        _ => {
            let at = place(lines).ok_or_else(|| gone.clone())?;
            lines.remove(at).1
        }
    };
    if claims.region.as_ref().is_some_and(|bound| !bound.contains(&touched.region)) {
        return Err(Refusal::field("region", "不在您的管辖区域内", "lies outside your region"));
    }
    Ok(())
}
