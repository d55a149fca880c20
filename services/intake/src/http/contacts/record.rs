//! POST /contacts: an operator writes down a contact that makes no case.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contracts::words::ContactKind;
use identity::{Action, Claims, may};
use ids::{ArticleId, CaseId, ContactId, RegionCode, UnitCode};
use intake_rules::{ArticleState, ContactLife, Sort};
use jiff::ToSpan as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use web::{Caller, IdempotencyKey, Json, Later, Problem, etag};

use crate::{
    app::{
        Core, Desk,
        contacts::{recorded, tell},
        doors,
        once::once,
        prepare::{self, Message},
    },
    http::{
        contacts::{ContactStanding, begin, commit, standing},
        fault,
        given::Given,
    },
    store::{
        articles,
        contacts::{self, NewContact},
    },
    vault,
};

/// A contact.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactMessage {
    /// `enquiry` 查号, `consultation` 当场答复, `praise` 表扬, `abusive` 骚扰辱骂, `abandoned` 漏接.
    kind: String,
    /// The telephone when missing.
    channel: Option<String>,
    /// Where.
    #[schema(value_type = String)]
    region: RegionCode,
    /// The merged legacy line it was dialled on.
    line: Option<String>,
    /// The article of the knowledge base that was read out.
    #[schema(value_type = Option<String>, format = Uuid)]
    article: Option<ArticleId>,
    /// The unit that was asked for or praised.
    #[schema(value_type = Option<String>)]
    about: Option<UnitCode>,
    /// What was asked and said; for an abusive call the facts, nothing else.
    #[serde(default)]
    note: String,
    /// The number that called; kept, sealed, where a call back is owed or a decision is to be made.
    phone: Option<String>,
    /// Policy pack; the installation's default when missing.
    pack: Option<String>,
}

/// Records a contact. An abusive one brings a code with which the person learns of the decision and objects.
#[utoipa::path(post, path = "/contacts", tag = "contacts", request_body = ContactMessage,
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key with the same body records once")),
    responses((status = 201, body = ContactStanding, headers(("ETag" = String))),
              (status = 403, body = Problem), (status = 409, description = "the key was used", body = Problem),
              (status = 422, body = Problem)), security(("bearer" = [])))]
pub(crate) async fn record(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    IdempotencyKey(key): IdempotencyKey,
    message: Later<ContactMessage>,
) -> Result<Response, Problem> {
    may(&claims, &Action::RecordContact)?;
    let core = &desk.core;
    let message = message.read()?;
    let digest = Sha256::digest(serde_json::to_vec(&message).expect("strings are JSON")).to_vec();
    let (new, code) = check(core, &claims, message).await?;
    let mut transaction = begin(core).await?;
    let id = new.contact_id;
    contacts::insert(&mut transaction, &new).await.map_err(|error| fault(error.into()))?;
    let row = contacts::lock(&mut transaction, id).await;
    let row = row
        .map_err(|error| fault(error.into()))?
        .ok_or_else(|| anyhow::anyhow!("a contact is gone that was just written"))?;
    let answer = ContactStanding { code, ..standing(&row)? };
    let key = key.map(|key| (format!("contacts/{}", new.actor), key));
    if let Some(before) = once(core, &mut transaction, key, &digest, &answer).await? {
        // What was written above goes with the transaction.
        return Ok((StatusCode::CREATED, [etag(before.version)], Json(before)).into_response());
    }
    let kind: ContactKind = new.sort.parse().map_err(anyhow::Error::from)?;
    tell(&mut transaction, &row, new.at, &new.actor, recorded(&row, kind)?).await?;
    commit(core, transaction).await?;
    Ok((StatusCode::CREATED, [etag(answer.version)], Json(answer)).into_response())
}

async fn check(
    core: &Core,
    claims: &Claims,
    message: ContactMessage,
) -> Result<(NewContact, Option<String>), Problem> {
    let known = prepare::pack(core, message.pack.as_deref())?;
    let door = Message { line: message.line, channel: message.channel, ..Message::default() };
    let channel = doors::channel(known, Some(claims), &door)?;
    doors::enter(core, &mut door.clone()).await?;
    let mut given = Given::default();
    let sort = Sort::read(&message.kind);
    given.word("kind", &message.kind, &Sort::ALL.map(Sort::as_str));
    given.region(core, claims, "region", &message.region).await?;
    let owed = sort == Some(Sort::Abandoned);
    let judged = sort == Some(Sort::Abusive);
    let most = known.pack.limits.body_max_chars;
    let note = if judged || sort == Some(Sort::Consultation) {
        given.text("note", &message.note, most)
    } else {
        given.maybe_text("note", Some(&message.note), most).unwrap_or_default()
    };
    if let Some(phone) = &message.phone {
        given.phone("phone", phone);
        given.ensure(
            owed || judged,
            "phone",
            "只有漏接和待认定的来电才保存号码",
            "is kept only where a call back is owed or a decision is to be made",
        );
    }
    given.ensure(!owed || message.phone.is_some(), "phone", "缺少必填项", "required field is missing");
    given.ensure(
        message.article.is_none() || sort == Some(Sort::Consultation),
        "article",
        "仅用于当场答复",
        "belongs to an answer on the spot",
    );
    if let Some(article) = message.article {
        let read = async {
            let mut connection = core.platform.db.pool.acquire().await?;
            articles::by_ids(&mut connection, &[article.0]).await
        };
        let found = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
        given.ensure(
            found.iter().any(|article| article.state == ArticleState::Published),
            "article",
            "知识库中没有已发布的该条目",
            "no article with this id is published",
        );
    }
    given.check()?;
    let Some(sort) = sort else { return Err(anyhow::anyhow!("a kind that was checked is none").into()) };
    let id = ContactId::fresh();
    let now = core.now();
    let hours = known.pack.contacts.and_then(|rules| rules.call_back_hours).filter(|_| owed);
    let code = judged.then(vault::fresh_code);
    let new = NewContact {
        contact_id: id.0,
        sort: sort.as_str(),
        state: ContactLife::of(sort).state.as_str(),
        channel: channel.as_str(),
        region: message.region.to_string(),
        line: door.line,
        article: message.article.map(|article| article.0),
        about: message.about.map(|unit| unit.to_string()),
        at: now,
        day: core.today(),
        due_at: hours.map(|hours| now + i64::from(hours).hours()),
        phone: message.phone.as_deref().map(|phone| core.vault.seal(id.0.as_bytes(), phone.as_bytes())),
        phone_index: message.phone.as_deref().and_then(|phone| core.vault.phone_index(phone)),
        note,
        code_hash: code.as_deref().map(|code| core.vault.code_hash(CaseId(id.0), code)),
        actor: claims.actor(),
        pack: known.stamp.clone(),
    };
    Ok((new, code))
}
