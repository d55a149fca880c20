//! 归档: the one file of a closed case, made once a closure, and its end by two hands.

mod compose;
mod destroy;
mod page;

pub(crate) use destroy::{Deed, not_archived, perform};

use contracts::record::CaseArchived;
use identity::Claims;
use intake_rules::{ArchiveState, State};
use jiff::civil::Date;
use runtime::Draft;
use web::Problem;

use crate::{
    app::{Core, replies::replies, say::say},
    files::hex,
    http::fault,
    store::{
        archive::{self, Archived, Keeping},
        cases,
        dossier::{self, Entry},
        find::File,
    },
};

/// Makes the file of a closed case and keeps it; a case that was archived since its last closure keeps the file it has.
pub(crate) async fn archive(core: &Core, caller: &Claims, file: &File) -> Result<Archived, Problem> {
    let known = core.packs.of_case(&file.pack.id)?;
    let rules = known
        .pack
        .archive
        .as_ref()
        .ok_or_else(|| Problem::conflict("规则包未规定归档。", "The pack knows no archive."))?;
    let done = match file.state {
        State::Closed | State::Declined | State::Withdrawn | State::Invalid => true,
        State::Registered | State::Accepted | State::Dispatched | State::Reopened | State::Merged => false,
    };
    if !done {
        return Err(Problem::conflict(
            format!("该诉求当前为“{}”，办结后方可归档。", file.state.zh()),
            format!("The case is {}; it is archived once it is closed.", file.state.en()),
        ));
    }
    let broken = |error: sqlx::Error| fault(error.into());
    let read = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        let there = archive::newest(&mut connection, file.case_id).await?;
        Ok((there, dossier::of_case(&mut connection, file.case_id).await?))
    };
    let (there, entries) = read.await.map_err(broken)?;
    if let Some(there) = there.as_ref().filter(|there| !reopened_since(&entries, there.entries)) {
        return Ok(there.clone());
    }
    // What waited on another case was closed by that one's answer and has none of its own.
    let was_answered =
        entries.iter().any(|entry| matches!(entry.what.kind.as_str(), "case.answered" | "case.closed"));
    let replies = replies(core, file).await?;
    if was_answered && replies.as_ref().is_none_or(Vec::is_empty) {
        // A file without its answer is not complete; it can be made when routing is back.
        return Err(Problem::unavailable()
            .detail("暂时无法取得答复正文。", "The words of the answer cannot be had now."));
    }
    let edition = there.map_or(1, |there| there.edition + 1);
    let composed = compose::compose(core, file, &entries, &replies.unwrap_or_default(), edition).await?;
    let new = Archived {
        edition,
        digest: composed.digest.to_vec(),
        bytes: i64::try_from(composed.bytes).unwrap_or(i64::MAX),
        entries: i32::try_from(entries.len()).unwrap_or(i32::MAX),
        at: core.now(),
        actor: caller.actor(),
    };
    let closed_on = closed_on(core, &entries, file);
    let (retention, keep_until) = rules.keep(&file.kind, closed_on);
    let keeping = Keeping {
        case_id: file.case_id.0,
        state: ArchiveState::Kept,
        retention,
        closed_on,
        keep_until,
        proposed_at: None,
        grounds: None,
        decided_by: None,
        decided_at: None,
        pack: known.stamp.clone(),
        version: 1,
    };
    let draft = Draft {
        aggregate: file.case_id.0,
        region: file.region.clone(),
        time: new.at,
        actor: new.actor.clone(),
        causation: None,
        historic: false,
        trace: None,
        body: CaseArchived { digest: hex(&new.digest) }.into(),
    };
    let stored = async {
        let mut transaction = core.platform.db.pool.begin().await?;
        cases::lock(&mut transaction, &[file.case_id.0]).await?;
        // Two at once: the second finds what the first has made.
        let now = archive::newest(&mut transaction, file.case_id).await?;
        if let Some(now) = now.filter(|now| now.edition >= new.edition) {
            return Ok(now);
        }
        archive::insert(&mut transaction, file.case_id, &new).await?;
        let before = archive::lock(&mut transaction, file.case_id).await?;
        let version = before.map_or(1, |before| before.version + 1);
        archive::keep(&mut transaction, &Keeping { version, ..keeping }).await?;
        let mut heads = dossier::heads(&mut transaction, &[file.case_id.0]).await?;
        say(&mut transaction, &mut heads, vec![draft]).await?;
        transaction.commit().await?;
        Ok(new)
    };
    let archived = stored.await.map_err(broken)?;
    core.platform.wake.outbox();
    Ok(archived)
}

/// Says whether the case went round again after the entries that a file holds.
fn reopened_since(entries: &[Entry], held: i32) -> bool {
    entries.iter().any(|entry| entry.seq > held && entry.what.kind == "case.closed")
}

fn closed_on(core: &Core, entries: &[Entry], file: &File) -> Date {
    let ends = ["case.closed", "case.declined", "case.withdrawn"];
    let end = entries.iter().rfind(|entry| ends.contains(&entry.what.kind.as_str()));
    let at = end.map_or(file.received_at, |entry| entry.what.happened_at);
    at.to_zoned(core.zone.clone()).date()
}
