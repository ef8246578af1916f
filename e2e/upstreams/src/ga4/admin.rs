//! The Admin API's properties and the Data API's lists of fields.

use serde_json::{Value, json};

use super::errors::Ga4Error;
use super::fields::{DIMENSIONS, METRICS, metric_type};
use super::open;
use super::request::ReportRequest;
use crate::config::Property;
use crate::web::{Answer, Request};
use crate::world::GoogleLogin;

/// `GET /accountSummaries`.
pub fn account_summaries(google: GoogleLogin<'_>, request: &Request) -> Answer {
    let number = |name: &str| {
        request
            .parameter(name)
            .and_then(|value| value.parse::<usize>().ok())
    };
    let properties = google.business.spec.google_analytics.iter();
    let visible: Vec<&Property> = properties
        .filter(|property| open(google, &property.id).is_ok())
        .collect();
    let size = number("pageSize")
        .filter(|size| *size > 0)
        .unwrap_or(50)
        .min(200);
    let start = number("pageToken").unwrap_or(0).min(visible.len());
    let end = (start + size).min(visible.len());
    let mut body = json!({});
    if start < end {
        body["accountSummaries"] = visible[start..end]
            .iter()
            .map(|property| summary(property))
            .collect();
    }
    if end < visible.len() {
        body["nextPageToken"] = Value::from(end.to_string());
    }
    Answer::json(200, &body)
}

fn summary(property: &Property) -> Value {
    json!({
        "name": format!("accountSummaries/{}", property.account_id),
        "account": format!("accounts/{}", property.account_id),
        "displayName": property.name,
        "propertySummaries": [{
            "property": format!("properties/{}", property.id),
            "displayName": property.name,
            "propertyType": "PROPERTY_TYPE_ORDINARY",
            "parent": format!("accounts/{}", property.account_id),
        }],
    })
}

/// `GET /properties/{id}`.
pub fn property(google: GoogleLogin<'_>, id: &str) -> Result<Answer, Ga4Error> {
    let (business, property) = open(google, id)?;
    let parent = format!("accounts/{}", property.account_id);
    Ok(Answer::json(
        200,
        &json!({
            "name": format!("properties/{}", property.id),
            "propertyType": "PROPERTY_TYPE_ORDINARY",
            "createTime": format!("{}T00:00:00Z", business.spec.history_from),
            "updateTime": format!("{}T00:00:00Z", business.spec.history_from),
            "parent": parent,
            "account": parent,
            "displayName": property.name,
            "timeZone": property.time_zone,
            "currencyCode": property.currency,
            "serviceLevel": "GOOGLE_ANALYTICS_STANDARD",
        }),
    ))
}

/// `GET /properties/{id}/metadata`.
pub fn metadata(property: &Property) -> Answer {
    let dimensions = DIMENSIONS
        .iter()
        .map(|name| json!({ "apiName": name, "uiName": name, "category": "General" }));
    let metrics = METRICS.iter().map(|(name, kind)| json!({ "apiName": name, "uiName": name, "category": "General", "type": kind }));
    Answer::json(
        200,
        &json!({
            "name": format!("properties/{}/metadata", property.id),
            "dimensions": dimensions.collect::<Vec<_>>(),
            "metrics": metrics.collect::<Vec<_>>(),
        }),
    )
}

/// `:checkCompatibility` for the names of a report request.
pub fn compatibility(request: &ReportRequest) -> Answer {
    let says = |fits: bool| if fits { "COMPATIBLE" } else { "INCOMPATIBLE" };
    let dimensions = request.dimensions.iter().map(|named| {
        let fits = DIMENSIONS.contains(&named.name.as_str());
        json!({ "dimensionMetadata": { "apiName": named.name }, "compatibility": says(fits) })
    });
    let metrics = request.metrics.iter().map(|named| {
        let fits = metric_type(&named.name).is_some();
        json!({ "metricMetadata": { "apiName": named.name }, "compatibility": says(fits) })
    });
    Answer::json(
        200,
        &json!({
            "dimensionCompatibilities": dimensions.collect::<Vec<_>>(),
            "metricCompatibilities": metrics.collect::<Vec<_>>(),
        }),
    )
}
