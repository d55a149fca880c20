//! 指定知悉人员: the keeper names who may see a sealed case and which units are accused.

use contracts::record::CaseHandsNamed;
use identity::Claims;
use runtime::Draft;

use crate::{
    app::{Core, say::say},
    store::{
        cases, dossier,
        find::File,
        hands::{self, Hands},
    },
};

/// Writes the newest list and says it; the same list again changes nothing.
pub(crate) async fn name_hands(
    core: &Core,
    file: &File,
    caller: &Claims,
    named: &Hands,
) -> Result<(), sqlx::Error> {
    let now = core.now();
    let mut transaction = core.platform.db.pool.begin().await?;
    cases::lock(&mut transaction, &[file.case_id.0]).await?;
    if hands::of_case(&mut transaction, file.case_id).await? == *named {
        return Ok(());
    }
    hands::keep(&mut transaction, file.case_id, named, &caller.actor(), now).await?;
    let said = Draft {
        aggregate: file.case_id.0,
        region: file.region.clone(),
        time: now,
        actor: caller.actor(),
        causation: None,
        historic: false,
        trace: None,
        body: CaseHandsNamed { hands: named.hands.clone(), barred: named.barred.clone() }.into(),
    };
    let mut heads = dossier::heads(&mut transaction, &[file.case_id.0]).await?;
    say(&mut transaction, &mut heads, vec![said]).await?;
    transaction.commit().await?;
    core.platform.wake.outbox();
    Ok(())
}
