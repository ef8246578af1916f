//! The archive store: the bucket of the mounted Secret, or a directory for a shell.

use std::path::{Path, PathBuf};

use clap::Args;
use dpo_warehouse::archive::{S3Settings, Store, StoreError};
use secrecy::SecretString;

use crate::cli::ARCHIVE_DIRECTORY;

/// Where the archive is.
#[derive(Debug, Clone, Args)]
pub struct StoreArgs {
    /// The Organization's UID: the first part of every path in the archive.
    #[arg(long, env = "DPO_ORGANIZATION_UID")]
    pub organization_uid: String,
    /// The mounted Secret with endpoint, region, bucket, access-key and secret-key.
    #[arg(long, env = "DPO_ARCHIVE_CREDENTIALS", default_value = ARCHIVE_DIRECTORY)]
    pub archive_credentials: PathBuf,
    /// Use this directory as the archive instead, as from a shell.
    #[arg(long, env = "DPO_ARCHIVE_DIRECTORY")]
    pub archive_directory: Option<PathBuf>,
}

/// Why there is no store to use.
#[derive(Debug, thiserror::Error)]
pub enum StoreUnusable {
    /// Nothing is mounted.
    #[error(
        "the Secret of the archive store is missing; make the Secret that archive.credentialsRef of the RetentionPolicy names, with the keys endpoint, region, bucket, access-key and secret-key"
    )]
    SecretMissing,
    /// A key of the Secret is missing or empty.
    #[error(
        "the Secret of the archive store has no key {0}; it needs endpoint, region, bucket, access-key and secret-key"
    )]
    KeyMissing(&'static str),
    /// The settings make no sense.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl StoreArgs {
    /// Opens the store; every object begins with the policy's prefix.
    ///
    /// # Errors
    /// The Secret is missing or incomplete, or its settings make no sense.
    pub fn open(&self, prefix: &str) -> Result<Store, StoreUnusable> {
        if let Some(directory) = &self.archive_directory {
            return Ok(Store::directory(directory, prefix)?);
        }
        let mounted = &self.archive_credentials;
        if !mounted.join("bucket").exists() && !mounted.join("access-key").exists() {
            return Err(StoreUnusable::SecretMissing);
        }
        let settings = S3Settings {
            endpoint: key(mounted, "endpoint")?,
            region: key(mounted, "region")?,
            bucket: key(mounted, "bucket")?,
            access_key: SecretString::from(key(mounted, "access-key")?),
            secret_key: SecretString::from(key(mounted, "secret-key")?),
        };
        Ok(Store::s3(&settings, prefix)?)
    }
}

fn key(mounted: &Path, name: &'static str) -> Result<String, StoreUnusable> {
    let text = std::fs::read_to_string(mounted.join(name)).unwrap_or_default();
    let text = text.trim();
    if text.is_empty() {
        Err(StoreUnusable::KeyMissing(name))
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mounted(keys: &[(&str, &str)]) -> StoreArgs {
        let directory =
            std::env::temp_dir().join(format!("dpo-archive-secret-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&directory).unwrap();
        for (name, value) in keys {
            std::fs::write(directory.join(name), value).unwrap();
        }
        StoreArgs {
            organization_uid: "uid".into(),
            archive_credentials: directory,
            archive_directory: None,
        }
    }

    fn refusal(keys: &[(&str, &str)]) -> String {
        let args = mounted(keys);
        let refusal = args.open("").unwrap_err().to_string();
        std::fs::remove_dir_all(&args.archive_credentials).unwrap();
        refusal
    }

    #[test]
    fn a_missing_secret_or_key_gets_a_sentence() {
        assert!(refusal(&[]).contains("Secret of the archive store is missing"));
        let keys = [
            ("endpoint", "http://store:7070"),
            ("region", "us-east-1"),
            ("bucket", "b\n"),
            ("access-key", "a"),
        ];
        assert!(refusal(&keys).contains("has no key secret-key"));
        assert!(refusal(&[("bucket", " ")]).contains("has no key endpoint"));
    }

    #[test]
    fn a_directory_serves_a_shell() {
        let mut args = mounted(&[]);
        args.archive_directory = Some(args.archive_credentials.clone());
        assert!(args.open("prefix").is_ok());
        std::fs::remove_dir_all(&args.archive_credentials).unwrap();
    }
}
