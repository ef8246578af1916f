//! GA4: the Data API's reports and the Admin API's properties, both `v1beta`.

mod admin;
pub mod errors;
mod fields;
mod filter;
pub mod quota;
mod report;
mod request;
pub mod shape;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::business::{Business, zone};
use crate::config::Property;
use crate::google_ads::errors::{insufficient_scope, unauthenticated};
use crate::micros::Micros;
use crate::tokens::Refusal;
use crate::web::{Answer, Request};
use crate::world::{GoogleLogin, World};
use errors::{Ga4Error, invalid, permission_denied};
use report::Reporting;
use request::ReportRequest;
use shape::{Quality, Report};

/// Rows with fewer people are hidden when thresholds apply.
const THRESHOLD: Micros = Micros(3_000_000);

/// The property of a path, for the log and for planned failures.
pub fn property_of(path: &str) -> Option<&str> {
    let part = path
        .split('/')
        .skip_while(|part| *part != "properties")
        .nth(1)?;
    part.split(':').next()
}

/// Anything under `/v1beta`.
pub fn answer(world: &World, request: &Request, quality: Quality) -> Answer {
    let google = match authenticate(world, request) {
        Ok(google) => google,
        Err((status, body)) => return Answer::json(status, &body),
    };
    let segments = request.segments();
    let answered = match (request.method.as_str(), &segments[1..]) {
        ("GET", ["accountSummaries"]) => Ok(admin::account_summaries(google, request)),
        ("GET", ["properties", id]) => admin::property(google, id),
        ("GET", ["properties", id, "metadata"]) => {
            open(google, id).map(|(_, property)| admin::metadata(property))
        }
        ("POST", ["properties", target]) => match target.split_once(':') {
            Some((id, method)) => run(world, google, id, method, request, quality),
            None => return Answer::google_not_found(&request.path),
        },
        _ => return Answer::google_not_found(&request.path),
    };
    answered.unwrap_or_else(|error| error.answer())
}

fn authenticate<'a>(world: &'a World, request: &Request) -> Result<GoogleLogin<'a>, (u16, Value)> {
    let token = request
        .bearer()
        .ok_or_else(|| unauthenticated("CREDENTIALS_MISSING"))?;
    let google = world
        .google_access(token)
        .map_err(|refusal| match refusal {
            Refusal::Expired => unauthenticated("ACCESS_TOKEN_EXPIRED"),
            _ => unauthenticated("ACCESS_TOKEN_TYPE_UNSUPPORTED"),
        })?;
    if google
        .credential
        .scopes
        .iter()
        .any(|scope| scope.starts_with("analytics"))
    {
        Ok(google)
    } else {
        Err(insufficient_scope())
    }
}

fn open<'a>(google: GoogleLogin<'a>, id: &str) -> Result<(&'a Business, &'a Property), Ga4Error> {
    let listed = &google.credential.accounts;
    let visible = listed.is_empty() || listed.iter().any(|account| account == id);
    let property = google
        .business
        .spec
        .google_analytics
        .as_ref()
        .filter(|property| property.id == id && visible);
    property
        .map(|property| (google.business, property))
        .ok_or_else(permission_denied)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Batch {
    requests: Vec<ReportRequest>,
}

fn run(
    world: &World,
    google: GoogleLogin<'_>,
    id: &str,
    method: &str,
    request: &Request,
    quality: Quality,
) -> Result<Answer, Ga4Error> {
    let opened = open(google, id)?;
    let unreadable =
        |error: serde_json::Error| invalid(&format!("Invalid JSON payload received. {error}"));
    match method {
        "runReport" => {
            let body: ReportRequest = request.json().map_err(unreadable)?;
            Ok(Answer::json(200, &report(world, opened, &body, quality)?))
        }
        "batchRunReports" => {
            let batch: Batch = request.json().map_err(unreadable)?;
            if batch.requests.len() > 5 {
                return Err(invalid("Batch requests are limited to 5 requests."));
            }
            let reports = batch
                .requests
                .iter()
                .map(|body| report(world, opened, body, quality));
            let reports = reports.collect::<Result<Vec<_>, _>>()?;
            Ok(Answer::json(
                200,
                &json!({ "reports": reports, "kind": "analyticsData#batchRunReports" }),
            ))
        }
        "checkCompatibility" => {
            let body: ReportRequest = request.json().map_err(unreadable)?;
            Ok(admin::compatibility(&body))
        }
        _ => Err(Ga4Error {
            code: 404,
            status: "NOT_FOUND",
            message: format!("The simulator has no method {method}."),
        }),
    }
}

fn report(
    world: &World,
    (business, property): (&Business, &Property),
    body: &ReportRequest,
    quality: Quality,
) -> Result<Value, Ga4Error> {
    body.check()?;
    let now = world.now();
    let zone = zone(&property.time_zone);
    let ranges = body.ranges(zone.to_datetime(now).date())?;
    if !body.currency_code.is_empty() && body.currency_code != property.currency {
        return Err(invalid(
            "The simulator answers in the property's currency only.",
        ));
    }
    let days: i64 = ranges
        .iter()
        .map(|(_, first, last)| i64::from(last.since(*first).map_or(0, |span| span.get_days())) + 1)
        .sum();
    let tokens = 2 + days / 30 + i64::try_from(body.dimensions.len()).unwrap_or(0);
    let quota = world
        .quotas()
        .spend(&property.id, tokens, &world.limits(), now)?;
    let reporting = Reporting {
        business,
        zone: &zone,
        now,
        request: body,
        other_row: quality.other_row,
    };
    let mut rows = reporting.rows(&ranges);
    if quality.thresholded && !body.dimensions.is_empty() {
        rows.retain(|row| row.users >= THRESHOLD);
    }
    let wants_totals = body.metric_aggregations.iter().any(|one| one == "TOTAL");
    let report = Report {
        request: body,
        property,
        rows,
        totals: wants_totals.then(|| reporting.totals(&ranges)),
        quality,
        quota: body.return_property_quota.then_some(quota),
        several_ranges: ranges.len() > 1,
    };
    Ok(report.body())
}
