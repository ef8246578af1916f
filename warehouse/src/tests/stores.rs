//! Stores for tests: a directory that can be looked into.

use std::path::{Path, PathBuf};

use jiff::SignedDuration;

use super::fixture::policy;
use crate::archive::Store;
use crate::retention::{ArchivePolicy, Policy};

/// A directory that is removed at the end.
pub(crate) struct Directory(PathBuf);

impl Directory {
    pub(crate) fn new() -> Self {
        let path =
            std::env::temp_dir().join(format!("dpo-archive-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn store(&self) -> Store {
        Store::directory(&self.0, "backups").unwrap()
    }

    /// The paths of all objects. Like the store's own listing it leaves out what an upload that was cut off had begun to
    /// write, under the object's name with `#` and a number.
    pub(crate) fn objects(&self) -> Vec<String> {
        let mut found = Vec::new();
        collect(&self.0, &self.0, &mut found);
        found.retain(|path| !path.contains('#'));
        found.sort();
        found
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

fn collect(root: &Path, directory: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            found.push(
                path.strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned(),
            );
        }
    }
}

/// A policy that archives days after 100 days, with a week of grace, and needs backups of raw payloads.
pub(crate) fn archiving() -> Policy {
    let mut policy = policy();
    policy.raw.backup_required = true;
    policy.daily_keep_days = 100;
    policy.archive = Some(ArchivePolicy {
        prefix: "backups".into(),
        storage_class: None,
        grace: SignedDuration::from_hours(168),
        keep_years: None,
    });
    policy
}
