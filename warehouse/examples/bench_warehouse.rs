//! Measures landing and computing against COPY on a real Postgres: `make bench`. Each line of output is one JSON object
//! of a repetition: figure, value, unit, the peer it is held against, and the ratio to that peer in the same repetition.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use dpo_warehouse::Tenant;
use dpo_warehouse::landing::{WindowPull, land_window};
use dpo_warehouse::metrics::Metric;
use dpo_warehouse::model::{
    AccountId, Fact, Level, RawRecord, Source, StreamId, StreamKey, WindowPartition,
};
use dpo_warehouse::projection::{Partition, Projection, ProjectionError};
use dpo_warehouse::rollup::sweep;
use dpo_warehouse::testing::{server, tenant};
use dpo_warehouse::watermarks::Progress;
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan as _};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

const DAYS: usize = 28;
const REPETITIONS: u32 = 3;

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let rows: usize = std::env::args()
        .nth(1)
        .map_or(Ok(56_000), |text| text.parse())?;
    for repetition in 1..=REPETITIONS {
        let tenant = tenant("UTC", "USD").await;
        let floor = rate(rows, copy(&pull(rows, repetition)?).await?);
        let steps = [
            ("copy", floor),
            (
                "ingest_changed",
                rate(rows, land(&tenant, pull(rows, 0)?).await?),
            ),
            (
                "ingest_replaced",
                rate(rows, land(&tenant, pull(rows, repetition)?).await?),
            ),
            (
                "reread_unchanged",
                rate(rows, land(&tenant, pull(rows, repetition)?).await?),
            ),
            ("rollup", rate(rows, compute(&tenant).await?)),
        ];
        for (figure, value) in steps {
            let ratio = (value / floor * 1000.0).round() / 1000.0;
            let line = json!({"figure": figure, "value": value, "unit": "rows/s", "peer": "COPY into a table of the same form", "ratio": ratio,
                "rows": rows, "repetition": repetition});
            println!("{line}");
        }
        tenant.drop_throwaway().await?;
    }
    Ok(())
}

fn rate(rows: usize, elapsed: Duration) -> f64 {
    let rows = u32::try_from(rows).unwrap_or(u32::MAX);
    (f64::from(rows) / elapsed.as_secs_f64()).round()
}

async fn land(tenant: &Tenant, pull: WindowPull) -> Result<Duration, Failure> {
    let begun = Instant::now();
    land_window(tenant, pull).await?;
    Ok(begun.elapsed())
}

async fn compute(tenant: &Tenant) -> Result<Duration, Failure> {
    let begun = Instant::now();
    let done = sweep(tenant, &Campaigns, Timestamp::now()).await?;
    if done.partitions != DAYS as u64 {
        return Err(format!("{} partitions were computed, not {DAYS}", done.partitions).into());
    }
    Ok(begun.elapsed())
}

/// The same rows by COPY alone into a table of the same form: what the server can take at most.
async fn copy(pull: &WindowPull) -> Result<Duration, Failure> {
    let url = server().superuser_url("postgres");
    let mut connection = PgConnection::connect(url.expose_secret()).await?;
    let table = "CREATE TEMPORARY TABLE floor (source text, account text, stream text, date date, key text, payload text,
        fetched_at timestamptz, PRIMARY KEY (source, account, stream, date, key))";
    sqlx::query(table).execute(&mut connection).await?;
    let mut text = String::new();
    for partition in &pull.partitions {
        for record in &partition.records {
            writeln!(
                text,
                "google_ads\t123\tdaily\t{}\t{}\t{}\t{}",
                partition.date, record.key, record.payload, pull.fetched_at
            )?;
        }
    }
    let begun = Instant::now();
    let mut sink = connection.copy_in_raw("COPY floor FROM STDIN").await?;
    sink.send(text.as_bytes()).await?;
    sink.finish().await?;
    Ok(begun.elapsed())
}

/// 28 days of campaign rows by device, about 390 bytes each, which differ from one version to the next.
fn pull(rows: usize, version: u32) -> Result<WindowPull, Failure> {
    let first: Date = date(2026, 9, 1);
    let partitions = (0..DAYS).map(|day| {
        let records = (0..rows / DAYS)
            .map(|index| record(index, version))
            .collect();
        Ok(WindowPartition {
            date: first.checked_add(i64::try_from(day)?.days())?,
            records,
            flags: vec![],
        })
    });
    Ok(WindowPull {
        stream: StreamKey {
            source: Source::GoogleAds,
            account: "123".parse::<AccountId>()?,
            stream: StreamId::from_static("daily"),
        },
        fetched_at: Timestamp::now(),
        partitions: partitions.collect::<Result<_, Failure>>()?,
        progress: Progress::default(),
    })
}

fn record(index: usize, version: u32) -> RawRecord {
    let metrics = json!({"impressions": (index * 7 % 9973).to_string(), "clicks": (index % 311).to_string(), "spend": format!("{}.{:02}", index % 97, version)});
    let campaign = index % 40;
    let payload = json!({"campaign": {"id": campaign.to_string(), "resourceName": format!("customers/1234567890/campaigns/{campaign}"),
        "name": format!("Campaign of the season number {campaign}"), "status": "ENABLED", "advertisingChannelType": "PERFORMANCE_MAX"},
        "segments": {"device": "MOBILE", "adNetworkType": "SEARCH_PARTNERS", "slot": index}, "metrics": metrics});
    RawRecord {
        key: format!("campaign-{campaign}/{index}"),
        payload: payload.to_string(),
    }
}

struct Campaigns;

impl Projection for Campaigns {
    fn project(
        &self,
        partition: &Partition<'_>,
        records: &[RawRecord],
    ) -> Result<Vec<Fact>, ProjectionError> {
        records
            .iter()
            .map(|record| fact(partition, record))
            .collect()
    }
}

fn fact(partition: &Partition<'_>, record: &RawRecord) -> Result<Fact, ProjectionError> {
    let fault = |reason: String| ProjectionError {
        stream: "daily".into(),
        record: record.key.clone(),
        reason,
    };
    let payload: Value =
        serde_json::from_str(&record.payload).map_err(|error| fault(error.to_string()))?;
    let text = |pointer: &str| {
        payload
            .pointer(pointer)
            .and_then(Value::as_str)
            .ok_or_else(|| fault(pointer.to_owned()))
    };
    let metric = |metric: Metric| {
        let value = text(&format!("/metrics/{metric}"))?.parse();
        Ok((metric, value.map_err(|_| fault(metric.to_string()))?))
    };
    let metrics = [Metric::Impressions, Metric::Clicks, Metric::Spend].map(metric);
    Ok(Fact {
        level: Level::Campaign,
        entity: text("/campaign/id")?.to_owned(),
        breakdown: String::new(),
        date: partition.key.date,
        hour: None,
        currency: None,
        metrics: metrics
            .into_iter()
            .collect::<Result<_, ProjectionError>>()?,
    })
}
