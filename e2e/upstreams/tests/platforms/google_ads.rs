//! Google Ads as a client sees it, and its sums against the truth.

use std::collections::BTreeMap;

use crate::client::*;
use serde_json::{Value, json};

const METRICS: &str = "metrics.impressions, metrics.clicks, metrics.cost_micros, metrics.conversions, metrics.conversions_value, \
                       metrics.view_through_conversions";
const OF_DAYS: &str = ", metrics.all_conversions, metrics.all_conversions_value";

const NAMES: [(&str, &str, i128); 8] = [
    ("impressions", "impressions", 1_000_000),
    ("clicks", "clicks", 1_000_000),
    ("costMicros", "spend", 1),
    ("conversions", "conversions", 1_000_000),
    ("conversionsValue", "conversions_value", 1_000_000),
    ("allConversions", "all_conversions", 1_000_000),
    ("allConversionsValue", "all_conversions_value", 1_000_000),
    (
        "viewThroughConversions",
        "view_through_conversions",
        1_000_000,
    ),
];

fn number(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Served rows summed to cells like the truth's.
fn cells(
    rows: &[Value],
    level: &str,
    entity: &str,
    hourly: bool,
) -> BTreeMap<(String, String, String, i64, String), String> {
    let mut sums: BTreeMap<_, i128> = BTreeMap::new();
    for row in rows {
        let id = row[entity]["id"].as_str().unwrap().to_owned();
        let date = row["segments"]["date"].as_str().unwrap().to_owned();
        let hour = if hourly {
            row["segments"]["hour"].as_i64().unwrap_or(0)
        } else {
            -1
        };
        for (wire, metric, unit) in NAMES {
            if let Some(value) = row["metrics"].get(wire) {
                let amount = millionths(&number(value)) / 1_000_000_i128.checked_div(unit).unwrap();
                *sums
                    .entry((
                        level.to_owned(),
                        id.clone(),
                        date.clone(),
                        hour,
                        metric.to_owned(),
                    ))
                    .or_default() += amount;
            }
        }
    }
    sums.into_iter()
        .filter(|(_, sum)| *sum != 0)
        .map(|(key, sum)| (key, decimal(sum)))
        .collect()
}

#[test]
fn served_days_and_hours_add_up_to_the_truth() {
    let world = world_at("2026-11-23T05:30:00Z");
    let range = "segments.date BETWEEN '2026-11-18' AND '2026-11-23'";
    let mut count = 0;
    for (customer, login) in [(SAIGON_ADS, None), (LOS_ANGELES_ADS, Some(MANAGER))] {
        for (hourly, grain, further) in [(false, "day", OF_DAYS), (true, "hour", ", segments.hour")]
        {
            for (level, resource) in [("account", "customer"), ("campaign", "campaign")] {
                let query = format!(
                    "SELECT {resource}.id, segments.date, {METRICS}{further} FROM {resource} WHERE {range}"
                );
                let served = cells(
                    &ads_rows(&world, customer, login, &query),
                    level,
                    resource,
                    hourly,
                );
                let parameters = format!(
                    "business=saigon-coffee&source=google_ads&account={customer}&level={level}&grain={grain}&from=2026-11-18&to=2026-11-23"
                );
                let truth = truth_cells(&world, &parameters);
                assert_eq!(served, truth, "{customer} {level} {grain}");
                count += truth.len();
            }
        }
    }
    assert!(count > 2000, "only {count} cells were compared");
}

#[test]
fn segments_add_rows_and_keep_sums() {
    let world = world_at("2026-11-23T05:30:00Z");
    let range = "segments.date = '2026-11-20'";
    let plain = ads_rows(
        &world,
        SAIGON_ADS,
        None,
        &format!("SELECT campaign.id, segments.date, {METRICS} FROM campaign WHERE {range}"),
    );
    let split = ads_rows(
        &world,
        SAIGON_ADS,
        None,
        &format!(
            "SELECT campaign.id, segments.date, segments.device, segments.ad_network_type, {METRICS} FROM campaign WHERE {range}"
        ),
    );
    assert!(split.len() > plain.len());
    assert_eq!(
        cells(&plain, "campaign", "campaign", false),
        cells(&split, "campaign", "campaign", false)
    );
}

#[test]
fn performance_max_is_missing_below_the_campaign() {
    let world = world_at("2026-11-23T05:30:00Z");
    let clicks = |resource: &str| -> i64 {
        let query = format!(
            "SELECT {resource}.id, segments.date, metrics.clicks FROM {resource} WHERE segments.date = '2026-11-20'"
        );
        let rows = ads_rows(&world, SAIGON_ADS, None, &query);
        rows.iter()
            .filter_map(|row| row["metrics"]["clicks"].as_str())
            .map(|text| text.parse::<i64>().unwrap())
            .sum()
    };
    assert_eq!(clicks("campaign"), clicks("customer"));
    assert!(clicks("ad_group") < clicks("campaign"));
}

#[test]
fn conversions_keep_arriving_on_the_click_date() {
    let world = world_at("2026-10-01T05:00:00Z");
    let conversions = || -> i128 {
        let cells = truth_cells(
            &world,
            "business=saigon-coffee&source=google_ads&level=account&from=2026-09-20&to=2026-09-20",
        );
        cells
            .iter()
            .filter(|((.., metric), _)| metric == "conversions")
            .map(|(_, text)| millionths(text))
            .sum()
    };
    let early = conversions();
    control(&world, "clock", &json!({"now": "2026-12-20T05:00:00Z"}));
    assert_ne!(early, conversions());
}

#[test]
fn a_day_without_anything_has_no_results() {
    let world = world_at("2026-11-23T05:30:00Z");
    let token = google_token(&world, "saigon");
    let query = json!({"query": "SELECT campaign.id, segments.date, metrics.clicks FROM campaign WHERE segments.date = '2020-01-01'"});
    let stream = parsed(&ads(
        &world,
        &token,
        SAIGON_ADS,
        None,
        "searchStream",
        &query,
    ));
    assert_eq!(
        stream[0]["fieldMask"],
        "campaign.id,segments.date,metrics.clicks"
    );
    assert!(stream[0].get("results").is_none());
    let page = parsed(&ads(&world, &token, SAIGON_ADS, None, "search", &query));
    assert!(page.get("results").is_none() && page.get("nextPageToken").is_none());
}

#[test]
fn pages_together_are_the_stream() {
    let world = world_at("2026-11-23T05:30:00Z");
    control(&world, "limits", &json!({"googleAdsRows": 7}));
    let token = google_token(&world, "saigon");
    let query = "SELECT campaign.id, segments.date, segments.hour, metrics.clicks FROM campaign WHERE segments.date = '2026-11-20'";
    let streamed = ads_rows(&world, SAIGON_ADS, None, query);
    let (mut collected, mut page_token, mut count) = (Vec::new(), String::new(), 0);
    loop {
        let body = json!({"query": query, "pageToken": page_token, "searchSettings": {"returnTotalResultsCount": true}});
        let page = parsed(&ads(&world, &token, SAIGON_ADS, None, "search", &body));
        assert_eq!(page["totalResultsCount"], streamed.len().to_string());
        collected.extend(page["results"].as_array().unwrap().iter().cloned());
        count += 1;
        match page["nextPageToken"].as_str() {
            Some(next) => page_token = next.to_owned(),
            None => break,
        }
    }
    assert!(count > 5);
    assert_eq!(collected, streamed);
}

fn refusal(answer: &dpo_upstreams::Answer) -> (u16, String) {
    let body = parsed(answer);
    let body = if body.is_array() {
        body[0].clone()
    } else {
        body
    };
    let detail = &body["error"]["details"][0];
    let code = detail["errors"][0]["errorCode"]
        .as_object()
        .map(|families| {
            let (family, code) = families.iter().next().unwrap();
            format!("{family}.{}", code.as_str().unwrap())
        });
    (
        answer.status,
        code.unwrap_or_else(|| detail["reason"].as_str().unwrap_or_default().to_owned()),
    )
}

#[test]
fn refusals_are_the_platforms_own() {
    let world = world_at("2026-11-23T05:30:00Z");
    let token = google_token(&world, "saigon");
    let query = json!({"query": "SELECT customer.id FROM customer"});
    let code = |token: &str, customer: &str, login: Option<&str>, body: &Value| {
        refusal(&ads(&world, token, customer, login, "searchStream", body))
    };
    assert_eq!(
        code(&token, LOS_ANGELES_ADS, None, &query),
        (403, "authorizationError.USER_PERMISSION_DENIED".to_owned())
    );
    assert_eq!(
        code(&token, LOS_ANGELES_ADS, Some(SAIGON_ADS), &query),
        (
            403,
            "authorizationError.INVALID_LOGIN_CUSTOMER_ID_SERVING_CUSTOMER_ID_COMBINATION"
                .to_owned()
        )
    );
    assert_eq!(
        code(&token, "7105550201", None, &query),
        (403, "authorizationError.USER_PERMISSION_DENIED".to_owned())
    );
    assert_eq!(
        code(&token, "1234567890", None, &query),
        (401, "authenticationError.CUSTOMER_NOT_FOUND".to_owned())
    );
    assert_eq!(code("Bearer made-up", SAIGON_ADS, None, &query).0, 401);
    let with_size = json!({"query": "SELECT customer.id FROM customer", "pageSize": 100});
    assert_eq!(
        code(&token, SAIGON_ADS, None, &with_size),
        (400, "requestError.PAGE_SIZE_NOT_SUPPORTED".to_owned())
    );
    let metrics = json!({"query": "SELECT metrics.clicks FROM customer"});
    assert_eq!(
        code(&token, MANAGER, None, &metrics),
        (400, "queryError.REQUESTED_METRICS_FOR_MANAGER".to_owned())
    );
    control(&world, "clock", &json!({"now": "2026-11-23T06:30:00Z"}));
    assert_eq!(
        code(&token, SAIGON_ADS, None, &query),
        (401, "ACCESS_TOKEN_EXPIRED".to_owned())
    );
}

#[test]
fn versions_end() {
    let world = world_at("2026-11-23T05:30:00Z");
    let token = google_token(&world, "saigon");
    let at = |version: u32| {
        let path = format!("/v{version}/customers/{SAIGON_ADS}/googleAds:search");
        ask(
            &world,
            "POST",
            &path,
            &[("authorization", &token)],
            r#"{"query":"SELECT customer.id FROM customer"}"#,
        )
    };
    assert_eq!(at(26).status, 200);
    assert_eq!(
        refusal(&at(22)),
        (400, "requestError.UNSUPPORTED_VERSION".to_owned())
    );
    assert_eq!(
        (at(18).status, at(18).body.starts_with("<!DOCTYPE html>")),
        (404, true)
    );
}

#[test]
fn accounts_describe_themselves() {
    let world = world_at("2026-11-23T05:30:00Z");
    let token = google_token(&world, "saigon");
    let listed = ask(
        &world,
        "GET",
        "/v26/customers:listAccessibleCustomers",
        &[("authorization", &token)],
        "",
    );
    assert_eq!(
        parsed(&listed),
        json!({"resourceNames": ["customers/7105550100", "customers/7105550101"]})
    );
    let clients = ads_rows(
        &world,
        MANAGER,
        None,
        "SELECT customer_client.id, customer_client.level, customer_client.manager, customer_client.time_zone, customer_client.currency_code, \
         customer_client.status FROM customer_client WHERE customer_client.manager = false AND customer_client.status = 'ENABLED'",
    );
    assert_eq!(clients.len(), 1);
    assert_eq!(clients[0]["customerClient"]["id"], LOS_ANGELES_ADS);
    assert_eq!(
        clients[0]["customerClient"]["timeZone"],
        "America/Los_Angeles"
    );
    let names = ads_rows(
        &world,
        SAIGON_ADS,
        None,
        "SELECT campaign.id, campaign.name, campaign.status FROM campaign",
    );
    assert_eq!(names.len(), 5);
    assert!(names.iter().all(|row| {
        row["campaign"]["resourceName"]
            .as_str()
            .unwrap()
            .starts_with("customers/7105550101/campaigns/90")
    }));
}

#[test]
fn days_of_changed_clocks_have_their_labels() {
    let world = world_at("2026-11-23T05:30:00Z");
    let hours = |date: &str| -> std::collections::BTreeSet<i64> {
        let query = format!(
            "SELECT segments.date, segments.hour, metrics.impressions FROM customer WHERE segments.date = '{date}'"
        );
        let rows = ads_rows(&world, LOS_ANGELES_ADS, Some(MANAGER), &query);
        let hours: Vec<i64> = rows
            .iter()
            .map(|row| row["segments"]["hour"].as_i64().unwrap_or(0))
            .collect();
        let distinct: std::collections::BTreeSet<i64> = hours.iter().copied().collect();
        assert_eq!(hours.len(), distinct.len(), "a label came twice");
        distinct
    };
    assert!(hours("2026-11-01").len() <= 24);
    assert!(hours("2026-11-01").contains(&1));
    assert!(!hours("2026-03-08").contains(&2));
}
