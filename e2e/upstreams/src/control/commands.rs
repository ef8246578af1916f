//! The commands themselves.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::effects::kinds;
use super::overlay;
use crate::business::restate::{Changed, OrderChange};
use crate::business::{Business, zone};
use crate::config::Limits;
use crate::tokens::{Login, Tokens};
use crate::web::Request;
use crate::world::World;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetClock {
    now: String,
}

/// The time and whether it stands.
pub fn clock(world: &World) -> Value {
    json!({ "now": world.now().to_string(), "fixed": world.clock.fixed().is_some() })
}

/// Stops the clock at an instant, or lets it run with the real time.
pub fn set_clock(world: &World, wanted: &SetClock) -> Result<Value, String> {
    let fixed = match wanted.now.as_str() {
        "real" => None,
        text => {
            let instant: Result<Timestamp, _> = text.parse();
            Some(instant.map_err(|_| {
                format!("now={text} is no instant; write 2026-09-01T03:00:00Z or real.")
            })?)
        }
    };
    world.clock.set(fixed);
    Ok(clock(world))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Restate {
    business: String,
    source: String,
    #[serde(default)]
    account: Option<String>,
    #[serde(default)]
    dates: Vec<Date>,
    #[serde(default)]
    days_back: Vec<i32>,
    #[serde(default)]
    order_ids: Vec<String>,
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    change: Option<OrderChange>,
    #[serde(default = "three")]
    count: usize,
}

fn three() -> usize {
    3
}

/// Changes the past as known from now on.
pub fn restate(world: &World, wanted: &Restate) -> Result<Value, String> {
    let business = named(world, &wanted.business)?;
    let now = world.now();
    let changed = match wanted.source.as_str() {
        "google_ads" => restate_ads(business, wanted, now),
        "google_analytics" => {
            let zone = business
                .spec
                .google_analytics
                .as_ref()
                .map_or("UTC", |property| &property.time_zone);
            let dates = wanted.dates(zone, now);
            dates
                .iter()
                .flat_map(|date| business.restate_visits(*date, wanted.seed, now))
                .collect()
        }
        "shopify" => restate_shop(business, wanted, now)?,
        other => {
            return Err(format!(
                "There is no source '{other}'; write google_ads, google_analytics or shopify."
            ));
        }
    };
    if changed.iter().all(|one| one.detail == "0") {
        return Err(
            "Nothing happened there that could change; choose other days or orders.".to_owned(),
        );
    }
    Ok(json!({ "changed": changed }))
}

impl Restate {
    fn dates(&self, zone_name: &str, now: Timestamp) -> Vec<Date> {
        let today = zone(zone_name).to_datetime(now).date();
        let back = self
            .days_back
            .iter()
            .map(|days| today.saturating_sub(days.days()));
        self.dates.iter().copied().chain(back).collect()
    }
}

fn restate_ads(business: &Business, wanted: &Restate, now: Timestamp) -> Vec<Changed> {
    let accounts = business.spec.google_ads.iter().enumerate();
    let chosen = accounts.filter(|(_, account)| {
        wanted
            .account
            .as_ref()
            .is_none_or(|id| *id == account.customer_id)
    });
    chosen
        .flat_map(|(index, account)| {
            let dates = wanted.dates(&account.time_zone, now);
            dates
                .into_iter()
                .flat_map(move |date| business.restate_ads(index, date, wanted.seed, now))
        })
        .collect()
}

fn restate_shop(
    business: &Business,
    wanted: &Restate,
    now: Timestamp,
) -> Result<Vec<Changed>, String> {
    let number = |id: &String| {
        let digits = id.rsplit('/').next().unwrap_or(id);
        digits.parse::<u64>().map_err(|_| {
            format!("'{id}' is no order id; write digits or gid://shopify/Order/digits.")
        })
    };
    let ids = wanted
        .order_ids
        .iter()
        .map(number)
        .collect::<Result<Vec<_>, _>>()?;
    let zone = business
        .spec
        .shopify
        .as_ref()
        .map_or("UTC", |shop| &shop.time_zone);
    let mut changed = business.restate_orders(&ids, wanted.change, wanted.seed, now);
    for date in wanted.dates(zone, now) {
        changed.extend(business.restate_orders_of(
            date,
            wanted.count,
            wanted.change,
            wanted.seed,
            now,
        ));
    }
    Ok(changed)
}

fn named<'a>(world: &'a World, name: &str) -> Result<&'a Business, String> {
    world
        .business(name)
        .ok_or_else(|| format!("There is no business '{name}'."))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credentials {
    business: String,
    platform: Platform,
    action: CredentialAction,
    /// Only the logins of this OAuth client; all of the business where it is absent.
    client_id: Option<String>,
}

impl Credentials {
    fn names(&self, business: &str, client_id: &str) -> bool {
        business == self.business
            && self
                .client_id
                .as_ref()
                .is_none_or(|wanted| wanted == client_id)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Platform {
    Google,
    Shopify,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum CredentialAction {
    Revoke,
    Restore,
    EndAccessTokens,
}

/// Revokes, restores or ends tokens of the logins that a business has at a platform.
pub fn credentials(world: &World, wanted: &Credentials) -> Result<Value, String> {
    named(world, &wanted.business)?;
    let (tokens, logins) = wanted_logins(world, wanted);
    if logins.is_empty() {
        return Err(format!("{} has no such login.", wanted.business));
    }
    for login in &logins {
        match wanted.action {
            CredentialAction::Revoke => tokens.revoke(*login),
            CredentialAction::Restore => tokens.restore(*login),
            CredentialAction::EndAccessTokens => tokens.end_access(*login),
        }
    }
    Ok(json!({ "logins": logins.len() }))
}

fn wanted_logins<'a>(world: &'a World, wanted: &Credentials) -> (&'a Tokens, Vec<Login>) {
    match wanted.platform {
        Platform::Google => {
            let logins = world.google_logins().filter(|(_, google)| {
                wanted.names(&google.business.spec.name, &google.credential.client_id)
            });
            (&world.google, logins.map(|(login, _)| login).collect())
        }
        Platform::Shopify => {
            let shops = world
                .shop_logins()
                .filter(|shop| wanted.names(&shop.business.spec.name, &shop.app.client_id));
            (&world.shopify, shops.map(|shop| shop.login).collect())
        }
    }
}

/// Changes some of the platforms' limits and tells all of them.
pub fn limits(world: &World, changes: Value) -> Result<Value, String> {
    let merged = overlay(limits_body(&world.limits()), changes);
    let limits: Limits =
        serde_json::from_value(merged).map_err(|error| format!("These are no limits: {error}."))?;
    world.set_limits(limits.clone());
    Ok(limits_body(&limits))
}

fn limits_body(limits: &Limits) -> Value {
    json!({
        "googleAdsRows": limits.google_ads_rows,
        "googleAnalyticsTokensPerDay": limits.google_analytics_tokens_per_day,
        "googleAnalyticsTokensPerHour": limits.google_analytics_tokens_per_hour,
        "shopifyBucket": limits.shopify_bucket,
        "shopifyRestoreRate": limits.shopify_restore_rate,
        "shopifyQueryCost": limits.shopify_query_cost,
        "shopifyPage": limits.shopify_page,
    })
}

/// Planned failures, and the kinds that each source knows.
pub fn list_faults(world: &World) -> Value {
    let sources = [
        "google_oauth",
        "google_ads",
        "google_analytics",
        "shopify_oauth",
        "shopify",
    ];
    let known: Map<String, Value> = sources
        .into_iter()
        .map(|source| (source.to_owned(), json!(kinds(source).unwrap_or_default())))
        .collect();
    json!({ "faults": world.faults().all(), "kinds": known })
}

/// The latest requests: `?since=<number>&source=`.
pub fn requests(world: &World, request: &Request) -> Value {
    let since = request
        .parameter("since")
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    let source = request.parameter("source");
    json!({ "requests": world.log().since(since, source.as_deref()) })
}

/// The businesses with their accounts, without credentials.
pub fn businesses(world: &World) -> Value {
    let listed = world.businesses.iter().map(|business| {
        let spec = &business.spec;
        let ads = spec.google_ads.iter().map(|account| {
            json!({ "id": account.customer_id, "timeZone": account.time_zone, "currency": account.currency, "loginCustomerId": account.login_customer_id })
        });
        let site = spec.google_analytics.as_ref().map(|property| {
            json!({ "id": property.id, "timeZone": property.time_zone, "currency": property.currency })
        });
        let shop = spec.shopify.as_ref().map(|shop| {
            json!({ "id": shop.domain, "timeZone": shop.time_zone, "currency": shop.currency })
        });
        json!({ "name": spec.name, "googleAds": ads.collect::<Vec<_>>(), "googleAnalytics": site, "shopify": shop })
    });
    json!({ "businesses": listed.collect::<Vec<_>>() })
}
