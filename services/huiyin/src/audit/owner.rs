//! I9: at any time a case is one unit's: its open lead's, else its last lead's; nobody has it who should have it no more.

use uuid::Uuid;

use super::{Books, Finding, Report, sorted::Sorted};

/// Case, and the unit that has it by its hand-overs.
type Route = (Uuid, Option<String>);
type File = (Uuid, Option<String>);

const COUNTED: &str = "SELECT count(*) FROM assignment";

/// More than one standing lead in the newest round; an answered case has one that has answered.
const LEADS: &str = "SELECT r.case_id, r.state || ' with ' || h.standing || ' leads that stand, ' || h.answered || ' of them answered'
    FROM case_route r CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE a.state NOT IN ('redirected', 'withdrawn')) AS standing,
               count(*) FILTER (WHERE a.state = 'answered') AS answered
        FROM assignment a WHERE a.case_id = r.case_id AND a.part = 'lead' AND a.round = r.round) h
    WHERE $1 >= 0 AND (h.standing > 1 OR r.state = 'answered' AND h.answered <> 1)";
/// A case that was told to be answered has a lead that answered it, in each round that was; what it is now does not matter.
const ANSWERED: &str = "SELECT t.case_id, 'told to be answered in round ' || t.round || ', but no lead of it has answered'
    FROM (SELECT DISTINCT aggregate_id AS case_id, (convert_from(payload, 'UTF8')::json ->> 'round')::int AS round
          FROM outbox_event WHERE kind = 'case.answered') t
    WHERE $1 >= 0 AND NOT EXISTS (SELECT FROM assignment a WHERE a.case_id = t.case_id AND a.round = t.round
                                  AND a.part = 'lead' AND a.state = 'answered')";
/// Hands that should have been emptied: of a case at its end, or of a round that is over.
const LEFT: &str = "SELECT r.case_id, r.state || ' in round ' || r.round || ', but ' || a.unit || ' has it ' || a.state || ' from round ' || a.round
    FROM assignment a JOIN case_route r USING (case_id)
    WHERE $1 >= 0 AND a.state IN ('dispatched', 'signed', 'contacted', 'returning', 'under-review')
      AND (r.state IN ('answered', 'closed') OR a.round < r.round)";
/// What was passed down belongs to a hand-over of the same case, and leads nothing.
const DOWN: &str = "SELECT a.id, 'passed down as ' || a.part || ' from no hand-over of its case'
    FROM assignment a LEFT JOIN assignment p ON p.id = a.parent AND p.case_id = a.case_id
    WHERE $1 >= 0 AND a.parent IS NOT NULL AND (a.part = 'lead' OR p.id IS NULL)";
const STRAY: &str = "SELECT a.id, 'a hand-over of no case' FROM assignment a
    LEFT JOIN case_route r USING (case_id) WHERE $1 >= 0 AND r.case_id IS NULL";

pub(super) async fn check(books: &Books, report: &mut Report) -> Result<(), sqlx::Error> {
    let mut finding = Finding::new(
        "I9",
        "每件在任何时候有且仅有一个承办主体",
        "at any time a case is one unit's, and intake and routing name the same",
    );
    books.ask("routing", COUNTED, &[LEADS, ANSWERED, LEFT, DOWN, STRAY], &mut finding).await?;
    if report.is_quiet() {
        named_alike(books, &mut finding).await?;
    }
    report.invariants.push(finding);
    Ok(())
}

/// The owner by the hand-overs is the unit that intake shows.
async fn named_alike(books: &Books, finding: &mut Finding) -> Result<(), sqlx::Error> {
    // Oldest first; the lead that stands comes before the last one that does not.
    let rows = sqlx::query_as::<_, Route>(
        "SELECT r.case_id, (SELECT a.unit FROM assignment a WHERE a.case_id = r.case_id AND a.part = 'lead'
            ORDER BY a.round DESC, a.state NOT IN ('redirected', 'withdrawn') DESC, a.dispatched_at DESC, a.id DESC LIMIT 1)
         FROM case_route r ORDER BY r.case_id",
    )
    .fetch(books.pool("routing"));
    let mut routes = Sorted::begin(rows, |row| row.0).await?;
    let rows = sqlx::query_as::<_, File>("SELECT case_id, unit FROM case_file ORDER BY case_id")
        .fetch(books.pool("intake"));
    let mut files = Sorted::begin(rows, |row| row.0).await?;
    while let Some((case, shown)) = files.take().await? {
        // A case of routing that intake does not know is named by I5.
        while routes.take_before(Some(case)).await?.is_some() {}
        let owner = routes.take_of(case).await?.and_then(|(_, unit)| unit);
        if owner != shown {
            let word = |unit: Option<String>| unit.unwrap_or_else(|| "the centre".to_owned());
            finding.broken(case, format_args!("{}'s by routing, {}'s by intake", word(owner), word(shown)));
        }
    }
    Ok(())
}
