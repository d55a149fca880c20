//! Opens who told a matter, and writes the reading into the dossier first: no reading without its trace.

use identity::{Claims, Role};

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
    // Who asked not to be known is reached through an operator: whoever is not of the desk learns only that.
    if party.is_for_the_desk() && !of_the_desk(caller) {
        return Ok(Party { anonymous: party.anonymous, secret: party.secret, ..Party::default() });
    }
    wrote_down(core, file, caller, "party.read").await?;
    Ok(party)
}

/// The hands that speak with citizens for the units.
pub(crate) fn of_the_desk(caller: &Claims) -> bool {
    [Role::Operator, Role::Dispatcher, Role::Reviewer, Role::Supervisor, Role::Keeper]
        .into_iter()
        .any(|role| caller.has(role))
}

/// Writes into the dossier that a sealed part was opened.
pub(crate) async fn wrote_down(core: &Core, file: &File, caller: &Claims, what: &str) -> anyhow::Result<()> {
    sealed::look(core, file.case_id, caller, what).await?;
    Ok(())
}
