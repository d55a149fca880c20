//! The check of a reply before it leaves: what the pack demands is there, and it says something.

use crate::{
    checks::Class,
    document::Document,
    pack::{Field, RoutingPack},
    words::Urgency,
};

/// A reply as it was handed in, cleaned.
#[derive(Clone, Copy, Debug, Default)]
pub struct Draft<'a> {
    /// What the citizen reads.
    pub public_text: &'a str,
    /// What stays inside.
    pub internal_text: Option<&'a str>,
    /// A code of the pack.
    pub outcome: Option<&'a str>,
    /// Facts and reasons.
    pub reasons: Option<&'a str>,
    /// The legal basis.
    pub legal_basis: Option<&'a str>,
    /// Who handled it, as a function label.
    pub handler: Option<&'a str>,
    /// The day of completion is given.
    pub completed: bool,
    /// The day on which the citizen was met is given.
    pub met: bool,
    /// How important the case is.
    pub class: Class,
    /// What makes it an official document.
    pub document: Document<'a>,
}

/// One thing that is wrong with a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The field of the request.
    pub field: &'static str,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// Finds all that is wrong with a reply; empty when it may leave.
#[must_use]
pub fn check(pack: &RoutingPack, urgency: Urgency, historic: bool, draft: &Draft<'_>) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let required = pack.required(historic);
    for field in required {
        let (there, name, zh, en) = asked(*field, draft);
        if !there {
            flaws.push(Flaw { field: name, zh: format!("须填写{zh}"), en: format!("{en} is required") });
        }
    }
    let chars = draft.public_text.chars().count();
    if chars > pack.reply.max_chars {
        let most = pack.reply.max_chars;
        flaws.push(Flaw {
            field: "public_text",
            zh: format!("最多 {most} 字，现为 {chars} 字"),
            en: format!("has {chars} characters, at most {most} are allowed"),
        });
    }
    if let Some(code) = draft.outcome.filter(|code| !pack.outcome.iter().any(|known| known.code == *code)) {
        let known: Vec<_> = pack.outcome.iter().map(|known| known.code.as_str()).collect();
        flaws.push(Flaw {
            field: "outcome",
            zh: format!("没有“{}”这一处理结果，可选：{}", short(code), known.join("、")),
            en: format!("must be one of {}", known.join(", ")),
        });
    }
    if historic {
        return flaws;
    }
    if chars > 0 && chars < pack.reply.min_chars {
        let least = pack.reply.min_chars;
        flaws.push(Flaw {
            field: "public_text",
            zh: format!("至少 {least} 字，现为 {chars} 字"),
            en: format!("has {chars} characters, at least {least} are needed"),
        });
    }
    let urgent = pack.reply.face_to_face_urgencies.contains(&urgency);
    if (urgent || pack.reply.meeting.owed(draft.class, urgency)) && !draft.met {
        flaws.push(Flaw {
            field: "met_on",
            zh: "重要或特急事项须与群众见面答复，请填写见面日期".to_owned(),
            en: "a case so urgent or important needs a meeting in person; give its day".to_owned(),
        });
    }
    if let Some(form) = &pack.reply.document {
        flaws.extend(form.check(draft.outcome, draft.document));
    }
    flaws
}

fn asked(field: Field, draft: &Draft<'_>) -> (bool, &'static str, &'static str, &'static str) {
    let given = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
    match field {
        Field::Unit => (true, "unit", "承办单位", "the unit"),
        Field::CompletedOn => (draft.completed, "completed_on", "办结时间", "the day of completion"),
        Field::Handler => (given(draft.handler), "handler", "主要经办人", "the handler"),
        Field::Outcome => (given(draft.outcome), "outcome", "处理结果", "the outcome"),
        Field::Reasons => (given(draft.reasons), "reasons", "事实和理由", "facts and reasons"),
        Field::LegalBasis => (given(draft.legal_basis), "legal_basis", "法律依据", "the legal basis"),
        Field::PublicText => {
            (given(Some(draft.public_text)), "public_text", "公开答复内容", "the public text")
        }
        Field::InternalText => {
            (given(draft.internal_text), "internal_text", "办理情况", "the internal record")
        }
    }
}

fn short(code: &str) -> String {
    code.chars().filter(|ch| !ch.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_brings_what_the_pack_demands() {
        let pack: RoutingPack =
            toml::from_str(include_str!("../../../../deploy/policy/mailbox-002/routing.toml")).unwrap();
        let fields = |urgency, historic, draft: &Draft<'_>| -> Vec<&str> {
            check(&pack, urgency, historic, draft).into_iter().map(|flaw| flaw.field).collect()
        };
        let bare = Draft { public_text: "路灯已于昨日修复，请您放心。", ..Draft::default() };
        assert_eq!(fields(Urgency::Ordinary, false, &bare), ["completed_on", "handler", "outcome"]);
        let whole =
            Draft {
                outcome: Some("supported"), handler: Some("城管局承办员一号"), completed: true, ..bare
            };
        assert!(fields(Urgency::Ordinary, false, &whole).is_empty());
        assert_eq!(fields(Urgency::ExtraUrgent, false, &whole), ["met_on"], "the gravest are met in person");
        assert!(fields(Urgency::ExtraUrgent, false, &Draft { met: true, ..whole }).is_empty());
        assert_eq!(
            fields(Urgency::Ordinary, false, &Draft { outcome: Some("nothing"), ..whole }),
            ["outcome"]
        );
        assert_eq!(fields(Urgency::Ordinary, true, &bare), ["completed_on"], "an old reply knew no forms");
    }

    #[test]
    fn every_pack_knows_the_dispositions_and_why_a_reply_is_sent_back() {
        for pack in [
            include_str!("../../../../deploy/policy/mailbox-002/routing.toml"),
            include_str!("../../../../deploy/policy/hotline-004/routing.toml"),
            include_str!("../../../../deploy/policy/hotline-sichuan-2025/routing.toml"),
            include_str!("../../../../deploy/policy/petition-2022/routing.toml"),
        ] {
            let pack: RoutingPack = toml::from_str(pack).unwrap();
            for code in ["supported", "explained", "not_supported"] {
                let draft = Draft { outcome: Some(code), ..Draft::default() };
                let flaws = check(&pack, Urgency::Ordinary, false, &draft);
                assert!(flaws.iter().all(|flaw| flaw.field != "outcome"), "{code}");
            }
            for code in ["ambiguous", "evasive", "shirking", "promise_only"] {
                assert!(pack.reject.iter().any(|known| known.code == code), "{code}");
            }
        }
    }
}
