//! I2 to I4: each ledger has no gap, everything in it was heard once by all that hear it, and in its order.

use uuid::Uuid;

use super::{Books, Finding, Lag, Report, sorted::Sorted};

/// One row of a ledger: version, event, whether it is old enough to be missed, whether it is still pending, and the
/// head of its history. A history whose rows are gone comes with its head alone.
type Line = (Uuid, Option<i64>, Option<Uuid>, bool, bool, Option<i64>);
/// Where a hearer stands with a history: version, digest, closed by a dead letter.
type Place = (Uuid, i64, i64, bool);

/// One hearer of the source that is walked through.
struct Hearer<'a> {
    name: &'static str,
    /// The stream has nothing left for it.
    served: bool,
    places: Sorted<'a, Place>,
    /// Where it stands with the history that is walked through.
    now: Option<Place>,
}

struct Findings {
    gapless: Finding,
    heard: Finding,
    ordered: Finding,
    lag: Lag,
}

pub(super) async fn check(books: &Books, report: &mut Report) -> Result<(), sqlx::Error> {
    let mut found = Findings {
        gapless: Finding::new(
            "I2",
            "台账版本连续无缺,与头数一致",
            "versions of each ledger are gapless and their count is the head's",
        ),
        heard: Finding::new(
            "I3",
            "每条事件被每个听者恰好应用一次",
            "each event of a ledger was applied exactly once by each that hears it",
        ),
        ordered: Finding::new(
            "I4",
            "应用次序与台账次序一致",
            "events were applied in the order of the ledger: the digests agree",
        ),
        lag: Lag::default(),
    };
    for (source, _) in &books.doors {
        walk(books, source.name, &mut found).await?;
    }
    report.lag.unheard += found.lag.unheard;
    report.invariants.extend([found.gapless, found.heard, found.ordered]);
    Ok(())
}

/// Walks through one ledger and beside it through the positions of all that hear it.
async fn walk(books: &Books, source: &'static str, found: &mut Findings) -> Result<(), sqlx::Error> {
    let mut hearers = Vec::new();
    // The positions are opened before the ledger: what was applied by then is in the ledger by now.
    for (entry, db) in books.doors.iter().filter(|(entry, _)| entry.hears.contains(&source)) {
        let served = books.is_served(entry.name).await;
        let rows = sqlx::query_as::<_, Place>(
            "SELECT aggregate_id, version, chain, quarantined FROM inbox_position WHERE source = $1
             ORDER BY aggregate_id",
        )
        .bind(source)
        .fetch(&db.pool);
        hearers.push(Hearer {
            name: entry.name,
            served,
            places: Sorted::begin(rows, |row| row.0).await?,
            now: None,
        });
    }
    let rows = sqlx::query_as::<_, Line>(
        "SELECT coalesce(e.aggregate_id, h.aggregate_id) AS id, e.version, e.event_id,
                coalesce(e.recorded_at <= now() - make_interval(secs => $1), false), p.seq IS NOT NULL, h.version
         FROM outbox_event e LEFT JOIN outbox_pending p ON p.seq = e.seq
              FULL JOIN outbox_head h ON h.aggregate_id = e.aggregate_id
         ORDER BY id, e.version",
    )
    .bind(books.young)
    .fetch(books.pool(source));
    let mut ledger = Sorted::begin(rows, |row| row.0).await?;
    while let Some(id) = ledger.ahead() {
        for hearer in &mut hearers {
            said_by_nobody(hearer, Some(id), source, found).await?;
            hearer.now = hearer.places.take_of(id).await?;
        }
        let (mut last, mut digest) = (0, 0);
        while let Some((_, version, event, old, pending, head)) = ledger.take_of(id).await? {
            let (Some(version), Some(event)) = (version, event) else {
                found
                    .gapless
                    .broken(id, format_args!("{source}: head {} without any event", head.unwrap_or(0)));
                continue;
            };
            found.gapless.looked_at(1);
            if version != last + 1 {
                found.gapless.broken(id, format_args!("{source}: {version} follows {last}"));
            }
            last = version;
            digest = pg::inbox::chain(digest, event);
            for hearer in &hearers {
                hear(hearer, (id, version, digest), old && !pending, source, found);
            }
            if ledger.ahead() != Some(id) && head != Some(version) {
                found
                    .gapless
                    .broken(id, format_args!("{source}: {version} events, head {}", head.unwrap_or(0)));
            }
        }
        for hearer in &hearers {
            if let Some((_, at, _, _)) = hearer.now.filter(|(_, at, _, _)| *at > last) {
                found.heard.broken(id, format_args!("{} heard {at} of {last} of {source}", hearer.name));
            }
        }
    }
    for hearer in &mut hearers {
        said_by_nobody(hearer, None, source, found).await?;
    }
    Ok(())
}

/// Compares one event of a ledger with where one hearer stands.
fn hear(
    hearer: &Hearer<'_>,
    (id, version, digest): (Uuid, i64, i64),
    is_due: bool,
    source: &str,
    found: &mut Findings,
) {
    found.heard.looked_at(1);
    let (_, at, chain, quarantined) = hearer.now.unwrap_or((id, 0, 0, false));
    if version == at {
        found.ordered.looked_at(1);
        if chain != digest {
            found
                .ordered
                .broken(id, format_args!("{} heard {source} otherwise than it was said", hearer.name));
        }
    }
    // What a dead letter holds up is named by I8.
    if version > at && !quarantined {
        if is_due && hearer.served {
            found.heard.broken(id, format_args!("{} never heard {version} of {source}", hearer.name));
        } else {
            found.lag.unheard += 1;
        }
    }
}

async fn said_by_nobody(
    hearer: &mut Hearer<'_>,
    before: Option<Uuid>,
    source: &str,
    found: &mut Findings,
) -> Result<(), sqlx::Error> {
    while let Some((id, at, _, _)) = hearer.places.take_before(before).await? {
        found
            .heard
            .broken(id, format_args!("{} heard {at} of {source}, which never spoke of it", hearer.name));
    }
    Ok(())
}
