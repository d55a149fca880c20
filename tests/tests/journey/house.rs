//! A whole suite for one test, with a city of three units, and an HTTP client that keeps every part of an answer.

use std::{future::Future, time::Duration};

use anyhow::{Context as _, Result, ensure};
use huiyin::{CATALOGUE, Suite, settings_for_tests_with, settled};
use identity::{Claims, Keys, Role};
use reqwest::{
    Method, StatusCode,
    header::{HeaderMap, HeaderName},
};
use serde_json::{Value, json};
use tokio::{
    sync::{Mutex, MutexGuard},
    time::{Instant, sleep},
};

/// The streams of the shared NATS have one suite at a time.
static ALONE: Mutex<()> = Mutex::const_new(());
const PATIENCE: Duration = Duration::from_secs(30);

/// A suite with units and catalogue.
pub(crate) struct House {
    pub(crate) suite: Suite,
    http: reqwest::Client,
    // Dropped in this order: the servers end before the next test may start its own.
    _data: tempfile::TempDir,
    _database: testkit::Database,
    _alone: MutexGuard<'static, ()>,
}

/// An answer with everything that matters of it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// Who asks.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    Nobody,
    Token(String),
}

impl House {
    pub(crate) async fn open(name: &str) -> Result<Self> {
        Self::open_with(name, |_| {}).await
    }

    pub(crate) async fn open_with(
        name: &str,
        change: impl FnOnce(&mut runtime::Settings) + Send,
    ) -> Result<Self> {
        Self::open_set(name, &[], change).await
    }

    /// With something set beside what tests set.
    pub(crate) async fn open_set(
        name: &str,
        more: &[(&str, &str)],
        change: impl FnOnce(&mut runtime::Settings) + Send,
    ) -> Result<Self> {
        let house = Self::open_bare(name, more, change).await?;
        house.furnish().await?;
        Ok(house)
    }

    /// Without the city of three units.
    pub(crate) async fn open_bare(
        name: &str,
        more: &[(&str, &str)],
        change: impl FnOnce(&mut runtime::Settings) + Send,
    ) -> Result<Self> {
        let alone = ALONE.lock().await;
        let database = testkit::database(name).await?;
        let data = tempfile::tempdir()?;
        let nats = &database.servers.nats_url;
        let mut settings = settings_for_tests_with(&database.url, nats, data.path(), more)?;
        change(&mut settings);
        let suite = Suite::start(settings, runtime::Clock::default()).await?;
        let http = reqwest::Client::builder().timeout(Duration::from_secs(60)).build()?;
        Ok(Self { suite, http, _data: data, _database: database, _alone: alone })
    }

    async fn furnish(&self) -> Result<()> {
        let unit = |code: &str, name: &str, kind: &str| json!({"code": code, "name": name, "region": "511600", "kind": kind});
        let units = json!({"units": [
            unit("xf", "信访中心", "centre"),
            unit("cg", "城市管理局", "department"),
            unit("zj", "住房和城乡建设局", "department"),
        ]});
        let line = |unit: &str, words: [&str; 2]| json!({"unit": unit, "region": "511600", "keywords": words, "basis": "职责"});
        let catalogue = json!({"entries": [line("cg", ["路灯", "井盖"]), line("zj", ["物业", "漏水"])]});
        let admin = self.staff(Role::Admin);
        for (path, body) in [("units", units), ("catalogue", catalogue)] {
            let answer =
                self.call(&admin, Method::PUT, &format!("/api/routing/{path}"), &[], Some(body)).await?;
            ensure!(answer.status.is_success(), "{answer:?}");
        }
        Ok(())
    }

    /// A member of staff with one role, bound to no region.
    pub(crate) fn staff(&self, role: Role) -> Who {
        self.holder(role, None, None)
    }

    /// An officer of a unit.
    pub(crate) fn officer(&self, unit: &str) -> Who {
        self.holder(Role::Officer, Some(unit), None)
    }

    pub(crate) fn holder(&self, role: Role, unit: Option<&str>, region: Option<&str>) -> Who {
        let claims = Claims {
            sub: ids::AccountId::derived(&format!("{role:?}")).0,
            role,
            roles: vec![role],
            unit: unit.map(|unit| unit.parse().unwrap()),
            region: region.map(|region| region.parse().unwrap()),
            case: None,
            exp: runtime::Clock::default().now().as_second() + 3600,
        };
        Who::Token(Keys::from_secret(&self.suite.settings.security.secret).sign(&claims))
    }

    /// Sends one request and takes the answer apart.
    pub(crate) async fn call(
        &self,
        who: &Who,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Answer> {
        let (status, headers, bytes) = self.send(who, method, path, headers, body).await?;
        let body = match bytes.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(&bytes)
                .with_context(|| format!("{path}: {status} {}", String::from_utf8_lossy(&bytes)))?,
        };
        Ok(Answer { status, headers, body })
    }

    async fn send(
        &self,
        who: &Who,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<(StatusCode, HeaderMap, Vec<u8>)> {
        let mut request = self.http.request(method, format!("{}{path}", self.suite.base));
        if let Who::Token(token) = who {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(HeaderName::try_from(*name)?, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.with_context(|| path.to_owned())?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        Ok((status, headers, answer.bytes().await?.to_vec()))
    }

    /// The same, where a page or a file may come back: it is given as a text.
    pub(crate) async fn raw(
        &self,
        who: &Who,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Answer> {
        let (status, headers, bytes) = self.send(who, method, path, headers, body).await?;
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        Ok(Answer { status, headers, body })
    }

    pub(crate) async fn get(&self, who: &Who, path: &str) -> Result<Answer> {
        self.call(who, Method::GET, path, &[], None).await
    }

    /// Gets what must be there.
    pub(crate) async fn read(&self, who: &Who, path: &str) -> Result<Value> {
        let answer = self.get(who, path).await?;
        ensure!(answer.status == StatusCode::OK, "{path}: {answer:?}");
        Ok(answer.body)
    }

    pub(crate) async fn post(&self, who: &Who, path: &str, body: Value) -> Result<Answer> {
        self.call(who, Method::POST, path, &[], Some(body)).await
    }

    /// Waits until every service has heard everything, for as long as less and less is left.
    pub(crate) async fn settle(&self) -> Result<()> {
        let (mut end, mut least) = (Instant::now() + PATIENCE, i64::MAX);
        let mut quiet = 0;
        while quiet < 2 {
            let still = settled(CATALOGUE, &self.suite.settings).await?;
            let left = still.pending + still.unheard;
            if left < least {
                (end, least) = (Instant::now() + PATIENCE, left);
            }
            ensure!(Instant::now() < end, "not settled: {still:?}");
            quiet = if left == 0 { quiet + 1 } else { 0 };
            sleep(Duration::from_millis(30)).await;
        }
        Ok(())
    }

    /// The tables of one service.
    pub(crate) fn tables(&self, service: &str, schema: &str) -> Result<sqlx::PgPool> {
        let url = self.suite.settings.database_url(service).to_owned();
        Ok(pg::Database::open(&pg::Settings { url, schema: schema.to_owned(), max_connections: 2 })?.pool)
    }

    /// Everything that any service ever said, as text.
    pub(crate) async fn said(&self) -> Result<String> {
        let mut all = String::new();
        for entry in CATALOGUE {
            let rows: Vec<(String,)> = sqlx::query_as(
                "SELECT concat_ws(' ', kind, region, actor, trace, convert_from(payload, 'UTF8')) FROM outbox_event",
            )
            .fetch_all(&self.tables(entry.name, entry.schema)?)
            .await?;
            all.extend(rows.into_iter().flat_map(|(row,)| [row, "\n".to_owned()]));
        }
        Ok(all)
    }

    /// Every invariant between the services holds, and all is stopped well.
    pub(crate) async fn close(self) -> Result<()> {
        // What holds of a case by rule is found in the background and told at its own time: the books are looked at
        // again while something is said meanwhile.
        let end = Instant::now() + 4 * PATIENCE;
        loop {
            self.settle().await?;
            let report = huiyin::audit::audit(&self.suite.settings, Duration::from_secs(10)).await?;
            if report.holds() && report.is_quiet() {
                break;
            }
            ensure!(!report.is_quiet() && Instant::now() < end, "{}", report.table());
        }
        ensure!(self.suite.stop().await?, "the suite did not stop well");
        Ok(())
    }
}

/// Asks until there is something, at most for half a minute.
pub(crate) async fn eventually<T, F>(what: &str, mut ask: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<Option<T>>>,
{
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = ask().await? {
            return Ok(found);
        }
        ensure!(Instant::now() < end, "in vain: {what}");
        sleep(Duration::from_millis(25)).await;
    }
}

impl Answer {
    /// The answer, which must have this status.
    pub(crate) fn must(self, status: u16) -> Result<Self> {
        ensure!(self.status.as_u16() == status, "{status} wanted: {self:?}");
        if status >= 400 {
            self.problem()?;
        }
        Ok(self)
    }

    /// A refusal says in both languages what is wrong.
    pub(crate) fn problem(&self) -> Result<()> {
        let form = self.headers.get("content-type").and_then(|form| form.to_str().ok());
        ensure!(form.is_some_and(|form| form.starts_with("application/problem+json")), "{self:?}");
        ensure!(self.body["status"] == self.status.as_u16(), "{self:?}");
        let word = |key: &str| self.body[key].as_str().unwrap_or_default().to_owned();
        let chinese = |text: String| text.chars().any(|ch| ('\u{4e00}'..='\u{9fff}').contains(&ch));
        ensure!(chinese(word("title")), "no Chinese title: {self:?}");
        ensure!(word("title_en").is_ascii() && !word("title_en").is_empty(), "no English title: {self:?}");
        for error in self.body["errors"].as_array().into_iter().flatten() {
            for key in ["field", "reason", "reason_en"] {
                ensure!(!error[key].as_str().unwrap_or_default().is_empty(), "{key} is missing: {self:?}");
            }
        }
        Ok(())
    }

    /// The fields that a refusal names.
    pub(crate) fn fields(&self) -> Vec<String> {
        let errors = self.body["errors"].as_array().into_iter().flatten();
        errors.filter_map(|error| error["field"].as_str().map(str::to_owned)).collect()
    }

    pub(crate) fn header(&self, name: &str) -> String {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    }
}

/// A word of a JSON object.
pub(crate) fn word(of: &Value, key: &str) -> Result<String> {
    of[key].as_str().map(str::to_owned).with_context(|| format!("no {key}: {of}"))
}
