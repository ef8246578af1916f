//! A client of the simulator's functions, without a socket.

use std::collections::BTreeMap;

use dpo_upstreams::{Answer, Config, Request, World, answer};
use serde_json::{Value, json};

pub const SAIGON_ADS: &str = "7105550101";
pub const LOS_ANGELES_ADS: &str = "7105550102";
pub const MANAGER: &str = "7105550100";

pub fn world_at(now: &str) -> World {
    let world = World::new(Config::demo().unwrap());
    control(&world, "clock", &json!({ "now": now }));
    world
}

pub fn ask(world: &World, method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: body.as_bytes().to_vec(),
    };
    answer(world, &request)
}

pub fn parsed(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("no JSON: {}", answer.body))
}

pub fn control(world: &World, command: &str, body: &Value) -> Value {
    let answer = ask(
        world,
        "POST",
        &format!("/_control/{command}"),
        &[],
        &body.to_string(),
    );
    assert_eq!(answer.status, 200, "{command}: {}", answer.body);
    parsed(&answer)
}

pub fn token_form(business: &str) -> String {
    format!(
        "grant_type=refresh_token&client_id=demo-{business}.apps.googleusercontent.com&client_secret=demo-{business}-google-secret\
         &refresh_token=demo-{business}-google-refresh-token"
    )
}

pub fn google_token(world: &World, business: &str) -> String {
    let answer = ask(world, "POST", "/token", &[], &token_form(business));
    assert_eq!(answer.status, 200, "{}", answer.body);
    format!(
        "Bearer {}",
        parsed(&answer)["access_token"].as_str().unwrap()
    )
}

pub fn ads(
    world: &World,
    token: &str,
    customer: &str,
    login: Option<&str>,
    method: &str,
    body: &Value,
) -> Answer {
    let mut headers = vec![("authorization", token)];
    headers.extend(login.map(|login| ("login-customer-id", login)));
    ask(
        world,
        "POST",
        &format!("/v26/customers/{customer}/googleAds:{method}"),
        &headers,
        &body.to_string(),
    )
}

pub fn ads_rows(world: &World, customer: &str, login: Option<&str>, query: &str) -> Vec<Value> {
    let token = google_token(world, "saigon");
    let answer = ads(
        world,
        &token,
        customer,
        login,
        "searchStream",
        &json!({ "query": query }),
    );
    assert_eq!(answer.status, 200, "{}", answer.body);
    let batches = parsed(&answer);
    let results = batches
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|batch| batch["results"].as_array().cloned().unwrap_or_default());
    results.collect()
}

pub fn truth(world: &World, parameters: &str) -> Vec<Value> {
    let answer = ask(world, "GET", &format!("/truth?{parameters}"), &[], "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    parsed(&answer)["rows"].as_array().unwrap().clone()
}

/// Truth's cells by level, id, date, hour and metric.
pub fn truth_cells(
    world: &World,
    parameters: &str,
) -> BTreeMap<(String, String, String, i64, String), String> {
    let mut cells = BTreeMap::new();
    for row in truth(world, parameters) {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        for (metric, amount) in row["metrics"].as_object().unwrap() {
            if amount != "0" {
                let key = (
                    text("level"),
                    text("id"),
                    text("date"),
                    row["hour"].as_i64().unwrap_or(-1),
                    metric.clone(),
                );
                cells.insert(key, amount.as_str().unwrap().to_owned());
            }
        }
    }
    cells
}

/// An exact sum of decimal texts, in millionths.
pub fn millionths(text: &str) -> i128 {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction: i128 = format!("{fraction:0<6}").parse().unwrap();
    sign * (whole.parse::<i128>().unwrap() * 1_000_000 + fraction)
}

pub fn decimal(millionths: i128) -> String {
    let magnitude = millionths.unsigned_abs();
    let sign = if millionths < 0 { "-" } else { "" };
    let text = format!(
        "{sign}{}.{:06}",
        magnitude / 1_000_000,
        magnitude % 1_000_000
    );
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
