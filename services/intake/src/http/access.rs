//! Which case a caller may see, and how much of it.

use identity::{Action, Claims, Role, may};
use ids::CaseNumber;
use web::Problem;

use crate::{
    app::Core,
    http::{fault, no_such_case},
    store::{
        dossier,
        find::{self, File},
    },
};

/// Accusations are seen by the hands that route, review, supervise or audit them, and by the unit that has them.
pub(crate) fn sees_confidential(claims: &Claims) -> bool {
    [Role::Dispatcher, Role::Reviewer, Role::Supervisor, Role::Auditor]
        .into_iter()
        .any(|role| claims.has(role))
}

/// Reads a case for a caller who may see it.
pub(crate) async fn open(core: &Core, claims: &Claims, number: &str) -> Result<File, Problem> {
    let number: CaseNumber = number.parse().map_err(|_| no_such_case())?;
    let read = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        let Some(file) = find::by_number(&mut connection, &number, core.config.track_window_minutes).await?
        else {
            return Ok(None);
        };
        // Co-units, and units that had it before, read it too; of an accusation only the one that has it.
        let had = match &claims.unit {
            Some(unit) if !file.confidential && file.unit.as_ref() != Some(unit) => {
                dossier::had(&mut connection, file.case_id, unit).await?.then(|| unit.clone())
            }
            Some(_) | None => None,
        };
        Ok(Some((file, had)))
    };
    let (file, had) =
        read.await.map_err(|error: sqlx::Error| fault(error.into()))?.ok_or_else(no_such_case)?;
    let unit = had.or_else(|| file.unit.clone());
    let asked = Action::ReadCase { case: file.case_id, unit, region: Some(file.region.clone()) };
    may(claims, &asked)?;
    let named = claims.case == Some(file.case_id) || (claims.unit.is_some() && claims.unit == file.unit);
    if file.confidential && !named && !sees_confidential(claims) {
        return Err(no_such_case());
    }
    Ok(file)
}
