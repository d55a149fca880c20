//! The endpoints as callers see them.

use axum::{
    Extension, Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use http_body_util::BodyExt as _;
use identity::{Claims, Keys, Role};
use ids::CaseId;
use pg::{Database, Settings};
use runtime::Service as _;
use serde_json::Value;
use tower::ServiceExt as _;

use super::routes;
use crate::{DeadlineScheduler, bench};

struct Desk {
    router: Router,
    keys: std::sync::Arc<Keys>,
    db: Database,
    hearing: crate::Hearing,
    live: crate::app::live::Live,
    _servers: testkit::Database,
}

impl Desk {
    async fn new() -> Self {
        Self::under(told::packs()).await
    }

    async fn under(packs: runtime::PolicyFiles) -> Self {
        let servers = testkit::database("limits").await.unwrap();
        let schema = DeadlineScheduler::SCHEMA.to_owned();
        let db = Database::open(&Settings { url: servers.url.clone(), schema, max_connections: 4 }).unwrap();
        db.migrate(DeadlineScheduler::migrator()).await.unwrap();
        Self::on(db, servers, packs, runtime::Changed::Refuse).await.unwrap()
    }

    /// The next process on the same database.
    async fn restarted(self, packs: runtime::PolicyFiles, changed: runtime::Changed) -> anyhow::Result<Self> {
        Self::on(self.db, self._servers, packs, changed).await
    }

    async fn on(
        db: Database,
        servers: testkit::Database,
        packs: runtime::PolicyFiles,
        changed: runtime::Changed,
    ) -> anyhow::Result<Self> {
        let keys = std::sync::Arc::new(Keys::from_secret(&"a secret of at least 32 characters".into()));
        let verifier = web::Verifier::new(keys.clone(), || jiff::Timestamp::UNIX_EPOCH);
        let live = DeadlineScheduler::kept(&db, &packs, changed).await?;
        let hearing = crate::Hearing::new(live.clone(), runtime::Wake::default(), runtime::Clock::default());
        let desk = crate::app::desk::Desk {
            db: db.clone(),
            live: live.clone(),
            wake: runtime::Wake::default(),
            texts: std::sync::Arc::new(texts()),
        };
        let (router, _) = routes(desk).layer(Extension(verifier)).split_for_parts();
        Ok(Self { router, keys, db, hearing, live, _servers: servers })
    }

    async fn get(&self, path: &str, claims: Option<&Claims>) -> (StatusCode, Option<String>, Value) {
        let mut request = Request::get(path);
        if let Some(claims) = claims {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.keys.sign(claims)));
        }
        let answer = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let status = answer.status();
        let link = answer.headers().get(header::LINK).map(|link| link.to_str().unwrap().to_owned());
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, link, serde_json::from_slice(&body).unwrap())
    }
}

/// The key of texts, as the service makes it.
fn texts() -> runtime::texts::Texts {
    let secrets = runtime::Secrets::new("a secret of at least 32 characters".into());
    runtime::texts::Texts::new(&secrets, crate::app::desk::PURPOSE)
}

mod calendars;
mod follow;
mod mended;
mod month;
mod more_time;
mod pack_change;
mod pack_texts;
mod proposed;
mod rights;
mod sealed;
mod supervision;
mod told;

fn staff(role: Role, unit: Option<&str>) -> Claims {
    let mut claims = Claims::citizen(CaseId::fresh(), i64::from(u32::MAX));
    (claims.role, claims.roles, claims.case) = (role, vec![role], None);
    claims.unit = unit.map(|unit| unit.parse().unwrap());
    claims
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_shows_its_limits_to_those_who_may_read_it() {
    let desk = Desk::new().await;
    bench::arm(&desk.db, 1, 1).await.unwrap();
    let id: uuid::Uuid =
        sqlx::query_scalar("SELECT case_id FROM clock").fetch_one(&desk.db.pool).await.unwrap();
    sqlx::query("INSERT INTO case_facts VALUES ($1, 'help', 'ordinary', '511602', false, now(), 'mailbox-002', 1, 1, false)")
        .bind(id)
        .execute(&desk.db.pool)
        .await
        .unwrap();
    let path = format!("/cases/{id}/clocks");
    assert_eq!(desk.get(&path, None).await.0, StatusCode::UNAUTHORIZED);
    let own = Claims::citizen(CaseId(id), i64::from(u32::MAX));
    let (status, _, clocks) = desk.get(&path, Some(&own)).await;
    assert_eq!((status, &clocks[0]["state"]), (StatusCode::OK, &Value::from("overdue")));
    let other = Claims::citizen(CaseId::fresh(), i64::from(u32::MAX));
    assert_eq!(desk.get(&path, Some(&other)).await.0, StatusCode::FORBIDDEN);
    let mut elsewhere = staff(Role::Operator, None);
    elsewhere.region = Some("511500".parse().unwrap());
    assert_eq!(desk.get(&path, Some(&elsewhere)).await.0, StatusCode::FORBIDDEN);
    let unknown = format!("/cases/{}/clocks", uuid::Uuid::nil());
    assert_eq!(desk.get(&unknown, Some(&staff(Role::Operator, None))).await.0, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_of_a_unit_comes_in_pages_the_most_urgent_first() {
    let desk = Desk::new().await;
    bench::arm(&desk.db, 400, 200).await.unwrap();
    sqlx::query("UPDATE clock SET unit = 'water' WHERE unit < 'unit-4'")
        .execute(&desk.db.pool)
        .await
        .unwrap();
    let expected: i64 = sqlx::query_scalar("SELECT count(*) FROM clock WHERE unit = 'water'")
        .fetch_one(&desk.db.pool)
        .await
        .unwrap();
    let officer = staff(Role::Officer, Some("water"));
    let (mut path, mut seen, mut last) = (Some("/clocks?limit=70".to_owned()), 0, String::new());
    while let Some(next) = path {
        let (status, link, clocks) = desk.get(&next, Some(&officer)).await;
        assert_eq!(status, StatusCode::OK, "{clocks}");
        for clock in clocks.as_array().unwrap() {
            let key = format!("{}{}", clock["due_at"].as_str().unwrap(), clock["clock"].as_str().unwrap());
            assert!(key > last);
            last = key;
            seen += 1;
        }
        path = link.map(|link| {
            let target = link.trim_start_matches("</api/deadline-scheduler");
            target.split('>').next().unwrap().to_owned()
        });
    }
    assert_eq!(seen, expected);
    let (_, _, overdue) = desk.get("/clocks?state=overdue&limit=200", Some(&officer)).await;
    assert!(overdue.as_array().unwrap().iter().all(|clock| clock["state"] == "overdue"));
    let foreign = staff(Role::Officer, Some("roads"));
    assert_eq!(desk.get("/clocks?unit=water", Some(&foreign)).await.2, Value::Array(Vec::new()));
    for wrong in ["/clocks?unit=Not%20A%20Unit", "/clocks?state=asleep", "/clocks?after=!!"] {
        assert_eq!(desk.get(wrong, Some(&officer)).await.0, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn anyone_may_ask_the_calendar() {
    let desk = Desk::new().await;
    let due = |path: &'static str| {
        let desk = &desk;
        async move { desk.get(path, None).await.2 }
    };
    assert_eq!(due("/calendar/add?start=2026-02-13&days=5").await["due"], "2026-02-27");
    assert_eq!(due("/calendar/add?start=2026-02-13&days=5&unit=days").await["due"], "2026-02-18");
    let hours = due("/calendar/add?start=2026-02-13T01:00:00Z&days=4&unit=hours").await;
    assert_eq!(hours["due_at"], "2026-02-13T05:00:00Z");
    assert_eq!(due("/calendar/between?start=2026-02-13&end=2026-02-27").await["workdays"], 5);
    let beyond = due("/calendar/add?start=2026-02-13&days=500").await;
    assert_eq!(beyond["provisional"], true);
    for (path, field) in [
        ("/calendar/add?start=yesterday&days=5", "start"),
        ("/calendar/add?start=1999-01-01&days=5", "start"),
        ("/calendar/add?start=2026-02-13&days=100001", "days"),
        ("/calendar/add?start=2026-02-13&days=-1", "days"),
        ("/calendar/between?start=2026-02-13&end=9999-12-31", "end"),
    ] {
        let (status, _, problem) = desk.get(path, None).await;
        assert_eq!(
            (status, &problem["errors"][0]["field"]),
            (StatusCode::BAD_REQUEST, &Value::from(field)),
            "{path}"
        );
    }
}
