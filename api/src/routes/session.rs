//! Login, logout, who am I, organization switch.

use axum::Json;
use http::StatusCode;

use crate::dto::problem::{ProblemCode, ProblemDetails};
use crate::dto::session::{Credentials, OrganizationChoice, Session};
use crate::problem::Problem;

/// Sign in with e-mail and password
///
/// Sets the session cookie; a session that the browser had before ends.
#[utoipa::path(
    post, path = "/session", tag = "session", operation_id = "logIn", request_body = Credentials,
    responses(
        (status = 200, description = "Signed in", body = Session, headers(("set-cookie" = String, description = "The session"))),
        (status = 401, description = "Wrong e-mail address or password", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 429, description = "Too many failed logins", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub async fn log_in(Json(_credentials): Json<Credentials>) -> Result<Json<Session>, Problem> {
    Err(Problem::new(ProblemCode::DatabaseUnavailable))
}

/// Who is signed in, where, and what they may do
#[utoipa::path(
    get, path = "/session", tag = "session", operation_id = "getSession",
    responses((status = 200, description = "The session", body = Session))
)]
pub async fn show() -> Result<Json<Session>, Problem> {
    Err(Problem::new(ProblemCode::DatabaseUnavailable))
}

/// Sign out
#[utoipa::path(
    delete, path = "/session", tag = "session", operation_id = "logOut",
    responses((status = 204, description = "Signed out"))
)]
pub async fn log_out() -> Result<StatusCode, Problem> {
    Err(Problem::new(ProblemCode::DatabaseUnavailable))
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
    Json(_choice): Json<OrganizationChoice>,
) -> Result<Json<Session>, Problem> {
    Err(Problem::new(ProblemCode::DatabaseUnavailable))
}
