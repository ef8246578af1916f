//! Login, logout, who am I, organization switch.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use dpo_warehouse::identity::SessionRecord;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::answers;
use crate::authentication::guard::Caller;
use crate::authentication::login::{self, LoginRequest, Opened};
use crate::authentication::token::SessionToken;
use crate::dto::problem::{ProblemCode, ProblemDetails};
use crate::dto::session::{Credentials, OrganizationChoice, Session};
use crate::http::client_address::Client;
use crate::http::extract::ApiJson;
use crate::problem::Problem;
use crate::state::ApiState;

/// Sign in with e-mail and password
///
/// Sets the session cookie; a session that the browser had before ends. After five failed attempts for an address each
/// further one must wait, up to a minute.
#[utoipa::path(
    post, path = "/session", tag = "session", operation_id = "logIn", request_body = Credentials,
    responses(
        (status = 200, description = "Signed in", body = Session, headers(("set-cookie" = String, description = "The session"))),
        (status = 401, description = "Wrong e-mail address or password", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too many failed logins", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub async fn log_in(
    State(state): State<ApiState>,
    Client(client): Client,
    headers: HeaderMap,
    ApiJson(credentials): ApiJson<Credentials>,
) -> Result<Response, Problem> {
    let old = state
        .cookies
        .read(&headers)
        .as_ref()
        .map(SessionToken::hash);
    let request = LoginRequest {
        email: &credentials.email,
        password: credentials.password,
        client,
        old,
    };
    let result = login::log_in(&state.access, &state.passwords, request).await;
    state.telemetry.login(result.as_ref().err());
    opened(&state, &result?)
}

/// Who is signed in, where, and what they may do
#[utoipa::path(
    get, path = "/session", tag = "session", operation_id = "getSession",
    responses((status = 200, description = "The session", body = Session))
)]
pub async fn show(caller: Caller) -> Json<Session> {
    Json(shown(&caller.record))
}

/// Sign out
#[utoipa::path(
    delete, path = "/session", tag = "session", operation_id = "logOut",
    responses((status = 204, description = "Signed out"))
)]
pub async fn log_out(State(state): State<ApiState>, caller: Caller) -> Result<Response, Problem> {
    let mut identity = state.access.identity().await?;
    identity.end_session(caller.token).await?;
    identity.commit().await?;
    let clear_site_data = HeaderName::from_static("clear-site-data");
    // Language and theme, which are no secrets, stay in the browser's storage.
    let clear = HeaderValue::from_static("\"cache\"");
    let cookie = state.cookies.clear().map_err(unwritable)?;
    Ok((
        StatusCode::NO_CONTENT,
        [(header::SET_COOKIE, cookie), (clear_site_data, clear)],
    )
        .into_response())
}

/// Work in another organization
///
/// Sets a new session cookie; the old one ends.
#[utoipa::path(
    put, path = "/session/organization", tag = "session", operation_id = "chooseOrganization", request_body = OrganizationChoice,
    responses(
        (status = 200, description = "The session in that organization", body = Session),
        (status = 404, description = "No organization of yours has this id", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub async fn choose_organization(
    State(state): State<ApiState>,
    caller: Caller,
    ApiJson(choice): ApiJson<OrganizationChoice>,
) -> Result<Response, Problem> {
    let result = login::choose_organization(&state.access, &caller, &choice.organization).await?;
    opened(&state, &result)
}

fn opened(state: &ApiState, opened: &Opened) -> Result<Response, Problem> {
    let cookie = state.cookies.set(&opened.token).map_err(unwritable)?;
    Ok(([(header::SET_COOKIE, cookie)], Json(shown(&opened.record))).into_response())
}

fn shown(record: &SessionRecord) -> Session {
    answers::session::session(record)
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn unwritable(error: header::InvalidHeaderValue) -> Problem {
    tracing::error!(%error, "the session cookie could not be written");
    Problem::new(ProblemCode::Internal)
}
