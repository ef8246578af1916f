//! What may be deleted, and the deletion of raw payloads. Without a policy nothing is deleted.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::{Date as SqlDate, Timestamp as SqlTimestamp, ToSqlx as _};
use sqlx::postgres::PgRow;
use sqlx::{Postgres, Row as _, Transaction};

use crate::database::{DatabaseError, Tenant};
use crate::kill_point;
use crate::model::PartitionKey;
use crate::partition_query::partition_query;
use crate::rollup::{DEFAULT_GRACE, account_zones, day_is_over};

/// How long each grain is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Raw payloads.
    pub raw: RawPolicy,
    /// Days that hourly rows stay after their day; 0 keeps open days only.
    pub hourly_keep_days: u32,
    /// Days that daily rows stay in Postgres.
    pub daily_keep_days: u32,
    /// Where days go; without it they stay.
    pub archive: Option<ArchivePolicy>,
    /// Stops every deletion.
    pub legal_hold: bool,
}

/// How long raw payloads are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawPolicy {
    /// Age since the fetch before they may go; `None`: as soon as they are aggregated.
    pub delete_after_days: Option<u32>,
    /// Whether a verified backup must exist first.
    pub backup_required: bool,
    /// How long backups are kept; `None`: as long as the archive.
    pub backup_keep_days: Option<u32>,
    /// The storage class of backups, as the store names it.
    pub backup_storage_class: Option<String>,
}

/// Where days go when they leave Postgres.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivePolicy {
    /// Path inside the bucket that all objects begin with; may be empty.
    pub prefix: String,
    /// The storage class of archived days, as the store names it.
    pub storage_class: Option<String>,
    /// Time between the commit of an archived day and the purge of its rows.
    pub grace: SignedDuration,
    /// Years that archived days are kept; `None`: for ever.
    pub keep_years: Option<u32>,
}

/// Whether the Organization is under legal hold, which its policy or the control schema says.
pub(crate) async fn on_hold(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    policy: &Policy,
) -> Result<bool, DatabaseError> {
    if policy.legal_hold {
        return Ok(true);
    }
    let row =
        sqlx::query(tenant.sql("SELECT legal_hold FROM {control}.organizations WHERE tenant = $1"))
            .bind(tenant.id().as_str())
            .fetch_one(&mut **tx)
            .await?;
    Ok(row.try_get("legal_hold")?)
}

/// A partition whose raw records are still there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawPartition {
    /// Which partition.
    pub key: PartitionKey,
    /// The digest of its content.
    pub content_hash: String,
    /// When it was fetched.
    pub fetched_at: Timestamp,
    /// Whether the present content has a verified backup.
    pub backed_up: bool,
}

/// Partitions of days that are over, with raw records, aggregated in their present content.
///
/// # Errors
/// Where the database fails.
pub async fn settled_partitions(
    tenant: &Tenant,
    now: Timestamp,
) -> Result<Vec<RawPartition>, DatabaseError> {
    let mut settled = Vec::new();
    for account in account_zones(tenant).await? {
        let rows = sqlx::query(tenant.sql(
            "SELECT d.stream, d.date, d.content_hash, d.fetched_at,
                    d.backup_hash IS NOT DISTINCT FROM d.content_hash AS backed_up
             FROM {schema}.partition_digests d
             WHERE d.source = $1 AND d.account = $2 AND d.raw_deleted_at IS NULL AND d.row_count > 0
                 AND d.aggregated_hash = d.content_hash AND NOT EXISTS (
                     SELECT 1 FROM {schema}.touched_days t WHERE t.source = d.source AND t.account = d.account
                         AND t.stream = d.stream AND t.date = d.date)
             ORDER BY d.date, d.stream",
        ))
        .bind(account.source.as_ref())
        .bind(account.account.as_str())
        .fetch_all(tenant.pool())
        .await?;
        for row in &rows {
            let (stream, date) = (
                row.try_get::<String, _>("stream")?,
                row.try_get::<SqlDate, _>("date")?.to_jiff(),
            );
            let key = PartitionKey {
                source: account.source,
                account: account.account.clone(),
                stream: stream.into(),
                date,
            };
            if day_is_over(date, &account.time_zone, DEFAULT_GRACE, now) {
                settled.push(read(row, key)?);
            }
        }
    }
    Ok(settled)
}

fn read(row: &PgRow, key: PartitionKey) -> Result<RawPartition, sqlx::Error> {
    Ok(RawPartition {
        key,
        content_hash: row.try_get("content_hash")?,
        fetched_at: row.try_get::<SqlTimestamp, _>("fetched_at")?.to_jiff(),
        backed_up: row.try_get("backed_up")?,
    })
}

/// Deletes the raw records that the policy lets go, each partition in a transaction that checks again that its present
/// content is aggregated and, where required, backed up. Gives the number of partitions.
///
/// # Errors
/// Where the database fails.
pub async fn purge_raw(
    tenant: &Tenant,
    policy: &Policy,
    now: Timestamp,
) -> Result<u64, DatabaseError> {
    let mut purged = 0;
    for partition in settled_partitions(tenant, now).await? {
        if is_due(&partition, &policy.raw, now) {
            purged += u64::from(purge_partition(tenant, policy, &partition.key, now).await?);
        }
    }
    Ok(purged)
}

fn is_due(partition: &RawPartition, policy: &RawPolicy, now: Timestamp) -> bool {
    let old_enough = policy.delete_after_days.is_none_or(|days| {
        let age = SignedDuration::from_hours(24 * i64::from(days));
        partition
            .fetched_at
            .checked_add(age)
            .is_ok_and(|due| due <= now)
    });
    old_enough && (partition.backed_up || !policy.backup_required)
}

async fn purge_partition(
    tenant: &Tenant,
    policy: &Policy,
    partition: &PartitionKey,
    now: Timestamp,
) -> Result<bool, DatabaseError> {
    let mut tx = tenant.begin().await?;
    if on_hold(&mut tx, tenant, policy).await? {
        return Ok(false);
    }
    let marked = partition_query(tenant, partition, MARK_DELETED)
        .bind(policy.raw.backup_required)
        .bind(now.to_sqlx())
        .execute(&mut *tx)
        .await?;
    if marked.rows_affected() == 0 {
        return Ok(false);
    }
    partition_query(
        tenant,
        partition,
        "DELETE FROM {schema}.raw_records
        WHERE source = $1 AND account = $2 AND stream = $3 AND date = $4",
    )
    .execute(&mut *tx)
    .await?;
    partition_query(tenant, partition, "UPDATE {control}.archive_manifest SET state = 'purged', purged_at = $6
        WHERE kind = 'raw' AND source = $1 AND account = $2 AND stream = $3 AND date = $4 AND tenant = $5
            AND state = 'committed'")
    .bind(tenant.id().as_str())
    .bind(now.to_sqlx())
    .execute(&mut *tx)
    .await?;
    kill_point("purge_raw.before_commit");
    tx.commit().await?;
    kill_point("purge_raw.after_commit");
    Ok(true)
}

const MARK_DELETED: &str = "UPDATE {schema}.partition_digests d SET raw_deleted_at = $6
    WHERE d.source = $1 AND d.account = $2 AND d.stream = $3 AND d.date = $4 AND d.raw_deleted_at IS NULL
        AND d.aggregated_hash = d.content_hash AND (NOT $5 OR d.backup_hash = d.content_hash)
        AND NOT EXISTS (SELECT 1 FROM {schema}.touched_days t WHERE t.source = d.source AND t.account = d.account
            AND t.stream = d.stream AND t.date = d.date)";

#[cfg(test)]
mod tests {
    use jiff::civil::Date;

    use super::*;

    #[test]
    fn raw_payloads_go_by_age_and_backup() {
        let partition = |backed_up| RawPartition {
            key: crate::tests::fixture::stream("daily").on(Date::ZERO),
            content_hash: String::new(),
            fetched_at: Timestamp::UNIX_EPOCH,
            backed_up,
        };
        let policy = |delete_after_days, backup_required| RawPolicy {
            delete_after_days,
            backup_required,
            backup_keep_days: None,
            backup_storage_class: None,
        };
        let day_30 = Timestamp::from_second(30 * 86_400).unwrap();
        assert!(is_due(
            &partition(false),
            &policy(None, false),
            Timestamp::UNIX_EPOCH
        ));
        assert!(!is_due(&partition(false), &policy(None, true), day_30));
        assert!(is_due(&partition(true), &policy(Some(30), true), day_30));
        assert!(!is_due(&partition(true), &policy(Some(31), true), day_30));
    }
}
