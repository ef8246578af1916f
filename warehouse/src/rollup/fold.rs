//! Folding: the hours of a closed day move into one compact profile an entity.

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use jiff_sqlx::{Date as SqlDate, ToSqlx as _};
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{Postgres, Row as _, Transaction};

use super::account::account_zones;
use super::profile::fold;
use super::rows::Target;
use super::{AccountRef, Bucket};
use crate::database::{DatabaseError, Tenant};
use crate::kill_point;
use crate::metrics::{CORE_COLUMNS, Metric};
use crate::model::{Metrics, PartitionKey, StreamId};

/// Folds the hours of every closed day that is more than `keep_days` before the account's today (0: all closed days).
/// Gives the number of folded days.
///
/// # Errors
/// Where the database fails.
pub async fn fold_due(
    tenant: &Tenant,
    now: Timestamp,
    keep_days: u32,
) -> Result<u64, DatabaseError> {
    let mut folded = 0;
    for account in account_zones(tenant).await? {
        let today = now.to_zoned(account.time_zone.clone()).date();
        let newest = today
            .checked_sub(i64::from(keep_days).days())
            .unwrap_or(Date::MIN);
        let reference = (account.source, &account.account);
        for date in unfolded_days(tenant, reference, newest).await? {
            folded += u64::from(fold_day(tenant, reference, date, now).await?);
        }
    }
    Ok(folded)
}

async fn unfolded_days(
    tenant: &Tenant,
    account: AccountRef<'_>,
    newest: Date,
) -> Result<Vec<Date>, DatabaseError> {
    let rows = sqlx::query(tenant.sql(
        "SELECT date FROM {schema}.account_days
         WHERE source = $1 AND account = $2 AND date <= $3 AND state = 'closed' AND hours_folded_at IS NULL
         ORDER BY date",
    ))
    .bind(account.0.as_ref())
    .bind(account.1.as_str())
    .bind(newest.to_sqlx())
    .fetch_all(tenant.pool())
    .await?;
    Ok(rows
        .iter()
        .map(|row| Ok(row.try_get::<SqlDate, _>("date")?.to_jiff()))
        .collect::<Result<_, sqlx::Error>>()?)
}

/// Folds the hours of one closed day; `false` where it is not closed or is folded already.
///
/// # Errors
/// Where the database fails.
pub async fn fold_day(
    tenant: &Tenant,
    account: AccountRef<'_>,
    date: Date,
    now: Timestamp,
) -> Result<bool, DatabaseError> {
    let mut tx = tenant.begin().await?;
    let marked = sqlx::query(tenant.sql(
        "UPDATE {schema}.account_days SET hours_folded_at = $4
         WHERE source = $1 AND account = $2 AND date = $3 AND state = 'closed' AND hours_folded_at IS NULL",
    ))
    .bind(account.0.as_ref())
    .bind(account.1.as_str())
    .bind(date.to_sqlx())
    .bind(now.to_sqlx())
    .execute(&mut *tx)
    .await?;
    if marked.rows_affected() == 0 {
        return Ok(false);
    }
    for (stream, hours) in take_hours(&mut tx, tenant, account, date).await? {
        let partition = PartitionKey {
            source: account.0,
            account: account.1.clone(),
            stream,
            date,
        };
        let target = Target {
            tenant,
            partition: &partition,
            computed_at: now,
        };
        target.replace_profiles(&mut tx, &fold(hours)).await?;
    }
    kill_point("fold.before_commit");
    tx.commit().await?;
    kill_point("fold.after_commit");
    Ok(true)
}

/// Takes the hourly rows of one day out of their table, by stream.
async fn take_hours(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    account: AccountRef<'_>,
    date: Date,
) -> Result<BTreeMap<StreamId, Vec<(Bucket, Metrics)>>, DatabaseError> {
    let rows = sqlx::query(tenant.sql(
        "DELETE FROM {schema}.hourly_aggregates WHERE source = $1 AND account = $2 AND date = $3
         RETURNING stream, level, entity, breakdown, hour, currency, impressions, clicks, spend, conversions,
             conversions_value, sessions, orders, revenue, refunds, extra",
    ))
    .bind(account.0.as_ref())
    .bind(account.1.as_str())
    .bind(date.to_sqlx())
    .fetch_all(&mut **tx)
    .await?;
    let mut streams: BTreeMap<StreamId, Vec<(Bucket, Metrics)>> = BTreeMap::new();
    for row in &rows {
        streams
            .entry(row.try_get::<String, _>("stream")?.into())
            .or_default()
            .push(read_hour(row)?);
    }
    Ok(streams)
}

fn read_hour(row: &PgRow) -> Result<(Bucket, Metrics), sqlx::Error> {
    let decode = |error: strum::ParseError| sqlx::Error::Decode(Box::new(error));
    let currency: Option<String> = row.try_get("currency")?;
    let bucket = Bucket {
        level: row.try_get::<String, _>("level")?.parse().map_err(decode)?,
        entity: row.try_get("entity")?,
        breakdown: row.try_get("breakdown")?,
        hour: i8::try_from(row.try_get::<i16, _>("hour")?).ok(),
        currency: currency.and_then(|text| text.parse().ok()),
    };
    Ok((bucket, read_metrics(row)?))
}

/// The metrics of an aggregate row, from its columns and `extra`.
pub(crate) fn read_metrics(row: &PgRow) -> Result<Metrics, sqlx::Error> {
    let mut metrics = Metrics::new();
    for metric in CORE_COLUMNS {
        if let Some(value) = row.try_get::<Option<BigDecimal>, _>(metric.name())? {
            metrics.insert(metric, value);
        }
    }
    let extra: Json<BTreeMap<Metric, String>> = row.try_get("extra")?;
    for (metric, text) in extra.0 {
        let value = text
            .parse()
            .map_err(|error: bigdecimal::ParseBigDecimalError| {
                sqlx::Error::Decode(Box::new(error))
            })?;
        metrics.insert(metric, value);
    }
    Ok(metrics)
}
