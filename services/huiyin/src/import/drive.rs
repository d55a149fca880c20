//! Brings the rows of a file through the services by the same commands as live cases, with their historic times.
//!
//! Rows go to intake in batches; replies follow to routing once the case has been dispatched there. Every request may
//! be repeated, so an import that was killed is simply run again.

use std::{collections::VecDeque, time::Duration};

use contracts::words::{Channel, Kind, Mode};
use ids::{CaseId, RegionCode, UnitCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{FailureFile, Field, LegacyRow, Reason, Reply, RowFailure};
use crate::Client;

/// Rows of one request.
pub(crate) const BATCH: usize = 200;
/// Bytes of text of one request, well below the longest body that the suite takes (1 MiB by default).
pub(crate) const BYTES: usize = 400_000;
/// Replies that may wait for their dispatch before the reading of rows waits for them.
const WAITING: usize = 4 * BATCH;
/// A reply whose case is not dispatched after this long without any progress is given up as failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// What became of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// New cases.
    pub saved: u64,
    /// Rows whose case was there before, and rows that the file holds twice.
    pub already: u64,
    /// Rows that could not be taken.
    pub failed: u64,
}

#[derive(Serialize)]
struct ImportRow<'a> {
    source: &'a str,
    external_id: &'a str,
    kind: Kind,
    title: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<&'a str>,
    region: &'a RegionCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a UnitCode>,
    mode: Mode,
    channel: Channel,
    received_at: Timestamp,
    answered: bool,
}

#[derive(Serialize)]
struct ImportRows<'a> {
    pack: &'a str,
    rows: Vec<ImportRow<'a>>,
}

#[derive(Serialize)]
struct ReplyRow<'a> {
    case_id: CaseId,
    text: &'a str,
    at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a UnitCode>,
}

#[derive(Serialize)]
struct ReplyRows<'a> {
    rows: Vec<ReplyRow<'a>>,
}

#[derive(Deserialize)]
struct Outcomes {
    rows: Vec<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    outcome: Word,
    case_id: Option<CaseId>,
    field: Option<String>,
    reason: Option<String>,
    reason_en: Option<String>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Word {
    Saved,
    Already,
    NotYet,
    Failed,
}

struct Owed {
    case: CaseId,
    reply: Reply,
    row: LegacyRow,
    first: Word,
}

/// An import on its way.
pub(crate) struct Drive<'a> {
    pub(crate) client: Client,
    pub(crate) pack: &'a str,
    pub(crate) source: &'a str,
    pub(crate) failures: FailureFile,
    pub(crate) counts: Counts,
    owed: VecDeque<Owed>,
}

impl<'a> Drive<'a> {
    pub(crate) fn new(client: Client, pack: &'a str, source: &'a str, failures: FailureFile) -> Self {
        Self { client, pack, source, failures, counts: Counts::default(), owed: VecDeque::new() }
    }

    /// Writes a row down as failed.
    pub(crate) fn fail(&mut self, failure: &RowFailure) -> anyhow::Result<()> {
        self.counts.failed += 1;
        Ok(self.failures.add(failure)?)
    }

    /// Registers rows; their replies are owed from now on.
    pub(crate) async fn register(&mut self, rows: Vec<LegacyRow>) -> anyhow::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let body = ImportRows {
            pack: self.pack,
            rows: rows.iter().map(|row| import_row(self.source, row)).collect(),
        };
        let answer: Outcomes = self.client.post_patiently("/api/intake/imports", &body).await?;
        anyhow::ensure!(answer.rows.len() == rows.len(), "intake answered for another number of rows");
        for (mut row, outcome) in rows.into_iter().zip(answer.rows) {
            match (outcome.outcome, outcome.case_id) {
                (first @ (Word::Saved | Word::Already), Some(case)) => match row.reply.take() {
                    Some(reply) => self.owed.push_back(Owed { case, reply, row, first }),
                    None => self.count(first),
                },
                (Word::Saved | Word::Already | Word::NotYet | Word::Failed, _) => {
                    self.refused(&row, &outcome)?;
                }
            }
        }
        while self.owed.len() > WAITING {
            self.reply().await?;
        }
        Ok(())
    }

    /// Brings all replies that are still owed.
    pub(crate) async fn finish(&mut self) -> anyhow::Result<()> {
        while !self.owed.is_empty() {
            self.reply().await?;
        }
        Ok(())
    }

    /// Brings one batch of replies; those whose case is not dispatched yet come back into the queue.
    async fn reply(&mut self) -> anyhow::Result<()> {
        let mut bytes = 0;
        let fits = self.owed.iter().take(BATCH).take_while(|owed| {
            bytes += owed.reply.text.len();
            bytes < BYTES
        });
        // One reply always goes, however long it is.
        let count = fits.count().max(1);
        let mut waiting: Vec<Owed> = self.owed.drain(..count).collect();
        let mut since = std::time::Instant::now();
        while !waiting.is_empty() {
            let body = ReplyRows {
                rows: waiting
                    .iter()
                    .map(|owed| ReplyRow {
                        case_id: owed.case,
                        text: &owed.reply.text,
                        at: owed.reply.at,
                        unit: owed.row.unit.as_ref(),
                    })
                    .collect(),
            };
            let answer: Outcomes = self.client.post_patiently("/api/routing/replies/import", &body).await?;
            anyhow::ensure!(
                answer.rows.len() == waiting.len(),
                "routing answered for another number of rows"
            );
            let before = waiting.len();
            let mut again = Vec::new();
            for (owed, outcome) in waiting.into_iter().zip(answer.rows) {
                match outcome.outcome {
                    Word::Saved | Word::Already => self.count(owed.first),
                    Word::NotYet if since.elapsed() < PATIENCE => again.push(owed),
                    Word::NotYet | Word::Failed => self.refused(&owed.row, &outcome)?,
                }
            }
            if again.len() < before {
                since = std::time::Instant::now();
            } else {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            waiting = again;
        }
        Ok(())
    }

    fn count(&mut self, word: Word) {
        match word {
            Word::Saved => self.counts.saved += 1,
            Word::Already | Word::NotYet | Word::Failed => self.counts.already += 1,
        }
    }

    fn refused(&mut self, row: &LegacyRow, outcome: &Outcome) -> anyhow::Result<()> {
        let zh = outcome.reason.clone().unwrap_or_else(|| "案件未能转送，请再次导入".to_owned());
        let en =
            outcome.reason_en.clone().unwrap_or_else(|| "not dispatched in time; import again".to_owned());
        let column = outcome.field.clone().unwrap_or_else(|| Field::Row.key().to_owned());
        self.fail(&RowFailure {
            line: row.line,
            external_id: Some(row.external_id.clone()),
            field: Field::Row,
            column,
            reason: Reason::Refused { zh, en },
            record: row.record.clone(),
        })
    }
}

fn import_row<'r>(source: &'r str, row: &'r LegacyRow) -> ImportRow<'r> {
    ImportRow {
        source,
        external_id: &row.external_id,
        kind: row.kind,
        title: &row.title,
        text: &row.body,
        author: row.author.as_deref(),
        region: &row.region,
        unit: row.unit.as_ref(),
        mode: row.mode,
        channel: row.channel,
        received_at: row.received_at,
        answered: row.reply.is_some(),
    }
}
