//! What happens when the database is away, of another version, or a tenant is half made.

use std::time::Duration;

use dpo_api::authentication::cookie::CookiePolicy;
use dpo_api::http::server;
use dpo_api::state::ApiState;
use dpo_api::telemetry::Telemetry;
use dpo_warehouse::access::{Access, AccessLimits};
use http::StatusCode;

use crate::world::{PASSWORD, World, read, request};

#[tokio::test]
async fn without_a_database_nobody_is_let_in_and_everybody_is_told() {
    let world = World::new().await;
    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
    let limits = AccessLimits {
        acquire_timeout: Duration::from_millis(300),
        ..AccessLimits::default()
    };
    let access = Access::new(&"postgres://dpo_api:x@127.0.0.1:1/dpo".into(), limits).unwrap();
    let state = ApiState::new(
        access,
        world.state.passwords.clone(),
        CookiePolicy::Secure,
        Telemetry::new().unwrap(),
    );
    let service = server::service(&state, None);
    let login = serde_json::json!({"email": "ceo@a.example", "password": PASSWORD});
    for (method, path, body) in [
        ("GET", "/api/v1/session", None),
        ("GET", "/api/v1/sources", None),
        ("GET", "/api/v1/metrics", None),
        (
            "GET",
            "/api/v1/overview?from=2026-10-01&to=2026-10-02",
            None,
        ),
        ("DELETE", "/api/v1/session", None),
        ("POST", "/api/v1/session", Some(&login)),
        ("GET", "/readyz", None),
    ] {
        let answer = read(service.clone(), request(method, path, Some(&cookie), body)).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::SERVICE_UNAVAILABLE, "database_unavailable"),
            "{path}"
        );
        assert_eq!(answer.headers["retry-after"], "5");
    }
    let anonymous = read(
        service.clone(),
        request("GET", "/api/v1/sources", None, None),
    )
    .await;
    assert_eq!(anonymous.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        read(service, request("GET", "/healthz", None, None))
            .await
            .status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_schema_of_another_version_is_refused() {
    let world = World::new().await;
    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
    assert_eq!(world.get("/readyz", &cookie).await.status, StatusCode::OK);
    world
        .sql(&format!(
            "UPDATE control.organizations SET schema_version = 2 WHERE tenant = '{}'",
            world.a
        ))
        .await;
    assert_eq!(
        world.get("/api/v1/sources", &cookie).await.code(),
        "database_version"
    );
    assert_eq!(
        world.get("/api/v1/session", &cookie).await.status,
        StatusCode::OK
    );
    world
        .sql("UPDATE control.schema_version SET version = 2")
        .await;
    for path in ["/api/v1/session", "/readyz"] {
        let answer = world.get(path, &cookie).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::SERVICE_UNAVAILABLE, "database_version"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_organization_without_its_role_or_schema_is_not_ready() {
    let world = World::of_its_own().await;
    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
    world
        .sql(&format!("REVOKE {a}_ro FROM dpo_api", a = world.a))
        .await;
    assert_eq!(
        world.get("/api/v1/sources", &cookie).await.code(),
        "organization_not_ready"
    );
    world
        .sql(&format!(
            "GRANT {a}_ro TO dpo_api; DROP SCHEMA {a} CASCADE",
            a = world.a
        ))
        .await;
    assert_eq!(
        world.get("/api/v1/sources", &cookie).await.code(),
        "organization_not_ready"
    );
    let other = world.session("ceo@b.example", Some(&world.b)).await;
    assert_eq!(
        world.get("/api/v1/sources", &other).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_stopping_server_says_so() {
    let world = World::new().await;
    world.state.drain();
    assert_eq!(
        world.get("/readyz", "").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(world.get("/healthz", "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_metrics_have_bounded_labels_and_no_secret() {
    let world = World::new().await;
    let cookie = world
        .log_in("ceo@a.example", PASSWORD, None)
        .await
        .cookie()
        .unwrap();
    for path in [
        "/api/v1/sources",
        "/api/v1/channels/shop?from=2026-10-01&to=2026-10-02",
        "/random/1",
        "/random/2",
    ] {
        world.get(path, &cookie).await;
    }
    let answer = read(
        server::metrics_service(&world.state),
        request("GET", "/metrics", None, None),
    )
    .await;
    assert_eq!(answer.headers["content-type"], "text/plain; version=0.0.4");
    for line in [
        r#"dpo_api_requests_total{method="GET",route="/api/v1/channels/{channel}",status="200"} 1"#,
        r#"dpo_api_requests_total{method="GET",route="other",status="404"} 2"#,
        r#"dpo_api_logins_total{outcome="ok"} 1"#,
    ] {
        assert!(answer.text.contains(line), "{line} not in\n{}", answer.text);
    }
    for secret in [
        "ceo@a.example",
        "random/1",
        cookie.split_once('=').unwrap().1,
        PASSWORD,
    ] {
        assert!(!answer.text.contains(secret), "{secret}");
    }
}
