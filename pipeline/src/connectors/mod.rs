//! The sources, each in a folder of its own.

pub mod google_ads;
pub mod google_analytics;
pub mod shopify;

use dpo_crds::SourceSettings;
use dpo_warehouse::Tenant;
use dpo_warehouse::model::{Fact, RawRecord, RunClass, Source};
use dpo_warehouse::projection::{Partition, Projection, ProjectionError};
use dpo_warehouse::tokens::TokenKey;
use secrecy::SecretString;

use crate::auth::credentials::{Credentials, wrong_platform};
use crate::auth::google;
use crate::auth::rotating::RotatingToken;
use crate::auth::shopify::{ShopCredential, credential as shop_credential};
use crate::auth::tokens::{AccessTokens, TokenSource};
use crate::frame::connector::Connector;
use crate::frame::declaration::SourceDeclaration;
use crate::frame::failure::{Failure, Reason, Scope};
use google_ads::GoogleAds;
use google_analytics::GoogleAnalytics;
use shopify::Shopify;

/// A connector with the tokens of its credential.
pub struct Connected {
    /// The source with its settings.
    pub connector: Box<dyn Connector>,
    /// Its access tokens.
    pub tokens: AccessTokens,
}

/// What rotated refresh tokens are kept in.
pub struct Vault<'a> {
    /// The tenant's schema.
    pub tenant: &'a Tenant,
    /// The key that seals them.
    pub token_key: Option<&'a SecretString>,
    /// The DataSource they belong to.
    pub source_uid: &'a str,
}

impl Vault<'_> {
    fn key(&self) -> Result<TokenKey, Failure> {
        const NO_KEY: &str = "The key that seals rotated tokens is missing. The platform team must check DPO_TOKEN_KEY, which comes from the Secret dpo-tenant-database.";
        let missing = || {
            Failure::new(
                RunClass::PermanentBug,
                Scope::Credential,
                Reason::KeyMissing,
                NO_KEY,
            )
        };
        self.token_key
            .and_then(|key| TokenKey::from_base64(key).ok())
            .ok_or_else(missing)
    }
}

/// Makes the connector of a DataSource.
///
/// # Errors
/// The credential lacks a key or belongs to something else.
pub fn connect(
    settings: SourceSettings<'_>,
    credentials: &Credentials,
    vault: &Vault<'_>,
) -> Result<Connected, Failure> {
    let (connector, source): (Box<dyn Connector>, TokenSource) = match settings {
        SourceSettings::GoogleAds(settings) => {
            let connector = GoogleAds::new(
                &settings.customer_ids,
                settings.login_customer_id.as_deref(),
                credentials,
            );
            (
                Box::new(connector),
                TokenSource::Grant(google::grant(credentials, google_ads::OAUTH_SCOPE)?),
            )
        }
        SourceSettings::GoogleAnalytics(settings) => {
            let grant = google::grant(credentials, google_analytics::OAUTH_SCOPE)?;
            (
                Box::new(GoogleAnalytics::new(&settings.property_ids)),
                TokenSource::Grant(grant),
            )
        }
        SourceSettings::Shopify(settings) => {
            let shop = settings
                .shop
                .parse()
                .map_err(|_| wrong_platform("shop is empty"))?;
            (
                Box::new(Shopify::new(shop)),
                shop_tokens(shop_credential(credentials, &settings.shop)?, vault)?,
            )
        }
    };
    Ok(Connected {
        connector,
        tokens: AccessTokens::new(source, credentials),
    })
}

fn shop_tokens(credential: ShopCredential, vault: &Vault<'_>) -> Result<TokenSource, Failure> {
    Ok(match credential {
        ShopCredential::Lasting(token) => TokenSource::Lasting(token),
        ShopCredential::Client(client) => TokenSource::Grant(Box::new(client)),
        ShopCredential::Rotating(client) => {
            let rotating = RotatingToken::new(
                client,
                vault.tenant.clone(),
                vault.key()?,
                vault.source_uid.to_owned(),
            );
            TokenSource::Rotating(Box::new(rotating))
        }
    })
}

/// The projections of all sources, for jobs that compute figures without pulling any.
#[derive(Debug, Clone, Copy)]
pub struct Projections;

impl Projection for Projections {
    fn project(
        &self,
        partition: &Partition<'_>,
        records: &[RawRecord],
    ) -> Result<Vec<Fact>, ProjectionError> {
        match partition.key.source {
            Source::GoogleAds => google_ads::project(partition, records),
            Source::GoogleAnalytics => google_analytics::project(partition, records),
            // Orders are facts from the start.
            Source::Shopify => Ok(Vec::new()),
        }
    }
}

/// What a source declares.
#[must_use]
pub fn declaration(source: Source) -> &'static SourceDeclaration {
    match source {
        Source::GoogleAds => &google_ads::DECLARATION,
        Source::GoogleAnalytics => &google_analytics::DECLARATION,
        Source::Shopify => &shopify::DECLARATION,
    }
}
