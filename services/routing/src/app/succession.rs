//! 《信访工作条例》 art. 24: open cases of a unit that ended go to the one that continues its powers.

use contracts::words::Part;
use ids::{AssignmentId, CaseId, UnitCode};
use routing_rules::{Command, State};

use super::{
    App,
    desk::{Desk, Target, Voice},
    refusal::Refusal,
    sealed,
};
use crate::{
    directory::Snapshot,
    publish::Detail,
    store::{
        returns,
        seals::Seal,
        sides::{Adoption, Way},
    },
};

const MOST: i64 = 64;

/// Moves some cases; answers how many.
///
/// # Errors
/// The database refused.
pub(crate) async fn pass(app: &App) -> Result<usize, sqlx::Error> {
    let mut transaction = app.db.pool.begin().await?;
    let directory = app.directory.current(&mut transaction).await?;
    let tree = directory.catalogue.tree();
    let ended: Vec<UnitCode> = tree
        .iter()
        .filter(|(code, node)| !node.active && tree.heir(code).is_some())
        .map(|(code, _)| code.clone())
        .collect();
    if ended.is_empty() {
        return Ok(0);
    }
    let cases = returns::cases_held_by(&mut transaction, &ended, MOST).await?;
    if cases.is_empty() {
        return Ok(0);
    }
    let mut desk = Desk::of_cases(&mut transaction, &cases).await?;
    let seals = sealed::seals_of(&mut transaction, desk.routes()).await?;
    let now = app.clock.now();
    let mut moved = 0;
    for case in &cases {
        let voice =
            Voice { actor: "system".to_owned(), at: now, causation: None, historic: false, trace: None };
        match move_case(&directory, &mut desk, CaseId(*case), seals.get(&CaseId(*case)), &voice) {
            Ok(hands) => moved += hands,
            Err(refusal) => {
                tracing::error!(case = %case, %refusal, "a case of a unit that ended did not move");
            }
        }
    }
    desk.save(&mut transaction).await?;
    transaction.commit().await?;
    app.wake.outbox();
    Ok(moved)
}

/// Answers how many hand-overs moved; a sealed case does not go to an heir in a barred line: its keeper looks after it.
fn move_case(
    directory: &Snapshot,
    desk: &mut Desk,
    case: CaseId,
    seal: Option<&Seal>,
    voice: &Voice,
) -> Result<usize, Refusal> {
    let tree = directory.catalogue.tree();
    let movable = |state: State| match state {
        State::Dispatched | State::Signed | State::Contacted | State::Returning => true,
        State::UnderReview | State::Replied | State::Answered | State::Redirected | State::Withdrawn => false,
    };
    let moving: Vec<(AssignmentId, UnitCode)> = desk
        .hands(case)
        .filter(|hand| movable(hand.state))
        .filter_map(|hand| Some((hand.id, tree.heir(&hand.unit).filter(|heir| **heir != hand.unit)?.clone())))
        .filter(|(_, heir)| sealed::may_hold(heir, seal, directory))
        .collect();
    let moved = moving.len();
    for (id, heir) in moving {
        let Some((_, old)) = desk.hand(id) else { continue };
        let old = old.clone();
        let detail = Detail { to: Some(heir.clone()), ..Detail::default() };
        desk.act(id, Command::Reassign, &detail, voice)?;
        let to = Target {
            unit: heir,
            co_units: Vec::new(),
            mode: old.mode,
            decided_by: "succession",
            designated: old.designated,
        };
        let new = match old.part {
            Part::Lead => {
                desk.dispatch(case, &to, voice);
                desk.lead(case).map(|lead| lead.id)
            }
            Part::Co => desk.hand_on(&old, &to, voice),
        };
        if let Some(new) = new {
            desk.sides.ways.push(Way { assignment: new, way: "succession", basis: None });
            desk.sides.adoptions.push(Adoption { case, from: id, to: new });
        }
    }
    Ok(moved)
}
