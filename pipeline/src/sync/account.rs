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

    /// Looks again where something is missing: another run of the same source may have read the account in the meantime.
    ///
    /// # Errors
    /// The database fails.
    pub(super) async fn complete(
        &mut self,
        tenant: &Tenant,
        source: Source,
        account: &AccountId,
    ) -> Result<(), DatabaseError> {
        if self.zone.is_none() || self.currency.is_none() {
            let stored = Self::load(tenant, source, account).await?;
            self.zone = self.zone.take().or(stored.zone);
            self.currency = self.currency.take().or(stored.currency);
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use dpo_warehouse::landing::upsert_entities;
    use dpo_warehouse::model::EntityRow;
    use dpo_warehouse::testing::server;
    use jiff::Timestamp;

    use super::*;

    #[tokio::test]
    async fn what_another_run_read_meanwhile_is_found() {
        let url = server().superuser_url("postgres");
        let currency: Currency = "EUR".parse().unwrap();
        let tenant = Tenant::create_throwaway(&url, "UTC", &currency)
            .await
            .unwrap();
        let account: AccountId = "7105550201".parse().unwrap();
        let mut context = AccountContext::load(&tenant, Source::GoogleAds, &account)
            .await
            .unwrap();
        let entity = EntityRow {
            account: account.clone(),
            level: Level::Account,
            id: account.to_string(),
            name: None,
            status: None,
            parent: None,
            currency: Some(currency.clone()),
            time_zone: Some("Europe/Berlin".into()),
        };
        upsert_entities(&tenant, Source::GoogleAds, &[entity], Timestamp::now())
            .await
            .unwrap();
        assert_eq!((context.zone.is_none(), &context.currency), (true, &None));
        context
            .complete(&tenant, Source::GoogleAds, &account)
            .await
            .unwrap();
        assert_eq!(
            context.zone.as_ref().and_then(TimeZone::iana_name),
            Some("Europe/Berlin")
        );
        assert_eq!(context.currency, Some(currency));
        tenant.drop_throwaway().await.unwrap();
    }
}
