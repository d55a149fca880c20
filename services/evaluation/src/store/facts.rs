//! Rows of facts: many loaded and many stored at once.

use calendar::Calendars;
use evaluation_rules::{Answer, Due, Ended, Fact, FirstRating, Mark, Marks, PackRef, Rated, Reached, State};
use ids::CaseId;
use jiff_sqlx::{Date, Timestamp, ToSqlx as _};
use sqlx::PgConnection;
use uuid::Uuid;

use super::unreadable;

/// A fact with the version it was read at; 0 for one that is not there yet.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) fact: Fact,
    pub(crate) version: i64,
}

impl Stored {
    pub(crate) fn new(case: CaseId) -> Self {
        Self { fact: Fact::of(case), version: 0 }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    case_id: Uuid,
    version: i64,
    number: Option<String>,
    pack_id: Option<String>,
    pack_version: Option<i32>,
    region: Option<String>,
    kind: Option<String>,
    channel: Option<String>,
    subject: Option<String>,
    class: Option<String>,
    received_at: Option<Timestamp>,
    historic: bool,
    accepted: bool,
    closed_round: i32,
    unit: Option<String>,
    due_day: Option<Date>,
    provisional: bool,
    answered_at: Option<Timestamp>,
    outcome: Option<String>,
    answered_round: i32,
    last_answered_at: Option<Timestamp>,
    last_answer_historic: bool,
    round: i32,
    reopen_count: i32,
    state: String,
    rated_round: Option<i32>,
    solved: Option<String>,
    grade: Option<String>,
    followup_round: i32,
    marks: i64,
    registered_at: Option<Timestamp>,
    dispatched_at: Option<Timestamp>,
    signed_at: Option<Timestamp>,
    contacted_at: Option<Timestamp>,
    closed_at: Option<Timestamp>,
    first_satisfied: Option<bool>,
    first_solved: Option<String>,
    first_grade: Option<String>,
    first_rated_day: Option<Date>,
    rated_day: Option<Date>,
    ended_day: Option<Date>,
    reopened_day: Option<Date>,
}

impl TryFrom<Row> for Stored {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> Result<Self, sqlx::Error> {
        fn read<T: std::str::FromStr>(
            text: Option<&str>,
            what: &'static str,
            id: Uuid,
        ) -> Result<Option<T>, sqlx::Error> {
            text.map(str::parse).transpose().map_err(|_| unreadable(what, id))
        }
        let id = row.case_id;
        let state = State::ALL.into_iter().find(|state| state.as_str() == row.state);
        let ended = match state.ok_or_else(|| unreadable("case_fact.state", id))? {
            State::Withdrawn => Some(Ended::Withdrawn),
            State::Declined => Some(Ended::Declined),
            State::Invalid => Some(Ended::Invalid),
            State::Open | State::Answered | State::Closed => None,
        };
        let solved = read(row.solved.as_deref(), "case_fact.solved", id)?;
        let grade = read(row.grade.as_deref(), "case_fact.grade", id)?;
        let rated = row.rated_round.zip(solved.zip(grade));
        let satisfied = row.first_satisfied;
        let first = read(row.first_solved.as_deref(), "case_fact.first_solved", id)?
            .map(|solved| FirstRating { satisfied, solved });
        let reached = Reached {
            received: None,
            registered: row.registered_at.map(Timestamp::to_jiff),
            dispatched: row.dispatched_at.map(Timestamp::to_jiff),
            signed: row.signed_at.map(Timestamp::to_jiff),
            contacted: row.contacted_at.map(Timestamp::to_jiff),
            answered: None,
            closed: row.closed_at.map(Timestamp::to_jiff),
        };
        let fact = Fact {
            case: CaseId(id),
            number: read(row.number.as_deref(), "case_fact.number", id)?,
            pack: row.pack_id.zip(row.pack_version).map(|(id, version)| PackRef { id, version }),
            region: read(row.region.as_deref(), "case_fact.region", id)?,
            kind: read(row.kind.as_deref(), "case_fact.kind", id)?,
            channel: row.channel,
            subject: row.subject,
            class: row.class,
            received_at: row.received_at.map(Timestamp::to_jiff),
            historic: row.historic,
            accepted: row.accepted,
            ended,
            closed_round: row.closed_round,
            unit: read(row.unit.as_deref(), "case_fact.unit", id)?,
            answer: row
                .answered_at
                .zip(row.outcome)
                .map(|(at, outcome)| Answer { at: at.to_jiff(), outcome }),
            answered_round: row.answered_round,
            last_answered_at: row.last_answered_at.map(Timestamp::to_jiff),
            last_answer_historic: row.last_answer_historic,
            due: row.due_day.map(|day| Due { day: day.to_jiff(), provisional: row.provisional }),
            round: row.round,
            reopen_count: row.reopen_count,
            rated: rated.map(|(round, (solved, grade))| Rated { round, solved, grade }),
            followup_round: row.followup_round,
            first,
            first_grade: read(row.first_grade.as_deref(), "case_fact.first_grade", id)?,
            first_rated_day: row.first_rated_day.map(Date::to_jiff),
            rated_day: row.rated_day.map(Date::to_jiff),
            reached,
            ended_day: row.ended_day.map(Date::to_jiff),
            reopened_day: row.reopened_day.map(Date::to_jiff),
            marks: Marks(row.marks),
        };
        Ok(Self { fact, version: row.version })
    }
}

/// Loads and locks the facts of these cases; cases not heard of yet are left out.
pub(crate) async fn load(
    db: &mut PgConnection,
    cases: impl Iterator<Item = CaseId>,
) -> Result<Vec<Stored>, sqlx::Error> {
    let rows: Vec<Row> =
        sqlx::query_as("SELECT * FROM case_fact WHERE case_id = ANY($1) ORDER BY case_id FOR UPDATE")
            .bind(cases.map(|case| case.0).collect::<Vec<_>>())
            .fetch_all(db)
            .await?;
    rows.into_iter().map(Stored::try_from).collect()
}

/// Reads one fact without locking it.
pub(crate) async fn read(db: &mut PgConnection, case: CaseId) -> Result<Option<Stored>, sqlx::Error> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM case_fact WHERE case_id = $1").bind(case.0).fetch_optional(db).await?;
    row.map(Stored::try_from).transpose()
}

/// Leaves a mark on cases whose facts are not in hand; a mark is only ever added, so no version guards it.
pub(crate) async fn mark(db: &mut PgConnection, cases: &[Uuid], mark: Mark) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE case_fact SET marks = marks | $2 WHERE case_id = ANY($1)")
        .bind(cases)
        .bind(mark.bit())
        .execute(db)
        .await?;
    Ok(())
}

/// Stores facts, each over the version it was read at. Answers `false` if another worker was first with one of them: the
/// transaction must be given up then. Working days are those of the case's own region.
pub(crate) async fn save(
    db: &mut PgConnection,
    facts: &[Stored],
    calendars: &Calendars,
) -> Result<bool, sqlx::Error> {
    macro_rules! column {
        (|$fact:ident| $value:expr) => {
            facts
                .iter()
                .map(|stored| {
                    let $fact = &stored.fact;
                    $value
                })
                .collect::<Vec<_>>()
        };
    }
    let workdays = |fact: &Fact| {
        let region = fact.region.as_ref().map_or("", ids::RegionCode::as_str);
        fact.workdays(calendars.of(region)).and_then(|days| i32::try_from(days).ok())
    };
    let written = sqlx::query(SAVE)
        .bind(column!(|f| f.case.0))
        .bind(facts.iter().map(|stored| stored.version + 1).collect::<Vec<_>>())
        .bind(column!(|f| f.number.as_ref().map(ids::CaseNumber::as_str)))
        .bind(column!(|f| f.pack.as_ref().map(|pack| pack.id.as_str())))
        .bind(column!(|f| f.pack.as_ref().map(|pack| pack.version)))
        .bind(column!(|f| f.region.as_ref().map(ids::RegionCode::as_str)))
        .bind(column!(|f| f.kind.map(evaluation_rules::Kind::as_str)))
        .bind(column!(|f| f.channel.as_deref()))
        .bind(column!(|f| f.received_at.map(jiff::Timestamp::to_sqlx)))
        .bind(column!(|f| f.received_day().map(jiff::civil::Date::to_sqlx)))
        .bind(column!(|f| f.historic))
        .bind(column!(|f| f.accepted))
        .bind(column!(|f| f.closed_round))
        .bind(column!(|f| f.unit.as_ref().map(ids::UnitCode::as_str)))
        .bind(column!(|f| f.due.map(|due| due.day.to_sqlx())))
        .bind(column!(|f| f.due.is_some_and(|due| due.provisional)))
        .bind(column!(|f| f.answer.as_ref().map(|answer| answer.at.to_sqlx())))
        .bind(column!(|f| f.answered_day().map(jiff::civil::Date::to_sqlx)))
        .bind(column!(|f| f.answer.as_ref().map(|answer| answer.outcome.as_str())))
        .bind(column!(|f| workdays(f)))
        .bind(column!(|f| f.answered_round))
        .bind(column!(|f| f.last_answered_at.map(jiff::Timestamp::to_sqlx)))
        .bind(column!(|f| f.last_answer_historic))
        .bind(column!(|f| f.round))
        .bind(column!(|f| f.reopen_count))
        .bind(column!(|f| f.state().as_str()))
        .bind(column!(|f| f.rated.map(|rated| rated.round)))
        .bind(column!(|f| f.rated.map(|rated| rated.solved.as_str())))
        .bind(column!(|f| f.rated.map(|rated| rated.grade.as_str())))
        .bind(column!(|f| f.followup_round))
        .bind(column!(|f| f.marks.kept().0))
        .bind(column!(|f| f.subject.as_deref()))
        .bind(column!(|f| f.class.as_deref()))
        .bind(column!(|f| f.reached.registered.map(jiff::Timestamp::to_sqlx)))
        .bind(column!(|f| f.reached.dispatched.map(jiff::Timestamp::to_sqlx)))
        .bind(column!(|f| f.reached.signed.map(jiff::Timestamp::to_sqlx)))
        .bind(column!(|f| f.reached.contacted.map(jiff::Timestamp::to_sqlx)))
        .bind(column!(|f| f.reached.closed.map(jiff::Timestamp::to_sqlx)))
        .bind(column!(|f| f.first.and_then(|first| first.satisfied)))
        .bind(column!(|f| f.first.map(|first| first.solved.as_str())))
        .bind(column!(|f| f.first_grade.map(evaluation_rules::Grade::as_str)))
        .bind(column!(|f| f.first_rated_day.map(jiff::civil::Date::to_sqlx)))
        .bind(column!(|f| f.rated_day.map(jiff::civil::Date::to_sqlx)))
        .bind(column!(|f| f.ended_day.map(jiff::civil::Date::to_sqlx)))
        .bind(column!(|f| f.reopened_day.map(jiff::civil::Date::to_sqlx)))
        .execute(db)
        .await?;
    Ok(written.rows_affected() == facts.len() as u64)
}

// In the order of the table. The version guards what FOR UPDATE cannot: a row that was not there when it was read.
const SAVE: &str = "
INSERT INTO case_fact (case_id, version, number, pack_id, pack_version, region, kind, channel, received_at,
    received_day, historic, accepted, closed_round, unit, due_day, provisional, answered_at, answered_day, outcome,
    workdays, answered_round, last_answered_at, last_answer_historic, round, reopen_count, state, rated_round, solved,
    grade, followup_round, marks, subject, class, registered_at, dispatched_at, signed_at, contacted_at, closed_at,
    first_satisfied, first_solved, first_grade, first_rated_day, rated_day, ended_day, reopened_day)
SELECT * FROM UNNEST($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[],
    $9::timestamptz[], $10::date[], $11::bool[], $12::bool[], $13::int[], $14::text[], $15::date[], $16::bool[],
    $17::timestamptz[], $18::date[], $19::text[], $20::int[], $21::int[], $22::timestamptz[], $23::bool[], $24::int[],
    $25::int[], $26::text[], $27::int[], $28::text[], $29::text[], $30::int[], $31::bigint[], $32::text[], $33::text[],
    $34::timestamptz[], $35::timestamptz[], $36::timestamptz[], $37::timestamptz[], $38::timestamptz[], $39::bool[], $40::text[],
    $41::text[], $42::date[], $43::date[], $44::date[], $45::date[])
ON CONFLICT (case_id) DO UPDATE SET (version, number, pack_id, pack_version, region, kind, channel, received_at,
    received_day, historic, accepted, closed_round, unit, due_day, provisional, answered_at, answered_day, outcome,
    workdays, answered_round, last_answered_at, last_answer_historic, round, reopen_count, state, rated_round, solved,
    grade, followup_round, marks, subject, class, registered_at, dispatched_at, signed_at, contacted_at, closed_at,
    first_satisfied, first_solved, first_grade, first_rated_day, rated_day, ended_day, reopened_day)
= (EXCLUDED.version, EXCLUDED.number, EXCLUDED.pack_id, EXCLUDED.pack_version, EXCLUDED.region, EXCLUDED.kind,
    EXCLUDED.channel, EXCLUDED.received_at, EXCLUDED.received_day, EXCLUDED.historic, EXCLUDED.accepted,
    EXCLUDED.closed_round, EXCLUDED.unit, EXCLUDED.due_day, EXCLUDED.provisional, EXCLUDED.answered_at,
    EXCLUDED.answered_day, EXCLUDED.outcome, EXCLUDED.workdays, EXCLUDED.answered_round, EXCLUDED.last_answered_at,
    EXCLUDED.last_answer_historic, EXCLUDED.round, EXCLUDED.reopen_count, EXCLUDED.state, EXCLUDED.rated_round,
    EXCLUDED.solved, EXCLUDED.grade, EXCLUDED.followup_round, EXCLUDED.marks,
    EXCLUDED.subject, EXCLUDED.class, EXCLUDED.registered_at, EXCLUDED.dispatched_at, EXCLUDED.signed_at,
    EXCLUDED.contacted_at, EXCLUDED.closed_at, EXCLUDED.first_satisfied, EXCLUDED.first_solved,
    EXCLUDED.first_grade, EXCLUDED.first_rated_day, EXCLUDED.rated_day, EXCLUDED.ended_day,
    EXCLUDED.reopened_day)
WHERE case_fact.version = EXCLUDED.version - 1";
