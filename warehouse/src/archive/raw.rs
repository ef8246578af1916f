//! Backups of raw payloads: once for each changed partition of a day that is over.

use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;

use super::copy::bring_to_verified;
use super::manifest::{Entry, State, newest};
use super::shape::{Kind, bind};
use super::turn::Turn;
use super::{AT_ONCE, Archive, ArchiveError};
use crate::kill_point;
use crate::retention::{Policy, RawPartition, settled_partitions};

/// Backs up every partition that the policy lets go and that has no backup of its present content. Gives their number.
///
/// # Errors
/// Where the store or the database fails; what is backed up stays so.
pub async fn back_up_raw(
    archive: &Archive<'_>,
    policy: &Policy,
    now: Timestamp,
) -> Result<u64, ArchiveError> {
    if !policy.raw.backup_required {
        return Ok(0);
    }
    let _turn = Turn::take(archive.tenant).await?;
    let storage_class = policy.raw.backup_storage_class.as_deref();
    let mut partitions = settled_partitions(archive.tenant, now).await?;
    partitions.retain(|partition| !partition.backed_up);
    stream::iter(&partitions)
        .map(|partition| back_up(archive, partition, storage_class, now))
        .buffer_unordered(AT_ONCE)
        .try_fold(0, async |sum, done| Ok(sum + u64::from(done)))
        .await
}

async fn back_up(
    archive: &Archive<'_>,
    partition: &RawPartition,
    storage_class: Option<&str>,
    now: Timestamp,
) -> Result<bool, ArchiveError> {
    let (tenant, key) = (archive.tenant, &partition.key);
    let mut tx = tenant.begin().await?;
    let table = Kind::Raw.load(&mut tx, tenant, key).await?;
    if table.digest().text() != partition.content_hash {
        return Ok(false);
    }
    let present = newest(&mut tx, tenant, &[Kind::Raw], key).await?.pop();
    let mut entry = match present {
        Some(entry) if entry.state < State::Committed => entry,
        present => {
            let version = present.map_or(0, |entry| entry.version) + 1;
            Entry::plan(&mut tx, tenant, Kind::Raw, key, version, now).await?
        }
    };
    kill_point("backup.plan.before_commit");
    tx.commit().await?;
    kill_point("backup.plan.after_commit");
    bring_to_verified(archive, &mut entry, &table, storage_class, now).await?;
    commit(archive, entry, partition, now).await
}

/// Marks the partition as backed up, if its content is still the verified one.
async fn commit(
    archive: &Archive<'_>,
    mut entry: Entry,
    partition: &RawPartition,
    now: Timestamp,
) -> Result<bool, ArchiveError> {
    let tenant = archive.tenant;
    let mut tx = tenant.begin().await?;
    let marked = bind(
        tenant,
        "UPDATE {schema}.partition_digests SET backup_hash = content_hash
        WHERE source = $1 AND account = $2 AND date = $3 AND stream = $4 AND content_hash = $5",
        &partition.key,
    )
    .bind(partition.content_hash.clone())
    .execute(&mut *tx)
    .await?;
    if marked.rows_affected() == 0 {
        return Ok(false);
    }
    entry.commit(&mut tx, tenant, now).await?;
    kill_point("backup.commit.before_commit");
    tx.commit().await?;
    kill_point("backup.commit.after_commit");
    Ok(true)
}
