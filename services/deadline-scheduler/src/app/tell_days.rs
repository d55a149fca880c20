//! 放假安排 as others hear of it: when it is published, and once more for those who began to listen later.

use calendar::{DayEntry, WorkHours};
use contracts::clock::{CalendarFile, CalendarPublished, MovedDay};
use ids::{CaseId, RegionCode};
use jiff::{Timestamp, civil::Date};
use runtime::{Draft, emit};
use sqlx::PgConnection;

use super::calendars::Notice;
use crate::{NAME, store};

/// Says again what was published before all who keep days and hours listened. Answers how many notices that were.
///
/// # Errors
/// The database is away, or a stored file cannot be read.
pub(crate) async fn again(
    connection: &mut PgConnection,
    today: Date,
    now: Timestamp,
) -> anyhow::Result<usize> {
    let files = store::calendars::to_tell(&mut *connection, today).await?;
    let mut drafts = Vec::with_capacity(files.len());
    for file in files {
        let notice = Notice::read(&file.kind, &file.content)?;
        drafts.push(draft(&notice, file.version, file.published_by, now));
    }
    let count = drafts.len();
    emit(connection, NAME, drafts).await?;
    Ok(count)
}

/// What is said of a notice in one version.
pub(crate) fn draft(notice: &Notice, version: i32, actor: String, time: Timestamp) -> Draft {
    let file = told(notice);
    Draft {
        aggregate: CaseId::derived(&format!("calendar:{}:{}", file.kind, file.key)).0,
        region: region(notice),
        time,
        actor,
        causation: None,
        historic: false,
        trace: None,
        body: CalendarPublished { year: notice.year(), version, file: Some(file) }.into(),
    }
}

/// Which days, off or worked, and the hours of work that it sets.
fn told(notice: &Notice) -> CalendarFile {
    let (kind, key, _) = notice.name();
    let (days, own) = match notice {
        Notice::Year(year) => (&year.days, None),
        Notice::Region(overlay) => (&overlay.days, overlay.intervals.clone()),
    };
    let day = |day: &DayEntry| MovedDay {
        date: day.date,
        off: day.off,
        intervals: day.intervals.clone().map(WorkHours::into),
    };
    let days = days.iter().map(day).collect();
    CalendarFile { kind: kind.to_owned(), key, days, intervals: own.map(WorkHours::into) }
}

/// Where it holds: the region, or the whole country.
fn region(notice: &Notice) -> RegionCode {
    let code = match notice {
        Notice::Year(_) => "100000".to_owned(),
        Notice::Region(overlay) => format!("{:0<6}", overlay.region),
    };
    code.parse().unwrap_or_else(|_| "100000".parse().expect("the country's own code"))
}
