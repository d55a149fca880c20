//! Whether a case is to be followed up (回访), decided from the fact alone, so that the order of events does not matter.

use ids::CaseId;

use crate::{
    fact::{Fact, State},
    mark::Mark,
    pack::{Counted, FollowUpRule, RatingRule, Sampling},
};

/// Says whether a follow-up of the present round is to be opened: the pack's event has come for this round, the answer is a
/// live one (nobody is called about an imported history), nobody has rated or asked yet, and the case is in the sample.
#[must_use]
pub fn follow_up_due(fact: &Fact, rule: &FollowUpRule, rating: &RatingRule) -> bool {
    let reached = match rule.opens_on {
        Counted::Answered => fact.answered_round,
        Counted::Closed => fact.answered_round.min(fact.closed_round),
    };
    let standing = match fact.state() {
        State::Answered | State::Closed => true,
        State::Open | State::Withdrawn | State::Declined | State::Invalid => false,
    };
    // Merged before its acceptance it is answered all the same, and so it is asked about.
    let taken = fact.accepted || fact.marks.has(Mark::Merged);
    rule.on
        && standing
        && taken
        && reached >= fact.round
        && fact.followup_round < fact.round
        && !fact.last_answer_historic
        && fact.rated.is_none_or(|rated| rated.round < fact.round)
        && sampled(fact.case, share(fact, rule, rating))
}

/// The share of such cases that is followed up: the largest that fits, so that it grows and never shrinks with what is heard.
#[must_use]
pub fn share(fact: &Fact, rule: &FollowUpRule, rating: &RatingRule) -> f64 {
    let Some(kind) = fact.kind else { return 0.0 };
    let of_kind = |kinds: &Option<Vec<_>>| kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind));
    let marks = fact.all_marks(jiff::civil::Date::MAX);
    let fits = |one: &&Sampling| {
        of_kind(&one.kinds)
            && one
                .classes
                .as_ref()
                .is_none_or(|classes| fact.class.as_ref().is_some_and(|class| classes.contains(class)))
            && one.term.is_none_or(|term| term.patterns(rating).iter().any(|pattern| pattern.fits(marks)))
    };
    let plain = if of_kind(&rule.kinds) { rule.sample } else { 0.0 };
    rule.rules.iter().filter(fits).map(|one| one.share).fold(plain, f64::max)
}

/// Says whether a case is in a sample of this share (0 to 1): the same case always gives the same answer.
#[must_use]
pub fn sampled(case: CaseId, share: f64) -> bool {
    // FNV-1a over the id, its upper 32 bits as a fraction.
    let hash = case.0.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let fraction = f64::from(u32::try_from(hash >> 32).unwrap_or(u32::MAX)) / 4_294_967_296.0;
    fraction < share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_about_its_share() {
        let drawn = (0..10_000).filter(|n| sampled(CaseId::derived(&n.to_string()), 0.3)).count();
        assert!((2_700..3_300).contains(&drawn), "{drawn}");
        let all = (0..1_000).all(|n| sampled(CaseId::derived(&n.to_string()), 1.0));
        let none = (0..1_000).any(|n| sampled(CaseId::derived(&n.to_string()), 0.0));
        assert!(all && !none);
    }
}
