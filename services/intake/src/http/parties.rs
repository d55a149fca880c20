//! GET and PUT /cases/{number}/parties: a group with its representatives, a legal person, proxies.

use axum::{extract::State, response::Response};
use identity::{Action, may};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Caller, IfMatch, Json, Later, Path, Problem};

use crate::{
    app::{
        Desk,
        beside::{self, Together},
        change::Changed,
        found,
        hand::Hand,
        read_party::of_the_desk,
        sealed,
    },
    http::{access, broken, fault, transition},
    store::{find::File, records},
};

/// Who tells a case together.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Parties {
    /// `citizen`, `legal-person` or `organisation`.
    nature: String,
    /// Persons in all.
    size: i32,
    /// How many speak for them.
    representatives: i32,
    /// Proxies.
    proxies: i32,
    /// So many make a matter collective by the pack.
    collective: bool,
    /// Who they are, for roles that may know.
    #[serde(skip_serializing_if = "Option::is_none")]
    persons: Option<Together>,
}

/// Reads who tells a case together. Reading who they are is written into the dossier.
#[utoipa::path(get, path = "/cases/{number}/parties", tag = "record",
    params(("number" = String, Path, description = "case number")),
    responses((status = 200, description = "the parties", body = Parties),
              (status = 404, description = "no such case", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn get(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
) -> Result<Json<Parties>, Problem> {
    let core = &desk.core;
    let file = access::open(core, &claims, &number).await?;
    let mut connection = core.platform.db.pool.acquire().await.map_err(broken)?;
    let kept = records::parties(&mut connection, file.case_id).await.map_err(broken)?;
    drop(connection);
    let group = &core.packs.of_case(&file.pack.id)?.pack.group;
    let Some(kept) = kept else {
        let single = Parties {
            nature: "citizen".to_owned(),
            size: 1,
            representatives: 0,
            proxies: 0,
            collective: false,
            persons: None,
        };
        return Ok(Json(single));
    };
    // Where the one who speaks asked not to be known, the others are not either.
    let closed = core.party(file.case_id, file.party.as_deref())?.is_for_the_desk() && !of_the_desk(&claims);
    let persons = match may(&claims, &Action::ReadParty).is_ok() && !closed {
        true => {
            sealed::look(core, file.case_id, &claims, "parties.read")
                .await
                .map_err(|error| fault(error.into()))?;
            Some(Together::open(core, file.case_id, &kept)?)
        }
        false => None,
    };
    Ok(Json(Parties {
        collective: group.is_collective(kept.size.unsigned_abs()),
        nature: kept.nature,
        size: kept.size,
        representatives: kept.representatives,
        proxies: kept.proxies,
        persons,
    }))
}

/// Writes who tells a case together: representatives are often chosen after the registration.
#[utoipa::path(put, path = "/cases/{number}/parties", tag = "record", request_body = Together,
    params(("number" = String, Path, description = "case number"),
           ("If-Match" = String, Header, description = "the version that was read, such as \"7\"")),
    responses((status = 200, description = "as it stands now", body = Changed, headers(("ETag" = String))),
              (status = 412, description = "changed since it was read", body = Problem),
              (status = 422, description = "fields are wrong", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn put(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    Path(number): Path<String>,
    version: IfMatch,
    together: Later<Together>,
) -> Result<Response, Problem> {
    let action = |_: &File| Action::DecideAcceptance;
    let (file, version) = transition::open(&desk, &claims, &number, &version, action).await?;
    let core = &desk.core;
    let together = together.read()?;
    let errors = beside::check(&core.packs.of_case(&file.pack.id)?.pack, None, Some(&together));
    if !errors.is_empty() {
        return Err(Problem::unprocessable(errors));
    }
    let mut hand = Hand::take(core, &file).await?;
    hand.fits(version)?;
    let kept = together.keep(core, file.case_id);
    records::put_parties(hand.connection(), file.case_id.0, &kept).await.map_err(broken)?;
    let changed = hand.done(Vec::new()).await?;
    found::after(core, file.case_id).await;
    Ok(transition::changed(changed))
}
