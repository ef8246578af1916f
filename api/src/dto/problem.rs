//! What went wrong, as RFC 9457 problem details with a code that the dashboard translates.

use serde::Serialize;
use strum::{EnumIter, IntoStaticStr};
use utoipa::ToSchema;

/// What went wrong, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema, EnumIter, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ProblemCode {
    /// 400: a parameter is missing, malformed or out of range; `parameter` names it.
    InvalidParameter,
    /// 400: the body is not the JSON that this route takes.
    InvalidBody,
    /// 401: no session, or it ended.
    NotSignedIn,
    /// 401: the e-mail address or the password is wrong.
    WrongCredentials,
    /// 403: the role does not allow it.
    NotAllowed,
    /// 403: the user belongs to no organization (any more).
    NoOrganization,
    /// 403: the request came from another site.
    CrossSite,
    /// 404: there is nothing here, or nothing that this user may see.
    NotFound,
    /// 405: the path exists, the method does not.
    MethodNotAllowed,
    /// 504: the answer took too long.
    TimedOut,
    /// 409: the session works in another organization than the request names.
    OrganizationChanged,
    /// 413: the body is too large.
    BodyTooLarge,
    /// 415: the body is not `application/json`.
    UnsupportedMediaType,
    /// 429: too many failed logins; `retryAfterSeconds` says when to try again.
    TooManyAttempts,
    /// 500: our fault.
    Internal,
    /// 503: the database is away.
    DatabaseUnavailable,
    /// 503: the database was made by another version of the product.
    DatabaseVersion,
    /// 503: the organization's tables are still being made.
    OrganizationNotReady,
    /// 503: too many at once.
    Busy,
}

/// The body of every answer that is not a success; media type `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemDetails {
    /// `urn:dpo:problem:<code>`.
    #[serde(rename = "type")]
    #[schema(example = "urn:dpo:problem:invalid_parameter")]
    pub kind: String,
    /// A short title in English.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What to do, in English; the dashboard translates by `code`.
    pub detail: String,
    /// What went wrong, for machines.
    pub code: ProblemCode,
    /// The parameter at fault.
    pub parameter: Option<String>,
    /// Seconds until it makes sense to try again.
    pub retry_after_seconds: Option<u64>,
}
