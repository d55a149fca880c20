//! Computes chains and anchors again and names whatever does not follow.

use std::collections::HashMap;

use futures::TryStreamExt as _;
use hmac::Mac as _;
use ids::{CaseId, CaseNumber};
use pg::SqlDate;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{START, Sum, prover};
use crate::{
    app::chain::{self, Hash},
    store::{dossier, dossier::Entry},
};

/// Cases that are read at once.
const AT_ONCE: i64 = 500;

/// What is wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Broken {
    /// Its content does not give its hash.
    Changed,
    /// Its content is that of another entry of the case.
    Swapped,
    /// It is not there.
    Missing,
    /// It was anchored, and the chain ends before it.
    Cut,
    /// It was anchored with another hash: the chain was computed anew.
    Rewritten,
    /// An anchor itself does not follow from the one before, or its proof is wrong. `seq` is the anchor's number.
    Anchor,
}

impl Broken {
    /// The word in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Swapped => "swapped",
            Self::Missing => "missing",
            Self::Cut => "cut",
            Self::Rewritten => "rewritten",
            Self::Anchor => "anchor",
        }
    }

    /// What Chinese readers see.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Changed => "内容被改动",
            Self::Swapped => "条目被调换",
            Self::Missing => "条目缺失",
            Self::Cut => "尾部被截断",
            Self::Rewritten => "整链被重写",
            Self::Anchor => "锚点不符",
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The number of the case, or its id where the case has no row; empty for an anchor.
    pub case: String,
    /// The place in the dossier.
    pub seq: i64,
    /// What is wrong.
    pub broken: Broken,
}

/// What was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Dossiers.
    pub cases: u64,
    /// Entries.
    pub entries: u64,
    /// Anchors; 0 when one case was asked about.
    pub anchors: u64,
    /// Number and digest of the newest anchor: whoever keeps it elsewhere sees when anchors are taken away.
    pub newest: Option<(i64, Vec<u8>)>,
    /// What is wrong, in the order of cases.
    pub findings: Vec<Finding>,
}

/// Verifies one dossier or all.
///
/// # Errors
/// The database is away, or there is no case with this number.
pub async fn verify(
    pool: &PgPool,
    secrets: &runtime::Secrets,
    case: Option<&CaseNumber>,
) -> Result<Verified, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let mut verified = Verified::default();
    if let Some(number) = case {
        let id: Uuid = sqlx::query_scalar("SELECT case_id FROM case_file WHERE number = $1")
            .bind(number.as_str())
            .fetch_one(&mut *connection)
            .await?;
        some(&mut connection, &[id], &mut verified).await?;
        return Ok(verified);
    }
    let mut after = Uuid::nil();
    loop {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "SELECT case_id FROM (
                (SELECT case_id FROM case_file WHERE case_id > $1 ORDER BY case_id LIMIT $2)
                UNION (SELECT DISTINCT case_id FROM dossier_entry WHERE case_id > $1 ORDER BY case_id LIMIT $2)
                UNION (SELECT DISTINCT case_id FROM dossier_anchor_head WHERE case_id > $1 ORDER BY case_id LIMIT $2)
             ) AS known ORDER BY case_id LIMIT $2",
        )
        .bind(after)
        .bind(AT_ONCE)
        .fetch_all(&mut *connection)
        .await?;
        let Some(last) = ids.last() else { break };
        after = *last;
        some(&mut connection, &ids, &mut verified).await?;
    }
    drop(connection);
    anchors(pool, secrets, &mut verified).await?;
    Ok(verified)
}

async fn some(
    connection: &mut PgConnection,
    ids: &[Uuid],
    verified: &mut Verified,
) -> Result<(), sqlx::Error> {
    let numbers = crate::store::list::numbers(connection, ids).await?;
    let heads: Vec<(Uuid, i32, Vec<u8>)> = sqlx::query_as(
        "SELECT case_id, seq, hash FROM dossier_anchor_head WHERE case_id = ANY($1) ORDER BY case_id, seq",
    )
    .bind(ids)
    .fetch_all(&mut *connection)
    .await?;
    let mut anchored: HashMap<Uuid, Vec<(i32, Vec<u8>)>> = HashMap::new();
    for (case, seq, hash) in heads {
        anchored.entry(case).or_default().push((seq, hash));
    }
    for id in ids {
        let entries = dossier::of_case(connection, CaseId(*id)).await?;
        verified.cases += 1;
        verified.entries += entries.len() as u64;
        let case = numbers.get(id).map_or_else(|| id.to_string(), ToString::to_string);
        let found = look(&entries, anchored.get(id).map_or(&[], Vec::as_slice));
        verified.findings.extend(found.into_iter().map(|(seq, broken)| Finding {
            case: case.clone(),
            seq,
            broken,
        }));
    }
    Ok(())
}

/// Looks through one chain and the heads of it that were anchored.
fn look(entries: &[Entry], anchored: &[(i32, Vec<u8>)]) -> Vec<(i64, Broken)> {
    let mut found = Vec::new();
    // A case without its registration has lost it.
    if entries.is_empty() && anchored.is_empty() {
        found.push((1, Broken::Missing));
    }
    let mut before: Option<Hash> = Some(chain::START);
    let mut expected = 1;
    // Place, hash before: what is changed may turn out to be swapped.
    let mut changed: Vec<(&Entry, Hash)> = Vec::new();
    for entry in entries {
        if entry.seq != expected {
            found.extend((expected..entry.seq).map(|seq| (i64::from(seq), Broken::Missing)));
            // The hash before is lost with the entry; the chain is taken up again from this one.
            before = None;
        }
        if let Some(before) = before
            && entry.hash != chain::link(&before, entry.seq, &entry.what)
        {
            changed.push((entry, before));
        }
        before = Hash::try_from(entry.hash.as_slice()).ok();
        expected = entry.seq + 1;
    }
    for (entry, before) in &changed {
        let fits = |other: &&Entry| entry.hash == chain::link(before, entry.seq, &other.what);
        let swapped = changed
            .iter()
            .map(|(other, _)| *other)
            .filter(|other| other.seq != entry.seq)
            .any(|other| fits(&other));
        found.push((i64::from(entry.seq), if swapped { Broken::Swapped } else { Broken::Changed }));
    }
    let mut cut = expected;
    for (seq, hash) in anchored {
        match entries.iter().find(|entry| entry.seq == *seq) {
            Some(entry) if entry.hash == *hash => {}
            Some(_) => found.push((i64::from(*seq), Broken::Rewritten)),
            None if *seq >= cut => {
                found.extend((cut..=*seq).map(|seq| (i64::from(seq), Broken::Cut)));
                cut = *seq + 1;
            }
            None => {}
        }
    }
    found.sort_unstable();
    found
}

/// Number, day, heads, digest, proof.
type AnchorRow = (i64, SqlDate, i64, Vec<u8>, Vec<u8>);

async fn anchors(
    pool: &PgPool,
    secrets: &runtime::Secrets,
    verified: &mut Verified,
) -> Result<(), sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let rows: Vec<AnchorRow> =
        sqlx::query_as("SELECT anchor, day, heads, digest, proof FROM dossier_anchor ORDER BY anchor")
            .fetch_all(&mut *connection)
            .await?;
    let mut before = START.to_vec();
    let mut expected = 1;
    for (number, day, heads, digest, proof) in rows {
        let mut sum = Sum::begin(&before, number, day.to_jiff());
        let mut counted = 0;
        let mut heads_of = sqlx::query_as::<_, (Uuid, i32, Vec<u8>)>(
            "SELECT case_id, seq, hash FROM dossier_anchor_head WHERE anchor = $1 ORDER BY case_id",
        )
        .bind(number)
        .fetch(&mut *connection);
        while let Some((case, seq, hash)) = heads_of.try_next().await? {
            sum.head(case, seq, &hash);
            counted += 1;
        }
        drop(heads_of);
        let mut mac = prover(secrets);
        mac.update(&digest);
        let holds = number == expected
            && counted == heads
            && sum.end().as_slice() == digest
            && mac.verify_slice(&proof).is_ok();
        if !holds {
            verified.findings.push(Finding { case: String::new(), seq: number, broken: Broken::Anchor });
        }
        verified.anchors += 1;
        expected = number + 1;
        verified.newest = Some((number, digest.clone()));
        before = digest;
    }
    Ok(())
}
