//! What a person asks of a case: accept, decline, withdraw, supplement. One transaction, one event.

use identity::Claims;
use intake_rules::{Command, Refused, State, decide};
use sqlx::PgConnection;
use web::Problem;

use crate::{
    app::{Core, hand::Hand, merge, sealed},
    http::fault,
    publish::{self, Beside, Facts},
    store::{cases::Standing, find::File, merging, records, supplements},
};

/// A command with what it brings.
pub(crate) enum Wish {
    Accept,
    Decline {
        reason: String,
        /// 无效 instead of 不予受理, as the pack has it of the reason.
        command: Command,
    },
    Withdraw,
    Supplement {
        text: String,
    },
    /// New facts after the closure, with a reason code and what is new.
    Renew {
        reason: String,
        text: String,
    },
}

/// What a transition answers.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct Changed {
    /// The case's number.
    pub(crate) number: String,
    /// Where it stands now.
    pub(crate) state: String,
    /// Its version, as in `ETag`.
    pub(crate) version: i64,
}

impl Changed {
    /// A case as it stands.
    pub(crate) fn of(file: &File, standing: &Standing) -> Self {
        Self {
            number: file.number.to_string(),
            state: standing.life.state.as_str().to_owned(),
            version: standing.version,
        }
    }
}

/// Carries a wish out on the version that the caller read. A wish that was fulfilled before changes nothing.
pub(crate) async fn change(
    core: &Core,
    file: &File,
    caller: &Claims,
    read_version: i64,
    wish: Wish,
) -> Result<Changed, Problem> {
    let mut hand = match wish {
        Wish::Decline { .. } | Wish::Withdraw => Hand::take_all(core, file).await?,
        Wish::Accept | Wish::Supplement { .. } | Wish::Renew { .. } => Hand::take(core, file).await?,
    };
    if let Wish::Renew { .. } = wish {
        renewable(core, file, &mut hand).await?;
    }
    let (life, effect) = decide(hand.standing.life, command(&wish)).map_err(refused)?;
    let Some(effect) = effect else { return Ok(hand.same()) };
    hand.fits(read_version)?;
    let before = std::mem::replace(&mut hand.standing.life, life);
    let beside = match wish {
        Wish::Accept => Beside::Facts(Box::new(facts(core, file, hand.connection()).await?)),
        Wish::Decline { reason, .. } => {
            hand.standing.reason = Some(reason.clone());
            let party = core.party(file.case_id, file.party.as_deref())?;
            Beside::Declined { reason, reachable: party.reachable() }
        }
        Wish::Withdraw => Beside::Nothing,
        Wish::Supplement { text } => Beside::Count(add(core, file, &mut hand, &text).await?),
        Wish::Renew { reason, text } => {
            add(core, file, &mut hand, &text).await?;
            Beside::Reason(reason)
        }
    };
    let body = publish::of_command(effect, beside);
    let body = body.ok_or_else(|| anyhow::anyhow!("an effect without what it tells"))?;
    let mut drafts = vec![hand.draft(caller, body)];
    // Whoever waited on a case that is not going to be answered goes on alone; who took it back waits no longer.
    let freed = match (before.state, life.state) {
        (State::Merged, _) => {
            merge::leave(&mut hand, core.now()).await.map_err(|error| fault(error.into()))?;
            Vec::new()
        }
        (_, State::Declined | State::Withdrawn | State::Invalid) => {
            let (freed, told) = merge::free(core, file, caller, &mut hand).await?;
            drafts.extend(told);
            freed
        }
        (
            State::Registered
            | State::Accepted
            | State::Dispatched
            | State::Closed
            | State::Declined
            | State::Withdrawn
            | State::Invalid
            | State::Reopened,
            _,
        ) => Vec::new(),
    };
    hand.finish(drafts, &freed).await
}

/// Whether new facts may still be brought to this case: not once it was ended for good, and as often as the pack says.
async fn renewable(core: &Core, file: &File, hand: &mut Hand<'_>) -> Result<(), Problem> {
    let (ended, renewed) = merging::ended_and_renewed(hand.connection(), file.case_id.0)
        .await
        .map_err(|error| fault(error.into()))?;
    if ended {
        return Err(Problem::conflict(
            "该事项已经终结，以同一事实和理由提出的不再受理；有新的事项请另行登记。",
            "The matter was ended for good; register what is a new matter by itself.",
        ));
    }
    let rules = core.packs.of_case(&file.pack.id)?.pack.repeat.as_ref();
    match rules.and_then(|rules| rules.renewals) {
        Some(most) if renewed >= i64::from(most) => Err(Problem::conflict(
            format!("该诉求已因新情况重办 {most} 次，请另行登记。"),
            format!("The case went round again {most} times for new facts; register the matter anew."),
        )),
        _ => Ok(()),
    }
}

/// Writes down what was added, and answers how often something was.
async fn add(core: &Core, file: &File, hand: &mut Hand<'_>, text: &str) -> Result<i32, Problem> {
    hand.standing.supplements += 1;
    let count = hand.standing.supplements;
    let sealed = file.confidential.then(|| sealed::seal_text(&core.vault, file.case_id.0, text));
    let text = sealed.as_deref().unwrap_or(text);
    supplements::insert(hand.connection(), file.case_id, count, core.now(), text)
        .await
        .map_err(|error| fault(error.into()))?;
    Ok(count)
}

fn command(wish: &Wish) -> Command {
    match wish {
        Wish::Accept => Command::Accept,
        Wish::Decline { command, .. } => *command,
        Wish::Withdraw => Command::Withdraw,
        Wish::Supplement { .. } => Command::Supplement,
        Wish::Renew { .. } => Command::Renew,
    }
}

/// What is answered when the state of a case does not allow what was asked.
pub(crate) fn refused(refused: Refused) -> Problem {
    let state = refused.state;
    Problem::conflict(
        format!("该诉求当前为“{}”，不能进行此操作。", state.zh()),
        format!("The case is {}; this cannot be done now.", state.en()),
    )
}

/// What the event of acceptance tells of a case that was registered earlier.
async fn facts(core: &Core, file: &File, connection: &mut PgConnection) -> anyhow::Result<Facts> {
    let record = records::of_case(connection, file.case_id).await?.unwrap_or_default();
    let party = core.party(file.case_id, file.party.as_deref())?;
    Ok(Facts {
        number: file.number.clone(),
        kind: file.kind.parse()?,
        subject: file.subject.clone(),
        channel: file.channel.parse()?,
        region: file.region.clone(),
        urgency: file.urgency.parse()?,
        received_at: file.received_at,
        pack: file.pack.clone(),
        confidential: file.confidential,
        multi_unit: file.multi_unit,
        wording: publish::wording(file.confidential, &party, &file.title, &file.body),
        unit_hint: file.unit_hint.clone(),
        mode_hint: file.mode_hint,
        reachable: party.reachable(),
        class: record.class,
        fast: record.fast,
    })
}
