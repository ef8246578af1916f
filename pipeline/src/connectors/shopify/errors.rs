//! Shopify's errors: in the body with status 200, or a word beside an HTTP status.

use bigdecimal::Signed as _;
use dpo_warehouse::model::RunClass;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::time::Duration;

use crate::frame::error_table::{ErrorRule, ErrorSignal, Wait, When};
use crate::frame::exchange::Answer;
use crate::frame::failure::{Reason, Scope};
use crate::frame::number::WireNumber;
use crate::frame::wait::seconds_up;
use crate::frame::wire::{WireText, or_default};

#[derive(Deserialize, Default)]
#[serde(default)]
struct Envelope {
    errors: Option<Box<RawValue>>,
    #[serde(deserialize_with = "or_default")]
    extensions: Extensions,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct GraphQlError {
    message: WireText,
    #[serde(deserialize_with = "or_default")]
    extensions: ErrorExtensions,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ErrorExtensions {
    code: WireText,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Extensions {
    #[serde(deserialize_with = "or_default")]
    cost: Cost,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Cost {
    requested_query_cost: WireNumber,
    #[serde(deserialize_with = "or_default")]
    throttle_status: ThrottleStatus,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ThrottleStatus {
    currently_available: WireNumber,
    restore_rate: WireNumber,
}

/// What an answer says about a failure.
pub fn signal(answer: &Answer) -> Option<ErrorSignal> {
    let envelope: Envelope = answer
        .text()
        .ok()
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let errors = envelope
        .errors
        .as_deref()
        .map(RawValue::get)
        .unwrap_or_default();
    let failed = !errors.is_empty() && errors != "null" && errors != "[]";
    if answer.is_success() && !failed && !answer.is_html() {
        return None;
    }
    let listed: Vec<GraphQlError> = serde_json::from_str(errors).unwrap_or_default();
    let message = listed
        .iter()
        .find_map(|error| error.message.get())
        .map_or_else(|| words(errors), str::to_owned);
    let signal = ErrorSignal {
        codes: listed
            .iter()
            .filter_map(|error| error.extensions.code.get())
            .map(str::to_owned)
            .collect(),
        message,
        ..ErrorSignal::of(answer)
    };
    // Answers of every kind tell what they cost; only one that was throttled has to wait for it.
    let for_the_bucket = || wait(&envelope.extensions.cost).filter(|_| is_throttled(&signal));
    let wait = signal.wait.or_else(for_the_bucket);
    Some(ErrorSignal { wait, ..signal })
}

/// Some throttled answers come without a code.
fn is_throttled(signal: &ErrorSignal) -> bool {
    signal.codes.iter().any(|code| code == "THROTTLED") || signal.message == "Throttled"
}

/// `errors` can also be one text, or an object of texts by field.
fn words(errors: &str) -> String {
    serde_json::from_str(errors).unwrap_or_else(|_| errors.to_owned())
}

/// How long the bucket needs until it holds what the query costs.
fn wait(cost: &Cost) -> Option<Duration> {
    let requested = cost.requested_query_cost.0.as_ref()?;
    let available = cost.throttle_status.currently_available.0.as_ref()?;
    let rate = cost
        .throttle_status
        .restore_rate
        .0
        .as_ref()
        .filter(|rate| rate.is_positive())?;
    let seconds: f64 = ((requested - available) / rate).to_string().parse().ok()?;
    seconds_up(seconds.max(0.0))
}

const THROTTLED: &str = "Shopify limits how much is asked of it. Nothing to do: the figures are fetched when the wait is over.";
const UNAVAILABLE: &str = "Shopify is unavailable at the moment. Nothing to do: the figures are fetched again in the next run.";
const SMALLER: &str =
    "Shopify finds the request too large. Nothing to do: smaller requests follow.";
const NO_SCOPE: &str = "The app may not read this. Give it the scopes read_orders and read_all_orders in Shopify and install it again.";
const NOT_APPROVED: &str = "Shopify lets the app read orders only after it was approved for protected customer data. The app's owner must ask for that in Shopify's Partner Dashboard.";
const LASTING: &str = "Shopify no longer accepts tokens that do not expire for this app. Put client_id, client_secret and an expiring token's refresh_token into the Secret instead of access_token.";
const REVOKED: &str = "Shopify does not accept the access token: the app was uninstalled or its token was revoked. Install the app again and put the new token into the Secret.";
const FROZEN: &str = "The shop is frozen, locked or closed. Settle it with Shopify; figures come again once it is open.";
const WRONG_SHOP: &str = "There is no such shop. Check `shop` in the DataSource.";

const fn code(
    codes: &'static [&'static str],
    class: RunClass,
    scope: Scope,
    reason: Reason,
    advice: &'static str,
) -> ErrorRule {
    ErrorRule::new(When::Code(codes), class, scope, reason, advice)
}

const fn status(
    status: u16,
    class: RunClass,
    scope: Scope,
    reason: Reason,
    advice: &'static str,
) -> ErrorRule {
    ErrorRule::new(When::Status(status, status), class, scope, reason, advice)
}

const SUCCESS: When = When::Status(200, 299);
const FORBIDDEN: When = When::Status(403, 403);
const PROTECTED: When = When::Message(&["protected-customer-data", "protected customer data"]);

/// Which error is what.
pub const ERRORS: &[ErrorRule] = &[
    code(
        &["THROTTLED"],
        RunClass::RateLimited,
        Scope::Account,
        Reason::RateLimited,
        THROTTLED,
    )
    .waiting(Wait::Seconds(2)),
    code(
        &["MAX_COST_EXCEEDED"],
        RunClass::TooMuchData,
        Scope::Stream,
        Reason::TooMuchData,
        SMALLER,
    ),
    code(
        &["INTERNAL_SERVER_ERROR", "TIMEOUT"],
        RunClass::Transient,
        Scope::Stream,
        Reason::PlatformUnavailable,
        UNAVAILABLE,
    ),
    ErrorRule::new(
        When::All(&[When::Code(&["ACCESS_DENIED"]), PROTECTED]),
        RunClass::PermissionDenied,
        Scope::Stream,
        Reason::ApplicationNotApproved,
        NOT_APPROVED,
    ),
    code(
        &["ACCESS_DENIED"],
        RunClass::PermissionDenied,
        Scope::Stream,
        Reason::PermissionDenied,
        NO_SCOPE,
    ),
    code(
        &["SHOP_INACTIVE"],
        RunClass::AccountDisabled,
        Scope::Account,
        Reason::AccountDisabled,
        FROZEN,
    ),
    // Some errors come without a code.
    ErrorRule::new(
        When::All(&[SUCCESS, When::Message(&["Throttled"])]),
        RunClass::RateLimited,
        Scope::Account,
        Reason::RateLimited,
        THROTTLED,
    )
    .waiting(Wait::Seconds(2)),
    ErrorRule::new(
        When::All(&[SUCCESS, When::Message(&["max cost"])]),
        RunClass::TooMuchData,
        Scope::Stream,
        Reason::TooMuchData,
        SMALLER,
    ),
    ErrorRule::new(
        When::All(&[SUCCESS, When::Message(&["internal error", "timeout"])]),
        RunClass::Transient,
        Scope::Stream,
        Reason::PlatformUnavailable,
        UNAVAILABLE,
    ),
    status(
        401,
        RunClass::AuthExpired,
        Scope::Credential,
        Reason::AuthExpired,
        REVOKED,
    ),
    status(
        402,
        RunClass::AccountDisabled,
        Scope::Account,
        Reason::AccountDisabled,
        FROZEN,
    ),
    ErrorRule::new(
        When::All(&[
            FORBIDDEN,
            When::Message(&["non-expiring access tokens are no longer accepted"]),
        ]),
        RunClass::AuthRevoked,
        Scope::Credential,
        Reason::AuthRevoked,
        LASTING,
    ),
    ErrorRule::new(
        When::All(&[FORBIDDEN, PROTECTED]),
        RunClass::PermissionDenied,
        Scope::Stream,
        Reason::ApplicationNotApproved,
        NOT_APPROVED,
    ),
    ErrorRule::new(
        When::All(&[FORBIDDEN, When::Message(&["unavailable shop"])]),
        RunClass::AccountDisabled,
        Scope::Account,
        Reason::AccountDisabled,
        FROZEN,
    ),
    // The interface itself answers in JSON; a page comes from what stands before it.
    ErrorRule::new(
        When::All(&[FORBIDDEN, When::Html]),
        RunClass::Transient,
        Scope::Stream,
        Reason::PlatformUnavailable,
        UNAVAILABLE,
    ),
    ErrorRule::new(
        FORBIDDEN,
        RunClass::PermissionDenied,
        Scope::Stream,
        Reason::PermissionDenied,
        NO_SCOPE,
    ),
    status(
        404,
        RunClass::AccountDisabled,
        Scope::Account,
        Reason::AccountDisabled,
        WRONG_SHOP,
    ),
    // A request that the platform took for an attack; it lets go of that after a while.
    status(
        430,
        RunClass::RateLimited,
        Scope::Account,
        Reason::RateLimited,
        THROTTLED,
    ),
    status(
        423,
        RunClass::AccountDisabled,
        Scope::Account,
        Reason::AccountDisabled,
        FROZEN,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::error_table::classify;
    use crate::frame::exchange::fixtures::{answer, answer_with};
    use crate::frame::failure::Failure;

    fn classified(answer: &Answer) -> Failure {
        classify(
            ERRORS,
            &signal(answer).expect("a failure"),
            answer.server_time(),
        )
    }

    fn coded(code: &str) -> Answer {
        answer(
            200,
            &format!(r#"{{"errors": [{{"message": "no", "extensions": {{"code": "{code}"}}}}]}}"#),
        )
    }

    #[test]
    fn every_code_has_its_class() {
        let expected = [
            ("THROTTLED", RunClass::RateLimited),
            ("MAX_COST_EXCEEDED", RunClass::TooMuchData),
            ("INTERNAL_SERVER_ERROR", RunClass::Transient),
            ("ACCESS_DENIED", RunClass::PermissionDenied),
            ("SHOP_INACTIVE", RunClass::AccountDisabled),
            ("undefinedField", RunClass::PermanentBug),
        ];
        for (code, class) in expected {
            assert_eq!(classified(&coded(code)).class, class, "{code}");
        }
    }

    #[test]
    fn every_status_has_its_class() {
        let expected = [
            (
                401,
                r#"{"errors": "[API] Invalid API key or access token"}"#,
                RunClass::AuthExpired,
            ),
            (
                402,
                r#"{"errors": "Unavailable Shop"}"#,
                RunClass::AccountDisabled,
            ),
            (
                403,
                r#"{"errors": "[API] This action requires merchant approval"}"#,
                RunClass::PermissionDenied,
            ),
            (404, r#"{"errors": "Not Found"}"#, RunClass::AccountDisabled),
            (423, r#"{"errors": "Locked"}"#, RunClass::AccountDisabled),
            (
                429,
                r#"{"errors": "Exceeded 2 calls per second"}"#,
                RunClass::RateLimited,
            ),
            (503, "<html>down</html>", RunClass::Transient),
        ];
        for (status, body, class) in expected {
            assert_eq!(classified(&answer(status, body)).class, class, "{status}");
        }
    }

    #[test]
    fn the_bucket_tells_how_long_to_wait() {
        let body = r#"{"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
            "extensions": {"cost": {"requestedQueryCost": 952, "actualQueryCost": null,
            "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 102, "restoreRate": 100.0}}}}"#;
        assert_eq!(
            classified(&answer(200, body)).wait,
            Some(Duration::from_secs(9))
        );
        let told = answer_with(429, &[("retry-after", "2.0")], r#"{"errors": "slow"}"#);
        assert_eq!(classified(&told).wait, Some(Duration::from_secs(2)));
    }

    #[test]
    fn what_a_query_cost_is_no_wait_for_other_errors() {
        let body = |code: &str| {
            format!(
                r#"{{"errors": [{{"message": "no", "extensions": {{"code": "{code}"}}}}],
                "extensions": {{"cost": {{"requestedQueryCost": 10, "throttleStatus": {{"currentlyAvailable": 1990, "restoreRate": 100.0}}}}}}}}"#
            )
        };
        let wait = |code: &str| classified(&answer(200, &body(code))).wait;
        assert_eq!(wait("INTERNAL_SERVER_ERROR"), None);
        assert_eq!(wait("ACCESS_DENIED"), None);
        assert_eq!(wait("THROTTLED"), Some(Duration::ZERO));
    }

    #[test]
    fn a_refusal_says_what_is_refused() {
        let refused = |body: &str| {
            let failure = classified(&answer(403, body));
            (failure.class, failure.advice)
        };
        assert_eq!(
            refused(
                r#"{"errors": "[API] Non-expiring access tokens are no longer accepted for the Admin API."}"#
            ),
            (RunClass::AuthRevoked, LASTING)
        );
        assert_eq!(
            refused(
                r#"{"errors": "[API] This app is not approved to access endpoints with protected customer data."}"#
            ),
            (RunClass::PermissionDenied, NOT_APPROVED)
        );
        assert_eq!(
            refused(r#"{"errors": "Unavailable Shop"}"#),
            (RunClass::AccountDisabled, FROZEN)
        );
        assert_eq!(
            refused("<html>Attention Required!</html>"),
            (RunClass::Transient, UNAVAILABLE)
        );
    }

    #[test]
    fn an_answer_without_errors_is_none() {
        assert!(signal(&answer(200, r#"{"data": {"shop": {}}}"#)).is_none());
        assert!(signal(&answer(200, r#"{"data": {}, "errors": []}"#)).is_none());
        assert!(signal(&answer(200, "<html></html>")).is_some());
    }
}
