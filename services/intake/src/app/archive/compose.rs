//! Writes the file of a case: one page that needs nothing but itself, with the same content as JSON inside.
//!
//! It is written piece by piece into the store, so that attachments of any number cost no memory.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use contracts::replies::ToldReply;
use serde_json::{Value, json};
use web::Problem;

use super::page;
use crate::{
    app::{Core, chain},
    files::{Reader, Stored, Writer, hex},
    http::{
        attachments::{name_of, read::unreadable},
        fault,
    },
    store::{
        attachments::{self, Attachment},
        dossier::Entry,
        find::File,
        supplements,
    },
};

/// Bytes that are encoded at once: a multiple of three, so that the pieces join without padding in between.
const AT_ONCE: usize = 48 * 1024;

/// Writes the file and gives its digest.
pub(super) async fn compose(
    core: &Core,
    file: &File,
    entries: &[Entry],
    replies: &[ToldReply],
    edition: i32,
) -> Result<Stored, Problem> {
    let read = async {
        let mut connection = core.platform.db.pool.acquire().await?;
        let added = supplements::of_case(&mut connection, file.case_id).await?;
        Ok((added, attachments::of_case(&mut connection, file.case_id).await?))
    };
    let (added, files) = read.await.map_err(|error: sqlx::Error| fault(error.into()))?;
    let names: anyhow::Result<Vec<String>> = files.iter().map(|row| name_of(core, row)).collect();
    let names = names?;
    let listed = files.iter().zip(&names).map(|(row, name)| {
        json!({"id": row.id, "name": name, "media": row.media, "bytes": row.bytes, "sha256": hex(&row.digest),
               "handed_in_at": row.at, "actor": row.actor})
    });
    let party = core.party(file.case_id, file.party.as_deref())?;
    let content = json!({
        "format": "huiyin-archive", "format_version": 1, "edition": edition, "made_at": core.now(),
        "case": {
            "id": file.case_id, "number": file.number, "kind": file.kind, "subject": file.subject,
            "channel": file.channel, "region": file.region, "urgency": file.urgency, "state": file.state.as_str(),
            "round": file.round, "unit": file.unit, "reason": file.reason, "received_at": file.received_at,
            "pack": file.pack, "confidential": file.confidential, "historic": file.historic,
            "title": file.title, "text": file.body, "party": party,
            "supplements": added.iter().map(|(at, text)| json!({"at": at, "text": text})).collect::<Vec<_>>(),
        },
        "replies": replies,
        "attachments": listed.collect::<Vec<_>>(),
        "dossier": {
            "whole": chain::is_whole(entries),
            "chain": "SHA-256 over: the hash before (32 zero bytes first), case id, seq (u32 big-endian), event id, \
                      microseconds since 1970 (i64 big-endian), and source, kind, actor, detail, each behind its \
                      length in bytes (u64 big-endian)",
            "entries": entries.iter().map(entry).collect::<Vec<_>>(),
        },
    });
    let disk = |error: std::io::Error| Problem::internal(&anyhow::Error::new(error));
    let mut writer = Writer::begin(&core.files, &core.vault).await.map_err(disk)?;
    writer.write(page::head(file, &content, entries, replies).as_bytes()).await.map_err(disk)?;
    for (row, name) in files.iter().zip(&names) {
        embed(core, &mut writer, row, name).await?;
    }
    writer.write(page::foot(&content).as_bytes()).await.map_err(disk)?;
    writer.finish().await.map_err(disk)
}

fn entry(entry: &Entry) -> Value {
    // As text, not as JSON: the hash is over these very bytes.
    json!({"seq": entry.seq, "event_id": entry.what.event_id, "source": entry.what.source, "kind": entry.what.kind,
           "happened_at": entry.what.happened_at, "actor": entry.what.actor, "detail": entry.what.detail,
           "register": intake_rules::register_of(&entry.what.kind).as_str(), "hash": hex(&entry.hash)})
}

/// Writes an attachment as a link that holds it.
async fn embed(core: &Core, writer: &mut Writer<'_>, row: &Attachment, name: &str) -> Result<(), Problem> {
    let disk = |error: std::io::Error| Problem::internal(&anyhow::Error::new(error));
    writer.write(page::before_attachment(row, name).as_bytes()).await.map_err(disk)?;
    let mut reader = Reader::open(&core.files, &row.digest).await.map_err(unreadable)?;
    let mut waiting = Vec::with_capacity(2 * AT_ONCE);
    while let Some(piece) = reader.next(&core.vault).await.map_err(unreadable)? {
        waiting.extend(piece);
        let whole = waiting.len() / AT_ONCE * AT_ONCE;
        writer.write(STANDARD.encode(&waiting[..whole]).as_bytes()).await.map_err(disk)?;
        waiting.drain(..whole);
    }
    writer.write(STANDARD.encode(&waiting).as_bytes()).await.map_err(disk)?;
    writer.write(page::after_attachment(row, name).as_bytes()).await.map_err(disk)
}
