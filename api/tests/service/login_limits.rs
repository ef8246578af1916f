//! Who tries many passwords waits, wherever they try them, and nobody else does.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::ConnectInfo;
use dpo_api::http::server;
use futures::future::join_all;
use http::StatusCode;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::world::{Answer, PASSWORD, World, read, request};

const ATTACKER: &str = "203.0.113.7";
const ELSEWHERE: &str = "198.51.100.1";
const CEO: &str = "ceo@a.example";

/// A login from a peer, with what somebody wrote into `X-Forwarded-For`.
async fn log_in(
    service: &Router,
    (peer, forwarded): (&str, Option<&str>),
    (email, password): (&str, &str),
) -> Answer {
    let body = json!({"email": email, "password": password});
    let mut request = request("POST", "/api/v1/session", None, Some(&body));
    let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
    request.extensions_mut().insert(ConnectInfo(peer));
    if let Some(forwarded) = forwarded {
        let value = forwarded.parse().unwrap();
        request.headers_mut().insert("x-forwarded-for", value);
    }
    read(service.clone(), request).await
}

fn is_limited(answer: &Answer, whose: &str) -> bool {
    answer.status == StatusCode::TOO_MANY_REQUESTS
        && answer.code() == "too_many_attempts"
        && answer.json()["detail"].as_str().unwrap().contains(whose)
}

/// As many failures as a budget of this kind remembers.
async fn failed_before(world: &World, kind: &str, spender: &str, failures: u32) {
    let each = if kind == "client" { 36 } else { 45 };
    world
        .sql(&format!(
            "INSERT INTO control.login_budgets VALUES ('{kind}', '{spender}', now() + {failures} * interval '{each} seconds')"
        ))
        .await;
}

async fn holds(world: &World, condition: &str) {
    world
        .sql(&format!("DO $$ BEGIN ASSERT ({condition}); END $$"))
        .await;
}

#[tokio::test]
async fn one_client_has_one_budget_for_all_accounts_on_all_replicas() {
    let world = World::new().await;
    let replicas = [world.replica(&[]), world.replica(&[])];
    failed_before(&world, "client", ATTACKER, 90).await;
    let tries: Vec<(String, String)> = (0..20)
        .map(|n| (format!("user{n}@a.example"), format!("192.0.2.{n}")))
        .collect();
    let answers = join_all(tries.iter().enumerate().map(|(n, (email, forged))| {
        let from = (ATTACKER, Some(forged.as_str()));
        log_in(&replicas[n % 2], from, (email, PASSWORD))
    }))
    .await;
    let checked = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::UNAUTHORIZED);
    assert_eq!(checked.count(), 10);
    let refused: Vec<&Answer> = answers
        .iter()
        .filter(|answer| is_limited(answer, "from your network"))
        .collect();
    assert_eq!(refused.len(), 10);
    for answer in refused {
        let seconds = answer.json()["retryAfterSeconds"].as_u64().unwrap();
        assert!((1..=36).contains(&seconds), "{seconds}");
        assert_eq!(answer.headers["retry-after"], seconds.to_string());
    }
    holds(&world, "(SELECT count(*) FROM control.login_attempts) = 10").await;
    let right = (CEO, PASSWORD);
    let attacker = log_in(&replicas[0], (ATTACKER, Some(ELSEWHERE)), right).await;
    assert!(is_limited(&attacker, "from your network"), "{attacker:?}");
    for replica in &replicas {
        let owner = log_in(replica, (ELSEWHERE, None), right).await;
        assert_eq!(owner.status, StatusCode::OK, "{}", owner.text);
    }
}

#[tokio::test]
async fn good_logins_cost_nothing() {
    let world = World::new().await;
    let office = world.replica(&[]);
    failed_before(&world, "client", ATTACKER, 98).await;
    failed_before(&world, "account", CEO, 28).await;
    for _ in 0..5 {
        let answer = log_in(&office, (ATTACKER, None), (CEO, PASSWORD)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }
    holds(
        &world,
        "(SELECT bool_and(forgotten_at < now() + CASE kind WHEN 'client' THEN 98 * interval '36 seconds' ELSE 28 * interval '45 seconds' END) \
          AND count(*) = 2 FROM control.login_budgets)",
    )
    .await;
    holds(&world, "(SELECT count(*) FROM control.login_attempts) = 0").await;
}

#[tokio::test]
async fn who_tries_passwords_on_an_account_waits_and_its_owner_elsewhere_does_not() {
    let world = World::new().await;
    let service = world.replica(&[]);
    for _ in 0..5 {
        let answer = log_in(&service, (ATTACKER, None), (CEO, "wrong password")).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    for _ in 0..2 {
        let attacker = log_in(&service, (ATTACKER, None), (CEO, PASSWORD)).await;
        assert!(is_limited(&attacker, "for this account"), "{attacker:?}");
        let owner = log_in(&service, (ELSEWHERE, None), (CEO, PASSWORD)).await;
        assert_eq!(owner.status, StatusCode::OK, "{}", owner.text);
    }
}

#[tokio::test]
async fn an_account_bears_so_many_failures_from_everywhere_until_its_password_is_set() {
    let world = World::new().await;
    let service = world.replica(&[]);
    failed_before(&world, "account", CEO, 30).await;
    let refused = log_in(&service, (ELSEWHERE, None), (CEO, PASSWORD)).await;
    assert!(is_limited(&refused, "for this account"), "{refused:?}");
    holds(
        &world,
        "(SELECT count(*) FROM control.login_budgets WHERE kind = 'client') = 0",
    )
    .await;
    let hash = world.state.passwords.hash(PASSWORD.into()).await.unwrap();
    let mut identity = world.state.access.identity().await.unwrap();
    assert!(identity.set_password(CEO, &hash).await.unwrap());
    identity.commit().await.unwrap();
    let welcome = log_in(&service, (ELSEWHERE, None), (CEO, PASSWORD)).await;
    assert_eq!(welcome.status, StatusCode::OK, "{}", welcome.text);
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_its_own_budget() {
    let world = World::new().await;
    let service = world.replica(&["10.42.0.0/16"]);
    failed_before(&world, "client", ATTACKER, 100).await;
    for forwarded in [
        ATTACKER.to_owned(),
        format!("{ELSEWHERE}, {ATTACKER}"),
        format!("10.42.1.1, {ATTACKER}, 10.42.3.3"),
    ] {
        let from = ("10.42.0.5", Some(forwarded.as_str()));
        let refused = log_in(&service, from, (CEO, PASSWORD)).await;
        assert!(is_limited(&refused, "from your network"), "{forwarded}");
    }
    let from = ("10.42.0.5", Some(ELSEWHERE));
    let owner = log_in(&service, from, (CEO, PASSWORD)).await;
    assert_eq!(owner.status, StatusCode::OK, "{}", owner.text);
}

#[tokio::test]
async fn behind_an_unnamed_proxy_nobody_pays_for_others() {
    let world = World::new().await;
    let service = world.replica(&[]);
    let from = ("10.42.0.5", Some(ATTACKER));
    for email in ["one@a.example", "two@a.example"] {
        let answer = log_in(&service, from, (email, PASSWORD)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    holds(
        &world,
        "(SELECT count(*) = 2 AND bool_and(kind = 'account') FROM control.login_budgets)",
    )
    .await;
}

#[tokio::test]
async fn an_address_of_the_same_64_bits_is_the_same_client() {
    let world = World::new().await;
    let service = world.replica(&[]);
    failed_before(&world, "client", "2001:db8:1:2::/64", 100).await;
    let same = log_in(&service, ("2001:db8:1:2:3:4:5:6", None), (CEO, PASSWORD)).await;
    assert!(is_limited(&same, "from your network"), "{same:?}");
    let other = log_in(&service, ("2001:db8:1:3::1", None), (CEO, PASSWORD)).await;
    assert_eq!(other.status, StatusCode::OK, "{}", other.text);
}

#[tokio::test]
async fn what_is_forgotten_is_removed() {
    let world = World::new().await;
    let service = world.replica(&[]);
    world
        .sql(
            "INSERT INTO control.login_budgets SELECT 'client', n::text, now() - interval '1 second' FROM generate_series(1, 50) AS n; \
             INSERT INTO control.login_attempts SELECT n::text, '', 7, now() - interval '25 hours' FROM generate_series(1, 50) AS n; \
             INSERT INTO control.login_attempts VALUES ('today@a.example', '', 7, now() - interval '23 hours')",
        )
        .await;
    log_in(&service, (ATTACKER, None), (CEO, "wrong password")).await;
    holds(&world, "(SELECT count(*) FROM control.login_budgets) = 2").await;
    holds(&world, "(SELECT count(*) FROM control.login_attempts) = 2").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logins_at_the_same_time_never_wait_for_each_other_for_ever() {
    let world = World::new().await;
    let replicas = [world.replica(&[]), world.replica(&[])];
    let answers = join_all((0..24).map(|n| {
        let from = [ATTACKER, ELSEWHERE][n / 2 % 2];
        let password = [PASSWORD, PASSWORD, "wrong password"][n % 3];
        log_in(&replicas[n % 2], (from, None), (CEO, password))
    }))
    .await;
    for answer in &answers {
        assert!(
            matches!(answer.status.as_u16(), 200 | 401 | 429),
            "{}",
            answer.text
        );
    }
    assert!(answers.iter().any(|answer| answer.status == StatusCode::OK));
}

#[tokio::test]
async fn a_server_knows_the_peers_of_its_connections() {
    let world = World::new().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = world.replica(&["127.0.0.0/8"]);
    let server = tokio::spawn(async { axum::serve(listener, server::with_peers(service)).await });
    let body = json!({"email": CEO, "password": "wrong password"}).to_string();
    let request = format!(
        "POST /api/v1/session HTTP/1.1\r\nhost: dpo.example\r\nsec-fetch-site: same-origin\r\nconnection: close\r\n\
         x-forwarded-for: {ATTACKER}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut connection = tokio::net::TcpStream::connect(address).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    server.abort();
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    let counted = format!(
        "(SELECT count(*) FROM control.login_budgets WHERE kind = 'client' AND spender = '{ATTACKER}') = 1"
    );
    holds(&world, &counted).await;
}
