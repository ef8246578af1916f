//! Google Ads' errors: one table of families and codes, one wire form.

use serde_json::{Value, json};

use crate::web::Answer;

/// A refusal in the platform's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdsError {
    family: String,
    code: String,
    message: String,
    /// Wait that a quota error names.
    retry_delay: Option<String>,
}

/// What the platform answers for a code: family, code, message.
pub const CATALOGUE: &[(&str, &str, &str)] = &[
    (
        "quotaError",
        "RESOURCE_EXHAUSTED",
        "Too many requests. Retry in 8962 seconds.",
    ),
    (
        "quotaError",
        "RESOURCE_TEMPORARILY_EXHAUSTED",
        "Too many requests. Retry in 37 seconds.",
    ),
    (
        "quotaError",
        "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION",
        "The query consumed too many resources in a short time.",
    ),
    (
        "internalError",
        "INTERNAL_ERROR",
        "An internal error has occurred.",
    ),
    (
        "internalError",
        "TRANSIENT_ERROR",
        "A transient internal error has occurred.",
    ),
    (
        "internalError",
        "DEADLINE_EXCEEDED",
        "The request took too long to respond.",
    ),
    (
        "authenticationError",
        "OAUTH_TOKEN_EXPIRED",
        "OAuth access token in the header has expired.",
    ),
    (
        "authenticationError",
        "OAUTH_TOKEN_REVOKED",
        "OAuth access token in the header has been revoked.",
    ),
    (
        "authenticationError",
        "OAUTH_TOKEN_DISABLED",
        "OAuth access token in the header has been disabled.",
    ),
    (
        "authenticationError",
        "OAUTH_TOKEN_INVALID",
        "OAuth access token in the header is not valid.",
    ),
    (
        "authenticationError",
        "GOOGLE_ACCOUNT_DELETED",
        "Google account has been deleted.",
    ),
    (
        "authenticationError",
        "NOT_ADS_USER",
        "The user does not have an Ads account.",
    ),
    (
        "authenticationError",
        "TWO_STEP_VERIFICATION_NOT_ENROLLED",
        "An account administrator must enable two-step verification.",
    ),
    (
        "authenticationError",
        "CUSTOMER_NOT_FOUND",
        "No customer found for the provided customer id.",
    ),
    (
        "authorizationError",
        "CUSTOMER_NOT_ENABLED",
        "The customer account can't be accessed because it is not yet enabled or has been deactivated.",
    ),
    (
        "authorizationError",
        "ACTION_NOT_PERMITTED_FOR_SUSPENDED_ACCOUNT",
        "The action is not permitted for a suspended account.",
    ),
    (
        "authorizationError",
        "USER_PERMISSION_DENIED",
        "User doesn't have permission to access customer. Note: If you're accessing a client customer, the manager's customer id must be set in the 'login-customer-id' header.",
    ),
    (
        "authorizationError",
        "INVALID_LOGIN_CUSTOMER_ID_SERVING_CUSTOMER_ID_COMBINATION",
        "The login customer does not have access to the serving customer, so the combination is invalid.",
    ),
    (
        "authorizationError",
        "METRIC_ACCESS_DENIED",
        "The user does not have permission to view the requested metrics.",
    ),
    (
        "authorizationError",
        "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION",
        "The Cloud project of the OAuth client is not approved for production accounts.",
    ),
    (
        "authorizationError",
        "PROJECT_DISABLED",
        "Google Ads API access of the Cloud project is disabled.",
    ),
    (
        "authorizationError",
        "CLOUD_PROJECT_NOT_UNDER_ORGANIZATION",
        "The Cloud project is not under a Google Cloud organization.",
    ),
    (
        "requestError",
        "UNSUPPORTED_VERSION",
        "The API version is no longer supported.",
    ),
    (
        "requestError",
        "PAGE_SIZE_NOT_SUPPORTED",
        "Setting the page size is not supported.",
    ),
    (
        "requestError",
        "EXPIRED_PAGE_TOKEN",
        "Page token has expired.",
    ),
    (
        "requestError",
        "INVALID_PAGE_TOKEN",
        "Page token is invalid.",
    ),
    (
        "requestError",
        "INVALID_CUSTOMER_ID",
        "The customer ID is not valid.",
    ),
    (
        "queryError",
        "REQUESTED_METRICS_FOR_MANAGER",
        "Metrics cannot be requested for a manager account. To retrieve metrics, issue separate requests against each client account under the manager account.",
    ),
    (
        "queryError",
        "UNRECOGNIZED_FIELD",
        "Unrecognized field in the query.",
    ),
];

/// The error of a code in the catalogue, in the catalogue's words.
pub fn known(code: &str) -> AdsError {
    let entry = CATALOGUE.iter().find(|(_, known, _)| *known == code);
    let (family, code, message) = entry.copied().unwrap_or((
        "internalError",
        "INTERNAL_ERROR",
        "An internal error has occurred.",
    ));
    let retry_delay = match code {
        "RESOURCE_EXHAUSTED" => Some("8962s"),
        "RESOURCE_TEMPORARILY_EXHAUSTED" => Some("37s"),
        _ => None,
    };
    AdsError {
        family: family.to_owned(),
        code: code.to_owned(),
        message: message.to_owned(),
        retry_delay: retry_delay.map(str::to_owned),
    }
}

/// A refusal of a query.
pub fn query_error(code: &str, message: &str) -> AdsError {
    AdsError {
        family: "queryError".to_owned(),
        code: code.to_owned(),
        message: message.to_owned(),
        retry_delay: None,
    }
}

impl AdsError {
    /// The code inside its family.
    #[cfg(test)]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The same error with another wait, if it names one at all.
    #[must_use]
    pub fn with_retry_delay(mut self, delay: &str) -> Self {
        if self.family == "quotaError" {
            self.retry_delay = Some(delay.to_owned());
        }
        self
    }

    fn status(&self) -> (u16, &'static str, &'static str) {
        match (self.family.as_str(), self.code.as_str()) {
            ("quotaError", _) => (
                429,
                "RESOURCE_EXHAUSTED",
                "Resource has been exhausted (e.g. check quota).",
            ),
            ("internalError", "DEADLINE_EXCEEDED") => {
                (504, "DEADLINE_EXCEEDED", "Deadline exceeded.")
            }
            ("internalError", _) => (500, "INTERNAL", "Internal error encountered."),
            ("authenticationError", _) => (401, "UNAUTHENTICATED", UNAUTHENTICATED),
            ("authorizationError", _) => (
                403,
                "PERMISSION_DENIED",
                "The caller does not have permission",
            ),
            _ => (
                400,
                "INVALID_ARGUMENT",
                "Request contains an invalid argument.",
            ),
        }
    }

    /// The answer's body for a version and request.
    pub fn body(&self, version: u32, request_id: &str) -> (u16, Value) {
        let (status, name, summary) = self.status();
        let mut error = json!({
            "errorCode": { self.family.as_str(): self.code },
            "message": self.message,
        });
        if let Some(delay) = &self.retry_delay {
            error["details"] = json!({ "quotaErrorDetails": {
                "rateScope": "DEVELOPER",
                "rateName": "Number of operations for basic access",
                "retryDelay": delay,
            }});
        }
        let failure = json!({
            "@type": format!("type.googleapis.com/google.ads.googleads.v{version}.errors.GoogleAdsFailure"),
            "errors": [error],
            "requestId": request_id,
        });
        (
            status,
            json!({ "error": { "code": status, "message": summary, "status": name, "details": [failure] } }),
        )
    }
}

const UNAUTHENTICATED: &str = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or \
     other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";

/// Google's front door refusing a token, without the product's own details.
pub fn unauthenticated(reason: &str) -> (u16, Value) {
    let info = json!({ "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com" });
    (
        401,
        json!({ "error": { "code": 401, "message": UNAUTHENTICATED, "status": "UNAUTHENTICATED", "details": [info] } }),
    )
}

/// Google's front door refusing a token without the scope.
pub fn insufficient_scope() -> (u16, Value) {
    let info = json!({
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
    });
    let message = "Request had insufficient authentication scopes.";
    (
        403,
        json!({ "error": { "code": 403, "message": message, "status": "PERMISSION_DENIED", "details": [info] } }),
    )
}

/// The body as the method sends it: errors of searchStream come in a one-element array.
pub fn answer((status, body): (u16, Value), streaming: bool) -> Answer {
    if streaming {
        Answer::json(status, &Value::Array(vec![body]))
    } else {
        Answer::json(status, &body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_error_names_its_wait() {
        let (status, body) = known("RESOURCE_EXHAUSTED").body(26, "abc");
        assert_eq!(status, 429);
        let expected = json!({"error": {
            "code": 429,
            "message": "Resource has been exhausted (e.g. check quota).",
            "status": "RESOURCE_EXHAUSTED",
            "details": [{
                "@type": "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure",
                "errors": [{
                    "errorCode": {"quotaError": "RESOURCE_EXHAUSTED"},
                    "message": "Too many requests. Retry in 8962 seconds.",
                    "details": {"quotaErrorDetails": {
                        "rateScope": "DEVELOPER",
                        "rateName": "Number of operations for basic access",
                        "retryDelay": "8962s",
                    }},
                }],
                "requestId": "abc",
            }],
        }});
        assert_eq!(body, expected);
    }

    #[test]
    fn only_quota_errors_name_a_wait() {
        let waits = |code: &str| {
            known(code)
                .with_retry_delay("3s")
                .body(26, "x")
                .1
                .to_string()
                .contains("retryDelay")
        };
        assert!(waits("RESOURCE_TEMPORARILY_EXHAUSTED"));
        assert!(!waits("CUSTOMER_NOT_ENABLED"));
    }

    #[test]
    fn stream_errors_are_wrapped() {
        let wrapped = answer(known("USER_PERMISSION_DENIED").body(26, "x"), true);
        assert!(wrapped.body.starts_with("[{\"error\":"));
        assert_eq!(wrapped.status, 403);
    }

    #[test]
    fn every_code_has_a_status_of_its_family() {
        for (family, code, _) in CATALOGUE {
            let (status, _) = known(code).body(26, "x");
            assert!(
                (400..=504).contains(&status),
                "{family}.{code} gives {status}"
            );
        }
    }
}
