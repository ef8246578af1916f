//! The simulated platforms: their clock, their faults, and the truth computed from the business itself.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cells::{Cell, Figures};

/// A client of the simulator's control API.
#[derive(Clone)]
pub struct Simulator {
    base: String,
    http: reqwest::Client,
}

#[derive(Deserialize)]
struct Row {
    source: String,
    account: String,
    level: String,
    id: String,
    date: String,
    hour: Option<u8>,
    metrics: std::collections::BTreeMap<String, String>,
}

impl Simulator {
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), http: reqwest::Client::new() }
    }

    /// What a business really did between two local dates, inclusive.
    pub async fn truth(&self, business: &str, source: &str, from: &str, to: &str, grain: &str) -> Figures {
        let query = [("business", business), ("source", source), ("from", from), ("to", to), ("grain", grain)];
        let answer = self.http.get(format!("{}/truth", self.base)).query(&query).send().await.expect("the simulator answers");
        let rows: Value = answer.error_for_status().expect("the truth is told").json().await.expect("the truth is JSON");
        let rows = rows.get("rows").cloned().unwrap_or(rows);
        figures(serde_json::from_value(rows).expect("the truth has rows"))
    }

    /// Takes something planned back.
    pub async fn delete(&self, path: &str) {
        let answer = self.http.delete(format!("{}/_control/{path}", self.base)).send().await.expect("the simulator answers");
        assert!(answer.status().is_success(), "the simulator refused to delete {path}");
    }

    /// Sets the platforms' clock.
    pub async fn set_clock(&self, now: Timestamp) {
        self.control("clock", &json!({"now": now.to_string()})).await;
    }

    /// Posts to one of the simulator's control endpoints and returns its answer.
    ///
    /// # Panics
    /// When the simulator refuses.
    pub async fn control(&self, endpoint: &str, body: &Value) -> Value {
        let answer = self.http.post(format!("{}/_control/{endpoint}", self.base)).json(body).send().await.expect("the simulator answers");
        let status = answer.status();
        let text = answer.text().await.unwrap_or_default();
        assert!(status.is_success(), "the simulator refused {endpoint} {body}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }
}

fn figures(rows: Vec<Row>) -> Figures {
    let mut figures = Figures::default();
    for row in rows {
        for (metric, value) in row.metrics {
            let cell = Cell {
                source: row.source.clone(),
                account: row.account.clone(),
                level: row.level.clone(),
                id: row.id.clone(),
                date: row.date.clone(),
                hour: row.hour,
                metric,
            };
            figures.add(cell, value.parse().expect("the truth is a decimal"));
        }
    }
    figures
}
