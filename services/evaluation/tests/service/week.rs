//! 每周舆情分析: what rises, what comes again and again, and like cases together, through the archived report of a week.

use contracts::record::{CaseFound, CaseMerged};
use identity::Role;
use ids::CaseId;
use jiff::{
    ToSpan as _,
    civil::{Date, date},
};
use serde_json::json;

use crate::{
    city::{City, NOTHING, rows},
    desk::Desk,
    row,
};

/// The Monday so many weeks before that of the week.
fn before(weeks: i64) -> Date {
    date(2026, 6, 8) - weeks.weeks()
}

/// The week is that of 8 June 2026, compared with the eight before it and with 2 to 8 June 2025, which hold the same day of the year.
///
/// Guang'an district, 511602:
/// water: 2 in each of the eight, 16, usual 2; now 3, one and a half times as much exactly: rises. A year ago 4 (and one a day
/// later that is none of that week). Noise: the same and one more, 17, usual 2.125; now 3 is 1.41 times: does not rise. Road: never
/// before; now 3: rises, as new. Heat: one in each of the last six: regular, though there is none now; five in the ninth week
/// before do not count. Gas: one in each of the last five: not regular.
/// Qianfeng, 511603: road 2, and a third that is sealed: too few.
///
/// Alike: water, noise and road with three each, in the order of their names, and the two of Qianfeng. Of noise one was merged and
/// one was found to repeat. Serials in the order of telling: what lies before the week has 4 + 1 + 16 + 17 + 6 + 5 + 5 = 54.
#[tokio::test(flavor = "multi_thread")]
async fn the_week_names_what_rises_what_is_regular_and_what_belongs_together() {
    let (here, there) = ("511602", "511603");
    let mut city = City::default();
    city.came(here, "water", date(2025, 6, 8), 4);
    city.came(here, "water", date(2025, 6, 9), 1);
    for weeks in 1..=8 {
        city.came(here, "water", before(weeks), 2);
        // The last day of a week is part of it.
        city.came(here, "noise", before(weeks) + 6.days(), if weeks == 3 { 3 } else { 2 });
        city.came(here, "heat", before(weeks), usize::from(weeks <= 6));
        city.came(here, "gas", before(weeks), usize::from(weeks <= 5));
    }
    city.came(here, "heat", before(9), 5);
    let now = date(2026, 6, 8);
    city.came(here, "water", now, 3);
    let noises = city.came(here, "noise", now + 6.days(), 3);
    city.came(here, "road", now, 3);
    city.came(there, "road", now, 2);
    city.sealed(there, "road", now);
    city.more(&noises[1], 2, CaseMerged { into: CaseId::derived("another"), round: 1 });
    city.more(&noises[2], 2, CaseFound { findings: vec!["repeat".to_owned()] });
    let desk = Desk::new().await;
    desk.hear(&city.told).await;
    let supervisor = desk.staff(Role::Supervisor, None);
    let order = json!({"policy": "hotline-004", "series": "weekly", "day": "2026-06-10"});
    let (status, made) = desk.post("/reports", &supervisor, order).await;
    assert_eq!(status, 201, "{made}");
    let report = desk.get(&format!("/reports/{}", made["id"].as_str().unwrap()), &supervisor).await.2;
    assert_eq!((&report["from"], &report["to"]), (&json!("2026-06-08"), &json!("2026-06-14")));
    assert_eq!(
        rows(&report, "rises"),
        [row!["road", here, 3, 0, 0.0, "新出现", 0], row!["water", here, 3, 2, 2.0, 1.5, 4]]
    );
    assert_eq!(
        rows(&report, "regular"),
        [
            row!["noise", here, 8, 8, 17.0 / 8.0, 3, 0],
            row!["water", here, 8, 8, 2.0, 3, 4],
            row!["heat", here, 6, 8, 0.75, 0, 0],
        ]
    );
    let numbers = |county: &str, day: &str, serials: std::ops::RangeInclusive<i64>| {
        serials.map(|serial| format!("{day}{county}{serial:06}")).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        rows(&report, "alike"),
        [
            row!["noise", here, 3, 2, 2, numbers(here, "260614", 58..=60)],
            row!["road", here, 3, 0, 2, numbers(here, "260608", 61..=63)],
            row!["water", here, 3, 0, 2, numbers(here, "260608", 55..=57)],
            row!["road", there, 2, 0, 2, numbers(there, "260608", 64..=65)],
        ]
    );
    assert!(desk.running.stop().await);
}

/// A hotline that began on Wednesday 27 May 2026 has two weeks before that of 8 June, with 2 and 4 of water: usual 3. Now 4 are 1⅓
/// times as much and do not rise, though the mean of eight weeks would be 0.75; what came a year before is not known.
#[tokio::test(flavor = "multi_thread")]
async fn weeks_before_the_first_case_of_all_are_none_to_compare_with() {
    let county = "511602";
    let mut city = City::default();
    city.came(county, "water", date(2026, 5, 27), 2);
    city.came(county, "water", date(2026, 6, 2), 4);
    city.came(county, "water", date(2026, 6, 9), 4);
    city.came(county, "noise", date(2026, 6, 9), 3);
    let desk = Desk::new().await;
    desk.hear(&city.told).await;
    let leader = desk.staff(Role::Leader, None);
    let preview = async |day: &str| {
        let path = format!("/reports/preview?policy=hotline-004&series=weekly&day={day}");
        rows(&desk.get(&path, &leader).await.2, "rises")
    };
    assert_eq!(preview("2026-06-09").await, [row!["noise", county, 3, 0, 0.0, "新出现", NOTHING]]);
    // The week after the first: twice the usual of one week.
    assert_eq!(preview("2026-06-02").await, [row!["water", county, 4, 2, 2.0, 2.0, NOTHING]]);
    assert!(desk.running.stop().await);
}
