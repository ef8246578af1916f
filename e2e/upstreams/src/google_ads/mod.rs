//! Google Ads, REST: `listAccessibleCustomers`, `googleAds:search` and `googleAds:searchStream`.

pub mod accounts;
pub mod errors;
pub mod facts;
pub mod fields;
mod filter;
pub mod gaql;
mod paging;
mod plan;
mod report;
mod shape;

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::business::zone;
use crate::tokens::Refusal;
use crate::web::{Answer, Request};
use crate::world::{GoogleLogin, World};
use accounts::Serving;
use errors::{AdsError, known, query_error};
use plan::Plan;

/// The version that is current.
pub const CURRENT_VERSION: u32 = 26;
const OLDEST_SERVED: u32 = 23;
const OLDEST_KNOWN: u32 = 20;

/// A method with its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method<'a> {
    ListAccessible,
    Search(&'a str),
    SearchStream(&'a str),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SearchRequest {
    query: String,
    #[serde(default)]
    page_token: Option<String>,
    #[serde(default)]
    page_size: Option<i64>,
    #[serde(default, rename = "validateOnly")]
    _validate_only: bool,
    #[serde(default)]
    search_settings: SearchSettings,
    #[serde(default, rename = "summaryRowSetting")]
    _summary_row: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SearchSettings {
    return_total_results_count: bool,
}

/// The version that a path names, such as 26 of `/v26/customers`.
pub fn version(segment: &str) -> Option<u32> {
    segment.strip_prefix('v')?.parse().ok()
}

/// The account of a path, for the log and for planned failures.
pub fn account_of(path: &str) -> Option<&str> {
    path.split('/')
        .skip_while(|part| *part != "customers")
        .nth(1)
}

/// Whether errors of the path come wrapped in an array.
pub fn is_streaming(path: &str) -> bool {
    path.ends_with(":searchStream")
}

/// Anything under `/v…/customers`.
pub fn answer(world: &World, request: &Request) -> Answer {
    let segments = request.segments();
    let version = segments
        .first()
        .and_then(|segment| version(segment))
        .unwrap_or(0);
    let Some(method) = method(request, &segments) else {
        return Answer::google_not_found(&request.path);
    };
    if !(OLDEST_KNOWN..=CURRENT_VERSION).contains(&version) {
        return Answer::google_not_found(&request.path);
    }
    let streaming = matches!(method, Method::SearchStream(_));
    if version < OLDEST_SERVED {
        return errors::answer(
            known("UNSUPPORTED_VERSION").body(version, &request_id()),
            streaming,
        );
    }
    let google = match authenticate(world, request) {
        Ok(google) => google,
        Err(refusal) => return errors::answer(refusal, streaming),
    };
    let answered = match method {
        Method::ListAccessible => Ok(list_accessible(google)),
        Method::Search(id) => search(world, google, id, request),
        Method::SearchStream(id) => stream(world, google, id, request),
    };
    answered.unwrap_or_else(|error| errors::answer(error.body(version, &request_id()), streaming))
}

fn method<'a>(request: &Request, segments: &[&'a str]) -> Option<Method<'a>> {
    match (request.method.as_str(), segments) {
        ("GET", [_, "customers:listAccessibleCustomers"]) => Some(Method::ListAccessible),
        ("POST", [_, "customers", id, "googleAds:search"]) => Some(Method::Search(id)),
        ("POST", [_, "customers", id, "googleAds:searchStream"]) => Some(Method::SearchStream(id)),
        _ => None,
    }
}

fn authenticate<'a>(world: &'a World, request: &Request) -> Result<GoogleLogin<'a>, (u16, Value)> {
    let token = request
        .bearer()
        .ok_or_else(|| errors::unauthenticated("CREDENTIALS_MISSING"))?;
    let google = world
        .google_access(token)
        .map_err(|refusal| match refusal {
            Refusal::Expired => errors::unauthenticated("ACCESS_TOKEN_EXPIRED"),
            Refusal::Revoked => known("OAUTH_TOKEN_REVOKED").body(CURRENT_VERSION, &request_id()),
            Refusal::Unknown | Refusal::Superseded => {
                errors::unauthenticated("ACCESS_TOKEN_TYPE_UNSUPPORTED")
            }
        })?;
    if !google
        .credential
        .scopes
        .iter()
        .any(|scope| scope == "adwords")
    {
        return Err(errors::insufficient_scope());
    }
    if request.header("developer-token") == Some("") {
        let mut refusal = errors::unauthenticated("CREDENTIALS_MISSING");
        refusal.1["error"]["message"] =
            Value::from("Request is invalid: the developer-token parameter is missing.");
        return Err(refusal);
    }
    Ok(google)
}

fn list_accessible(google: GoogleLogin<'_>) -> Answer {
    let names: Vec<String> = accounts::accessible(google)
        .iter()
        .map(|id| format!("customers/{id}"))
        .collect();
    Answer::json(200, &json!({ "resourceNames": names }))
}

struct Found {
    rows: Vec<report::Row>,
    plan: Plan,
    position: paging::Position,
    with_total: bool,
    query: String,
}

fn find(
    world: &World,
    google: GoogleLogin<'_>,
    id: &str,
    request: &Request,
) -> Result<Found, AdsError> {
    let customer = accounts::open(world, google, id, request.header("login-customer-id"))?;
    let body: SearchRequest = request.json().map_err(|error| {
        query_error(
            "QUERY_ERROR",
            &format!("Invalid JSON payload received. {error}"),
        )
    })?;
    if body.page_size.is_some() {
        return Err(known("PAGE_SIZE_NOT_SUPPORTED"));
    }
    let now = world.now();
    let zone = match customer.serving {
        Serving::Account(index) => zone(&customer.business.spec.google_ads[index].time_zone),
        Serving::Manager => zone(&customer.business.spec.time_zone),
    };
    let plan = plan::plan(gaql::parse(&body.query)?, zone.to_datetime(now).date())?;
    if customer.serving == Serving::Manager && plan.has_metrics() {
        return Err(known("REQUESTED_METRICS_FOR_MANAGER"));
    }
    let position = paging::position(&body.query, body.page_token.as_deref(), now)?;
    let rows = report::rows(&customer, &plan, position.snapshot);
    let with_total = body.search_settings.return_total_results_count;
    Ok(Found {
        rows,
        plan,
        position,
        with_total,
        query: body.query,
    })
}

fn search(
    world: &World,
    google: GoogleLogin<'_>,
    id: &str,
    request: &Request,
) -> Result<Answer, AdsError> {
    let found = find(world, google, id, request)?;
    let size = world.limits().google_ads_rows;
    let start = found.position.offset.min(found.rows.len());
    let end = (start + size).min(found.rows.len());
    let mut page = shape::page(&found.rows[start..end], &found.plan);
    if end < found.rows.len() {
        let next = paging::Position {
            offset: end,
            ..found.position
        };
        page["nextPageToken"] = Value::from(paging::token(&found.query, next));
    }
    if found.with_total {
        page["totalResultsCount"] = Value::from(found.rows.len().to_string());
    }
    Ok(Answer::json(200, &page))
}

fn stream(
    world: &World,
    google: GoogleLogin<'_>,
    id: &str,
    request: &Request,
) -> Result<Answer, AdsError> {
    let found = find(world, google, id, request)?;
    let request_id = request_id();
    let batch = |rows: &[report::Row]| {
        let mut batch = shape::page(rows, &found.plan);
        batch["requestId"] = Value::from(request_id.as_str());
        batch
    };
    let batches: Vec<Value> = if found.rows.is_empty() {
        vec![batch(&[])]
    } else {
        found
            .rows
            .chunks(world.limits().google_ads_rows.max(1))
            .map(batch)
            .collect()
    };
    Ok(Answer::json(200, &Value::Array(batches)).with("request-id", &request_id))
}

/// An id like the platform's: 22 characters.
pub fn request_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    format!("sim{:019}", COUNT.fetch_add(1, Ordering::Relaxed))
}
