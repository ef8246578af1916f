//! Replays of Shopify against recorded shapes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use serde_json::{Value, json};
use support::{Asked, Told, Upstream, replay, told};

fn config() -> Value {
    json!({"shop": "saigon-coffee.myshopify.com", "credentials": {"access_token": "shpat_canary-token"}})
}

fn money(amount: &str) -> Value {
    json!({"shopMoney": {"amount": amount, "currencyCode": "VND"}, "presentmentMoney": {"amount": "999", "currencyCode": "USD"}})
}

fn order(id: u32, placed: &str, total: &str) -> Value {
    json!({
        "id": format!("gid://shopify/Order/{id}"), "createdAt": "2026-08-01T00:00:00Z", "processedAt": placed, "updatedAt": "2026-09-02T00:00:00Z",
        "cancelledAt": null, "test": false, "email": "someone@example.com", "totalPriceSet": money(total),
        "lineItems": {"nodes": [{"quantity": 2, "isGiftCard": false, "discountedTotalSet": money(total)}], "pageInfo": {"hasNextPage": false, "endCursor": "e"}},
        "refunds": []
    })
}

fn refund(id: u32, made: &str, transactions: &Value) -> Value {
    json!({"id": format!("gid://shopify/Refund/{id}"), "createdAt": made, "totalRefundedSet": money("123"), "transactions": transactions})
}

fn orders(nodes: &[Value], next: Option<&str>) -> Told {
    told(
        200,
        json!({"data": {"orders": {"edges": nodes.iter().map(|node| json!({"cursor": "c", "node": node})).collect::<Vec<_>>(),
        "pageInfo": {"hasNextPage": next.is_some(), "endCursor": next.unwrap_or("last")}}},
        "extensions": {"cost": {"requestedQueryCost": 10, "actualQueryCost": 3, "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 1990, "restoreRate": 100.0}}}}),
    )
}

/// Answers the shop and leaves its orders to the test.
fn shop(asked: &Asked, orders: impl Fn(&Value) -> Told) -> Told {
    let body = asked.json();
    let query = body["query"].as_str().unwrap_or_default();
    match () {
        () if query.contains("currentAppInstallation") => told(
            200,
            json!({"errors": [{"message": "no", "extensions": {"code": "undefinedField"}}]}),
        ),
        () if query.contains("ianaTimezone") => told(
            200,
            json!({"data": {"shop": {"name": "Cà phê", "currencyCode": "VND", "ianaTimezone": "Asia/Ho_Chi_Minh", "myshopifyDomain": "saigon-coffee.myshopify.com"}}}),
        ),
        () => orders(&body),
    }
}

#[tokio::test]
async fn orders_and_refunds_count_on_their_own_local_days() {
    let sold = {
        let mut order = order(1, "2026-08-31T17:30:00Z", "150000.50");
        order["lineItems"]["nodes"] = json!([
            {"quantity": 2, "isGiftCard": false, "discountedTotalSet": money("100000.50")},
            {"quantity": 1, "isGiftCard": true, "discountedTotalSet": money("50000")}]);
        let success = json!({"nodes": [{"kind": "REFUND", "status": "SUCCESS", "amountSet": money("7.25")}, {"kind": "REFUND", "status": "ERROR", "amountSet": money("1")}]});
        order["refunds"] = json!([
            refund(9, "2026-09-01T17:00:00Z", &success),
            refund(10, "2026-09-01T17:00:00Z", &json!([]))
        ]);
        order
    };
    let (mut test, mut cancelled) = (
        order(2, "2026-09-01T01:00:00Z", "5"),
        order(3, "2026-09-01T01:00:00Z", "7"),
    );
    test["test"] = json!(true);
    cancelled["cancelledAt"] = json!("2026-09-01T05:00:00Z");
    let late = order(4, "2026-09-05T01:00:00Z", "1");
    let upstream = Upstream::start(move |_, asked| {
        shop(asked, |_| {
            orders(
                &[sold.clone(), test.clone(), cancelled.clone(), late.clone()],
                None,
            )
        })
    })
    .await;
    let replayed = replay("shopify", &config(), &upstream, &[]).await;
    assert_eq!(
        (replayed.outcome()["class"].as_str(), replayed.status),
        (Some("ok"), 0),
        "{} {}",
        replayed.stdout,
        replayed.log
    );
    let account = "saigon-coffee.myshopify.com";
    let first = replayed.metrics("daily", "2026-09-01", None, "account", account);
    assert_eq!(
        (&first["revenue"], &first["orders"], &first["units"]),
        (&json!("100000.5"), &json!("1"), &json!("2"))
    );
    assert_eq!(
        replayed.metrics("hourly", "2026-09-01", Some(0), "account", account)["orders"],
        "1"
    );
    let second = replayed.metrics("daily", "2026-09-02", None, "account", account);
    assert_eq!(
        (&second["refunds"], &second["refund_count"]),
        (&json!("7.25"), &json!("1"))
    );
    let days: Vec<_> = replayed
        .of("daily")
        .iter()
        .map(|line| line["date"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        days,
        ["2026-09-01", "2026-09-02"],
        "the order of the 5th is outside the window"
    );
    let ledger: Vec<_> = replayed
        .of("ledger")
        .iter()
        .map(|line| line["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ledger, ["order", "refund"]);
    assert!(
        !replayed.stdout.contains("someone@example.com"),
        "nothing about persons lands"
    );
    assert!(
        replayed.stdout.contains("\"150000.50\""),
        "amounts are kept as they were written"
    );
}

#[tokio::test]
async fn requests_are_the_platforms() {
    let upstream = Upstream::start(|_, asked| shop(asked, |_| orders(&[], None))).await;
    let replayed = replay("shopify", &config(), &upstream, &["--page-size", "7"]).await;
    assert_eq!(
        (replayed.outcome()["class"].as_str(), replayed.status),
        (Some("empty_ok"), 0)
    );
    let asked = upstream.asked();
    let last = asked.last().unwrap();
    assert_eq!(
        (last.host.as_str(), last.path.as_str()),
        (
            "saigon-coffee.myshopify.com",
            "/admin/api/2026-10/graphql.json"
        )
    );
    assert_eq!(
        (
            last.header("x-shopify-access-token"),
            last.header("authorization")
        ),
        ("shpat_canary-token", "")
    );
    let variables = &last.json()["variables"];
    assert_eq!(variables["first"], 7);
    assert!(
        variables["query"]
            .as_str()
            .unwrap()
            .starts_with("updated_at:>='2026-08-31T17:00:00Z' AND updated_at:<'"),
        "{variables}"
    );
}

#[tokio::test]
async fn a_later_cancellation_takes_the_order_out_of_its_day() {
    let upstream = Upstream::start(|number, asked| {
        shop(asked, |_| {
            let mut first = order(1, "2026-09-01T01:00:00Z", "100");
            if number > 3 {
                first["cancelledAt"] = json!("2026-09-03T00:00:00Z");
                first["updatedAt"] = json!("2026-09-03T00:00:00Z");
            }
            orders(&[first, order(2, "2026-09-01T02:00:00Z", "11")], None)
        })
    })
    .await;
    let replayed = replay("shopify", &config(), &upstream, &["--passes", "2"]).await;
    let day = replayed.metrics(
        "daily",
        "2026-09-01",
        None,
        "account",
        "saigon-coffee.myshopify.com",
    );
    assert_eq!(
        (&day["orders"], &day["revenue"]),
        (&json!("1"), &json!("11")),
        "{}",
        replayed.stdout
    );
}

#[tokio::test]
async fn pages_and_nested_pages_are_followed() {
    let upstream = Upstream::start(|_, asked| {
        shop(asked, |body| {
            let (query, after) = (body["query"].as_str().unwrap(), body["variables"]["after"].as_str());
            if query.contains("order(id") {
                assert_eq!(after, Some("l1"));
                return told(200, json!({"data": {"order": {"id": "gid://shopify/Order/1", "lineItems": {"nodes": [{"quantity": 5, "isGiftCard": true, "discountedTotalSet": money("30")}], "pageInfo": {"hasNextPage": false}}}}}));
            }
            match after {
                None => {
                    let mut long = order(1, "2026-09-01T01:00:00Z", "100");
                    long["lineItems"]["pageInfo"] = json!({"hasNextPage": true, "endCursor": "l1"});
                    orders(&[long], Some("p2"))
                }
                Some("p2") => orders(&[order(2, "2026-09-01T02:00:00Z", "11"), order(2, "2026-09-01T02:00:00Z", "11")], None),
                other => panic!("{other:?}"),
            }
        })
    })
    .await;
    let replayed = replay("shopify", &config(), &upstream, &[]).await;
    let day = replayed.metrics(
        "daily",
        "2026-09-01",
        None,
        "account",
        "saigon-coffee.myshopify.com",
    );
    assert_eq!(
        (&day["orders"], &day["revenue"], &day["units"]),
        (&json!("2"), &json!("81"), &json!("4")),
        "{} {}",
        replayed.stdout,
        replayed.log
    );
}

#[tokio::test]
async fn throttling_is_waited_for_and_a_query_that_costs_too_much_is_made_smaller() {
    let throttled = json!({"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
        "extensions": {"cost": {"requestedQueryCost": 500, "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 100, "restoreRate": 100.0}}}});
    let body = throttled.clone();
    let upstream = Upstream::start(move |_, asked| shop(asked, |_| told(200, &body))).await;
    let replayed = replay("shopify", &config(), &upstream, &["--max-wait", "3"]).await;
    assert_eq!(
        (
            replayed.outcome()["class"].as_str(),
            replayed.outcome()["wait_seconds"].as_i64()
        ),
        (Some("rate_limited"), Some(4))
    );
    let upstream = Upstream::start(|_, asked| {
        shop(asked, |body| match body["variables"]["first"].as_i64() {
            Some(size) if size > 3 => told(200, json!({"errors": [{"message": "Query cost is 1052", "extensions": {"code": "MAX_COST_EXCEEDED", "cost": 1052, "maxCost": 1000}}]})),
            _ => orders(&[order(1, "2026-09-01T01:00:00Z", "100")], None),
        })
    })
    .await;
    let replayed = replay("shopify", &config(), &upstream, &[]).await;
    assert_eq!(replayed.outcome()["class"], "ok", "{}", replayed.stdout);
    let sizes: Vec<_> = upstream
        .asked()
        .iter()
        .filter_map(|asked| asked.json()["variables"]["first"].as_i64())
        .collect();
    assert_eq!(sizes, [12, 6, 3]);
}

#[tokio::test]
async fn what_the_shop_refuses_is_told_in_its_class() {
    let cases = [
        (
            told(
                401,
                r#"{"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}"#,
            ),
            "auth_revoked",
        ),
        (
            told(402, r#"{"errors": "Unavailable Shop"}"#),
            "account_disabled",
        ),
        (
            told(
                200,
                r#"{"errors": [{"message": "Access denied for orders field.", "extensions": {"code": "ACCESS_DENIED"}, "path": ["orders"]}], "data": null}"#,
            ),
            "permission_denied",
        ),
        (
            told(
                200,
                r#"{"errors": [{"message": "Internal error", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]}"#,
            ),
            "transient",
        ),
        (
            told(
                200,
                r#"{"errors": [{"message": "Field 'x' doesn't exist", "extensions": {"code": "undefinedField"}}]}"#,
            ),
            "permanent_bug",
        ),
    ];
    for (answer, class) in cases {
        let upstream = Upstream::start(move |_, asked| shop(asked, |_| answer.clone())).await;
        let replayed = replay("shopify", &config(), &upstream, &["--max-wait", "0"]).await;
        assert_eq!(
            (replayed.outcome()["class"].as_str(), replayed.status),
            (Some(class), 1),
            "{}",
            replayed.stdout
        );
        assert!(
            !replayed.stdout.contains("canary-token") && !replayed.log.contains("canary-token")
        );
    }
}

#[tokio::test]
async fn a_refresh_token_rotates_within_a_replay() {
    let credentials = json!({"shop": "saigon-coffee.myshopify.com", "credentials": {"client_id": "i", "client_secret": "s", "refresh_token": "first"}});
    let upstream = Upstream::start(|_, asked| match asked.path.as_str() {
        "/admin/oauth/access_token" if asked.body.contains("refresh_token=first") => {
            told(200, json!({"access_token": "at-1", "expires_in": 3600, "refresh_token": "second", "refresh_token_expires_in": 7_776_000}))
        }
        "/admin/oauth/access_token" => told(400, json!({"error": "invalid_grant"})),
        _ if asked.header("x-shopify-access-token") == "at-1" => shop(asked, |_| orders(&[], None)),
        _ => told(401, "{}"),
    })
    .await;
    let replayed = replay("shopify", &credentials, &upstream, &["--passes", "2"]).await;
    assert_eq!(
        replayed.outcome()["class"],
        "empty_ok",
        "{}",
        replayed.stdout
    );
    assert_eq!(
        upstream.asked_at("access_token"),
        1,
        "the second pass uses the token that was kept"
    );
}
