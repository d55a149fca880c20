//! A step of handling as it comes in and as staff see it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    http::inputs::Inputs,
    store::steps::{Agreement, Record, Step},
    vault::Vault,
};

/// Most codes or references of one list.
const MANY: usize = 50;

/// What is written down of a step; what is owed is the policy pack's word.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RecordBody {
    /// 办理情况.
    note: Option<String>,
    /// The day on which it was done.
    #[schema(value_type = Option<String>, format = Date)]
    on: Option<Date>,
    /// 办理手段, codes of the pack.
    means: Vec<String>,
    /// 法律依据.
    legal_basis: Option<String>,
    /// 证据: `sha256:` with the digest of an attachment, or a reference in words.
    evidence: Vec<String>,
    /// 查明的事实.
    facts: Option<String>,
    /// 参加人, function codes of the pack; never a name.
    participants: Vec<String>,
    /// 地点.
    place: Option<String>,
    /// 结果.
    result: Option<String>,
    /// 协议.
    agreement: Option<AgreementBody>,
    /// Whether the agreement was performed.
    performed: Option<bool>,
    /// 救助种类, a code of the pack.
    aid: Option<String>,
    /// 三到位一处理: codes that are ticked.
    checklist: Vec<String>,
    /// 困难情况, paired with the demand.
    hardship: Option<String>,
}

/// An agreement of mediation or settlement.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AgreementBody {
    /// Parties by function; never a name.
    parties: Vec<String>,
    /// Its terms.
    terms: String,
}

/// A step of handling.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StepView {
    /// The step.
    id: Uuid,
    /// The hand-over.
    assignment_id: Uuid,
    /// Whose.
    unit: String,
    /// A step code of the pack.
    step: String,
    /// `running`, `done`, `dropped`.
    state: &'static str,
    /// The time of handling stands still while it runs.
    pauses: bool,
    /// As written down or begun.
    record: RecordBody,
    /// As ended.
    closing: Option<RecordBody>,
    /// Who wrote it down.
    actor: String,
    /// When.
    at: String,
    /// Who ended it.
    ended_by: Option<String>,
    /// When.
    ended_at: Option<String>,
    /// The rules it was checked against, with their version.
    pack: String,
    /// The version for `If-Match`.
    version: i64,
}

impl RecordBody {
    /// The body cleaned; what is wrong is noted in `inputs`.
    pub(super) fn read(self, inputs: &mut Inputs) -> Record {
        let codes = |inputs: &mut Inputs, field: &str, codes: Vec<String>| -> Vec<String> {
            bounded(inputs, field, codes.len());
            codes.iter().map(|code| inputs.code(field, code)).collect()
        };
        let agreement = self.agreement.map(|made| Agreement {
            parties: {
                bounded(inputs, "agreement.parties", made.parties.len());
                let parties = made.parties.iter();
                parties.map(|party| inputs.line("agreement.parties", party, 100)).collect()
            },
            terms: inputs.text("agreement.terms", &made.terms),
        });
        bounded(inputs, "evidence", self.evidence.len());
        Record {
            note: inputs.optional("note", self.note.as_deref()),
            on: self.on,
            means: codes(inputs, "means", self.means),
            legal_basis: inputs.optional("legal_basis", self.legal_basis.as_deref()),
            evidence: self.evidence.iter().map(|item| evidence(inputs, item)).collect(),
            facts: inputs.optional("facts", self.facts.as_deref()),
            participants: codes(inputs, "participants", self.participants),
            place: inputs.optional_line("place", self.place.as_deref(), 200),
            result: inputs.optional("result", self.result.as_deref()),
            agreement,
            performed: self.performed,
            aid: self.aid.as_deref().map(|code| inputs.code("aid", code)),
            checklist: codes(inputs, "checklist", self.checklist),
            hardship: inputs.optional("hardship", self.hardship.as_deref()),
        }
    }

    fn of(record: Record) -> Self {
        Self {
            note: record.note,
            on: record.on,
            means: record.means,
            legal_basis: record.legal_basis,
            evidence: record.evidence,
            facts: record.facts,
            participants: record.participants,
            place: record.place,
            result: record.result,
            agreement: record
                .agreement
                .map(|made| AgreementBody { parties: made.parties, terms: made.terms }),
            performed: record.performed,
            aid: record.aid,
            checklist: record.checklist,
            hardship: record.hardship,
        }
    }
}

impl StepView {
    /// The step as staff see it.
    ///
    /// # Errors
    /// A text does not open with the installation's key.
    pub(super) fn of(step: &Step, vault: &Vault) -> anyhow::Result<Self> {
        let open = |record: &Record| {
            let record = record.clone().texts(|text| vault.open(step.id, &text))?;
            Ok::<_, anyhow::Error>(RecordBody::of(record))
        };
        Ok(Self {
            id: step.id,
            assignment_id: step.assignment.0,
            unit: step.unit.to_string(),
            step: step.code.clone(),
            state: step.state.as_str(),
            pauses: step.pauses,
            record: open(&step.record)?,
            closing: step.closing.as_ref().map(open).transpose()?,
            actor: step.actor.clone(),
            at: step.at.to_string(),
            ended_by: step.ended_by.clone(),
            ended_at: step.ended_at.map(|at| at.to_string()),
            pack: format!("{} {}", step.pack.id, step.pack.version),
            version: step.version,
        })
    }
}

fn bounded(inputs: &mut Inputs, field: &str, many: usize) {
    if many > MANY {
        inputs.wrong(field, format!("最多 {MANY} 项，现为 {many} 项"), format!("at most {MANY}, got {many}"));
    }
}

fn evidence(inputs: &mut Inputs, item: &str) -> String {
    let hex =
        |text: &str| text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if item.strip_prefix("sha256:").is_some_and(|digest| !hex(digest)) {
        let en = "sha256: must be followed by 64 digits of 0-9, a-f";
        inputs.wrong("evidence", "sha256: 后应为 64 位十六进制数字", en);
    }
    inputs.line("evidence", item, 200)
}
