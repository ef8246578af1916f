//! Shopify as a client sees it, and its sums against the truth.

use std::collections::BTreeMap;

use crate::client::*;
use dpo_upstreams::{Answer, World};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

const ADMIN: &str = "demo-saigon-shopify-admin-token";
const SHOP: &str = "saigon-coffee.myshopify.com";

const ORDERS: &str = "query($first: Int!, $after: String, $search: String!) {
  orders(first: $first, after: $after, sortKey: UPDATED_AT, query: $search) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id updatedAt processedAt cancelledAt test
      totalPriceSet { shopMoney { amount currencyCode } }
      totalDiscountsSet { shopMoney { amount } }
      totalTaxSet { shopMoney { amount } }
      totalShippingPriceSet { shopMoney { amount } }
      lineItems(first: 25) { pageInfo { hasNextPage endCursor } nodes { quantity isGiftCard discountedTotalSet { shopMoney { amount } } } }
      refunds(first: 20) { createdAt transactions(first: 10) { nodes { kind status amountSet { shopMoney { amount } } } } }
    }
  }
}";

fn graphql_at(world: &World, version: &str, token: &str, query: &str, variables: &Value) -> Answer {
    let body = json!({ "query": query, "variables": variables }).to_string();
    let headers = [
        ("x-shopify-access-token", token),
        ("x-forwarded-host", SHOP),
    ];
    ask(
        world,
        "POST",
        &format!("/admin/api/{version}/graphql.json"),
        &headers,
        &body,
    )
}

fn graphql(world: &World, token: &str, query: &str, variables: &Value) -> Value {
    let answer = graphql_at(world, "2026-10", token, query, variables);
    assert_eq!(answer.status, 200, "{}", answer.body);
    parsed(&answer)
}

fn unlimited(world: &World) {
    control(
        world,
        "limits",
        &json!({"shopifyBucket": 1_000_000.0, "shopifyQueryCost": 100_000}),
    );
}

fn changed_orders(world: &World, search: &str, first: i64) -> Vec<Value> {
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let answer = graphql(
            world,
            ADMIN,
            ORDERS,
            &json!({"first": first, "after": after, "search": search}),
        );
        let page = &answer["data"]["orders"];
        found.extend(
            page["nodes"]
                .as_array()
                .unwrap_or_else(|| panic!("{answer}"))
                .iter()
                .cloned(),
        );
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            assert!(found.is_empty() || after.is_string());
            return found;
        }
    }
}

fn all_lines(world: &World, order: &Value) -> Vec<Value> {
    let mut lines = order["lineItems"]["nodes"].as_array().unwrap().clone();
    let mut info = order["lineItems"]["pageInfo"].clone();
    while info["hasNextPage"] == true {
        let query = "query($id: ID!, $after: String) { order(id: $id) { lineItems(first: 25, after: $after) { pageInfo { hasNextPage endCursor }
            nodes { quantity isGiftCard discountedTotalSet { shopMoney { amount } } } } } }";
        let answer = graphql(
            world,
            ADMIN,
            query,
            &json!({"id": order["id"], "after": info["endCursor"]}),
        );
        let page = answer["data"]["order"]["lineItems"].clone();
        lines.extend(page["nodes"].as_array().unwrap().iter().cloned());
        info = page["pageInfo"].clone();
    }
    lines
}

fn amount(bag: &Value) -> i128 {
    millionths(bag["shopMoney"]["amount"].as_str().unwrap())
}

fn local_date(instant: &Value) -> String {
    let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
    zone.to_datetime(instant.as_str().unwrap().parse::<Timestamp>().unwrap())
        .date()
        .to_string()
}

type Sums = BTreeMap<(String, String, String, i64, String), i128>;

fn count_order(world: &World, order: &Value, sums: &mut Sums) {
    let mut add = |date: &str, metric: &str, amount: i128| {
        *sums
            .entry((
                "account".to_owned(),
                SHOP.to_owned(),
                date.to_owned(),
                -1,
                metric.to_owned(),
            ))
            .or_default() += amount;
    };
    if order["test"] == true || !order["cancelledAt"].is_null() {
        return;
    }
    let day = local_date(&order["processedAt"]);
    let (mut cards, mut units) = (0, 0);
    for line in all_lines(world, order) {
        if line["isGiftCard"] == true {
            cards += amount(&line["discountedTotalSet"]);
        } else {
            units += i128::from(line["quantity"].as_i64().unwrap()) * 1_000_000;
        }
    }
    add(&day, "orders", 1_000_000);
    add(&day, "units", units);
    add(&day, "revenue", amount(&order["totalPriceSet"]) - cards);
    add(&day, "discounts", amount(&order["totalDiscountsSet"]));
    add(&day, "tax", amount(&order["totalTaxSet"]));
    add(&day, "shipping", amount(&order["totalShippingPriceSet"]));
    for refund in order["refunds"].as_array().unwrap() {
        let movements = refund["transactions"]["nodes"].as_array().unwrap();
        let returned: i128 = movements
            .iter()
            .filter(|movement| movement["kind"] == "REFUND" && movement["status"] == "SUCCESS")
            .map(|movement| amount(&movement["amountSet"]))
            .sum();
        if returned != 0 {
            add(&local_date(&refund["createdAt"]), "refunds", returned);
            add(&local_date(&refund["createdAt"]), "refund_count", 1_000_000);
        }
    }
}

/// Recounts days from every order that changed since well before them.
fn recount(
    world: &World,
    from: &str,
    to: &str,
) -> BTreeMap<(String, String, String, i64, String), String> {
    let mut sums = Sums::new();
    for order in changed_orders(world, "updated_at:>='2026-08-01T00:00:00Z'", 250) {
        count_order(world, &order, &mut sums);
    }
    let inside = sums.into_iter().filter(|((_, _, date, ..), sum)| {
        from <= date.as_str() && date.as_str() <= to && *sum != 0
    });
    inside.map(|(key, sum)| (key, decimal(sum))).collect()
}

#[test]
fn served_orders_add_up_to_the_truth() {
    let world = world_at("2026-11-23T05:30:00Z");
    unlimited(&world);
    let truth = truth_cells(
        &world,
        "business=saigon-coffee&source=shopify&from=2026-11-01&to=2026-11-23",
    );
    assert!(truth.len() > 120, "only {} cells", truth.len());
    assert!(truth.keys().any(|(.., metric)| metric == "refunds"));
    assert_eq!(recount(&world, "2026-11-01", "2026-11-23"), truth);
}

#[test]
fn old_orders_change_on_command() {
    let world = world_at("2026-11-23T05:30:00Z");
    unlimited(&world);
    let before = truth_cells(
        &world,
        "business=saigon-coffee&source=shopify&from=2026-11-23&to=2026-11-23",
    );
    let changed = control(
        &world,
        "restate",
        &json!({"business": "saigon-coffee", "source": "shopify", "daysBack": [200, 400], "seed": 5, "count": 4}),
    );
    assert_eq!(changed["changed"].as_array().unwrap().len(), 8);
    let after = truth_cells(
        &world,
        "business=saigon-coffee&source=shopify&from=2026-11-23&to=2026-11-23",
    );
    assert_ne!(before, after);
    let moved = changed_orders(&world, "updated_at:>='2026-11-23T05:30:00Z'", 50);
    assert!(moved.len() >= 8, "{} orders moved", moved.len());
    assert_eq!(
        recount(&world, "2026-11-01", "2026-11-23"),
        truth_cells(
            &world,
            "business=saigon-coffee&source=shopify&from=2026-11-01&to=2026-11-23"
        )
    );
}

#[test]
fn cancelling_takes_an_old_day_back() {
    let world = world_at("2026-11-23T05:30:00Z");
    let orders = || -> i128 {
        let cells = truth_cells(
            &world,
            "business=saigon-coffee&source=shopify&from=2026-05-07&to=2026-05-07",
        );
        cells
            .iter()
            .filter(|((.., metric), _)| metric == "orders")
            .map(|(_, text)| millionths(text))
            .sum()
    };
    let before = orders();
    control(
        &world,
        "restate",
        &json!({"business": "saigon-coffee", "source": "shopify", "dates": ["2026-05-07"], "change": "cancel", "count": 2}),
    );
    assert_eq!(orders(), before - 2_000_000);
    control(
        &world,
        "restate",
        &json!({"business": "saigon-coffee", "source": "shopify", "dates": ["2026-05-07"], "change": "delete", "count": 1}),
    );
    assert_eq!(orders(), before - 3_000_000);
}

#[test]
fn pages_of_any_size_hold_the_same_orders() {
    let world = world_at("2026-11-23T05:30:00Z");
    unlimited(&world);
    let search = "updated_at:>='2026-11-20T00:00:00Z' AND updated_at:<'2026-11-22T00:00:00Z'";
    let small = changed_orders(&world, search, 3);
    let large = changed_orders(&world, search, 250);
    assert!(small.len() > 20);
    assert_eq!(small, large);
    let times: Vec<&str> = small
        .iter()
        .map(|order| order["updatedAt"].as_str().unwrap())
        .collect();
    assert!(times.windows(2).all(|pair| pair[0] <= pair[1]));
    assert!(
        times
            .iter()
            .all(|at| ("2026-11-20T00:00:00Z".."2026-11-22T00:00:00Z").contains(at))
    );
}

#[test]
fn an_order_has_the_documented_shape() {
    let world = world_at("2026-11-23T05:30:00Z");
    let query = "{ orders(first: 1, query: \"created_at:<'2026-11-01'\") { edges { cursor node { id legacyResourceId createdAt totalPriceSet { shopMoney { amount currencyCode } } lineItems(first: 1) { nodes { id product { id } } } } } } }";
    let answer = graphql(&world, ADMIN, query, &json!({}));
    let node = &answer["data"]["orders"]["edges"][0]["node"];
    let id = node["id"]
        .as_str()
        .unwrap()
        .strip_prefix("gid://shopify/Order/")
        .unwrap();
    assert_eq!(node["legacyResourceId"], id);
    assert!(id.parse::<u64>().unwrap() > 1 << 53);
    assert!(node["createdAt"].as_str().unwrap().ends_with('Z'));
    assert_eq!(node["totalPriceSet"]["shopMoney"]["currencyCode"], "VND");
    assert!(
        node["totalPriceSet"]["shopMoney"]["amount"]
            .as_str()
            .unwrap()
            .ends_with(".0")
    );
    assert!(
        node["lineItems"]["nodes"][0]["product"]["id"]
            .as_str()
            .unwrap()
            .starts_with("gid://shopify/Product/")
    );
    let cost = &answer["extensions"]["cost"];
    assert_eq!(cost["throttleStatus"]["maximumAvailable"], 20_000.0);
    assert!(cost["actualQueryCost"].as_i64() <= cost["requestedQueryCost"].as_i64());
}

#[test]
fn the_shop_and_the_app_describe_themselves() {
    let world = world_at("2026-11-23T05:30:00Z");
    let query = "{ shop { name currencyCode ianaTimezone myshopifyDomain } currentAppInstallation { accessScopes { handle } } }";
    let answer = graphql(&world, ADMIN, query, &json!({}));
    let expected = json!({"name": "Cà phê Sài Gòn", "currencyCode": "VND", "ianaTimezone": "Asia/Ho_Chi_Minh", "myshopifyDomain": SHOP});
    assert_eq!(answer["data"]["shop"], expected);
    assert_eq!(
        answer["data"]["currentAppInstallation"]["accessScopes"][1],
        json!({"handle": "read_all_orders"})
    );
}

#[test]
fn limits_are_enforced() {
    let world = world_at("2026-11-23T05:30:00Z");
    let variables = json!({"first": 250, "search": ""});
    control(&world, "limits", &json!({"shopifyQueryCost": 500}));
    let dear = graphql(&world, ADMIN, ORDERS, &variables);
    assert_eq!(dear["errors"][0]["extensions"]["code"], "MAX_COST_EXCEEDED");
    control(
        &world,
        "limits",
        &json!({"shopifyBucket": 10.0, "shopifyQueryCost": 100_000}),
    );
    let throttled = graphql(&world, ADMIN, ORDERS, &variables);
    assert_eq!(throttled["errors"][0]["extensions"]["code"], "THROTTLED");
    assert!(throttled["extensions"]["cost"]["actualQueryCost"].is_null());
    assert!(
        throttled["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"]
            .as_f64()
            .unwrap()
            <= 100.0
    );
    let too_many = graphql(
        &world,
        ADMIN,
        "{ orders(first: 251) { nodes { id } } }",
        &json!({}),
    );
    assert_eq!(too_many["errors"][0]["extensions"]["code"], "BAD_REQUEST");
}

fn token(world: &World, fields: &Value) -> (u16, Value) {
    let headers = [
        ("content-type", "application/json"),
        ("x-forwarded-host", SHOP),
    ];
    let answer = ask(
        world,
        "POST",
        "/admin/oauth/access_token",
        &headers,
        &fields.to_string(),
    );
    (answer.status, parsed(&answer))
}

fn refresh(world: &World, refresh_token: &str) -> (u16, Value) {
    token(
        world,
        &json!({
            "grant_type": "refresh_token", "client_id": "demo-saigon-shopify-app",
            "client_secret": "demo-saigon-shopify-secret", "refresh_token": refresh_token,
        }),
    )
}

#[test]
fn offline_tokens_expire_and_rotate() {
    let world = world_at("2026-11-23T05:30:00Z");
    let first = "demo-saigon-shopify-refresh-token";
    let (_, granted) = refresh(&world, first);
    assert_eq!(
        (
            granted["expires_in"].clone(),
            granted["refresh_token_expires_in"].clone()
        ),
        (json!(3600), json!(7_776_000))
    );
    let (status, again) = refresh(&world, first);
    assert_eq!(
        status, 200,
        "an answer that was lost may be asked for again"
    );
    let access = again["access_token"].as_str().unwrap();
    graphql(&world, access, "{ shop { id } }", &json!({}));
    let (status, refused) = refresh(&world, first);
    assert_eq!(
        (status, refused["error"].as_str()),
        (400, Some("invalid_grant"))
    );
    assert_eq!(
        refresh(&world, again["refresh_token"].as_str().unwrap()).0,
        200
    );
    control(
        &world,
        "credentials",
        &json!({"business": "saigon-coffee", "platform": "shopify", "action": "restore"}),
    );
    assert_eq!(refresh(&world, first).0, 200);
    control(&world, "clock", &json!({"now": "2026-11-23T06:30:00Z"}));
    assert_eq!(
        graphql_at(&world, "2026-10", access, "{ shop { id } }", &json!({})).status,
        401
    );
}

#[test]
fn client_credentials_last_a_day_and_revoked_apps_get_nothing() {
    let world = world_at("2026-11-23T05:30:00Z");
    let fields = json!({"grant_type": "client_credentials", "client_id": "demo-saigon-shopify-app", "client_secret": "demo-saigon-shopify-secret"});
    let (status, granted) = token(&world, &fields);
    assert_eq!(
        (status, granted["expires_in"].as_i64()),
        (200, Some(86_399))
    );
    let access = granted["access_token"].as_str().unwrap();
    graphql(&world, access, "{ shop { id } }", &json!({}));
    control(
        &world,
        "credentials",
        &json!({"business": "saigon-coffee", "platform": "shopify", "action": "revoke"}),
    );
    assert_eq!(
        graphql_at(&world, "2026-10", access, "{ shop { id } }", &json!({})).status,
        401
    );
    assert_eq!(token(&world, &fields).0, 401);
    assert_eq!(refresh(&world, "demo-saigon-shopify-refresh-token").0, 400);
}

#[test]
fn tokens_belong_to_their_shop_and_versions_fall_forward() {
    let world = world_at("2026-11-23T05:30:00Z");
    let query = "{ shop { id } }";
    assert_eq!(
        graphql_at(
            &world,
            "2026-10",
            "demo-berlin-shopify-admin-token",
            query,
            &json!({})
        )
        .status,
        401
    );
    let version = |asked: &str| {
        let answer = graphql_at(&world, asked, ADMIN, query, &json!({}));
        answer
            .headers
            .iter()
            .find(|(name, _)| name == "x-shopify-api-version")
            .map(|(_, value)| value.clone())
    };
    assert_eq!(version("2026-10").as_deref(), Some("2026-10"));
    assert_eq!(version("2024-01").as_deref(), Some("2026-01"));
    assert_eq!(version("v1"), None);
}

#[test]
fn scopes_limit_what_is_seen() {
    let text = include_str!("../../demo.yaml").replace(
        "- accessToken: demo-saigon-shopify-admin-token",
        "- accessToken: demo-saigon-shopify-admin-token\n          scopes: [read_orders]",
    );
    let world = World::new(dpo_upstreams::Config::parse(&text).unwrap());
    control(&world, "clock", &json!({"now": "2026-11-23T05:30:00Z"}));
    unlimited(&world);
    let orders = changed_orders_simple(&world);
    assert!(
        orders
            .iter()
            .all(|created| created.as_str() >= "2026-09-24"),
        "orders older than 60 days were shown"
    );
    let denied = graphql(
        &world,
        ADMIN,
        "{ orders(first: 1) { nodes { customer { id } } } }",
        &json!({}),
    );
    assert_eq!(denied["errors"][0]["extensions"]["code"], "ACCESS_DENIED");
    assert!(denied["data"].is_null());
}

fn changed_orders_simple(world: &World) -> Vec<String> {
    let answer = graphql(
        world,
        ADMIN,
        "{ orders(first: 250, sortKey: CREATED_AT) { nodes { createdAt } } }",
        &json!({}),
    );
    let nodes = answer["data"]["orders"]["nodes"]
        .as_array()
        .unwrap()
        .clone();
    assert!(!nodes.is_empty());
    nodes
        .iter()
        .map(|order| order["createdAt"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn planned_failures_come_as_the_platform_sends_them() {
    let world = world_at("2026-11-23T05:30:00Z");
    let strike = |kind: &str| {
        control(
            &world,
            "fault",
            &json!({"source": "shopify", "account": SHOP, "kind": kind}),
        );
        let answer = graphql_at(&world, "2026-10", ADMIN, "{ shop { id } }", &json!({}));
        (
            answer.status,
            parsed(&answer)["errors"][0]["extensions"]["code"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        )
    };
    assert_eq!(strike("throttled"), (200, "THROTTLED".to_owned()));
    assert_eq!(
        strike("internal_server_error"),
        (200, "INTERNAL_SERVER_ERROR".to_owned())
    );
    assert_eq!(strike("access_denied"), (200, "ACCESS_DENIED".to_owned()));
    assert_eq!(strike("shop_inactive"), (200, "SHOP_INACTIVE".to_owned()));
    for (kind, status) in [
        ("unauthorized", 401),
        ("payment_required", 402),
        ("forbidden", 403),
        ("not_found", 404),
        ("locked", 423),
        ("too_many_requests", 429),
    ] {
        assert_eq!(strike(kind).0, status);
    }
    assert_eq!(
        graphql_at(&world, "2026-10", ADMIN, "{ shop { id } }", &json!({})).status,
        200,
        "plans are used up"
    );
}
