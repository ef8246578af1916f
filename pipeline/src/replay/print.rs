//! The JSON lines.

use std::collections::BTreeMap;
use std::io::Write as _;

use dpo_warehouse::Tenant;
use dpo_warehouse::inspect::{self, Aggregate, LandedFact, LandedRecord};
use dpo_warehouse::model::{EntityRow, Metrics, canonical};
use serde::Serialize;
use serde_json::value::RawValue;

use super::ReplayError;
use crate::frame::pull::DateRange;
use crate::sync::{Report, StreamFailure};

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Line<'a> {
    Raw {
        stream: &'a str,
        account: &'a str,
        key: &'a str,
        date: String,
        payload: Option<&'a RawValue>,
    },
    Entity(&'a EntityRow),
    Ledger {
        key: &'a str,
        date: String,
        hour: i16,
        account: &'a str,
        stream: &'a str,
        kind: &'a str,
        instant: &'a str,
        currency: &'a str,
        metrics: Option<&'a RawValue>,
        attributes: Option<&'a RawValue>,
    },
    Flag {
        stream: &'a str,
        account: &'a str,
        date: String,
        flag: &'a str,
    },
    Hourly(Bucket<'a>),
    Daily(Bucket<'a>),
    Outcome {
        pass: u32,
        class: &'a str,
        wait_seconds: Option<u64>,
        retry: bool,
        pages: u64,
        errors: Vec<Error<'a>>,
        message: Option<String>,
    },
}

#[derive(Serialize)]
struct Bucket<'a> {
    date: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hour: Option<i16>,
    account: &'a str,
    level: &'a str,
    id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    breakdown: &'a str,
    currency: Option<&'a str>,
    metrics: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct Error<'a> {
    stream: &'a str,
    account: &'a str,
    class: &'a str,
    scope: &'a str,
    reason: &'a str,
    wait_seconds: Option<u64>,
    message: &'a str,
}

/// Prints everything that landed; of event streams the days inside the window.
pub async fn landed(tenant: &Tenant, window: DateRange) -> Result<(), ReplayError> {
    let mut out = Output::default();
    for record in inspect::records(tenant).await? {
        out.line(&raw(&record))?;
    }
    for entity in inspect::entities(tenant).await? {
        out.line(&Line::Entity(&entity))?;
    }
    for fact in inspect::facts(tenant)
        .await?
        .iter()
        .filter(|fact| window.contains(fact.date))
    {
        out.line(&ledger(fact))?;
    }
    for flag in inspect::flags(tenant).await? {
        out.line(&Line::Flag {
            stream: &flag.stream,
            account: &flag.account,
            date: flag.date.to_string(),
            flag: &flag.flag,
        })?;
    }
    for row in inspect::hours(tenant)
        .await?
        .iter()
        .filter(|row| window.contains(row.date))
    {
        out.line(&Line::Hourly(bucket(row)))?;
    }
    for row in inspect::days(tenant)
        .await?
        .iter()
        .filter(|row| window.contains(row.date))
    {
        out.line(&Line::Daily(bucket(row)))?;
    }
    out.finish()
}

/// Prints how a pass ended.
pub fn outcome(pass: u32, report: &Report) -> Result<(), ReplayError> {
    let mut out = Output::default();
    out.line(&Line::Outcome {
        pass,
        class: report.class().into(),
        wait_seconds: report.wait_seconds(),
        retry: report.retry(),
        pages: report.pages,
        errors: report.failures.iter().map(error).collect(),
        message: report.message(),
    })?;
    out.finish()
}

/// Lines are gathered, so that a closed pipe is noticed and a terminal is not flooded with small writes.
#[derive(Default)]
struct Output(Vec<u8>);

impl Output {
    fn line(&mut self, line: &Line<'_>) -> Result<(), ReplayError> {
        serde_json::to_writer(&mut self.0, line).map_err(std::io::Error::from)?;
        self.0.push(b'\n');
        if self.0.len() > 1 << 16 {
            std::io::stdout().write_all(&std::mem::take(&mut self.0))?;
        }
        Ok(())
    }

    fn finish(self) -> Result<(), ReplayError> {
        let mut stdout = std::io::stdout();
        stdout.write_all(&self.0)?;
        Ok(stdout.flush()?)
    }
}

fn json(text: &str) -> Option<&RawValue> {
    serde_json::from_str(text).ok()
}

fn raw(record: &LandedRecord) -> Line<'_> {
    let LandedRecord {
        account,
        stream,
        date,
        key,
        payload,
    } = record;
    Line::Raw {
        stream,
        account,
        key,
        date: date.to_string(),
        payload: json(payload),
    }
}

fn ledger(fact: &LandedFact) -> Line<'_> {
    Line::Ledger {
        key: &fact.key,
        date: fact.date.to_string(),
        hour: fact.hour,
        account: &fact.account,
        stream: &fact.stream,
        kind: &fact.kind,
        instant: &fact.instant,
        currency: &fact.currency,
        metrics: json(&fact.metrics),
        attributes: json(&fact.attributes),
    }
}

fn bucket(row: &Aggregate) -> Bucket<'_> {
    Bucket {
        date: row.date.to_string(),
        hour: row.hour,
        account: &row.account,
        level: &row.level,
        id: &row.entity,
        breakdown: &row.breakdown,
        currency: row.currency.as_deref(),
        metrics: decimals(&row.metrics),
    }
}

fn decimals(metrics: &Metrics) -> BTreeMap<&'static str, String> {
    metrics
        .iter()
        .map(|(metric, value)| (metric.name(), canonical(value)))
        .collect()
}

fn error(failure: &StreamFailure) -> Error<'_> {
    Error {
        stream: &failure.stream,
        account: &failure.account,
        class: failure.class.into(),
        scope: failure.scope.into(),
        reason: failure.reason.into(),
        wait_seconds: failure.wait.map(|wait| wait.as_secs()),
        message: &failure.sentence,
    }
}
