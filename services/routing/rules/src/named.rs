//! 成因与整改: what a reply may name beside its words, in the codes by which the pack counts them.

use serde::Deserialize;

use crate::{reply::Flaw, words::Part};

/// The codes that a pack knows. They stand in its `evaluation.toml`, where they are worded and counted; the rest of that file
/// is nothing to routing and is passed over.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Nameable {
    /// The part of the file that lists them.
    #[serde(default)]
    reports: Lists,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Lists {
    #[serde(default)]
    cause: Vec<Listed>,
    #[serde(default)]
    remedy: Vec<Listed>,
}

#[derive(Clone, Debug, Deserialize)]
struct Listed {
    code: String,
}

/// What a reply names; each may be missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Named<'a> {
    /// 成因.
    pub cause: Option<&'a str>,
    /// 整改.
    pub remedy: Option<&'a str>,
}

impl Nameable {
    /// Finds what is wrong with what a reply names: the lead names it, in codes of the pack.
    #[must_use]
    pub fn check(&self, part: Part, named: Named<'_>) -> Vec<Flaw> {
        let both = [
            ("cause", "成因", named.cause, &self.reports.cause),
            ("remedy", "整改举措", named.remedy, &self.reports.remedy),
        ];
        let given = both.into_iter().filter_map(|(field, zh, code, list)| Some((field, zh, code?, list)));
        given.filter_map(|(field, zh, code, list)| flaw(part, field, zh, code, list)).collect()
    }
}

fn flaw(part: Part, field: &'static str, what: &str, code: &str, list: &[Listed]) -> Option<Flaw> {
    match part {
        Part::Co => Some(Flaw {
            field,
            zh: format!("{what}由主办单位填写"),
            en: "is named by the unit that leads the case".to_owned(),
        }),
        Part::Lead if list.iter().any(|known| known.code == code) => None,
        Part::Lead if list.is_empty() => Some(Flaw {
            field,
            zh: format!("规则包没有列出{what}，请勿填写"),
            en: "the policy pack lists none".to_owned(),
        }),
        Part::Lead => {
            let known: Vec<_> = list.iter().map(|known| known.code.as_str()).collect();
            Some(Flaw {
                field,
                zh: format!("须为规则包中的{what}代码，可选：{}", known.join("、")),
                en: format!("must be one of {}", known.join(", ")),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(
        nameable: &Nameable,
        part: Part,
        cause: Option<&str>,
        remedy: Option<&str>,
    ) -> Vec<&'static str> {
        nameable.check(part, Named { cause, remedy }).into_iter().map(|flaw| flaw.field).collect()
    }

    #[test]
    fn the_lead_names_codes_of_the_pack_and_nothing_need_be_named() {
        let pack: Nameable =
            toml::from_str(include_str!("../../../../deploy/policy/mailbox-002/evaluation.toml")).unwrap();
        assert!(wrong(&pack, Part::Lead, None, None).is_empty());
        assert!(wrong(&pack, Part::Lead, Some("not_done"), Some("fixed")).is_empty());
        assert!(wrong(&pack, Part::Lead, Some("not_done"), None).is_empty());
        assert!(wrong(&pack, Part::Lead, None, Some("fixed")).is_empty());
        assert_eq!(
            wrong(&pack, Part::Lead, Some("fixed"), Some("not_done")),
            ["cause", "remedy"],
            "not swapped"
        );
        assert_eq!(wrong(&pack, Part::Lead, Some("weather"), Some("fixed")), ["cause"]);
        assert_eq!(wrong(&pack, Part::Lead, Some("not_done"), Some("")), ["remedy"]);
        let flaw = pack.check(Part::Lead, Named { cause: Some("weather"), remedy: None }).remove(0);
        assert!(flaw.zh.contains("not_done、") && flaw.en.contains("not_done, "), "{flaw:?}");
    }

    #[test]
    fn a_co_unit_names_nothing() {
        let pack: Nameable = toml::from_str("[[reports.cause]]\ncode = \"a\"").unwrap();
        assert!(wrong(&pack, Part::Co, None, None).is_empty());
        assert_eq!(wrong(&pack, Part::Co, Some("a"), None), ["cause"]);
        assert!(wrong(&pack, Part::Lead, Some("a"), None).is_empty());
    }

    #[test]
    fn a_pack_without_lists_takes_none() {
        let flaws = Nameable::default().check(Part::Lead, Named { cause: Some("a"), remedy: Some("b") });
        assert_eq!(flaws.iter().map(|flaw| flaw.field).collect::<Vec<_>>(), ["cause", "remedy"]);
        assert!(flaws.iter().all(|flaw| flaw.en.contains("lists none")), "{flaws:?}");
    }
}
