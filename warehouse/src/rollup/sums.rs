//! Sums of the ledger for one account and day.

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::postgres::PgRow;
use sqlx::{Postgres, Row as _, Transaction};

use super::Bucket;
use crate::database::{DatabaseError, Tenant};
use crate::metrics::Metric;
use crate::model::{AccountId, Level, Metrics, Source};

/// The account's day and its hours, each summed from the facts by itself.
pub(super) async fn ledger_buckets(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    source: Source,
    account: &AccountId,
    date: Date,
) -> Result<BTreeMap<Bucket, Metrics>, DatabaseError> {
    let rows = sqlx::query(tenant.sql(
        "SELECT l.currency, l.hour, m.key AS metric, sum(m.value::numeric) AS value
         FROM {schema}.ledger l CROSS JOIN LATERAL jsonb_each_text(l.metrics) m
         WHERE l.source = $1 AND l.account = $2 AND l.date = $3 AND NOT l.removed
         GROUP BY GROUPING SETS ((l.currency, m.key), (l.currency, l.hour, m.key))",
    ))
    .bind(source.as_ref())
    .bind(account.as_str())
    .bind(date.to_sqlx())
    .fetch_all(&mut **tx)
    .await?;
    let mut buckets: BTreeMap<Bucket, Metrics> = BTreeMap::new();
    for row in &rows {
        let (bucket, metric, value) = read(row, account)?;
        buckets.entry(bucket).or_default().insert(metric, value);
    }
    Ok(buckets)
}

fn read(row: &PgRow, account: &AccountId) -> Result<(Bucket, Metric, BigDecimal), sqlx::Error> {
    let metric: String = row.try_get("metric")?;
    let metric = metric
        .parse()
        .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    let currency: String = row.try_get("currency")?;
    let hour: Option<i16> = row.try_get("hour")?;
    let bucket = Bucket {
        level: Level::Account,
        entity: account.to_string(),
        breakdown: String::new(),
        hour: hour.and_then(|hour| i8::try_from(hour).ok()),
        currency: currency.parse().ok(),
    };
    Ok((bucket, metric, row.try_get("value")?))
}
