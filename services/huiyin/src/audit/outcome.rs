//! I7: every notice was sent or visibly failed, none is doubled, and evaluation counts what intake accepted.

use std::collections::HashMap;

use futures::StreamExt as _;
use uuid::Uuid;

use super::{Books, Finding, Report, sorted::Sorted};

type Notice = (Uuid, Option<String>, i64, i64);
/// Case, state, round, whether it was merged before its acceptance.
type File = (Uuid, String, i32, bool);
type Fact = (Uuid, String, i32, bool);

pub(super) async fn check(books: &Books, report: &mut Report) -> Result<(), sqlx::Error> {
    let mut finding = Finding::new(
        "I7",
        "告知已送达或明示失败且不重复;评价与受理一致",
        "each notice is sent or visibly failed and none doubled; evaluation agrees with intake",
    );
    sent(books, &mut finding).await?;
    doubled(books, &mut finding).await?;
    counted(books, report.is_quiet(), &mut finding).await?;
    report.invariants.push(finding);
    Ok(())
}

/// Each notice that is settled was told once; none waits longer than what is young.
async fn sent(books: &Books, finding: &mut Finding) -> Result<(), sqlx::Error> {
    let mut rows = sqlx::query_as::<_, Notice>(
        "WITH sent AS (
            SELECT (one ->> 'notice')::uuid AS id, count(*) AS times
            FROM outbox_event
            CROSS JOIN LATERAL (SELECT convert_from(payload, 'UTF8')::json AS said) event
            -- The first installations said one notice an event.
            CROSS JOIN LATERAL json_array_elements(coalesce(said -> 'notices', json_build_array(said))) AS one
            WHERE kind = 'notice.sent' GROUP BY 1),
         failed AS (
            SELECT (convert_from(payload, 'UTF8')::json ->> 'notice')::uuid AS id, count(*) AS times
            FROM outbox_event WHERE kind = 'notice.failed' GROUP BY 1)
         SELECT coalesce(n.notice_id, sent.id, failed.id),
                CASE WHEN n.state = 'queued' AND n.next_at >= now() - make_interval(secs => $1) THEN 'waiting'
                     ELSE n.state END, coalesce(sent.times, 0), coalesce(failed.times, 0)
         FROM notice n FULL JOIN sent ON sent.id = n.notice_id
         FULL JOIN failed ON failed.id = coalesce(n.notice_id, sent.id)",
    )
    .bind(books.young)
    .fetch(books.pool("notification"));
    while let Some((notice, state, sent, failed)) = rows.next().await.transpose()? {
        finding.looked_at(1);
        // What was given up may be tried again by a person, and then arrive.
        match (state.as_deref(), sent, failed) {
            (None, ..) => finding.broken(notice, "told, but not there"),
            (Some("waiting"), ..) | (Some("sent"), 1, _) | (Some("failed"), 0, 1..) => {}
            (Some(state @ ("sent" | "failed")), ..) => {
                finding.broken(notice, format_args!("{state}, told {sent} times, failed {failed} times"));
            }
            (Some(state), ..) => finding.broken(notice, format_args!("still {state}")),
        }
    }
    Ok(())
}

/// One event owes one recipient one message of a template; an event about several limits owes one for each of them.
/// What tells of items that nobody opens is owed by each item, not by the event.
async fn doubled(books: &Books, finding: &mut Finding) -> Result<(), sqlx::Error> {
    let groups: Vec<(Uuid, Uuid, i64)> = sqlx::query_as(
        "SELECT cause, min(notice_id::text)::uuid, count(*) FROM notice WHERE NOT starts_with(template, 'unread/')
         GROUP BY cause, audience, recipient, template HAVING count(*) > 1 LIMIT 10000",
    )
    .fetch_all(books.pool("notification"))
    .await?;
    if groups.is_empty() {
        return Ok(());
    }
    let causes: Vec<Uuid> = groups.iter().map(|group| group.0).collect();
    let limits: HashMap<Uuid, i64> = sqlx::query_as(
        "SELECT event_id, json_array_length(convert_from(payload, 'UTF8')::json -> 'clocks')::bigint
         FROM outbox_event WHERE kind = 'clock.opened' AND event_id = ANY($1)",
    )
    .bind(&causes)
    .fetch_all(books.pool("deadline-scheduler"))
    .await?
    .into_iter()
    .collect();
    for (cause, notice, count) in groups {
        if count > limits.get(&cause).copied().unwrap_or(1) {
            finding.broken(notice, format_args!("one of {count} for the same event and recipient"));
        }
    }
    Ok(())
}

/// What intake accepted stands in the figures, in the same round and with the same end.
async fn counted(books: &Books, quiet: bool, finding: &mut Finding) -> Result<(), sqlx::Error> {
    let rows =
        sqlx::query_as::<_, Fact>("SELECT case_id, state, round, accepted FROM case_fact ORDER BY case_id")
            .fetch(books.pool("evaluation"));
    let mut facts = Sorted::begin(rows, |row| row.0).await?;
    let rows = sqlx::query_as::<_, File>(
        "SELECT f.case_id, f.state, f.round, EXISTS (SELECT FROM case_merge m
                WHERE m.case_id = f.case_id AND m.own_state = 'registered')
         FROM case_file f ORDER BY f.case_id",
    )
    .fetch(books.pool("intake"));
    let mut files = Sorted::begin(rows, |row| row.0).await?;
    while let Some((case, state, round, early)) = files.take().await? {
        finding.looked_at(1);
        while let Some((stray, ..)) = facts.take_before(Some(case)).await? {
            finding.broken(stray, "counted, but not there");
        }
        let fact = facts.take_of(case).await?;
        if !quiet {
            continue;
        }
        let is_fine = match &fact {
            None => early || state == "registered",
            Some((_, counted, counted_round, accepted)) => {
                let same_end = match state.as_str() {
                    "closed" | "withdrawn" | "declined" | "invalid" => *counted == state,
                    _ => matches!(counted.as_str(), "open" | "answered"),
                };
                let is_taken = *accepted
                    || early
                    || matches!(state.as_str(), "registered" | "declined" | "invalid" | "withdrawn");
                same_end && is_taken && *counted_round == round
            }
        };
        if !is_fine {
            let counted =
                fact.map_or_else(|| "not".to_owned(), |fact| format!("as {} in round {}", fact.1, fact.2));
            finding.broken(case, format_args!("{state} in round {round} is counted {counted}"));
        }
    }
    while let Some((stray, ..)) = facts.take_before(None).await? {
        finding.broken(stray, "counted, but not there");
    }
    Ok(())
}
