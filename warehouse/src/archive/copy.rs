//! One file on its way: exported, uploaded under a content-addressed name, read back and verified.

use std::collections::BTreeMap;

use bytes::Bytes;
use jiff::Timestamp;
use object_store::path::Path;
use sha2::{Digest as _, Sha256};

use super::cells::Table;
use super::manifest::{Entry, Exported, State};
use super::path::{object_path, organization_prefix};
use super::{Archive, ArchiveError, file};
use crate::kill_point;

/// Brings a file to `verified` from whatever state a crash left it in. Where the content has changed since, it starts
/// again under another name.
pub(super) async fn bring_to_verified(
    archive: &Archive<'_>,
    entry: &mut Entry,
    table: &Table,
    storage_class: Option<&str>,
    now: Timestamp,
) -> Result<(), ArchiveError> {
    let content_hash = table.digest().text();
    let bytes = file::encode(table, &notes(archive, entry, &content_hash))?;
    let organization = organization_prefix(archive.store.prefix(), archive.organization_uid);
    let sha256 = hex::encode(Sha256::digest(&bytes));
    let path = object_path(
        &organization,
        entry.kind,
        &entry.partition,
        entry.version,
        &sha256,
    );
    if entry.state == State::Planned || entry.object_path.as_deref() != Some(path.as_ref()) {
        let size = bytes.len();
        let exported = Exported {
            object_path: path.as_ref(),
            rows: table.digest().rows(),
            bytes: size,
            content_hash: &content_hash,
        };
        kill_point("archive.export.before");
        entry.exported(archive.tenant, &exported).await?;
        kill_point("archive.export.after");
    }
    if entry.state == State::Exported {
        kill_point("archive.upload.before");
        let uploaded = archive.store.put_new(&path, bytes, storage_class).await?;
        kill_point("archive.upload.after_put");
        entry.uploaded(archive.tenant, uploaded.entity_tag).await?;
        kill_point("archive.upload.after");
    }
    if entry.state == State::Uploaded {
        verify(archive, entry, &path, &sha256, &content_hash).await?;
        kill_point("archive.verify.before");
        entry.verified(archive.tenant, now).await?;
        kill_point("archive.verify.after");
    }
    Ok(())
}

/// Reads the object back from the store, decodes every row and compares hash, count and content. An object that is not
/// what was written is removed, so that the next run can write it again.
async fn verify(
    archive: &Archive<'_>,
    entry: &mut Entry,
    path: &Path,
    sha256: &str,
    content_hash: &str,
) -> Result<(), ArchiveError> {
    let read = archive.store.read(path).await?;
    if read.is_some_and(|bytes| is_sound(bytes, entry, sha256, content_hash)) {
        return Ok(());
    }
    archive.store.delete(path).await?;
    entry.forget_upload(archive.tenant).await?;
    Err(ArchiveError::Corrupt {
        path: path.to_string(),
    })
}

fn is_sound(bytes: Bytes, entry: &Entry, sha256: &str, content_hash: &str) -> bool {
    hex::encode(Sha256::digest(&bytes)) == sha256
        && file::decode(bytes, entry.kind.columns())
            .is_ok_and(|table| table.digest().text() == content_hash)
}

/// What a file says about itself, for whoever finds it without its path.
fn notes(
    archive: &Archive<'_>,
    entry: &Entry,
    content_hash: &str,
) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("organization", archive.organization_uid.to_owned()),
        ("kind", entry.kind.to_string()),
        ("source", entry.partition.source.to_string()),
        ("account", entry.partition.account.to_string()),
        ("stream", entry.partition.stream.to_string()),
        ("date", entry.partition.date.to_string()),
        ("version", entry.version.to_string()),
        ("content_hash", content_hash.to_owned()),
    ])
}
