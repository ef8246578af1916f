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

/// Compares the store with the manifest.
///
/// # Errors
/// Where the store or the database fails.
pub(super) async fn audit(archive: &Archive<'_>) -> Result<Audit, ArchiveError> {
    let mut listed = list(archive).await?;
    let mut audit = Audit::default();
    let rows = sqlx::query(archive.tenant.sql(
        "SELECT object_path, bytes, state IN ('committed', 'purged') AS followed FROM {control}.archive_manifest
         WHERE tenant = $1 AND object_path IS NOT NULL ORDER BY object_path",
    ))
    .bind(archive.tenant.id().as_str())
    .fetch_all(archive.tenant.pool())
    .await?;
    for row in rows {
        let (path, bytes): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        let size = listed.remove(&path);
        if !row.try_get::<bool, _>("followed")? {
            continue;
        }
        if size.is_some_and(|size| i64::try_from(size) == Ok(bytes)) {
            audit.sound += 1;
        } else {
            audit.missing.push(path);
        }
    }
    audit.unreferenced = u64::try_from(listed.len()).unwrap_or(u64::MAX);
    Ok(audit)
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
