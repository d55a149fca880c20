//! A unit's reply: checked against the pack, kept, and said.

use jiff::civil::Date;
use routing_rules::{
    Command,
    checks::{Class, Found},
    document::Document,
    named::Named,
    pack::RoutingPack,
    reply::{self, Flaw},
};

use super::{Answer, Deferral, Turn};
use crate::{
    app::{desk::Voice, refusal::Refusal},
    publish::{self, Detail},
    store::{assignments::Assignment, cases::CaseRoute, records::Reply},
};

/// A reply as it was handed in, cleaned.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReplyDraft {
    pub(crate) public_text: String,
    pub(crate) internal_text: Option<String>,
    pub(crate) outcome: Option<String>,
    pub(crate) reasons: Option<String>,
    pub(crate) legal_basis: Option<String>,
    pub(crate) handler: Option<String>,
    pub(crate) completed_on: Option<Date>,
    pub(crate) met_on: Option<Date>,
    pub(crate) public: Option<bool>,
    /// 成因, by a code of the pack.
    pub(crate) cause: Option<String>,
    /// 整改, by a code of the pack.
    pub(crate) remedy: Option<String>,
    pub(crate) document: Option<OfficialDocument>,
    pub(crate) deferral: Option<Deferral>,
    /// Why a finding is to be let pass.
    pub(crate) override_reason: Option<String>,
}

/// What makes a reply an official document (公文).
#[derive(Clone, Debug, Default)]
pub(crate) struct OfficialDocument {
    pub(crate) serial: Option<String>,
    pub(crate) signed_by: Option<String>,
    pub(crate) issued_on: Option<Date>,
}

impl Turn<'_> {
    pub(super) fn reply(&mut self, pack: &RoutingPack, route: &CaseRoute, draft: &ReplyDraft) -> Answer {
        let urgency = publish::urgency_in(route.urgency);
        let class = publish::class_in(self.desk.shelf.class(route.case));
        let mut flaws = reply::check(pack, urgency, false, &reply::Draft { class, ..draft.checked() });
        let named = Named { cause: draft.cause.as_deref(), remedy: draft.remedy.as_deref() };
        flaws.extend(pack.nameable.check(self.hand.hand().part, named));
        flaws.extend(self.check_deferral(pack, route, draft));
        flaws.extend(draft.yet_to_come(calendar::day_of(self.voice.at)));
        let found = self.found(pack, draft, &mut flaws);
        if !flaws.is_empty() {
            return Err(Refusal::Flawed(flaws));
        }
        let public = draft.public.unwrap_or(pack.reply.public_default) && self.vault.is_none();
        let mut row = draft.row(self.hand, public, &self.voice);
        if let Some(vault) = self.vault {
            row = vault.seal_reply(row);
        }
        let same = self.desk.newest_reply(self.hand.id).is_some_and(|newest| newest.repeats(&row));
        let detail = self.said(&row);
        let (after, changed) = self.act(Command::Reply { same }, &detail)?;
        if changed {
            row.attempt = after.attempt;
            row.state = match after.state {
                routing_rules::State::Answered => "released",
                routing_rules::State::UnderReview => "under-review",
                _ => "given",
            };
            self.desk.reply(row);
            self.shelve(pack, route, draft, after.attempt, found);
            if after.state == routing_rules::State::Answered {
                self.answer_left(draft.deferral.is_some());
            }
            // A co-unit's part is given: what it had passed down is no longer needed.
            if after.state == routing_rules::State::Replied {
                self.desk.call_back_below(after.id, &self.voice)?;
            }
        }
        Ok(after)
    }

    /// What is told of a reply when it answers the citizen; codes only.
    pub(super) fn said(&self, reply: &Reply) -> Detail {
        Detail {
            outcome: reply.outcome.clone(),
            level: self.level,
            cause: reply.cause.clone(),
            remedy: reply.remedy.clone(),
            ..Detail::default()
        }
    }

    /// What is found in the text: flaws for the author, or, with a stated reason, words to be kept.
    fn found(&self, pack: &RoutingPack, draft: &ReplyDraft, flaws: &mut Vec<Flaw>) -> Vec<String> {
        let Some(checks) = &pack.reply.checks else { return Vec::new() };
        let like = self.desk.shelf.likeness(self.hand.id);
        let found = checks.find(&draft.public_text, like);
        let passes = |found: Found| found.soft() && draft.override_reason.is_some();
        flaws.extend(found.iter().filter(|(found, _)| !passes(*found)).map(|(found, word)| found.flaw(word)));
        found.into_iter().map(|(found, _)| found.as_str().to_owned()).collect()
    }
}

impl ReplyDraft {
    /// What the rules look at.
    pub(crate) fn checked(&self) -> reply::Draft<'_> {
        reply::Draft {
            public_text: &self.public_text,
            internal_text: self.internal_text.as_deref(),
            outcome: self.outcome.as_deref(),
            reasons: self.reasons.as_deref(),
            legal_basis: self.legal_basis.as_deref(),
            handler: self.handler.as_deref(),
            completed: self.completed_on.is_some(),
            met: self.met_on.is_some(),
            class: Class::default(),
            document: self.document.as_ref().map_or_else(Document::default, |document| Document {
                serial: document.serial.as_deref(),
                signed_by: document.signed_by.as_deref(),
                issued: document.issued_on.is_some(),
            }),
        }
    }

    /// What is said to have been done on a day that has not come.
    fn yet_to_come(&self, today: Date) -> Vec<Flaw> {
        let days = [("completed_on", self.completed_on), ("met_on", self.met_on)];
        let later = days.into_iter().filter(|(_, day)| day.is_some_and(|day| day > today));
        let flaw = |(field, _)| Flaw {
            field,
            zh: format!("不能晚于今天（{today}）"),
            en: format!("must not be after today ({today})"),
        };
        later.map(flaw).collect()
    }

    /// The row it becomes; attempt and state are those of the life cycle.
    pub(crate) fn row(&self, hand: &Assignment, public: bool, voice: &Voice) -> Reply {
        Reply {
            assignment: hand.id,
            attempt: hand.attempt,
            public_text: self.public_text.clone(),
            internal_text: self.internal_text.clone(),
            outcome: self.outcome.clone().unwrap_or_else(|| "answered".to_owned()),
            reasons: self.reasons.clone(),
            legal_basis: self.legal_basis.clone(),
            handler: self.handler.clone(),
            completed_on: self.completed_on,
            met_on: self.met_on,
            public,
            cause: self.cause.clone(),
            remedy: self.remedy.clone(),
            state: "given",
            reject_reason: None,
            actor: voice.actor.clone(),
            at: voice.at,
        }
    }
}
