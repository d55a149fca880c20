//! A charge as those see it who may.

use routing_rules::charge::Kind;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{app::charges::Book, vault::Vault};

/// A charge with its ledger.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChargeView {
    /// The charge.
    id: Uuid,
    /// The case.
    case_id: Uuid,
    /// `leader`, `seven`, `task-force`, `backlog`, `discipline`.
    charge: String,
    /// In Chinese.
    label: String,
    /// In English.
    label_en: String,
    /// `active`, `solved`, `lifted`.
    state: &'static str,
    /// Why it was opened.
    reason: String,
    /// Who answers.
    roles: Vec<RoleView>,
    /// Every required role is filled.
    complete: bool,
    /// Codes of required roles that nobody fills.
    missing: Vec<String>,
    /// Plan, progress, reports; for the inspector the log.
    entries: Vec<EntryView>,
    /// What it ended with.
    conclusion: Option<String>,
    /// Who opened it.
    actor: String,
    /// When.
    at: String,
    /// When it ended.
    ended_at: Option<String>,
    /// The rules it was opened under, with their version.
    pack: String,
    /// The version for `If-Match`.
    version: i64,
}

/// Who fills a role.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoleView {
    /// A role code of the pack.
    role: String,
    /// What the person is; never a name.
    function: String,
    /// The account.
    account: Uuid,
    /// Since when.
    since: String,
}

/// A line of plan, progress or log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EntryView {
    /// The entry.
    id: Uuid,
    /// `plan`, `progress`, `report`, `log`, `demand`.
    kind: String,
    /// What was written.
    text: String,
    /// The day by which it is to be done.
    due: Option<String>,
    /// When it was done or answered.
    done_at: Option<String>,
    /// The unit of which a statement is demanded.
    unit: Option<String>,
    /// Its statement.
    answer: Option<String>,
    /// When it was written.
    at: String,
}

impl ChargeView {
    /// The charge in the words of the pack, where the pack still has them.
    ///
    /// # Errors
    /// A text does not open with the installation's key.
    pub(crate) fn of(book: &Book, kind: Option<&Kind>, vault: &Vault) -> anyhow::Result<Self> {
        let charge = &book.charge;
        let open = |text: &String| vault.open(charge.id, text);
        let filled: Vec<String> = book.named.iter().map(|named| named.role.clone()).collect();
        let missing: Vec<String> =
            kind.iter().flat_map(|kind| kind.missing(&filled)).map(|role| role.code.clone()).collect();
        Ok(Self {
            id: charge.id,
            case_id: charge.case.0,
            charge: charge.code.clone(),
            label: kind.map_or_else(|| charge.code.clone(), |kind| kind.label.zh.clone()),
            label_en: kind.map_or_else(|| charge.code.clone(), |kind| kind.label.en.clone()),
            state: charge.state.as_str(),
            reason: open(&charge.reason)?,
            roles: book
                .named
                .iter()
                .map(|named| {
                    Ok(RoleView {
                        role: named.role.clone(),
                        function: open(&named.function)?,
                        account: named.account.0,
                        since: named.at.to_string(),
                    })
                })
                .collect::<anyhow::Result<_>>()?,
            complete: missing.is_empty(),
            missing,
            entries: book
                .entries
                .iter()
                .map(|entry| {
                    Ok(EntryView {
                        id: entry.id,
                        kind: entry.kind.clone(),
                        text: open(&entry.text)?,
                        due: entry.due.map(|day| day.to_string()),
                        done_at: entry.done_at.map(|at| at.to_string()),
                        unit: entry.unit.as_ref().map(ToString::to_string),
                        answer: entry.answer.as_ref().map(open).transpose()?,
                        at: entry.at.to_string(),
                    })
                })
                .collect::<anyhow::Result<_>>()?,
            conclusion: charge.conclusion.as_ref().map(open).transpose()?,
            actor: charge.actor.clone(),
            at: charge.at.to_string(),
            ended_at: charge.ended_at.map(|at| at.to_string()),
            pack: format!("{} {}", charge.pack.id, charge.pack.version),
            version: charge.version,
        })
    }
}
