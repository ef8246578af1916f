//! Headers of every answer: routes, errors, unknown paths, static files.

use dpo_api::authentication::cookie::CookiePolicy;
use dpo_api::http::{security_headers, server};
use dpo_api::state::ApiState;
use dpo_api::telemetry::Telemetry;
use http::StatusCode;
use serde_json::json;

use crate::world::{Answer, World, read, request};

fn assert_secure(answer: &Answer, label: &str) {
    for (name, value) in security_headers::ALWAYS {
        assert_eq!(
            answer
                .headers
                .get(&name)
                .map(|found| found.to_str().unwrap()),
            Some(value),
            "{label}: {name}"
        );
    }
    assert!(answer.headers.contains_key("cache-control"), "{label}");
}

#[tokio::test]
async fn every_answer_carries_them() {
    let world = World::new().await;
    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
    let cookie = Some(cookie.as_str());
    let garbage = json!("garbage");
    for (method, path, cookie, body, status) in [
        ("GET", "/api/v1/session", cookie, None, StatusCode::OK),
        ("HEAD", "/api/v1/sources", cookie, None, StatusCode::OK),
        (
            "GET",
            "/api/v1/sources",
            None,
            None,
            StatusCode::UNAUTHORIZED,
        ),
        (
            "GET",
            "/api/v1/overview?from=x",
            cookie,
            None,
            StatusCode::BAD_REQUEST,
        ),
        (
            "POST",
            "/api/v1/session",
            None,
            Some(&garbage),
            StatusCode::BAD_REQUEST,
        ),
        (
            "POST",
            "/api/v1/overview",
            cookie,
            None,
            StatusCode::METHOD_NOT_ALLOWED,
        ),
        (
            "PATCH",
            "/api/v1/session",
            cookie,
            None,
            StatusCode::METHOD_NOT_ALLOWED,
        ),
        (
            "GET",
            "/api/v1/nothing",
            cookie,
            None,
            StatusCode::NOT_FOUND,
        ),
        (
            "GET",
            "/api/v2/session",
            cookie,
            None,
            StatusCode::NOT_FOUND,
        ),
        ("GET", "/api", None, None, StatusCode::NOT_FOUND),
        (
            "GET",
            "/api/v1/channels/telepathy?from=2026-10-01&to=2026-10-01",
            cookie,
            None,
            StatusCode::NOT_FOUND,
        ),
        ("GET", "/healthz", None, None, StatusCode::OK),
        ("GET", "/readyz", None, None, StatusCode::OK),
        (
            "GET",
            "/no/dashboard/here",
            None,
            None,
            StatusCode::NOT_FOUND,
        ),
    ] {
        let answer = world.send(request(method, path, cookie, body)).await;
        let label = format!("{method} {path}: {}", answer.text);
        assert_eq!(answer.status, status, "{label}");
        assert_secure(&answer, &label);
        assert_eq!(answer.headers["cache-control"], "no-store", "{label}");
        assert_eq!(
            answer.headers["strict-transport-security"], "max-age=31536000; includeSubDomains",
            "{label}"
        );
        if !status.is_success() && method != "HEAD" {
            assert_eq!(
                answer.headers["content-type"], "application/problem+json",
                "{label}"
            );
        }
    }
}

#[tokio::test]
async fn static_files_are_cached_by_their_kind_and_the_page_answers_for_its_routes() {
    let world = World::new().await;
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("assets")).unwrap();
    for (name, text) in [
        ("index.html", "<!doctype html>the page"),
        ("assets/app-4f2a.js", "let x"),
        ("theme.js", "dark"),
    ] {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    let service = server::service(&world.state, Some(directory.path()));
    for (path, status, cache, text) in [
        ("/", StatusCode::OK, "no-cache", "the page"),
        (
            "/channels/google_ads",
            StatusCode::OK,
            "no-cache",
            "the page",
        ),
        ("/theme.js", StatusCode::OK, "no-cache", "dark"),
        (
            "/assets/app-4f2a.js",
            StatusCode::OK,
            "public, max-age=31536000, immutable",
            "let x",
        ),
        (
            "/assets/app-gone.js",
            StatusCode::NOT_FOUND,
            "no-store",
            "not_found",
        ),
        (
            "/missing.png",
            StatusCode::NOT_FOUND,
            "no-store",
            "not_found",
        ),
        ("/../../etc/passwd", StatusCode::OK, "no-cache", "the page"),
        (
            "/assets/..%2f..%2f..%2fetc%2fpasswd",
            StatusCode::NOT_FOUND,
            "no-store",
            "not_found",
        ),
        (
            "/api/v1/nothing",
            StatusCode::NOT_FOUND,
            "no-store",
            "not_found",
        ),
    ] {
        let answer = read(service.clone(), request("GET", path, None, None)).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
        assert_eq!(answer.headers["cache-control"], cache, "{path}");
        assert!(answer.text.contains(text), "{path}: {}", answer.text);
        assert_secure(&answer, path);
    }
    let posted = read(service, request("POST", "/", None, None)).await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn plain_http_has_its_own_cookie_and_no_transport_security() {
    let world = World::new().await;
    let state = ApiState::new(
        world.state.access.clone(),
        world.state.passwords.clone(),
        CookiePolicy::Plain,
        Telemetry::new().unwrap(),
    );
    let service = server::service(&state, None);
    let body = json!({"email": "ceo@a.example", "password": crate::world::PASSWORD});
    let answer = read(
        service,
        request("POST", "/api/v1/session", None, Some(&body)),
    )
    .await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.starts_with("dpo=")
            && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Max-Age=28800"),
        "{cookie}"
    );
    assert!(!answer.headers.contains_key("strict-transport-security"));
}
