//! The archive: days past the policy leave Postgres for Parquet files in an object store, and nothing leaves unverified.
//!
//! An archived day is a version of up to three files (daily figures, hours, ledger). Each goes
//! planned → exported → uploaded → read back and verified → committed → purged in `control.archive_manifest`; every step
//! is idempotent and starts again from its state. Readers take the highest committed version of a day whose
//! `account_days.state` is `archived`; every other day is served from Postgres, whatever the archive holds.

mod audit;
mod cells;
mod copy;
mod day;
mod expire;
mod file;
mod manifest;
mod path;
mod purge;
mod raw;
mod restore;
mod run;
mod shape;
mod store;
mod turn;

pub use audit::Audit;
pub use manifest::State;
pub use path::organization_prefix;
pub use raw::back_up_raw;
pub use run::{Failure, Report, run};
pub use shape::Kind;
pub use store::{S3Settings, Store, StoreError};

pub use cells::{Cell, Column, Table, Type};
pub use file::{FileError, decode};

use crate::Tenant;
use crate::database::{CONNECTIONS, DatabaseError};

/// Partitions or days on their way at the same time, since most of the time is the store's answer. Each holds one connection at most, and
/// the run's turn another.
const AT_ONCE: usize = CONNECTIONS as usize - 1;

/// Why a step of the archive failed.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A file could not be written or read.
    #[error(transparent)]
    File(#[from] FileError),
    /// What was read back is not what was written. The object is removed and written again by the next run.
    #[error(
        "the object {path} read back from the archive store differs from what was written; it is written again"
    )]
    Corrupt {
        /// The object.
        path: String,
    },
    /// A committed object that a restatement needs is damaged.
    #[error(
        "the committed object {path} does not have the content that its manifest states; restore it from a copy of the bucket"
    )]
    Damaged {
        /// The object.
        path: String,
    },
}

impl ArchiveError {
    /// A bounded word for metrics and conditions.
    #[must_use]
    pub const fn category(&self) -> &'static str {
        match self {
            Self::Store(error) => error.category(),
            Self::Database(error) => error.category(),
            Self::File(_) => "archive_file",
            Self::Corrupt { .. } => "archive_corrupt",
            Self::Damaged { .. } => "archive_damaged",
        }
    }

    /// Whether every other day would fail in the same way.
    #[must_use]
    pub const fn concerns_everything(&self) -> bool {
        matches!(self, Self::Store(_) | Self::Database(_))
    }
}

impl From<sqlx::Error> for ArchiveError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// What every step needs.
#[derive(Debug, Clone, Copy)]
pub struct Archive<'a> {
    /// The tenant whose data it is.
    pub tenant: &'a Tenant,
    /// Where it goes.
    pub store: &'a Store,
    /// The Organization's UID: the first part of every path.
    pub organization_uid: &'a str,
}
