//! Purging one day: its rows leave Postgres once a committed version holds exactly what is deleted.

use jiff::Timestamp;
use sqlx::{Postgres, Transaction};

use super::day::{holds, is_committed, load, lock_settled};
use super::manifest::{Entry, newest};
use super::shape::{DAY_KINDS, bind};
use super::{Archive, ArchiveError};
use crate::Tenant;
use crate::database::DatabaseError;
use crate::kill_point;
use crate::model::PartitionKey;
use crate::retention::{ArchivePolicy, Policy, on_hold};

/// Deletes the rows of one archived day: only after the grace, under no legal hold, and only what the newest committed
/// version holds in exactly this content. Gives whether it did.
pub(super) async fn purge_day(
    archive: &Archive<'_>,
    policy: &Policy,
    grace: &ArchivePolicy,
    day: &PartitionKey,
    now: Timestamp,
) -> Result<bool, ArchiveError> {
    let tenant = archive.tenant;
    let mut tx = tenant.begin().await?;
    if on_hold(&mut tx, tenant, policy).await? || !lock_settled(&mut tx, tenant, day).await? {
        return Ok(false);
    }
    let entries = newest(&mut tx, tenant, &DAY_KINDS, day).await?;
    let content = load(&mut tx, tenant, day).await?;
    if !is_committed(&entries) || !grace_is_over(&entries, grace, now) || !holds(&entries, &content)
    {
        return Ok(false);
    }
    delete_rows(&mut tx, tenant, day).await?;
    for entry in &entries {
        entry.purged(&mut tx, tenant, now).await?;
    }
    kill_point("archive.purge.before_commit");
    tx.commit().await?;
    kill_point("archive.purge.after_commit");
    Ok(true)
}

fn grace_is_over(entries: &[Entry], policy: &ArchivePolicy, now: Timestamp) -> bool {
    entries.iter().all(|entry| {
        let due = entry
            .committed_at
            .and_then(|committed| committed.checked_add(policy.grace).ok());
        due.is_some_and(|due| due <= now)
    })
}

async fn delete_rows(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    day: &PartitionKey,
) -> Result<(), DatabaseError> {
    for statement in STATEMENTS {
        bind(tenant, statement, day).execute(&mut **tx).await?;
    }
    Ok(())
}

const STATEMENTS: [&str; 4] = [
    "DELETE FROM {schema}.daily_aggregates WHERE source = $1 AND account = $2 AND date = $3 AND $4 = ''",
    "DELETE FROM {schema}.hour_profiles WHERE source = $1 AND account = $2 AND date = $3 AND $4 = ''",
    "WITH gone AS (
         DELETE FROM {schema}.ledger WHERE source = $1 AND account = $2 AND date = $3 AND $4 = ''
         RETURNING stream, key, date, version, fingerprint)
     INSERT INTO {schema}.archived_ledger_keys AS a (source, account, stream, key, date, version, fingerprint)
     SELECT $1, $2, stream, key, date, version, fingerprint FROM gone
     ON CONFLICT (source, account, stream, key) DO UPDATE
         SET date = excluded.date, version = excluded.version, fingerprint = excluded.fingerprint",
    "UPDATE {schema}.account_days SET state = 'archived'
     WHERE source = $1 AND account = $2 AND date = $3 AND $4 = ''",
];
