//! Open cases that may belong on the register of 积案.

use sqlx::PgConnection;

use super::cases::{self, CaseRoute};

/// Open cases without an active charge of the register, the oldest first, at most five hundred. A list for once a week: it
/// reads through the open cases.
pub(crate) async fn open(connection: &mut PgConnection, prefix: &str) -> Result<Vec<CaseRoute>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT * FROM case_route
         WHERE state IN ('waiting', 'dispatched') AND NOT historic AND NOT confidential AND starts_with(region, $1)
           AND NOT EXISTS (SELECT 1 FROM charge
                           WHERE charge.case_id = case_route.case_id AND code = 'backlog' AND charge.state = 'active')
         ORDER BY received_at, case_id LIMIT 500",
    )
    .bind(prefix)
    .fetch_all(connection)
    .await?;
    rows.iter().map(cases::read).collect()
}
