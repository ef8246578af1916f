//! GA4's errors: Google's common form with the product's own messages.

use serde_json::{Value, json};

use crate::web::Answer;

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ga4Error {
    /// HTTP status.
    pub code: u16,
    /// Name of the status.
    pub status: &'static str,
    /// What the platform says.
    pub message: String,
}

/// Planned failures by name: HTTP status, name of the status, message.
pub const CATALOGUE: &[(&str, u16, &str, &str)] = &[
    (
        "quota_concurrent",
        429,
        "RESOURCE_EXHAUSTED",
        "Exhausted concurrent requests quota. Please send fewer requests concurrently. To learn more, see https://developers.google.com/analytics/devguides/reporting/data/v1/quotas",
    ),
    (
        "quota_project_hour",
        429,
        "RESOURCE_EXHAUSTED",
        "Exhausted property tokens for a project per hour. These quota tokens will return in under an hour. To increase your quota, see https://developers.google.com/analytics/devguides/reporting/data/v1/quotas",
    ),
    (
        "quota_property_hour",
        429,
        "RESOURCE_EXHAUSTED",
        "Exhausted property tokens per hour. These quota tokens will return in under an hour. To learn more, see https://developers.google.com/analytics/devguides/reporting/data/v1/quotas",
    ),
    (
        "quota_thresholded",
        429,
        "RESOURCE_EXHAUSTED",
        "Exhausted potentially thresholded requests quota. This quota will be refreshed in under an hour. To learn more, see https://developers.google.com/analytics/devguides/reporting/data/v1/quotas",
    ),
    (
        "quota_day",
        429,
        "RESOURCE_EXHAUSTED",
        "Exhausted property tokens per day. These quota tokens will return in under 24 hours. To learn more, see https://developers.google.com/analytics/devguides/reporting/data/v1/quotas",
    ),
    (
        "permission_denied",
        403,
        "PERMISSION_DENIED",
        "User does not have sufficient permissions for this property. To learn more about Property ID, see https://developers.google.com/analytics/devguides/reporting/data/v1/property-id.",
    ),
    (
        "invalid_argument",
        400,
        "INVALID_ARGUMENT",
        "Please remove sessions to make the request compatible. The request's dimensions & metrics are incompatible. To learn more, see https://ga-dev-tools.web.app/ga4/dimensions-metrics-explorer/",
    ),
    ("internal", 500, "INTERNAL", "Internal error encountered."),
    (
        "unavailable",
        503,
        "UNAVAILABLE",
        "The service is currently unavailable.",
    ),
];

/// The error of a name in the catalogue.
pub fn known(name: &str) -> Option<Ga4Error> {
    let (_, code, status, message) = CATALOGUE.iter().find(|(known, ..)| *known == name)?;
    Some(Ga4Error {
        code: *code,
        status,
        message: (*message).to_owned(),
    })
}

/// `INVALID_ARGUMENT`.
pub fn invalid(message: &str) -> Ga4Error {
    Ga4Error {
        code: 400,
        status: "INVALID_ARGUMENT",
        message: message.to_owned(),
    }
}

/// The refusal of a property that the login does not see, or that does not exist.
pub fn permission_denied() -> Ga4Error {
    known("permission_denied").unwrap_or_else(|| invalid("permission denied"))
}

/// The quota that is used up.
pub fn exhausted(quota: &str) -> Ga4Error {
    known(quota).unwrap_or_else(|| invalid("quota"))
}

impl Ga4Error {
    /// The answer.
    pub fn answer(&self) -> Answer {
        Answer::json(self.code, &self.body())
    }

    fn body(&self) -> Value {
        json!({ "error": { "code": self.code, "message": self.message, "status": self.status } })
    }
}
