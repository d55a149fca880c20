//! `/api/notification/bulletins`: what is told to the public by decision; one writes, another one releases.

use std::collections::BTreeSet;

use anyhow::Context as _;
use axum::{extract, http::StatusCode};
use identity::{Action, Claims, may};
use ids::{NoticeId, PublicationId, RegionCode};
use jiff::Timestamp;
use notification_rules::{
    bulletin::{Command, Refusal, State, Unfit, decide, fits},
    outside,
};
use sqlx::PgPool;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, IfMatch, Json, Later, MaybeCaller, Path, Problem, Query};

use super::Desk;
use crate::store::{bulletins, public_answers, publication};

/// What it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Sort {
    /// 突发公开.
    Crisis,
    /// 办理情况通报: how units handle.
    Handling,
    /// 典型事例 of the month.
    Typical,
    /// 接待日预告.
    Reception,
    /// 新闻发布会: the half-monthly report of the leaders.
    Briefing,
    /// 依申请公开.
    Disclosure,
    /// 热点投诉曝光: complaints that the media show, as far as their answers are public.
    Exposure,
}

impl Sort {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Crisis => "crisis",
            Self::Handling => "handling",
            Self::Typical => "typical",
            Self::Reception => "reception",
            Self::Briefing => "briefing",
            Self::Disclosure => "disclosure",
            Self::Exposure => "exposure",
        }
    }
}

/// What is to be told.
#[derive(Debug, serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Draft {
    sort: Sort,
    /// Whom it concerns.
    #[schema(value_type = String, example = "511600")]
    region: RegionCode,
    title_zh: String,
    title_en: String,
    zh: String,
    en: String,
    /// Public answers that it speaks of; `exposure` needs some.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    publications: Vec<PublicationId>,
}

/// A bulletin.
#[derive(Debug, serde::Serialize, ToSchema)]
pub(crate) struct Bulletin {
    #[schema(value_type = String, format = Uuid)]
    id: Uuid,
    /// `crisis`, `handling`, `typical`, `reception`, `briefing`, `disclosure`, `exposure`.
    sort: String,
    region: String,
    title_zh: String,
    title_en: String,
    zh: String,
    en: String,
    #[schema(value_type = Vec<String>)]
    publications: Vec<Uuid>,
    /// `draft`, `released`, `withdrawn`.
    state: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    released_at: Option<Timestamp>,
    version: i64,
}

impl From<bulletins::Bulletin> for Bulletin {
    fn from(one: bulletins::Bulletin) -> Self {
        Self {
            id: one.id,
            sort: one.sort,
            region: one.region,
            title_zh: one.title.0,
            title_en: one.title.1,
            zh: one.body.0,
            en: one.body.1,
            publications: one.publications,
            state: one.state.as_str().to_owned(),
            released_at: one.released_at,
            version: one.version,
        }
    }
}

/// Which of them.
#[derive(Debug, serde::Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    sort: Option<Sort>,
    /// Of this region and all that lies in it.
    #[param(value_type = Option<String>)]
    region: Option<RegionCode>,
}

/// 公开通报 what was told to the public, newest first; for everybody. Whoever releases sees the drafts of the own region as well
#[utoipa::path(
    get, path = "/bulletins", operation_id = "list_bulletins", params(Asked),
    responses((status = 200, body = Vec<Bulletin>), (status = 400, body = Problem))
)]
pub(crate) async fn list(
    extract::State(desk): extract::State<Desk>,
    MaybeCaller(claims): MaybeCaller,
    Query(asked): Query<Asked>,
) -> Result<Json<Vec<Bulletin>>, Problem> {
    let moderator = claims.filter(|claims| may(claims, &Action::Moderate).is_ok());
    let drafts = moderator.as_ref().map(|claims| claims.region.as_ref().map_or("", RegionCode::stem));
    let of = (asked.sort.map(Sort::as_str), asked.region.as_ref().map(RegionCode::stem));
    let pool = &desk.core.platform.db.pool;
    let rows = bulletins::list(pool, of, drafts).await.context("listing bulletins")?;
    Ok(Json(shown(pool, rows).await?))
}

/// 通报全文 one bulletin, as the feed and the stream name it; for everybody once it is released
#[utoipa::path(
    get, path = "/bulletins/{id}", operation_id = "read_bulletin",
    params(("id" = String, Path, description = "The bulletin", format = Uuid)),
    responses((status = 200, body = Bulletin), (status = 404, body = Problem))
)]
pub(crate) async fn one(
    extract::State(desk): extract::State<Desk>,
    Path(id): Path<Uuid>,
) -> Result<Json<Bulletin>, Problem> {
    let pool = &desk.core.platform.db.pool;
    let found = bulletins::find(pool, id).await.context("reading a bulletin")?;
    let released = found.filter(|one| one.state == State::Released);
    let shown = shown(pool, released.into_iter().collect()).await?.pop();
    shown.map(Json).ok_or_else(unknown)
}

/// An answer that was taken down since is no longer named.
async fn shown(pool: &PgPool, rows: Vec<bulletins::Bulletin>) -> Result<Vec<Bulletin>, Problem> {
    let named: Vec<Uuid> = rows.iter().flat_map(|row| row.publications.iter().copied()).collect();
    let public = public(pool, &named).await?;
    let fit = |mut row: bulletins::Bulletin| {
        row.publications.retain(|publication| public.contains(publication));
        Bulletin::from(row)
    };
    Ok(rows.into_iter().map(fit).collect())
}

async fn public(pool: &PgPool, named: &[Uuid]) -> Result<BTreeSet<Uuid>, Problem> {
    if named.is_empty() {
        return Ok(BTreeSet::new());
    }
    let among = public_answers::among(pool, named).await.context("looking for public answers")?;
    Ok(among.into_iter().collect())
}

/// Whoever is bound to a region writes and turns what concerns that region.
fn in_region(claims: &Claims, region: &RegionCode) -> bool {
    claims.region.as_ref().is_none_or(|bound| bound.contains(region))
}

fn unknown() -> Problem {
    Problem::not_found("没有这份通报。", "There is no such bulletin.")
}

/// 起草通报 write a bulletin; nobody outside sees it yet
#[utoipa::path(
    post, path = "/bulletins", operation_id = "draft_bulletin", request_body = Draft, security(("bearer" = [])),
    responses(
        (status = 201, body = Bulletin), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn draft(
    extract::State(desk): extract::State<Desk>,
    Caller(claims): Caller,
    draft: Later<Draft>,
) -> Result<(StatusCode, Json<Bulletin>), Problem> {
    may(&claims, &Action::ManageReception).or_else(|_| may(&claims, &Action::Supervise))?;
    let draft = draft.read()?;
    if !in_region(&claims, &draft.region) {
        return Err(Problem::bad_request(
            "region",
            "不在本人所属区域",
            "lies outside the region that you are bound to",
        ));
    }
    let pool = &desk.core.platform.db.pool;
    let named: BTreeSet<Uuid> = draft.publications.iter().take(200).map(|one| one.0).collect();
    let public = public(pool, &named.iter().copied().collect::<Vec<_>>()).await?;
    fits(draft.sort == Sort::Exposure, &named, &public).map_err(|unfit| match unfit {
        Unfit::NotPublic => {
            Problem::bad_request("publications", "含有未公开的答复", "names an answer that is not public")
        }
        Unfit::NothingPublic => Problem::bad_request(
            "publications",
            "曝光须依据已公开的答复",
            "must name public answers: nothing else has been redacted",
        ),
    })?;
    let one = bulletins::Bulletin {
        id: NoticeId::fresh().0,
        sort: draft.sort.as_str().to_owned(),
        region: draft.region.to_string(),
        title: (clean("title_zh", &draft.title_zh, 200)?, clean("title_en", &draft.title_en, 200)?),
        body: (clean("zh", &draft.zh, 20_000)?, clean("en", &draft.en, 20_000)?),
        publications: named.into_iter().collect(),
        state: State::Draft,
        drafted_by: claims.actor(),
        drafted_at: desk.core.office.now(),
        released_at: None,
        version: 1,
    };
    bulletins::insert(pool, &one).await.context("writing a bulletin")?;
    Ok((StatusCode::CREATED, Json(one.into())))
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Turn {
    Release,
    Withdraw,
}

/// 发布或撤回通报 tell the public, or take it back; whoever wrote it does not release it
#[utoipa::path(
    post, path = "/bulletins/{id}/{turn}", operation_id = "turn_bulletin",
    params(
        ("id" = String, Path, description = "The bulletin", format = Uuid),
        ("turn" = String, Path, description = "`release` or `withdraw`"),
        ("If-Match" = String, Header, description = "The version that was read"),
    ),
    security(("bearer" = [])),
    responses(
        (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem), (status = 428, body = Problem),
    )
)]
pub(crate) async fn turn(
    extract::State(desk): extract::State<Desk>,
    Caller(claims): Caller,
    Path((id, turn)): Path<(Uuid, Turn)>,
    version: IfMatch,
) -> Result<StatusCode, Problem> {
    may(&claims, &Action::Moderate)?;
    let version = version.require()?;
    let (core, now) = (&desk.core, desk.core.office.now());
    let mut transaction = core.platform.db.pool.begin().await.context("turning a bulletin")?;
    let found = bulletins::lock(&mut transaction, id).await.context("turning a bulletin")?;
    let own = |one: &bulletins::Bulletin| one.region.parse().is_ok_and(|region| in_region(&claims, &region));
    let one = found.filter(own).ok_or_else(unknown)?;
    if one.version != version {
        return Err(Problem::precondition_failed());
    }
    let command = match turn {
        Turn::Release => Command::Release { own: claims.acted_as(&one.drafted_by) },
        Turn::Withdraw => Command::Withdraw,
    };
    let state = decide(one.state, command).map_err(|refusal| match refusal {
        Refusal::OwnHand => {
            Problem::conflict("起草人不能自行发布。", "Whoever wrote it does not release it.")
        }
        Refusal::NotNow => Problem::conflict("当前状态不允许此操作。", "Its state does not allow this."),
    })?;
    if state == State::Released {
        let named: BTreeSet<Uuid> = one.publications.iter().copied().collect();
        let public = public(&core.platform.db.pool, &one.publications).await?;
        fits(one.sort == Sort::Exposure.as_str(), &named, &public).map_err(|_| {
            Problem::conflict("所引答复已不公开。", "It names an answer that is no longer public.")
        })?;
    }
    let stamp = (claims.actor(), now);
    bulletins::turn(&mut transaction, id, state.as_str(), (&stamp.0, now))
        .await
        .context("turning a bulletin")?;
    if core.office.is_listened_to()
        && let Ok(region) = one.region.parse()
    {
        let word = if turn == Turn::Release { "released" } else { "withdrawn" };
        let entry = outside::Entry {
            event: format!("bulletin.{word}"),
            region,
            kind: None,
            sort: Some(one.sort.clone()),
            number: None,
            unit: None,
            result: None,
        };
        let id = NoticeId::derived(&format!("{id}:{word}")).0;
        let entry = publication::Entry { id, case: one.id, at: now, entry };
        publication::lay_down(&mut transaction, vec![entry]).await.context("turning a bulletin")?;
    }
    transaction.commit().await.context("turning a bulletin")?;
    Ok(StatusCode::NO_CONTENT)
}

/// Cleans a text; one that names a person's telephone, identity number or the like does not go to the public.
fn clean(field: &'static str, text: &str, most: usize) -> Result<String, Problem> {
    let cleaned = text::clean(text).text;
    if cleaned.trim().is_empty() || cleaned.chars().count() > most {
        let (zh, en) = (format!("应为 1 至 {most} 个字"), format!("must be 1 to {most} characters"));
        return Err(Problem::bad_request(field, &zh, &en));
    }
    if text::redact(&cleaned).text != cleaned {
        return Err(Problem::bad_request(
            field,
            "含有个人信息，不能公开",
            "holds something personal that cannot be public",
        ));
    }
    Ok(cleaned)
}
