//! (f) What an operator looks up while somebody speaks: like matters, articles; and the table on the portal.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use ids::ArticleId;
use jiff::ToSpan as _;
use uuid::Uuid;

use crate::{
    figure::{Figure, quantile},
    house::House,
    line::Line,
    messages,
    register::Accepted,
    search::{PathOf, figure},
};

const ARTICLES: usize = 5_000;
/// Characters of what an operator has typed when the look-up begins.
const TYPED: usize = 60;

pub(crate) async fn measure(
    house: &House,
    known: &[Accepted],
    cases: usize,
    time: Duration,
) -> anyhow::Result<Vec<Figure>> {
    write_articles(house).await?;
    let typed: Vec<String> =
        house.city.messages.iter().map(|message| encoded(&message.text, TYPED)).collect();
    let asked: Vec<String> =
        house.city.messages.iter().map(|message| encoded(&message.title, TYPED)).collect();
    let kinds: [(String, Box<PathOf>); 3] = [
        (
            format!("(f) like matters of a case, {cases} cases: p99"),
            Box::new(|case| format!("/api/intake/cases/{}/alike", case.number)),
        ),
        (
            format!("(f) like matters while typing, {cases} cases: p99"),
            Box::new(move |case| format!("/api/intake/alike?text={}", typed[case.citizen % typed.len()])),
        ),
        (
            format!("(f) search in {ARTICLES} articles: p99"),
            Box::new(move |case| format!("/api/intake/knowledge?q={}", asked[case.citizen % asked.len()])),
        ),
    ];
    let mut figures = Vec::new();
    for (name, path) in &kinds {
        figures.push(figure(house, known, (name, None), path, time).await?);
    }
    figures.push(status(house, cases).await?);
    Ok(figures)
}

/// Title and text of the n-th older case: two matters of the city in one letter, so that some are alike and most are not.
pub(crate) fn words(house: &House, n: usize) -> (&str, String) {
    let messages = &house.city.messages;
    let (first, second) = (&messages[n % messages.len()], &messages[n / messages.len() % messages.len()]);
    (&first.title, messages::body(&format!("{}{}", first.text, second.text), n))
}

/// The table of every month of two years, each counted anew: what follows is kept for a while and costs nothing.
async fn status(house: &House, cases: usize) -> anyhow::Result<Figure> {
    let today = runtime::Clock::default().now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let (mut line, mut took) = (Line::open(house.address()?).await?, Vec::new());
    for back in 0..24 {
        let month = today.first_of_month().checked_sub(back.months())?;
        let path = format!("/api/intake/public/status?month={}", month.strftime("%Y-%m"));
        let asked = Instant::now();
        let answer = line.ask("GET", &path, "", b"").await?;
        took.push(asked.elapsed().as_secs_f64() * 1e3);
        anyhow::ensure!(answer.status == 200, "{path}: {}", answer.status);
    }
    let name = format!("(f) status table of a month, {cases} cases: p99");
    Ok(Figure::most(&name, None, quantile(&mut took, 0.99), "ms")
        .note("one client, nothing kept before".to_owned()))
}

/// Articles as an office would have them after some years, each with the words by which it is found.
async fn write_articles(house: &House) -> anyhow::Result<()> {
    for at in (0..ARTICLES).step_by(500) {
        let mut articles: Vec<(Uuid, String, String)> = Vec::new();
        let (mut docs, mut tokens, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for n in at..(at + 500).min(ARTICLES) {
            let (title, body) = words(house, n * 7);
            let (id, title) = (ArticleId::fresh().0, format!("{title}怎么办（{n}）"));
            for (text, weight) in [(&title, 4.0_f32), (&body, 1.0)] {
                for token in text::search_words(text).into_keys() {
                    docs.push(id);
                    tokens.push(token);
                    weights.push(weight);
                }
            }
            articles.push((id, title, body));
        }
        sqlx::query(
            "INSERT INTO intake.article (article_id, form, state, title, body, owner_unit, published_on, changed_at, actor)
             SELECT id, 'article', 'published', title, body, 'ga-cgj', current_date, now(), 'system'
             FROM UNNEST($1::uuid[], $2::text[], $3::text[]) AS t (id, title, body)",
        )
        .bind(articles.iter().map(|article| article.0).collect::<Vec<_>>())
        .bind(articles.iter().map(|article| article.1.as_str()).collect::<Vec<_>>())
        .bind(articles.iter().map(|article| article.2.as_str()).collect::<Vec<_>>())
        .execute(&house.db)
        .await?;
        sqlx::query(
            "INSERT INTO intake.posting (room, token, doc, weight)
             SELECT 'knowledge', token, doc, sum(weight) FROM UNNEST($1::text[], $2::uuid[], $3::real[])
                AS t (token, doc, weight) GROUP BY token, doc",
        )
        .bind(tokens)
        .bind(docs)
        .bind(weights)
        .execute(&house.db)
        .await?;
    }
    sqlx::query("VACUUM ANALYZE intake.article, intake.posting").execute(&house.db).await?;
    Ok(())
}

/// The first characters of a text, as they stand in an address.
fn encoded(text: &str, most: usize) -> String {
    let text: String = text.chars().take(most).collect();
    text.bytes().fold(String::new(), |mut words, byte| {
        // Writing to a string does not fail.
        let _ = write!(words, "%{byte:02X}");
        words
    })
}
