//! The figures themselves, from stored rows to JSON.

use serde_json::{Value, json};

use crate::seed;
use crate::world::World;

fn figure<'a>(figures: &'a Value, metric: &str, currency: Option<&str>) -> &'a Value {
    let found = figures
        .as_array()
        .unwrap()
        .iter()
        .find(|figure| figure["metric"] == metric && figure["currency"].as_str() == currency);
    found.unwrap_or_else(|| panic!("no {metric} in {currency:?} in {figures:#}"))
}

fn kpi<'a>(answer: &'a Value, metric: &str) -> &'a Value {
    answer["kpis"]
        .as_array()
        .unwrap()
        .iter()
        .find(|kpi| kpi["metric"] == metric)
        .unwrap_or_else(|| panic!("no {metric}"))
}

async fn overview(query: &str) -> Value {
    let world = World::new().await;
    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
    let answer = world
        .get(&format!("/api/v1/overview?{query}"), &cookie)
        .await;
    assert_eq!(answer.status, http::StatusCode::OK, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn the_overview_adds_what_may_be_added_and_says_why_not_elsewhere() {
    let answer = overview("from=2026-10-01&to=2026-10-10").await;
    let spend = kpi(&answer, "spend");
    assert_eq!(spend["nature"], "claimed");
    assert_eq!(spend["figures"][0]["figure"]["currency"], "VND");
    assert_eq!(spend["figures"][0]["figure"]["value"], "1000005");
    assert_eq!(spend["figures"][1]["figure"]["currency"], "USD");
    assert_eq!(spend["figures"][1]["figure"]["value"], "7.9");
    assert_eq!(spend["figures"][1]["series"], json!(vec!["0.79"; 10]));
    let mer = &kpi(&answer, "mer")["figures"][0]["figure"];
    assert_eq!(
        (&mer["value"], &mer["absence"]),
        (&Value::Null, &json!("unlike_currencies"))
    );
    let sessions = &kpi(&answer, "sessions")["figures"][0]["figure"];
    assert_eq!(sessions["value"], "500");
    assert_eq!(sessions["caveats"], json!(["provisional", "sampled"]));
    assert_eq!(answer["timeZones"]["mixed"], true);
    assert_eq!(
        kpi(&answer, "orders")["figures"][0]["figure"]["value"],
        "40"
    );
    let states: Vec<&str> = answer["periods"]["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|day| day["state"].as_str().unwrap())
        .collect();
    assert_eq!(states[..8], ["closed"; 8]);
    assert_eq!(states[8..], ["restated", "provisional"]);
}

#[tokio::test]
async fn claimed_measured_and_recorded_stand_side_by_side() {
    let answer = overview("from=2026-10-01&to=2026-10-10").await;
    let rows = answer["reconciliation"].as_array().unwrap();
    let revenue = rows
        .iter()
        .find(|row| row["topic"] == "revenue" && row["currency"] == "VND")
        .unwrap();
    let said: Vec<(&str, &str)> = revenue["statements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| {
            (
                word["nature"].as_str().unwrap(),
                word["figure"]["value"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("claimed", "3000000"),
            ("measured", "2500000"),
            ("recorded", "4000000")
        ]
    );
    assert_eq!(revenue["claimedOverRecorded"], Value::Null);
    assert_eq!(revenue["claimedAbsence"], "unlike_currencies");
    assert_eq!(revenue["measuredAbsence"], Value::Null);
    assert_eq!(revenue["statements"][0]["freshness"]["state"], "failing");
    assert_eq!(revenue["statements"][2]["freshness"]["state"], "fresh");
    assert_eq!(revenue["measuredOverRecorded"], "0.625");
    let dollars = rows.iter().find(|row| row["currency"] == "USD").unwrap();
    assert_eq!(dollars["statements"][0]["figure"]["value"], "125");
    assert_eq!(dollars["statements"][2]["figure"]["absence"], "no_data");
    assert_eq!(dollars["claimedAbsence"], "unlike_currencies");
    let orders = rows.iter().find(|row| row["topic"] == "orders").unwrap();
    assert_eq!(orders["statements"][0]["figure"]["value"], "35");
    assert_eq!(orders["claimedOverRecorded"], "0.875");
}

#[tokio::test]
async fn archived_days_are_named_and_break_the_comparison() {
    let answer = overview(
        "from=2026-10-01&to=2026-10-10&compare=custom&compareFrom=2026-09-21&compareTo=2026-09-30",
    )
    .await;
    let account = seed::first_account(seed::A);
    assert_eq!(
        answer["archived"],
        json!([{"source": "google_ads", "account": account, "from": "2026-09-28", "to": "2026-09-30"}])
    );
    let comparison = &kpi(&answer, "spend")["figures"][0]["figure"]["comparison"];
    assert_eq!(comparison["value"], Value::Null);
    assert_eq!(comparison["absence"], "archived");
    assert_eq!(comparison["change"], Value::Null);
    assert_eq!(comparison["changeAbsence"], "no_value");
    assert_eq!(answer["periods"]["comparisonDays"][0]["state"], "missing");
}

#[tokio::test]
async fn a_comparison_tells_the_change() {
    let answer = overview("from=2026-10-06&to=2026-10-10&compare=previous_period").await;
    let revenue = &kpi(&answer, "revenue")["figures"][0];
    assert_eq!(revenue["figure"]["comparison"]["value"], "2000000");
    assert_eq!(revenue["figure"]["comparison"]["change"], "0");
    assert_eq!(revenue["comparisonSeries"], json!(vec!["400000"; 5]));
    assert_eq!(
        revenue["figure"]["comparison"]["changeAbsence"],
        Value::Null
    );
    assert_eq!(revenue["figure"]["comparison"]["withoutRunningDays"], false);
    assert_eq!(
        answer["periods"]["comparison"],
        json!({"from": "2026-10-01", "to": "2026-10-05"})
    );
}

#[tokio::test]
async fn every_figure_says_how_fresh_it_is() {
    let answer = overview("from=2026-10-01&to=2026-10-10").await;
    assert_eq!(kpi(&answer, "spend")["freshness"]["state"], "failing");
    assert_eq!(kpi(&answer, "sessions")["freshness"]["state"], "late");
    assert_eq!(kpi(&answer, "orders")["freshness"]["state"], "fresh");
    assert!(kpi(&answer, "orders")["freshness"]["fetchedAt"].is_string());
    assert!(kpi(&answer, "orders")["freshness"]["nextSyncAt"].is_string());
    assert_eq!(answer["freshness"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a_channels_rows_add_up_to_its_accounts() {
    let world = World::new().await;
    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
    let path = "/api/v1/channels/google_ads?from=2026-10-01&to=2026-10-10&compare=previous_period";
    let answer = world.get(path, &cookie).await.json();
    assert_eq!(answer["breakdown"]["level"], "campaign");
    let first = seed::first_account(seed::A);
    let rows: Vec<&Value> = answer["breakdown"]["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["account"] == first.as_str())
        .collect();
    let listed: Vec<(&str, Option<&str>)> = rows
        .iter()
        .map(|row| (row["kind"].as_str().unwrap(), row["name"].as_str()))
        .collect();
    assert_eq!(
        listed,
        [
            ("entity", Some("Tết AlphaMark")),
            ("entity", Some("Trung thu AlphaMark")),
            ("unallocated", None)
        ]
    );
    let spend = |row: &Value| {
        figure(&row["figures"], "spend", Some("VND"))["value"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        rows.iter().map(|row| spend(row)).collect::<Vec<_>>(),
        ["600000", "300002.5", "100002.5"]
    );
    let cpc = |row: &Value| figure(&row["figures"], "cpc", Some("VND"))["value"].clone();
    assert_eq!(cpc(rows[2]), "10000.25");
    let accounts = answer["accounts"].as_array().unwrap();
    assert_eq!(accounts.len(), 2);
    assert_eq!(
        figure(&accounts[0]["figures"], "spend", Some("USD"))["value"],
        "7.9"
    );
    assert_eq!(accounts[0]["timeZone"], "America/Los_Angeles");
    let unexplained = answer["breakdown"]["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["account"] != first.as_str())
        .unwrap();
    assert_eq!(unexplained["kind"], "unallocated");
}

#[tokio::test]
async fn a_shop_without_orders_sold_nothing_as_far_as_it_was_fetched() {
    let world = World::new().await;
    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
    let path = "/api/v1/channels/shop?from=2026-10-10&to=2026-10-13";
    let unknown = world.get(path, &cookie).await.json();
    let revenue = &kpi(&unknown, "revenue")["figures"][0];
    assert_eq!(revenue["series"], json!(["400000", null, null, null]));
    assert!(
        revenue["figure"]["caveats"]
            .as_array()
            .unwrap()
            .contains(&json!("missing_days"))
    );
    assert_eq!(unknown["periods"]["days"][1]["state"], "missing");
    let cursor = json!({"complete_from": "2026-09-01", "zone": "Asia/Ho_Chi_Minh"});
    world
        .sql(&format!(
            "UPDATE control.watermarks SET cursor = '{cursor}' WHERE tenant = '{a}' AND source = 'shopify'; \
             INSERT INTO {a}.touched_days (source, account, stream, date) \
             SELECT source, account, 'ledger', '2026-10-12' FROM control.watermarks WHERE tenant = '{a}' AND source = 'shopify'",
            a = world.a
        ))
        .await;
    let known = world.get(path, &cookie).await.json();
    let revenue = &kpi(&known, "revenue")["figures"][0];
    assert_eq!(revenue["series"], json!(["400000", "0", null, "0"]));
    assert_eq!(known["periods"]["days"][1]["state"], "closed");
    assert_eq!(known["periods"]["days"][2]["state"], "missing");
    let quiet = "/api/v1/channels/shop?from=2026-10-13&to=2026-10-19";
    let quiet = world.get(quiet, &cookie).await.json();
    let orders = &kpi(&quiet, "orders")["figures"][0]["figure"];
    assert_eq!(orders["value"], "0");
    assert_eq!(orders["caveats"], json!([]));
    let overview = "/api/v1/overview?from=2026-10-10&to=2026-10-13";
    let overview = world.get(overview, &cookie).await.json();
    let claims = overview["reconciliation"].as_array().unwrap();
    let orders = claims.iter().find(|row| row["topic"] == "orders").unwrap();
    assert_eq!(orders["claimedOverRecorded"], Value::Null);
    assert_eq!(orders["claimedAbsence"], "missing_days");
    assert_eq!(orders["measuredAbsence"], "missing_days");
}

#[tokio::test]
async fn campaigns_are_compared_over_the_days_that_are_over() {
    let world = World::new().await;
    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
    let account = seed::first_account(seed::A);
    let day = |days_ago: u8, spend: u32| {
        let row = |level: &str, entity: &str| {
            format!(
                "INSERT INTO {}.daily_aggregates (source, account, level, entity, date, stream, currency, status, computed_at, spend) \
                 VALUES ('google_ads', '{account}', '{level}', '{entity}', (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - {days_ago}, \
                         'campaign_daily', 'VND', 'provisional', now(), {spend});",
                world.a
            )
        };
        row("account", &account) + &row("campaign", "c1")
    };
    world
        .sql(&[day(0, 5), day(1, 300), day(2, 40), day(3, 200)].concat())
        .await;
    let today = jiff::Zoned::now()
        .with_time_zone(jiff::tz::TimeZone::get("Asia/Ho_Chi_Minh").unwrap())
        .date();
    let yesterday = today.yesterday().unwrap();
    let path =
        format!("/api/v1/channels/google_ads?from={yesterday}&to={today}&compare=previous_period");
    let answer = world.get(&path, &cookie).await.json();
    let rows = answer["breakdown"]["rows"].as_array().unwrap();
    let campaign = rows.iter().find(|row| row["id"] == "c1").unwrap();
    let spend = figure(&campaign["figures"], "spend", Some("VND"));
    assert_eq!(spend["value"], "305");
    assert_eq!(spend["comparison"]["value"], "240");
    assert_eq!(spend["comparison"]["change"], "0.5");
    assert_eq!(spend["comparison"]["withoutRunningDays"], true);
    assert!(
        spend["caveats"]
            .as_array()
            .unwrap()
            .contains(&json!("running_day"))
    );
    let accounts = answer["accounts"].as_array().unwrap();
    let first = accounts
        .iter()
        .find(|row| row["account"] == account.as_str());
    let spend = figure(&first.unwrap()["figures"], "spend", Some("VND"));
    assert_eq!(spend["comparison"]["change"], "0.5");
}

#[tokio::test]
async fn people_are_shown_for_a_day_and_never_added() {
    let world = World::new().await;
    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
    let one = world
        .get(
            "/api/v1/channels/website?from=2026-10-03&to=2026-10-03",
            &cookie,
        )
        .await
        .json();
    assert_eq!(
        kpi(&one, "active_users")["figures"][0]["figure"]["value"],
        "40"
    );
    let two = world
        .get(
            "/api/v1/channels/website?from=2026-10-03&to=2026-10-04",
            &cookie,
        )
        .await
        .json();
    let people = &kpi(&two, "active_users")["figures"][0];
    assert_eq!(people["figure"]["absence"], "people_do_not_add");
    assert_eq!(people["series"], json!(["40", "40"]));
}

#[tokio::test]
async fn exact_cells_come_page_by_page_in_order() {
    let world = World::new().await;
    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
    let account = seed::first_account(seed::A);
    let base = format!(
        "/api/v1/figures?source=google_ads&account={account}&level=campaign&grain=day&from=2026-10-01&to=2026-10-10&limit=7"
    );
    let (mut cells, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let answer = world.get(&format!("{base}{cursor}"), &cookie).await;
        assert_eq!(answer.status, http::StatusCode::OK, "{}", answer.text);
        let page = answer.json();
        let rows = page["rows"].as_array().unwrap().clone();
        cells.extend(rows.iter().map(|row| {
            format!(
                "{} {}",
                row["date"].as_str().unwrap(),
                row["entity"].as_str().unwrap()
            )
        }));
        assert_eq!(
            rows[0]["metrics"]["impressions"],
            if rows[0]["entity"] == "c1" {
                "60"
            } else {
                "30"
            }
        );
        pages += 1;
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!((cells.len(), pages), (20, 3));
    assert!(cells.is_sorted_by(|one, next| one < next), "{cells:?}");
}

#[tokio::test]
async fn hours_of_open_and_closed_days_are_served_alike() {
    let world = World::new().await;
    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
    let account = seed::first_account(seed::A);
    let path = format!(
        "/api/v1/figures?source=google_ads&account={account}&level=account&grain=hour&from=2026-10-09&to=2026-10-10"
    );
    let answer = world.get(&path, &cookie).await.json();
    let cells: Vec<Value> = answer["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            json!([
                row["date"],
                row["hour"],
                row["metrics"]["spend"],
                row["status"],
                row["currency"]
            ])
        })
        .collect();
    assert_eq!(
        cells,
        [
            json!(["2026-10-09", 0, "0", "restated", "VND"]),
            json!(["2026-10-09", 1, "100000.5", "restated", "VND"]),
            json!(["2026-10-10", 7, "100000.5", "provisional", "VND"]),
        ]
    );
    assert_eq!(answer["timeZone"], "Asia/Ho_Chi_Minh");
}

#[tokio::test]
async fn connections_tell_their_health_in_words() {
    let world = World::new().await;
    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
    let answer = world.get("/api/v1/sources", &cookie).await.json();
    let of = |name: &str| {
        let all = answer["dataSources"].as_array().unwrap();
        all.iter()
            .find(|source| source["name"] == format!("{name}-AlphaMark"))
            .unwrap()
            .clone()
    };
    let revoked = of("ads-us");
    assert_eq!(revoked["state"], "failing");
    assert_eq!(revoked["lastRun"]["class"], "auth_revoked");
    assert_eq!(revoked["lastRun"]["message"], "Reconnect AlphaMark.");
    assert_eq!(revoked["lastRun"]["errors"][0]["stream"], "campaigns");
    assert_eq!(revoked["lastSuccessAt"], Value::Null);
    let good = of("ads-vn");
    assert_eq!(good["state"], "fresh");
    assert_eq!(good["ready"]["status"], "True");
    assert_eq!(good["runs"].as_array().unwrap().len(), 2);
    assert_eq!(good["rowsLandedLastDay"], 90);
    assert_eq!(good["lastRun"]["message"], Value::Null);
    assert!(good["nextSyncAt"].is_string());
    assert_eq!(of("shop")["lastRun"], Value::Null);
}
