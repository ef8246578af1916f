//! Replays of Google Ads against recorded shapes.

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

const SECRETS: [&str; 4] = [
    "canary-client-id",
    "canary-client-secret",
    "canary-refresh-token",
    "canary-access-token",
];

fn config() -> Value {
    json!({
        "googleAds": {"customerIds": ["1234567890"], "loginCustomerId": "9876543210"},
        "credentials": {"client_id": SECRETS[0], "client_secret": SECRETS[1], "refresh_token": SECRETS[2], "developer_token": "dev-token-canary"}
    })
}

const CUSTOMER: &str = r#"[{"results": [{"customer": {"resourceName": "customers/1234567890", "id": "1234567890", "descriptiveName": "Cà phê Sài Gòn",
    "currencyCode": "USD", "timeZone": "America/Los_Angeles", "status": "ENABLED", "manager": false}}], "fieldMask": "x", "requestId": "r"}]"#;
const CAMPAIGNS: &str = r#"[{"results": [{"campaign": {"id": "11", "name": "Brand", "status": "ENABLED"}}, {"campaign": {"id": "22", "name": "Performance Max", "status": "PAUSED"}}]}]"#;
const DAILY: &str = r#"[{"results": [
    {"campaign": {"id": "11"}, "metrics": {"impressions": "40", "clicks": "3", "costMicros": "790000", "conversions": 1.5}, "segments": {"date": "2026-09-01"}}]},
    {"results": [{"campaign": {"id": "22"}, "metrics": {"impressions": "60", "costMicros": "1210000"}, "segments": {"date": "2026-09-01"}},
    {"campaign": {"id": "22"}, "metrics": {"impressions": "5"}, "segments": {"date": "2026-09-03"}}]}]"#;
const HOURLY: &str = r#"[{"results": [{"campaign": {"id": "11"}, "metrics": {"impressions": "40", "costMicros": "790000"}, "segments": {"date": "2026-09-01", "hour": 13}}]}]"#;

fn query(asked: &Asked) -> String {
    asked.json()["query"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// What a well account answers.
fn well(asked: &Asked) -> Told {
    let query = query(asked);
    match asked.path.as_str() {
        "/token" => told(200, TOKEN),
        _ if query.contains("FROM customer") => told(200, CUSTOMER),
        _ if query.contains("segments.hour") => told(200, HOURLY),
        _ if query.contains("segments.date") => told(200, DAILY),
        _ => told(200, CAMPAIGNS),
    }
}

#[tokio::test]
async fn everything_that_landed_is_printed() {
    let upstream = Upstream::start(|_, asked| well(asked)).await;
    let replayed = replay("google_ads", &config(), &upstream, &[]).await;
    let outcome = replayed.outcome();
    assert_eq!(
        (outcome["class"].as_str(), replayed.status),
        (Some("ok"), 0),
        "{}",
        replayed.log
    );
    assert_eq!(
        (&outcome["pass"], &outcome["pages"], &outcome["errors"]),
        (&json!(1), &json!(4), &json!([]))
    );
    let day = replayed.metrics("daily", "2026-09-01", None, "account", "1234567890");
    assert_eq!(
        (&day["impressions"], &day["spend"], &day["conversions"]),
        (&json!("100"), &json!("2"), &json!("1.5"))
    );
    assert_eq!(
        replayed.metrics("daily", "2026-09-01", None, "campaign", "22")["spend"],
        "1.21"
    );
    assert_eq!(
        replayed.metrics("hourly", "2026-09-01", Some(13), "campaign", "11")["spend"],
        "0.79"
    );
    assert_eq!(
        replayed.metrics("daily", "2026-09-02", None, "account", "1234567890"),
        Value::Null
    );
    assert!(
        replayed
            .of("daily")
            .iter()
            .all(|line| line["currency"] == "USD" && line["account"] == "1234567890")
    );
    let names: Vec<_> = replayed
        .of("entity")
        .iter()
        .map(|line| line["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["Cà phê Sài Gòn", "Brand", "Performance Max"]);
    assert_eq!(replayed.of("raw").len(), 4);
    assert!(replayed.of("raw")[0]["payload"]["campaign"]["id"].is_string());
}

#[tokio::test]
async fn hosts_paths_and_headers_are_the_platforms() {
    let upstream = Upstream::start(|_, asked| well(asked)).await;
    replay("google_ads", &config(), &upstream, &[]).await;
    let asked = upstream.asked();
    let token = asked.iter().find(|asked| asked.path == "/token").unwrap();
    assert_eq!(
        (token.host.as_str(), token.header("authorization")),
        ("oauth2.googleapis.com", "")
    );
    assert!(
        token.body.contains("grant_type=refresh_token")
            && token.body.contains("refresh_token=canary-refresh-token")
    );
    let data = asked.iter().find(|asked| asked.path != "/token").unwrap();
    assert_eq!(
        data.path,
        "/v26/customers/1234567890/googleAds:searchStream"
    );
    assert_eq!(
        (data.host.as_str(), data.header("login-customer-id")),
        ("googleads.googleapis.com", "9876543210")
    );
    assert_eq!(
        (data.header("authorization"), data.header("developer-token")),
        ("Bearer ya29.canary-access-token", "dev-token-canary")
    );
    assert_eq!(
        asked.iter().filter(|asked| asked.path == "/token").count(),
        1
    );
}

#[tokio::test]
async fn one_stream_brings_along_the_account_it_needs() {
    let upstream = Upstream::start(|_, asked| well(asked)).await;
    let replayed = replay(
        "google_ads",
        &config(),
        &upstream,
        &["--stream", "campaign_daily"],
    )
    .await;
    assert_eq!(replayed.outcome()["pages"], 2);
    assert!(replayed.of("hourly").is_empty());
    assert_eq!(replayed.of("daily")[0]["currency"], "USD");
    let unknown = replay("google_ads", &config(), &upstream, &["--stream", "ads"]).await;
    assert_eq!(unknown.status, 2);
    assert!(unknown.log.contains("campaign_hourly"), "{}", unknown.log);
}

#[tokio::test]
async fn later_passes_replace_and_rows_that_are_gone_count_zero() {
    let upstream = Upstream::start(|number, asked| {
        let later = number > 4;
        let query = query(asked);
        match () {
            () if later && query.contains("segments.hour") => told(200, "[]"),
            () if later && query.contains("segments.date") => told(
                200,
                DAILY
                    .replace("\"790000\"", "\"800000\"")
                    .replace("2026-09-03", "2026-09-02"),
            ),
            () => well(asked),
        }
    })
    .await;
    let replayed = replay("google_ads", &config(), &upstream, &["--passes", "2"]).await;
    assert_eq!(replayed.of("outcome").len(), 2);
    assert_eq!(
        replayed.metrics("daily", "2026-09-01", None, "account", "1234567890")["spend"],
        "2.01"
    );
    assert_eq!(
        replayed.metrics("daily", "2026-09-02", None, "campaign", "22")["impressions"],
        "5"
    );
    assert_eq!(
        replayed.metrics("daily", "2026-09-03", None, "campaign", "22"),
        Value::Null
    );
    assert!(
        replayed.of("hourly").is_empty(),
        "an answer without any row was asked for twice and then believed"
    );
}

#[tokio::test]
async fn repeated_passes_change_nothing() {
    let upstream = Upstream::start(|_, asked| well(asked)).await;
    let once = replay("google_ads", &config(), &upstream, &[]).await;
    let thrice = replay("google_ads", &config(), &upstream, &["--passes", "3"]).await;
    let figures = |replayed: &support::Replayed| {
        replayed
            .lines
            .iter()
            .filter(|line| line["type"] != "outcome")
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(figures(&once), figures(&thrice));
    assert_eq!(thrice.of("outcome").len(), 3);
}

#[tokio::test]
async fn pages_of_the_search_method_are_followed() {
    let upstream = Upstream::start(|_, asked| match asked.json()["pageToken"].as_str() {
        Some("t2") => told(200, r#"{"results": [{"campaign": {"id": "22"}, "metrics": {"clicks": "2"}, "segments": {"date": "2026-09-01"}}]}"#),
        _ if query(asked).contains("segments.date") && !query(asked).contains("segments.hour") => {
            told(200, r#"{"results": [{"campaign": {"id": "11"}, "metrics": {"clicks": "3"}, "segments": {"date": "2026-09-01"}}], "nextPageToken": "t2"}"#)
        }
        _ => well(asked),
    })
    .await;
    let replayed = replay(
        "google_ads",
        &config(),
        &upstream,
        &["--stream", "campaign_daily"],
    )
    .await;
    assert_eq!(
        replayed.metrics("daily", "2026-09-01", None, "account", "1234567890")["clicks"],
        "5"
    );
    assert_eq!(upstream.asked_at("googleAds:search"), 3);
}

fn quota(delay: &str) -> Told {
    let body = json!([{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "quota", "details": [{"errors": [{
        "errorCode": {"quotaError": "RESOURCE_EXHAUSTED"}, "message": "Too many requests.",
        "details": {"quotaErrorDetails": {"rateScope": "DEVELOPER", "rateName": "Operations", "retryDelay": delay}}}]}]}}]);
    told(429, body)
}

#[tokio::test]
async fn a_wait_that_is_too_long_ends_the_pass() {
    let upstream = Upstream::start(|_, asked| {
        if asked.path == "/token" {
            well(asked)
        } else {
            quota("8962s")
        }
    })
    .await;
    let replayed = replay("google_ads", &config(), &upstream, &["--max-wait", "1"]).await;
    let outcome = replayed.outcome();
    assert_eq!(
        (
            outcome["class"].as_str(),
            outcome["wait_seconds"].as_i64(),
            outcome["retry"].as_bool()
        ),
        (Some("rate_limited"), Some(8962), Some(true))
    );
    assert_eq!(
        (
            outcome["errors"][0]["scope"].as_str(),
            outcome["errors"][0]["account"].as_str()
        ),
        (Some("app"), Some("1234567890"))
    );
    assert_eq!(replayed.status, 1);
    assert_eq!(upstream.asked_at("googleAds"), 1);
}

#[tokio::test]
async fn a_short_wait_is_sat_out() {
    let upstream = Upstream::start(|number, asked| {
        if number == 1 {
            quota("1s")
        } else {
            well(asked)
        }
    })
    .await;
    let replayed = replay("google_ads", &config(), &upstream, &[]).await;
    assert_eq!(
        (replayed.outcome()["class"].as_str(), replayed.status),
        (Some("ok"), 0)
    );
}

#[tokio::test]
async fn trouble_is_tried_again_as_often_as_allowed() {
    let troubles = [
        told(503, "<html>"),
        told(200, "[{\"results\": ["),
        told(200, "<html>"),
        told(500, "{}"),
    ];
    let upstream = Upstream::start(move |number, asked| {
        match (asked.path.as_str(), troubles.get(number.wrapping_sub(1))) {
            ("/token", _) | (_, None) => well(asked),
            (_, Some(trouble)) => trouble.clone(),
        }
    })
    .await;
    let replayed = replay("google_ads", &config(), &upstream, &["--max-wait", "0"]).await;
    assert_eq!(replayed.outcome()["class"], "ok", "{}", replayed.log);
    let upstream = Upstream::start(|_, asked| {
        if asked.path == "/token" {
            well(asked)
        } else {
            told(503, "{}")
        }
    })
    .await;
    let replayed = replay(
        "google_ads",
        &config(),
        &upstream,
        &["--max-wait", "0", "--attempts", "2", "--stream", "campaign"],
    )
    .await;
    assert_eq!(
        (
            replayed.outcome()["class"].as_str(),
            upstream.asked_at("googleAds")
        ),
        (Some("transient"), 2)
    );
}

#[tokio::test]
async fn an_expired_token_is_renewed_once() {
    let unauthenticated = json!([{"error": {"code": 401, "status": "UNAUTHENTICATED", "message": "Request had invalid authentication credentials."}}]);
    let body = unauthenticated.clone();
    let upstream = Upstream::start(move |number, asked| {
        if number == 1 {
            told(401, &body)
        } else {
            well(asked)
        }
    })
    .await;
    let replayed = replay("google_ads", &config(), &upstream, &[]).await;
    assert_eq!(
        (
            replayed.outcome()["class"].as_str(),
            upstream.asked_at("/token")
        ),
        (Some("ok"), 2)
    );
    let upstream = Upstream::start(move |_, asked| {
        if asked.path == "/token" {
            well(asked)
        } else {
            told(401, &unauthenticated)
        }
    })
    .await;
    let replayed = replay("google_ads", &config(), &upstream, &[]).await;
    assert_eq!(
        (
            replayed.outcome()["class"].as_str(),
            upstream.asked_at("googleAds")
        ),
        (Some("auth_expired"), 2)
    );
}

#[tokio::test]
async fn a_revoked_credential_ends_everything_with_a_sentence_and_without_secrets() {
    let upstream = Upstream::start(|_, asked| {
        let echo = format!(
            "Token {} of {} has been expired or revoked.",
            SECRETS[2], SECRETS[0]
        );
        match asked.path.as_str() {
            "/token" => told(
                400,
                json!({"error": "invalid_grant", "error_description": echo}),
            ),
            _ => well(asked),
        }
    })
    .await;
    let replayed = replay("google_ads", &config(), &upstream, &[]).await;
    let outcome = replayed.outcome();
    assert_eq!(
        (
            outcome["class"].as_str(),
            outcome["retry"].as_bool(),
            replayed.status
        ),
        (Some("auth_revoked"), Some(false), 1)
    );
    assert!(
        outcome["message"]
            .as_str()
            .unwrap()
            .contains("Connect the account again")
    );
    assert_eq!(upstream.asked().len(), 1);
    for secret in SECRETS {
        assert!(
            !replayed.stdout.contains(secret) && !replayed.log.contains(secret),
            "{secret}"
        );
    }
    assert!(
        replayed.stdout.contains("[redacted]"),
        "the counter sees what it counts"
    );
}

#[tokio::test]
async fn one_stream_without_permission_leaves_the_rest() {
    let denied = json!([{"error": {"code": 403, "status": "PERMISSION_DENIED", "details": [{"errors": [{"errorCode": {"authorizationError": "METRIC_ACCESS_DENIED"}}]}]}}]);
    let upstream = Upstream::start(move |_, asked| {
        if query(asked).contains("segments.hour") {
            told(403, &denied)
        } else {
            well(asked)
        }
    })
    .await;
    let replayed = replay("google_ads", &config(), &upstream, &[]).await;
    let outcome = replayed.outcome();
    assert_eq!(
        (outcome["class"].as_str(), replayed.status),
        (Some("permission_denied"), 1)
    );
    assert_eq!(
        (
            outcome["errors"].as_array().unwrap().len(),
            outcome["errors"][0]["stream"].as_str()
        ),
        (1, Some("campaign_hourly"))
    );
    assert_eq!(
        replayed.metrics("daily", "2026-09-01", None, "account", "1234567890")["impressions"],
        "100"
    );
}

#[tokio::test]
async fn an_account_without_figures_is_empty() {
    let upstream = Upstream::start(|_, asked| {
        if query(asked).contains("segments") {
            told(200, "[]")
        } else {
            well(asked)
        }
    })
    .await;
    let replayed = replay("google_ads", &config(), &upstream, &[]).await;
    assert_eq!(
        (replayed.outcome()["class"].as_str(), replayed.status),
        (Some("empty_ok"), 0)
    );
}

#[tokio::test]
async fn a_page_token_that_expired_starts_the_query_again() {
    let expired = json!({"error": {"code": 400, "status": "INVALID_ARGUMENT", "details": [{"errors": [{"errorCode": {"requestError": "EXPIRED_PAGE_TOKEN"}}]}]}});
    let upstream = Upstream::start(move |number, asked| match asked.json()["pageToken"].as_str() {
        Some(_) if number < 4 => told(400, &expired),
        Some(_) => told(200, r#"{"results": []}"#),
        None if query(asked).contains("segments.date") => {
            told(200, r#"{"results": [{"campaign": {"id": "11"}, "metrics": {"clicks": "3"}, "segments": {"date": "2026-09-01"}}], "nextPageToken": "t2"}"#)
        }
        None => well(asked),
    })
    .await;
    let replayed = replay(
        "google_ads",
        &config(),
        &upstream,
        &["--stream", "campaign_daily", "--max-wait", "0"],
    )
    .await;
    assert_eq!(replayed.outcome()["class"], "ok", "{}", replayed.stdout);
    assert_eq!(
        replayed.metrics("daily", "2026-09-01", None, "account", "1234567890")["clicks"],
        "3"
    );
}

#[tokio::test]
async fn a_configuration_that_makes_no_sense_gets_a_sentence() {
    let upstream = Upstream::start(|_, asked| well(asked)).await;
    let replayed = replay("google_ads", &json!({"customerIds": []}), &upstream, &[]).await;
    assert_eq!((replayed.status, upstream.asked().len()), (2, 0));
    assert!(
        replayed
            .log
            .contains("customerIds must name at least one account"),
        "{}",
        replayed.log
    );
    let lacking = json!({"customerIds": ["1234567890"], "credentials": {"client_id": "x"}});
    let replayed = replay("google_ads", &lacking, &upstream, &[]).await;
    assert_eq!(replayed.outcome()["errors"][0]["reason"], "KeyMissing");
    assert!(
        replayed.outcome()["message"]
            .as_str()
            .unwrap()
            .contains("missing key: client_secret")
    );
}
