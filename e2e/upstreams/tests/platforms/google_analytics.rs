//! GA4 as a client sees it, and its figures against the truth.

use std::collections::BTreeMap;

use crate::client::*;
use dpo_upstreams::{Answer, World};
use serde_json::{Value, json};

const PROPERTY: &str = "410000101";

/// At most ten metrics fit into one request, so there are two.
const METRICS: [&[(&str, &str)]; 2] = [
    &[
        ("sessions", "sessions"),
        ("engagedSessions", "engaged_sessions"),
        ("totalUsers", "total_users"),
        ("activeUsers", "active_users"),
        ("newUsers", "new_users"),
        ("screenPageViews", "screen_page_views"),
        ("eventCount", "event_count"),
    ],
    &[
        ("keyEvents", "key_events"),
        ("purchaseRevenue", "purchase_revenue"),
        ("totalRevenue", "total_revenue"),
        ("transactions", "transactions"),
    ],
];

fn run(world: &World, property: &str, body: &Value) -> Answer {
    let token = google_token(world, "saigon");
    ask(
        world,
        "POST",
        &format!("/v1beta/properties/{property}:runReport"),
        &[("authorization", &token)],
        &body.to_string(),
    )
}

fn names(names: &[&str]) -> Value {
    names.iter().map(|name| json!({ "name": name })).collect()
}

type Cells = BTreeMap<(String, String, String, i64, String), String>;

fn cells(world: &World, dimensions: &[&str], from: &str, to: &str) -> Cells {
    let mut cells = Cells::new();
    for metrics in METRICS {
        let asked: Vec<&str> = metrics.iter().map(|(wire, _)| *wire).collect();
        let body = json!({"dateRanges": [{"startDate": from, "endDate": to}], "dimensions": names(dimensions), "metrics": names(&asked), "limit": "100000"});
        let report = parsed(&run(world, PROPERTY, &body));
        for row in report["rows"]
            .as_array()
            .unwrap_or_else(|| panic!("{report}"))
        {
            let value = |position: usize| {
                row["dimensionValues"][position]["value"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            };
            let stamp = value(0);
            let date = format!("{}-{}-{}", &stamp[..4], &stamp[4..6], &stamp[6..8]);
            let hour = stamp.get(8..10).map_or(-1, |hour| hour.parse().unwrap());
            let (level, id) = match dimensions.get(1) {
                Some(&"sessionCampaignId") => ("campaign", value(1)),
                Some(_) => ("channel_group", value(1)),
                None => ("account", PROPERTY.to_owned()),
            };
            for (position, (_, metric)) in metrics.iter().enumerate() {
                let amount = row["metricValues"][position]["value"].as_str().unwrap();
                let counted = level != "campaign" || !metric.ends_with("_users");
                if amount != "0" && counted {
                    cells.insert(
                        (
                            level.to_owned(),
                            id.clone(),
                            date.clone(),
                            hour,
                            (*metric).to_owned(),
                        ),
                        amount.to_owned(),
                    );
                }
            }
        }
    }
    cells
}

#[test]
fn served_reports_are_the_truth() {
    let world = world_at("2026-11-23T05:30:00Z");
    let mut count = 0;
    for (dimensions, level, grain) in [
        (vec!["date"], "account", "day"),
        (vec!["dateHour"], "account", "hour"),
        (
            vec!["date", "sessionDefaultChannelGroup"],
            "channel_group",
            "day",
        ),
        (vec!["date", "sessionCampaignId"], "campaign", "day"),
    ] {
        let parameters = format!(
            "business=saigon-coffee&source=google_analytics&level={level}&grain={grain}&from=2026-11-18&to=2026-11-23"
        );
        let truth = truth_cells(&world, &parameters);
        assert_eq!(
            cells(&world, &dimensions, "2026-11-18", "2026-11-23"),
            truth,
            "{level} {grain}"
        );
        count += truth.len();
    }
    assert!(count > 1000, "only {count} cells were compared");
}

#[test]
fn users_are_fractional_and_hours_add_up_to_more_sessions_than_the_day() {
    let world = world_at("2026-11-23T05:30:00Z");
    let day = cells(&world, &["date"], "2026-11-20", "2026-11-20");
    let hours = cells(&world, &["dateHour"], "2026-11-20", "2026-11-20");
    let sum = |cells: &Cells, wanted: &str| -> i128 {
        cells
            .iter()
            .filter(|((.., metric), _)| metric == wanted)
            .map(|(_, text)| millionths(text))
            .sum()
    };
    assert!(sum(&hours, "sessions") > sum(&day, "sessions"));
    assert_eq!(sum(&hours, "event_count"), sum(&day, "event_count"));
    assert!(
        day.iter()
            .any(|((.., metric), text)| metric == "total_users" && text.contains('.'))
    );
}

#[test]
fn events_arrive_late_and_days_are_restated() {
    let world = world_at("2026-11-20T17:30:00Z");
    let early = cells(&world, &["date"], "2026-11-20", "2026-11-20");
    control(&world, "clock", &json!({"now": "2026-11-24T05:30:00Z"}));
    let settled = cells(&world, &["date"], "2026-11-20", "2026-11-20");
    assert_ne!(early, settled);
    control(
        &world,
        "restate",
        &json!({"business": "saigon-coffee", "source": "google_analytics", "dates": ["2026-11-20"], "seed": 3}),
    );
    let restated = cells(&world, &["date"], "2026-11-20", "2026-11-20");
    assert_ne!(settled, restated);
    assert_eq!(
        restated,
        truth_cells(
            &world,
            "business=saigon-coffee&source=google_analytics&level=account&from=2026-11-20&to=2026-11-20"
        )
    );
}

#[test]
fn headers_follow_the_request_and_pages_follow_the_order() {
    let world = world_at("2026-11-23T05:30:00Z");
    let page = |offset: u32| {
        let body = json!({
            "dateRanges": [{"startDate": "2026-11-01", "endDate": "2026-11-10"}],
            "dimensions": names(&["sessionDefaultChannelGroup", "date"]), "metrics": names(&["eventCount", "sessions"]),
            "orderBys": [{"dimension": {"dimensionName": "date"}}, {"dimension": {"dimensionName": "sessionDefaultChannelGroup"}, "desc": true}],
            "limit": "7", "offset": offset.to_string(), "returnPropertyQuota": true,
        });
        parsed(&run(&world, PROPERTY, &body))
    };
    let first = page(0);
    assert_eq!(
        first["dimensionHeaders"],
        names(&["sessionDefaultChannelGroup", "date"])
    );
    assert_eq!(
        first["metricHeaders"][0],
        json!({"name": "eventCount", "type": "TYPE_INTEGER"})
    );
    assert!(first["propertyQuota"]["tokensPerHour"]["remaining"].is_number());
    let total = u32::try_from(first["rowCount"].as_u64().unwrap()).unwrap();
    let mut dates = Vec::new();
    for offset in (0..total).step_by(7) {
        let rows = page(offset)["rows"].as_array().unwrap().clone();
        dates.extend(rows.iter().map(|row| {
            row["dimensionValues"][1]["value"]
                .as_str()
                .unwrap()
                .to_owned()
        }));
    }
    assert_eq!(dates.len(), total as usize);
    assert!(dates.windows(2).all(|pair| pair[0] <= pair[1]));
    assert!(page(total).get("rows").is_none());
}

#[test]
fn filters_and_totals_apply() {
    let world = world_at("2026-11-23T05:30:00Z");
    let report = |filter: Value| {
        let mut body = json!({
            "dateRanges": [{"startDate": "2026-11-10", "endDate": "2026-11-10"}],
            "metrics": names(&["sessions"]), "metricAggregations": ["TOTAL"],
        });
        if !filter.is_null() {
            body["dimensionFilter"] = filter;
        }
        let report = parsed(&run(&world, PROPERTY, &body));
        let sessions: u32 = report["rows"][0]["metricValues"][0]["value"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!(
            report["totals"][0]["metricValues"][0]["value"],
            sessions.to_string()
        );
        sessions
    };
    let equals = json!({"filter": {"fieldName": "sessionMedium", "stringFilter": {"matchType": "EXACT", "value": "cpc"}}});
    let paid = report(equals.clone());
    let free = report(json!({"notExpression": equals}));
    assert!(paid > 0 && free > 0);
    assert_eq!(paid + free, report(Value::Null));
}

#[test]
fn refusals_and_flags_are_the_platforms_own() {
    let world = world_at("2026-11-23T05:30:00Z");
    let body = json!({"dateRanges": [{"startDate": "2026-11-10", "endDate": "2026-11-12"}], "dimensions": names(&["date"]), "metrics": names(&["sessions"])});
    let status = |answer: &Answer| {
        (
            answer.status,
            parsed(answer)["error"]["status"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        )
    };
    assert_eq!(
        status(&run(&world, "410000201", &body)),
        (403, "PERMISSION_DENIED".to_owned())
    );
    let item = json!({"dateRanges": body["dateRanges"], "dimensions": names(&["itemName"]), "metrics": names(&["sessions"])});
    assert_eq!(
        status(&run(&world, PROPERTY, &item)),
        (400, "INVALID_ARGUMENT".to_owned())
    );
    control(
        &world,
        "fault",
        &json!({"source": "google_analytics", "kind": "quota_project_hour"}),
    );
    let refused = run(&world, PROPERTY, &body);
    assert_eq!(refused.status, 429);
    assert!(
        parsed(&refused)["error"]["message"]
            .as_str()
            .unwrap()
            .starts_with("Exhausted property tokens for a project per hour.")
    );
    control(
        &world,
        "fault",
        &json!({"source": "google_analytics", "kind": "other_row"}),
    );
    let report = parsed(&run(&world, PROPERTY, &body));
    assert_eq!(report["metadata"]["dataLossFromOtherRow"], true);
    assert!(
        report["rows"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["dimensionValues"][0]["value"] == "(other)")
    );
    control(
        &world,
        "limits",
        &json!({"googleAnalyticsTokensPerHour": 5}),
    );
    assert_eq!(run(&world, PROPERTY, &body).status, 429);
}

#[test]
fn an_empty_report_has_no_rows() {
    let world = world_at("2026-11-23T05:30:00Z");
    let body = json!({"dateRanges": [{"startDate": "2020-01-01", "endDate": "2020-01-02"}], "dimensions": names(&["date"]), "metrics": names(&["sessions"])});
    let report = parsed(&run(&world, PROPERTY, &body));
    assert!(report.get("rows").is_none() && report.get("rowCount").is_none());
    assert_eq!(
        report["metadata"],
        json!({"currencyCode": "VND", "timeZone": "Asia/Ho_Chi_Minh"})
    );
}

#[test]
fn properties_describe_themselves() {
    let world = world_at("2026-11-23T05:30:00Z");
    let token = google_token(&world, "saigon");
    let get = |path: &str| ask(&world, "GET", path, &[("authorization", &token)], "");
    let property = parsed(&get("/v1beta/properties/410000101"));
    assert_eq!(
        (
            property["timeZone"].as_str(),
            property["currencyCode"].as_str()
        ),
        (Some("Asia/Ho_Chi_Minh"), Some("VND"))
    );
    let summaries = parsed(&get("/v1beta/accountSummaries?pageSize=1"));
    assert_eq!(
        summaries["accountSummaries"][0]["propertySummaries"][0]["property"],
        "properties/410000101"
    );
    assert_eq!(get("/v1beta/properties/1").status, 403);
}
