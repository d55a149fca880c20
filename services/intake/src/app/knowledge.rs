//! Keeping knowledge: writing, publishing, withdrawing and reviewing articles, each deed with its trace.

use identity::{Action, Claims, may};
use ids::{ArticleId, UnitCode};
use intake_rules::{ArticleCommand, ArticleEffect, ArticleRefused, ArticleState, decide_article};
use jiff::{ToSpan as _, civil::Date};
use web::Problem;

use crate::{
    app::Core,
    http::fault,
    store::{
        article_log,
        articles::{self, Article, Office},
        postings,
    },
};

/// What an article says.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) questions: Vec<String>,
    pub(crate) materials: Vec<String>,
    pub(crate) subject: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) refer_unit: Option<String>,
    pub(crate) office: Option<Office>,
    pub(crate) source: Option<String>,
    pub(crate) valid_until: Option<Date>,
    pub(crate) next_review_on: Option<Date>,
}

/// What is asked of an article that is there.
pub(crate) enum Deed {
    Revise(Box<Words>),
    Publish,
    Withdraw,
    Confirm { next_review_on: Option<Date> },
}

/// Who keeps all articles, and who proposes those of a unit.
pub(crate) fn may_write(claims: &Claims, owner: &UnitCode) -> Result<(), Problem> {
    if may(claims, &Action::ProposeKnowledge { unit: owner.clone() }).is_err() {
        may(claims, &Action::ManageKnowledge)?;
    }
    Ok(())
}

/// Writes a new article as a draft.
pub(crate) async fn propose(
    core: &Core,
    caller: &Claims,
    form: &str,
    owner: UnitCode,
    words: Words,
) -> Result<Article, Problem> {
    may_write(caller, &owner)?;
    let mut article = Article {
        id: ArticleId::fresh(),
        form: form.to_owned(),
        state: ArticleState::Draft,
        revision: 1,
        title: String::new(),
        body: String::new(),
        questions: Vec::new(),
        materials: Vec::new(),
        subject: None,
        region: None,
        owner_unit: owner,
        refer_unit: None,
        office: None,
        source: None,
        valid_until: None,
        next_review_on: None,
        published_on: None,
        reviewed_on: None,
        uses: 0,
        changed_at: core.now(),
        actor: caller.actor(),
        version: 1,
    };
    put_words(&mut article, words);
    let written = async {
        let mut transaction = core.platform.db.pool.begin().await?;
        articles::write(&mut transaction, &article).await?;
        article_log::log(&mut transaction, &article, "proposed", None).await?;
        transaction.commit().await
    };
    written.await.map_err(|error| fault(error.into()))?;
    Ok(article)
}

/// Carries a deed out on the version that the caller read.
pub(crate) async fn perform(
    core: &Core,
    caller: &Claims,
    id: ArticleId,
    read_version: i64,
    deed: Deed,
) -> Result<Article, Problem> {
    let today = core.today();
    let broken = |error: sqlx::Error| fault(error.into());
    let mut transaction = core.platform.db.pool.begin().await.map_err(broken)?;
    let before = articles::lock(&mut transaction, id).await.map_err(broken)?.ok_or_else(missing)?;
    match deed {
        Deed::Revise(_) | Deed::Confirm { .. } => may_write(caller, &before.owner_unit)?,
        Deed::Publish | Deed::Withdraw => may(caller, &Action::ManageKnowledge)?,
    }
    let (state, effect) = decide_article(before.state, command(&deed, today, &before)).map_err(refused)?;
    let Some(effect) = effect else { return Ok(before) };
    if before.version != read_version {
        return Err(Problem::precondition_failed());
    }
    let mut after = Article {
        state,
        version: before.version + 1,
        changed_at: core.now(),
        actor: caller.actor(),
        ..before.clone()
    };
    let (word, late) = apply(core, &mut after, deed, effect, today);
    let stored = async {
        if effect == ArticleEffect::Rewritten {
            article_log::keep(&mut transaction, &before).await?;
        }
        articles::write(&mut transaction, &after).await?;
        article_log::log(&mut transaction, &after, word, late).await?;
        match effect {
            ArticleEffect::Shown => {
                let questions = after.questions.join("\n");
                let office = after.office.as_ref().map_or("", |office| office.name.as_str());
                let weights = postings::weigh(&[
                    (&after.title, 4.0),
                    (&questions, 3.0),
                    (&after.body, 1.0),
                    (office, 1.0),
                ]);
                postings::put(&mut transaction, postings::KNOWLEDGE, id.0, &weights).await?;
            }
            ArticleEffect::Rewritten | ArticleEffect::Hidden => {
                postings::remove(&mut transaction, postings::KNOWLEDGE, id.0).await?;
            }
            ArticleEffect::Reviewed => {}
        }
        transaction.commit().await
    };
    stored.await.map_err(broken)?;
    Ok(after)
}

fn command(deed: &Deed, today: Date, before: &Article) -> ArticleCommand {
    match deed {
        Deed::Revise(_) => ArticleCommand::Revise,
        Deed::Publish => ArticleCommand::Publish { today, valid_until: before.valid_until },
        Deed::Withdraw => ArticleCommand::Withdraw,
        Deed::Confirm { .. } => ArticleCommand::Confirm,
    }
}

fn apply(
    core: &Core,
    after: &mut Article,
    deed: Deed,
    effect: ArticleEffect,
    today: Date,
) -> (&'static str, Option<i32>) {
    let next = || {
        let known = core.packs.get(&core.config.default_pack)?;
        let days = known.pack.knowledge.as_ref()?.review_after_days;
        today.checked_add(i64::from(days).days()).ok()
    };
    match (effect, deed) {
        (ArticleEffect::Shown, _) => {
            after.published_on = Some(today);
            after.next_review_on = after.next_review_on.filter(|day| *day > today).or_else(next);
            ("published", None)
        }
        (ArticleEffect::Hidden, _) => ("withdrawn", None),
        (ArticleEffect::Reviewed, deed) => {
            let late = after.next_review_on.and_then(|due| (today - due).get_days().max(0).into());
            after.reviewed_on = Some(today);
            let asked = match deed {
                Deed::Confirm { next_review_on } => next_review_on,
                Deed::Revise(_) | Deed::Publish | Deed::Withdraw => None,
            };
            after.next_review_on = asked.or_else(next);
            ("reviewed", late)
        }
        (ArticleEffect::Rewritten, Deed::Revise(words)) => {
            after.revision += 1;
            put_words(after, *words);
            ("revised", None)
        }
        (ArticleEffect::Rewritten, Deed::Publish | Deed::Withdraw | Deed::Confirm { .. }) => {
            ("revised", None)
        }
    }
}

fn put_words(article: &mut Article, words: Words) {
    article.title = words.title;
    article.body = words.body;
    article.questions = words.questions;
    article.materials = words.materials;
    article.subject = words.subject;
    article.region = words.region;
    article.refer_unit = words.refer_unit;
    article.office = words.office;
    article.source = words.source;
    article.valid_until = words.valid_until;
    article.next_review_on = words.next_review_on;
}

fn refused(refused: ArticleRefused) -> Problem {
    match refused {
        ArticleRefused::State(state) => Problem::conflict(
            format!("该条目当前为“{}”，不能进行此操作。", state.as_str()),
            format!("The article is {}; this cannot be done now.", state.as_str()),
        ),
        ArticleRefused::Over => {
            Problem::conflict("有效期已过，请先修改。", "Its last day is over; revise it first.")
        }
    }
}

/// The answer for an article that is not there, or not for the caller.
pub(crate) fn missing() -> Problem {
    Problem::not_found("没有这条知识。", "There is no such article.")
}
