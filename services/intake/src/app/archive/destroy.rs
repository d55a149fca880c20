//! The end of a file: one hand proposes, another agrees, both are written down; then the words go.

use identity::{Action, Claims, Role, may};
use intake_rules::{ArchiveCommand, ArchiveRefused, ArchiveState, decide_archive};
use serde_json::json;
use web::Problem;

use crate::{
    app::{Core, note::note_within, sealed},
    http::fault,
    store::{
        archive::{self, Keeping},
        attachments, cases, files,
        find::File,
    },
};

/// What is done with a file whose time is over.
pub(crate) enum Deed {
    /// Propose the end, with grounds in words of the office.
    Propose { grounds: String },
    /// The second hand agrees.
    Agree,
    /// It is kept after all.
    Keep,
}

/// Carries a deed out on the version that was read.
pub(crate) async fn perform(
    core: &Core,
    caller: &Claims,
    file: &File,
    read_version: i64,
    deed: Deed,
) -> Result<Keeping, Problem> {
    may(caller, &Action::Archive)?;
    let broken = |error: sqlx::Error| fault(error.into());
    let mut transaction = core.platform.db.pool.begin().await.map_err(broken)?;
    cases::lock(&mut transaction, &[file.case_id.0]).await.map_err(broken)?;
    let before = archive::lock(&mut transaction, file.case_id).await.map_err(broken)?;
    let before = before.ok_or_else(not_archived)?;
    let command = match &deed {
        Deed::Propose { .. } => {
            ArchiveCommand::Propose { today: core.today(), keep_until: before.keep_until }
        }
        Deed::Agree => {
            // Whoever ends a file answers for the archive, not for the desk.
            if !caller.has(Role::Supervisor) {
                return Err(Problem::conflict("须由督办员审定。", "A supervisor must agree."));
            }
            ArchiveCommand::Agree
        }
        Deed::Keep => ArchiveCommand::Keep,
    };
    // The account, not the role: one person with two roles is one hand.
    let hand = caller.sub.to_string();
    let (state, changed) = decide_archive(&before.state, &command, &hand).map_err(refused)?;
    if !changed {
        return Ok(before);
    }
    if before.version != read_version {
        return Err(Problem::precondition_failed());
    }
    let now = core.now();
    let mut after = Keeping { state, version: before.version + 1, ..before };
    let (kind, detail) = match deed {
        Deed::Propose { grounds } => {
            after.proposed_at = Some(now);
            after.grounds = Some(sealed::keep(&core.vault, file.confidential, file.case_id, grounds));
            ("archive.proposed", json!({"keep_until": after.keep_until}))
        }
        Deed::Keep => {
            after.proposed_at = None;
            after.decided_by = Some(caller.actor());
            after.decided_at = Some(now);
            ("archive.kept", json!({}))
        }
        Deed::Agree => {
            after.decided_by = Some(caller.actor());
            after.decided_at = Some(now);
            ("archive.destroyed", json!({"retention": after.retention, "keep_until": after.keep_until}))
        }
    };
    let stored = async {
        let mut gone = Vec::new();
        if after.state == ArchiveState::Destroyed {
            archive::empty(&mut transaction, file.case_id).await?;
            gone = attachments::forget(&mut transaction, file.case_id).await?;
            gone.extend(archive::forget_files(&mut transaction, file.case_id).await?);
        }
        archive::keep(&mut transaction, &after).await?;
        note_within(&mut transaction, core, file.case_id, caller, kind, detail).await?;
        let mut unowned = Vec::new();
        for digest in gone {
            if !files::is_used(&mut transaction, &digest).await? {
                unowned.push(digest);
            }
        }
        transaction.commit().await?;
        Ok(unowned)
    };
    for digest in stored.await.map_err(broken)? {
        if let Err(error) = core.files.remove(&digest).await {
            tracing::error!(%error, "a file of a destroyed case stays in the store");
        }
    }
    Ok(after)
}

fn refused(refused: ArchiveRefused) -> Problem {
    let zh = match refused {
        ArchiveRefused::Early => "保管期限未满。",
        ArchiveRefused::NotProposed => "尚未提出销毁鉴定。",
        ArchiveRefused::SameHand => "提出与审定不得为同一人。",
        ArchiveRefused::Proposed => "已由他人提出。",
        ArchiveRefused::Destroyed => "档案已销毁。",
    };
    Problem::conflict(zh, format!("Not now: {refused}."))
}

/// The answer for a case that has no file yet.
pub(crate) fn not_archived() -> Problem {
    Problem::not_found("该诉求尚未归档。", "The case is not archived.")
}
