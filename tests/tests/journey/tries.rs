//! What somebody tries and what they get, as a table; what was refused leaves every table as it was.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use reqwest::Method;
use serde_json::Value;

use crate::house::{Answer, House, Who, eventually};

/// The tables that may not change by anything that was refused.
const SERVICES: [(&str, &str); 3] =
    [("intake", "intake"), ("routing", "routing"), ("evaluation", "evaluation")];

/// Tables that the house moves by itself, or that keep a trace of a look.
const OF_THEMSELVES: [&str; 8] =
    ["inbox", "shard_", "anchor", "likeness", "redispatch", "case_seen", "wrong_code", "report_round"];

/// Cases at which nobody has looked yet though their person told something before.
const UNSEEN: &str = "SELECT count(*) FROM case_file f
    WHERE NOT f.confidential AND NOT EXISTS (SELECT FROM case_found l WHERE l.case_id = f.case_id)
      AND EXISTS (SELECT FROM case_file e WHERE e.phone_index = f.phone_index
                    AND (e.received_at, e.case_id) < (f.received_at, f.case_id))";

/// One thing that is tried.
pub(crate) struct Try {
    what: String,
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<Value>,
}

impl Try {
    pub(crate) fn new(what: &str, method: Method, path: impl Into<String>) -> Self {
        Self { what: what.to_owned(), method, path: path.into(), headers: Vec::new(), body: None }
    }

    pub(crate) fn get(what: &str, path: impl Into<String>) -> Self {
        Self::new(what, Method::GET, path)
    }

    pub(crate) fn post(what: &str, path: impl Into<String>, body: Value) -> Self {
        Self::new(what, Method::POST, path).with(body)
    }

    pub(crate) fn put(what: &str, path: impl Into<String>, body: Value) -> Self {
        Self::new(what, Method::PUT, path).with(body)
    }

    pub(crate) fn with(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// Under the version that was read.
    pub(crate) fn at(self, version: impl std::fmt::Display) -> Self {
        self.header("if-match", format!("\"{version}\""))
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// The tries of one test and everything that went otherwise than it must.
pub(crate) struct Tries<'a> {
    pub(crate) house: &'a House,
    wrong: Vec<String>,
    tried: usize,
}

impl<'a> Tries<'a> {
    pub(crate) fn of(house: &'a House) -> Self {
        Self { house, wrong: Vec::new(), tried: 0 }
    }

    pub(crate) async fn send(&self, who: &Who, tried: Try) -> Result<Answer> {
        let headers: Vec<(&str, &str)> =
            tried.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.house.call(who, tried.method, &tried.path, &headers, tried.body).await
    }

    /// The status must be this one, and the refusal names this field; none when it is empty.
    pub(crate) async fn refused(&mut self, who: &Who, tried: Try, status: u16, field: &str) -> Result<()> {
        let what = tried.what.clone();
        let answer = self.send(who, tried).await?;
        let named = field.is_empty() || answer.fields().iter().any(|name| name == field);
        self.note(
            answer.status == status && named && answer.problem().is_ok(),
            &what,
            &format!("{status} {field}"),
            &answer,
        );
        Ok(())
    }

    /// It is allowed, and does no harm: gives the answer for a closer look.
    pub(crate) async fn harmless(&mut self, who: &Who, tried: Try) -> Result<Answer> {
        let what = tried.what.clone();
        let answer = self.send(who, tried).await?;
        self.note(answer.status.is_success(), &what, "allowed", &answer);
        Ok(answer)
    }

    fn note(&mut self, fits: bool, what: &str, wanted: &str, answer: &Answer) {
        self.tried += 1;
        if !fits {
            self.wrong.push(format!("{what}: {wanted} wanted, {} {}", answer.status, answer.body));
        }
    }

    /// Something that must be so, told with the rest.
    pub(crate) fn holds(&mut self, fits: bool, what: impl Into<String>) {
        self.tried += 1;
        if !fits {
            self.wrong.push(what.into());
        }
    }

    /// What every table holds, as one number each.
    pub(crate) async fn tables(&self) -> Result<BTreeMap<String, i64>> {
        let intake = self.house.tables("intake", "intake")?;
        eventually("what is found by rule", async || {
            let unseen: i64 = sqlx::query_scalar(UNSEEN).fetch_one(&intake).await?;
            Ok((unseen == 0).then_some(()))
        })
        .await?;
        self.house.settle().await?;
        let mut all = BTreeMap::new();
        for (service, schema) in SERVICES {
            let pool = self.house.tables(service, schema)?;
            let names: Vec<(String,)> = sqlx::query_as(
                "SELECT table_name::text FROM information_schema.tables
                 WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'",
            )
            .fetch_all(&pool)
            .await?;
            for (name,) in names {
                if OF_THEMSELVES.iter().any(|part| name.contains(part)) {
                    continue;
                }
                let sum =
                    format!("SELECT coalesce(sum(hashtextextended(t::text, 0)), 0)::text FROM \"{name}\" t");
                let (sum,): (String,) = sqlx::query_as(sqlx::AssertSqlSafe(sum)).fetch_one(&pool).await?;
                all.insert(format!("{service}.{name}"), sum.parse::<i128>()?.rem_euclid(1 << 62) as i64);
            }
        }
        Ok(all)
    }

    /// Nothing is half done: every table is as it was.
    pub(crate) async fn unchanged(&mut self, before: &BTreeMap<String, i64>, part: &str) -> Result<()> {
        let after = self.tables().await?;
        for (table, sum) in before {
            if after.get(table) != Some(sum) {
                self.wrong.push(format!("{part}: {table} is not as it was"));
            }
        }
        Ok(())
    }

    /// At least so many tries, and every one went as it must.
    pub(crate) fn end(self, least: usize) -> Result<()> {
        ensure!(self.wrong.is_empty(), "{} of {}:\n{}", self.wrong.len(), self.tried, self.wrong.join("\n"));
        ensure!(self.tried >= least, "only {} tries", self.tried);
        Ok(())
    }
}
