//! The API as a signed-in person uses it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use crate::cells::{Cell, Figures};
use crate::workbench::http_client;

/// A session of one user in one organization.
#[derive(Clone)]
pub struct DashboardSession {
    base: String,
    cookie: String,
    http: reqwest::Client,
}

/// What `GET /figures` asks for.
#[derive(Debug, Clone)]
pub struct FiguresQuery<'a> {
    pub source: &'a str,
    pub account: &'a str,
    pub level: &'a str,
    pub grain: &'a str,
    pub from: &'a str,
    pub to: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    rows: Vec<Row>,
    next_cursor: Option<String>,
    archived: Vec<Archived>,
}

#[derive(Deserialize)]
struct Row {
    date: String,
    hour: Option<u8>,
    entity: String,
    metrics: BTreeMap<String, String>,
}

/// Days that an answer named as archived, inclusive.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
pub struct Archived {
    pub from: String,
    pub to: String,
}

impl DashboardSession {
    /// Signs in.
    ///
    /// # Panics
    /// With the API's answer when it refuses.
    pub async fn login(base: &str, email: &str, password: &str) -> Self {
        let http = http_client();
        let answer = http
            .post(format!("{base}/api/v1/session"))
            .header("origin", base)
            .json(&json!({"email": email, "password": password}))
            .send()
            .await
            .expect("the API answers");
        let status = answer.status();
        let cookie = answer
            .headers()
            .get("set-cookie")
            .and_then(|value| value.to_str().ok())
            .map(first_pair);
        let body = answer.text().await.unwrap_or_default();
        assert!(
            status.is_success(),
            "login of {email} was refused: {status} {body}"
        );
        Self {
            base: base.to_owned(),
            cookie: cookie.expect("a login sets a cookie"),
            http,
        }
    }

    /// Asks any route of the API; returns the status and the body.
    pub async fn get(&self, path: &str, query: &[(&str, &str)]) -> (u16, String) {
        self.ask(path, query).await.expect("the API answers")
    }

    async fn ask(&self, path: &str, query: &[(&str, &str)]) -> reqwest::Result<(u16, String)> {
        let request = self
            .http
            .get(format!("{}/api/v1{path}", self.base))
            .query(query)
            .header("cookie", &self.cookie);
        let answer = request.send().await?;
        Ok((answer.status().as_u16(), answer.text().await?))
    }

    /// All pages of exact cells, and the ranges that were named as archived.
    ///
    /// # Panics
    /// With the API's answer when it refuses.
    pub async fn figures(&self, query: &FiguresQuery<'_>) -> (Figures, Vec<Archived>) {
        let answered = self.try_figures(query).await;
        answered.unwrap_or_else(|refusal| panic!("{query:?}: {refusal}"))
    }

    /// All pages of exact cells, and the ranges that were named as archived.
    ///
    /// # Errors
    /// The API's answer when it refuses, or why there is none.
    pub async fn try_figures(
        &self,
        query: &FiguresQuery<'_>,
    ) -> Result<(Figures, Vec<Archived>), String> {
        let mut figures = Figures::default();
        let mut cursor: Option<String> = None;
        loop {
            let page = self.page(query, cursor.as_deref()).await?;
            for row in page.rows {
                add(&mut figures, query, row);
            }
            cursor = page.next_cursor;
            if cursor.is_none() {
                return Ok((figures, page.archived));
            }
        }
    }

    async fn page(&self, query: &FiguresQuery<'_>, cursor: Option<&str>) -> Result<Page, String> {
        let FiguresQuery {
            source,
            account,
            level,
            grain,
            from,
            to,
        } = query;
        let mut pairs = vec![
            ("source", *source),
            ("account", account),
            ("level", level),
            ("grain", grain),
            ("from", from),
            ("to", to),
            ("limit", "5000"),
        ];
        pairs.extend(cursor.map(|cursor| ("cursor", cursor)));
        let answered = self.ask("/figures", &pairs).await;
        let (status, body) = answered.map_err(|error| error.to_string())?;
        if status != 200 {
            return Err(format!("{status} {body}"));
        }
        serde_json::from_str(&body).map_err(|error| format!("{error} in {body}"))
    }
}

fn add(figures: &mut Figures, query: &FiguresQuery<'_>, row: Row) {
    for (metric, value) in row.metrics {
        let cell = Cell {
            source: query.source.to_owned(),
            account: query.account.to_owned(),
            level: query.level.to_owned(),
            id: row.entity.clone(),
            date: row.date.clone(),
            hour: row.hour,
            metric,
        };
        figures.add(cell, value.parse().expect("figures are decimals"));
    }
}

fn first_pair(cookie: &str) -> String {
    cookie.split(';').next().unwrap_or_default().to_owned()
}
