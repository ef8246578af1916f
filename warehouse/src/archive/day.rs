//! Archiving one day: a version of its files is planned, brought to `verified`, and committed in one transaction.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sqlx::{Postgres, Row as _, Transaction};

use super::cells::Table;
use super::copy::bring_to_verified;
use super::manifest::{Entry, State, newest};
use super::shape::{DAY_KINDS, Kind, bind};
use super::{Archive, ArchiveError};
use crate::Tenant;
use crate::database::DatabaseError;
use crate::kill_point;
use crate::model::PartitionKey;

/// What a day holds in Postgres, by kind of file.
pub(super) type Content = BTreeMap<Kind, Table>;

/// What became of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Archived {
    /// A new version was committed.
    Committed,
    /// The newest committed version holds exactly what Postgres holds.
    Already,
    /// The day is open, has hours that are not folded, or must be computed again first.
    NotReady,
}

/// Archives one day in its present content.
pub(super) async fn archive_day(
    archive: &Archive<'_>,
    day: &PartitionKey,
    storage_class: Option<&str>,
    now: Timestamp,
) -> Result<Archived, ArchiveError> {
    let mut tx = archive.tenant.begin().await?;
    if !lock_settled(&mut tx, archive.tenant, day).await? {
        return Ok(Archived::NotReady);
    }
    let content = load(&mut tx, archive.tenant, day).await?;
    let present = newest(&mut tx, archive.tenant, &DAY_KINDS, day).await?;
    if is_committed(&present) && holds(&present, &content) {
        return Ok(Archived::Already);
    }
    let mut entries = plan(&mut tx, archive.tenant, day, &content, present, now).await?;
    kill_point("archive.plan.before_commit");
    tx.commit().await?;
    kill_point("archive.plan.after_commit");
    for entry in &mut entries {
        if let Some(table) = content.get(&entry.kind) {
            bring_to_verified(archive, entry, table, storage_class, now).await?;
        }
    }
    commit(archive, day, now).await
}

/// Makes the verified version the one that readers follow, if Postgres still holds exactly its content.
async fn commit(
    archive: &Archive<'_>,
    day: &PartitionKey,
    now: Timestamp,
) -> Result<Archived, ArchiveError> {
    let mut tx = archive.tenant.begin().await?;
    if !lock_settled(&mut tx, archive.tenant, day).await? {
        return Ok(Archived::NotReady);
    }
    let content = load(&mut tx, archive.tenant, day).await?;
    let mut entries = newest(&mut tx, archive.tenant, &DAY_KINDS, day).await?;
    let verified = entries.iter().all(|entry| entry.state == State::Verified);
    if !verified || !holds(&entries, &content) {
        return Ok(Archived::NotReady);
    }
    for entry in &mut entries {
        entry.commit(&mut tx, archive.tenant, now).await?;
    }
    kill_point("archive.commit.before_commit");
    tx.commit().await?;
    kill_point("archive.commit.after_commit");
    Ok(Archived::Committed)
}

/// The entries to work on: those of an unfinished version, or a new version. A version has a file of every kind that
/// has rows, and of every kind that its predecessor had, so that nothing of the predecessor is read any more.
async fn plan(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    day: &PartitionKey,
    content: &Content,
    present: Vec<Entry>,
    now: Timestamp,
) -> Result<Vec<Entry>, DatabaseError> {
    let newest = present.first().map_or(0, |entry| entry.version);
    let unfinished = present.iter().any(|entry| entry.state < State::Committed);
    let version = if unfinished { newest } else { newest + 1 };
    let had: Vec<Kind> = present.iter().map(|entry| entry.kind).collect();
    let mut entries = if unfinished { present } else { Vec::new() };
    for kind in DAY_KINDS {
        let has_rows = content
            .get(&kind)
            .is_some_and(|table| !table.rows.is_empty());
        let needed = kind == Kind::Daily || has_rows || had.contains(&kind);
        if needed && !entries.iter().any(|entry| entry.kind == kind) {
            entries.push(Entry::plan(tx, tenant, kind, day, version, now).await?);
        }
    }
    Ok(entries)
}

pub(super) fn is_committed(entries: &[Entry]) -> bool {
    !entries.is_empty()
        && entries
            .iter()
            .all(|entry| matches!(entry.state, State::Committed | State::Purged))
}

/// Whether the files hold exactly this content.
pub(super) fn holds(entries: &[Entry], content: &Content) -> bool {
    content.iter().all(
        |(kind, table)| match entries.iter().find(|entry| entry.kind == *kind) {
            Some(entry) => entry.content_hash.as_deref() == Some(table.digest().text().as_str()),
            None => table.rows.is_empty(),
        },
    )
}

/// Locks the day and says whether it is closed, folded and computed.
pub(super) async fn lock_settled(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    day: &PartitionKey,
) -> Result<bool, DatabaseError> {
    let locked = bind(
        tenant,
        "SELECT 1 FROM {schema}.account_days WHERE source = $1 AND account = $2 AND date = $3
        AND $4 = '' AND state = 'closed' AND hours_folded_at IS NOT NULL FOR UPDATE",
        day,
    )
    .fetch_optional(&mut **tx)
    .await?;
    if locked.is_none() {
        return Ok(false);
    }
    let touched = bind(
        tenant,
        "SELECT EXISTS (SELECT 1 FROM {schema}.touched_days
        WHERE source = $1 AND account = $2 AND date = $3 AND $4 = '')",
        day,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(!touched.try_get::<bool, _>(0)?)
}

/// Everything that Postgres holds of a day.
pub(super) async fn load(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    day: &PartitionKey,
) -> Result<Content, DatabaseError> {
    let mut content = Content::new();
    for kind in DAY_KINDS {
        content.insert(kind, kind.load(tx, tenant, day).await?);
    }
    Ok(content)
}
