//! 敏感时段: what a day brings in a season that is on or near, beside the last such season and an ordinary day.

use identity::Role;
use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use serde_json::Value;

use crate::{
    city::{City, NOTHING, rows},
    desk::Desk,
    row,
    tale::Tale,
};

const COUNTY: &str = "511602";

/// One case each so many days, from the first day to the last.
fn every(city: &mut City, days: i64, from: Date, to: Date) {
    let mut day = from;
    while day <= to {
        city.came(COUNTY, "water", day, 1);
        day += days.days();
    }
}

/// The hotline began on 3 March 2025. Congresses of 2025 (3 to 15 March, 13 days): 2 a day, 26. Flood season of 2025 (May to
/// September, 153 days): one a day, 153. Heating season from 15 November 2025: one each third day up to 15 February, 93 days, 31.
/// This flood season: nine on 5 May, and one on 15 June, which is the desk's today.
///
/// The week up to 14 June: 1 May to 14 June are 45 days with 9; the year from 15 June 2025 has 108 of last summer (16 of June,
/// 31, 31, 30), 31 of the winter and those 9: 148 of 365 days.
/// The week of today, which is not over: 46 days with 10; the year from 16 June 2025 has 107 + 31 + 10 = 148.
///
/// The week up to 15 February: the congresses begin within thirty days, so there is no mean of this year's yet; the winter has 31
/// of 93 days, and of the winter before it only the 13 days of March are known, with 26. The year before 15 February begins on
/// 3 March 2025 and has 350 days with 26 + 153 + 31 = 210.
#[tokio::test(flavor = "multi_thread")]
async fn a_season_is_compared_with_the_last_one_and_with_the_days_that_were_counted() {
    let mut city = City::default();
    for day in 3..=15 {
        city.came(COUNTY, "water", date(2025, 3, day), 2);
    }
    every(&mut city, 1, date(2025, 5, 1), date(2025, 9, 30));
    every(&mut city, 3, date(2025, 11, 15), date(2026, 2, 15));
    city.came(COUNTY, "water", date(2026, 5, 5), 9);
    city.came(COUNTY, "water", date(2026, 6, 15), 1);
    city.sealed(COUNTY, "water", date(2026, 5, 6));
    city.sealed(COUNTY, "water", date(2025, 1, 6));
    assert_eq!(city.told.len() / 3, 26 + 153 + 31 + 10 + 2);
    let desk = Desk::new().await;
    desk.hear(&city.told).await;
    // Of another pack.
    desk.hear(&Tale::new(9000, date(2026, 5, 6), date(2026, 5, 13), None).told().concat()).await;
    let leader = desk.staff(Role::Leader, None);
    let seasons = async |day: &str, place: &str| -> Vec<Vec<Value>> {
        let path = format!("/reports/preview?policy=hotline-004&series=weekly&day={day}{place}");
        let (status, _, report) = desk.get(&path, &leader).await;
        assert_eq!(status, 200, "{report}");
        rows(&report, "seasons")
    };
    let flood = |now: f64, usual: f64| row!["汛期", "2026-05-01", "2026-09-30", now, 1.0, usual];
    assert_eq!(seasons("2026-06-14", "").await, [flood(9.0 / 45.0, 148.0 / 365.0)]);
    assert_eq!(seasons("2026-06-15", "").await, [flood(10.0 / 46.0, 148.0 / 365.0)], "up to today only");
    let usual = 210.0 / 350.0;
    assert_eq!(
        seasons("2026-02-15", "").await,
        [
            row!["全国两会", "2026-03-03", "2026-03-15", NOTHING, 2.0, usual],
            row!["供暖季", "2025-11-15", "2026-03-15", 31.0 / 93.0, 2.0, usual],
        ]
    );
    // In the first spring there was nothing before.
    assert_eq!(
        seasons("2025-03-09", "").await,
        [
            row!["全国两会", "2025-03-03", "2025-03-15", 2.0, NOTHING, 2.0],
            row!["供暖季", "2024-11-15", "2025-03-15", 2.0, NOTHING, 2.0],
        ]
    );
    let elsewhere = seasons("2026-06-14", "&place=511603").await;
    assert_eq!(elsewhere, [row!["汛期", "2026-05-01", "2026-09-30", 0.0, 0.0, 0.0]], "a county without any");
    assert!(desk.running.stop().await);
}
