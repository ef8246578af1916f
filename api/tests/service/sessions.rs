//! Tokens: new on login and on the switch of organization, dead at once when they end.

use http::StatusCode;
use serde_json::{Value, json};

use crate::seed;
use crate::world::{A_UID, B_UID, PASSWORD, World, request};

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
    assert_eq!(answer.headers["clear-site-data"], "\"cache\", \"storage\"");
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
