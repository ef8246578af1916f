//! Every route of the `OpenAPI` document, called by everybody; and nothing of B in an answer to A.

use dpo_api::policy::{Action, Permission, Role, permission};
use http::StatusCode;
use serde_json::{Value, json};
use strum::IntoEnumIterator as _;

use crate::seed;
use crate::world::{A_UID, Answer, PASSWORD, World, request};

/// Who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Principal {
    Anonymous,
    Member(&'static str, Role),
    Outsider,
    Revoked,
    Expired,
    Idle,
    Disabled,
    RemovedMember,
}

const PRINCIPALS: [Principal; 11] = [
    Principal::Anonymous,
    Principal::Member("ceo@a.example", Role::Ceo),
    Principal::Member("director@a.example", Role::Director),
    Principal::Member("staff@a.example", Role::Staff),
    Principal::Member("ceo@b.example", Role::Ceo),
    Principal::Member("staff@b.example", Role::Staff),
    Principal::Outsider,
    Principal::Revoked,
    Principal::Expired,
    Principal::Idle,
    Principal::Disabled,
];

/// An operation of the document with a request that succeeds for a CEO of A.
struct Operation {
    id: String,
    method: String,
    path: String,
    requirement: String,
    body: Option<Value>,
    success: StatusCode,
}

fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(&dpo_api::openapi::text().unwrap()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            let (query, body, success) = example(id);
            operations.push(Operation {
                id: id.to_owned(),
                method: method.to_uppercase(),
                path: path.replace("{channel}", "google_ads") + &query,
                requirement: operation["x-dpo-requirement"].as_str().unwrap().to_owned(),
                body,
                success,
            });
        }
    }
    operations
}

/// The query and body of a good request. A new route must be added here.
fn example(operation: &str) -> (String, Option<Value>, StatusCode) {
    let period = "?from=2026-09-25&to=2026-10-10&compare=previous_period".to_owned();
    let account = seed::first_account(seed::A);
    match operation {
        "getDescription" | "getSession" | "getDictionary" | "getSources" => {
            (String::new(), None, StatusCode::OK)
        }
        "logIn" => (
            String::new(),
            Some(json!({"email": "ceo@a.example", "password": PASSWORD})),
            StatusCode::OK,
        ),
        "logOut" => (String::new(), None, StatusCode::NO_CONTENT),
        "chooseOrganization" => (
            String::new(),
            Some(json!({"organization": A_UID})),
            StatusCode::OK,
        ),
        "getOverview" | "getChannel" => (period, None, StatusCode::OK),
        "getFigures" => (
            format!(
                "?source=google_ads&account={account}&level=account&grain=day&from=2026-10-01&to=2026-10-10"
            ),
            None,
            StatusCode::OK,
        ),
        other => panic!("write an example request for the operation {other}"),
    }
}

async fn cookie(world: &World, principal: Principal) -> Option<String> {
    let of = |email: &'static str| async move {
        let tenant = if email.ends_with("@b.example") {
            &world.b
        } else {
            &world.a
        };
        world.session(email, Some(tenant)).await
    };
    let broken = |change: &'static str| async move {
        world.sql("DELETE FROM control.sessions WHERE user_id = (SELECT id FROM control.users WHERE email = 'both@example.com')").await;
        let cookie = world.session("both@example.com", Some(&world.a)).await;
        let of_both = "user_id = (SELECT id FROM control.users WHERE email = 'both@example.com')";
        world.sql(&format!("{change} WHERE {of_both}")).await;
        cookie
    };
    Some(match principal {
        Principal::Anonymous => return None,
        Principal::Member(email, _) => of(email).await,
        Principal::Outsider => world.session("nobody@example.com", None).await,
        Principal::Revoked => broken("DELETE FROM control.sessions").await,
        Principal::Expired => {
            broken("UPDATE control.sessions SET expires_at = now() - interval '1 second'").await
        }
        Principal::Idle => {
            broken("UPDATE control.sessions SET last_seen_at = now() - interval '31 minutes'").await
        }
        Principal::Disabled => of("disabled@a.example").await,
        Principal::RemovedMember => of("director@a.example").await,
    })
}

fn action(word: &str) -> Action {
    Action::iter()
        .find(|action| <&str>::from(action) == word)
        .unwrap_or_else(|| panic!("unknown requirement {word}"))
}

/// What the policy says, without asking the router.
fn expected(operation: &Operation, principal: Principal) -> StatusCode {
    if operation.requirement == "anybody" {
        return operation.success;
    }
    let role = match principal {
        Principal::Member(_, role) => Some(role),
        Principal::Outsider => None,
        _ => return StatusCode::UNAUTHORIZED,
    };
    let foreign = matches!(principal, Principal::Member(email, _) if email.ends_with("@b.example"));
    if operation.requirement == "signed_in" {
        let no_such_organization =
            operation.id == "chooseOrganization" && (foreign || role.is_none());
        return if no_such_organization {
            StatusCode::NOT_FOUND
        } else {
            operation.success
        };
    }
    match role.map(|role| permission(role, action(&operation.requirement))) {
        None | Some(Permission::Nothing) => StatusCode::FORBIDDEN,
        Some(_) if foreign && operation.id == "getFigures" => StatusCode::NOT_FOUND,
        Some(_) => operation.success,
    }
}

/// Whether anything of the organization shows.
fn shows(answer: &Answer, marks: seed::Marks) -> bool {
    let text = format!("{:?} {}", answer.headers, answer.text);
    [
        marks.word,
        &marks.word.to_lowercase(),
        marks.spend,
        marks.revenue,
    ]
    .iter()
    .any(|mark| text.contains(mark))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_answers_everybody_as_the_policy_says_and_shows_nobody_the_other_organization()
{
    let world = World::new().await;
    let (mut cells, mut own_marks, mut leaks) = (0, 0, Vec::new());
    for operation in operations() {
        for principal in PRINCIPALS {
            let cookie = cookie(&world, principal).await;
            let answer = world
                .send(request(
                    &operation.method,
                    &operation.path,
                    cookie.as_deref(),
                    operation.body.as_ref(),
                ))
                .await;
            let label = format!("{} {} by {principal:?}", operation.method, operation.path);
            assert_eq!(
                answer.status,
                expected(&operation, principal),
                "{label}: {}",
                answer.text
            );
            if answer.status.is_client_error() {
                let details = answer.json();
                assert!(
                    details["detail"]
                        .as_str()
                        .is_some_and(|detail| detail.ends_with('.')),
                    "{label}: {details}"
                );
                assert_eq!(
                    answer.headers["content-type"], "application/problem+json",
                    "{label}"
                );
            }
            let (own, other) = match principal {
                Principal::Member(email, _) if email.ends_with("@b.example") => (seed::B, seed::A),
                _ => (seed::A, seed::B),
            };
            own_marks += usize::from(shows(&answer, own));
            if shows(&answer, other) && operation.requirement != "anybody" {
                leaks.push(label);
            }
            cells += 1;
        }
    }
    println!(
        "{cells} cells of the matrix; {own_marks} answers show marks of their own organization, {} of the other",
        leaks.len()
    );
    assert!(
        own_marks >= 20,
        "the search for marks sees nothing: {own_marks}"
    );
    assert!(leaks.is_empty(), "{leaks:?}");
}

#[tokio::test]
async fn a_lost_membership_or_role_counts_from_the_next_request() {
    let world = World::new().await;
    let figures = format!(
        "/api/v1/figures?source=google_ads&account={}&level=account&grain=day&from=2026-10-01&to=2026-10-02",
        seed::first_account(seed::A)
    );
    let cookie = cookie(&world, Principal::RemovedMember).await.unwrap();
    assert_eq!(world.get(&figures, &cookie).await.status, StatusCode::OK);
    let member = "user_id = (SELECT id FROM control.users WHERE email = 'director@a.example')";
    world
        .sql(&format!(
            "UPDATE control.memberships SET role = 'staff' WHERE {member}"
        ))
        .await;
    assert_eq!(world.get(&figures, &cookie).await.code(), "not_allowed");
    world
        .sql(&format!("DELETE FROM control.memberships WHERE {member}"))
        .await;
    assert_eq!(world.get(&figures, &cookie).await.code(), "no_organization");
    world
        .sql("UPDATE control.users SET disabled = true WHERE email = 'director@a.example'")
        .await;
    assert_eq!(world.get(&figures, &cookie).await.code(), "not_signed_in");
}

#[tokio::test]
async fn a_retired_organization_cannot_be_entered() {
    let world = World::new().await;
    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
    world
        .sql(&format!(
            "UPDATE control.organizations SET state = 'retired' WHERE tenant = '{}'",
            world.a
        ))
        .await;
    assert_eq!(
        world.get("/api/v1/sources", &cookie).await.code(),
        "no_organization"
    );
    let session = world.get("/api/v1/session", &cookie).await.json();
    assert_eq!(session["organizations"], json!([]));
    assert_eq!(session["organization"], Value::Null);
}

#[tokio::test]
async fn staff_see_their_brands_alone() {
    let world = World::new().await;
    let cookie = world.session("staff@a.example", Some(&world.a)).await;
    let sources = world.get("/api/v1/sources", &cookie).await.json();
    let names: Vec<&str> = sources["dataSources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|source| source["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["ads-vn-AlphaMark", "shop-AlphaMark"]);
    let overview = world
        .get("/api/v1/overview?from=2026-10-01&to=2026-10-10", &cookie)
        .await;
    assert!(
        !overview.text.contains(&seed::second_account(seed::A)),
        "{}",
        overview.text
    );
    assert!(!overview.text.contains("USD"), "{}", overview.text);
    let website = world
        .get(
            "/api/v1/channels/website?from=2026-10-01&to=2026-10-10",
            &cookie,
        )
        .await;
    assert_eq!(website.status, StatusCode::OK, "{}", website.text);
    let website = website.json();
    for list in ["kpis", "accounts", "freshness"] {
        assert_eq!(website[list], json!([]), "{list}");
    }
    assert_eq!(website["breakdown"]["rows"], json!([]));
}

#[tokio::test]
async fn ids_of_the_other_organization_lead_nowhere() {
    let world = World::new().await;
    let cookie = world.session("ceo@a.example", Some(&world.a)).await;
    let figures = format!(
        "/api/v1/figures?source=google_ads&account={}&level=account&grain=day&from=2026-10-01&to=2026-10-10",
        seed::first_account(seed::B)
    );
    let answer = world.get(&figures, &cookie).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::NOT_FOUND, "not_found")
    );
    for id in [crate::world::B_UID, "", "' OR 1=1 --", world.b.as_str()] {
        let body = json!({"organization": id});
        let answer = world
            .send(request(
                "PUT",
                "/api/v1/session/organization",
                Some(&cookie),
                Some(&body),
            ))
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
        assert!(answer.cookie().is_none());
    }
}
