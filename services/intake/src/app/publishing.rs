//! Making answers public: a draft redacted by rule, edited and released by a person, taken back with a reason.

use contracts::record::{CasePublished, CaseUnpublished};
use identity::{Action, Claims, may};
use ids::{CaseId, PublicationId};
use intake_rules::{
    Candidate, Private, PublicationCommand, PublicationEffect, PublicationRefused, PublicationState,
    decide_publication, may_be_public,
};
use jiff::civil::Date;
use runtime::Draft;
use serde_json::{Value, json};
use sqlx::PgConnection;
use text::Kind;
use web::{FieldError, Problem};

use crate::{
    app::{Core, party::Party, redaction, replies::replies, say::say, sealed},
    http::fault,
    store::{
        cases, dossier,
        find::{self, File},
        postings,
        publications::{self, Publication},
        secrecy,
    },
};

/// Where the words of an edit stand, sealed, in the detail of a deed.
pub(crate) const SEALED: &str = "sealed";

/// The detail of a deed as moderators read it.
pub(crate) fn opened(core: &Core, case: CaseId, detail: Value) -> anyhow::Result<Value> {
    match detail[SEALED].as_str() {
        Some(words) => Ok(serde_json::from_str(&sealed::open_text(&core.vault, case, words)?)?),
        None => Ok(detail),
    }
}

/// What a moderator does with a public answer.
pub(crate) enum Deed {
    Edit { title: String, question: String, answer: String },
    Release { let_stand: Vec<Kind> },
    Refuse { reason: String },
    Unpublish { reason: String },
    Mark { month: Option<Date> },
}

/// Makes a draft of a closed case: the answer comes from routing, or from the moderator when routing is silent.
pub(crate) async fn draft(
    core: &Core,
    caller: &Claims,
    file: &File,
    pasted: Option<String>,
) -> Result<Publication, Problem> {
    may(caller, &Action::Moderate)?;
    allowed(core, file, None)?;
    let mut connection = core.platform.db.pool.acquire().await.map_err(|error| fault(error.into()))?;
    open_result(&mut connection, file).await?;
    drop(connection);
    let told = replies(core, file).await?;
    let told = told.and_then(|replies| replies.into_iter().rfind(|reply| reply.released));
    allowed(core, file, told.as_ref().map(|reply| reply.public))?;
    let from_routing = told.is_some();
    let answer = told.map(|reply| reply.public_text).or(pasted).ok_or_else(|| {
        let reason = ("答复正文暂时无法取得，请填写", "the answer cannot be had now; write it in");
        Problem::unprocessable(vec![FieldError::new("answer", reason.0, reason.1)])
    })?;
    let party = core.party(file.case_id, file.party.as_deref())?;
    // Derived: two moderators who begin at once make one.
    let id = PublicationId::derived(&format!("publication:{}", file.case_id));
    let row = Publication {
        id,
        case_id: file.case_id,
        state: PublicationState::Draft,
        kind: file.kind.clone(),
        subject: file.subject.clone(),
        region: file.region.to_string(),
        unit: file.unit.as_ref().map(ToString::to_string),
        received_on: file.received_at.to_zoned(core.zone.clone()).date(),
        original_answer: core.vault.seal(id.0.as_bytes(), answer.as_bytes()),
        from_routing,
        title: redaction::redact(&party, &file.title),
        question: redaction::redact(&party, &file.body),
        answer: redaction::redact(&party, &answer),
        reason: None,
        typical_month: None,
        released_at: None,
        pack: core.packs.of_case(&file.pack.id)?.stamp.clone(),
        version: 1,
    };
    let written = async {
        let mut transaction = core.platform.db.pool.begin().await?;
        if let Some(there) = publications::lock(&mut transaction, id).await? {
            return Ok(there);
        }
        if publications::write(&mut transaction, &row).await? {
            let detail = json!({"from_routing": from_routing});
            publications::log(&mut transaction, &row, core.now(), &caller.actor(), "drafted", detail).await?;
        }
        transaction.commit().await?;
        Ok(row)
    };
    written.await.map_err(|error: sqlx::Error| fault(error.into()))
}

/// Carries a deed out on the version that the moderator read.
pub(crate) async fn perform(
    core: &Core,
    caller: &Claims,
    id: PublicationId,
    read_version: i64,
    deed: Deed,
) -> Result<Publication, Problem> {
    may(caller, &Action::Moderate)?;
    let broken = |error: sqlx::Error| fault(error.into());
    let mut transaction = core.platform.db.pool.begin().await.map_err(broken)?;
    let row =
        publications::by_ids(&mut transaction, &[id.0]).await.map_err(broken)?.pop().ok_or_else(missing)?;
    // The case before what is public of it: whoever hears that it goes round again locks in the same order.
    cases::lock(&mut transaction, &[row.case_id.0]).await.map_err(broken)?;
    let before = publications::lock(&mut transaction, id).await.map_err(broken)?.ok_or_else(missing)?;
    let (state, effect) = decide_publication(before.state, command(&deed)).map_err(conflict)?;
    let Some(effect) = effect else { return Ok(before) };
    if before.version != read_version {
        return Err(Problem::precondition_failed());
    }
    let file = find::by_id(&mut transaction, before.case_id).await.map_err(broken)?.ok_or_else(missing)?;
    in_region(caller, &file)?;
    let now = core.now();
    let mut after = Publication { state, version: before.version + 1, ..before.clone() };
    let (word, detail) = apply(core, &mut transaction, &file, &mut after, deed, &before).await?;
    let body: Option<contracts::Body> = match effect {
        PublicationEffect::TellPublished => {
            after.released_at = Some(now);
            Some(CasePublished { publication: id }.into())
        }
        PublicationEffect::TellUnpublished => {
            after.typical_month = None;
            Some(CaseUnpublished { reason: after.reason.clone().unwrap_or_default() }.into())
        }
        PublicationEffect::Edited | PublicationEffect::KeptPrivate | PublicationEffect::Marked => None,
    };
    let stored = async {
        publications::write(&mut transaction, &after).await?;
        publications::log(&mut transaction, &after, now, &caller.actor(), word, detail).await?;
        match effect {
            PublicationEffect::TellPublished => {
                let weights =
                    postings::weigh(&[(&after.title, 4.0), (&after.question, 2.0), (&after.answer, 1.0)]);
                postings::put(&mut transaction, postings::ANSWERS, id.0, &weights).await?;
            }
            PublicationEffect::TellUnpublished => {
                postings::remove(&mut transaction, postings::ANSWERS, id.0).await?;
            }
            PublicationEffect::Edited | PublicationEffect::KeptPrivate | PublicationEffect::Marked => {}
        }
        if let Some(body) = body {
            let draft = Draft {
                aggregate: file.case_id.0,
                region: file.region.clone(),
                time: now,
                actor: caller.actor(),
                causation: None,
                historic: false,
                trace: None,
                body,
            };
            let mut heads = dossier::heads(&mut transaction, &[file.case_id.0]).await?;
            say(&mut transaction, &mut heads, vec![draft]).await?;
        }
        transaction.commit().await
    };
    stored.await.map_err(broken)?;
    core.platform.wake.outbox();
    Ok(after)
}

async fn apply(
    core: &Core,
    connection: &mut PgConnection,
    file: &File,
    after: &mut Publication,
    deed: Deed,
    before: &Publication,
) -> Result<(&'static str, Value), Problem> {
    match deed {
        Deed::Edit { title, question, answer } => {
            // What the moderator types is redacted too before it is kept: the log keeps what was there.
            let party = core.party(file.case_id, file.party.as_deref())?;
            let [title, question, answer] =
                [title, question, answer].map(|words| redaction::hide(&party, &words));
            let was = json!({"title": before.title, "question": before.question, "answer": before.answer});
            let is = json!({"title": title, "question": question, "answer": answer});
            (after.title, after.question, after.answer) = (title, question, answer);
            // The rules may have missed somebody whom the moderator saw: what was there is kept, but not in clear.
            let words = json!({"was": was, "is": is}).to_string();
            let sealed = sealed::seal_text(&core.vault, file.case_id.0, &words);
            Ok(("edited", json!({SEALED: sealed})))
        }
        Deed::Release { let_stand } => {
            allowed(core, file, None)?;
            open_result(connection, file).await?;
            let party = core.party(file.case_id, file.party.as_deref())?;
            clean(&party, after, &let_stand)?;
            let words: Vec<&str> = let_stand.iter().map(|kind| redaction::word(*kind)).collect();
            Ok(("released", json!({"let_stand": words})))
        }
        Deed::Refuse { reason } => {
            after.reason = Some(reason.clone());
            Ok(("refused", json!({"reason": reason})))
        }
        Deed::Unpublish { reason } => {
            after.reason = Some(reason.clone());
            Ok(("unpublished", json!({"reason": reason})))
        }
        Deed::Mark { month } => {
            if let Some(month) = month.filter(|month| before.typical_month != Some(*month)) {
                let rules = core.packs.of_case(&file.pack.id)?.pack.publishing.as_ref();
                let most = rules.map_or(0, |rules| i64::from(rules.typical_per_month));
                let there = publications::typical_of(connection, month).await;
                if there.map_err(|error| fault(error.into()))? >= most {
                    return Err(Problem::conflict(
                        format!("该月典型案例已达 {most} 件。"),
                        format!("The month has {most} typical cases already."),
                    ));
                }
            }
            after.typical_month = month;
            Ok(("marked", json!({"month": month})))
        }
    }
}

/// Refuses to let out what still tells of somebody; names field and kinds, never the words.
fn clean(party: &Party, words: &Publication, let_stand: &[Kind]) -> Result<(), Problem> {
    let fields = [("title", &words.title), ("question", &words.question), ("answer", &words.answer)];
    let errors = fields.into_iter().filter_map(|(field, text)| {
        let left = redaction::leftovers(party, text, let_stand);
        let zh: String = left.iter().map(|kind| kind.placeholder()).collect();
        let en: Vec<&str> = left.iter().map(|kind| redaction::word(*kind)).collect();
        let en = format!("still holds: {}", en.join(", "));
        (!left.is_empty()).then(|| FieldError::new(field, format!("仍含有{zh}"), en))
    });
    let errors: Vec<FieldError> = errors.collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::unprocessable(errors)) }
}

fn allowed(core: &Core, file: &File, marked: Option<bool>) -> Result<(), Problem> {
    let rules = core.packs.of_case(&file.pack.id)?.pack.publishing.as_ref();
    let candidate =
        Candidate { state: file.state, kind: &file.kind, confidential: file.confidential, marked };
    may_be_public(rules, candidate).map_err(|private: Private| {
        Problem::conflict(format!("{}。", private.zh()), format!("Stays private: {private}."))
    })
}

/// Refuses what would tell of a result that is secret.
async fn open_result(connection: &mut PgConnection, file: &File) -> Result<(), Problem> {
    if secrecy::hides(connection, file).await.map_err(|error| fault(error.into()))? {
        return Err(Problem::conflict(
            "该诉求的处理结果保密，不予公开。",
            "The result of this case is secret.",
        ));
    }
    Ok(())
}

/// A moderator who is bound to a region moderates that region.
pub(crate) fn in_region(caller: &Claims, file: &File) -> Result<(), Problem> {
    let inside = caller.region.as_ref().is_none_or(|bound| bound.contains(&file.region));
    if inside { Ok(()) } else { Err(missing()) }
}

fn command(deed: &Deed) -> PublicationCommand {
    match deed {
        Deed::Edit { .. } => PublicationCommand::Edit,
        Deed::Release { .. } => PublicationCommand::Release,
        Deed::Refuse { .. } => PublicationCommand::Refuse,
        Deed::Unpublish { .. } => PublicationCommand::Unpublish,
        Deed::Mark { .. } => PublicationCommand::Mark,
    }
}

fn conflict(refused: PublicationRefused) -> Problem {
    let state = refused.state;
    Problem::conflict(
        format!("该答复当前为“{}”，不能进行此操作。", state.zh()),
        format!("The public answer is {}; this cannot be done now.", state.as_str()),
    )
}

/// The answer for a publication that is not there, or not for the caller.
pub(crate) fn missing() -> Problem {
    Problem::not_found("没有这条公开答复。", "There is no such public answer.")
}
