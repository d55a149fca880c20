//! Lists of cases, in pages from the newest receipt backwards.

use std::collections::HashMap;

use ids::{CaseNumber, UnitCode};
use jiff::Timestamp;
use pg::{SqlTimestamp, ToSqlx};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

/// What a list is narrowed by; every part that is there must hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) number: Option<CaseNumber>,
    pub(crate) phone_index: Option<Vec<u8>>,
    pub(crate) state: Option<&'static str>,
    pub(crate) kind: Option<&'static str>,
    pub(crate) unit: Option<UnitCode>,
    /// First digits of region codes; several must all hold.
    pub(crate) regions: Vec<String>,
    /// The caller's own unit, when nothing else may be seen.
    pub(crate) only_unit: Option<UnitCode>,
    /// Which sealed cases are shown.
    pub(crate) sight: Sight,
    /// Where the page before ended.
    pub(crate) after: Option<(Timestamp, Uuid)>,
}

/// Which sealed cases a list shows.
#[derive(Clone, Debug, Default)]
pub(crate) enum Sight {
    /// None.
    #[default]
    Nothing,
    /// Those that name this account and do not bar its unit.
    Named { account: Uuid, unit: Option<UnitCode> },
    /// All.
    All,
}

/// One line of a list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct Line {
    pub(crate) case_id: Uuid,
    pub(crate) number: String,
    pub(crate) kind: String,
    pub(crate) channel: String,
    pub(crate) region: String,
    pub(crate) urgency: String,
    pub(crate) state: String,
    pub(crate) title: String,
    pub(crate) unit: Option<String>,
    pub(crate) confidential: bool,
    pub(crate) historic: bool,
    pub(crate) round: i32,
    pub(crate) received_at: SqlTimestamp,
    pub(crate) due_at: Option<SqlTimestamp>,
    pub(crate) version: i64,
}

/// Reads one page of at most `limit` lines.
pub(crate) async fn page(
    connection: &mut PgConnection,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Line>, sqlx::Error> {
    // Built from fixed pieces: only the conditions asked for, because one plan for all of them would serve none well.
    let mut query = QueryBuilder::<Postgres>::new(
        "SELECT case_id, number, kind, channel, region, urgency, state, title, unit, confidential, historic, round,
                received_at, due_at, version FROM case_file WHERE true",
    );
    if let Some(number) = &filter.number {
        query.push(" AND number = ").push_bind(number.as_str());
    }
    if let Some(index) = &filter.phone_index {
        query.push(" AND phone_index = ").push_bind(index);
    }
    if let Some(state) = filter.state {
        query.push(" AND state = ").push_bind(state);
    }
    if let Some(kind) = filter.kind {
        query.push(" AND kind = ").push_bind(kind);
    }
    for unit in filter.unit.iter().chain(&filter.only_unit) {
        query.push(" AND unit = ").push_bind(unit.as_str());
    }
    for prefix in &filter.regions {
        // Digits sort before ':', so this is every code that begins so.
        query
            .push(" AND region >= ")
            .push_bind(prefix)
            .push(" AND region < ")
            .push_bind(format!("{prefix}:"));
    }
    match &filter.sight {
        Sight::All => {}
        Sight::Nothing => {
            query.push(" AND NOT confidential");
        }
        Sight::Named { account, unit } => {
            query
                .push(" AND (NOT confidential OR EXISTS (SELECT FROM case_hands h WHERE h.case_id = case_file.case_id AND ")
                .push_bind(account)
                .push(" = ANY(h.hands) AND coalesce(")
                .push_bind(unit.as_ref().map(UnitCode::as_str))
                .push(" <> ALL(h.line), true)))");
        }
    }
    if let Some((received_at, case_id)) = filter.after {
        query.push(" AND (received_at, case_id) < (").push_bind(received_at.to_sqlx());
        query.push(", ").push_bind(case_id).push(")");
    }
    query.push(" ORDER BY received_at DESC, case_id DESC LIMIT ").push_bind(limit);
    // Planned anew each time: a region may hold ten cases or all of them, and the plan must know which.
    query.build_query_as().persistent(false).fetch_all(connection).await
}

/// The numbers of cases.
pub(crate) async fn numbers(
    connection: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, CaseNumber>, sqlx::Error> {
    let rows: Vec<(Uuid, String)> =
        sqlx::query_as("SELECT case_id, number FROM case_file WHERE case_id = ANY($1)")
            .bind(ids)
            .fetch_all(connection)
            .await?;
    rows.into_iter().map(|(id, number)| Ok((id, crate::store::find::read("number", &number)?))).collect()
}
