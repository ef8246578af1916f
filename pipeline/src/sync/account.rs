//! What is known of an account while it is synced.

use dpo_warehouse::database::{DatabaseError, Tenant};
use dpo_warehouse::model::{AccountId, Currency, Level, Source};
use jiff::tz::TimeZone;

use crate::frame::declaration::StreamDeclaration;
use crate::frame::failure::Failure;
use crate::frame::pull::Batch;

/// Zone and currency of an account, as stored or as just read.
#[derive(Debug, Clone, Default)]
pub struct AccountContext {
    zone: Option<TimeZone>,
    pub(super) currency: Option<Currency>,
    missing_because: Option<Box<Failure>>,
    /// Only the newest days are still read of it in this run.
    pub quota_is_low: bool,
}

impl AccountContext {
    /// What earlier runs stored.
    ///
    /// # Errors
    /// The database fails.
    pub async fn load(
        tenant: &Tenant,
        source: Source,
        account: &AccountId,
    ) -> Result<Self, DatabaseError> {
        let stored = dpo_warehouse::inspect::account(tenant, source, account).await?;
        let zone = stored
            .as_ref()
            .and_then(|row| row.time_zone.as_deref())
            .and_then(|name| TimeZone::get(name).ok());
        Ok(Self {
            zone,
            currency: stored.and_then(|row| row.currency),
            ..Self::default()
        })
    }

    /// Takes over what a pull said about the account.
    pub(super) fn learn(&mut self, _stream: &StreamDeclaration, batch: &Batch) {
        self.quota_is_low |= batch.quota_is_low;
        for row in batch
            .entities
            .iter()
            .filter(|row| row.level == Level::Account)
        {
            let zone = row
                .time_zone
                .as_deref()
                .and_then(|name| TimeZone::get(name).ok());
            self.zone = zone.or(self.zone.take());
            self.currency = row.currency.clone().or(self.currency.take());
        }
    }

    /// Remembers why the account could not be read.
    pub(super) fn note(&mut self, stream: &StreamDeclaration, failure: &Failure) {
        if matches!(
            stream.kind,
            crate::frame::declaration::StreamKind::Snapshot { .. }
        ) && self.missing_because.is_none()
        {
            self.missing_because = Some(Box::new(failure.clone()));
        }
    }

    /// Refuses to read figures that mean nothing without zone and currency.
    pub(super) fn check(&self, stream: &StreamDeclaration) -> Result<(), Failure> {
        if !stream.needs_account || (self.zone.is_some() && self.currency.is_some()) {
            return Ok(());
        }
        match &self.missing_because {
            Some(failure) => Err((**failure).clone()),
            None => Err(Failure::unexpected(
                "the platform did not tell the account's time zone and currency",
            )),
        }
    }

    /// The account's zone, or another where it does not tell.
    #[must_use]
    pub fn zone_or(&self, other: &TimeZone) -> TimeZone {
        self.zone.clone().unwrap_or_else(|| other.clone())
    }
}
