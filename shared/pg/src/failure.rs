//! What a failed statement means: a refusal by a named constraint, a passing fault, or neither.

/// The name of the constraint that refused the statement, if one did.
#[must_use]
pub fn on_constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error().and_then(|database| database.constraint())
}

/// Says whether the same work may succeed when tried again: deadlock, serialization, lost connection, full pool.
#[must_use]
pub fn worth_another_try(error: &sqlx::Error) -> bool {
    match error.as_database_error().and_then(|database| database.code()) {
        Some(code) => {
            matches!(code.as_ref(), "40001" | "40P01" | "55P03" | "57P01" | "57P02" | "57P03" | "57014")
                || code.starts_with("08")
                || code.starts_with("53")
        }
        None => matches!(
            error,
            sqlx::Error::Io(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed
        ),
    }
}
