//! A tenant, a small window source and a small shop.

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use sqlx::Row as _;

use crate::Tenant;
use crate::landing::{EventPull, Landed, WindowPull, land_events, land_window, upsert_entities};
use crate::metrics::Metric;
use crate::model::{
    AccountId, EntityRow, Fact, LedgerFact, Level, Metrics, RawRecord, Source, StreamId, StreamKey,
    WindowPartition, canonical,
};
use crate::projection::{Partition, Projection, ProjectionError};
use crate::retention::{Policy, RawPolicy};
use crate::rollup::{DEFAULT_GRACE, Recomputed, close_due, fold_due, sweep};
use crate::watermarks::Progress;

pub(crate) const ZONE: &str = "Asia/Ho_Chi_Minh";

/// One record of the window source: an entity's figures of a day or of an hour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) campaign: String,
    pub(crate) hour: Option<i8>,
    pub(crate) metrics: BTreeMap<Metric, String>,
}

pub(crate) fn row(campaign: &str, hour: Option<i8>, spend: &str, views: &str) -> Row {
    let metrics = [
        (Metric::Spend, spend.to_owned()),
        (Metric::ViewThroughConversions, views.to_owned()),
    ];
    Row {
        campaign: campaign.into(),
        hour,
        metrics: metrics.into(),
    }
}

/// Each row feeds its campaign and the account.
pub(crate) struct CampaignProjection;

impl Projection for CampaignProjection {
    fn project(
        &self,
        partition: &Partition<'_>,
        records: &[RawRecord],
    ) -> Result<Vec<Fact>, ProjectionError> {
        let mut facts = Vec::new();
        for record in records {
            let row: Row =
                serde_json::from_str(&record.payload).map_err(|error| ProjectionError {
                    stream: partition.key.stream.to_string(),
                    record: record.key.clone(),
                    reason: error.to_string(),
                })?;
            let account = (Level::Account, partition.key.account.to_string());
            for (level, entity) in [account, (Level::Campaign, row.campaign.clone())] {
                facts.push(Fact {
                    level,
                    entity,
                    breakdown: String::new(),
                    date: partition.key.date,
                    hour: row.hour,
                    currency: partition.currency.cloned(),
                    metrics: parse(&row.metrics),
                });
            }
        }
        Ok(facts)
    }
}

fn parse(texts: &BTreeMap<Metric, String>) -> Metrics {
    texts
        .iter()
        .map(|(metric, text)| (*metric, text.parse().unwrap()))
        .collect()
}

pub(crate) fn account() -> AccountId {
    "123".parse().unwrap()
}

pub(crate) fn stream(name: &'static str) -> StreamKey {
    StreamKey {
        source: Source::GoogleAds,
        account: account(),
        stream: StreamId::from_static(name),
    }
}

pub(crate) fn orders() -> StreamKey {
    StreamKey {
        source: Source::Shopify,
        account: account(),
        stream: StreamId::from_static("orders"),
    }
}

pub(crate) fn day(number: i8) -> Date {
    date(2026, 9, number)
}

pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_788_000_000 + second).unwrap()
}

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A tenant whose two accounts are known, in one zone.
pub(crate) async fn tenant_in(zone: &str) -> Tenant {
    let tenant = crate::testing::tenant(zone, "VND").await;
    for source in [Source::GoogleAds, Source::Shopify] {
        know_account(&tenant, source, zone).await;
    }
    tenant
}

pub(crate) async fn tenant() -> Tenant {
    tenant_in(ZONE).await
}

pub(crate) async fn know_account(tenant: &Tenant, source: Source, zone: &str) {
    let entity = EntityRow {
        account: account(),
        level: Level::Account,
        id: account().to_string(),
        name: Some("Saigon Coffee".into()),
        status: None,
        parent: None,
        currency: Some("VND".parse().unwrap()),
        time_zone: Some(zone.into()),
    };
    upsert_entities(tenant, source, &[entity], at(0))
        .await
        .unwrap();
}

pub(crate) fn partition(date: Date, rows: &[Row]) -> WindowPartition {
    let record = |row: &Row| RawRecord {
        key: format!("{}/{:?}", row.campaign, row.hour),
        payload: serde_json::to_string(row).unwrap(),
    };
    WindowPartition {
        date,
        records: rows.iter().map(record).collect(),
        flags: vec![],
    }
}

/// Lands one pull of a window stream: these days with these rows.
pub(crate) async fn land(
    tenant: &Tenant,
    name: &'static str,
    second: i64,
    days: &[(Date, &[Row])],
) -> Landed {
    let pull = WindowPull {
        stream: stream(name),
        fetched_at: at(second),
        partitions: days
            .iter()
            .map(|(date, rows)| partition(*date, rows))
            .collect(),
        progress: Progress::default(),
    };
    land_window(tenant, pull).await.unwrap()
}

pub(crate) fn order(key: &str, date: Date, hour: i8, revenue: &str, version: i64) -> LedgerFact {
    LedgerFact {
        stream: StreamId::from_static("orders"),
        key: key.into(),
        kind: "order".into(),
        instant: at(0),
        date,
        hour,
        currency: "VND".parse().unwrap(),
        metrics: [
            (Metric::Orders, BigDecimal::from(1)),
            (Metric::Revenue, revenue.parse().unwrap()),
        ]
        .into(),
        attributes: BTreeMap::new(),
        customer_key: None,
        version: at(version),
        removed: false,
    }
}

/// Lands the first day of the ads account, its hours, and orders of the shop.
pub(crate) async fn land_a_day(tenant: &Tenant, orders: Vec<LedgerFact>) {
    for (stream, hour) in [("daily", None), ("hourly", Some(9))] {
        let row = row("7", hour, "1.5", "2");
        land(tenant, stream, 1, &[(day(1), &[row])]).await;
    }
    land_orders(tenant, orders).await;
}

/// Lands one pull of the shop.
pub(crate) async fn land_orders(tenant: &Tenant, facts: Vec<LedgerFact>) -> Landed {
    let record = |fact: &LedgerFact| RawRecord {
        key: fact.key.clone(),
        payload: format!("{{\"id\":{:?}}}", fact.key),
    };
    let pull = EventPull {
        stream: orders(),
        fetched_at: at(0),
        landing_date: day(20),
        records: facts.iter().map(record).collect(),
        facts,
        sweep: None,
        progress: Progress::default(),
    };
    land_events(tenant, pull).await.unwrap()
}

pub(crate) async fn compute(tenant: &Tenant) -> Recomputed {
    sweep(tenant, &CampaignProjection, at(0)).await.unwrap()
}

pub(crate) async fn close_and_fold(tenant: &Tenant, now: Timestamp) {
    close_due(tenant, now, DEFAULT_GRACE).await.unwrap();
    fold_due(tenant, now, 0).await.unwrap();
}

/// A daily row as text: `campaign 7 2026-09-01 provisional spend=1.5 view_through_conversions=2`.
pub(crate) async fn days(tenant: &Tenant) -> Vec<String> {
    figures(
        tenant,
        "SELECT *, NULL::smallint AS hour, status AS note FROM {schema}.daily_aggregates",
    )
    .await
}

/// An hourly row as text, with `h<hour>` in the place of the status.
pub(crate) async fn hours(tenant: &Tenant) -> Vec<String> {
    figures(
        tenant,
        "SELECT *, 'h' || hour AS note FROM {schema}.hourly_aggregates",
    )
    .await
}

/// A folded profile as text.
pub(crate) async fn profiles(tenant: &Tenant) -> Vec<String> {
    let sql = "SELECT level || ' ' || entity || ' ' || date || ' ' || hours::text AS line FROM {schema}.hour_profiles";
    let rows = sqlx::query(tenant.sql(sql))
        .fetch_all(tenant.pool())
        .await
        .unwrap();
    let mut lines: Vec<String> = rows.iter().map(|row| row.get("line")).collect();
    lines.sort();
    lines
}

async fn figures(tenant: &Tenant, sql: &'static str) -> Vec<String> {
    let rows = sqlx::query(tenant.sql(sql))
        .fetch_all(tenant.pool())
        .await
        .unwrap();
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    lines.sort();
    lines
}

fn line(row: &sqlx::postgres::PgRow) -> String {
    let (level, entity): (String, String) = (row.get("level"), row.get("entity"));
    let date: jiff_sqlx::Date = row.get("date");
    let note: String = row.get("note");
    let metrics = crate::rollup::read_metrics(row).unwrap();
    let texts: Vec<String> = metrics
        .iter()
        .map(|(metric, value)| format!("{}={}", metric.name(), canonical(value)))
        .collect();
    format!(
        "{level} {entity} {} {note} {}",
        date.to_jiff(),
        texts.join(" ")
    )
}

/// The one number that a query gives.
pub(crate) async fn count(tenant: &Tenant, sql: &'static str) -> i64 {
    sqlx::query(tenant.sql(sql))
        .fetch_one(tenant.pool())
        .await
        .unwrap()
        .get(0)
}

/// Waits until a statement about this tenant waits for another's lock.
pub(crate) async fn somebody_waits(tenant: &Tenant) {
    let waiting = "SELECT count(*) FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND query LIKE '%{schema}%'";
    for _ in 0..1_000 {
        if count(tenant, waiting).await > 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("nobody waits for a lock");
}

/// A policy that lets raw payloads go at once and keeps days for ever.
pub(crate) fn policy() -> Policy {
    let raw = RawPolicy {
        delete_after_days: None,
        backup_required: false,
        backup_keep_days: None,
        backup_storage_class: None,
    };
    Policy {
        raw,
        hourly_keep_days: 0,
        daily_keep_days: 365,
        archive: None,
        legal_hold: false,
    }
}

/// Runs a statement.
pub(crate) async fn execute(tenant: &Tenant, sql: &'static str) {
    sqlx::query(tenant.sql(sql))
        .execute(tenant.pool())
        .await
        .unwrap();
}

/// Every row of the tenant's tables as text, without the times at which marks were made and the store's own tags.
pub(crate) async fn dump(tenant: &Tenant) -> Vec<String> {
    let mut lines = Vec::new();
    for (table, sql) in TABLES {
        let rows = sqlx::query(tenant.sql(sql))
            .fetch_all(tenant.pool())
            .await
            .unwrap();
        lines.extend(
            rows.iter()
                .map(|row| format!("{table}: {}", row.get::<String, _>(0))),
        );
    }
    lines.sort();
    lines
}

const TABLES: [(&str, &str); 11] = [
    (
        "raw_records",
        "SELECT to_jsonb(t)::text FROM {schema}.raw_records t",
    ),
    (
        "partition_digests",
        "SELECT to_jsonb(t)::text FROM {schema}.partition_digests t",
    ),
    ("ledger", "SELECT to_jsonb(t)::text FROM {schema}.ledger t"),
    (
        "archived_ledger_keys",
        "SELECT to_jsonb(t)::text FROM {schema}.archived_ledger_keys t",
    ),
    (
        "touched_days",
        "SELECT (to_jsonb(t) - 'touched_at')::text FROM {schema}.touched_days t",
    ),
    (
        "hourly_aggregates",
        "SELECT to_jsonb(t)::text FROM {schema}.hourly_aggregates t",
    ),
    (
        "hour_profiles",
        "SELECT to_jsonb(t)::text FROM {schema}.hour_profiles t",
    ),
    (
        "daily_aggregates",
        "SELECT to_jsonb(t)::text FROM {schema}.daily_aggregates t",
    ),
    (
        "account_days",
        "SELECT to_jsonb(t)::text FROM {schema}.account_days t",
    ),
    (
        "watermarks",
        "SELECT (to_jsonb(t) - 'tenant')::text FROM {control}.watermarks t",
    ),
    (
        "archive_manifest",
        "SELECT (to_jsonb(t) - 'tenant' - 'entity_tag')::text FROM {control}.archive_manifest t",
    ),
];
