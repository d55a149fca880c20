//! Opens who told a matter, and writes the reading into the dossier first: no reading without its trace.

use identity::Claims;

use crate::{
    app::{Core, party::Party, sealed},
    store::find::File,
};

/// Opens the party of a case for a caller who may see it.
pub(crate) async fn read_party(core: &Core, file: &File, caller: &Claims) -> anyhow::Result<Party> {
    let party = core.party(file.case_id, file.party.as_deref())?;
    if party.is_empty() {
        return Ok(party);
    }
    sealed::look(core, file.case_id, caller, "party.read").await?;
    Ok(party)
}
