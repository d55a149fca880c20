//! What goes along with a reply: findings let pass, the official document, the entry in the long-term register.

use calendar::day_of;
use contracts::handling::{CaseDeferred, CaseUndeferred};
use routing_rules::{
    deferral::{Command, Effect, Entry, State, decide},
    leaders::Register,
    pack::RoutingPack,
    reply::Flaw,
};

use super::{ReplyDraft, Turn};
use crate::store::{
    cases::CaseRoute,
    prints::{Extra, Print},
    register::Kept,
};

/// A reply's wish to be kept on the long-term register.
#[derive(Clone, Debug)]
pub(crate) struct Deferral {
    pub(crate) reason: String,
    pub(crate) review_on: jiff::civil::Date,
}

impl Turn<'_> {
    /// What is wrong with the wish to keep the case for later; nothing where the outcome needs none.
    pub(super) fn check_deferral(
        &self,
        pack: &RoutingPack,
        route: &CaseRoute,
        draft: &ReplyDraft,
    ) -> Vec<Flaw> {
        let Some(register) = self.entering(pack, draft.outcome.as_deref()) else { return Vec::new() };
        let flaw = |zh: String, en: String| vec![Flaw { field: "deferral", zh, en }];
        let Some(wish) = &draft.deferral else {
            let zh = "暂不能解决的，须说明原因并填写复查日期".to_owned();
            return flaw(zh, "what cannot be solved now needs a reason and a review day".to_owned());
        };
        let today = day_of(self.voice.at);
        let calendar = self.calendars.of(route.region.as_str());
        let last = calendar.due(self.voice.at, register.review_within).map(|due| due.date);
        let last = last.unwrap_or_else(|_| calendar.last_day());
        if register.takes(today, last, wish.review_on) {
            return Vec::new();
        }
        flaw(
            format!("复查日期应在今天之后、{last} 之前（含当日）"),
            format!("the review lies after today, up to {last}"),
        )
    }

    /// Lays down beside the desk what goes along with a reply that was taken.
    pub(super) fn shelve(
        &mut self,
        pack: &RoutingPack,
        route: &CaseRoute,
        draft: &ReplyDraft,
        attempt: i32,
        found: Vec<String>,
    ) {
        let (assignment, at) = (self.hand.id, self.voice.at);
        let seal = |text: &Option<String>| {
            let text = text.as_deref();
            text.map(|text| {
                self.vault.map_or_else(|| text.to_owned(), |vault| vault.seal(assignment.0, text))
            })
        };
        let document = draft.document.clone().unwrap_or_default();
        if !found.is_empty() || draft.document.is_some() {
            let extra = Extra {
                assignment,
                attempt,
                serial: seal(&document.serial),
                signed_by: seal(&document.signed_by),
                issued_on: document.issued_on,
                override_reason: seal(&draft.override_reason).filter(|_| !found.is_empty()),
                found,
            };
            self.desk.shelf.extra(extra);
        }
        let checks = pack.reply.checks.as_ref().and_then(|checks| checks.copied);
        if checks.is_some_and(|copied| copied.looks_at(&draft.public_text)) && self.vault.is_none() {
            let print = text::fingerprint(&draft.public_text);
            let (unit, case) = (self.hand.unit.clone(), route.case);
            self.desk.shelf.print(Print { unit, at, assignment, attempt, case, print });
        }
        if let (Some(_), Some(wish)) = (self.entering(pack, draft.outcome.as_deref()), &draft.deferral) {
            let reason = seal(&Some(wish.reason.clone())).unwrap_or_default();
            self.propose(route, reason, wish.review_on);
        }
    }

    /// The register, if a reply of this outcome enters the case into it.
    pub(super) fn entering<'p>(&self, pack: &'p RoutingPack, outcome: Option<&str>) -> Option<&'p Register> {
        let lead = self.hand.part == contracts::words::Part::Lead;
        let register = pack.register.as_ref().filter(|_| lead)?;
        outcome.is_some_and(|code| register.outcomes.iter().any(|known| known == code)).then_some(register)
    }

    fn propose(&mut self, route: &CaseRoute, reason: String, until: jiff::civil::Date) {
        let before = self.desk.shelf.kept(route.case);
        // What is on file from an earlier round stays there, with the new day.
        let command = match before.map(|kept| kept.entry.state) {
            Some(State::Kept) => Command::Review { until },
            _ => Command::Propose { until },
        };
        let version = before.map_or(0, |kept| kept.version);
        let Ok((Some(entry), effect)) = decide(before.map(|kept| kept.entry), command) else { return };
        self.desk.shelf.keep(Kept {
            case: route.case,
            assignment: self.hand.id,
            unit: self.hand.unit.clone(),
            region: route.region.clone(),
            entry,
            reason,
            pack: route.pack.clone(),
            actor: self.voice.actor.clone(),
            at: self.voice.at,
            version: version + 1,
        });
        self.tell(effect);
    }

    /// The answer has left: what was proposed with it is on file now; what was on file and is answered otherwise is settled.
    pub(super) fn answer_left(&mut self, deferring: bool) {
        let Some(Entry { state, .. }) = self.desk.shelf.kept(self.case()).map(|kept| kept.entry) else {
            return;
        };
        match state {
            State::Proposed => self.register(Command::Enter),
            State::Kept if !deferring => self.register(Command::Settle),
            State::Kept | State::Reactivated | State::Settled | State::Dropped => {}
        }
    }

    /// The reply was sent back: what was proposed with it is dropped.
    pub(super) fn answer_rejected(&mut self) {
        if self.desk.shelf.kept(self.case()).is_some_and(|kept| kept.entry.state == State::Proposed) {
            self.register(Command::Drop);
        }
    }

    fn register(&mut self, command: Command) {
        let Some(kept) = self.desk.shelf.kept(self.case()).cloned() else { return };
        if let Ok((Some(entry), effect)) = decide(Some(kept.entry), command) {
            self.desk.shelf.keep(Kept { entry, version: kept.version + 1, ..kept });
            self.tell(effect);
        }
    }

    fn tell(&mut self, effect: Option<Effect>) {
        let body = match effect {
            None => return,
            Some(Effect::Deferred { until }) => CaseDeferred { until }.into(),
            Some(Effect::Undeferred) => CaseUndeferred { again: Some(false) }.into(),
        };
        self.desk.say(self.hand.case, &self.voice, body);
    }
}
