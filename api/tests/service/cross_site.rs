//! Requests that another site makes a browser send: every changing route, every combination.

use axum::body::Body;
use http::{Request, StatusCode};

use crate::world::{A_UID, PASSWORD, World};

#[tokio::test]
async fn changes_come_from_our_own_page_as_json_or_not_at_all() {
    let world = World::new().await;
    let credentials = format!(r#"{{"email": "ceo@a.example", "password": "{PASSWORD}"}}"#);
    let choice = format!(r#"{{"organization": "{A_UID}"}}"#);
    let mut refused = 0;
    for (method, path, body) in [
        ("POST", "/api/v1/session", Some(credentials)),
        ("PUT", "/api/v1/session/organization", Some(choice)),
        ("DELETE", "/api/v1/session", None),
    ] {
        for site in [
            None,
            Some("same-origin"),
            Some("none"),
            Some("same-site"),
            Some("cross-site"),
        ] {
            for origin in [
                None,
                Some("https://dpo.example"),
                Some("https://evil.example"),
                Some("null"),
            ] {
                for media in [
                    "application/json",
                    "text/plain",
                    "application/x-www-form-urlencoded",
                    "",
                ] {
                    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
                    let mut request = Request::builder()
                        .method(method)
                        .uri(path)
                        .header("host", "dpo.example")
                        .header("cookie", cookie);
                    for (name, value) in [
                        ("sec-fetch-site", site),
                        ("origin", origin),
                        ("content-type", Some(media)),
                    ] {
                        if let Some(value) = value.filter(|value| !value.is_empty()) {
                            request = request.header(name, value);
                        }
                    }
                    let answer = world
                        .send(
                            request
                                .body(body.clone().map_or_else(Body::empty, Body::from))
                                .unwrap(),
                        )
                        .await;
                    let label = format!(
                        "{method} {path} {site:?} {origin:?} {media:?}: {}",
                        answer.text
                    );
                    let ours = matches!(site, Some("same-origin" | "none"))
                        || (site.is_none() && origin == Some("https://dpo.example"));
                    if !ours {
                        refused += 1;
                        assert_eq!(
                            (answer.status, answer.code().as_str()),
                            (StatusCode::FORBIDDEN, "cross_site"),
                            "{label}"
                        );
                    } else if body.is_some() && media != "application/json" {
                        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{label}");
                    } else {
                        assert!(answer.status.is_success(), "{label}");
                    }
                }
            }
        }
    }
    println!("{refused} requests of other sites were refused");
    assert!(refused > 100);
}
