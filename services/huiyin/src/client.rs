//! Talking to a suite over HTTP, as its command line does.

use std::time::Duration;

use anyhow::Context as _;
use identity::{Claims, Keys, Role};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use secrecy::SecretString;
use serde::{Serialize, de::DeserializeOwned};

/// A client with a token.
#[derive(Clone)]
pub struct Client {
    base: String,
    token: String,
    http: reqwest::Client,
}

impl Client {
    /// Signs a token for `role` with the suite's own secret: whoever may read the secret may act as anyone.
    ///
    /// # Errors
    /// No HTTP client can be made.
    pub fn signed(base: &str, secret: &SecretString, role: Role) -> anyhow::Result<Self> {
        Self::for_unit(base, secret, role, None)
    }

    /// As [`Client::signed`], acting for one unit.
    ///
    /// # Errors
    /// No HTTP client can be made.
    pub fn for_unit(
        base: &str,
        secret: &SecretString,
        role: Role,
        unit: Option<ids::UnitCode>,
    ) -> anyhow::Result<Self> {
        Self::of_account(base, secret, role, unit, ids::AccountId::derived("command-line"))
    }

    /// As [`Client::for_unit`], in the name of one account: what it does is written down as that account's.
    ///
    /// # Errors
    /// No HTTP client can be made.
    pub fn of_account(
        base: &str,
        secret: &SecretString,
        role: Role,
        unit: Option<ids::UnitCode>,
        account: ids::AccountId,
    ) -> anyhow::Result<Self> {
        let now = runtime::Clock::default().now();
        let claims = Claims {
            sub: account.0,
            role,
            roles: vec![role],
            unit,
            region: None,
            case: None,
            exp: now.as_second() + 12 * 3600,
        };
        Ok(Self {
            base: base.trim_end_matches('/').to_owned(),
            token: Keys::from_secret(secret).sign(&claims),
            http: reqwest::Client::builder().timeout(Duration::from_secs(60)).build()?,
        })
    }

    /// Speaks with a token that the suite gave.
    ///
    /// # Errors
    /// No HTTP client can be made.
    pub fn bearing(base: &str, token: String) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(60)).build()?;
        Ok(Self { base: base.trim_end_matches('/').to_owned(), token, http })
    }

    /// Begins a request to a path of the suite.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token)
    }

    /// Gets and reads JSON.
    ///
    /// # Errors
    /// The suite is away, or answers with a problem, which is told.
    pub async fn get<T: DeserializeOwned>(&self, path: &str, query: &impl Serialize) -> anyhow::Result<T> {
        read(self.request(Method::GET, path).query(query).send().await?, path).await
    }

    /// Posts JSON and reads JSON.
    ///
    /// # Errors
    /// The suite is away, or answers with a problem, which is told.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> anyhow::Result<T> {
        read(self.request(Method::POST, path).json(body).send().await?, path).await
    }

    /// Puts JSON and reads JSON.
    ///
    /// # Errors
    /// The suite is away, or answers with a problem, which is told.
    pub async fn put<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> anyhow::Result<T> {
        read(self.request(Method::PUT, path).json(body).send().await?, path).await
    }

    /// Posts JSON, and again while the suite is busy or on its way up: for requests that may be repeated.
    ///
    /// # Errors
    /// As [`Client::post`], after two minutes of trying.
    pub async fn post_patiently<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> anyhow::Result<T> {
        let mut pause = Duration::from_millis(100);
        for _ in 0..40 {
            match self.request(Method::POST, path).json(body).send().await {
                Ok(answer) if passing(answer.status()) => {}
                Ok(answer) => return read(answer, path).await,
                Err(error) if error.is_connect() || error.is_timeout() || error.is_request() => {}
                Err(error) => return Err(error.into()),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 3 / 2).min(Duration::from_secs(4));
        }
        anyhow::bail!("{path}: the suite did not answer for two minutes")
    }
}

fn passing(status: StatusCode) -> bool {
    status == StatusCode::SERVICE_UNAVAILABLE
        || status == StatusCode::TOO_MANY_REQUESTS
        || status == StatusCode::BAD_GATEWAY
}

async fn read<T: DeserializeOwned>(answer: Response, path: &str) -> anyhow::Result<T> {
    let status = answer.status();
    let body = answer.bytes().await.with_context(|| path.to_owned())?;
    if !status.is_success() {
        anyhow::bail!("{path}: {status} {}", String::from_utf8_lossy(&body));
    }
    serde_json::from_slice(&body).with_context(|| format!("{path}: answer cannot be read"))
}
