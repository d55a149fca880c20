//! What each act asks of the rules and which document it makes.

use super::{
    Command, Contents, Date, Document, Grounds, Organs, Paper, Petition, Plan, Refusal, Stage, State, Turn,
    UnitCode, Values, When, unknown,
};

impl Turn<'_> {
    pub(super) fn opinion(&self, petition: &mut Petition, paper: &Paper) -> Result<Plan, Refusal> {
        let repeat = self.stands("handling-opinion", &paper.serial);
        let lane = self.pack.lane(&petition.code);
        if !lane.is_some_and(|lane| lane.opinion) {
            let (zh, en) = (
                "该途径不出具信访处理意见书。",
                "this lane is not ended by a handling opinion; another procedure of law is",
            );
            return Err(Refusal::Conflict { zh, en });
        }
        let Some(outcome) = &self.answered else {
            let (zh, en) = ("尚未答复，不能出具处理意见书。", "the case is not answered in this round");
            return Err(Refusal::Conflict { zh, en });
        };
        if *outcome != paper.result {
            let (zh, en) = (
                format!("须与答复的处理结果一致：{outcome}"),
                format!("must be the outcome of the answer: {outcome}"),
            );
            return Err(Refusal::field("result", zh, en));
        }
        let organ = self.unit.clone();
        let mut plan = self.paper(petition, Stage::Handling, "handling-opinion", organ.as_ref(), paper)?;
        petition.handled_by.clone_from(&organ);
        petition.organ = None;
        plan.command = Some(Command::Issue { repeat });
        Ok(plan)
    }

    pub(super) fn extend(
        &self,
        petition: &mut Petition,
        days: i32,
        reason: &str,
        serial: Option<&str>,
    ) -> Result<Plan, Refusal> {
        let most = self.pack.extension_days;
        if !(1..=most).contains(&days) {
            let (zh, en) = (format!("应为 1 至 {most} 日"), format!("must be 1 to {most} days"));
            return Err(Refusal::field("days", zh, en));
        }
        let stage = match petition.lane.state {
            State::Reviewing => Stage::Review,
            State::Reexamining => Stage::Reexamination,
            _ => Stage::Handling,
        };
        let organ = petition.organ.clone().filter(|_| stage != Stage::Handling).or_else(|| self.unit.clone());
        // 经本机关、单位负责人批准: the leader of another organ has no say in it.
        if self.claims.unit != organ {
            let (zh, en) = (
                "须由承办该事项的机关、单位的负责人批准",
                "the leader of the organ that has the matter approves it",
            );
            return Err(Refusal::field("organ", zh, en));
        }
        let serial = self.serial(serial);
        let repeat = self.stands("extension-notice", &serial);
        let most = self.pack.extensions.get(&stage).copied().unwrap_or(0);
        if let Some(due) = petition.due_on.filter(|_| stage != Stage::Handling) {
            petition.due_on = due.checked_add(jiff::Span::new().days(days)).ok();
        }
        let values = Values::default().put("days", days).put("reason", reason);
        let document = self.notice("extension-notice", &serial, stage, organ.as_ref(), values, petition)?;
        Ok(Plan {
            command: Some(Command::Extend { most, repeat }),
            document: Some(document),
            days,
            ..Plan::default()
        })
    }

    pub(super) fn ask(
        &self,
        petition: &mut Petition,
        stage: Stage,
        received_on: Option<Date>,
        grounds: &str,
    ) -> Result<Plan, Refusal> {
        // Only who receives a letter can say when it came.
        let received_on = received_on.filter(|_| self.claims.case.is_none()).unwrap_or_else(|| self.today());
        let early = petition.served_on.is_some_and(|served| received_on < served);
        if received_on > self.today() || early {
            let (zh, en) =
                ("须在意见书送达之日至今日之间", "must lie between the service of the opinion and today");
            return Err(Refusal::field("received_on", zh, en));
        }
        let late = petition.ask_by.is_some_and(|last| received_on > last);
        let mut plan = Plan {
            command: Some(Command::Ask { stage, late }),
            request: Some((stage, received_on, late, grounds.to_owned())),
            ..Plan::default()
        };
        if late {
            plan.reason = "late".to_owned();
            let above = self.above(petition);
            let document = self.refused(stage, "late", None, above.as_ref(), petition)?;
            plan.document = Some(document);
        } else {
            petition.asked_on = Some(received_on);
            petition.due_on = self.pack.deciding(stage).and_then(|limit| self.last_day(received_on, limit));
        }
        Ok(plan)
    }

    pub(super) fn decide_request(
        &self,
        petition: &mut Petition,
        accept: bool,
        reason: Option<&str>,
        organ: Option<&UnitCode>,
        serial: Option<&str>,
    ) -> Result<Plan, Refusal> {
        let stage = match petition.lane.state {
            State::ReexaminationAsked | State::Reexamining | State::ReviewServed => Stage::Reexamination,
            _ => Stage::Review,
        };
        let named = organ.cloned().or_else(|| self.claims.unit.clone());
        let running = matches!(petition.lane.state, State::Reviewing | State::Reexamining);
        let organ = named.or_else(|| self.above(petition)).or_else(|| petition.organ.clone());
        if !running {
            self.higher(petition, organ.as_ref())?;
        }
        if accept {
            let values = Values::default();
            let document = self.notice(
                "request-accepted",
                &self.serial(serial),
                stage,
                organ.as_ref(),
                values,
                petition,
            )?;
            petition.organ = organ;
            return Ok(Plan {
                command: Some(Command::Admit),
                document: Some(document),
                decision: Some((true, None)),
                ..Plan::default()
            });
        }
        let known =
            |code: &&str| *code != "late" && self.pack.refusal.iter().any(|known| known.code == *code);
        let reason = reason.filter(known).ok_or_else(|| {
            unknown(
                "reason",
                self.pack.refusal.iter().map(|known| &known.code).filter(|code| *code != "late"),
            )
        })?;
        let document = self.refused(stage, reason, serial, organ.as_ref(), petition)?;
        Ok(Plan {
            command: Some(Command::Refuse),
            document: Some(document),
            reason: reason.to_owned(),
            decision: Some((false, Some(reason.to_owned()))),
            ..Plan::default()
        })
    }

    pub(super) fn conclude(&self, petition: &mut Petition, paper: &Paper) -> Result<Plan, Refusal> {
        self.of_organ(petition)?;
        let (stage, form) = match petition.lane.state {
            State::Reexamining | State::Terminated => (Stage::Reexamination, "reexamination-opinion"),
            _ => (Stage::Review, "review-opinion"),
        };
        let repeat = self.stands(form, &paper.serial);
        let Some(result) = self.pack.result(stage, &paper.result) else {
            let known = self.pack.result.iter().filter(|known| known.stages.contains(&stage));
            return Err(unknown("result", known.map(|known| &known.code)));
        };
        let organ = petition.organ.clone();
        let mut plan = self.paper(petition, stage, form, organ.as_ref(), paper)?;
        plan.command = Some(Command::Conclude { again: result.again, repeat });
        Ok(plan)
    }

    pub(super) fn propose(
        &self,
        petition: &mut Petition,
        kind: &str,
        evidence: &str,
    ) -> Result<Plan, Refusal> {
        let Some(known) = self.pack.termination(kind) else {
            return Err(unknown("kind", self.pack.termination.iter().map(|known| &known.code)));
        };
        let grounds = match known.when {
            When::Reexamined => Grounds::Reexamined,
            When::Missed => Grounds::Missed { over: petition.ask_by.is_some_and(|last| self.today() > last) },
            When::Evidence => Grounds::Evidence,
        };
        petition.proposed.get_or_insert(kind.to_owned());
        Ok(Plan {
            command: Some(Command::Propose(grounds)),
            proposal: Some((kind.to_owned(), evidence.to_owned())),
            ..Plan::default()
        })
    }

    pub(super) fn settle(&self, petition: &mut Petition, approve: bool, serial: Option<&str>) -> Plan {
        let kind = petition.proposed.take().unwrap_or_default();
        let command = if approve { Command::Approve } else { Command::Reject };
        let label = self.pack.termination(&kind).map(|known| known.label.clone());
        let document = approve.then_some(label).flatten().and_then(|label| {
            let values = Values::default().say("reason", &label.zh, &label.en);
            let organ = petition.organ.clone().or_else(|| self.unit.clone());
            let stage = Stage::Handling;
            self.notice("termination-notice", &self.serial(serial), stage, organ.as_ref(), values, petition)
                .ok()
        });
        Plan {
            command: Some(command),
            document,
            termination: kind,
            settled: Some(approve),
            ..Plan::default()
        }
    }

    /// The organ that holds the request, where the caller speaks for one.
    pub(super) fn of_organ(&self, petition: &Petition) -> Result<(), Refusal> {
        let other = self.claims.unit.as_ref().filter(|unit| petition.organ.as_ref() != Some(unit));
        if other.is_some() {
            let (zh, en) = ("不是承办该复查复核的机关", "not the organ that has taken this request");
            return Err(Refusal::field("organ", zh, en));
        }
        Ok(())
    }

    /// The organ above the one that spoke last, by the table of units.
    fn above(&self, petition: &Petition) -> Option<UnitCode> {
        let last = petition.organ.as_ref().or(petition.handled_by.as_ref())?;
        self.directory.parents().get(last).cloned()
    }

    /// A request goes to a higher organ: never to one that has spoken in the matter or lies below it.
    fn higher(&self, petition: &Petition, organ: Option<&UnitCode>) -> Result<(), Refusal> {
        let wrong = |zh: &str, en: &str| Err(Refusal::field("organ", zh, en));
        let Some(organ) = organ else {
            return wrong("须指明复查复核机关", "the organ that decides must be named");
        };
        if !self.directory.units.contains_key(organ) {
            return wrong("没有这个单位", "no such unit");
        }
        let spoke = || [&petition.handled_by, &petition.organ].into_iter().flatten();
        let lines = self.directory.units.values();
        let lines = lines.filter_map(|unit| Some((unit.code.clone(), unit.line.clone()?))).collect();
        let tree = Organs { parents: self.directory.parents(), lines };
        let next = spoke().next_back().is_none_or(|last| tree.follows(last, organ));
        if !next || spoke().any(|earlier| earlier == organ) {
            let en = "must be the next organ above the one that gave the opinion";
            return wrong("须为上一级机关、单位", en);
        }
        if self.claims.unit.as_ref().is_some_and(|own| own != organ) {
            return wrong("不能代其他机关、单位受理", "nobody takes a request up for another organ");
        }
        Ok(())
    }

    fn refused(
        &self,
        stage: Stage,
        reason: &str,
        serial: Option<&str>,
        organ: Option<&UnitCode>,
        petition: &Petition,
    ) -> Result<(Document, Contents), Refusal> {
        let label = self.pack.refusal.iter().find(|known| known.code == reason).map(|known| &known.label);
        let (zh, en) = label.map_or((reason, reason), |label| (label.zh.as_str(), label.en.as_str()));
        let values = Values::default().say("reason", zh, en);
        let serial = self.serial(serial);
        self.notice("request-refused", &serial, stage, organ, values, petition)
    }

    /// An opinion: the words of the organ in the pack's form, and the days that follow from its service.
    fn paper(
        &self,
        petition: &mut Petition,
        stage: Stage,
        form: &str,
        organ: Option<&UnitCode>,
        paper: &Paper,
    ) -> Result<Plan, Refusal> {
        if paper.served_on < paper.issued_on || paper.served_on > self.today() {
            let (zh, en) = ("须在出具之日至今日之间", "must lie between the day of issue and today");
            return Err(Refusal::field("served_on", zh, en));
        }
        if !self.pack.service.iter().any(|known| known.code == paper.service) {
            return Err(unknown("service", self.pack.service.iter().map(|known| &known.code)));
        }
        let next = match stage {
            Stage::Handling => Some(Stage::Review),
            Stage::Review => Some(Stage::Reexamination),
            Stage::Reexamination => None,
        };
        petition.served_on = Some(paper.served_on);
        petition.ask_by = next
            .and_then(|next| self.pack.asking(next))
            .and_then(|limit| self.last_day(paper.served_on, limit));
        petition.due_on = None;
        petition.asked_on = None;
        let above = organ.and_then(|organ| self.directory.parents().get(organ).cloned());
        let values = Values::default()
            .put("request", &paper.request)
            .put("facts", &paper.facts)
            .put("opinion", &paper.opinion)
            .put("legal_basis", &paper.legal_basis)
            .put("result", &paper.result)
            .put("issued_on", paper.issued_on)
            .put("served_on", paper.served_on);
        let label = self.pack.result(stage, &paper.result).map(|known| &known.label);
        let values = match label {
            Some(label) => values.say("result", &label.zh, &label.en),
            None => values,
        };
        let values = match &above {
            Some(above) => values.put("next_organ", self.directory.name_of(above)),
            None => values.say("next_organ", "上一级机关、单位", "the next higher organ"),
        };
        let (document, contents) = self.notice(form, &paper.serial, stage, organ, values, petition)?;
        let contents = Contents { proof: paper.proof.clone(), ..contents };
        let document = Document {
            result: Some(paper.result.clone()),
            issued_on: paper.issued_on,
            served_on: paper.served_on,
            service: paper.service.clone(),
            contents: self.sealed(&contents),
            ..document
        };
        Ok(Plan { document: Some((document, contents)), result: paper.result.clone(), ..Plan::default() })
    }

    /// A document of today by the pack's form.
    fn notice(
        &self,
        code: &str,
        serial: &str,
        stage: Stage,
        organ: Option<&UnitCode>,
        values: Values,
        petition: &Petition,
    ) -> Result<(Document, Contents), Refusal> {
        let form = self.pack.form(code).ok_or(Refusal::Unavailable)?;
        let name = organ.map_or_else(String::new, |organ| self.directory.name_of(organ));
        let values = values
            .put("number", &self.route.number)
            .put("serial", serial)
            .put("organ", name)
            .say("stage", stage.zh(), stage.as_str())
            .day("ask_by", petition.ask_by)
            .day("due_on", petition.due_on);
        let contents = values.write(form, None);
        let document = Document {
            case: petition.case,
            seq: i32::try_from(self.documents.len()).unwrap_or(i32::MAX - 1) + 1,
            form: code.to_owned(),
            serial: serial.to_owned(),
            organ: organ.map_or_else(|| "centre".to_owned(), ToString::to_string),
            stage,
            round: petition.lane.round,
            result: None,
            issued_on: self.today(),
            served_on: self.today(),
            service: self.pack.service.first().map(|known| known.code.clone()).unwrap_or_default(),
            contents: self.sealed(&contents),
            actor: self.claims.actor(),
            at: self.now,
        };
        Ok((document, contents))
    }

    fn sealed(&self, contents: &Contents) -> String {
        let plain = serde_json::to_string(contents).expect("strings are JSON");
        self.app.vault.seal(self.route.case.0, &plain)
    }

    /// The serial given, or one of the case's own.
    fn serial(&self, given: Option<&str>) -> String {
        given.map_or_else(|| format!("{}-{}", self.route.number, self.documents.len() + 1), str::to_owned)
    }

    fn stands(&self, form: &str, serial: &str) -> bool {
        self.documents.iter().any(|known| known.form == form && known.serial == serial)
    }
}
