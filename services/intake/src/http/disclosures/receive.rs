//! POST /disclosures: a request for disclosure is written down; its clock runs from the day of receipt.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use identity::{Action, may};
use ids::RegionCode;
use jiff::civil::Date;
use serde::Deserialize;
use text::valid;
use utoipa::ToSchema;
use web::{Caller, FieldError, Json, Later, Problem, etag};

use super::{DisclosureView, shown};
use crate::{
    app::{
        Desk,
        addressee::Addressee,
        disclosure::{self, New},
    },
    http::{given::Given, knowledge::input::wrong},
};

/// A request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDisclosure {
    region: String,
    /// Name and contact.
    applicant: String,
    /// Where the applicant is told how it goes on: a telephone for short messages.
    phone: Option<String>,
    /// The same by mail.
    mail: Option<String>,
    /// What is asked for.
    wanted: String,
    /// The day of receipt; today when missing.
    #[schema(value_type = Option<String>, format = Date)]
    received_on: Option<Date>,
}

/// Writes a request down.
#[utoipa::path(post, path = "/disclosures", tag = "disclosure", request_body = NewDisclosure,
    responses((status = 201, description = "written down", body = DisclosureView, headers(("ETag" = String))),
              (status = 403, description = "not allowed", body = Problem),
              (status = 422, description = "a field is wrong", body = Problem)),
    security(("bearer" = [])))]
pub(crate) async fn receive(
    State(desk): State<Desk>,
    Caller(claims): Caller,
    new: Later<NewDisclosure>,
) -> Result<Response, Problem> {
    let core = &desk.core;
    // The desk writes it down.
    may(&claims, &Action::DecideAcceptance)?;
    let new = new.read()?;
    let mut errors = Vec::new();
    let mut words = |field: &str, value: &str, most: usize| {
        valid::body(value, most).unwrap_or_else(|error| wrong(field, error, &mut errors))
    };
    let (applicant, wanted) = (words("applicant", &new.applicant, 300), words("wanted", &new.wanted, 5000));
    let today = core.today();
    let received_on = new.received_on.unwrap_or(today);
    if received_on > today {
        errors.push(FieldError::new("received_on", "不能晚于今天", "must not lie after today"));
    }
    let mut given = Given::default();
    if let Some(phone) = &new.phone {
        given.phone("phone", phone);
    }
    if let Some(mail) = &new.mail {
        let shaped =
            mail.len() <= 254 && mail.contains('@') && mail.bytes().all(|byte| byte.is_ascii_graphic());
        given.ensure(shaped, "mail", "不是电子邮箱地址", "is not a mail address");
    }
    given.check()?;
    let told_at = Addressee { phone: new.phone.clone(), mail: new.mail.clone() };
    let region: Result<RegionCode, _> = new.region.parse();
    match region {
        Ok(region) if errors.is_empty() => {
            let row = disclosure::receive(
                core,
                &claims,
                New { region: &region, applicant: &applicant, told_at, wanted: &wanted, received_on },
            )
            .await?;
            Ok((StatusCode::CREATED, [etag(row.version)], Json(shown(core, row)?)).into_response())
        }
        Ok(_) => Err(Problem::unprocessable(errors)),
        Err(_) => {
            errors.push(FieldError::new("region", "不是行政区划代码", "is not a region code"));
            Err(Problem::unprocessable(errors))
        }
    }
}
