//! One act on one petition: what the rules are asked, what is written, what is said.

use calendar::{Limit, day_of, start_of_day};
use contracts::{
    Body,
    handling::{CasePaused, CaseResumed},
    petition::{
        CaseRemanded, CaseTerminated, OpinionExtended, OpinionIssued, ReviewAccepted, ReviewRefused,
        ReviewRequested,
    },
    words::ReviewStage,
};
use identity::Claims;
use ids::UnitCode;
use jiff::{Timestamp, civil::Date};
use routing_rules::{
    petition::{Command, Effect, Grounds, Stage, State, decide, organs::Organs},
    petition_pack::{PetitionPack, When},
};
use runtime::Draft;
use sqlx::PgConnection;

use super::{
    Act, App, Paper,
    paper::{Contents, Values},
};
use crate::{
    app::refusal::Refusal,
    directory::Snapshot,
    store::{
        cases::CaseRoute,
        petitions::{self, Asked, Document, Petition},
    },
};

/// What an act is decided in.
pub(super) struct Turn<'a> {
    pub(super) app: &'a App,
    pub(super) claims: &'a Claims,
    pub(super) route: &'a CaseRoute,
    pub(super) pack: &'a PetitionPack,
    pub(super) directory: &'a Snapshot,
    pub(super) documents: &'a [Document],
    /// Outcome of the answer of this round, once the citizen has it.
    pub(super) answered: Option<String>,
    /// The lead unit.
    pub(super) unit: Option<UnitCode>,
    pub(super) now: Timestamp,
}

/// What an act wants, before the rules are asked.
#[derive(Default)]
struct Plan {
    command: Option<Command>,
    document: Option<(Document, Contents)>,
    result: String,
    reason: String,
    days: i32,
    termination: String,
    request: Option<(Stage, Date, bool, String)>,
    decision: Option<(bool, Option<String>)>,
    proposal: Option<(String, String)>,
    settled: Option<bool>,
}

impl Turn<'_> {
    pub(super) async fn act(
        &self,
        connection: &mut PgConnection,
        mut petition: Petition,
        version: i64,
        act: &Act,
    ) -> Result<Result<Petition, Refusal>, sqlx::Error> {
        if let Act::Settle { approve: true, .. } = act
            && petitions::proposer(&mut *connection, petition.case)
                .await?
                .is_some_and(|proposer| self.claims.acted_as(&proposer))
        {
            let (zh, en) = ("提请人不能审批自己的终结申请。", "who proposed it may not approve it");
            return Ok(Err(Refusal::Conflict { zh, en }));
        }
        let before = petition.clone();
        let plan = match self.plan(&mut petition, act) {
            Ok(plan) => plan,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut effects = Vec::new();
        if let Some(command) = plan.command {
            let step = match decide(before.lane, command) {
                Ok(step) => step,
                Err(refused) => return Ok(Err(refused.into())),
            };
            if step.next == before.lane && step.effects.is_empty() {
                return Ok(Ok(before));
            }
            petition.lane = step.next;
            if !petition.lane.proposed {
                petition.proposed = None;
            }
            effects = step.effects;
        } else if petition.code == before.code {
            return Ok(Ok(before));
        }
        if before.version != version {
            return Ok(Err(Refusal::Stale));
        }
        petition.version += 1;
        if let Some((document, _)) = &plan.document
            && !petitions::add_document(&mut *connection, document).await?
        {
            let (zh, en) = ("该机关已使用过此文号", "this organ has given the serial to another document");
            return Ok(Err(Refusal::field("serial", zh, en)));
        }
        self.records(&mut *connection, &petition, &plan).await?;
        let said = effects.iter().map(|effect| self.draft(self.body(*effect, &petition, &plan))).collect();
        runtime::emit(connection, crate::NAME, said).await?;
        Ok(Ok(petition))
    }

    async fn records(
        &self,
        connection: &mut PgConnection,
        petition: &Petition,
        plan: &Plan,
    ) -> Result<(), sqlx::Error> {
        let (case, actor, at) = (petition.case, self.claims.actor(), self.now);
        let seal = |text: &str| self.app.vault.seal(case.0, text);
        if let Some((stage, received_on, late, grounds)) = &plan.request {
            let (round, grounds) = (petition.lane.round, seal(grounds));
            let (stage, received_on, late) = (*stage, *received_on, *late);
            let asked = Asked { case, stage, round, received_on, late, grounds: &grounds, actor: &actor, at };
            petitions::add_request(&mut *connection, &asked).await?;
        }
        if let Some((accepted, reason)) = &plan.decision {
            let reason = reason.as_deref();
            petitions::decide_request(&mut *connection, case, *accepted, reason, &actor, at).await?;
        }
        if let Some((kind, evidence)) = &plan.proposal {
            petitions::propose(&mut *connection, case, kind, &seal(evidence), &actor, at).await?;
        }
        if let Some(approved) = plan.settled {
            petitions::decide_termination(connection, case, approved, &actor, at).await?;
        }
        Ok(())
    }

    fn plan(&self, petition: &mut Petition, act: &Act) -> Result<Plan, Refusal> {
        match act {
            Act::Lane { code } => {
                let known = self.pack.lane(code);
                known.ok_or_else(|| unknown("lane", self.pack.lane.iter().map(|lane| &lane.code)))?;
                if !self.documents.is_empty() {
                    let (zh, en) = ("已有文书，不能改变办理途径。", "documents are served; the lane stands");
                    return Err(Refusal::Conflict { zh, en });
                }
                petition.code.clone_from(code);
                Ok(Plan::default())
            }
            Act::Opinion(paper) => self.opinion(petition, paper),
            Act::Extend { days, reason, serial } => self.extend(petition, *days, reason, serial.as_deref()),
            Act::Ask { stage, received_on, grounds } => self.ask(petition, *stage, *received_on, grounds),
            Act::Decide { accept, reason, organ, serial } => {
                self.decide_request(petition, *accept, reason.as_deref(), organ.as_ref(), serial.as_deref())
            }
            Act::Hearing { open } => {
                self.of_organ(petition)?;
                let command = if *open { Command::OpenHearing } else { Command::CloseHearing };
                Ok(Plan { command: Some(command), reason: "hearing".to_owned(), ..Plan::default() })
            }
            Act::Conclude(paper) => self.conclude(petition, paper),
            Act::Propose { kind, evidence } => self.propose(petition, kind, evidence),
            Act::Settle { approve, serial } => Ok(self.settle(petition, *approve, serial.as_deref())),
        }
    }

    fn draft(&self, body: Body) -> Draft {
        Draft {
            aggregate: self.route.case.0,
            region: self.route.region.clone(),
            time: self.now,
            actor: self.claims.actor(),
            causation: None,
            historic: false,
            trace: None,
            body,
        }
    }

    fn body(&self, effect: Effect, petition: &Petition, plan: &Plan) -> Body {
        match effect {
            Effect::Opinion(stage) => {
                let served_on = petition.served_on.unwrap_or_else(|| day_of(self.now));
                OpinionIssued { stage: word(stage), result: plan.result.clone(), served_on }.into()
            }
            Effect::Extended(stage) => OpinionExtended { stage: word(stage), days: plan.days }.into(),
            Effect::Requested(stage) => ReviewRequested { stage: word(stage) }.into(),
            Effect::Admitted(stage) => ReviewAccepted { stage: word(stage) }.into(),
            Effect::Refused(stage) => {
                ReviewRefused { stage: word(stage), reason: plan.reason.clone() }.into()
            }
            Effect::Paused => CasePaused { reason: "hearing".to_owned() }.into(),
            Effect::Resumed => CaseResumed { reason: "hearing".to_owned() }.into(),
            Effect::Remanded(stage) => CaseRemanded { stage: word(stage), round: petition.lane.round }.into(),
            Effect::Terminated { three_level: true } => {
                CaseTerminated { termination: self.pack.three_level().to_owned() }.into()
            }
            Effect::Terminated { three_level: false } => {
                CaseTerminated { termination: plan.termination.clone() }.into()
            }
        }
    }

    /// The last day of a limit that runs from a day; beyond the days that the calendar covers there is none.
    fn last_day(&self, from: Date, limit: Limit) -> Option<Date> {
        let calendars = self.app.calendars.now();
        let calendar = calendars.of(self.route.region.as_str());
        calendar.due(start_of_day(from), limit).ok().map(|due| due.date)
    }

    fn today(&self) -> Date {
        day_of(self.now)
    }
}

mod plans;

const fn word(stage: Stage) -> ReviewStage {
    match stage {
        Stage::Handling => ReviewStage::Handling,
        Stage::Review => ReviewStage::Review,
        Stage::Reexamination => ReviewStage::Reexamination,
    }
}

fn unknown<'a>(field: &'static str, known: impl Iterator<Item = &'a String>) -> Refusal {
    let known: Vec<&str> = known.map(String::as_str).collect();
    let known = known.join("、");
    Refusal::field(field, format!("须为以下之一：{known}"), format!("must be one of {known}"))
}
