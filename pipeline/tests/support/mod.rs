//! A platform that answers as a closure says, and replays that are run against it with the real binary and a real Postgres.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "tests"
)]

use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use dpo_warehouse::testing;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use sqlx::Connection as _;

/// One request as the platform saw it.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: Method,
    pub path: String,
    pub host: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Asked {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// One answer.
#[derive(Debug, Clone)]
pub struct Told {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "a literal or a value, as is at hand"
)]
pub fn told(status: u16, body: impl ToString) -> Told {
    Told {
        status,
        headers: Vec::new(),
        body: body.to_string(),
    }
}

impl Told {
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

type Answers = Arc<dyn Fn(usize, &Asked) -> Told + Send + Sync>;

#[derive(Clone)]
struct Platform {
    answers: Answers,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A platform on loopback.
pub struct Upstream {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Upstream {
    /// Starts a platform; the closure is given the number of the request (from 0) and the request.
    pub async fn start(answers: impl Fn(usize, &Asked) -> Told + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let platform = Platform {
            answers: Arc::new(answers),
            asked: asked.clone(),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(platform);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, asked }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub fn asked_at(&self, path: &str) -> usize {
        self.asked()
            .iter()
            .filter(|asked| asked.path.contains(path))
            .count()
    }
}

async fn answer(
    State(platform): State<Platform>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let host = headers
        .get("x-forwarded-host")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let body = String::from_utf8_lossy(&body).into_owned();
    let asked = Asked {
        method,
        path: uri.path().to_owned(),
        host,
        headers,
        body,
    };
    let number = {
        let mut all = platform.asked.lock().unwrap();
        all.push(asked.clone());
        all.len() - 1
    };
    let told = (platform.answers)(number, &asked);
    let mut response = (StatusCode::from_u16(told.status).unwrap(), told.body).into_response();
    response
        .headers_mut()
        .insert("content-type", "application/json".parse().unwrap());
    for (name, value) in told.headers {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}

/// What a replay printed.
pub struct Replayed {
    pub lines: Vec<Value>,
    pub status: i32,
    pub log: String,
    pub stdout: String,
}

impl Replayed {
    pub fn of(&self, kind: &str) -> Vec<&Value> {
        self.lines
            .iter()
            .filter(|line| line["type"] == kind)
            .collect()
    }

    pub fn outcome(&self) -> &Value {
        self.of("outcome")
            .into_iter()
            .last()
            .unwrap_or_else(|| panic!("no outcome: {}\n{}", self.stdout, self.log))
    }

    /// The values of one bucket.
    pub fn metrics(
        &self,
        kind: &str,
        date: &str,
        hour: Option<i64>,
        level: &str,
        id: &str,
    ) -> Value {
        let found: Vec<_> = self
            .of(kind)
            .into_iter()
            .filter(|line| {
                line["date"] == date
                    && line["hour"].as_i64() == hour
                    && line["level"] == level
                    && line["id"] == id
            })
            .collect();
        assert!(found.len() <= 1, "{found:?}");
        found
            .first()
            .map_or(Value::Null, |line| line["metrics"].clone())
    }
}

/// Runs a replay of three days in September.
pub async fn replay(
    source: &str,
    config: &Value,
    upstream: &Upstream,
    further: &[&str],
) -> Replayed {
    let days = ("2026-09-01", "2026-09-03");
    replay_days(days, source, config, upstream, further).await
}

/// Runs a replay of other days.
pub async fn replay_days(
    (from, to): (&str, &str),
    source: &str,
    config: &Value,
    upstream: &Upstream,
    further: &[&str],
) -> Replayed {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("config.json");
    std::fs::write(&path, config.to_string()).unwrap();
    let server = testing::server();
    let database = server.superuser_url(&server.create_database().await);
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_dpo-pipeline"));
    command.args([
        "replay",
        "--source",
        source,
        "--upstream",
        &upstream.url(),
        "--database",
        database.expose_secret(),
    ]);
    command
        .args(["--from", from, "--to", to, "--config"])
        .arg(&path)
        .args(further);
    let output = command.stdin(Stdio::null()).output().await.unwrap();
    assert_eq!(
        schemas_left(&database).await,
        0,
        "the throwaway schema is dropped"
    );
    let stdout = String::from_utf8(output.stdout).unwrap();
    let lines = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    Replayed {
        lines,
        status: output.status.code().unwrap(),
        log: String::from_utf8_lossy(&output.stderr).into_owned(),
        stdout,
    }
}

/// How many schemas of replays are left in the database.
async fn schemas_left(database: &SecretString) -> i64 {
    let mut connection = sqlx::PgConnection::connect(database.expose_secret())
        .await
        .unwrap();
    let query = "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 't\\_%'";
    sqlx::query_scalar(query)
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

pub const TOKEN: &str = r#"{"access_token": "ya29.canary-access-token", "expires_in": 3599, "scope": "s", "token_type": "Bearer"}"#;
