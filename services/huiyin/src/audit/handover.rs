//! I5: every accepted case that is open and dispatched has exactly one active lead; no hand-over is told twice.

use futures::StreamExt as _;
use uuid::Uuid;

use super::{Books, Finding, Report, sorted::Sorted};

type Route = (Uuid, String, i64);
type File = (Uuid, String);
type Told = (Uuid, bool, i64);

pub(super) async fn check(books: &Books, report: &mut Report) -> Result<(), sqlx::Error> {
    let mut finding = Finding::new(
        "I5",
        "在办件有且仅有一个主办,交办不重复",
        "each accepted, open, dispatched case has exactly one active lead; no hand-over is doubled",
    );
    compare(books, report.is_quiet(), &mut finding).await?;
    doubled(books, &mut finding).await?;
    report.invariants.push(finding);
    Ok(())
}

async fn compare(books: &Books, quiet: bool, finding: &mut Finding) -> Result<(), sqlx::Error> {
    let rows = sqlx::query_as::<_, Route>(
        "SELECT r.case_id, r.state, count(a.id)
         FROM case_route r LEFT JOIN assignment a ON a.case_id = r.case_id AND a.part = 'lead'
              AND a.state IN ('dispatched', 'signed', 'contacted', 'returning', 'under-review')
         GROUP BY r.case_id, r.state ORDER BY r.case_id",
    )
    .fetch(books.pool("routing"));
    let mut routes = Sorted::begin(rows, |row| row.0).await?;
    let rows = sqlx::query_as::<_, File>("SELECT case_id, state FROM case_file ORDER BY case_id")
        .fetch(books.pool("intake"));
    let mut files = Sorted::begin(rows, |row| row.0).await?;
    loop {
        let Some(case) = [files.ahead(), routes.ahead()].into_iter().flatten().min() else { return Ok(()) };
        let (file, route) = (files.take_of(case).await?, routes.take_of(case).await?);
        finding.looked_at(1);
        let place = route.as_ref().map(|(_, state, leads)| (state.as_str(), *leads));
        let wanted = place.map_or(0, |(state, _)| i64::from(state == "dispatched"));
        if let Some((state, leads)) = place.filter(|(_, leads)| *leads != wanted) {
            finding.broken(case, format_args!("{state} with {leads} active leads"));
        } else if quiet && !agrees(file.as_ref().map(|file| file.1.as_str()), place.map(|place| place.0)) {
            finding.broken(
                case,
                format_args!(
                    "{} at intake, {} at routing",
                    file.as_ref().map_or("unknown", |file| &file.1),
                    place.map_or("unknown", |place| place.0)
                ),
            );
        }
    }
}

/// Says whether what intake and routing hold of one case goes together, once everything was heard.
fn agrees(file: Option<&str>, route: Option<&str>) -> bool {
    match (file, route) {
        (Some("registered"), None) | (Some("declined" | "invalid" | "withdrawn"), None | Some("closed")) => {
            true
        }
        (Some("accepted" | "reopened"), Some("waiting")) => true,
        // A return may take the case back to the centre, which intake does not hear as a state of its own.
        (Some("dispatched"), Some("dispatched" | "waiting")) => true,
        (Some("closed"), Some("closed" | "answered")) => true,
        // Waits on another case: no hands have it. Merged before its acceptance, routing never heard of it.
        (Some("merged"), None | Some("closed")) | (Some("closed"), None) => true,
        _ => false,
    }
}

/// Every hand-over is told exactly once.
async fn doubled(books: &Books, finding: &mut Finding) -> Result<(), sqlx::Error> {
    let mut rows = sqlx::query_as::<_, Told>(
        "WITH told AS (
            SELECT (convert_from(payload, 'UTF8')::json ->> 'assignment')::uuid AS id, count(*) AS times
            FROM outbox_event WHERE kind = 'assignment.dispatched' GROUP BY 1)
         SELECT coalesce(a.id, told.id), a.id IS NOT NULL, coalesce(told.times, 0)
         FROM assignment a FULL JOIN told ON told.id = a.id",
    )
    .fetch(books.pool("routing"));
    while let Some((assignment, is_there, times)) = rows.next().await.transpose()? {
        finding.looked_at(1);
        if !is_there {
            finding.broken(assignment, "told, but not there");
        } else if times != 1 {
            finding.broken(assignment, format_args!("told {times} times"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::agrees;

    #[test]
    fn a_case_unknown_to_one_side_goes_together_only_before_acceptance() {
        assert!(agrees(Some("registered"), None));
        assert!(!agrees(Some("accepted"), None));
        assert!(!agrees(None, Some("waiting")));
        assert!(!agrees(Some("closed"), Some("dispatched")));
    }
}
