//! POST and GET /cases/{number}/notices: written notices by the forms of the pack, each with serial and day of service.

use axum::{extract::State, response::Response};
use contracts::record::CaseNoticeIssued;
use identity::Action;
use intake_rules::{State as Stage, decline_reason, notice::Owed};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Caller, IfMatch, Json, Later, Path, Problem};

use crate::{
    app::{Desk, change::Changed, hand::Hand, sealed},
    http::{access, broken, transition, wrong},
    store::notices::{self, Notice},
};

/// A notice to be issued, or the note why none is owed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Issue {
    /// A form of the pack.
    form: String,
    /// Day on which it was served; today when missing.
    #[schema(value_type = Option<String>, format = Date)]
    served_on: Option<Date>,
    /// How: `post`, `in-person`, `electronic`.
    way: Option<String>,
    /// None is owed: `unclear` (name or address is unclear).
    waived: Option<String>,
}

/// A notice.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Shown {
    form: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    serial: Option<String>,
    /// What stands in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    due_on: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    served_on: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    way: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waived: Option<String>,
}

/// The notices of a case.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Notices {
    notices: Vec<Shown>,
}

/// Issues a notice. Each form is issued once.
#[utoipa::path(post, path = "/cases/{number}/notices", tag = "acceptance", request_body = Issue,
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = Changed, headers(("ETag" = String))),
              (status = 409, description = "issued before, or not of this state", body = Problem),
              (status = 412, description = "changed since it was read", body = Problem),
              (status = 422, description = "fields are wrong", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn issue(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
    issue: Later<Issue>,
) -> Result<Response, Problem> {
    let action = |_: &crate::store::find::File| Action::DecideAcceptance;
    let (file, version) = transition::open(&desk, &claims, &number, &version, action).await?;
    let core = &desk.core;
    let known = core.packs.of_case(&file.pack.id)?;
    let issue = issue.read()?;
    let form = known.pack.notice.iter().find(|form| form.code == issue.form);
    let form = form.ok_or_else(|| wrong("form", "规则包没有这个文书", "the pack has no such form"))?;
    let today = core.today();
    let received = file.received_at.to_zoned(core.zone.clone()).date();
    let served_on = issue.served_on.unwrap_or(today);
    if served_on > today || served_on < received {
        return Err(wrong("served_on", "应在收到之日与今天之间", "must lie between the receipt and today"));
    }
    if issue.way.as_deref().is_some_and(|way| !["post", "in-person", "electronic"].contains(&way)) {
        return Err(wrong(
            "way",
            "应为 post、in-person 或 electronic",
            "must be post, in-person or electronic",
        ));
    }
    if issue.waived.as_deref().is_some_and(|why| why != "unclear") {
        return Err(wrong("waived", "应为 unclear", "must be unclear"));
    }
    let mut hand = Hand::take(core, &file).await?;
    let before = notices::of_case(hand.connection(), file.case_id.0).await.map_err(broken)?;
    if before.iter().any(|notice| notice.form == issue.form) {
        return Err(Problem::conflict("该文书已经出具。", "This notice has been issued."));
    }
    hand.fits(version)?;
    let reason = file.reason.as_deref().and_then(|code| decline_reason(&known.pack, code).ok());
    if form.owed == Owed::Declined && hand.standing.life.state != Stage::Declined {
        return Err(Problem::conflict("该诉求没有不予受理。", "The case was not declined."));
    }
    let debt = form.debt(received, today);
    let waived = issue.waived.is_some();
    let day = received.to_string();
    let text = form.fill(&[
        ("number", file.number.as_str()),
        ("received", &day),
        ("reason", reason.map_or("", |reason| &reason.label.zh)),
        ("basis", reason.map_or("", |reason| &reason.legal_basis)),
        ("refer_to", reason.map_or("", |reason| &reason.refer_to.zh)),
    ]);
    let serial = match waived {
        true => None,
        false => Some(notices::serial(hand.connection(), today).await.map_err(broken)?),
    };
    let notice = Notice {
        form: issue.form.clone(),
        serial: serial.clone(),
        body: (!waived).then(|| sealed::keep(&core.vault, file.confidential, file.case_id, text)),
        due_on: debt.due,
        served_on: (!waived).then_some(served_on),
        way: issue.way,
        waived: issue.waived,
    };
    let made = (claims.actor(), core.now());
    notices::insert(hand.connection(), file.case_id.0, &notice, (&made.0, made.1), &known.stamp)
        .await
        .map_err(broken)?;
    let told =
        serial.map(|serial| hand.draft(&claims, CaseNoticeIssued { form: issue.form, serial, served_on }));
    Ok(transition::changed(hand.done(told.into_iter().collect()).await?))
}

/// Reads the notices of a case.
#[utoipa::path(get, path = "/cases/{number}/notices", tag = "acceptance",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, description = "notices", body = Notices),
              (status = 404, description = "no such case", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn list(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Json<Notices>, Problem> {
    let file = access::open(&desk.core, &claims, &number).await?;
    let mut connection = desk.core.platform.db.pool.acquire().await.map_err(broken)?;
    let notices = notices::of_case(&mut connection, file.case_id.0).await.map_err(broken)?;
    let open = |text: String| sealed::open_text(&desk.core.vault, file.case_id, &text);
    let shown = |notice: Notice| {
        Ok(Shown {
            form: notice.form,
            serial: notice.serial,
            text: notice.body.map(open).transpose()?,
            due_on: notice.due_on,
            served_on: notice.served_on,
            way: notice.way,
            waived: notice.waived,
        })
    };
    Ok(Json(Notices { notices: notices.into_iter().map(shown).collect::<anyhow::Result<_>>()? }))
}
