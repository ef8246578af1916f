//! Two organizations, their people, and a service over a pool of two connections.

use axum::Router;
use axum::body::Body;
use dpo_api::authentication::cookie::CookiePolicy;
use dpo_api::authentication::password::Passwords;
use dpo_api::authentication::token::SessionToken;
use dpo_api::http::client_address::proxy_network;
use dpo_api::http::server;
use dpo_api::state::ApiState;
use dpo_api::telemetry::Telemetry;
use dpo_warehouse::access::{Access, AccessLimits};
use dpo_warehouse::model::TenantId;
use dpo_warehouse::testing::Installation;
use http::{HeaderMap, Request, StatusCode};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use tower::ServiceExt as _;

use crate::seed;

pub const PASSWORD: &str = "cà phê sữa đá";
pub const A_UID: &str = "aaaaaaaa-0000-4000-8000-000000000001";
pub const B_UID: &str = "bbbbbbbb-0000-4000-8000-000000000002";

/// Everybody, with role and brands in A and in B.
const PEOPLE: [(&str, Option<&str>, Option<&str>); 8] = [
    ("ceo@a.example", Some("ceo"), None),
    ("director@a.example", Some("director"), None),
    ("staff@a.example", Some("staff"), None),
    ("ceo@b.example", None, Some("ceo")),
    ("staff@b.example", None, Some("staff")),
    ("both@example.com", Some("director"), Some("staff")),
    ("nobody@example.com", None, None),
    ("disabled@a.example", Some("ceo"), None),
];

pub struct World {
    pub installation: Installation,
    pub a: TenantId,
    pub b: TenantId,
    pub state: ApiState,
    pub service: Router,
}

/// An answer, read.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The cookie that the answer sets, as the browser sends it back.
    pub fn cookie(&self) -> Option<String> {
        let set = self.headers.get("set-cookie")?.to_str().unwrap();
        Some(set.split(';').next().unwrap().to_owned())
    }
}

impl World {
    pub async fn new() -> Self {
        Self::of(A_UID, B_UID).await
    }

    /// Organizations that no other test has: roles belong to the whole server, and a test that takes one away takes it from all.
    pub async fn of_its_own() -> Self {
        let [a, b] = [(); 2].map(|()| uuid::Uuid::new_v4().to_string());
        Self::of(&a, &b).await
    }

    async fn of(a: &str, b: &str) -> Self {
        let installation = Installation::create(dpo_warehouse::testing::server()).await;
        let a = installation.tenant(a).await;
        let b = installation.tenant(b).await;
        let passwords = Passwords::new().unwrap();
        let hash = passwords.hash(PASSWORD.into()).await.unwrap();
        let sql = [
            format!(
                "UPDATE control.organizations SET display_name = '{} Ltd' WHERE tenant = '{a}';",
                seed::A.word
            ),
            format!(
                "UPDATE control.organizations SET display_name = '{} Ltd' WHERE tenant = '{b}';",
                seed::B.word
            ),
            people(&a, &b, hash.expose_secret()),
            seed::statements(a.as_str(), seed::A),
            seed::statements(b.as_str(), seed::B),
        ];
        installation.administrator_executes(&sql.concat()).await;
        let state = state(&installation, passwords);
        let service = server::service(&state, None);
        Self {
            installation,
            a,
            b,
            state,
            service,
        }
    }

    /// Another replica on the same database, behind these proxies.
    pub fn replica(&self, proxies: &[&str]) -> Router {
        let networks: Vec<_> = proxies
            .iter()
            .map(|network| proxy_network(network).unwrap())
            .collect();
        let state = state(&self.installation, self.state.passwords.clone());
        server::service(&state.behind(networks.into()), None)
    }

    /// Runs statements behind the service's back.
    pub async fn sql(&self, statements: &str) {
        self.installation.administrator_executes(statements).await;
    }

    /// A session made behind the service's back; gives the cookie.
    pub async fn session(&self, email: &str, tenant: Option<&TenantId>) -> String {
        let token = SessionToken::generate().unwrap();
        let hash: Vec<String> = token
            .hash()
            .0
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let hash = hash.concat();
        let tenant = tenant.map_or_else(|| "NULL".to_owned(), |tenant| format!("'{tenant}'"));
        self.sql(&format!(
            "INSERT INTO control.sessions (token_hash, user_id, tenant, expires_at) \
             SELECT '\\x{hash}', id, {tenant}, now() + interval '8 hours' FROM control.users WHERE email = '{email}'"
        ))
        .await;
        format!("__Host-dpo={}", token.expose())
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        read(self.service.clone(), request).await
    }

    pub async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.send(request("GET", path, Some(cookie), None)).await
    }

    /// Signs in as the dashboard does.
    pub async fn log_in(&self, email: &str, password: &str, cookie: Option<&str>) -> Answer {
        let body = serde_json::json!({"email": email, "password": password});
        self.send(request("POST", "/api/v1/session", cookie, Some(&body)))
            .await
    }
}

fn state(installation: &Installation, passwords: Passwords) -> ApiState {
    let limits = AccessLimits {
        connections: 2,
        acquire_timeout: std::time::Duration::from_secs(30),
        ..AccessLimits::default()
    };
    let access = Access::new(&installation.api_url(), limits).unwrap();
    ApiState::new(
        access,
        passwords,
        CookiePolicy::Secure,
        Telemetry::new().unwrap(),
    )
}

pub async fn read(service: Router, request: Request<Body>) -> Answer {
    let response = service.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

/// A request as the dashboard's page sends it.
pub fn request(
    method: &str,
    path: &str,
    cookie: Option<&str>,
    body: Option<&Value>,
) -> Request<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "dpo.example")
        .header("sec-fetch-site", "same-origin");
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    match body {
        Some(body) => request
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap(),
        None => request.body(Body::empty()).unwrap(),
    }
}

fn people(a: &TenantId, b: &TenantId, hash: &str) -> String {
    let member = |tenant: &TenantId, email: &str, role: Option<&str>| {
        role.map(|role| {
            format!(
                "INSERT INTO control.memberships (tenant, user_id, role, brands, granted_by) \
                 SELECT '{tenant}', id, '{role}', ARRAY['Coffee'], 'user' FROM control.users WHERE email = '{email}';"
            )
        })
        .unwrap_or_default()
    };
    let person = |(email, in_a, in_b): &(&str, Option<&str>, Option<&str>)| {
        let disabled = email.starts_with("disabled");
        format!(
            "INSERT INTO control.users (email, display_name, password_hash, disabled) \
             VALUES ('{email}', '{email}', '{hash}', {disabled});{}{}",
            member(a, email, *in_a),
            member(b, email, *in_b)
        )
    };
    PEOPLE.iter().map(person).collect::<Vec<_>>().concat()
}
