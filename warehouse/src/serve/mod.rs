//! Reading for the API, as one tenant's read-only role. Every query reads one level.

mod cells;
mod columns;
mod connections;
mod days;
mod entities;
mod fetched;

use sqlx::{Postgres, Transaction};

pub use cells::{CellCursor, CellPage, CellRequest, FigureCell};
pub use connections::{ConditionRecord, Connection, RunFailure, RunRecord, Successes};
pub use days::{AccountDay, DateRange};
pub use entities::{EntityTotal, KnownEntity};
pub use fetched::{Fetched, Reach};

use crate::model::{AccountId, Source, TenantId};

/// An account of a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountKey {
    /// The connector.
    pub source: Source,
    /// The account's id on the platform.
    pub account: AccountId,
}

/// A transaction that reads one tenant's figures at one instant.
#[derive(Debug)]
pub struct TenantReader {
    transaction: Transaction<'static, Postgres>,
    tenant: TenantId,
}

impl TenantReader {
    pub(crate) const fn new(transaction: Transaction<'static, Postgres>, tenant: TenantId) -> Self {
        Self {
            transaction,
            tenant,
        }
    }
}

/// Account keys as two arrays for `unnest($n::text[], $m::text[])`.
fn as_arrays(accounts: &[AccountKey]) -> (Vec<&'static str>, Vec<&str>) {
    accounts
        .iter()
        .map(|key| (<&'static str>::from(key.source), key.account.as_str()))
        .unzip()
}
