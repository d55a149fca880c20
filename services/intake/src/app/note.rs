//! Notes in the dossier that are no event: who looked at what, and what was done to the file itself.

use identity::Claims;
use ids::{CaseId, EventId};
use sqlx::PgConnection;

use crate::{
    app::Core,
    store::{
        cases,
        dossier::{self, Happening},
    },
};

/// Writes a note into the dossier of a case; it is there before what it tells of is shown.
pub(crate) async fn note(
    core: &Core,
    case: CaseId,
    caller: &Claims,
    kind: &'static str,
    detail: serde_json::Value,
) -> Result<(), sqlx::Error> {
    let mut transaction = core.platform.db.pool.begin().await?;
    note_within(&mut transaction, core, case, caller, kind, detail).await?;
    transaction.commit().await
}

/// As [`note`], in a transaction with what it tells of.
pub(crate) async fn note_within(
    transaction: &mut PgConnection,
    core: &Core,
    case: CaseId,
    caller: &Claims,
    kind: &'static str,
    detail: serde_json::Value,
) -> Result<(), sqlx::Error> {
    let what = Happening {
        case_id: case.0,
        event_id: EventId::fresh(),
        source: "intake".to_owned(),
        kind: kind.to_owned(),
        happened_at: core.now(),
        actor: caller.actor(),
        detail: detail.to_string(),
    };
    cases::lock(transaction, &[case.0]).await?;
    let mut heads = dossier::heads(transaction, &[case.0]).await?;
    dossier::append(transaction, &mut heads, &[what]).await
}
