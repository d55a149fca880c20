//! The hands of sealed cases.

use contracts::{Body, Event};
use ids::{AccountId, CaseId, UnitCode};
use jiff::Timestamp;
use pg::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::find::read;

/// Who may see a case, and whose line may not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hands {
    pub(crate) hands: Vec<AccountId>,
    /// The accused, as they were named.
    pub(crate) barred: Vec<UnitCode>,
    /// They, all above and all below.
    pub(crate) line: Vec<UnitCode>,
}

/// Reads the hands of a case; none are named until somebody does.
pub(crate) async fn of_case(connection: &mut PgConnection, case: CaseId) -> Result<Hands, sqlx::Error> {
    let row: Option<(Vec<Uuid>, Vec<String>, Vec<String>)> =
        sqlx::query_as("SELECT hands, barred, line FROM case_hands WHERE case_id = $1")
            .bind(case.0)
            .fetch_optional(connection)
            .await?;
    let Some((hands, barred, line)) = row else { return Ok(Hands::default()) };
    Ok(Hands {
        hands: hands.into_iter().map(AccountId).collect(),
        barred: barred.iter().map(|unit| read("barred", unit)).collect::<Result<_, _>>()?,
        line: line.iter().map(|unit| read("line", unit)).collect::<Result<_, _>>()?,
    })
}

/// Writes the newest list.
pub(crate) async fn keep(
    connection: &mut PgConnection,
    case: CaseId,
    hands: &Hands,
    actor: &str,
    at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO case_hands (case_id, hands, barred, actor, named_at, line) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (case_id) DO UPDATE SET hands = excluded.hands, barred = excluded.barred, actor = excluded.actor,
            named_at = excluded.named_at, line = excluded.line",
    )
    .bind(case.0)
    .bind(hands.hands.iter().map(|hand| hand.0).collect::<Vec<_>>())
    .bind(codes(&hands.barred))
    .bind(actor)
    .bind(at.to_sqlx())
    .bind(codes(&hands.line))
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps the lines that routing drew anew; one that was drawn for others than those accused now does not hold.
pub(crate) async fn draw(connection: &mut PgConnection, batch: &[Event]) -> Result<(), sqlx::Error> {
    for event in batch {
        let Body::CaseLineDrawn(drawn) = &event.body else { continue };
        sqlx::query("UPDATE case_hands SET line = $3 WHERE case_id = $1 AND barred = $2")
            .bind(event.aggregate)
            .bind(codes(&drawn.barred))
            .bind(codes(&drawn.line))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

fn codes(units: &[UnitCode]) -> Vec<&str> {
    units.iter().map(UnitCode::as_str).collect()
}

/// Says whether a unit holds a case: it was given it, and that hand-over was not taken back.
pub(crate) async fn holds(
    connection: &mut PgConnection,
    case: CaseId,
    unit: &UnitCode,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM dossier_entry given
            WHERE case_id = $1 AND kind = 'assignment.dispatched' AND detail->>'unit' = $2
              AND NOT EXISTS (SELECT FROM dossier_entry taken
                  WHERE taken.case_id = $1 AND taken.kind = 'assignment.redirected'
                    AND taken.detail->>'assignment' = given.detail->>'assignment'))",
    )
    .bind(case.0)
    .bind(unit.as_str())
    .fetch_one(connection)
    .await
}

/// How many sealed cases there are in a region: that they exist is all that is told.
pub(crate) async fn count(connection: &mut PgConnection, prefix: &str) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM case_file WHERE confidential AND starts_with(region, $1)")
        .bind(prefix)
        .fetch_one(connection)
        .await
}

/// Words of a sealed case that stand readable: case, title, text.
pub(crate) type Plain = (Uuid, String, String);

/// Takes a handful of sealed cases whose words an older version wrote readable, locked.
pub(crate) async fn plain_cases(connection: &mut PgConnection, most: i64) -> Result<Vec<Plain>, sqlx::Error> {
    sqlx::query_as(
        "SELECT f.case_id, f.title, m.body FROM case_file f JOIN case_matter m USING (case_id)
         WHERE f.confidential AND NOT starts_with(m.body, chr(1)) ORDER BY f.case_id LIMIT $1 FOR UPDATE OF f, m",
    )
    .bind(most)
    .fetch_all(connection)
    .await
}

/// Writes sealed words in the place of readable ones.
pub(crate) async fn replace(
    connection: &mut PgConnection,
    sealed: &[(Uuid, String)],
) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = sealed.iter().map(|row| row.0).collect();
    sqlx::query(
        "UPDATE case_matter m SET body = t.body FROM UNNEST($1::uuid[], $2::text[]) AS t (case_id, body)
         WHERE m.case_id = t.case_id",
    )
    .bind(&ids)
    .bind(sealed.iter().map(|row| row.1.as_str()).collect::<Vec<_>>())
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE case_file SET title = '' WHERE case_id = ANY($1)")
        .bind(&ids)
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes a handful of supplements of sealed cases that stand readable: case, count, words.
pub(crate) async fn plain_supplements(
    connection: &mut PgConnection,
    most: i64,
) -> Result<Vec<(Uuid, i32, String)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT s.case_id, s.count, s.body FROM case_supplement s JOIN case_file f USING (case_id)
         WHERE f.confidential AND NOT starts_with(s.body, chr(1)) ORDER BY 1, 2 LIMIT $1 FOR UPDATE OF s",
    )
    .bind(most)
    .fetch_all(connection)
    .await
}

/// Writes a sealed supplement in the place of a readable one.
pub(crate) async fn replace_supplement(
    connection: &mut PgConnection,
    case: Uuid,
    count: i32,
    body: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE case_supplement SET body = $3 WHERE case_id = $1 AND count = $2")
        .bind(case)
        .bind(count)
        .bind(body)
        .execute(connection)
        .await?;
    Ok(())
}
