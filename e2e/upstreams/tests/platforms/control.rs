//! Failures on demand, the log, hosts and determinism.

use crate::client::*;
use dpo_upstreams::{Answer, Travel, World};
use serde_json::{Value, json};

fn get(world: &World, path: &str) -> Value {
    let answer = ask(world, "GET", path, &[], "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    parsed(&answer)
}

/// A request that succeeds when nothing is planned.
fn request(world: &World, source: &str, token: &str) -> Answer {
    let shop = [("x-shopify-access-token", "demo-saigon-shopify-admin-token")];
    match source {
        "google_oauth" => ask(world, "POST", "/token", &[], &token_form("saigon")),
        "google_ads" => ads(
            world,
            token,
            SAIGON_ADS,
            None,
            "searchStream",
            &json!({"query": "SELECT customer.id FROM customer"}),
        ),
        "google_analytics" => {
            let body = json!({"dateRanges": [{"startDate": "yesterday", "endDate": "yesterday"}], "metrics": [{"name": "sessions"}]});
            ask(
                world,
                "POST",
                "/v1beta/properties/410000101:runReport",
                &[("authorization", token)],
                &body.to_string(),
            )
        }
        "shopify_oauth" => {
            let form = "grant_type=client_credentials&client_id=demo-saigon-shopify-app&client_secret=demo-saigon-shopify-secret";
            ask(world, "POST", "/admin/oauth/access_token", &[], form)
        }
        _ => ask(
            world,
            "POST",
            "/admin/api/2026-10/graphql.json",
            &shop,
            r#"{"query":"{ shop { id } }"}"#,
        ),
    }
}

#[test]
fn every_planned_failure_of_every_source_can_be_met() {
    let world = world_at("2026-11-23T05:30:00Z");
    let token = google_token(&world, "saigon");
    let kinds = get(&world, "/_control/faults")["kinds"].clone();
    let mut met = 0;
    for (source, kinds) in kinds.as_object().unwrap() {
        let healthy = request(&world, source, &token);
        assert_eq!(healthy.status, 200, "{source}: {}", healthy.body);
        for kind in kinds.as_array().unwrap() {
            control(
                &world,
                "fault",
                &json!({"source": source, "kind": kind, "seconds": 7}),
            );
            let struck = request(&world, source, &token);
            let differs = (struck.status, struck.travel) != (200, Travel::Whole)
                || struck.body != healthy.body;
            assert!(differs, "{source} {kind} changes nothing");
            assert_eq!(
                request(&world, source, &token).status,
                200,
                "{source} {kind} strikes once"
            );
            met += 1;
        }
    }
    assert!(met > 70, "only {met} kinds");
    assert!(
        get(&world, "/_control/faults")["faults"]
            .as_array()
            .unwrap()
            .iter()
            .all(|fault| fault["hits"] == 1)
    );
}

#[test]
fn ads_failures_carry_family_code_and_wait() {
    let world = world_at("2026-11-23T05:30:00Z");
    let token = google_token(&world, "saigon");
    control(
        &world,
        "fault",
        &json!({"source": "google_ads", "account": SAIGON_ADS, "kind": "RESOURCE_TEMPORARILY_EXHAUSTED", "seconds": 3}),
    );
    let answer = request(&world, "google_ads", &token);
    let error = &parsed(&answer)[0]["error"]["details"][0]["errors"][0];
    assert_eq!(answer.status, 429);
    assert_eq!(
        error["errorCode"],
        json!({"quotaError": "RESOURCE_TEMPORARILY_EXHAUSTED"})
    );
    assert_eq!(error["details"]["quotaErrorDetails"]["retryDelay"], "3s");
}

#[test]
fn revoked_and_ended_credentials_are_refused() {
    let world = world_at("2026-11-23T05:30:00Z");
    let token = google_token(&world, "saigon");
    let act = |action: &str| {
        control(
            &world,
            "credentials",
            &json!({"business": "saigon-coffee", "platform": "google", "action": action}),
        )
    };
    act("end_access_tokens");
    std::thread::sleep(std::time::Duration::from_millis(5));
    assert_eq!(request(&world, "google_ads", &token).status, 401);
    let token = google_token(&world, "saigon");
    assert_eq!(request(&world, "google_ads", &token).status, 200);
    act("revoke");
    assert_eq!(request(&world, "google_ads", &token).status, 401);
    assert_eq!(
        parsed(&ask(&world, "POST", "/token", &[], &token_form("saigon")))["error"],
        "invalid_grant"
    );
    act("restore");
    assert_eq!(request(&world, "google_ads", &token).status, 200);
}

#[test]
fn one_login_is_revoked_and_the_others_stay() {
    let world = world_at("2026-11-23T05:30:00Z");
    let refreshed = |login: &str| ask(&world, "POST", "/token", &[], &token_form(login)).status;
    let agency = "demo-berlin-agency.apps.googleusercontent.com";
    let revoke = json!({"business": "berlin-beans", "platform": "google", "action": "revoke", "clientId": agency});
    control(&world, "credentials", &revoke);
    assert_eq!(refreshed("berlin-agency"), 400);
    assert_eq!(refreshed("berlin"), 200);
}

#[test]
fn the_log_shows_queries_and_no_secret() {
    let world = world_at("2026-11-23T05:30:00Z");
    let token = google_token(&world, "saigon");
    for source in ["google_ads", "google_analytics", "shopify_oauth", "shopify"] {
        request(&world, source, &token);
    }
    let log = get(&world, "/_control/requests");
    let entries = log["requests"].as_array().unwrap();
    assert_eq!(entries.len(), 5);
    assert_eq!(entries[0]["text"], "grant_type=refresh_token");
    assert!(
        entries[1]["text"]
            .as_str()
            .unwrap()
            .contains("SELECT customer.id")
    );
    assert_eq!(entries[4]["account"], "saigon-coffee.myshopify.com");
    let text = log.to_string();
    for secret in [
        "demo-saigon-google-secret",
        "refresh-token",
        "ya29",
        "admin-token",
        "shopify-secret",
    ] {
        assert!(!text.contains(secret), "the log shows {secret}");
    }
    assert_eq!(
        get(&world, "/_control/requests?since=3&source=shopify")["requests"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn hosts_serve_their_own_paths_only() {
    let world = world_at("2026-11-23T05:30:00Z");
    let at = |host: &str, path: &str, body: &str| {
        ask(&world, "POST", path, &[("x-forwarded-host", host)], body)
    };
    assert_eq!(
        at("oauth2.googleapis.com", "/token", &token_form("saigon")).status,
        200
    );
    assert_eq!(
        at("googleads.googleapis.com", "/token", &token_form("saigon")).status,
        404
    );
    let form = "grant_type=client_credentials&client_id=demo-saigon-shopify-app&client_secret=demo-saigon-shopify-secret";
    assert_eq!(
        at(
            "saigon-coffee.myshopify.com",
            "/admin/oauth/access_token",
            form
        )
        .status,
        200
    );
    assert_eq!(
        at(
            "berlin-beans.myshopify.com",
            "/admin/oauth/access_token",
            form
        )
        .status,
        401
    );
    assert_eq!(
        at("nobody.myshopify.com", "/admin/oauth/access_token", form).status,
        404
    );
}

#[test]
fn google_rotation_is_an_option() {
    let text = include_str!("../../demo.yaml").replace(
        "refreshToken: demo-saigon-google-refresh-token",
        "refreshToken: demo-saigon-google-refresh-token\n        rotate: true",
    );
    let world = World::new(dpo_upstreams::Config::parse(&text).unwrap());
    let granted = parsed(&ask(&world, "POST", "/token", &[], &token_form("saigon")));
    let next = granted["refresh_token"].as_str().unwrap();
    let token = format!("Bearer {}", granted["access_token"].as_str().unwrap());
    assert_eq!(request(&world, "google_ads", &token).status, 200);
    assert_eq!(
        ask(&world, "POST", "/token", &[], &token_form("saigon")).status,
        400,
        "the first token is dead once the new one is used"
    );
    let form = token_form("saigon").replace("demo-saigon-google-refresh-token", next);
    assert_eq!(ask(&world, "POST", "/token", &[], &form).status, 200);
    let unrotated = world_at("2026-11-23T05:30:00Z");
    let plain = parsed(&ask(
        &unrotated,
        "POST",
        "/token",
        &[],
        &token_form("saigon"),
    ));
    assert_eq!(
        (plain["expires_in"].as_i64(), plain.get("refresh_token")),
        (Some(3600), None)
    );
}

#[test]
fn two_worlds_tell_the_same_story_and_seeds_another() {
    let first = world_at("2026-11-23T05:30:00Z");
    let second = world_at("2026-11-23T05:30:00Z");
    let parameters = "business=berlin-beans&from=2026-10-20&to=2026-10-30&grain=day";
    truth(
        &second,
        "business=berlin-beans&from=2026-06-01&to=2026-07-30&grain=day",
    );
    let story = truth(&first, parameters);
    assert!(story.len() > 100);
    assert_eq!(story, truth(&second, parameters));
    let text = include_str!("../../demo.yaml").replace("seed: 20260924", "seed: 7");
    let other = World::new(dpo_upstreams::Config::parse(&text).unwrap());
    control(&other, "clock", &json!({"now": "2026-11-23T05:30:00Z"}));
    assert_ne!(story, truth(&other, parameters));
}

#[test]
fn restating_needs_something_to_restate_and_resetting_forgets_it() {
    let world = world_at("2026-11-23T05:30:00Z");
    let parameters = "business=saigon-coffee&source=google_ads&from=2026-08-20&to=2026-11-22";
    let before = truth(&world, parameters);
    let body = json!({"business": "saigon-coffee", "source": "google_ads", "daysBack": [1, 3, 28, 89], "seed": 11});
    let changed = control(&world, "restate", &body)["changed"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(
        changed.len(),
        16,
        "two kinds of change, two accounts, four days"
    );
    let after = truth(&world, parameters);
    let days = |rows: &[Value]| -> std::collections::BTreeSet<String> {
        rows.iter().map(Value::to_string).collect()
    };
    let moved: std::collections::BTreeSet<String> = days(&after)
        .difference(&days(&before))
        .map(|row| {
            serde_json::from_str::<Value>(row).unwrap()["date"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(moved.len(), 8, "the zones are a date apart: {moved:?}");
    let nothing =
        json!({"business": "saigon-coffee", "source": "google_ads", "dates": ["2020-01-01"]});
    assert_eq!(
        ask(
            &world,
            "POST",
            "/_control/restate",
            &[],
            &nothing.to_string()
        )
        .status,
        400
    );
    control(&world, "reset", &json!({}));
    assert_eq!(truth(&world, parameters), before);
}

#[test]
fn the_shop_counts_hours_of_changed_clocks() {
    let world = world_at("2026-11-23T05:30:00Z");
    let hours = |date: &str| -> std::collections::BTreeSet<i64> {
        let rows = truth(
            &world,
            &format!(
                "business=berlin-beans&source=google_analytics&level=account&from={date}&to={date}&grain=hour"
            ),
        );
        rows.iter()
            .map(|row| row["hour"].as_i64().unwrap())
            .collect()
    };
    assert!(!hours("2026-03-29").contains(&2));
    assert_eq!(hours("2026-10-25").len(), 24, "25 hours have 24 labels");
}

#[test]
fn a_service_account_reads_what_its_scope_allows() {
    let world = world_at("2026-11-23T05:30:00Z");
    let encode = |value: Value| {
        use base64::Engine;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string())
    };
    let grant = |issuer: &str, issued: i64| {
        let claims = json!({
            "iss": issuer, "scope": "https://www.googleapis.com/auth/analytics.readonly",
            "aud": "https://oauth2.googleapis.com/token", "iat": issued, "exp": issued + 3600,
        });
        let assertion = format!(
            "{}.{}.c2lnbmVk",
            encode(json!({"alg": "RS256", "typ": "JWT"})),
            encode(claims)
        );
        let form = format!(
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}"
        );
        parsed(&ask(&world, "POST", "/token", &[], &form))
    };
    let now = 1_795_411_800;
    let granted = grant("dpo@demo-saigon.iam.gserviceaccount.com", now);
    let token = format!(
        "Bearer {}",
        granted["access_token"]
            .as_str()
            .unwrap_or_else(|| panic!("{granted}"))
    );
    assert_eq!(request(&world, "google_analytics", &token).status, 200);
    let refused = request(&world, "google_ads", &token);
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("ACCESS_TOKEN_SCOPE_INSUFFICIENT"));
    assert_eq!(
        grant("nobody@demo.iam.gserviceaccount.com", now)["error"],
        "invalid_grant"
    );
    assert_eq!(
        grant("dpo@demo-saigon.iam.gserviceaccount.com", now - 90_000)["error"],
        "invalid_grant"
    );
}
