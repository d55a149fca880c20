//! The policy packs as notification reads them: `notices.toml`, and the labels of the codes that events carry.

use std::collections::BTreeMap;

use notification_rules::{
    card::Pack,
    pack::{Notices, Written, validate},
    render::Both,
    sections::{Sections, Settings},
    words::Happening,
};
use runtime::{PackFiles, PolicyFiles};
use serde::Deserialize;

/// Lists every mistake of the text of a `notices.toml`; an empty list means that it holds.
#[must_use]
pub fn check_pack(text: &str) -> Vec<String> {
    read(text).err().unwrap_or_default()
}

fn read(text: &str) -> Result<Notices, Vec<String>> {
    let mut file: toml::Table = toml::from_str(text).map_err(|error| vec![error.to_string()])?;
    let (mut written, mut mistakes) = (Vec::new(), Vec::new());
    match file.remove("notice") {
        Some(toml::Value::Array(notices)) => {
            for (place, notice) in notices.into_iter().enumerate() {
                match Written::deserialize(notice) {
                    Ok(notice) => written.push(notice),
                    Err(error) => mistakes.push(format!("notice {}: {}", place + 1, error.message())),
                }
            }
        }
        Some(_) => mistakes.push("notice: must be a list: [[notice]]".to_owned()),
        None => {}
    }
    let sections = Sections::deserialize(file).unwrap_or_else(|error| {
        mistakes.push(error.message().to_owned());
        Sections::default()
    });
    match validate(&written, &sections) {
        Ok(notices) if mistakes.is_empty() => Ok(notices),
        Ok(_) => Err(mistakes),
        Err(more) => Err(mistakes.into_iter().chain(more).collect()),
    }
}

/// One pack, ready to be asked.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) notices: Notices,
    labels: BTreeMap<String, Both<String>>,
    refer_to: BTreeMap<String, Both<String>>,
}

/// All packs of the installation.
#[derive(Debug)]
pub struct Packs(BTreeMap<(String, i32), Ready>);

/// A code with its label in a list of another section; what else stands there belongs to its owner.
#[derive(Deserialize)]
struct Code {
    code: String,
    label: Label,
    refer_to: Option<Label>,
}

#[derive(Deserialize)]
struct Label {
    zh: String,
    en: String,
}

impl From<Label> for Both<String> {
    fn from(label: Label) -> Self {
        Self { zh: label.zh, en: label.en }
    }
}

impl Packs {
    /// Reads the notices of every pack.
    ///
    /// # Errors
    /// Every mistake of the first pack that has some.
    pub fn read(files: &PolicyFiles) -> anyhow::Result<Self> {
        let mut packs = BTreeMap::new();
        for pack in files.packs() {
            packs.insert((pack.id.clone(), pack.version), ready(pack)?);
        }
        Ok(Self(packs))
    }

    /// The pack of a case; the newest of its name when this very version is not there.
    pub(crate) fn of(&self, pack: &Pack) -> Option<&Ready> {
        let key = (pack.id.clone(), pack.version);
        let newest = || self.0.iter().rev().find(|((id, _), _)| *id == pack.id).map(|(_, ready)| ready);
        self.0.get(&key).or_else(newest)
    }

    /// Says whether any pack owes anything for an event.
    pub(crate) fn hear(&self, event: Happening) -> bool {
        self.0.values().any(|pack| pack.notices.hears(event))
    }

    /// Says whether any pack lets agencies outside learn of an event.
    pub(crate) fn tell_outside(&self, event: Happening) -> bool {
        self.0.values().any(|pack| pack.notices.settings.outside.contains(&event))
    }

    /// The newest version of each pack, by its name.
    pub(crate) fn newest(&self) -> BTreeMap<&str, &Ready> {
        self.0.iter().map(|((id, _), ready)| (id.as_str(), ready)).collect()
    }

    /// The newest version of a pack that tells of something about no case; without a name the first that does.
    pub(crate) fn telling(&self, id: Option<&str>, event: Happening) -> Option<(&str, &Ready)> {
        self.newest()
            .into_iter()
            .find(|(name, ready)| id.is_none_or(|id| id == *name) && ready.notices.hears(event))
    }

    /// What holds under a pack, by its name; nothing where it is not there any more.
    pub(crate) fn settings(&self, id: &str) -> Option<&Settings> {
        self.newest().get(id).map(|ready| &ready.notices.settings)
    }
}

impl Ready {
    /// The label of a code; a code without label reads as it is written, what is no code reads as nothing.
    pub(crate) fn label(&self, code: &str) -> Option<Both<String>> {
        let plain = || {
            let code_like =
                code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b));
            (code_like && (1..=64).contains(&code.len())).then(|| Both::same(code))
        };
        self.labels.get(code).cloned().or_else(|| known_label(code)).or_else(plain)
    }

    /// Where to turn instead, for the reason of a decline.
    pub(crate) fn refer_to(&self, code: &str) -> Option<Both<String>> {
        self.refer_to.get(code).cloned()
    }
}

fn ready(pack: &PackFiles) -> anyhow::Result<Ready> {
    let text = pack.section("notices").unwrap_or_default();
    let notices = read(text).map_err(|mistakes| {
        anyhow::anyhow!("policy pack {}: notices.toml: {}", pack.id, mistakes.join("; "))
    })?;
    let (mut labels, mut refer_to) = (BTreeMap::new(), BTreeMap::new());
    for section in ["evaluation", "deadlines", "routing", "intake"] {
        // Mistakes in there are told by the section's owner.
        let table: toml::Table =
            toml::from_str(pack.section(section).unwrap_or_default()).unwrap_or_default();
        let lists = table.into_iter().filter_map(|(_, value)| match value {
            toml::Value::Array(list) => Some(list),
            _ => None,
        });
        for code in lists.flatten().filter_map(|value| Code::deserialize(value).ok()) {
            if let Some(place) = code.refer_to {
                refer_to.insert(code.code.clone(), place.into());
            }
            labels.insert(code.code, code.label.into());
        }
    }
    Ok(Ready { notices, labels, refer_to })
}

/// Labels of codes that events themselves fix, where the pack has no words of its own.
fn known_label(code: &str) -> Option<Both<String>> {
    let (zh, en) = match code {
        "leader" => ("领导包案", "a leader in charge"),
        "seven" => ("七包一", "seven for one"),
        "task-force" => ("工作专班", "a task force"),
        "backlog" => ("积案化解", "backlog"),
        "discipline" => ("纪检督办", "discipline inspection"),
        "acceptance" => ("受理告知书", "notice of acceptance"),
        "non_acceptance" => ("不予受理告知书", "notice of non-acceptance"),
        "transfer" => ("转送告知书", "notice of transfer"),
        "extension" => ("延期告知书", "notice of extension"),
        "hearing" => ("听证", "a hearing"),
        "materials" => ("补充材料", "materials to come"),
        "law" => ("依法中止", "by law"),
        "direct" => ("直派抄送", "sent straight to a unit below"),
        "person" => ("人工抄送", "chosen by a person"),
        "fob-off" => ("敷衍答复", "a reply that fobs off"),
        "repeated-assignment" => ("反复交办", "assigned again and again"),
        "repeated-complaint" => ("重复投诉", "complained of again and again"),
        "unanswered-supervision" => ("督办未按时回复", "supervision left unanswered"),
        "wrong-return" => ("不当退单", "returned wrongly"),
        "second-request" => ("重复要求补交材料", "materials asked for twice"),
        "no-officer" => ("未明确承办人", "no handling officer"),
        "hot-issue" => ("热点问题", "a hot issue"),
        "group-risk" => ("群体性风险", "a risk of a group"),
        "marked-risk" => ("风险标签集中", "marked as a risk by officers"),
        "growing" => ("诉求加剧", "what is asked for grows"),
        "opinion" => ("舆情集中", "much is said outside"),
        "over-capacity" => ("接听能力不足", "more is expected than the seats can answer"),
        "daily" => ("日报", "daily report"),
        "weekly" => ("周报", "weekly report"),
        "digest" => ("区县摘要", "digest of a county"),
        "bulletin" => ("月度通报", "monthly bulletin"),
        "leaders" => ("领导专报", "report to leaders"),
        "quarterly" => ("季度汇报", "quarterly report"),
        "annual" => ("年报", "annual report"),
        "failing" => ("长时间推送失败", "it failed for too long"),
        "gone" => ("接收方已撤销", "its receiver is gone"),
        "conference" => ("联席会议", "joint conference"),
        "designation" => ("指定", "designation"),
        "three-party" => ("三方通话", "three-party call"),
        "first-receiver" => ("首接受理", "first receiver"),
        "referral" => ("引导", "referral"),
        "supported" => ("支持", "supported"),
        "explained" => ("解释", "explained"),
        "not-supported" => ("不支持", "not supported"),
        "answered" => ("已答复", "answered"),
        "referred" => ("已引导", "referred"),
        "not-yet-possible" => ("暂不能解决", "not yet possible"),
        "repeat" => ("重复反映", "told again"),
        "related" => ("相关事项", "related"),
        "new-facts" => ("新情况", "new facts"),
        "objection" => ("异议成立", "upon objection"),
        "ended" => ("期满", "ended"),
        "mistaken" => ("标注有误", "mistaken"),
        "withdrawn" => ("已撤回", "withdrawn"),
        "notice" => ("督办单", "supervision notice"),
        "joint" => ("联合督办", "joint supervision"),
        "on-site" => ("现场督办", "on-site supervision"),
        "listed" => ("挂牌督办", "listed supervision"),
        "remind" => ("提醒", "reminder"),
        "yellow" => ("黄牌", "yellow card"),
        "red" => ("红牌", "red card"),
        "urge" => ("催办", "urging"),
        "explain" => ("情况说明", "explanation"),
        "order" => ("督办", "supervision"),
        "criticise" => ("通报批评", "circular criticism"),
        "interview" => ("约谈", "interview"),
        "account" => ("问责", "accountability"),
        "dispute" => ("职责争议", "a dispute"),
        "return" => ("退单审核", "a return that is examined"),
        "opinion-extended" => ("意见书延期", "more time for the opinion"),
        "remanded" => ("责令重新办理", "sent back by a higher organ"),
        "conditions-ripe" => ("条件已具备", "it can be solved now"),
        "deferred" => ("长期台账", "the long-term register"),
        "done" => ("已办结", "done"),
        "merged" => ("已并案", "merged"),
        "unsatisfied" => ("不满意", "dissatisfied"),
        "unsolved" => ("未解决", "not solved"),
        "rated" => ("已评价", "rated"),
        "unreachable" => ("未联系上", "not reached"),
        "declined" => ("不愿评价", "declined"),
        "exclusion-granted" => ("同意剔除", "the case does not count"),
        "exclusion-refused" => ("不予剔除", "the case counts"),
        "exclusion-revoked" => ("撤销剔除", "the case counts again"),
        "disclosure-received" => ("已收到", "received"),
        "disclosure-extended" => ("已依法延期", "more time, by law"),
        "disclosure-granted" => ("予以公开", "disclosed"),
        "disclosure-partly" => ("部分公开", "disclosed in part"),
        "disclosure-refused" => ("不予公开", "not disclosed"),
        "undelivered-refused" => ("被拒收", "it was refused"),
        "undelivered-no-address" => ("没有可用的地址", "there is no address"),
        "undelivered-no-carrier" => ("没有发送渠道", "nobody carries it"),
        "undelivered-no-mail" => ("不能写成邮件", "no mail can be written"),
        "undelivered-not-taken" => ("渠道未接收", "it was not taken"),
        "undelivered-carrier-busy" => ("渠道繁忙", "the carrier was busy"),
        "undelivered-carrier-away" => ("渠道无法连接", "the carrier was away"),
        "undelivered-timeout" => ("渠道应答超时", "the carrier did not answer in time"),
        "undelivered-tls" => ("渠道连接不安全", "the line was not safe"),
        "undelivered-address-unanswered" => ("地址查询未获应答", "nobody said the address"),
        "undelivered-given-up" => ("多次未送达", "tried in vain"),
        "undelivered-barred" => ("不得告知", "it may not be told"),
        _ => return None,
    };
    Some(Both::of(zh, en))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fields of events whose codes people are shown.
    const SHOWN: [&str; 8] = [
        " reason (`",
        " defect (`",
        " sign (`",
        " series (`",
        " form (`",
        " charge (`",
        " by (`",
        " result (`",
    ];

    #[test]
    fn every_code_that_an_event_fixes_has_words_for_people() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/policy");
        let packs = Packs::read(&PolicyFiles::read(&folder).expect("packs")).expect("packs hold");
        let table = include_str!("../../../docs/events.md");
        let mut codes = 0;
        for row in table.lines().filter(|line| line.starts_with("| `")) {
            for field in SHOWN {
                let Some((_, rest)) = row.split_once(field) else { continue };
                let (listed, _) = rest.split_once(')').expect("a list ends");
                for code in listed.split('`').step_by(2).filter(|code| !code.is_empty()) {
                    for (name, pack) in packs.newest() {
                        let label = pack.label(code).unwrap_or_default();
                        assert!(label.zh != code && !label.zh.is_empty(), "{code} under {name}: {row}");
                    }
                    codes += 1;
                }
            }
        }
        assert!(codes > 40, "only {codes} codes were found");
    }
}
