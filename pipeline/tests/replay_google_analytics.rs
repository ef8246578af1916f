//! Replays of Google Analytics against recorded shapes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use serde_json::{Value, json};
use support::{Asked, TOKEN, Told, Upstream, replay, told};

fn config() -> Value {
    json!({"propertyIds": [123_456_789], "credentials": {"client_id": "i", "client_secret": "s", "refresh_token": "r"}})
}

const PROPERTY: &str = r#"{"name": "properties/123456789", "displayName": "Shop", "timeZone": "Asia/Ho_Chi_Minh", "currencyCode": "VND", "serviceLevel": "GOOGLE_ANALYTICS_STANDARD"}"#;

/// A property whose every metric is `base + place in the request`, at two dates, two hours, two groups.
fn report(asked: &Asked) -> Value {
    let body = asked.json();
    let names = |field: &str| {
        body[field]
            .as_array()
            .unwrap()
            .iter()
            .map(|named| named["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let (dimensions, mut metrics) = (names("dimensions"), names("metrics"));
    metrics.reverse();
    let value = |dimension: &str, row: usize| match (dimension, row) {
        ("date", 0) => "20260901".to_owned(),
        ("date", _) => "20260902".to_owned(),
        ("dateHour", 0) => "2026090113".to_owned(),
        ("dateHour", _) => "2026090223".to_owned(),
        ("sessionCampaignId", _) => "(not set)".to_owned(),
        ("sessionCampaignName", _) => "(organic)".to_owned(),
        _ => "Organic Search".to_owned(),
    };
    let amount = |metric: &str, row: usize| match metric {
        "sessions" => "10.5".to_owned(),
        "purchaseRevenue" => "1500000.25".to_owned(),
        _ => (row + 1).to_string(),
    };
    let rows: Vec<Value> = (0..2).map(|row| json!({
        "dimensionValues": dimensions.iter().map(|name| json!({"value": value(name, row)})).collect::<Vec<_>>(),
        "metricValues": metrics.iter().map(|name| json!({"value": amount(name, row)})).collect::<Vec<_>>(),
    })).collect();
    let number = |field: &str| body[field].as_str().unwrap().parse::<usize>().unwrap();
    let page: Vec<Value> = rows
        .into_iter()
        .skip(number("offset"))
        .take(number("limit"))
        .collect();
    json!({
        "dimensionHeaders": dimensions.iter().map(|name| json!({"name": name})).collect::<Vec<_>>(),
        "metricHeaders": metrics.iter().map(|name| json!({"name": name, "type": "TYPE_INTEGER"})).collect::<Vec<_>>(),
        "rows": page, "rowCount": 2, "metadata": {"currencyCode": "VND", "timeZone": "Asia/Ho_Chi_Minh"},
        "propertyQuota": {"tokensPerDay": {"consumed": 10, "remaining": 199_990}}, "kind": "analyticsData#runReport"
    })
}

fn well(asked: &Asked) -> Told {
    match asked.path.as_str() {
        "/token" => told(200, TOKEN),
        "/v1beta/properties/123456789" => told(200, PROPERTY),
        "/v1beta/properties/123456789:runReport" => told(200, report(asked)),
        _ => told(404, "{}"),
    }
}

#[tokio::test]
async fn figures_are_read_by_the_names_of_the_headers_page_by_page() {
    let upstream = Upstream::start(|_, asked| well(asked)).await;
    let whole = replay("ga4", &config(), &upstream, &[]).await;
    assert_eq!(
        (whole.outcome()["class"].as_str(), whole.status),
        (Some("ok"), 0),
        "{} {}",
        whole.stdout,
        whole.log
    );
    let day = whole.metrics("daily", "2026-09-02", None, "account", "123456789");
    assert_eq!(
        (
            &day["sessions"],
            &day["purchase_revenue"],
            &day["total_users"]
        ),
        (&json!("10.5"), &json!("1500000.25"), &json!("2"))
    );
    assert_eq!(day.as_object().unwrap().len(), 11);
    assert_eq!(
        whole.metrics("hourly", "2026-09-01", Some(13), "account", "123456789")["new_users"],
        "1"
    );
    assert_eq!(
        whole.metrics(
            "daily",
            "2026-09-01",
            None,
            "channel_group",
            "Organic Search"
        )["sessions"],
        "10.5"
    );
    assert_eq!(
        whole.metrics("daily", "2026-09-01", None, "campaign", "(not set)")["sessions"],
        "10.5"
    );
    assert!(
        whole
            .of("daily")
            .iter()
            .all(|line| line["currency"] == "VND")
    );
    assert!(whole.of("flag").is_empty());
    let small = replay(
        "google_analytics",
        &config(),
        &upstream,
        &["--page-size", "1"],
    )
    .await;
    let figures = |replayed: &support::Replayed| {
        replayed
            .lines
            .iter()
            .filter(|line| line["type"] != "outcome")
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(figures(&small), figures(&whole));
    assert!(small.outcome()["pages"].as_i64() > whole.outcome()["pages"].as_i64());
}

#[tokio::test]
async fn hosts_and_bodies_are_the_platforms() {
    let upstream = Upstream::start(|_, asked| well(asked)).await;
    replay("ga4", &config(), &upstream, &["--stream", "site_daily"]).await;
    let asked = upstream.asked();
    let reports: Vec<_> = asked
        .iter()
        .filter(|asked| asked.path.ends_with(":runReport"))
        .collect();
    assert!(
        reports
            .iter()
            .all(|asked| asked.host == "analyticsdata.googleapis.com"
                && asked.json()["returnPropertyQuota"] == true)
    );
    assert!(
        reports
            .iter()
            .all(|asked| asked.json()["metrics"].as_array().unwrap().len() <= 10)
    );
    assert_eq!(
        reports[0].json()["dateRanges"],
        json!([{"startDate": "2026-09-01", "endDate": "2026-09-03"}])
    );
    let upstream = Upstream::start(|_, asked| well(asked)).await;
    replay("ga4", &config(), &upstream, &["--stream", "property"]).await;
    assert!(
        upstream
            .asked()
            .iter()
            .any(|asked| asked.host == "analyticsadmin.googleapis.com" && asked.method == "GET")
    );
}

#[tokio::test]
async fn reservations_of_the_platform_are_printed_as_flags() {
    let upstream = Upstream::start(|_, asked| {
        let mut told = well(asked);
        if asked.path.ends_with(":runReport") {
            let mut body = report(asked);
            body["metadata"] = json!({"subjectToThresholding": true, "samplingMetadatas": [{"samplesReadCount": "1", "samplingSpaceSize": "2"}], "dataLossFromOtherRow": true});
            told.body = body.to_string();
        }
        told
    })
    .await;
    let replayed = replay("ga4", &config(), &upstream, &["--stream", "site_daily"]).await;
    let flags: Vec<_> = replayed
        .of("flag")
        .iter()
        .filter(|line| line["date"] == "2026-09-01")
        .map(|line| line["flag"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        flags,
        ["other_row", "provisional", "sampled", "thresholded"]
    );
}

#[tokio::test]
async fn the_days_allowance_is_waited_for_until_midnight_in_california() {
    let upstream = Upstream::start(|_, asked| match asked.path.as_str() {
        path if path.ends_with(":runReport") => told(429, json!({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED",
            "message": "Exhausted property tokens per day. These quota tokens will return in under 24 hours."}}))
            .with("date", "Tue, 01 Sep 2026 05:00:00 GMT"),
        _ => well(asked),
    })
    .await;
    let replayed = replay("ga4", &config(), &upstream, &[]).await;
    let outcome = replayed.outcome();
    assert_eq!(
        (
            outcome["class"].as_str(),
            outcome["wait_seconds"].as_i64(),
            outcome["errors"][0]["scope"].as_str()
        ),
        (Some("daily_quota"), Some(7200), Some("account"))
    );
    assert_eq!(upstream.asked_at(":runReport"), 1);
}

#[tokio::test]
async fn a_midnight_that_is_near_is_sat_out() {
    let upstream = Upstream::start(|_, asked| match asked.path.as_str() {
        path if path.ends_with(":runReport") => told(
            429,
            json!({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED",
            "message": "Exhausted property tokens per day."}}),
        )
        .with("date", "Tue, 01 Sep 2026 06:59:59 GMT"),
        _ => well(asked),
    })
    .await;
    let replayed = replay(
        "ga4",
        &config(),
        &upstream,
        &["--stream", "site_daily", "--attempts", "2"],
    )
    .await;
    assert_eq!(replayed.outcome()["class"], "daily_quota");
    assert_eq!(
        upstream.asked_at(":runReport"),
        2,
        "once more after a second"
    );
}

#[tokio::test]
async fn a_throttled_admin_interface_keeps_nothing_back() {
    let upstream = Upstream::start(move |_, asked| {
        if asked.method == "GET" {
            let message = "Quota exceeded for quota metric 'Admin API requests' and limit 'per minute per user'.";
            told(429, json!({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": message}}))
        } else {
            well(asked)
        }
    })
    .await;
    let replayed = replay("ga4", &config(), &upstream, &[]).await;
    assert_eq!(
        (replayed.outcome()["class"].as_str(), replayed.status),
        (Some("ok"), 0)
    );
    assert_eq!(replayed.of("daily")[0]["currency"], "VND");
}

#[tokio::test]
async fn figures_do_not_depend_on_the_admin_interface() {
    let denied = json!({"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "Google Analytics Admin API has not been used in project 1 before or it is disabled.",
        "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED"}]}});
    let upstream = Upstream::start(move |_, asked| {
        if asked.method == "GET" {
            told(403, &denied)
        } else {
            well(asked)
        }
    })
    .await;
    let replayed = replay("ga4", &config(), &upstream, &[]).await;
    assert_eq!(
        (
            replayed.outcome()["class"].as_str(),
            replayed.outcome()["errors"].as_array().unwrap().len()
        ),
        (Some("permission_denied"), 1)
    );
    assert_eq!(
        replayed.metrics("daily", "2026-09-02", None, "account", "123456789")["sessions"],
        "10.5"
    );
    assert_eq!(replayed.of("daily")[0]["currency"], "VND");
}

#[tokio::test]
async fn an_empty_property_is_empty() {
    let upstream = Upstream::start(|_, asked| match asked.path.as_str() {
        path if path.ends_with(":runReport") => told(200, r#"{"metricHeaders": [], "metadata": {"emptyReason": "x", "currencyCode": "VND"}, "kind": "analyticsData#runReport"}"#),
        _ => well(asked),
    })
    .await;
    let replayed = replay("ga4", &config(), &upstream, &[]).await;
    assert_eq!(
        (replayed.outcome()["class"].as_str(), replayed.status),
        (Some("empty_ok"), 0),
        "{}",
        replayed.stdout
    );
}
