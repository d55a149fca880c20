//! What a report may be made of. Which parts a series has, and in which order, is data of the pack.

macro_rules! sections {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $code:literal, $zh:literal;)+) => {
        /// A part of a report; the word in packs is the name in `snake_case`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
        pub enum Section { $($(#[$doc])* #[serde(rename = $word)] $name),+ }

        impl Section {
            /// Every section.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The code of its table; short, as it names the sheet of a workbook.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// What people read.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$name => $zh),+ }
            }
        }
    };
}

sections! {
    /// Every indicator of the pack beside the period before.
    Figures = "figures", "figures", "主要指标";
    /// The most frequent subjects.
    Subjects = "subjects", "subjects", "突出问题（按主题）";
    /// By kind.
    Kinds = "kinds", "kinds", "按类别";
    /// By channel.
    Channels = "channels", "channels", "按渠道";
    /// By county.
    Places = "places", "places", "按县区";
    /// What rises against the usual.
    Rises = "rises", "rises", "上升较快的问题";
    /// What comes in every period.
    Regular = "regular", "regular", "规律性问题";
    /// Like cases together.
    Alike = "alike", "alike", "同类诉求归并";
    /// Causes that units name in their replies.
    Causes = "causes", "causes", "问题成因";
    /// Remedies that units name in their replies.
    Remedies = "remedies", "remedies", "整改举措";
    /// Opinions collected from media, network, commentators and the public.
    Opinions = "opinions", "opinions", "舆情线索";
    /// Sensitive times and what they bring.
    Seasons = "seasons", "seasons", "敏感时段来件";
    /// What the coming days are expected to bring, against the seats.
    Capacity = "capacity", "capacity", "来件预测与接听能力";
    /// First and final rating side by side.
    Ratings = "ratings", "ratings", "首次评价与最终评价";
    /// Defects of handling.
    Findings = "findings", "finding", "办理质量问题";
    /// Rungs of the ladder.
    Escalations = "escalations", "escalation", "催办督办问责";
    /// Contacts without a case.
    Contacts = "contacts", "contact", "来电来件";
    /// Receptions held.
    Receptions = "receptions", "reception", "领导接待日";
    /// Practical items and major matters.
    Items = "items", "items", "实事与大事";
    /// Chosen indicators of every unit.
    Inspection = "inspection", "inspection", "全市办理情况检查";
    /// Points and ranks of units.
    Units = "units", "units", "单位考核";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_names_of_sheets_and_none_stands_twice() {
        let codes: BTreeSet<_> = Section::ALL.iter().map(|section| section.code()).collect();
        assert_eq!(codes.len(), Section::ALL.len());
        assert!(codes.iter().all(|code| (1..=31).contains(&code.len())));
        assert!(Section::ALL.iter().all(|section| !section.zh().is_empty()));
    }
}
