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

/// Says whether the statement failed because of what it was given (data, a constraint, an exception raised), so that it
/// will fail each time. A missing table, a lost right or a read-only standby are faults of the world and pass.
#[must_use]
pub fn data_at_fault(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|database| database.code());
    code.is_some_and(|code| ["22", "23", "P0"].iter().any(|class| code.starts_with(class)))
}

/// Says whether the server is not to be reached at all: nothing else will succeed either.
#[must_use]
pub fn server_away(error: &sqlx::Error) -> bool {
    match error.as_database_error().and_then(|database| database.code()) {
        Some(code) => {
            matches!(code.as_ref(), "57P01" | "57P02" | "57P03" | "25006") || code.starts_with("08")
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
