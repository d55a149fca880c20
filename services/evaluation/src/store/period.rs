//! Which cases a period holds, by the day that a figure counts them by; as literals, so that each statement is one text.

/// The condition that a case belongs to the period `$2` to `$3`; `$8` is the day of counting. Held to `Fact::day_by` by a test.
macro_rules! in_period {
    (received) => { "received_day BETWEEN coalesce($2, '-infinity') AND coalesce($3, 'infinity')" };
    (due) => { "due_day BETWEEN coalesce($2, '-infinity') AND coalesce($3, 'infinity')" };
    (answered) => { "answered_day BETWEEN coalesce($2, '-infinity') AND least($3, $8)" };
    // The days by themselves first: they are what the index knows.
    (rated) => {
        "(rated_day BETWEEN coalesce($2, '-infinity') AND least($3, $8) OR first_rated_day BETWEEN coalesce($2, '-infinity') AND least($3, $8))
           AND CASE WHEN rated_day <= $8 THEN rated_day ELSE first_rated_day END BETWEEN coalesce($2, '-infinity') AND least($3, $8)"
    };
}

/// Year and month of that day, as 202601.
macro_rules! month {
    (received) => {
        "received_month"
    };
    (due) => {
        "(extract(year FROM due_day) * 100 + extract(month FROM due_day))::int"
    };
    (answered) => {
        "(extract(year FROM answered_day) * 100 + extract(month FROM answered_day))::int"
    };
    (rated) => {
        "(extract(year FROM CASE WHEN rated_day <= $8 THEN rated_day ELSE first_rated_day END) * 100
           + extract(month FROM CASE WHEN rated_day <= $8 THEN rated_day ELSE first_rated_day END))::int"
    };
}

/// The statement of a macro `(basis, group)` for a query.
macro_rules! statement {
    ($make:ident, $by:expr) => {
        match $by {
            By::Received => $make!(received),
            By::Due => $make!(due),
            By::Answered => $make!(answered),
            By::Rated => $make!(rated),
        }
    };
    ($make:ident, $by:expr, $group:expr) => {
        match $by {
            By::Received => statement!(@ $make, received, $group),
            By::Due => statement!(@ $make, due, $group),
            By::Answered => statement!(@ $make, answered, $group),
            By::Rated => statement!(@ $make, rated, $group),
        }
    };
    (@ $make:ident, $by:ident, $group:expr) => {
        match $group {
            GroupBy::None => $make!($by, "''::text"),
            GroupBy::Kind => $make!($by, "kind"),
            GroupBy::Region => $make!($by, "county"),
            GroupBy::Unit => $make!($by, "case_fact.unit"),
            GroupBy::Month => $make!($by, month!($by)),
        }
    };
}

pub(super) use in_period;
pub(super) use month;
pub(super) use statement;
