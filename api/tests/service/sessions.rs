//! Tokens: new on login and on the switch of organization, dead at once when they end.

use dpo_api::authentication::SESSION_LIMITS;
use dpo_api::authentication::token::SessionToken;
use dpo_warehouse::identity::SessionUse;
use http::StatusCode;
use serde_json::{Value, json};

use crate::seed;
use crate::world::{A_UID, Answer, B_UID, PASSWORD, World, request};

#[tokio::test]
async fn a_login_gives_a_new_token_and_ends_the_session_before() {
    let world = World::new().await;
    let first = world.log_in("ceo@a.example", PASSWORD, None).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    let planted = first.cookie().unwrap();
    let second = world
        .log_in("CEO@A.example ", PASSWORD, Some(&planted))
        .await;
    let fresh = second.cookie().unwrap();
    assert_ne!(planted, fresh);
    assert_eq!(
        world.get("/api/v1/session", &planted).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        world.get("/api/v1/session", &fresh).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_made_up_token_is_never_adopted() {
    let world = World::new().await;
    let chosen = format!("__Host-dpo={}", "A".repeat(43));
    let answer = world.log_in("ceo@a.example", PASSWORD, Some(&chosen)).await;
    assert_ne!(answer.cookie().unwrap(), chosen);
    assert_eq!(
        world.get("/api/v1/session", &chosen).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_logout_ends_the_session_at_once() {
    let world = World::new().await;
    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
    let answer = world
        .send(request("DELETE", "/api/v1/session", Some(&cookie), None))
        .await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(answer.cookie().as_deref(), Some("__Host-dpo="));
    assert_eq!(answer.headers["clear-site-data"], "\"cache\"");
    assert_eq!(
        world.get("/api/v1/session", &cookie).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn the_switch_of_organization_changes_token_role_and_figures() {
    let world = World::new().await;
    let login = world.log_in("both@example.com", PASSWORD, None).await;
    let in_a = login.cookie().unwrap();
    assert_eq!(login.json()["organization"]["id"], A_UID);
    assert_eq!(login.json()["role"], "director");
    assert_eq!(login.json()["brands"], Value::Null);
    let body = json!({"organization": B_UID});
    let switched = world
        .send(request(
            "PUT",
            "/api/v1/session/organization",
            Some(&in_a),
            Some(&body),
        ))
        .await;
    assert_eq!(switched.status, StatusCode::OK, "{}", switched.text);
    assert_eq!(switched.json()["role"], "staff");
    assert_eq!(switched.json()["brands"], json!(["Coffee"]));
    let in_b = switched.cookie().unwrap();
    assert_ne!(in_a, in_b);
    assert_eq!(
        world.get("/api/v1/session", &in_a).await.status,
        StatusCode::UNAUTHORIZED
    );
    let sources = world.get("/api/v1/sources", &in_b).await;
    assert!(
        sources.text.contains(seed::B.word) && !sources.text.contains(seed::A.word),
        "{}",
        sources.text
    );
}

#[tokio::test]
async fn a_login_begins_where_the_person_worked_last() {
    let world = World::new().await;
    let first = world.log_in("both@example.com", PASSWORD, None).await;
    assert_eq!(first.json()["organization"]["id"], A_UID);
    let body = json!({"organization": B_UID});
    let cookie = first.cookie();
    let path = "/api/v1/session/organization";
    world
        .send(request("PUT", path, cookie.as_deref(), Some(&body)))
        .await;
    let second = world.log_in("both@example.com", PASSWORD, None).await;
    assert_eq!(second.json()["organization"]["id"], B_UID);
    assert_eq!(second.json()["role"], "staff");
    let member = "user_id = (SELECT id FROM control.users WHERE email = 'both@example.com')";
    world
        .sql(&format!(
            "DELETE FROM control.memberships WHERE {member} AND tenant = '{}'",
            world.b
        ))
        .await;
    let third = world.log_in("both@example.com", PASSWORD, None).await;
    assert_eq!(third.json()["organization"]["id"], A_UID);
}

/// A request with one more header.
async fn with_header(
    world: &World,
    path: &str,
    cookie: &str,
    (name, value): (&str, &str),
) -> Answer {
    let mut request = request("GET", path, Some(cookie), None);
    let name: http::HeaderName = name.parse().unwrap();
    request.headers_mut().insert(name, value.parse().unwrap());
    world.send(request).await
}

#[tokio::test]
async fn a_page_of_another_organization_gets_no_figures_of_this_one() {
    let world = World::new().await;
    let cookie = world.session("both@example.com", Some(&world.a)).await;
    let figures = format!(
        "/api/v1/figures?source=google_ads&account={}&level=account&grain=day&from=2026-10-01&to=2026-10-02",
        seed::first_account(seed::A)
    );
    let period = "from=2026-10-01&to=2026-10-10";
    let routes = [
        "/api/v1/sources".to_owned(),
        "/api/v1/metrics".to_owned(),
        format!("/api/v1/overview?{period}"),
        format!("/api/v1/channels/shop?{period}"),
        figures,
    ];
    for route in &routes {
        let named = |id| with_header(&world, route, &cookie, ("X-Dpo-Organization", id));
        assert_eq!(named(A_UID).await.status, StatusCode::OK, "{route}");
        for other in [B_UID, "", "?"] {
            let answer = named(other).await;
            assert_eq!(answer.status, StatusCode::CONFLICT, "{route}");
            assert_eq!(answer.code(), "organization_changed", "{route}");
            assert!(!answer.text.contains(seed::A.word), "{}", answer.text);
        }
    }
    let header = ("X-Dpo-Organization", B_UID);
    let session = with_header(&world, "/api/v1/session", &cookie, header).await;
    assert_eq!(session.json()["organization"]["id"], A_UID);
}

#[tokio::test]
async fn a_refresh_in_the_background_does_not_keep_a_session_alive() {
    let world = World::new().await;
    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
    let seen = |minutes: u8| {
        let update = "UPDATE control.sessions SET last_seen_at = now()";
        let world = &world;
        async move {
            world
                .sql(&format!("{update} - interval '{minutes} minutes'"))
                .await;
        }
    };
    let idle_for = |answer: &Answer| {
        let end: jiff::Timestamp = answer.json()["idleExpiresAt"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        (end - jiff::Timestamp::now())
            .total(jiff::Unit::Minute)
            .unwrap()
            .round()
    };
    let background = ("X-Dpo-Background", "true");
    seen(20).await;
    let session = with_header(&world, "/api/v1/session", &cookie, background).await;
    assert!((idle_for(&session) - 10.0).abs() < 1.5, "{}", session.text);
    let again = with_header(&world, "/api/v1/session", &cookie, background).await;
    assert!((idle_for(&again) - 10.0).abs() < 1.5, "{}", again.text);
    let by_hand = with_header(
        &world,
        "/api/v1/session",
        &cookie,
        ("X-Dpo-Background", "1"),
    )
    .await;
    assert!((idle_for(&by_hand) - 30.0).abs() < 1.5, "{}", by_hand.text);
    seen(31).await;
    let ended = with_header(&world, "/api/v1/sources", &cookie, background).await;
    assert_eq!(ended.code(), "not_signed_in");
}

#[tokio::test]
async fn a_new_password_ends_every_session_on_every_replica() {
    let world = World::new().await;
    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
    let hash = world
        .state
        .passwords
        .hash("một mật khẩu khác".into())
        .await
        .unwrap();
    let mut identity = world.state.access.identity().await.unwrap();
    assert!(identity.set_password("ceo@a.example", &hash).await.unwrap());
    assert!(
        !identity
            .set_password("stranger@example.com", &hash)
            .await
            .unwrap()
    );
    identity.commit().await.unwrap();
    assert_eq!(
        world.get("/api/v1/session", &cookie).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        world.log_in("ceo@a.example", PASSWORD, None).await.code(),
        "wrong_credentials"
    );
    assert_eq!(
        world
            .log_in("ceo@a.example", "một mật khẩu khác", None)
            .await
            .status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_login_with_the_old_password_does_not_outlive_the_new_one() {
    let world = World::new().await;
    let hash = world.state.passwords.hash(PASSWORD.into()).await.unwrap();
    let token = SessionToken::generate().unwrap().hash();
    let mut login = world.state.access.identity().await.unwrap();
    let user = login.held_user("ceo@a.example").await.unwrap().unwrap();
    login
        .start_session(&user.profile, token, SESSION_LIMITS)
        .await
        .unwrap();
    let access = world.state.access.clone();
    let change = tokio::spawn(async move {
        let mut identity = access.identity().await.unwrap();
        assert!(identity.set_password("ceo@a.example", &hash).await.unwrap());
        identity.commit().await.unwrap();
    });
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    login.commit().await.unwrap();
    change.await.unwrap();
    let mut identity = world.state.access.identity().await.unwrap();
    let session = identity
        .session(token, SESSION_LIMITS.idle, SessionUse::ByHand)
        .await
        .unwrap();
    assert_eq!(session, None);
}

#[tokio::test]
async fn only_the_hash_of_a_token_is_stored() {
    let world = World::new().await;
    let cookie = world
        .log_in("ceo@a.example", PASSWORD, None)
        .await
        .cookie()
        .unwrap();
    let token = cookie.split_once('=').unwrap().1;
    world
        .sql(&format!(
            "DO $$ BEGIN ASSERT (SELECT count(*) = 1 FROM control.sessions WHERE length(token_hash) = 32); \
             ASSERT (SELECT count(*) = 0 FROM control.sessions WHERE position(convert_to('{token}', 'UTF8') IN token_hash) > 0); END $$"
        ))
        .await;
}
