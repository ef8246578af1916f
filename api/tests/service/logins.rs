//! Wrong passwords: the same answer for everybody, and ever longer waits.

use http::StatusCode;
use serde_json::json;

use crate::world::{Answer, PASSWORD, World, request};

#[tokio::test]
async fn unknown_disabled_passwordless_and_wrong_get_the_same_answer() {
    let world = World::new().await;
    world
        .sql("UPDATE control.users SET password_hash = NULL WHERE email = 'staff@a.example'")
        .await;
    let answers = [
        world.log_in("ceo@a.example", "wrong password", None).await,
        world.log_in("stranger@example.com", PASSWORD, None).await,
        world.log_in("disabled@a.example", PASSWORD, None).await,
        world.log_in("staff@a.example", PASSWORD, None).await,
    ];
    for answer in &answers {
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.text, answers[0].text);
        assert!(answer.cookie().is_none());
    }
}

#[tokio::test]
async fn failures_make_known_and_unknown_addresses_wait_and_a_success_forgets_them() {
    let world = World::new().await;
    let later = |seconds: u32| {
        format!(
            "UPDATE control.login_attempts SET last_failure_at = now() - interval '{seconds} seconds'"
        )
    };
    for email in ["ceo@a.example", "stranger@example.com"] {
        for _ in 0..5 {
            assert_eq!(
                world.log_in(email, "wrong password", None).await.code(),
                "wrong_credentials"
            );
        }
        world.sql(&later(0)).await;
        let waiting = world.log_in(email, PASSWORD, None).await;
        assert_eq!(
            (waiting.status, waiting.code().as_str()),
            (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts")
        );
        assert_eq!(waiting.headers["retry-after"], "2");
        assert_eq!(waiting.json()["retryAfterSeconds"], 2);
    }
    world.sql(&later(3)).await;
    assert_eq!(
        world
            .log_in("ceo@a.example", "wrong password", None)
            .await
            .code(),
        "wrong_credentials"
    );
    world.sql(&later(1)).await;
    assert_eq!(
        world.log_in("ceo@a.example", PASSWORD, None).await.code(),
        "too_many_attempts"
    );
    world.sql(&later(61)).await;
    assert_eq!(
        world.log_in("ceo@a.example", PASSWORD, None).await.status,
        StatusCode::OK
    );
    assert_eq!(
        world
            .log_in("ceo@a.example", "wrong password", None)
            .await
            .code(),
        "wrong_credentials"
    );
}

#[tokio::test]
async fn the_wait_never_grows_beyond_a_minute() {
    let world = World::new().await;
    world
        .sql("INSERT INTO control.login_attempts VALUES ('ceo@a.example', '', 1000000, now())")
        .await;
    let waiting = world.log_in("ceo@a.example", PASSWORD, None).await;
    let seconds = waiting.json()["retryAfterSeconds"].as_u64().unwrap();
    assert!((55..=60).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn attempts_at_the_same_time_do_not_slip_past_the_count() {
    let world = World::new().await;
    let attempts = (0..20).map(|_| world.log_in("ceo@a.example", "wrong password", None));
    let answers: Vec<Answer> = futures::future::join_all(attempts).await;
    let checked = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::UNAUTHORIZED)
        .count();
    assert_eq!(checked, 5, "passwords were checked more often than allowed");
}

#[tokio::test]
async fn bodies_that_are_no_credentials_are_refused() {
    let world = World::new().await;
    for body in [
        json!({}),
        json!({"email": "ceo@a.example"}),
        json!({"email": "ceo@a.example", "password": 12_345_678}),
        json!({"email": "ceo@a.example", "password": PASSWORD, "role": "ceo"}),
        json!({"email": "ceo\u{0}@a.example", "password": PASSWORD}),
        json!({"email": "no address", "password": PASSWORD}),
        json!({"email": "ceo@a.example", "password": "x".repeat(2000)}),
    ] {
        let answer = world
            .send(request("POST", "/api/v1/session", None, Some(&body)))
            .await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::BAD_REQUEST, "invalid_body"),
            "{body}"
        );
        assert!(!answer.text.contains("12345678"), "{}", answer.text);
    }
    let huge = json!({"email": "ceo@a.example", "password": "x".repeat(20_000)});
    let answer = world
        .send(request("POST", "/api/v1/session", None, Some(&huge)))
        .await;
    assert_eq!(answer.code(), "body_too_large");
}
