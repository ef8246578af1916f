//! The businesses of the proofs, as their owners would declare them. Ids and credentials are the simulator's own demo configuration.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// A DataSource to be declared.
#[derive(Debug, Clone)]
pub struct Source {
    /// Name of the DataSource.
    pub name: String,
    /// Connector id, as the figures name it.
    pub source: &'static str,
    pub accounts: Vec<String>,
    /// Field of the variant in the spec, and its value.
    pub variant: (&'static str, Value),
    pub credentials: BTreeMap<String, String>,
}

/// An Organization with its DataSources.
#[derive(Debug, Clone)]
pub struct Tenant {
    pub namespace: String,
    pub name: String,
    /// The simulator's name of the business behind it.
    pub business: &'static str,
    pub time_zone: &'static str,
    pub currency: &'static str,
    pub locale: &'static str,
    pub owner: String,
    pub sources: Vec<Source>,
}

/// A coffee roaster in Saigon with one ad account in Los Angeles.
#[must_use]
pub fn saigon(namespace: &str) -> Tenant {
    Tenant {
        namespace: namespace.to_owned(),
        name: "saigon".to_owned(),
        business: "saigon-coffee",
        time_zone: "Asia/Ho_Chi_Minh",
        currency: "VND",
        locale: "vi-VN",
        owner: format!("ceo@{namespace}.example"),
        sources: vec![
            ads("ads", "7105550101", None, "saigon"),
            ads("ads-california", "7105550102", Some("7105550100"), "saigon"),
            analytics("410000101", "saigon"),
            shop(
                "saigon-coffee.myshopify.com",
                "demo-saigon-shopify-admin-token",
            ),
        ],
    }
}

/// A roaster in Berlin: a zone with daylight saving time.
#[must_use]
pub fn berlin(namespace: &str) -> Tenant {
    Tenant {
        namespace: namespace.to_owned(),
        name: "berlin".to_owned(),
        business: "berlin-beans",
        time_zone: "Europe/Berlin",
        currency: "EUR",
        locale: "en-GB",
        owner: format!("ceo@{namespace}.example"),
        sources: vec![
            ads("ads", "7105550201", Some("7105550200"), "berlin"),
            analytics("410000201", "berlin"),
            shop(
                "berlin-beans.myshopify.com",
                "demo-berlin-shopify-admin-token",
            ),
        ],
    }
}

fn ads(name: &str, customer: &str, manager: Option<&str>, login: &str) -> Source {
    let mut variant = json!({"customerIds": [customer]});
    if let Some(manager) = manager {
        variant["loginCustomerId"] = json!(manager);
    }
    Source {
        name: name.to_owned(),
        source: "google_ads",
        accounts: vec![customer.to_owned()],
        variant: ("googleAds", variant),
        credentials: google_login("google_ads", login),
    }
}

fn analytics(property: &str, login: &str) -> Source {
    Source {
        name: "analytics".to_owned(),
        source: "google_analytics",
        accounts: vec![property.to_owned()],
        variant: ("googleAnalytics", json!({"propertyIds": [property]})),
        credentials: google_login("google_analytics", login),
    }
}

fn shop(domain: &str, token: &str) -> Source {
    Source {
        name: "shop".to_owned(),
        source: "shopify",
        accounts: vec![domain.to_owned()],
        variant: ("shopify", json!({"shop": domain})),
        credentials: keys(&[("platform", "shopify"), ("access_token", token)]),
    }
}

/// The simulator's demo login of a business, as a Secret for `platform`.
#[must_use]
pub fn google_login(platform: &str, login: &str) -> BTreeMap<String, String> {
    keys(&[
        ("platform", platform),
        (
            "client_id",
            &format!("demo-{login}.apps.googleusercontent.com"),
        ),
        ("client_secret", &format!("demo-{login}-google-secret")),
        (
            "refresh_token",
            &format!("demo-{login}-google-refresh-token"),
        ),
    ])
}

/// The simulator's demo app of a shop whose refresh tokens rotate.
#[must_use]
pub fn rotating_shop_login(login: &str) -> BTreeMap<String, String> {
    keys(&[
        ("platform", "shopify"),
        ("client_id", &format!("demo-{login}-shopify-app")),
        ("client_secret", &format!("demo-{login}-shopify-secret")),
        (
            "refresh_token",
            &format!("demo-{login}-shopify-refresh-token"),
        ),
    ])
}

fn keys(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

impl Tenant {
    /// Organization, DataSources, Secrets and RetentionPolicy as one YAML text; `history_from` is a local date.
    #[must_use]
    pub fn manifests(&self, history_from: &str, policy: &Value) -> Vec<Value> {
        let mut manifests = vec![self.policy(policy), self.organization()];
        for source in &self.sources {
            manifests.push(self.secret(source));
            manifests.push(self.data_source(source, history_from));
        }
        manifests
    }

    /// The Organization.
    #[must_use]
    pub fn organization(&self) -> Value {
        let spec = json!({
            "displayName": self.name, "timeZone": self.time_zone, "currency": self.currency, "country": &self.locale[3..], "locale": self.locale,
            "retentionPolicyRef": {"name": "policy"}, "owners": [self.owner],
        });
        self.object("dpo.dev/v1alpha1", "Organization", &self.name, &spec)
    }

    /// One DataSource, with a schedule that never fires by itself during a proof.
    #[must_use]
    pub fn data_source(&self, source: &Source, history_from: &str) -> Value {
        let spec = json!({
            "organizationRef": {"name": self.name}, source.variant.0: source.variant.1,
            "credentialsRef": {"name": source.name}, "historyFrom": history_from, "schedule": "0 0 29 2 *",
        });
        self.object("dpo.dev/v1alpha1", "DataSource", &source.name, &spec)
    }

    /// The credentials of one DataSource.
    #[must_use]
    pub fn secret(&self, source: &Source) -> Value {
        json!({
            "apiVersion": "v1", "kind": "Secret", "stringData": source.credentials,
            "metadata": {"name": source.name, "namespace": self.namespace},
        })
    }

    fn policy(&self, spec: &Value) -> Value {
        self.object("dpo.dev/v1alpha1", "RetentionPolicy", "policy", spec)
    }

    fn object(&self, api_version: &str, kind: &str, name: &str, spec: &Value) -> Value {
        json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": self.namespace}, "spec": spec})
    }
}
