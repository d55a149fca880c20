//! Which case a caller may see, and how much of it.

use identity::{Action, Claims, Role, may};
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

/// Reads a case for a caller who may see it.
pub(crate) async fn open(core: &Core, claims: &Claims, number: &str) -> Result<File, Problem> {
    let number: CaseNumber = number.parse().map_err(|_| no_such_case())?;
    let read = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        let Some(file) = find::by_number(&mut connection, &number).await? else { return Ok(None) };
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

/// Says whether a reader of a dossier is shown an entry. That the discipline lane (纪检督办) looks at a case is for inspectors and auditors
/// alone; to all others the entry is missing, and its place in the numbering with it.
pub(crate) fn shows(claims: &Claims, entry: &dossier::Entry) -> bool {
    if !matches!(entry.what.kind.as_str(), "case.charged" | "case.discharged") {
        return true;
    }
    let detail: serde_json::Value = serde_json::from_str(&entry.what.detail).unwrap_or_default();
    detail["charge"] != "discipline" || claims.has(Role::Inspector) || claims.has(Role::Auditor)
}
