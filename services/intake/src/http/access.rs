//! Which case a caller may see, and how much of it.

use identity::{Action, Claims, may};
use ids::CaseNumber;
use web::Problem;

use crate::{
    app::{Core, sealed},
    http::{fault, no_such_case},
    store::{
        dossier,
        find::{self, File},
    },
};

/// Whether a list that is not asked case by case may show sealed ones: to their keeper only; named hands open each by its number.
pub(crate) fn sees_confidential(claims: &Claims) -> bool {
    may(claims, &Action::ReadSealed).is_ok()
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
        if file.confidential {
            let seen = sealed::sees(&mut connection, claims, &file).await?;
            return Ok(seen.then_some((file, claims.unit.clone())));
        }
        // Co-units, and units that had it before, read it too.
        let had = match &claims.unit {
            Some(unit) if file.unit.as_ref() != Some(unit) => {
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
    if !file.confidential {
        may(claims, &asked)?;
        return Ok(file);
    }
    may(claims, &asked).map_err(|_| no_such_case())?;
    sealed::look(core, file.case_id, claims, "case.read").await.map_err(|error| fault(error.into()))?;
    sealed::open(&core.vault, file).map_err(fault)
}
