//! Takes a file into a case: read once, sealed while it is read, judged before anything points to it.

use contracts::record::CaseAttached;
use ids::AttachmentId;
use intake_rules::{Refusal, Seen, State, judge};
use runtime::Draft;
use web::{FieldError, Problem};

use crate::{
    app::{Core, say::say},
    files::Stored,
    http::fault,
    store::{
        attachments::{self, Attachment},
        cases, dossier,
        find::File,
    },
};

/// What became of a file.
pub(crate) struct Taken {
    pub(crate) attachment: Attachment,
    /// It was there already.
    pub(crate) repeated: bool,
}

/// The most bytes of one file under the pack of a case, if it takes any.
///
/// # Errors
/// A problem: the pack takes none, or the state of the case does not.
pub(crate) fn most_bytes(core: &Core, file: &File) -> Result<u64, Problem> {
    let pack = &core.packs.of_case(&file.pack.id)?.pack;
    let open = matches!(
        file.state,
        State::Registered | State::Accepted | State::Dispatched | State::Reopened | State::Merged
    );
    if !open {
        return Err(Problem::conflict(
            format!("该诉求当前为“{}”，不能再提交附件。", file.state.zh()),
            format!("The case is {}; nothing can be attached now.", file.state.en()),
        ));
    }
    match pack.attachments {
        Some(_) => Ok(pack.limits.attachment_max_bytes),
        None => Err(refused(Refusal::Form)),
    }
}

/// Writes a file that stands in the store into its case.
pub(crate) async fn attach(
    core: &Core,
    file: &File,
    actor: String,
    stored: Stored,
    seen: &Seen,
) -> Result<Taken, Problem> {
    let known = core.packs.of_case(&file.pack.id)?;
    let rules = known.pack.attachments.as_ref().ok_or_else(|| refused(Refusal::Form))?;
    let form = judge(rules, known.pack.limits.attachment_max_bytes, seen).map_err(refused)?;
    let id = AttachmentId::derived(&format!("{}:{}", file.case_id, crate::files::hex(&stored.digest)));
    let new = Attachment {
        id,
        digest: stored.digest.to_vec(),
        name: core.vault.seal(id.0.as_bytes(), seen.name.as_bytes()),
        media: form.media.to_owned(),
        bytes: i64::try_from(stored.bytes).unwrap_or(i64::MAX),
        at: core.now(),
        actor,
    };
    let written = async {
        let mut transaction = core.platform.db.pool.begin().await?;
        // The lock of the case makes two at once wait for one another, so that the count holds.
        cases::lock(&mut transaction, &[file.case_id.0]).await?;
        let there = attachments::of_case(&mut transaction, file.case_id).await?;
        if let Some(before) = there.iter().find(|before| before.digest == new.digest) {
            return Ok(Ok(Taken { attachment: before.clone(), repeated: true }));
        }
        if there.len() >= known.pack.limits.attachments_max as usize {
            return Ok(Err(Refusal::TooMany));
        }
        attachments::insert(&mut transaction, file.case_id, &new, &known.stamp).await?;
        let body = CaseAttached { attachment: id, media: new.media.clone(), bytes: new.bytes };
        let draft = Draft {
            aggregate: file.case_id.0,
            region: file.region.clone(),
            time: new.at,
            actor: new.actor.clone(),
            causation: None,
            historic: false,
            trace: None,
            body: body.into(),
        };
        let mut heads = dossier::heads(&mut transaction, &[file.case_id.0]).await?;
        say(&mut transaction, &mut heads, vec![draft]).await?;
        transaction.commit().await?;
        core.platform.wake.outbox();
        Ok(Ok(Taken { attachment: new, repeated: false }))
    };
    let outcome: Result<_, sqlx::Error> = written.await;
    outcome.map_err(|error| fault(error.into()))?.map_err(refused)
}

/// A refusal as the caller reads it.
pub(crate) fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::TooLong => Problem::too_large(),
        Refusal::Empty
        | Refusal::TooMany
        | Refusal::Program
        | Refusal::Acts
        | Refusal::TwoExtensions
        | Refusal::Form
        | Refusal::Disguised
        | Refusal::Bomb => {
            Problem::unprocessable(vec![FieldError::new("file", refusal.zh(), refusal.to_string())])
        }
    }
}
