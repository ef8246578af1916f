//! Grants: how an access token is asked for at a token endpoint. Pure; the frame sends the requests.

use std::time::Duration;

use dpo_warehouse::model::RunClass;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::frame::error_table::{ErrorRule, ErrorSignal, When, classify};
use crate::frame::exchange::{Answer, Request};
use crate::frame::failure::{Failure, Reason, Scope};
use crate::frame::number::WireNumber;
use crate::frame::wire::WireText;

/// An access token as a token endpoint gave it.
#[derive(Debug, Clone)]
pub struct Granted {
    /// The access token.
    pub access_token: SecretString,
    /// Until when it is good, if the platform says so.
    pub expires_at: Option<Timestamp>,
    /// The refresh token that takes the place of the old one.
    pub refresh_token: Option<SecretString>,
}

/// A way to an access token.
pub trait Grant: Send + Sync {
    /// The request to the token endpoint.
    ///
    /// # Errors
    /// The credential cannot be used to build one.
    fn request(&self, now: Timestamp) -> Result<Request, Failure>;
}

#[derive(Deserialize)]
struct TokenAnswer {
    #[serde(default)]
    access_token: WireText,
    #[serde(default)]
    expires_in: WireNumber,
    #[serde(default)]
    refresh_token: WireText,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct TokenRefusal {
    error: Option<Box<RawValue>>,
    error_description: WireText,
}

/// The form in which Google's gateways refuse what does not reach the token endpoint.
#[derive(Deserialize, Default)]
#[serde(default)]
struct GatewayError {
    status: WireText,
    message: WireText,
}

impl TokenRefusal {
    /// The error's code, and what is said about it.
    fn code_and_words(self) -> (String, Option<String>) {
        let raw = self.error.as_deref().map_or("null", RawValue::get);
        if let Ok(WireText(code)) = serde_json::from_str(raw) {
            return (code.unwrap_or_default(), self.error_description.0);
        }
        let error: GatewayError = serde_json::from_str(raw).unwrap_or_default();
        (error.status.0.unwrap_or_default(), error.message.0)
    }
}

/// Reads a token endpoint's answer.
///
/// # Errors
/// The endpoint refuses (`auth_revoked`), is not well (`transient`, `rate_limited`), or answers nonsense.
pub fn read_token(answer: &Answer) -> Result<Granted, Failure> {
    if !answer.is_success() || answer.is_html() {
        return Err(classify(
            TOKEN_ERRORS,
            &refusal(answer),
            answer.server_time(),
        ));
    }
    let token: TokenAnswer = answer.json_object().map_err(|failure| Failure {
        scope: Scope::Credential,
        ..failure
    })?;
    let Some(access_token) = token.access_token.get() else {
        return Err(classify(
            TOKEN_ERRORS,
            &refusal(answer),
            answer.server_time(),
        ));
    };
    Ok(Granted {
        access_token: SecretString::from(access_token),
        expires_at: seconds(&token.expires_in)
            .and_then(|seconds| answer.received_at.checked_add(seconds).ok()),
        refresh_token: token.refresh_token.get().map(SecretString::from),
    })
}

fn seconds(number: &WireNumber) -> Option<Duration> {
    number
        .0
        .as_ref()
        .and_then(bigdecimal::ToPrimitive::to_u64)
        .map(Duration::from_secs)
}

fn refusal(answer: &Answer) -> ErrorSignal {
    let told: TokenRefusal = answer.json_object().unwrap_or_default();
    let (code, words) = told.code_and_words();
    let message = match words {
        Some(words) if !words.is_empty() => format!("{code}: {words}"),
        _ => code.clone(),
    };
    ErrorSignal {
        codes: vec![code],
        message,
        ..ErrorSignal::of(answer)
    }
}

pub(super) const RECONNECT: &str = "The platform no longer accepts the credential: access was revoked, the password changed or the token grew too old. Connect the account again and put the new refresh token into the Secret.";
const CLOSED: &str = "The shop or account is frozen, locked or closed. Settle it with the platform; figures come again once it is open.";
const WRONG_CLIENT: &str = "The platform does not know this client id and secret, or does not let them use this grant. Put the right ones into the Secret.";

const WRONG_KEY: &str = "Google does not accept the service account's key: the key or the account was deleted or disabled, or our clock is wrong. Put a new key file into service_account_json of the Secret.";
const NOT_INSTALLED: &str = "The app is not installed in this shop, or does not belong to the shop's organisation, so that its client id and secret get no token. Install it, or put another credential into the Secret.";

const TOKEN_ERRORS: &[ErrorRule] = &[
    ErrorRule::new(
        When::Status(429, 429),
        RunClass::RateLimited,
        Scope::Credential,
        Reason::RateLimited,
        "The platform hands out no more tokens for a while. Nothing to do: the next run asks again.",
    ),
    ErrorRule::new(
        When::Status(500, 599),
        RunClass::Transient,
        Scope::Credential,
        Reason::PlatformUnavailable,
        "The platform's token endpoint is unavailable. Nothing to do: the next run asks again.",
    ),
    ErrorRule::new(
        When::Code(&[
            "temporarily_unavailable",
            "server_error",
            "internal_failure",
        ]),
        RunClass::Transient,
        Scope::Credential,
        Reason::PlatformUnavailable,
        "The platform's token endpoint is unavailable. Nothing to do: the next run asks again.",
    ),
    ErrorRule::new(
        When::Code(&["slow_down", "rate_limit_exceeded"]),
        RunClass::RateLimited,
        Scope::Credential,
        Reason::RateLimited,
        "The platform hands out no more tokens for a while. Nothing to do: the next run asks again.",
    ),
    ErrorRule::new(
        When::Status(404, 404),
        RunClass::AccountDisabled,
        Scope::Credential,
        Reason::AccountDisabled,
        "The platform does not know this shop or account. Check its name in the DataSource.",
    ),
    ErrorRule::new(
        When::Status(402, 402),
        RunClass::AccountDisabled,
        Scope::Credential,
        Reason::AccountDisabled,
        CLOSED,
    ),
    ErrorRule::new(
        When::Status(423, 423),
        RunClass::AccountDisabled,
        Scope::Credential,
        Reason::AccountDisabled,
        CLOSED,
    ),
    // Shopify tells some refusals as a web page.
    ErrorRule::new(
        When::All(&[When::Status(400, 401), When::Html]),
        RunClass::AuthRevoked,
        Scope::Credential,
        Reason::AuthRevoked,
        RECONNECT,
    ),
    ErrorRule::new(
        When::Html,
        RunClass::Transient,
        Scope::Credential,
        Reason::MalformedAnswer,
        "A web page came instead of a token. Nothing to do: the next run asks again.",
    ),
    ErrorRule::new(
        When::All(&[
            When::Code(&["invalid_grant"]),
            When::Message(&["jwt", "robot", "account not found"]),
        ]),
        RunClass::AuthRevoked,
        Scope::Credential,
        Reason::AuthRevoked,
        WRONG_KEY,
    ),
    ErrorRule::new(
        When::Code(&["app_not_installed", "shop_not_permitted"]),
        RunClass::AuthRevoked,
        Scope::Credential,
        Reason::AuthRevoked,
        NOT_INSTALLED,
    ),
    ErrorRule::new(
        When::Code(&["invalid_grant", "invalid_token", "access_denied"]),
        RunClass::AuthRevoked,
        Scope::Credential,
        Reason::AuthRevoked,
        RECONNECT,
    ),
    ErrorRule::new(
        When::Code(&[
            "invalid_client",
            "unauthorized_client",
            "deleted_client",
            "disabled_client",
            "application_cannot_be_found",
        ]),
        RunClass::AuthRevoked,
        Scope::Credential,
        Reason::AuthRevoked,
        WRONG_CLIENT,
    ),
    ErrorRule::new(
        When::Code(&["unsupported_grant_type", "invalid_scope"]),
        RunClass::PermanentBug,
        Scope::App,
        Reason::BadRequest,
        "The platform does not accept the way we ask for tokens. Report it to the platform team with the run's name.",
    ),
    ErrorRule::new(
        When::Status(400, 499),
        RunClass::AuthRevoked,
        Scope::Credential,
        Reason::AuthRevoked,
        RECONNECT,
    ),
    ErrorRule::new(
        When::Status(200, 299),
        RunClass::AuthRevoked,
        Scope::Credential,
        Reason::AuthRevoked,
        RECONNECT,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::exchange::fixtures::{answer, answer_with};
    use secrecy::ExposeSecret as _;

    #[test]
    fn a_token_is_read_whatever_the_type_of_its_lifetime() {
        for expires_in in ["3600", "\"3600\"", "3600.0"] {
            let body = format!(
                r#"{{"access_token": "ya29.x", "expires_in": {expires_in}, "token_type": "Bearer", "scope": "a b"}}"#
            );
            let granted = read_token(&answer(200, &body)).unwrap();
            assert_eq!(granted.access_token.expose_secret(), "ya29.x");
            assert_eq!(
                granted.expires_at.unwrap().to_string(),
                "2026-09-01T13:00:00Z"
            );
            assert!(granted.refresh_token.is_none());
        }
    }

    #[test]
    fn every_refusal_has_its_class() {
        let cases = [
            (
                400,
                r#"{"error": "invalid_grant", "error_description": "Token has been expired or revoked."}"#,
                RunClass::AuthRevoked,
            ),
            (
                401,
                r#"{"error": "invalid_client", "error_description": "The OAuth client was not found."}"#,
                RunClass::AuthRevoked,
            ),
            (
                401,
                r#"{"error": "unauthorized_client"}"#,
                RunClass::AuthRevoked,
            ),
            (
                400,
                r#"{"error": "invalid_request"}"#,
                RunClass::AuthRevoked,
            ),
            (
                400,
                r#"{"error": "unsupported_grant_type"}"#,
                RunClass::PermanentBug,
            ),
            (
                429,
                r#"{"error": "rate_limit_exceeded"}"#,
                RunClass::RateLimited,
            ),
            (500, r#"{"error": "internal_failure"}"#, RunClass::Transient),
            (503, "<html>", RunClass::Transient),
            (200, "<html>", RunClass::Transient),
            (200, r#"{"access_tok"#, RunClass::Transient),
            (200, r#"{"error": "internal_failure"}"#, RunClass::Transient),
            (200, r#"{"error": "invalid_grant"}"#, RunClass::AuthRevoked),
            (
                400,
                "<html>Oauth error shop_not_permitted</html>",
                RunClass::AuthRevoked,
            ),
            (403, "<html>blocked</html>", RunClass::Transient),
            (404, "<html>Not found</html>", RunClass::AccountDisabled),
            (
                402,
                r#"{"errors": "Unavailable Shop"}"#,
                RunClass::AccountDisabled,
            ),
            (423, r#"{"errors": "Locked"}"#, RunClass::AccountDisabled),
            (200, r#"{"access_token": null}"#, RunClass::AuthRevoked),
        ];
        for (status, body, class) in cases {
            assert_eq!(
                read_token(&answer(status, body)).unwrap_err().class,
                class,
                "{status} {body}"
            );
        }
    }

    #[test]
    fn a_refusal_says_what_to_put_into_the_secret() {
        let advice = |status: u16, code: &str, words: &str| {
            let body = format!(r#"{{"error": "{code}", "error_description": "{words}"}}"#);
            let failure = read_token(&answer(status, &body)).unwrap_err();
            assert_eq!(failure.class, RunClass::AuthRevoked, "{code}");
            assert_eq!(failure.detail, format!("{code}: {words}"));
            failure.advice
        };
        assert_eq!(
            advice(400, "invalid_grant", "Invalid JWT Signature."),
            WRONG_KEY
        );
        assert_eq!(
            advice(400, "invalid_grant", "Robot is disabled."),
            WRONG_KEY
        );
        assert_eq!(advice(400, "invalid_grant", "Bad Request"), RECONNECT);
        assert_eq!(
            advice(401, "deleted_client", "The OAuth client was deleted."),
            WRONG_CLIENT
        );
        assert_eq!(
            advice(400, "shop_not_permitted", "Not for this shop."),
            NOT_INSTALLED
        );
    }

    #[test]
    fn gateways_refuse_in_a_form_of_their_own() {
        let body = r#"{"error": {"code": 429, "message": "Quota exceeded.", "status": "RESOURCE_EXHAUSTED"}}"#;
        let failure = read_token(&answer(429, body)).unwrap_err();
        assert_eq!(
            (failure.class, failure.detail.as_str()),
            (RunClass::RateLimited, "RESOURCE_EXHAUSTED: Quota exceeded.")
        );
    }

    #[test]
    fn every_failure_reaches_all_that_the_credential_may_read() {
        for body in ["", "<html>", r#"{"access_tok"#, "[1]", r#"{"error": "x"}"#] {
            let failure = read_token(&answer(200, body)).unwrap_err();
            assert_eq!(failure.scope, Scope::Credential, "{body}");
        }
    }

    #[test]
    fn a_busy_endpoint_may_say_how_long() {
        let failure = read_token(&answer_with(429, &[("retry-after", "9")], "{}")).unwrap_err();
        assert_eq!(failure.wait, Some(Duration::from_secs(9)));
    }
}
