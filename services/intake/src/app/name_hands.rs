//! 指定知悉人员: the keeper names who may see a sealed case and which units are accused.

use std::collections::BTreeSet;

use contracts::{
    line::{ASK_LINE, ASK_UNITS, AskLine, AskUnits, Line, Units},
    record::CaseHandsNamed,
};
use identity::Claims;
use ids::{AccountId, UnitCode};
use runtime::{Draft, questions};
use web::{FieldError, Problem};

use crate::{
    app::{Core, say::say},
    store::{
        cases, dossier,
        find::File,
        hands::{self, Hands},
    },
};

/// The list as it is kept: with the whole line of the accused, and nobody of it named.
///
/// # Errors
/// A hand acts for a unit of the line, told with its place; or routing or the gateway, who know that, are away.
pub(crate) async fn whole(
    core: &Core,
    hands: Vec<AccountId>,
    barred: Vec<UnitCode>,
) -> Result<Hands, Problem> {
    if barred.is_empty() {
        return Ok(Hands { hands, barred, line: Vec::new() });
    }
    let bus = &core.platform.bus;
    let line: Option<Line> = questions::ask(bus, ASK_LINE, &AskLine { units: barred.clone() }).await;
    let line: BTreeSet<UnitCode> = line.ok_or_else(Problem::unavailable)?.units.into_iter().collect();
    if !hands.is_empty() {
        let units: Option<Units> =
            questions::ask(bus, ASK_UNITS, &AskUnits { accounts: hands.clone() }).await;
        let units = units.ok_or_else(Problem::unavailable)?.units;
        let accused = units.into_iter().filter(|(_, unit)| line.contains(unit));
        let errors: Vec<FieldError> = accused
            .filter_map(|(account, _)| hands.iter().position(|hand| *hand == account))
            .map(|at| {
                let zh = "该账号所在单位属于被检举控告单位或其上下级，不得知悉";
                let en = "the account acts for a unit in the line of an accused one";
                FieldError::new(format!("hands[{at}]"), zh, en)
            })
            .collect();
        if !errors.is_empty() {
            return Err(Problem::unprocessable(errors));
        }
    }
    Ok(Hands { hands, barred, line: line.into_iter().collect() })
}

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
    let before = hands::of_case(&mut transaction, file.case_id).await?;
    // The line alone moves with the tree of units, not with the keeper's word.
    if (&before.hands, &before.barred) == (&named.hands, &named.barred) {
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
        body: CaseHandsNamed {
            hands: named.hands.clone(),
            barred: named.barred.clone(),
            line: Some(named.line.clone()),
        }
        .into(),
    };
    let mut heads = dossier::heads(&mut transaction, &[file.case_id.0]).await?;
    say(&mut transaction, &mut heads, vec![said]).await?;
    transaction.commit().await?;
    core.platform.wake.outbox();
    Ok(())
}
