//! Making, wording and releasing reports: the archive keeps the data, words stand beside them, all are told when it is released.

use anyhow::Context as _;
use evaluation_rules::{
    Evaluation as Pack, PackRef, Period, ReportCommand, ReportEffect, ReportKind, ReportRefused, ReportState,
    Series, decide_report, filed_under,
};
use identity::{Action, Claims, account, may};
use ids::{RegionCode, ReportId};
use jiff::{Timestamp, civil::Date};
use runtime::Draft;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Refused,
    report::{self, Drawn, Wanted},
};
use crate::{
    NAME, Parts,
    publish::{self, Said},
    store::{
        reports::{self, Made, Whole},
        scores::{self, Told},
        words,
    },
};

/// Counts a report without keeping it.
pub(crate) async fn drawn(
    parts: &Parts,
    db: &mut PgConnection,
    (pack, rules): (&PackRef, &Pack),
    kind: &ReportKind,
    place: Option<&RegionCode>,
    period: Period,
    as_of: Date,
) -> Result<Drawn, sqlx::Error> {
    let calendars = parts.calendars.now();
    let (seats, today) = (&parts.config.seats, calendar::day_of(parts.clock.now()));
    let wanted = Wanted { kind, pack, rules, place, period, as_of, today, calendars: &calendars, seats };
    report::document(db, wanted).await
}

/// SHA-256 of the data as people read it.
pub(crate) fn digest(data: &str) -> String {
    Sha256::digest(data.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes and archives one, in one transaction under the lease; its id, and whether it is new. Nothing when another process is at it.
pub(crate) async fn make(
    parts: &Parts,
    (pack, rules): (&PackRef, &Pack),
    kind: &ReportKind,
    place: Option<&RegionCode>,
    period: Period,
) -> anyhow::Result<Option<(ReportId, bool)>> {
    let where_to = place.map_or("", RegionCode::as_str);
    let series = kind.series.as_str();
    let id = reports::id(kind.series, &pack.id, place, period.from);
    let mut transaction = parts.db.pool.begin().await.context("making a report")?;
    if reports::made(&mut transaction, id).await? {
        return Ok(Some((id, false)));
    }
    if !reports::lease(&mut transaction).await? {
        return Ok(None);
    }
    let counties = reports::counties(&mut transaction, &pack.id, period.from, period.to).await?;
    // Where nothing came in there is nobody to file it with.
    let region = place.cloned().or_else(|| filed_under(&counties));
    let drawn = drawn(parts, &mut transaction, (pack, rules), kind, place, period, period.to)
        .await
        .context("counting for a report")?;
    let data = serde_json::to_string(&drawn.document).context("writing a report")?;
    let digest = digest(&data);
    let at = parts.clock.now();
    let made = Made {
        id,
        series,
        pack,
        place: where_to,
        from: period.from,
        to: period.to,
        data: &data,
        digest: &digest,
        at,
        edited: kind.edited,
        region: region.as_ref().map_or("", RegionCode::as_str),
    };
    if !reports::insert(&mut transaction, &made).await? {
        return Ok(Some((id, false)));
    }
    if let (Series::Bulletin, Some(units)) = (kind.series, &drawn.units) {
        let told = Told { pack, place: where_to, region: made.region, month: period.from };
        scores::keep(&mut transaction, told, units).await?;
    }
    if !kind.edited {
        let (series, policy) = (kind.series, pack.id.clone());
        let told = News { id, series, policy, place: place.cloned(), region, period, digest };
        tell(&mut transaction, told, "system", at).await?;
    }
    transaction.commit().await.context("archiving a report")?;
    parts.wake.outbox();
    Ok(Some((id, true)))
}

/// What `report.published` says.
struct News {
    id: ReportId,
    series: Series,
    policy: String,
    place: Option<RegionCode>,
    region: Option<RegionCode>,
    period: Period,
    digest: String,
}

/// Tells all that there is a report, where it is filed.
async fn tell(db: &mut PgConnection, told: News, by: &str, at: Timestamp) -> anyhow::Result<()> {
    let News { id, series, policy, place, region, period, digest } = told;
    let Some(region) = region else { return Ok(()) };
    let said = Said::Report { report: id, series: series.as_str(), policy, place, period, digest };
    let draft = Draft {
        aggregate: id.0,
        region,
        time: at,
        actor: by.to_owned(),
        causation: None,
        historic: false,
        trace: None,
        body: publish::body(said),
    };
    runtime::emit(db, NAME, vec![draft]).await?;
    Ok(())
}

/// Keeps new words over the version that was read; gives their version.
pub(crate) async fn word(
    parts: &Parts,
    claims: &Claims,
    id: Uuid,
    texts: (&str, &str),
    read: i32,
) -> Result<i32, Refused> {
    may(claims, &Action::Supervise)?;
    let mut transaction = parts.db.pool.begin().await?;
    let by = claims.actor();
    match decided(&mut transaction, claims, id, ReportCommand::Edit { read }, &by).await?.0 {
        ReportEffect::Worded(version) => {
            words::keep(&mut transaction, id, version, texts, &by, parts.clock.now()).await?;
            transaction.commit().await?;
            Ok(version)
        }
        ReportEffect::Released | ReportEffect::Nothing => Err(refused(ReportRefused::Released)),
    }
}

/// 签发: shows it to all who may read reports, and tells them.
pub(crate) async fn release(parts: &Parts, claims: &Claims, id: Uuid) -> Result<(), Refused> {
    may(claims, &Action::Supervise)?;
    let mut transaction = parts.db.pool.begin().await?;
    let (by, at) = (claims.actor(), parts.clock.now());
    let (effect, whole) = decided(&mut transaction, claims, id, ReportCommand::Release, &by).await?;
    match effect {
        ReportEffect::Released => {
            words::release(&mut transaction, id, &by, at).await?;
            let series = Series::ALL.iter().find(|series| series.as_str() == whole.series);
            let series =
                *series.context("an archived report of an unknown series").map_err(Refused::Broken)?;
            let told = News {
                id: ReportId(id),
                series,
                policy: whole.pack_id,
                place: whole.place.parse().ok(),
                region: whole.region.parse().ok(),
                period: Period { from: whole.from_day.to_jiff(), to: whole.to_day.to_jiff() },
                digest: whole.digest,
            };
            tell(&mut transaction, told, &by, at).await.map_err(Refused::Broken)?;
            transaction.commit().await?;
            parts.wake.outbox();
            Ok(())
        }
        ReportEffect::Worded(_) | ReportEffect::Nothing => Ok(()),
    }
}

async fn decided(
    db: &mut PgConnection,
    claims: &Claims,
    id: Uuid,
    command: ReportCommand,
    by: &str,
) -> Result<(ReportEffect, Whole), Refused> {
    let released = words::lock(db, id).await?.ok_or(Refused::Missing)?;
    let whole = reports::read(db, id).await?.ok_or(Refused::Missing)?;
    if !within(claims, &whole.region) {
        return Err(Refused::Missing);
    }
    let newest = words::newest(db, id).await?;
    let state = match (&newest, released) {
        (_, true) => ReportState::Released,
        (None, false) => ReportState::Draft { words: 0, by: None },
        (Some(words), false) => {
            ReportState::Draft { words: words.version, by: Some(account(&words.written_by)) }
        }
    };
    let effect = decide_report(state, command, account(by)).map_err(refused)?;
    Ok((effect, whole))
}

/// Whether a report that is filed there is the caller's to read: who is bound to a region reads what speaks of nothing beyond it.
pub(crate) fn within(claims: &Claims, region: &str) -> bool {
    match (&claims.region, region.parse::<RegionCode>()) {
        (None, _) => true,
        (Some(bound), Ok(region)) => bound.contains(&region),
        (Some(_), Err(_)) => false,
    }
}

const fn refused(why: ReportRefused) -> Refused {
    match why {
        ReportRefused::Stale => Refused::Stale,
        ReportRefused::NoWords => Refused::State(
            "尚未撰写原因分析与对策建议，不能签发。",
            "Nobody has written causes and remedies yet.",
        ),
        ReportRefused::SameHand => {
            Refused::State("撰稿人不能签发自己的稿件。", "Who wrote the last words does not release them.")
        }
        ReportRefused::Released => {
            Refused::State("该报告已签发，不再修改。", "The report is released and does not change.")
        }
    }
}
