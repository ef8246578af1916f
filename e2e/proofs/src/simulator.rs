//! The simulated platforms: their clock, their faults, and the truth computed from the business itself.

use jiff::{Span, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cells::{Cell, Figures};
use crate::tenants::Tenant;
use crate::workbench::http_client;

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
        Self {
            base: base.trim_end_matches('/').to_owned(),
            http: http_client(),
        }
    }

    /// What a business really did between two local dates, inclusive.
    pub async fn truth(
        &self,
        business: &str,
        source: &str,
        from: &str,
        to: &str,
        grain: &str,
    ) -> Figures {
        self.told(&[
            ("business", business),
            ("source", source),
            ("from", from),
            ("to", to),
            ("grain", grain),
        ])
        .await
    }

    /// Whether no order was touched in the two minutes before `at`, which the platforms' clock must show. Shops are read up to a minute before
    /// the clock, so only at such a moment must the figures be those of the clock.
    pub async fn shops_are_still(&self, tenants: &[Tenant], at: Timestamp) -> bool {
        let since = (at - Span::new().minutes(2)).strftime("%FT%TZ");
        let query = format!(
            "{{ orders(first: 1, query: \"updated_at:>='{since}'\") {{ nodes {{ id }} }} }}"
        );
        let shops = tenants
            .iter()
            .flat_map(|tenant| &tenant.sources)
            .filter(|source| source.source == "shopify");
        for shop in shops {
            let answer = self
                .http
                .post(format!("{}/admin/api/2026-10/graphql.json", self.base))
                .header("x-forwarded-host", &shop.accounts[0])
                .header("x-shopify-access-token", &shop.credentials["access_token"])
                .json(&json!({"query": query}))
                .send()
                .await
                .expect("the shop answers");
            let orders: Value = answer.json().await.expect("the shop answers JSON");
            let touched = orders["data"]["orders"]["nodes"]
                .as_array()
                .expect("the shop lists its orders");
            if !touched.is_empty() {
                return false;
            }
        }
        true
    }

    async fn told(&self, query: &[(&str, &str)]) -> Figures {
        let answer = self
            .http
            .get(format!("{}/truth", self.base))
            .query(query)
            .send()
            .await
            .expect("the simulator answers");
        let rows: Value = answer
            .error_for_status()
            .expect("the truth is told")
            .json()
            .await
            .expect("the truth is JSON");
        let rows = rows.get("rows").cloned().unwrap_or(rows);
        figures(serde_json::from_value(rows).expect("the truth has rows"))
    }

    /// Takes something planned back.
    pub async fn delete(&self, path: &str) {
        let answer = self
            .http
            .delete(format!("{}/_control/{path}", self.base))
            .send()
            .await
            .expect("the simulator answers");
        assert!(
            answer.status().is_success(),
            "the simulator refused to delete {path}"
        );
    }

    /// Sets the platforms' clock.
    pub async fn set_clock(&self, now: Timestamp) {
        self.control("clock", &json!({"now": now.to_string()}))
            .await;
    }

    /// Posts to one of the simulator's control endpoints and returns its answer.
    ///
    /// # Panics
    /// When the simulator refuses.
    pub async fn control(&self, endpoint: &str, body: &Value) -> Value {
        let answer = self
            .http
            .post(format!("{}/_control/{endpoint}", self.base))
            .json(body)
            .send()
            .await
            .expect("the simulator answers");
        let status = answer.status();
        let text = answer.text().await.unwrap_or_default();
        assert!(
            status.is_success(),
            "the simulator refused {endpoint} {body}: {status} {text}"
        );
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
