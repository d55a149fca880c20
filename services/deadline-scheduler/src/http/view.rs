//! A clock as people are shown it.

use deadline_scheduler_rules::State;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::store::clocks::Clock;

/// One limit of a case (时限).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClockView {
    /// Its id.
    clock: Uuid,
    /// The case it belongs to.
    case: Uuid,
    /// What it measures: `accept`, `sign`, `contact`, `handle`, `review`, `reply`, `follow_up`.
    name: &'static str,
    /// The entry of the pack it follows.
    entry: String,
    /// The pack.
    pack: String,
    /// The pack's version.
    pack_version: i32,
    /// The unit it binds.
    unit: Option<String>,
    /// The assignment it binds.
    assignment: Option<Uuid>,
    /// Round of handling, from 1.
    round: i32,
    /// Where it starts to count.
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// The first instant that is too late.
    #[schema(value_type = String, format = DateTime)]
    due_at: Timestamp,
    /// The last day in time (Asia/Shanghai), whole.
    #[schema(value_type = String, format = Date)]
    due_day: jiff::civil::Date,
    /// Beyond the last published holiday notice: may move.
    provisional: bool,
    /// `running`, `overdue`, `lapsed` (a right of the citizen that was not used), `paused`, `met` or `cancelled`.
    state: &'static str,
    /// When it was met.
    #[schema(value_type = Option<String>, format = DateTime)]
    met_at: Option<Timestamp>,
    /// Met after the limit.
    late: Option<bool>,
}

impl ClockView {
    /// Leaves out which office it binds.
    pub(crate) fn for_citizen(self) -> Self {
        Self { unit: None, assignment: None, ..self }
    }

    /// Shows a clock as it stands at `now`, the database's time.
    pub(crate) fn at(clock: Clock, now: Timestamp) -> Self {
        let (state, met_at, late) = match clock.state {
            State::Running | State::Warned { .. } | State::Expired => {
                let passed = if clock.name.is_right() { "lapsed" } else { "overdue" };
                (if clock.due_at <= now { passed } else { "running" }, None, None)
            }
            State::Paused { .. } => ("paused", None, None),
            State::Met { at, late } => ("met", Some(at), Some(late)),
            State::Cancelled { .. } => ("cancelled", None, None),
        };
        Self {
            clock: clock.id.0,
            case: clock.case.0,
            name: clock.name.as_str(),
            entry: clock.entry,
            pack: clock.pack_id,
            pack_version: clock.pack_version,
            unit: clock.unit.map(String::from),
            assignment: clock.assignment.map(|id| id.0),
            round: clock.round,
            started_at: clock.started_at,
            due_at: clock.due_at,
            due_day: clock.due_day,
            provisional: clock.provisional,
            state,
            met_at,
            late,
        }
    }
}
