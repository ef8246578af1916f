//! The end of a file's time: archived days after their years, backups after their days or with the archived days.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use jiff_sqlx::{Date as SqlDate, ToSqlx as _};
use object_store::path::Path;
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use super::manifest::{self, Entry};
use super::shape::{Kind, bind};
use super::{Archive, ArchiveError};
use crate::kill_point;
use crate::model::PartitionKey;
use crate::retention::{Policy, on_hold};

/// Removes what the policy no longer keeps, unless a legal hold forbids it. Gives the number of removed objects.
pub(super) async fn expire(
    archive: &Archive<'_>,
    policy: &Policy,
    now: Timestamp,
) -> Result<u64, ArchiveError> {
    let mut tx = archive.tenant.begin().await?;
    if on_hold(&mut tx, archive.tenant, policy).await? {
        return Ok(0);
    }
    tx.rollback().await?;
    let mut removed = 0;
    for entry in due(archive, policy, now).await? {
        remove(archive, &entry, now).await?;
        removed += 1;
    }
    Ok(removed)
}

/// Files whose rows have left Postgres and whose time is over. Backups without days of their own go with the archived
/// days of their date.
async fn due(
    archive: &Archive<'_>,
    policy: &Policy,
    now: Timestamp,
) -> Result<Vec<Entry>, ArchiveError> {
    let backups_before = policy.raw.backup_keep_days.and_then(|days| {
        now.checked_sub(SignedDuration::from_hours(24 * i64::from(days)))
            .ok()
    });
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let days_before = policy.archive.as_ref().and_then(|archive| {
        today
            .checked_sub(i64::from(archive.keep_years?).years())
            .ok()
    });
    let rows = sqlx::query(archive.tenant.sql(
        "SELECT kind, source, account, stream, date, version, state, object_path, content_hash, committed_at
         FROM {control}.archive_manifest
         WHERE tenant = $1 AND (
             (kind = 'raw' AND state = 'purged' AND (committed_at < $2 OR ($2::timestamptz IS NULL AND date < $3)))
             OR (kind <> 'raw' AND state IN ('committed', 'purged') AND date < $3))
         ORDER BY date, kind, version",
    ))
    .bind(archive.tenant.id().as_str())
    .bind(backups_before.map(jiff_sqlx::ToSqlx::to_sqlx))
    .bind(days_before.map(Date::to_sqlx))
    .fetch_all(archive.tenant.pool())
    .await?;
    Ok(rows
        .iter()
        .filter_map(|row| read(row).transpose())
        .collect::<Result<_, sqlx::Error>>()?)
}

fn read(row: &PgRow) -> Result<Option<Entry>, sqlx::Error> {
    let (source, account): (String, String) = (row.try_get("source")?, row.try_get("account")?);
    let (Ok(source), Ok(account)) = (source.parse(), account.parse()) else {
        return Ok(None);
    };
    let stream = row.try_get::<String, _>("stream")?.into();
    let date = row.try_get::<SqlDate, _>("date")?.to_jiff();
    Ok(Some(manifest::read(
        row,
        PartitionKey {
            source,
            account,
            stream,
            date,
        },
    )?))
}

/// Removes the object and forgets it. The day itself is forgotten with its figures. Whoever looks at the entry meanwhile
/// waits for the end, and an end that never comes leaves an entry whose removal is tried again.
async fn remove(archive: &Archive<'_>, entry: &Entry, now: Timestamp) -> Result<(), ArchiveError> {
    let mut tx = archive.tenant.begin().await?;
    entry.expired(&mut *tx, archive.tenant, now).await?;
    if entry.kind == Kind::Daily {
        for statement in FORGET_DAY {
            bind(archive.tenant, statement, &entry.partition)
                .execute(&mut *tx)
                .await?;
        }
    }
    if let Some(path) = entry
        .object_path
        .as_deref()
        .and_then(|path| Path::parse(path).ok())
    {
        kill_point("archive.expire.before_delete");
        archive.store.delete(&path).await?;
        kill_point("archive.expire.after_delete");
    }
    tx.commit().await?;
    kill_point("archive.expire.after_commit");
    Ok(())
}

const FORGET_DAY: [&str; 2] = [
    "DELETE FROM {schema}.archived_ledger_keys WHERE source = $1 AND account = $2 AND date = $3 AND $4 = ''",
    "DELETE FROM {schema}.account_days
     WHERE source = $1 AND account = $2 AND date = $3 AND $4 = '' AND state = 'archived'",
];
