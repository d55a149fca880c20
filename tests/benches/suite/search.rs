//! (f) The case list, the searches and the look-up of like matters, with 200,000 cases, by 8 clients.

use std::time::{Duration, Instant};

use identity::Role;
use ids::{CaseId, CaseNumber, RegionCode};
use jiff::ToSpan as _;
use pg::{SqlTimestamp, ToSqlx as _};
use text::Shingles;
use uuid::Uuid;

use crate::{
    alike, chain,
    figure::{Figure, quantile},
    house::House,
    line::Line,
    messages::phone,
    register::{Accepted, Until, flood, per_second},
};

const CLIENTS: usize = 8;
const STATES: [&str; 4] = ["dispatched", "closed", "accepted", "reopened"];

/// What is asked for, of one of the known cases.
pub(crate) type PathOf = dyn Fn(&Accepted) -> String + Sync;

pub(crate) async fn measure(house: &House, quick: bool) -> anyhow::Result<Vec<Figure>> {
    let known = flood(house, 8, Until::Cases(500)).await?;
    chain::quiet(house).await?;
    let there: i64 = sqlx::query_scalar("SELECT count(*) FROM intake.case_file").fetch_one(&house.db).await?;
    let wanted = if quick { 50_000 } else { 200_000 };
    fill(house, wanted - usize::try_from(there)?.min(wanted)).await?;
    sqlx::query("VACUUM ANALYZE intake.case_file, intake.case_matter, intake.case_likeness")
        .execute(&house.db)
        .await?;
    let next = second_page(house).await?;
    let kinds: [(&str, Box<PathOf>); 5] = [
        ("list, first page", Box::new(|_| "/api/intake/cases".to_owned())),
        ("list, a later page", Box::new(move |_| next.clone())),
        ("search by number", Box::new(|case| format!("/api/intake/cases?number={}", case.number))),
        ("search by telephone", Box::new(|case| format!("/api/intake/cases?phone={}", phone(case.citizen)))),
        ("list of a state", Box::new(|case| format!("/api/intake/cases?state={}", STATES[case.citizen % 4]))),
    ];
    let seconds = Duration::from_secs(if quick { 2 } else { 4 });
    let mut figures = Vec::new();
    for (name, path) in kinds {
        let name = format!("(f) {name}, {wanted} cases: p99");
        figures.push(figure(house, &known, (&name, Some(50.0)), &path, seconds).await?);
    }
    figures.extend(alike::measure(house, &known, wanted, seconds).await?);
    Ok(figures)
}

/// Asks for a while; the line names its target in milliseconds.
pub(crate) async fn figure(
    house: &House,
    known: &[Accepted],
    (name, target): (&str, Option<f64>),
    path: &PathOf,
    time: Duration,
) -> anyhow::Result<Figure> {
    let before = house.usage();
    let (rate, p99) = ask(house, known, path, time).await?;
    let note =
        format!("{} requests/s with {CLIENTS} clients; {}", crate::figure::number(rate), house.used(before));
    Ok(Figure::most(name, target, p99, "ms").note(note))
}
async fn ask(house: &House, known: &[Accepted], path: &PathOf, time: Duration) -> anyhow::Result<(f64, f64)> {
    let (address, bearer, begun) = (house.address()?, house.bearer(Role::Dispatcher)?, Instant::now());
    let bearer = &bearer;
    let clients = (0..CLIENTS).map(|client| async move {
        let (mut line, mut took) = (Line::open(address).await?, Vec::new());
        let mut which = client;
        while begun.elapsed() < time {
            let case = &known[which % known.len()];
            let path = path(case);
            let asked = Instant::now();
            let answer = line.ask("GET", &path, bearer, b"").await?;
            took.push(asked.elapsed().as_secs_f64() * 1e3);
            anyhow::ensure!(answer.status == 200, "{path}: {}", answer.status);
            anyhow::ensure!(answer.body.len() > 100, "{path}: nothing was found");
            which += CLIENTS;
        }
        anyhow::Ok(took)
    });
    let mut took: Vec<f64> = futures::future::try_join_all(clients).await?.into_iter().flatten().collect();
    Ok((per_second(took.len(), begun.elapsed()), quantile(&mut took, 0.99)))
}

/// Where the `Link` of the 20th page leads.
async fn second_page(house: &House) -> anyhow::Result<String> {
    let (mut line, bearer) = (Line::open(house.address()?).await?, house.bearer(Role::Dispatcher)?);
    let mut path = "/api/intake/cases?limit=50".to_owned();
    for _ in 0..20 {
        let answer = line.ask("GET", &path, &bearer, b"").await?;
        let link = answer.head.lines().find(|line| line.to_ascii_lowercase().starts_with("link:"));
        let next = link.and_then(|link| Some(link.split_once('<')?.1.split_once('>')?.0.to_owned()));
        path = next.ok_or_else(|| anyhow::anyhow!("no next page"))?;
    }
    Ok(path)
}

/// Adds rows as intake would have them after some years, with the keys of their words; only lists and look-ups read them.
async fn fill(house: &House, count: usize) -> anyhow::Result<()> {
    let region: RegionCode = "511602".parse()?;
    let start = runtime::Clock::default().now() - (24 * 900).hours();
    let mut at = 0;
    while at < count {
        let span = at..(at + 10_000).min(count);
        let received: Vec<jiff::Timestamp> = span
            .clone()
            .map(|n| start + jiff::SignedDuration::from_secs(i64::try_from(n).unwrap_or_default() * 360))
            .collect();
        let numbers: Vec<String> = span
            .clone()
            .zip(&received)
            .map(|(n, at)| {
                let day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
                CaseNumber::new(day, &region, i64::try_from(n).unwrap_or_default() + 5_000_000).to_string()
            })
            .collect();
        let cases: Vec<Uuid> = span.clone().map(|_| CaseId::fresh().0).collect();
        let serials: Vec<i64> = span.clone().map(|n| i64::try_from(n).unwrap_or_default()).collect();
        let words: Vec<(&str, String)> = span.clone().map(|n| alike::words(house, n)).collect();
        let keys: Vec<i32> =
            words.iter().flat_map(|(title, body)| Shingles::of(&format!("{title}\n{body}")).keys()).collect();
        sqlx::query(
            "WITH made AS (SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::timestamptz[], $4::bigint[], $5::text[],
                               $6::text[]) WITH ORDINALITY AS made (case_id, number, received_at, n, title, body, place)),
             matter AS (INSERT INTO intake.case_matter (case_id, body) SELECT case_id, body FROM made),
             likeness AS (INSERT INTO intake.case_likeness (case_id, keys)
                          SELECT case_id, ($7::int[])[(place - 1) * 16 + 1 : place * 16] FROM made)
             INSERT INTO intake.case_file (case_id, number, kind, channel, region, urgency, state, pack_id, pack_version,
                 confidential, historic, multi_unit, title, unit, received_at, due_at, phone_index)
             SELECT case_id, number, (ARRAY['complaint', 'help', 'consultation', 'suggestion'])[1 + n % 4], 'portal',
                 (ARRAY['511602', '511621', '511623', '511600'])[1 + n / 7 % 4], 'ordinary',
                 (ARRAY['closed', 'closed', 'closed', 'closed', 'closed', 'closed', 'dispatched', 'accepted', 'reopened', 'withdrawn'])[1 + n % 10],
                 'mailbox-002', 1, false, false, false, title, 'ga-cgj', received_at,
                 received_at + interval '30 days', sha256(convert_to(number, 'UTF8')) FROM made",
        )
        .bind(&cases)
        .bind(&numbers)
        .bind(received.iter().map(|at| at.to_sqlx()).collect::<Vec<SqlTimestamp>>())
        .bind(&serials)
        .bind(words.iter().map(|words| words.0).collect::<Vec<_>>())
        .bind(words.iter().map(|words| words.1.as_str()).collect::<Vec<_>>())
        .bind(keys)
        .execute(&house.db)
        .await?;
        at = span.end;
    }
    Ok(())
}
