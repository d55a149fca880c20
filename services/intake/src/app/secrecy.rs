//! Results that are secret by rule: begun with the case, begun and ended when its kind is changed.

use contracts::{
    Body,
    record::{CaseResultSealed, CaseResultUnsealed},
};
use ids::CaseId;
use intake_rules::secrecy::{Turn, turn};
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::{
    app::{Core, sealed},
    packs::Known,
    store::{
        find::File,
        secrecy::{self, RULE},
    },
};

/// Says whether the result of a new case is secret by rule.
pub(crate) fn at_registration(known: &Known, confidential: bool, kind: &str) -> bool {
    turn(confidential, None, known.pack.hides_result(kind)) == Some(Turn::Begin)
}

/// The grounds of a rule as they are kept, sealed like those of a person: which pack says so, and where it has it from.
pub(crate) fn grounds(core: &Core, pack: &contracts::case::PackRef, case: CaseId) -> String {
    let source = core.packs.of_case(&pack.id).map(|known| known.pack.confidential.source.clone());
    let words = format!("{} {}: {}", pack.id, pack.version, source.unwrap_or_default());
    sealed::seal_text(&core.vault, case.0, &words)
}

/// What a change of kind does to the result; answers what is to be said of it.
pub(crate) async fn reclassified(
    core: &Core,
    connection: &mut PgConnection,
    file: &File,
    kind: &str,
    at: Timestamp,
) -> anyhow::Result<Option<Body>> {
    if file.kind == kind || file.confidential {
        return Ok(None);
    }
    let named = core.packs.of_case(&file.pack.id)?.pack.hides_result(kind);
    let stands = secrecy::by(&mut *connection, file.case_id).await?;
    let grounds = || grounds(core, &file.pack, file.case_id);
    Ok(match turn(file.confidential, stands, named) {
        Some(Turn::Begin) => {
            secrecy::begin(connection, file.case_id, at, RULE, &grounds()).await?;
            Some(CaseResultSealed {}.into())
        }
        Some(Turn::End) => {
            secrecy::end(connection, file.case_id, at, RULE, &grounds()).await?;
            Some(CaseResultUnsealed {}.into())
        }
        None => None,
    })
}
