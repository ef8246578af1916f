//! Whether the store holds what the manifest says: one listing of the Organization's objects against the manifest.

use std::collections::BTreeMap;

use futures::TryStreamExt as _;
use sqlx::Row as _;

use super::path::organization_prefix;
use super::{Archive, ArchiveError};

/// What a listing shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audit {
    /// Objects that readers follow.
    pub sound: u64,
    /// Objects that the manifest states and the store does not have in this size.
    pub missing: Vec<String>,
    /// Objects that no entry of the manifest names, such as an upload that a restatement overtook. They are never
    /// removed by themselves: a database that was lost and made anew knows none of its objects.
    pub unreferenced: u64,
}

/// An entry that readers follow, or that still is on its way or already gone.
struct Stated {
    path: String,
    bytes: i64,
    followed: bool,
}

/// Compares the store with the manifest, also while another run changes both.
///
/// # Errors
/// Where the store or the database fails.
pub(super) async fn audit(archive: &Archive<'_>) -> Result<Audit, ArchiveError> {
    // The manifest first: what it states by now is in the store by then.
    let stated = stated(archive).await?;
    let mut listed = list(archive).await?;
    let mut audit = Audit::default();
    for entry in stated {
        let size = listed.remove(&entry.path);
        if !entry.followed {
            continue;
        }
        if size.is_some_and(|size| i64::try_from(size) == Ok(entry.bytes)) {
            audit.sound += 1;
        } else if is_still_followed(archive, &entry.path).await? {
            audit.missing.push(entry.path);
        }
    }
    let unknown: Vec<String> = listed.into_keys().collect();
    audit.unreferenced = unreferenced(archive, &unknown).await?;
    Ok(audit)
}

async fn stated(archive: &Archive<'_>) -> Result<Vec<Stated>, ArchiveError> {
    let rows = sqlx::query(archive.tenant.sql(
        "SELECT object_path, bytes, state IN ('committed', 'purged') AS followed FROM {control}.archive_manifest
         WHERE tenant = $1 AND object_path IS NOT NULL ORDER BY object_path",
    ))
    .bind(archive.tenant.id().as_str())
    .fetch_all(archive.tenant.pool())
    .await?;
    let read = |row: &sqlx::postgres::PgRow| {
        Ok(Stated {
            path: row.try_get(0)?,
            bytes: row.try_get(1)?,
            followed: row.try_get(2)?,
        })
    };
    Ok(rows.iter().map(read).collect::<Result<_, sqlx::Error>>()?)
}

/// Waits for a run that removes the object at this moment, and then sees that it has expired.
async fn is_still_followed(archive: &Archive<'_>, path: &str) -> Result<bool, ArchiveError> {
    let row = sqlx::query(archive.tenant.sql(
        "SELECT 1 FROM {control}.archive_manifest
         WHERE tenant = $1 AND object_path = $2 AND state IN ('committed', 'purged') FOR UPDATE",
    ))
    .bind(archive.tenant.id().as_str())
    .bind(path)
    .fetch_optional(archive.tenant.pool())
    .await?;
    Ok(row.is_some())
}

/// How many of these objects the manifest does not name by now.
async fn unreferenced(archive: &Archive<'_>, paths: &[String]) -> Result<u64, ArchiveError> {
    let row = sqlx::query(archive.tenant.sql(
        "SELECT count(*) FROM unnest($2::text[]) AS listed (path) WHERE NOT EXISTS
         (SELECT FROM {control}.archive_manifest WHERE tenant = $1 AND object_path = listed.path)",
    ))
    .bind(archive.tenant.id().as_str())
    .bind(paths)
    .fetch_one(archive.tenant.pool())
    .await?;
    Ok(u64::try_from(row.try_get::<i64, _>(0)?).unwrap_or_default())
}

async fn list(archive: &Archive<'_>) -> Result<BTreeMap<String, u64>, ArchiveError> {
    let prefix = organization_prefix(archive.store.prefix(), archive.organization_uid);
    Ok(archive
        .store
        .list(&prefix)
        .map_ok(|object| (object.location.to_string(), object.size))
        .try_collect()
        .await?)
}
