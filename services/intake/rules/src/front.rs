//! The checks of a pack's sections for the front desk; each section checks itself in the file of its rule.

use crate::{Pack, class, flag, group, materials, notice, pack::Mistakes, record, repeat, sorting, standing};

impl Pack {
    pub(crate) fn validate_front(&self, mistakes: &mut Mistakes) {
        let reasons: Vec<&str> = self.decline.iter().map(|reason| reason.code.as_str()).collect();
        record::validate(&self.record, mistakes);
        class::validate(&self.fast, mistakes);
        group::validate(&self.group, mistakes);
        if let Some(sameness) = &self.same {
            standing::validate(sameness, mistakes);
        }
        if let Some(repeat) = &self.repeat {
            repeat::validate(repeat, &reasons, mistakes);
        }
        flag::validate(&self.flag, mistakes);
        sorting::validate(&self.sorting, &self.petition, &reasons, mistakes);
        notice::validate(&self.notice, mistakes);
        materials::validate(&self.materials, mistakes);
        if let Some(listening) = &self.listening {
            listening.validate(mistakes);
        }
    }
}
