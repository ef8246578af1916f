//! Loading an archived day whole, so that a restatement can change it and commit the next version.

use bytes::Bytes;
use object_store::path::Path;

use super::cells::Table;
use super::manifest::{Entry, newest_committed};
use super::shape::{DAY_KINDS, bind};
use super::{Archive, ArchiveError, file};
use crate::kill_point;
use crate::model::PartitionKey;

/// Brings the newest committed version of an archived day back into Postgres; facts that landed since are newer and
/// stay. The day is `closed` afterwards. Gives whether there was something to load.
pub(super) async fn restore_day(
    archive: &Archive<'_>,
    day: &PartitionKey,
) -> Result<bool, ArchiveError> {
    let tenant = archive.tenant;
    let mut tx = tenant.begin().await?;
    let locked = bind(
        tenant,
        "SELECT 1 FROM {schema}.account_days WHERE source = $1 AND account = $2 AND date = $3
        AND $4 = '' AND state = 'archived' FOR UPDATE",
        day,
    )
    .fetch_optional(&mut *tx)
    .await?;
    if locked.is_none() {
        return Ok(false);
    }
    for entry in newest_committed(&mut tx, tenant, &DAY_KINDS, day).await? {
        let table = read(archive, &entry).await?;
        entry.kind.store(&mut tx, tenant, day, &table).await?;
    }
    for statement in STATEMENTS {
        bind(tenant, statement, day).execute(&mut *tx).await?;
    }
    kill_point("archive.restore.before_commit");
    tx.commit().await?;
    kill_point("archive.restore.after_commit");
    Ok(true)
}

const STATEMENTS: [&str; 2] = [
    "DELETE FROM {schema}.archived_ledger_keys WHERE source = $1 AND account = $2 AND date = $3 AND $4 = ''",
    "UPDATE {schema}.account_days SET state = 'closed'
     WHERE source = $1 AND account = $2 AND date = $3 AND $4 = ''",
];

async fn read(archive: &Archive<'_>, entry: &Entry) -> Result<Table, ArchiveError> {
    let path = entry.object_path.as_deref().unwrap_or_default();
    let damaged = || ArchiveError::Damaged {
        path: path.to_owned(),
    };
    let location = Path::parse(path).map_err(|_| damaged())?;
    let bytes: Bytes = archive.store.read(&location).await?.ok_or_else(damaged)?;
    let table = file::decode(bytes, entry.kind.columns()).map_err(|_| damaged())?;
    if entry.content_hash.as_deref() == Some(table.digest().text().as_str()) {
        Ok(table)
    } else {
        Err(damaged())
    }
}
