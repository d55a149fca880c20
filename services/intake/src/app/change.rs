//! What a person asks of a case: accept, decline, withdraw, supplement. One transaction, one event.

use identity::Claims;
use intake_rules::{Command, Refused, decide};
use runtime::Draft;
use web::Problem;

use crate::{
    app::{Core, say::say, sealed},
    http::fault,
    publish::{self, Beside, Facts},
    store::{cases, dossier, find::File, supplements},
};

/// A command with what it brings.
pub(crate) enum Wish {
    Accept,
    Decline { reason: String },
    Withdraw,
    Supplement { text: String },
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

/// Carries a wish out on the version that the caller read. A wish that was fulfilled before changes nothing.
pub(crate) async fn change(
    core: &Core,
    file: &File,
    caller: &Claims,
    read_version: i64,
    wish: Wish,
) -> Result<Changed, Problem> {
    let now = core.now();
    let mut transaction = core.platform.db.pool.begin().await.map_err(|error| fault(error.into()))?;
    let locked =
        cases::lock(&mut transaction, &[file.case_id.0]).await.map_err(|error| fault(error.into()))?;
    let mut standing = locked.into_iter().next().ok_or_else(crate::http::no_such_case)?;
    let (life, effect) = decide(standing.life, command(&wish)).map_err(refused)?;
    if let Some(effect) = effect {
        if standing.version != read_version {
            return Err(Problem::precondition_failed());
        }
        standing.life = life;
        standing.version += 1;
        let beside = match wish {
            Wish::Accept => Beside::Facts(Box::new(facts(core, file)?)),
            Wish::Decline { reason } => {
                standing.reason = Some(reason.clone());
                Beside::Reason(reason)
            }
            Wish::Withdraw => Beside::Nothing,
            Wish::Supplement { text } => {
                standing.supplements += 1;
                let text = match file.confidential {
                    true => sealed::seal_text(&core.vault, file.case_id.0, &text),
                    false => text,
                };
                supplements::insert(&mut transaction, file.case_id, standing.supplements, now, &text)
                    .await
                    .map_err(|error| fault(error.into()))?;
                Beside::Count(standing.supplements)
            }
        };
        let body = publish::of_command(effect, beside);
        let body = body.ok_or_else(|| anyhow::anyhow!("an effect without what it tells"))?;
        let draft = Draft {
            aggregate: file.case_id.0,
            region: file.region.clone(),
            time: now,
            actor: caller.actor(),
            causation: None,
            historic: false,
            trace: None,
            body,
        };
        let stored = async {
            cases::update(&mut transaction, &[&standing]).await?;
            let mut heads = dossier::heads(&mut transaction, &[file.case_id.0]).await?;
            say(&mut transaction, &mut heads, vec![draft]).await?;
            transaction.commit().await
        };
        stored.await.map_err(|error| fault(error.into()))?;
        core.platform.wake.outbox();
    }
    Ok(Changed {
        number: file.number.to_string(),
        state: standing.life.state.as_str().to_owned(),
        version: standing.version,
    })
}

fn command(wish: &Wish) -> Command {
    match wish {
        Wish::Accept => Command::Accept,
        Wish::Decline { .. } => Command::Decline,
        Wish::Withdraw => Command::Withdraw,
        Wish::Supplement { .. } => Command::Supplement,
    }
}

fn refused(refused: Refused) -> Problem {
    let state = refused.state;
    Problem::conflict(
        format!("该诉求当前为“{}”，不能进行此操作。", state.zh()),
        format!("The case is {}; this cannot be done now.", state.en()),
    )
}

/// What the event of acceptance tells of a case that was registered earlier.
fn facts(core: &Core, file: &File) -> anyhow::Result<Facts> {
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
    })
}
