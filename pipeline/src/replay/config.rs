//! The configuration of a replay: the fields of the custom resource's variant, and the credentials.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dpo_crds::{GoogleAdsSource, GoogleAnalyticsSource, ShopifySource, SourceSettings};
use dpo_warehouse::model::{Currency, Source};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::auth::credentials::Credentials;
use crate::connectors::{self, Connected, Vault};
use crate::frame::failure::Failure;

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidConfig {
    /// The file cannot be read.
    #[error("{path} cannot be read: {error}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file is no JSON object.
    #[error("it must be a JSON object such as {example}")]
    NotAnObject {
        /// One that works.
        example: &'static str,
    },
    /// A field is missing or wrong.
    #[error("{problem}. It must look like {example}")]
    Field {
        /// What is wrong.
        problem: String,
        /// One that works.
        example: &'static str,
    },
}

/// The fields of one variant and the credentials.
pub struct ReplayConfig {
    settings: OwnedSettings,
    credentials: Map<String, Value>,
    source: Source,
}

enum OwnedSettings {
    GoogleAds(GoogleAdsSource),
    GoogleAnalytics(GoogleAnalyticsSource),
    Shopify(ShopifySource),
}

/// Keys of credentials that may also stand beside the source's fields.
const CREDENTIAL_KEYS: [&str; 7] = [
    "client_id",
    "client_secret",
    "refresh_token",
    "developer_token",
    "service_account_json",
    "access_token",
    "platform",
];

impl ReplayConfig {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// The file cannot be read or is not usable for this source.
    pub async fn read(path: &Path, source: Source) -> Result<Self, InvalidConfig> {
        let text = tokio::fs::read_to_string(path).await;
        let text = text.map_err(|error| InvalidConfig::Unreadable {
            path: path.to_owned(),
            error,
        })?;
        Self::parse(&text, source)
    }

    fn parse(text: &str, source: Source) -> Result<Self, InvalidConfig> {
        let not_an_object = || InvalidConfig::NotAnObject {
            example: example(source),
        };
        let Ok(Value::Object(mut given)) = serde_json::from_str(text) else {
            return Err(not_an_object());
        };
        let mut credentials = take_credentials(&mut given);
        // A whole DataSource, too, holds the variant.
        if let Some(Value::Object(spec)) = given.remove("spec") {
            given = spec;
        }
        let mut fields = match given.remove(variant(source)) {
            Some(Value::Object(fields)) => fields,
            Some(_) => return Err(not_an_object()),
            None => given,
        };
        credentials.extend(take_credentials(&mut fields));
        Ok(Self {
            settings: settings(fields, source)?,
            credentials,
            source,
        })
    }

    /// The connector of this configuration.
    ///
    /// # Errors
    /// The credentials lack a key or belong to something else.
    pub fn connect(&self, vault: &Vault<'_>) -> Result<Connected, Failure> {
        let keys: BTreeMap<String, SecretString> = self
            .credentials
            .iter()
            .map(|(key, value)| (snake_case(key), SecretString::from(text_of(value))))
            .collect();
        let credentials = Credentials::inline(keys, self.source)?;
        connectors::connect(self.settings(), &credentials, vault)
    }

    fn settings(&self) -> SourceSettings<'_> {
        match &self.settings {
            OwnedSettings::GoogleAds(settings) => SourceSettings::GoogleAds(settings),
            OwnedSettings::GoogleAnalytics(settings) => SourceSettings::GoogleAnalytics(settings),
            OwnedSettings::Shopify(settings) => SourceSettings::Shopify(settings),
        }
    }
}

/// A throwaway organization needs a currency; no figure of a replay is converted into it.
#[must_use]
#[allow(clippy::expect_used, reason = "the text is a currency")]
pub fn any_currency() -> Currency {
    "USD".parse().expect("USD is a currency")
}

/// The variant's name in the custom resource.
const fn variant(source: Source) -> &'static str {
    match source {
        Source::GoogleAds => "googleAds",
        Source::GoogleAnalytics => "googleAnalytics",
        Source::Shopify => "shopify",
    }
}

/// A configuration that works.
pub const fn example(source: Source) -> &'static str {
    match source {
        Source::GoogleAds => {
            r#"{"customerIds": ["1234567890"], "loginCustomerId": "9876543210", "credentials": {"client_id": "…", "client_secret": "…", "refresh_token": "…"}}"#
        }
        Source::GoogleAnalytics => {
            r#"{"propertyIds": ["123456789"], "credentials": {"client_id": "…", "client_secret": "…", "refresh_token": "…"}}"#
        }
        Source::Shopify => {
            r#"{"shop": "saigon-coffee.myshopify.com", "credentials": {"access_token": "shpat_…"}}"#
        }
    }
}

fn take_credentials(given: &mut Map<String, Value>) -> Map<String, Value> {
    let nested = match given.remove("credentials") {
        Some(Value::Object(credentials)) => credentials,
        _ => Map::new(),
    };
    let beside: Vec<String> = given
        .keys()
        .filter(|key| CREDENTIAL_KEYS.contains(&snake_case(key).as_str()))
        .cloned()
        .collect();
    beside
        .into_iter()
        .filter_map(|key| given.remove_entry(&key))
        .chain(nested)
        .collect()
}

fn settings(fields: Map<String, Value>, source: Source) -> Result<OwnedSettings, InvalidConfig> {
    match source {
        Source::GoogleAds => {
            let settings: GoogleAdsSource = typed(fields, source)?;
            let digits = |id: &String| id.chars().filter(char::is_ascii_digit).count() == 10;
            check(
                settings.customer_ids.iter().all(digits),
                source,
                "customerIds must be ids of ten digits",
            )?;
            check(
                !settings.customer_ids.is_empty(),
                source,
                "customerIds must name at least one account",
            )?;
            Ok(OwnedSettings::GoogleAds(settings))
        }
        Source::GoogleAnalytics => {
            let settings: GoogleAnalyticsSource = typed(fields, source)?;
            let number = |id: &String| {
                id.trim_start_matches("properties/")
                    .bytes()
                    .all(|byte| byte.is_ascii_digit())
            };
            check(
                settings.property_ids.iter().all(number),
                source,
                "propertyIds must be numeric ids, not G-… measurement ids",
            )?;
            check(
                !settings.property_ids.is_empty(),
                source,
                "propertyIds must name at least one property",
            )?;
            Ok(OwnedSettings::GoogleAnalytics(settings))
        }
        Source::Shopify => {
            let settings: ShopifySource = typed(fields, source)?;
            let name = settings
                .shop
                .strip_suffix(".myshopify.com")
                .unwrap_or_default();
            let letters =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            let shop = !name.is_empty() && !name.starts_with('-') && name.bytes().all(letters);
            check(
                shop,
                source,
                "shop must be the shop's domain at Shopify, such as saigon-coffee.myshopify.com",
            )?;
            Ok(OwnedSettings::Shopify(settings))
        }
    }
}

fn check(holds: bool, source: Source, problem: &str) -> Result<(), InvalidConfig> {
    if holds {
        Ok(())
    } else {
        Err(InvalidConfig::Field {
            problem: problem.to_owned(),
            example: example(source),
        })
    }
}

fn typed<T: DeserializeOwned>(
    fields: Map<String, Value>,
    source: Source,
) -> Result<T, InvalidConfig> {
    let texts = Value::Object(
        fields
            .into_iter()
            .map(|(key, value)| (key.clone(), listed(&key, ids_as_text(value))))
            .collect(),
    );
    serde_json::from_value(texts).map_err(|error| InvalidConfig::Field {
        problem: error.to_string(),
        example: example(source),
    })
}

/// One id may stand without its list.
fn listed(key: &str, value: Value) -> Value {
    match value {
        Value::String(_) if key.ends_with("Ids") => Value::Array(vec![value]),
        other => other,
    }
}

/// Ids are text; in a file written by hand they may be numbers.
fn ids_as_text(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Array(values) => Value::Array(values.into_iter().map(ids_as_text).collect()),
        other => other,
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn snake_case(key: &str) -> String {
    let letters = key.chars().map(|letter| {
        if letter.is_ascii_uppercase() {
            format!("_{}", letter.to_ascii_lowercase())
        } else {
            letter.to_string()
        }
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accounts(text: &str, source: Source) -> Vec<String> {
        let config = ReplayConfig::parse(text, source)
            .map_err(|error| error.to_string())
            .unwrap();
        config
            .settings()
            .accounts()
            .into_iter()
            .map(str::to_owned)
            .collect()
    }

    fn problem(text: &str, source: Source) -> String {
        ReplayConfig::parse(text, source).err().unwrap().to_string()
    }

    #[test]
    fn flat_wrapped_and_mixed_forms_are_read() {
        let flat =
            r#"{"customerIds": ["123-456-7890", 9876543210], "credentials": {"clientId": "i"}}"#;
        let wrapped = r#"{"googleAds": {"customerIds": ["1234567890"], "loginCustomerId": 9876543210}, "credentials": {"client_id": "i"}}"#;
        let mixed = r#"{"customerIds": ["1234567890"], "client_id": "i", "refresh_token": "r"}"#;
        assert_eq!(
            accounts(flat, Source::GoogleAds),
            ["123-456-7890", "9876543210"]
        );
        assert_eq!(accounts(wrapped, Source::GoogleAds), ["1234567890"]);
        assert_eq!(
            ReplayConfig::parse(mixed, Source::GoogleAds)
                .unwrap_or_else(|error| panic!("{error}"))
                .credentials
                .len(),
            2
        );
        let whole = r#"{"kind": "DataSource", "spec": {"organizationRef": {"name": "a"}, "googleAnalytics": {"propertyIds": 123}}}"#;
        assert_eq!(accounts(whole, Source::GoogleAnalytics), ["123"]);
        assert_eq!(
            accounts(
                r#"{"shop": "a-b.myshopify.com", "credentials": {}}"#,
                Source::Shopify
            ),
            ["a-b.myshopify.com"]
        );
    }

    #[test]
    fn the_examples_of_the_help_are_usable() {
        for source in [Source::GoogleAds, Source::GoogleAnalytics, Source::Shopify] {
            assert_eq!(accounts(example(source), source).len(), 1, "{source}");
        }
    }

    #[test]
    fn a_problem_is_told_with_an_example() {
        assert!(problem("[]", Source::GoogleAds).contains("JSON object"));
        assert!(problem("{}", Source::GoogleAds).contains("customerIds"));
        assert!(problem(r#"{"customerIds": ["12"]}"#, Source::GoogleAds).contains("ten digits"));
        assert!(
            problem(r#"{"propertyIds": ["G-ABC"]}"#, Source::GoogleAnalytics)
                .contains("measurement")
        );
        assert!(
            problem(r#"{"shop": "https://x.myshopify.com"}"#, Source::Shopify)
                .contains("It must look like {\"shop\"")
        );
    }
}
