//! Whether the parts of a configuration fit together.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::{BusinessSpec, Config};
use crate::currency;

/// Why a configuration cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not YAML of the documented form.
    #[error("the configuration cannot be read: {0}")]
    Form(#[from] serde_yaml::Error),
    /// A zone that the IANA database does not have.
    #[error("{owner}: '{zone}' is no IANA time zone; write one such as Asia/Ho_Chi_Minh")]
    Zone {
        /// What carries the zone.
        owner: String,
        /// The unknown name.
        zone: String,
    },
    /// A currency without a rate.
    #[error(
        "{owner}: the simulator has no rate for '{currency}'; use USD, EUR, GBP, AUD, SGD, THB, JPY or VND"
    )]
    Currency {
        /// What carries the currency.
        owner: String,
        /// The unknown code.
        currency: String,
    },
    /// Two things that requests could not tell apart.
    #[error("{kind} '{id}' appears twice; each must belong to one business")]
    Twice {
        /// Kind of thing.
        kind: &'static str,
        /// Its id.
        id: String,
    },
    /// No business at all.
    #[error("list at least one business")]
    Empty,
}

pub fn check(config: &Config) -> Result<(), ConfigError> {
    if config.businesses.is_empty() {
        return Err(ConfigError::Empty);
    }
    config
        .businesses
        .iter()
        .try_for_each(zones_and_currencies)?;
    unique("business", config, |business| vec![business.name.clone()])?;
    unique("Google Ads account", config, |business| {
        business
            .google_ads
            .iter()
            .map(|account| account.customer_id.clone())
            .collect()
    })?;
    unique("property", config, |business| {
        business
            .google_analytics
            .iter()
            .map(|property| property.id.clone())
            .collect()
    })?;
    unique("shop", config, |business| {
        business
            .shopify
            .iter()
            .map(|shop| shop.domain.clone())
            .collect()
    })
}

fn zones_and_currencies(business: &BusinessSpec) -> Result<(), ConfigError> {
    zone(&business.name, &business.time_zone)?;
    for account in &business.google_ads {
        zone(&account.customer_id, &account.time_zone)?;
        money(&account.customer_id, &account.currency)?;
    }
    if let Some(property) = &business.google_analytics {
        zone(&property.id, &property.time_zone)?;
        money(&property.id, &property.currency)?;
    }
    if let Some(shop) = &business.shopify {
        zone(&shop.domain, &shop.time_zone)?;
        money(&shop.domain, &shop.currency)?;
        shop.presentment_currency
            .iter()
            .try_for_each(|code| money(&shop.domain, code))?;
    }
    Ok(())
}

fn zone(owner: &str, zone: &str) -> Result<(), ConfigError> {
    match TimeZone::get(zone) {
        Ok(_) => Ok(()),
        Err(_) => Err(ConfigError::Zone {
            owner: owner.to_owned(),
            zone: zone.to_owned(),
        }),
    }
}

fn money(owner: &str, code: &str) -> Result<(), ConfigError> {
    if currency::is_known(code) {
        Ok(())
    } else {
        Err(ConfigError::Currency {
            owner: owner.to_owned(),
            currency: code.to_owned(),
        })
    }
}

fn unique(
    kind: &'static str,
    config: &Config,
    ids: impl Fn(&BusinessSpec) -> Vec<String>,
) -> Result<(), ConfigError> {
    let mut seen = BTreeSet::new();
    for id in config.businesses.iter().flat_map(ids) {
        if !seen.insert(id.clone()) {
            return Err(ConfigError::Twice { kind, id });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_can_be_played() {
        let demo = Config::demo().unwrap();
        assert_eq!(demo.businesses.len(), 2);
    }

    #[test]
    fn mistakes_are_named() {
        let text = |zone: &str, currency: &str| {
            format!(
                "businesses: [{{name: a, seed: 1, timeZone: UTC, googleAds: [{{customerId: '1', name: n, \
                 timeZone: {zone}, currency: {currency}}}]}}]"
            )
        };
        let message = |text: &str| Config::parse(text).unwrap_err().to_string();
        assert!(Config::parse(&text("UTC", "USD")).is_ok());
        assert!(message(&text("Mars/Base", "USD")).contains("'Mars/Base' is no IANA time zone"));
        assert!(message(&text("UTC", "XXX")).contains("no rate for 'XXX'"));
        assert!(message("businesses: []").contains("at least one"));
        let twice =
            "businesses: [{name: a, seed: 1, timeZone: UTC}, {name: a, seed: 2, timeZone: UTC}]";
        assert!(message(twice).contains("appears twice"));
    }
}
