//! Answers that are not a success.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use dpo_warehouse::access::AccessError;

use crate::dto::problem::{ProblemCode, ProblemDetails};
use crate::telemetry::{self, DatabaseTrouble};

/// An error on its way to the caller: a code, a sentence that says what to do, and nothing internal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    code: ProblemCode,
    detail: String,
    parameter: Option<String>,
    retry_after_seconds: Option<u64>,
    database: Option<&'static str>,
}

impl Problem {
    /// A problem with the code's own sentence.
    #[must_use]
    pub fn new(code: ProblemCode) -> Self {
        Self {
            code,
            detail: sentence(code).to_owned(),
            parameter: None,
            retry_after_seconds: None,
            database: None,
        }
    }

    /// A parameter that the caller must correct; `detail` says how.
    #[must_use]
    pub fn parameter(name: &str, detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            parameter: Some(name.to_owned()),
            ..Self::new(ProblemCode::InvalidParameter)
        }
    }

    /// The same problem with a sentence of its own.
    #[must_use]
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            ..self
        }
    }

    /// The same problem with the seconds after which to try again.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self {
            retry_after_seconds: Some(seconds),
            ..self
        }
    }

    /// The parameter at fault.
    #[must_use]
    pub fn about(&self) -> Option<&str> {
        self.parameter.as_deref()
    }

    /// Its code.
    #[must_use]
    pub const fn code(&self) -> ProblemCode {
        self.code
    }
}

/// The HTTP status of a code.
#[must_use]
pub const fn status(code: ProblemCode) -> StatusCode {
    match code {
        ProblemCode::InvalidParameter | ProblemCode::InvalidBody => StatusCode::BAD_REQUEST,
        ProblemCode::NotSignedIn | ProblemCode::WrongCredentials => StatusCode::UNAUTHORIZED,
        ProblemCode::NotAllowed | ProblemCode::NoOrganization | ProblemCode::CrossSite => {
            StatusCode::FORBIDDEN
        }
        ProblemCode::NotFound => StatusCode::NOT_FOUND,
        ProblemCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ProblemCode::OrganizationChanged => StatusCode::CONFLICT,
        ProblemCode::TimedOut => StatusCode::GATEWAY_TIMEOUT,
        ProblemCode::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ProblemCode::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ProblemCode::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
        ProblemCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ProblemCode::DatabaseUnavailable
        | ProblemCode::DatabaseVersion
        | ProblemCode::OrganizationNotReady
        | ProblemCode::Busy => StatusCode::SERVICE_UNAVAILABLE,
    }
}

const fn sentence(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::InvalidParameter => {
            "A parameter is missing or malformed; correct it and try again."
        }
        ProblemCode::InvalidBody => {
            "The body is not the JSON that this route takes; see /api/v1/openapi.json."
        }
        ProblemCode::NotSignedIn => {
            "You are not signed in, or your session ended. Sign in and try again."
        }
        ProblemCode::WrongCredentials => {
            "The e-mail address or the password is wrong. Check both and try again, or ask your platform team for a new password."
        }
        ProblemCode::NotAllowed => "Your role does not allow this. Ask your organization's CEO.",
        ProblemCode::NoOrganization => {
            "You belong to no organization (any more). Ask its owner to add your e-mail address to `spec.owners`."
        }
        ProblemCode::CrossSite => {
            "The request came from another site and was refused. Open the dashboard itself and try again."
        }
        ProblemCode::NotFound => {
            "There is nothing here, or nothing that you may see. Check the address."
        }
        ProblemCode::MethodNotAllowed => {
            "This address does not take this method; see /api/v1/openapi.json."
        }
        ProblemCode::OrganizationChanged => {
            "The organization was changed in another window. Reload this page."
        }
        ProblemCode::TimedOut => {
            "The answer took too long. Ask for a shorter period, or try again."
        }
        ProblemCode::BodyTooLarge => "The body is too large; at most 16 KiB are taken.",
        ProblemCode::UnsupportedMediaType => "Send the body as `Content-Type: application/json`.",
        ProblemCode::TooManyAttempts => {
            "Too many failed logins for this account. Wait and try again."
        }
        ProblemCode::Internal => {
            "Something went wrong on our side. Try again; if it stays, tell your platform team the time of this request."
        }
        ProblemCode::DatabaseUnavailable => {
            "The database cannot be reached right now. Your data is safe; try again in a moment."
        }
        ProblemCode::DatabaseVersion => {
            "The database belongs to another version of the product; an upgrade is probably under way. Try again in a few minutes."
        }
        ProblemCode::OrganizationNotReady => {
            "The organization is still being prepared. Try again in a minute."
        }
        ProblemCode::Busy => "Too many requests at once. Try again in a few seconds.",
    }
}

impl From<AccessError> for Problem {
    fn from(error: AccessError) -> Self {
        let kind = telemetry::kind(&error);
        let (code, wait) = match &error {
            AccessError::InvalidUrl | AccessError::Internal(_) => (ProblemCode::Internal, None),
            AccessError::Unavailable(_) => (ProblemCode::DatabaseUnavailable, Some(5)),
            AccessError::UnknownVersion { .. } => (ProblemCode::DatabaseVersion, Some(60)),
            AccessError::OrganizationNotReady(_) => (ProblemCode::OrganizationNotReady, Some(30)),
            AccessError::TimedOut(_) => (ProblemCode::TimedOut, None),
        };
        tracing::warn!(%error, kind, "the database did not serve");
        Self {
            database: Some(kind),
            retry_after_seconds: wait,
            ..Self::new(code)
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = status(self.code);
        let retry_after = self.retry_after_seconds;
        let word: &'static str = self.code.into();
        let body = ProblemDetails {
            kind: format!("urn:dpo:problem:{word}"),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: self.detail,
            code: self.code,
            parameter: self.parameter,
            retry_after_seconds: retry_after,
        };
        let mut response = (status, Json(body)).into_response();
        if let Some(kind) = self.database {
            response.extensions_mut().insert(DatabaseTrouble(kind));
        }
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
