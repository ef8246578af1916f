//! DataSource: one platform, its accounts, and how often they are pulled.
#![allow(
    clippy::struct_field_names,
    reason = "the names of the custom resource, which the derive copies"
)]

use jiff::civil::Date;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use kube::{CustomResource, KubeSchema};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::shared::{LocalRef, LostRun};

/// A marketing platform and the accounts on it that an Organization wants to see.
///
/// Exactly one of the platforms is set. Platform, accounts, `organizationRef` and `timeZone` cannot be changed: they are the key of stored history.
#[derive(CustomResource, KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[kube(
    group = "dpo.dev",
    version = "v1alpha1",
    kind = "DataSource",
    plural = "datasources",
    shortname = "dsrc",
    category = "dpo",
    namespaced,
    status = "DataSourceStatus",
    derive = "PartialEq",
    doc = "A marketing platform, the accounts on it that are pulled, with which credentials and how often.",
    validation = Rule::new("size(self.metadata.name) <= 40 && !self.metadata.name.contains('.')")
        .message("The name of a DataSource must have at most 40 characters and no dot: its CronJob is named after it."),
    printcolumn(name = "Source", type_ = "string", json_path = ".status.source"),
    printcolumn(name = "Ready", type_ = "string", json_path = r#".status.conditions[?(@.type=="Ready")].status"#),
    printcolumn(name = "Reason", type_ = "string", json_path = r#".status.conditions[?(@.type=="Ready")].reason"#),
    printcolumn(name = "Last Sync", type_ = "date", json_path = ".status.lastSyncTime"),
    printcolumn(name = "Schedule", type_ = "string", json_path = ".status.schedule"),
    printcolumn(name = "Organization", type_ = "string", json_path = ".spec.organizationRef.name", priority = 1),
    printcolumn(name = "Last Run", type_ = "string", json_path = ".status.lastRun.class", priority = 1),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[serde(rename_all = "camelCase")]
#[x_kube(validation = Rule::new("[has(self.googleAds), has(self.googleAnalytics), has(self.shopify)].filter(set, set).size() == 1")
    .message("Set exactly one of googleAds, googleAnalytics and shopify: a DataSource is one platform."))]
#[x_kube(validation = Rule::new("has(self.googleAds) == has(oldSelf.googleAds) && has(self.googleAnalytics) == has(oldSelf.googleAnalytics) && has(self.shopify) == has(oldSelf.shopify)")
    .message("The platform cannot be changed. Create another DataSource for the other platform; this one's history stays."))]
#[x_kube(validation = Rule::new("!has(self.googleAds) || !has(oldSelf.googleAds) || self.googleAds.customerIds == oldSelf.googleAds.customerIds")
    .message("googleAds.customerIds cannot be changed. Create another DataSource for other accounts; this one's history stays."))]
#[x_kube(validation = Rule::new("!has(self.googleAnalytics) || !has(oldSelf.googleAnalytics) || self.googleAnalytics.propertyIds == oldSelf.googleAnalytics.propertyIds")
    .message("googleAnalytics.propertyIds cannot be changed. Create another DataSource for other properties; this one's history stays."))]
#[x_kube(validation = Rule::new("!has(self.shopify) || !has(oldSelf.shopify) || self.shopify.shop == oldSelf.shopify.shop")
    .message("shopify.shop cannot be changed. Create another DataSource for the other shop; this one's history stays."))]
#[x_kube(validation = Rule::new("self.organizationRef.name == oldSelf.organizationRef.name")
    .message("organizationRef cannot be changed. Create the DataSource again in the namespace of the other Organization."))]
#[x_kube(validation = Rule::new("has(self.timeZone) == has(oldSelf.timeZone) && (!has(self.timeZone) || self.timeZone == oldSelf.timeZone)")
    .message("timeZone cannot be changed, set or removed afterwards, since stored days follow it. Create another DataSource instead."))]
pub struct DataSourceSpec {
    /// The Organization in this namespace that the figures belong to. Cannot be changed.
    pub organization_ref: LocalRef,

    /// Google Ads accounts. Exactly one platform is set, and it cannot be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub google_ads: Option<GoogleAdsSource>,

    /// Google Analytics 4 properties. Exactly one platform is set, and it cannot be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub google_analytics: Option<GoogleAnalyticsSource>,

    /// A Shopify shop. Exactly one platform is set, and it cannot be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shopify: Option<ShopifySource>,

    /// The Secret in this namespace with the keys that the platform needs, among them `platform`. Only the sync's pod reads it.
    pub credentials_ref: LocalRef,

    /// Cron expression of five fields in the Organization's time zone, kept as written. Absent: every 15 minutes, at an offset that spreads the load.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 100))]
    #[x_kube(validation = Rule::new("self.matches('^[0-9A-Za-z*/,?-]+( [0-9A-Za-z*/,?-]+){4}$')")
        .message("schedule must be a cron expression of five fields separated by single spaces, such as '*/15 * * * *'; time zones come from the Organization."))]
    pub schedule: Option<String>,

    /// The first day to pull, for example `2025-01-01`, in the account's time zone. Absent: the last 90 days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "date_schema")]
    pub history_from: Option<Date>,

    /// IANA time zone of the account's days, for platforms that do not tell. Absent: the platform's own, else the Organization's. Cannot be changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 64))]
    #[x_kube(validation = Rule::new("self.matches('^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$')")
        .message("timeZone must be a name of the IANA time-zone database, such as Asia/Ho_Chi_Minh."))]
    pub time_zone: Option<String>,

    /// The brand these accounts belong to. Staff members may be limited to brands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 60))]
    pub brand: Option<String>,

    /// Attribution windows, where the platform lets the reader choose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribution: Option<Attribution>,

    /// How far back each tier of refetching reaches. Absent: what the platform is known to restate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lookback: Option<Lookback>,

    /// CPU and memory of the sync's pod. Absent: enough for ordinary accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<PodResources>,

    /// Stops the syncs. History and figures stay.
    #[serde(default)]
    pub suspend: bool,
}

/// Google Ads accounts and the way to them.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct GoogleAdsSource {
    /// Customer ids of ten digits without hyphens. Cannot be changed.
    #[schemars(length(min = 1, max = 50), inner(length(min = 1, max = 30)))]
    #[x_kube(
        merge_strategy = ListMerge::Set,
        validation = Rule::new("self.all(id, id.matches('^[0-9]{10}$'))")
            .message("googleAds.customerIds must be ids of ten digits without hyphens, such as '1234567890', in quotes."))]
    pub customer_ids: Vec<String>,

    /// The manager account through which the accounts are reached, ten digits without hyphens.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 30))]
    #[x_kube(validation = Rule::new("self.matches('^[0-9]{10}$')")
        .message("googleAds.loginCustomerId must be an id of ten digits without hyphens, such as '1234567890', in quotes."))]
    pub login_customer_id: Option<String>,
}

/// Google Analytics 4 properties.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct GoogleAnalyticsSource {
    /// Numeric property ids (not measurement ids such as `G-…`). Cannot be changed.
    #[schemars(length(min = 1, max = 50), inner(length(min = 1, max = 30)))]
    #[x_kube(
        merge_strategy = ListMerge::Set,
        validation = Rule::new("self.all(id, id.matches('^[0-9]+$'))")
            .message("googleAnalytics.propertyIds must be numeric property ids, such as '123456789', in quotes; a measurement id (G-...) does not work."))]
    pub property_ids: Vec<String>,
}

/// A Shopify shop.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct ShopifySource {
    /// The shop's own domain at Shopify, for example `saigon-coffee.myshopify.com`. Cannot be changed.
    #[schemars(length(min = 1, max = 100))]
    #[x_kube(validation = Rule::new("self.matches('^[a-z0-9][a-z0-9-]*[.]myshopify[.]com$')")
        .message("shopify.shop must be the shop's domain at Shopify, such as saigon-coffee.myshopify.com, without https:// and not the public domain."))]
    pub shop: String,
}

/// Attribution windows in days.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Attribution {
    /// Days after a click in which a conversion counts, 1 to 90.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 90))]
    pub click_days: Option<i64>,
    /// Days after a view in which a conversion counts, 0 to 30.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = 30))]
    pub view_days: Option<i64>,
}

/// How many days back each tier of refetching reaches, counted from today in the account's time zone; today alone is 1.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
#[x_kube(validation = Rule::new("(!has(self.hotDays) || !has(self.warmDays) || self.hotDays <= self.warmDays) && (!has(self.warmDays) || !has(self.coldDays) || self.warmDays <= self.coldDays) && (!has(self.coldDays) || !has(self.weeklyDays) || self.coldDays <= self.weeklyDays) && (!has(self.hotDays) || !has(self.coldDays) || self.hotDays <= self.coldDays) && (!has(self.hotDays) || !has(self.weeklyDays) || self.hotDays <= self.weeklyDays) && (!has(self.warmDays) || !has(self.weeklyDays) || self.warmDays <= self.weeklyDays)")
    .message("lookback must not shrink from tier to tier: hotDays <= warmDays <= coldDays <= weeklyDays."))]
pub struct Lookback {
    /// Fetched by each run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 14))]
    pub hot_days: Option<i64>,
    /// Fetched once an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 30))]
    pub warm_days: Option<i64>,
    /// Fetched once a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 90))]
    pub cold_days: Option<i64>,
    /// Fetched once a week.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 400))]
    pub weekly_days: Option<i64>,
}

/// What a sync's pod asks for and may use.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
#[x_kube(validation = Rule::new("!has(self.requests) || ((!has(self.requests.cpu) || (has(self.limits) && has(self.limits.cpu))) && (!has(self.requests.memory) || (has(self.limits) && has(self.limits.memory))))")
    .message("resources.requests needs a limit of the same kind in resources.limits."))]
#[x_kube(validation = Rule::new("!has(self.requests) || !has(self.limits) || ((!has(self.requests.cpu) || !has(self.limits.cpu) || !isQuantity(self.requests.cpu) || !isQuantity(self.limits.cpu) || quantity(self.requests.cpu).compareTo(quantity(self.limits.cpu)) <= 0) && (!has(self.requests.memory) || !has(self.limits.memory) || !isQuantity(self.requests.memory) || !isQuantity(self.limits.memory) || quantity(self.requests.memory).compareTo(quantity(self.limits.memory)) <= 0))")
    .message("resources.requests must not exceed resources.limits."))]
pub struct PodResources {
    /// What the scheduler reserves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<ResourceAmounts>,
    /// What the pod may use at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<ResourceAmounts>,
}

/// Amounts of CPU and memory as Kubernetes writes them.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct ResourceAmounts {
    /// CPU, for example `100m` or `1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 30))]
    #[x_kube(validation = Rule::new("self.matches('^[0-9]+([.][0-9]+|m)?$')").message("cpu must be an amount such as 100m or 1."))]
    pub cpu: Option<String>,
    /// Memory, for example `256Mi` or `1Gi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 30))]
    #[x_kube(validation = Rule::new("self.matches('^[0-9]+(Ki|Mi|Gi)$')").message("memory must be an amount such as 256Mi or 1Gi."))]
    pub memory: Option<String>,
}

/// What the operator last saw and did.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct DataSourceStatus {
    /// The generation of the spec that the conditions speak of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,

    /// Ready, CredentialsValid, Synced, Suspended; each with a reason and a sentence that says what to do.
    #[serde(default)]
    #[schemars(length(max = 16))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".to_string()]))]
    pub conditions: Vec<Condition>,

    /// Id of the connector: `google_ads`, `google_analytics`, `shopify`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 40))]
    pub source: Option<String>,

    /// The schedule in use, also where the spec leaves it open.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 100))]
    pub schedule: Option<String>,

    /// When a sync last ended well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_sync_time: Option<Time>,

    /// The run that finished last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_run: Option<LastRun>,

    /// A later run that ended before its pod could say why; gone as soon as a newer one has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost_run: Option<LostRun>,
}

/// A finished run.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct LastRun {
    /// Name of its Job.
    #[schemars(length(max = 63))]
    pub name: String,
    /// How it ended: `ok`, `empty_ok`, `auth_revoked`, `rate_limited`, …
    #[schemars(length(max = 40))]
    pub class: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Time>,
}

/// The one platform of a DataSource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceSettings<'a> {
    /// Google Ads accounts.
    GoogleAds(&'a GoogleAdsSource),
    /// Google Analytics 4 properties.
    GoogleAnalytics(&'a GoogleAnalyticsSource),
    /// A Shopify shop.
    Shopify(&'a ShopifySource),
}

impl<'a> SourceSettings<'a> {
    /// The connector's id as database, CLI and API spell it.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            Self::GoogleAds(_) => "google_ads",
            Self::GoogleAnalytics(_) => "google_analytics",
            Self::Shopify(_) => "shopify",
        }
    }

    /// The account ids as the platform writes them, in the order of the spec.
    #[must_use]
    pub fn accounts(self) -> Vec<&'a str> {
        match self {
            Self::GoogleAds(settings) => settings.customer_ids.iter().map(String::as_str).collect(),
            Self::GoogleAnalytics(settings) => {
                settings.property_ids.iter().map(String::as_str).collect()
            }
            Self::Shopify(settings) => vec![settings.shop.as_str()],
        }
    }
}

impl DataSourceSpec {
    /// The platform's settings; `None` where none or several are set, which the API server refuses.
    #[must_use]
    pub fn settings(&self) -> Option<SourceSettings<'_>> {
        match (&self.google_ads, &self.google_analytics, &self.shopify) {
            (Some(settings), None, None) => Some(SourceSettings::GoogleAds(settings)),
            (None, Some(settings), None) => Some(SourceSettings::GoogleAnalytics(settings)),
            (None, None, Some(settings)) => Some(SourceSettings::Shopify(settings)),
            _ => None,
        }
    }

    /// The connector's id: `google_ads`, `google_analytics`, `shopify`.
    #[must_use]
    pub fn source(&self) -> Option<&'static str> {
        self.settings().map(SourceSettings::source)
    }

    /// The account ids; empty where `settings()` is `None`.
    #[must_use]
    pub fn accounts(&self) -> Vec<&str> {
        self.settings()
            .map(SourceSettings::accounts)
            .unwrap_or_default()
    }
}

fn date_schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({"type": "string", "format": "date", "maxLength": 10})
}
