//! Replays at the edges: days of 23 and 25 hours, versions out of order, two currencies, servers that know less than the
//! platforms, answers that stop too early.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use support::{Asked, Replayed, TOKEN, Told, Upstream, replay, replay_days, told};

const SHOP: &str = "saigon-coffee.myshopify.com";

fn google_credentials() -> Value {
    json!({"client_id": "id", "client_secret": "secret", "refresh_token": "refresh"})
}

fn ads() -> Value {
    json!({"customerIds": ["1234567890"], "credentials": google_credentials()})
}

fn ga4() -> Value {
    json!({"propertyIds": ["123456789"], "credentials": google_credentials()})
}

fn shopify() -> Value {
    json!({"shop": SHOP, "credentials": {"access_token": "shpat_canary-token"}})
}

fn class(replayed: &Replayed) -> &str {
    replayed.outcome()["class"].as_str().unwrap()
}

/// An account in a zone whose rows are told by a closure from the query.
async fn ads_in(
    zone: &'static str,
    rows: impl Fn(&str) -> Value + Send + Sync + 'static,
) -> Upstream {
    Upstream::start(move |_, asked| {
        let query = asked.json()["query"].as_str().unwrap_or_default().to_owned();
        match asked.path.as_str() {
            "/token" => told(200, TOKEN),
            _ if query.contains("FROM customer") => told(200, json!([{"results": [{"customer": {"id": "1234567890",
                "descriptiveName": "Shop", "currencyCode": "USD", "timeZone": zone, "status": "A_NEW_STATUS", "manager": false, "newField": {"a": 1}}}]}])),
            _ => told(200, json!([{"results": rows(&query)}])),
        }
    })
    .await
}

fn hours(date: &str, labels: impl Iterator<Item = u8>) -> Value {
    labels
        .map(|hour| json!({"campaign": {"id": "1"}, "segments": {"date": date, "hour": hour}, "metrics": {"clicks": "1"}}))
        .collect()
}

#[tokio::test]
async fn days_of_other_lengths_keep_the_platforms_labels() {
    let upstream = ads_in("America/Los_Angeles", |query| {
        match (
            query.contains("segments.hour"),
            query.contains("2026-11-01"),
        ) {
            (true, true) => hours("2026-11-01", 0..24),
            (true, false) => hours("2026-03-08", (0..24).filter(|hour| *hour != 2)),
            _ => json!([]),
        }
    })
    .await;
    for (day, labels) in [("2026-11-01", 24), ("2026-03-08", 23)] {
        let replayed = replay_days((day, day), "google_ads", &ads(), &upstream, &[]).await;
        let seen: Vec<_> = replayed
            .of("hourly")
            .into_iter()
            .filter(|line| line["level"] == "account")
            .collect();
        assert_eq!(seen.len(), labels, "{}", replayed.log);
        assert!(
            seen.iter()
                .all(|line| line["date"] == day && line["metrics"]["clicks"] == "1")
        );
    }
}

#[tokio::test]
async fn a_query_that_is_too_dear_is_asked_again_when_it_cannot_be_smaller() {
    let tries = AtomicUsize::new(0);
    let dear = json!([{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [{"errors": [{"message": "dear",
        "errorCode": {"quotaError": "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION"}}]}]}}]);
    let upstream = Upstream::start(move |_, asked| {
        let is_query = asked.path != "/token";
        if is_query && tries.fetch_add(1, Ordering::SeqCst) < 2 {
            return told(429, &dear);
        }
        match asked.path.as_str() {
            "/token" => told(200, TOKEN),
            _ if asked.body.contains("FROM customer") => told(
                200,
                json!([{"results": [{"customer": {"currencyCode": "USD", "timeZone": "UTC"}}]}]),
            ),
            _ => told(200, json!([{"results": hours("2026-09-01", 5..6)}])),
        }
    })
    .await;
    let patient = replay("google_ads", &ads(), &upstream, &["--max-wait", "1"]).await;
    assert_eq!(
        (class(&patient), patient.status),
        ("ok", 0),
        "{}",
        patient.stdout
    );
}

#[tokio::test]
async fn pages_that_go_round_in_circles_are_refused() {
    let upstream = Upstream::start(|number, asked| match asked.path.as_str() {
        "/token" => told(200, TOKEN),
        _ if asked.body.contains("FROM customer") => told(
            200,
            json!([{"results": [{"customer": {"currencyCode": "USD", "timeZone": "UTC"}}]}]),
        ),
        _ => told(
            200,
            json!({"results": hours("2026-09-01", 5..6), "nextPageToken": (number % 2).to_string()}),
        ),
    })
    .await;
    let replayed = replay(
        "google_ads",
        &ads(),
        &upstream,
        &["--stream", "campaign_daily"],
    )
    .await;
    assert_eq!((class(&replayed), replayed.status), ("permanent_bug", 1));
    assert!(
        replayed.of("daily").is_empty(),
        "nothing of a pull lands that did not end"
    );
    assert!(upstream.asked().len() < 10);
}

fn report(asked: &Asked, sessions: &str) -> Value {
    let body = asked.json();
    let hourly = body["dimensions"][0]["name"] == "dateHour";
    let dimensions = body["dimensions"].as_array().unwrap();
    let values: Vec<Value> = dimensions
        .iter()
        .enumerate()
        .map(|(place, _)| match (place, hourly) {
            (0, true) => json!({"value": "2026090105"}),
            (0, false) => json!({"value": "20260901"}),
            _ => json!({"value": "x"}),
        })
        .collect();
    json!({"dimensionHeaders": dimensions, "metricHeaders": [{"name": "sessions", "type": "TYPE_INTEGER"}],
        "rows": [{"dimensionValues": values, "metricValues": [{"value": sessions}]}], "rowCount": 1,
        "metadata": {"currencyCode": "VND", "timeZone": "Asia/Ho_Chi_Minh", "newField": true}, "kind": "analyticsData#runReport"})
}

fn analytics(asked: &Asked, reports: impl Fn(&Asked) -> Told) -> Told {
    match asked.path.as_str() {
        "/token" => told(200, TOKEN),
        path if path.ends_with(":runReport") => reports(asked),
        _ => told(404, "<html>Not Found</html>"),
    }
}

#[tokio::test]
async fn a_property_that_only_its_reports_know_is_read() {
    let upstream =
        Upstream::start(|_, asked| analytics(asked, |asked| told(200, report(asked, "7")))).await;
    let replayed = replay("ga4", &ga4(), &upstream, &[]).await;
    assert_eq!(
        (class(&replayed), replayed.status),
        ("ok", 0),
        "{}",
        replayed.log
    );
    assert!(
        replayed.outcome()["message"]
            .as_str()
            .unwrap()
            .contains("property's name")
    );
    assert_eq!(
        replayed.metrics("daily", "2026-09-01", None, "account", "123456789")["sessions"],
        "7"
    );
    assert_eq!(replayed.of("daily")[0]["currency"], "VND");
}

#[tokio::test]
async fn a_report_that_stops_early_or_holds_an_error_is_fetched_again() {
    let tries = AtomicUsize::new(0);
    let upstream = Upstream::start(move |_, asked| {
        analytics(asked, |asked| {
            let mut body = report(asked, "7");
            match tries.fetch_add(1, Ordering::SeqCst) {
                0 => body["rowCount"] = json!(2),
                1 => body = json!({"rowCount": 2, "metadata": {}}),
                2 => {
                    body =
                        json!({"error": {"code": 503, "status": "UNAVAILABLE", "message": "later"}});
                }
                _ => {}
            }
            told(200, body)
        })
    })
    .await;
    let replayed = replay(
        "ga4",
        &ga4(),
        &upstream,
        &["--stream", "site_daily", "--max-wait", "1"],
    )
    .await;
    assert_eq!(
        (class(&replayed), replayed.status),
        ("ok", 0),
        "{} {}",
        replayed.stdout,
        replayed.log
    );
    assert_eq!(
        replayed.metrics("daily", "2026-09-01", None, "account", "123456789")["sessions"],
        "7"
    );
}

#[tokio::test]
async fn a_service_account_signs_for_its_token() {
    let key = std::process::Command::new("openssl")
        .args(["genrsa", "2048"])
        .output()
        .expect("openssl makes a key");
    let key_file = json!({"type": "service_account", "client_email": "dpo@project.iam.gserviceaccount.com", "private_key_id": "k1",
        "private_key": String::from_utf8(key.stdout).unwrap(), "token_uri": "https://attacker.example/token"});
    let config =
        json!({"propertyIds": ["123456789"], "credentials": {"service_account_json": key_file}});
    let upstream =
        Upstream::start(|_, asked| analytics(asked, |asked| told(200, report(asked, "7")))).await;
    let replayed = replay("ga4", &config, &upstream, &["--stream", "site_daily"]).await;
    assert_eq!(
        (class(&replayed), replayed.status),
        ("ok", 0),
        "{} {}",
        replayed.stdout,
        replayed.log
    );
    let asked = upstream.asked();
    let token = asked.iter().find(|asked| asked.path == "/token").unwrap();
    assert_eq!(
        token.host, "oauth2.googleapis.com",
        "the key file does not say where to ask"
    );
    let (grant, assertion) = token.body.split_once("&assertion=").unwrap();
    assert_eq!(
        grant,
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
    );
    let claims = assertion.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    assert_eq!(
        (&claims["iss"], &claims["aud"]),
        (
            &json!("dpo@project.iam.gserviceaccount.com"),
            &json!("https://oauth2.googleapis.com/token")
        )
    );
    assert_eq!(
        claims["scope"],
        "https://www.googleapis.com/auth/analytics.readonly"
    );
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        3600
    );
    assert!(!replayed.log.contains(assertion) && !replayed.stdout.contains("PRIVATE KEY"));
}

fn money(amount: &str, currency: &str) -> Value {
    json!({"shopMoney": {"amount": amount, "currencyCode": currency}, "presentmentMoney": {"amount": "1.00", "currencyCode": "JPY"}})
}

fn order(id: u64, placed: &str, updated: &str, total: &Value) -> Value {
    json!({"id": format!("gid://shopify/Order/{id}"), "createdAt": placed, "processedAt": placed, "updatedAt": updated, "cancelledAt": null, "test": false,
        "newField": {"x": []}, "displayFinancialStatus": "A_NEW_STATUS", "totalPriceSet": total, "lineItems": {"nodes": []}, "refunds": []})
}

async fn shop_in(
    zone: &'static str,
    orders: impl Fn(&Asked) -> Told + Send + Sync + 'static,
) -> Upstream {
    Upstream::start(move |_, asked| match asked.json()["query"].as_str().unwrap_or_default() {
        query if query.contains("shop {") => told(200, json!({"data": {"shop": {"name": "Shop", "currencyCode": "EUR", "ianaTimezone": zone}}})),
        query if query.contains("order") => orders(asked),
        _ => told(500, "I know no other queries"),
    })
    .await
}

fn page(orders: &[Value]) -> Told {
    told(
        200,
        json!({"data": {"orders": {"edges": orders.iter().map(|order| json!({"node": order, "cursor": "c"})).collect::<Vec<_>>(),
        "pageInfo": {"hasNextPage": false}}}, "extensions": null}),
    )
}

#[tokio::test]
async fn the_newer_version_of_an_order_counts_whatever_the_order() {
    let older = order(
        1,
        "2026-09-01T10:00:00Z",
        "2026-09-01T11:00:00Z",
        &money("10", "EUR"),
    );
    let newer = order(
        1,
        "2026-09-01T10:00:00Z",
        "2026-09-01T12:00:00Z",
        &money("20.50", "EUR"),
    );
    for both in [[older.clone(), newer.clone()], [newer, older]] {
        let upstream = shop_in("UTC", move |_| page(&both)).await;
        let replayed = replay("shopify", &shopify(), &upstream, &["--attempts", "1"]).await;
        assert_eq!(class(&replayed), "ok", "{}", replayed.log);
        let day = replayed.metrics("daily", "2026-09-01", None, "account", SHOP);
        assert_eq!(
            (&day["revenue"], &day["orders"]),
            (&json!("20.5"), &json!("1"))
        );
        assert_eq!(replayed.of("ledger").len(), 1);
    }
}

#[tokio::test]
async fn two_currencies_of_one_day_stay_apart() {
    let upstream = shop_in("UTC", |_| {
        page(&[
            order(
                1,
                "2026-09-01T10:00:00Z",
                "2026-09-01T11:00:00Z",
                &money("10", "EUR"),
            ),
            order(
                2,
                "2026-09-01T10:30:00Z",
                "2026-09-01T11:00:00Z",
                &money("300000", "VND"),
            ),
        ])
    })
    .await;
    let replayed = replay("shopify", &shopify(), &upstream, &["--attempts", "1"]).await;
    for kind in ["daily", "hourly"] {
        let mut seen: Vec<_> = replayed
            .of(kind)
            .iter()
            .map(|line| {
                (
                    line["currency"].as_str().unwrap().to_owned(),
                    line["metrics"]["revenue"].clone(),
                )
            })
            .collect();
        seen.sort_by(|a, b| a.0.cmp(&b.0));
        assert_eq!(
            seen,
            [
                ("EUR".to_owned(), json!("10")),
                ("VND".to_owned(), json!("300000"))
            ],
            "{kind}"
        );
    }
}

#[tokio::test]
async fn orders_at_the_border_of_a_day_and_in_the_repeated_hour() {
    let upstream = shop_in("America/New_York", |_| {
        let at = |id, placed| order(id, placed, "2026-11-02T00:00:00Z", &money("1", "EUR"));
        page(&[
            at(1, "2026-11-01T03:59:59Z"),
            at(2, "2026-11-01T04:00:00Z"),
            at(3, "2026-11-01T05:30:00Z"),
            at(4, "2026-11-01T06:30:00Z"),
            at(5, "2026-11-02T04:59:59Z"),
            at(6, "2026-11-02T05:00:00Z"),
        ])
    })
    .await;
    let replayed = replay_days(
        ("2026-11-01", "2026-11-01"),
        "shopify",
        &shopify(),
        &upstream,
        &["--attempts", "1"],
    )
    .await;
    let orders = |hour| {
        replayed.metrics("hourly", "2026-11-01", Some(hour), "account", SHOP)["orders"].clone()
    };
    assert_eq!(
        (orders(0), orders(1), orders(23)),
        (json!("1"), json!("2"), json!("1")),
        "{}",
        replayed.stdout
    );
    assert_eq!(
        replayed.metrics("daily", "2026-11-01", None, "account", SHOP)["orders"],
        "4"
    );
    assert_eq!(
        replayed.of("daily").len(),
        1,
        "days outside of the window are not printed"
    );
    assert_eq!(replayed.of("ledger").len(), 4);
}

#[tokio::test]
async fn a_refund_without_a_date_counts_when_its_order_changed() {
    let upstream = shop_in("UTC", |_| {
        let mut order = order(1, "2026-08-01T10:00:00Z", "2026-09-02T11:00:00Z", &money("10", "EUR"));
        order["refunds"] = json!([{"id": "gid://shopify/Refund/1", "createdAt": null, "transactions": {"nodes": [
            {"kind": "REFUND", "status": "SUCCESS", "amountSet": money("4", "EUR")}]}}]);
        page(&[order])
    })
    .await;
    let replayed = replay("shopify", &shopify(), &upstream, &["--attempts", "1"]).await;
    assert_eq!(
        replayed.metrics("daily", "2026-09-02", None, "account", SHOP)["refunds"],
        "4"
    );
    assert_eq!(
        replayed.of("daily").len(),
        1,
        "the order itself is of a day before the window"
    );
}

#[tokio::test]
async fn what_figures_do_not_need_is_asked_once() {
    let upstream = shop_in("UTC", |_| page(&[])).await;
    let replayed = replay("shopify", &shopify(), &upstream, &[]).await;
    assert_eq!((class(&replayed), replayed.status), ("empty_ok", 0));
    let asked = upstream.asked();
    let scopes = asked
        .iter()
        .filter(|asked| asked.body.contains("accessScopes"));
    assert_eq!(scopes.count(), 1);
}

#[tokio::test]
async fn a_list_that_goes_on_nobody_knows_where_lands_nothing() {
    let upstream = shop_in("UTC", |_| {
        let body = json!({"data": {"orders": {"nodes": [order(1, "2026-09-01T10:00:00Z", "2026-09-01T11:00:00Z", &money("10", "EUR"))],
            "pageInfo": {"hasNextPage": true, "endCursor": null}}}});
        told(200, body)
    })
    .await;
    let replayed = replay("shopify", &shopify(), &upstream, &["--attempts", "1"]).await;
    assert_eq!(
        (class(&replayed), replayed.of("ledger").len()),
        ("permanent_bug", 0)
    );
}
