//! What the simulator plays: limits of the platforms and the businesses behind them. See README.md for the form.

mod check;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde::Deserialize;

pub use check::ConfigError;

/// The whole configuration, read from YAML or JSON.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Config {
    /// A fixed start for the clock; the real time when absent.
    pub clock: Option<Timestamp>,
    /// Limits of the platforms.
    #[serde(default)]
    pub limits: Limits,
    /// The businesses, told apart by their credentials and accounts.
    pub businesses: Vec<BusinessSpec>,
}

/// Limits of the platforms; small values make pagination and throttling show in short tests.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Limits {
    /// Rows of one Google Ads page or batch.
    pub google_ads_rows: usize,
    /// GA4 tokens a property may spend in a day.
    pub google_analytics_tokens_per_day: i64,
    /// GA4 tokens a property may spend in an hour.
    pub google_analytics_tokens_per_hour: i64,
    /// Size of the bucket in cost points of a shop on the basic plan.
    pub shopify_bucket: f64,
    /// Cost points that come back to it each second.
    pub shopify_restore_rate: f64,
    /// The most that one query may cost.
    pub shopify_query_cost: i64,
    /// The most nodes that one page may hold.
    pub shopify_page: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            google_ads_rows: 10_000,
            google_analytics_tokens_per_day: 200_000,
            google_analytics_tokens_per_hour: 40_000,
            shopify_bucket: 2000.0,
            shopify_restore_rate: 100.0,
            shopify_query_cost: 1000,
            shopify_page: 250,
        }
    }
}

/// One simulated business.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BusinessSpec {
    /// Short name, used in the control interface.
    pub name: String,
    /// Everything random follows from it.
    pub seed: u64,
    /// Zone whose daily rhythm the customers follow.
    pub time_zone: String,
    /// Words of names: `vi`, `de` or `en`.
    #[serde(default)]
    pub language: Language,
    /// First day with events.
    #[serde(default = "first_day")]
    pub history_from: Date,
    /// How much happens in a day.
    #[serde(default)]
    pub size: Size,
    /// Google logins.
    #[serde(default)]
    pub google: Vec<GoogleCredential>,
    /// Advertising accounts.
    #[serde(default)]
    pub google_ads: Vec<AdsAccount>,
    /// The measured website.
    pub google_analytics: Option<Property>,
    /// The shop.
    pub shopify: Option<Shop>,
}

fn first_day() -> Date {
    date(2025, 1, 1)
}

/// The language of campaign and product names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Vietnamese.
    Vi,
    /// German.
    De,
    /// English.
    #[default]
    En,
}

/// How much happens in a day, on average.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Size {
    /// Campaigns of each advertising account.
    pub campaigns: usize,
    /// Ad clicks of each advertising account.
    pub clicks_per_day: u64,
    /// Visits that no ad brought.
    pub organic_visits_per_day: u64,
    /// Orders of the shop.
    pub orders_per_day: u64,
}

impl Default for Size {
    fn default() -> Self {
        Self {
            campaigns: 5,
            clicks_per_day: 60,
            organic_visits_per_day: 90,
            orders_per_day: 15,
        }
    }
}

/// A Google login: either a refresh token of an OAuth client or a service account.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GoogleCredential {
    /// OAuth client.
    #[serde(default)]
    pub client_id: String,
    /// Its secret.
    #[serde(default)]
    pub client_secret: String,
    /// The refresh token of the login.
    #[serde(default)]
    pub refresh_token: String,
    /// Service account that signs its own assertions instead.
    pub service_account: Option<String>,
    /// Short names of scopes: `adwords`, `analytics.readonly`.
    #[serde(default = "google_scopes")]
    pub scopes: Vec<String>,
    /// Whether refreshing hands out a new refresh token.
    #[serde(default)]
    pub rotate: bool,
    /// Accounts and properties the login sees; all of the business when empty.
    #[serde(default)]
    pub accounts: Vec<String>,
}

fn google_scopes() -> Vec<String> {
    vec!["adwords".to_owned(), "analytics.readonly".to_owned()]
}

/// A Google Ads account.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdsAccount {
    /// Ten digits.
    pub customer_id: String,
    /// Name shown to people.
    pub name: String,
    /// IANA zone of days and hours.
    pub time_zone: String,
    /// Currency of costs.
    pub currency: String,
    /// Manager through which alone the account can be reached.
    pub login_customer_id: Option<String>,
    /// `ENABLED`, `CANCELED`, `SUSPENDED` or `CLOSED`.
    #[serde(default = "enabled")]
    pub status: String,
}

fn enabled() -> String {
    "ENABLED".to_owned()
}

/// A GA4 property.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Property {
    /// Digits of the property.
    #[serde(rename = "propertyId")]
    pub id: String,
    /// Digits of the account above it.
    pub account_id: String,
    /// Name shown to people.
    pub name: String,
    /// IANA zone of days and hours.
    pub time_zone: String,
    /// Currency of revenue.
    pub currency: String,
    /// Share of visitors, in thousandths, who refuse cookies and are modelled.
    #[serde(default = "modelled_share")]
    pub modelled_per_mille: u64,
}

fn modelled_share() -> u64 {
    60
}

/// A Shopify shop.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Shop {
    /// `name.myshopify.com`.
    pub domain: String,
    /// Name shown to people.
    pub name: String,
    /// IANA zone of the shop.
    pub time_zone: String,
    /// Currency of the shop's money.
    pub currency: String,
    /// Currency that some customers pay in.
    pub presentment_currency: Option<String>,
    /// Decides how many cost points the shop's apps have.
    #[serde(default)]
    pub plan: ShopPlan,
    /// Apps that may read the shop.
    pub apps: Vec<ShopApp>,
}

/// The plan of a shop.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShopPlan {
    /// The limits as configured.
    #[default]
    Basic,
    /// Twice as much.
    Advanced,
    /// Ten times as much.
    Plus,
}

impl ShopPlan {
    /// By how much the plan widens bucket and restore rate.
    pub fn factor(self) -> f64 {
        match self {
            Self::Basic => 1.0,
            Self::Advanced => 2.0,
            Self::Plus => 10.0,
        }
    }

    /// The plan's name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Basic => "Basic",
            Self::Advanced => "Advanced",
            Self::Plus => "Shopify Plus",
        }
    }
}

/// An app installed in a shop, with the ways in which it gets tokens.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ShopApp {
    /// OAuth client.
    #[serde(default)]
    pub client_id: String,
    /// Its secret.
    #[serde(default)]
    pub client_secret: String,
    /// First refresh token of the expiring offline grant.
    pub refresh_token: Option<String>,
    /// Token that an administrator made; never expires.
    pub access_token: Option<String>,
    /// Whether the app may use the `client_credentials` grant.
    #[serde(default)]
    pub client_credentials: bool,
    /// Granted scopes.
    #[serde(default = "shop_scopes")]
    pub scopes: Vec<String>,
}

fn shop_scopes() -> Vec<String> {
    [
        "read_orders",
        "read_all_orders",
        "read_products",
        "read_customers",
    ]
    .map(str::to_owned)
    .to_vec()
}

impl std::fmt::Debug for GoogleCredential {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("GoogleCredential")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for ShopApp {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ShopApp")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// The built-in businesses of the demo.
    ///
    /// # Errors
    /// Never in a released build: a test reads the built-in text.
    pub fn demo() -> Result<Self, ConfigError> {
        Self::parse(include_str!("../../demo.yaml"))
    }

    /// Reads YAML or JSON and checks that the parts fit together.
    ///
    /// # Errors
    /// Says which field is wrong and what it should hold.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = serde_yaml::from_str(text)?;
        check::check(&config)?;
        Ok(config)
    }
}
