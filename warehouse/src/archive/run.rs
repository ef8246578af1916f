//! The archive run: restated days are loaded and computed, due days archived, and purged after their grace.

use futures::{StreamExt as _, stream};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use jiff_sqlx::{Date as SqlDate, ToSqlx as _};
use sqlx::Row as _;

use super::audit::{Audit, audit};
use super::day::{Archived, archive_day};
use super::expire::expire;
use super::purge::purge_day;
use super::restore::restore_day;
use super::turn::Turn;
use super::{AT_ONCE, Archive, ArchiveError};
use crate::database::DatabaseError;
use crate::model::{PartitionKey, StreamId};
use crate::projection::Projection;
use crate::retention::{ArchivePolicy, Policy};
use crate::rollup::{self, AccountZone, RecomputeFailure, account_zones, fold_day};

/// What a run did.
#[derive(Debug, Default)]
pub struct Report {
    /// Archived days that were loaded because their facts changed.
    pub restored: u64,
    /// Days of which a version was committed.
    pub committed: u64,
    /// Days whose rows left Postgres.
    pub purged: u64,
    /// Objects at the end of their time.
    pub expired: u64,
    /// How the store compares with the manifest after the run.
    pub audit: Audit,
    /// Days that failed alone; the others went on.
    pub failures: Vec<Failure>,
    /// Restated days whose records could not be read.
    pub unreadable: Vec<RecomputeFailure>,
}

/// A day that failed.
#[derive(Debug)]
pub struct Failure {
    /// Which day; its stream is empty.
    pub day: PartitionKey,
    /// Why.
    pub error: ArchiveError,
}

/// Runs the archive. Without a policy nothing is archived or purged; restated archived days are loaded all the same.
///
/// # Errors
/// Where the store or the database fails for everything. Every day that came through is complete.
pub async fn run(
    archive: &Archive<'_>,
    projection: &dyn Projection,
    policy: Option<&Policy>,
    now: Timestamp,
) -> Result<Report, ArchiveError> {
    let _turn = Turn::take(archive.tenant).await?;
    let mut report = Report::default();
    restore_touched(archive, projection, &mut report, now).await?;
    let Some(policy) = policy else {
        return Ok(report);
    };
    if let Some(destination) = &policy.archive {
        archive_due(archive, policy, destination, &mut report, now).await?;
    }
    report.expired = expire(archive, policy, now).await?;
    report.audit = audit(archive).await?;
    Ok(report)
}

async fn restore_touched(
    archive: &Archive<'_>,
    projection: &dyn Projection,
    report: &mut Report,
    now: Timestamp,
) -> Result<(), ArchiveError> {
    let waiting = rollup::sweep(archive.tenant, projection, now)
        .await?
        .waiting_for_archive;
    for partition in waiting {
        let day = PartitionKey {
            stream: StreamId::from_static(""),
            ..partition
        };
        match restore_day(archive, &day).await {
            Ok(restored) => report.restored += u64::from(restored),
            failed => note(report, day, failed.map(|_| ()))?,
        }
    }
    let swept = rollup::sweep(archive.tenant, projection, now).await?;
    report.unreadable = swept.failures;
    Ok(())
}

fn note(
    report: &mut Report,
    day: PartitionKey,
    result: Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    match result {
        Ok(()) => Ok(()),
        Err(error) if error.concerns_everything() => Err(error),
        Err(error) => {
            report.failures.push(Failure { day, error });
            Ok(())
        }
    }
}

async fn archive_due(
    archive: &Archive<'_>,
    policy: &Policy,
    destination: &ArchivePolicy,
    report: &mut Report,
    now: Timestamp,
) -> Result<(), ArchiveError> {
    let mut due = Vec::new();
    for account in account_zones(archive.tenant).await? {
        due.extend(due_days(archive, &account, policy, now).await?);
    }
    let mut days = stream::iter(due)
        .map(async |day| {
            let moved = archive_and_purge(archive, policy, destination, &day, now).await;
            (day, moved)
        })
        .buffer_unordered(AT_ONCE);
    while let Some((day, moved)) = days.next().await {
        if let Ok(moved) = &moved {
            report.committed += u64::from(moved.committed);
            report.purged += u64::from(moved.purged);
        }
        note(report, day, moved.map(|_| ()))?;
    }
    Ok(())
}

/// How far a day came.
struct Moved {
    committed: bool,
    purged: bool,
}

async fn archive_and_purge(
    archive: &Archive<'_>,
    policy: &Policy,
    destination: &ArchivePolicy,
    day: &PartitionKey,
    now: Timestamp,
) -> Result<Moved, ArchiveError> {
    fold_day(archive.tenant, (day.source, &day.account), day.date, now).await?;
    let archived = archive_day(archive, day, destination.storage_class.as_deref(), now).await?;
    Ok(Moved {
        committed: archived == Archived::Committed,
        purged: purge_day(archive, policy, destination, day, now).await?,
    })
}

/// Closed days of an account that are older than the policy keeps in Postgres, the oldest first.
async fn due_days(
    archive: &Archive<'_>,
    account: &AccountZone,
    policy: &Policy,
    now: Timestamp,
) -> Result<Vec<PartitionKey>, DatabaseError> {
    let today = now.to_zoned(account.time_zone.clone()).date();
    let first_kept = today
        .checked_sub(i64::from(policy.daily_keep_days).days())
        .unwrap_or(Date::MIN);
    let rows = sqlx::query(archive.tenant.sql(
        "SELECT date FROM {schema}.account_days
         WHERE source = $1 AND account = $2 AND date < $3 AND state = 'closed' ORDER BY date",
    ))
    .bind(account.source.as_ref())
    .bind(account.account.as_str())
    .bind(first_kept.to_sqlx())
    .fetch_all(archive.tenant.pool())
    .await?;
    let mut days = Vec::with_capacity(rows.len());
    for row in rows {
        let date = row.try_get::<SqlDate, _>("date")?.to_jiff();
        let (source, account) = (account.source, account.account.clone());
        days.push(PartitionKey {
            source,
            account,
            stream: StreamId::from_static(""),
            date,
        });
    }
    Ok(days)
}
