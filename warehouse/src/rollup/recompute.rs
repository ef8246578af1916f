//! Touched days are computed again, each (stream, day) in a transaction of its own that consumes its mark.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff_sqlx::Date as SqlDate;
use sqlx::{Postgres, Row as _, Transaction};

use super::account::account_zone;
use super::buckets::{Bucket, BucketError, add_up};
use super::profile::fold;
use super::rows::Target;
use super::sums::ledger_buckets;
use crate::database::{DatabaseError, Tenant};
use crate::kill_point;
use crate::landing::LEDGER;
use crate::model::{AccountId, DayStatus, Metrics, PartitionKey, QualityFlag, RawRecord, Source};
use crate::partition_query::partition_query;
use crate::projection::{Partition, Projection, ProjectionError};

/// An account of a source.
pub type AccountRef<'a> = (Source, &'a AccountId);

/// Why a day could not be computed.
#[derive(Debug, thiserror::Error)]
pub enum RecomputeError {
    /// The database fails: the whole sweep ends.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The connector cannot read its own records.
    #[error(transparent)]
    Projection(#[from] ProjectionError),
    /// The connector's facts break a rule.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// The records left after their aggregation, so the figures that are there must stay.
    #[error(
        "the raw records are gone, so the figures stay as they are; fetch the day again to compute it"
    )]
    RecordsGone,
}

impl From<sqlx::Error> for RecomputeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// One day that could not be computed; its mark stays, so that it is tried again.
#[derive(Debug)]
pub struct RecomputeFailure {
    /// Which partition.
    pub partition: PartitionKey,
    /// Why.
    pub error: RecomputeError,
}

/// What a sweep did.
#[derive(Debug, Default)]
pub struct Recomputed {
    /// Partitions whose figures were computed.
    pub partitions: u64,
    /// Aggregate rows written.
    pub rows: u64,
    /// Archived days that wait for the archive run, which loads them first.
    pub waiting_for_archive: Vec<PartitionKey>,
    /// Partitions that could not be computed.
    pub failures: Vec<RecomputeFailure>,
}

/// Computes the touched days of one account, as a sync does before it exits.
///
/// # Errors
/// Where the database fails. A day whose records cannot be read is reported, and the others go on.
pub async fn recompute_account(
    tenant: &Tenant,
    projection: &dyn Projection,
    account: AccountRef<'_>,
    now: Timestamp,
) -> Result<Recomputed, DatabaseError> {
    recompute_all(tenant, projection, Some(account), now).await
}

/// Computes all touched days, as a roll-up run does for whatever a crashed sync left.
///
/// # Errors
/// Where the database fails.
pub async fn sweep(
    tenant: &Tenant,
    projection: &dyn Projection,
    now: Timestamp,
) -> Result<Recomputed, DatabaseError> {
    recompute_all(tenant, projection, None, now).await
}

async fn recompute_all(
    tenant: &Tenant,
    projection: &dyn Projection,
    account: Option<AccountRef<'_>>,
    now: Timestamp,
) -> Result<Recomputed, DatabaseError> {
    let mut report = Recomputed::default();
    for partition in touched(tenant, account).await? {
        match recompute_day(tenant, projection, &partition, now).await {
            Ok(Day::Computed { rows }) => {
                report.partitions += 1;
                report.rows += rows;
            }
            Ok(Day::NotTouched) => {}
            Ok(Day::Archived) => report.waiting_for_archive.push(partition),
            Err(RecomputeError::Database(error)) => return Err(error),
            Err(error) => report.failures.push(RecomputeFailure { partition, error }),
        }
    }
    Ok(report)
}

/// What became of one touched day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// Its figures are up to date; so many rows were written.
    Computed {
        /// Rows written.
        rows: u64,
    },
    /// Somebody else has computed it.
    NotTouched,
    /// Its figures are in the archive and must be loaded first.
    Archived,
}

async fn touched(
    tenant: &Tenant,
    account: Option<AccountRef<'_>>,
) -> Result<Vec<PartitionKey>, DatabaseError> {
    let rows = sqlx::query(tenant.sql(
        "SELECT source, account, stream, date FROM {schema}.touched_days
         WHERE ($1::text IS NULL OR source = $1) AND ($2::text IS NULL OR account = $2)
         ORDER BY date DESC, source, account, stream",
    ))
    .bind(account.map(|(source, _)| <&'static str>::from(source)))
    .bind(account.map(|(_, account)| account.as_str()))
    .fetch_all(tenant.pool())
    .await?;
    let mut partitions = Vec::with_capacity(rows.len());
    for row in rows {
        let (source, account): (String, String) = (row.try_get("source")?, row.try_get("account")?);
        let (Ok(source), Ok(account)) = (source.parse(), account.parse()) else {
            continue;
        };
        let stream = row.try_get::<String, _>("stream")?.into();
        partitions.push(PartitionKey {
            source,
            account,
            stream,
            date: row.try_get::<SqlDate, _>("date")?.to_jiff(),
        });
    }
    Ok(partitions)
}

/// Computes one touched day from its landed facts and replaces its hours and its day.
///
/// # Errors
/// Where the database fails, the connector cannot read its records, or its facts break a rule.
pub async fn recompute_day(
    tenant: &Tenant,
    projection: &dyn Projection,
    partition: &PartitionKey,
    now: Timestamp,
) -> Result<Day, RecomputeError> {
    let mut tx = tenant.begin().await?;
    let day = lock_day(&mut tx, tenant, partition).await?;
    if day.state == "archived" {
        return Ok(Day::Archived);
    }
    lock_digest(&mut tx, tenant, partition).await?;
    if !consume_mark(&mut tx, tenant, partition).await? {
        return Ok(Day::NotTouched);
    }
    let (buckets, digest) = if partition.stream.as_str() == LEDGER {
        let buckets = ledger_buckets(
            &mut tx,
            tenant,
            partition.source,
            &partition.account,
            partition.date,
        )
        .await?;
        (buckets, DigestRow::default())
    } else {
        project(&mut tx, tenant, projection, partition).await?
    };
    let first_time = digest.aggregated_hash.is_none() && partition.stream.as_str() != LEDGER;
    let target = Target {
        tenant,
        partition,
        computed_at: now,
    };
    let rows = write(&mut tx, &target, buckets, &day, first_time, &digest.flags).await?;
    mark_aggregated(&mut tx, tenant, partition).await?;
    kill_point("recompute.before_commit");
    tx.commit().await?;
    kill_point("recompute.after_commit");
    Ok(Day::Computed { rows })
}

struct DayRow {
    state: String,
    hours_folded: bool,
}

async fn lock_day(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    partition: &PartitionKey,
) -> Result<DayRow, DatabaseError> {
    let row = partition_query(
        tenant,
        partition,
        "SELECT state, hours_folded_at IS NOT NULL AS folded FROM {schema}.account_days
        WHERE source = $1 AND account = $2 AND ($3::text IS NOT NULL) AND date = $4 FOR UPDATE",
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else {
        return Ok(DayRow {
            state: "open".to_owned(),
            hours_folded: false,
        });
    };
    Ok(DayRow {
        state: row.try_get("state")?,
        hours_folded: row.try_get("folded")?,
    })
}

/// A landing locks the partition before it touches the day; both take them in this order, so that nobody waits in a ring.
async fn lock_digest(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    partition: &PartitionKey,
) -> Result<(), DatabaseError> {
    partition_query(
        tenant,
        partition,
        "SELECT 1 FROM {schema}.partition_digests
        WHERE source = $1 AND account = $2 AND stream = $3 AND date = $4 FOR UPDATE",
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn consume_mark(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    partition: &PartitionKey,
) -> Result<bool, DatabaseError> {
    let result = partition_query(
        tenant,
        partition,
        "DELETE FROM {schema}.touched_days
        WHERE source = $1 AND account = $2 AND stream = $3 AND date = $4",
    )
    .execute(&mut **tx)
    .await?;
    Ok(result.rows_affected() > 0)
}

#[derive(Default)]
struct DigestRow {
    flags: Vec<QualityFlag>,
    aggregated_hash: Option<String>,
    records_gone: bool,
}

async fn project(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    projection: &dyn Projection,
    partition: &PartitionKey,
) -> Result<(BTreeMap<Bucket, Metrics>, DigestRow), RecomputeError> {
    let digest = load_digest(tx, tenant, partition).await?;
    if digest.records_gone {
        return Err(RecomputeError::RecordsGone);
    }
    let records = load_records(tx, tenant, partition).await?;
    let account = account_zone(&mut **tx, tenant, partition.source, &partition.account).await?;
    let context = Partition {
        key: partition,
        time_zone: &account.time_zone,
        currency: account.currency.as_ref(),
    };
    let facts = projection.project(&context, &records)?;
    Ok((add_up(partition.date, facts)?, digest))
}

async fn load_digest(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    partition: &PartitionKey,
) -> Result<DigestRow, DatabaseError> {
    let row = partition_query(
        tenant,
        partition,
        "SELECT flags, aggregated_hash, raw_deleted_at IS NOT NULL AS records_gone FROM {schema}.partition_digests
        WHERE source = $1 AND account = $2 AND stream = $3 AND date = $4",
    )
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else {
        return Ok(DigestRow::default());
    };
    let flags: Vec<String> = row.try_get("flags")?;
    let flags = flags.iter().filter_map(|flag| flag.parse().ok()).collect();
    Ok(DigestRow {
        flags,
        aggregated_hash: row.try_get("aggregated_hash")?,
        records_gone: row.try_get("records_gone")?,
    })
}

async fn load_records(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    partition: &PartitionKey,
) -> Result<Vec<RawRecord>, DatabaseError> {
    let rows = partition_query(
        tenant,
        partition,
        "SELECT key, payload FROM {schema}.raw_records
        WHERE source = $1 AND account = $2 AND stream = $3 AND date = $4 ORDER BY key",
    )
    .fetch_all(&mut **tx)
    .await?;
    let records = rows.iter().map(|row| {
        Ok(RawRecord {
            key: row.try_get("key")?,
            payload: row.try_get("payload")?,
        })
    });
    Ok(records.collect::<Result<_, sqlx::Error>>()?)
}

async fn write(
    tx: &mut Transaction<'_, Postgres>,
    target: &Target<'_>,
    buckets: BTreeMap<Bucket, Metrics>,
    day: &DayRow,
    first_time: bool,
    flags: &[QualityFlag],
) -> Result<u64, DatabaseError> {
    let (hours, days): (Vec<_>, Vec<_>) = buckets
        .into_iter()
        .partition(|(bucket, _)| bucket.hour.is_some());
    let rows = target
        .replace_days(tx, &days, status(&day.state, first_time), flags)
        .await?;
    if day.hours_folded {
        return Ok(rows + target.replace_profiles(tx, &fold(hours)).await?);
    }
    Ok(rows + target.replace_hours(tx, &hours).await?)
}

fn status(state: &str, first_time: bool) -> DayStatus {
    match (state, first_time) {
        ("open", _) => DayStatus::Provisional,
        (_, true) => DayStatus::Closed,
        (_, false) => DayStatus::Restated,
    }
}

async fn mark_aggregated(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    partition: &PartitionKey,
) -> Result<(), DatabaseError> {
    partition_query(
        tenant,
        partition,
        "UPDATE {schema}.partition_digests SET aggregated_hash = content_hash
        WHERE source = $1 AND account = $2 AND stream = $3 AND date = $4
            AND aggregated_hash IS DISTINCT FROM content_hash",
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_restated_only_after_they_were_closed() {
        assert_eq!(status("open", true), DayStatus::Provisional);
        assert_eq!(status("open", false), DayStatus::Provisional);
        assert_eq!(status("closed", true), DayStatus::Closed);
        assert_eq!(status("closed", false), DayStatus::Restated);
    }
}
