//! Opens who told a matter, and writes the reading into the dossier first: no reading without its trace.

use identity::Claims;
use ids::EventId;

use crate::{
    app::{Core, party::Party},
    store::{
        cases,
        dossier::{self, Happening},
        find::File,
    },
};

/// Opens the party of a case for a caller who may see it.
pub(crate) async fn read_party(core: &Core, file: &File, caller: &Claims) -> anyhow::Result<Party> {
    let party = core.party(file.case_id, file.party.as_deref())?;
    if party.is_empty() {
        return Ok(party);
    }
    let reading = Happening {
        case_id: file.case_id.0,
        event_id: EventId::fresh(),
        source: "intake".to_owned(),
        kind: "party.read".to_owned(),
        happened_at: core.now(),
        actor: caller.actor(),
        detail: "{}".to_owned(),
    };
    let mut transaction = core.platform.db.pool.begin().await?;
    cases::lock(&mut transaction, &[file.case_id.0]).await?;
    let mut heads = dossier::heads(&mut transaction, &[file.case_id.0]).await?;
    dossier::append(&mut transaction, &mut heads, &[reading]).await?;
    transaction.commit().await?;
    Ok(party)
}
