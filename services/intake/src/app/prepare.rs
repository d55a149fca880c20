//! Makes a registration ready before its transaction: cleaned, checked, redacted, sealed.

use contracts::{
    case::PackRef,
    words::{Channel, Kind, Mode, Urgency},
};
use ids::{CaseId, RegionCode, UnitCode};
use intake_rules::{Command, Life, State, at_registration, decide, waits_for_a_look};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use web::{FieldError, Problem};

use crate::{
    app::{
        Core,
        beside::{self, Beside},
        once::scope,
        party::Party,
        same, sealed, secrecy,
    },
    packs::Known,
    publish::{self},
    store::{answers::Key, cases::NewCase, entries::Entry},
    vault,
};

/// A message to be registered.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Message {
    /// What it wants: `consultation`, `help`, `complaint`, `report`, `suggestion`, `praise`, `other`; the pack's default when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    /// A few words.
    #[serde(default)]
    pub(crate) title: String,
    /// The message itself.
    pub(crate) text: String,
    /// Region code of the place it is about (6, 9 or 12 digits).
    pub(crate) region: String,
    /// How it came in; only staff may name another than `portal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) channel: Option<String>,
    /// `ordinary`, `urgent`, `immediate`; the pack's default when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) urgency: Option<String>,
    /// Subject code of the tenant's own tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<String>,
    /// Policy pack; the installation's default when missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pack: Option<String>,
    /// For named hands only.
    #[serde(default)]
    pub(crate) confidential: bool,
    /// Concerns several units.
    #[serde(default)]
    pub(crate) multi_unit: bool,
    /// The unit whose mailbox it came to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unit: Option<String>,
    /// `forwarding` or `assignment`, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mode: Option<String>,
    /// The merged legacy line it was dialled on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<String>,
    /// The mailbox it was written to; brings region, unit and pack with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mailbox: Option<String>,
    /// The topic that it answers; a suggestion then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) topic: Option<String>,
    /// Who tells it.
    #[serde(default)]
    pub(crate) party: Party,
    /// Five elements, demand, tags, grid, class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) record: Option<beside::Told>,
    /// A legal person, an organisation, a group, proxies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parties: Option<beside::Together>,
}

/// Who registers, and how.
pub(crate) struct From {
    pub(crate) actor: String,
    pub(crate) channel: Channel,
    pub(crate) key: Option<String>,
}

/// A registration that only needs its number and its transaction.
pub(crate) struct Ready {
    pub(crate) case: NewCase,
    /// Its result is secret by rule; the grounds as they are kept.
    pub(crate) secret: Option<String>,
    pub(crate) region: RegionCode,
    pub(crate) kind: Kind,
    pub(crate) channel: Channel,
    pub(crate) urgency: Urgency,
    pub(crate) wording: Option<contracts::case::Wording>,
    pub(crate) unit_hint: Option<UnitCode>,
    pub(crate) mode_hint: Option<Mode>,
    pub(crate) reachable: Vec<String>,
    pub(crate) accept: bool,
    pub(crate) actor: String,
    pub(crate) trace: Option<String>,
    pub(crate) query_code: String,
    pub(crate) key: Option<(Key, Vec<u8>)>,
    /// The door it came by, where one is written down.
    pub(crate) entry: Option<Entry>,
    pub(crate) beside: Beside,
}

/// Cleans, checks, redacts and seals a message; every mistake is named at once.
pub(crate) async fn prepare(core: &Core, message: Message, from: From) -> Result<Ready, Problem> {
    // The digest is of the request as it was read, before anything is cleaned.
    let key = from.key.map(|key| {
        let digest = digest(&message);
        ((scope("cases", &from.actor, &digest), key), digest)
    });
    let known = pack(core, message.pack.as_deref())?;
    let (title, text) = (text::clean(&message.title).text, text::clean(&message.text).text);
    let known_region = core.regions.knows(&core.platform.db, &message.region).await;
    let known_region = known_region.map_err(|error| crate::http::fault(error.into()))?;
    let mut errors = beside::check(&known.pack, message.record.as_ref(), message.parties.as_ref());
    if let Some(subject) = &message.subject
        && !core
            .subjects
            .allows(&core.platform.db, subject)
            .await
            .map_err(|error| crate::http::fault(error.into()))?
    {
        errors.push(FieldError::new(
            "subject",
            "事项分类中没有这个代码",
            "the tree of subjects has no such code",
        ));
    }
    let words = check(&message, known, from.channel, known_region, (&title, &text), errors)?;
    let mut message = message;

    let case_id = CaseId::fresh();
    let query_code = vault::fresh_code();
    let look = beside::Look { kind: words.kind.as_str(), title: &title, text: &text };
    let confidential = message.confidential || known.pack.keeps_secret(words.kind.as_str());
    let (told, together) = (message.record.as_ref(), message.parties.as_ref());
    let beside = beside::ready(core, &known.pack, (case_id, confidential), look, told, together);
    let phone_index = message.party.phone.as_deref().and_then(|phone| core.vault.phone_index(phone));
    let coming = same::Coming {
        case: case_id.0,
        words: same::Words { title: &title, body: &text },
        subject: message.subject.as_deref(),
        region: &message.region,
    };
    let ended_before = same::ended_before(core, &known.pack, phone_index.as_deref(), coming)
        .await
        .map_err(|error| crate::http::fault(error.into()))?;
    let accepted = at_registration(&known.pack)
        .filter(|_| !waits_for_a_look(&known.pack, ended_before))
        .and_then(|command: Command| decide(Life::registered(), command).ok())
        .map_or(State::Registered, |(life, _)| life.state);
    message.party.clean();
    let party = (!message.party.is_empty()).then(|| {
        let plain = serde_json::to_vec(&message.party).expect("strings are JSON");
        core.vault.seal(case_id.0.as_bytes(), &plain)
    });
    let case = NewCase {
        case_id,
        kind: words.kind.as_str(),
        subject: message.subject,
        channel: from.channel.as_str(),
        region: message.region,
        urgency: words.urgency.as_str(),
        state: accepted,
        pack: known.stamp.clone(),
        confidential,
        historic: false,
        multi_unit: message.multi_unit,
        received_at: core.now(),
        phone_index,
        party,
        query_code_hash: Some(core.vault.code_hash(case_id, &query_code)),
        source_key: None,
        unit_hint: words.unit.as_ref().map(ToString::to_string),
        mode_hint: words.mode.map(Mode::as_str),
        title,
        body: text,
    };
    let secret = secrecy::at_registration(known, confidential, case.kind);
    Ok(Ready {
        secret: secret.then(|| secrecy::grounds(core, &case.pack, case_id)),
        wording: publish::wording(confidential, &message.party, &case.title, &case.body),
        case: sealed::seal(&core.vault, case),
        region: words.region,
        kind: words.kind,
        channel: from.channel,
        urgency: words.urgency,
        unit_hint: words.unit,
        mode_hint: words.mode,
        reachable: message.party.reachable(),
        accept: accepted == State::Accepted,
        actor: from.actor,
        trace: telemetry::current_traceparent(),
        query_code,
        key,
        entry: None,
        beside,
    })
}

struct Words {
    kind: Kind,
    urgency: Urgency,
    region: RegionCode,
    unit: Option<UnitCode>,
    mode: Option<Mode>,
}

fn check(
    message: &Message,
    known: &Known,
    channel: Channel,
    region_known: bool,
    (title, text): (&str, &str),
    beside: Vec<FieldError>,
) -> Result<Words, Problem> {
    let kind = message.kind.as_deref().unwrap_or(&known.pack.default_kind);
    let urgency = message.urgency.as_deref().unwrap_or(&known.pack.default_urgency);
    let party = &message.party;
    let mut errors: Vec<FieldError> = intake_rules::check(
        &intake_rules::Registration {
            kind,
            kind_given: message.kind.is_some(),
            channel: channel.as_str(),
            urgency,
            region: &message.region,
            region_known,
            title: &message.title,
            title_chars: title.chars().count(),
            text: &message.text,
            text_chars: text.chars().count(),
            party: intake_rules::Party {
                name: party.name.as_deref().unwrap_or_default(),
                phone: party.phone.as_deref().unwrap_or_default(),
                mail: party.mail.as_deref().unwrap_or_default(),
                address: party.address.as_deref().unwrap_or_default(),
                anonymous: party.anonymous,
            },
        },
        &known.pack,
    )
    .into_iter()
    .map(|error| FieldError::new(error.field, error.zh, error.en))
    .chain(beside)
    .collect();
    let unit = read(message.unit.as_deref(), "unit", ("不是单位代码", "is not a unit code"), &mut errors);
    let mode = read(
        message.mode.as_deref(),
        "mode",
        ("应为 forwarding 或 assignment", "must be forwarding or assignment"),
        &mut errors,
    );
    let plain = |code: &str| code.len() <= 64 && code.bytes().all(|byte| byte.is_ascii_graphic());
    if !message.subject.as_deref().is_none_or(plain) {
        errors.push(FieldError::new("subject", "不是事项代码", "is not a subject code"));
    }
    match (kind.parse(), urgency.parse(), message.region.parse()) {
        (Ok(kind), Ok(urgency), Ok(region)) if errors.is_empty() => {
            Ok(Words { kind, urgency, region, unit, mode })
        }
        _ => Err(Problem::unprocessable(errors)),
    }
}

fn read<T: std::str::FromStr>(
    word: Option<&str>,
    field: &str,
    (zh, en): (&str, &str),
    errors: &mut Vec<FieldError>,
) -> Option<T> {
    let word = word?;
    word.parse().map_err(|_| errors.push(FieldError::new(field, zh, en))).ok()
}

/// The pack that a request names, or the installation's own.
pub(crate) fn pack<'a>(core: &'a Core, name: Option<&str>) -> Result<&'a Known, Problem> {
    core.packs.get(name.unwrap_or(&core.config.default_pack)).ok_or_else(|| {
        Problem::unprocessable(vec![FieldError::new(
            "pack",
            "没有这个规则包",
            "there is no such policy pack",
        )])
    })
}

fn digest(message: &Message) -> Vec<u8> {
    Sha256::digest(serde_json::to_vec(message).expect("strings are JSON")).to_vec()
}

impl Ready {
    /// What the events of the case tell.
    pub(crate) fn facts(&self, number: ids::CaseNumber) -> publish::Facts {
        let (class, fast) = self.beside.class();
        publish::Facts {
            number,
            kind: self.kind,
            subject: self.case.subject.clone(),
            channel: self.channel,
            region: self.region.clone(),
            urgency: self.urgency,
            received_at: self.case.received_at,
            pack: PackRef::clone(&self.case.pack),
            confidential: self.case.confidential,
            multi_unit: self.case.multi_unit,
            wording: self.wording.clone(),
            unit_hint: self.unit_hint.clone(),
            mode_hint: self.mode_hint,
            reachable: self.reachable.clone(),
            class,
            fast,
        }
    }
}
