//! Google Ads' errors: families and codes, also inside the one-element array of the stream method.

use dpo_warehouse::model::RunClass;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::time::Duration;

use crate::frame::error_table::{ErrorRule, ErrorSignal, When};
use crate::frame::exchange::Answer;
use crate::frame::failure::{Reason, Remedy, Scope};
use crate::frame::wait::{protobuf_duration, seconds_up};
use crate::frame::wire::{WireText, or_default};

#[derive(Deserialize, Default)]
struct Envelope {
    error: Option<ApiError>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ApiError {
    message: WireText,
    status: WireText,
    #[serde(deserialize_with = "or_default")]
    details: Vec<Box<RawValue>>,
}

/// A `GoogleAdsFailure`, an `ErrorInfo` or a `RetryInfo`; told apart by what they carry.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Detail {
    errors: Vec<GoogleAdsError>,
    reason: WireText,
    retry_delay: WireText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct GoogleAdsError {
    error_code: BTreeMap<String, WireText>,
    message: WireText,
    details: ErrorDetails,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ErrorDetails {
    quota_error_details: QuotaErrorDetails,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct QuotaErrorDetails {
    rate_scope: WireText,
    retry_delay: WireText,
}

/// What an answer says about a failure. An error can also end a stream that began with status 200.
pub fn signal(answer: &Answer) -> Option<ErrorSignal> {
    let error = error_in(answer);
    if answer.is_success() && error.is_none() && !answer.is_html() {
        return None;
    }
    let error = error.unwrap_or_default();
    let details: Vec<Detail> = error
        .details
        .iter()
        .filter_map(|raw| serde_json::from_str(raw.get()).ok())
        .collect();
    let errors: Vec<&GoogleAdsError> = details.iter().flat_map(|detail| &detail.errors).collect();
    let signal = ErrorSignal::of(answer);
    Some(ErrorSignal {
        codes: codes(&error, &details, &errors),
        message: errors
            .iter()
            .find_map(|error| error.message.get())
            .or(error.message.get())
            .unwrap_or_default()
            .to_owned(),
        wait: wait(&details, &errors).or(signal.wait),
        scope: errors.iter().find_map(|error| scope(error)),
        ..signal
    })
}

fn error_in(answer: &Answer) -> Option<ApiError> {
    let text = answer.text().ok()?;
    if answer.is_success() && !text.contains("\"error\"") {
        return None;
    }
    let envelopes: Vec<Envelope> = if text.starts_with('[') {
        serde_json::from_str(text).ok()?
    } else {
        vec![serde_json::from_str(text).ok()?]
    };
    envelopes.into_iter().find_map(|envelope| envelope.error)
}

fn codes(error: &ApiError, details: &[Detail], errors: &[&GoogleAdsError]) -> Vec<String> {
    let of_errors = errors.iter().flat_map(|error| &error.error_code);
    let of_errors = of_errors
        .flat_map(|(family, code)| code.get().into_iter().chain([family.as_str()]))
        .map(str::to_owned);
    let of_details = details
        .iter()
        .filter_map(|detail| detail.reason.get())
        .map(str::to_owned);
    of_errors
        .chain(of_details)
        .chain(error.status.get().map(str::to_owned))
        .collect()
}

fn wait(details: &[Detail], errors: &[&GoogleAdsError]) -> Option<Duration> {
    let of_quotas = errors
        .iter()
        .filter_map(|error| error.details.quota_error_details.retry_delay.get());
    let of_details = details.iter().filter_map(|detail| detail.retry_delay.get());
    let in_words = || {
        errors
            .iter()
            .filter_map(|error| error.message.get())
            .find_map(wait_in_words)
    };
    of_quotas
        .chain(of_details)
        .find_map(protobuf_duration)
        .or_else(in_words)
}

/// Some quotas tell their wait in the message only: `Too many requests. Retry in 40591 seconds.`
fn wait_in_words(message: &str) -> Option<Duration> {
    let (_, after) = message.split_once("Retry in ")?;
    let (seconds, _) = after.split_once(" second")?;
    seconds_up(seconds.parse().ok()?)
}

fn scope(error: &GoogleAdsError) -> Option<Scope> {
    match error.details.quota_error_details.rate_scope.get()? {
        "DEVELOPER" => Some(Scope::App),
        "ACCOUNT" => Some(Scope::Account),
        _ => None,
    }
}

const WAIT: &str = "Google limits how much is asked of it. Nothing to do: the figures are fetched when the wait is over.";
const UNAVAILABLE: &str = "Google Ads is unavailable at the moment. Nothing to do: the figures are fetched again in the next run.";
const RECONNECT: &str = "Google no longer accepts the connected user. Connect Google Ads again with a user of this account and put the new refresh token into the Secret.";
const NOT_ENABLED: &str = "The Google Ads account is not enabled, is suspended, or does not exist. Check customerIds, and the account's state in Google Ads.";
const NO_ACCESS: &str = "The connected user may not read this Google Ads account. If access runs through a manager account, put its id into loginCustomerId; otherwise invite the user to the account.";
const NO_METRIC: &str = "The connected user may not read some of the figures. Give the user at least read-only access in Google Ads.";
const NOT_APPROVED: &str = "Google does not admit our application. The platform team must get the Cloud project of the OAuth client approved for the Google Ads API.";
const NO_SCOPE: &str = "The connection does not cover Google Ads. Connect Google Ads again, allow it to see the campaigns, and put the new refresh token into the Secret.";
const MANAGER: &str = "This is a manager account, which has no figures of its own. Put the ids of its client accounts into customerIds and this id into loginCustomerId.";
const SUNSET: &str = "Google has switched off this version of its API. The platform team must install a newer release of dpo.";
const PAGING: &str =
    "Google forgot where a long answer went on. Nothing to do: it is fetched again from the start.";

const fn rule(
    codes: &'static [&'static str],
    class: RunClass,
    scope: Scope,
    reason: Reason,
    advice: &'static str,
) -> ErrorRule {
    ErrorRule::new(When::Code(codes), class, scope, reason, advice)
}

/// Which error is what. A code is the same thing in whichever family it comes; families decide for codes that we do not know.
pub const ERRORS: &[ErrorRule] = &[
    rule(
        &[
            "OAUTH_TOKEN_REVOKED",
            "OAUTH_TOKEN_DISABLED",
            "OAUTH_TOKEN_INVALID",
            "GOOGLE_ACCOUNT_DELETED",
            "GOOGLE_ACCOUNT_AUTHENTICATION_FAILED",
            "GOOGLE_ACCOUNT_USER_AND_ADS_USER_MISMATCH",
            "NOT_ADS_USER",
            "TWO_STEP_VERIFICATION_NOT_ENROLLED",
            "ADVANCED_PROTECTION_NOT_ENROLLED",
        ],
        RunClass::AuthRevoked,
        Scope::Credential,
        Reason::AuthRevoked,
        RECONNECT,
    ),
    rule(
        &[
            "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION",
            "PROJECT_DISABLED",
            "CLOUD_PROJECT_NOT_UNDER_ORGANIZATION",
            "DEVELOPER_TOKEN_NOT_APPROVED",
            "DEVELOPER_TOKEN_PROHIBITED",
            "INCOMPLETE_SIGNUP",
            "MISSING_TOS",
            "DEVELOPER_TOKEN_INVALID",
            "DEVELOPER_TOKEN_PARAMETER_MISSING",
            "DEVELOPER_TOKEN_NOT_ON_ALLOWLIST",
            "ORGANIZATION_NOT_RECOGNIZED",
            "ORGANIZATION_NOT_APPROVED",
            "ORGANIZATION_NOT_ASSOCIATED_WITH_DEVELOPER_TOKEN",
            "CLOUD_PROJECT_NOT_FOUND",
            "SERVICE_DISABLED",
            "CONSUMER_INVALID",
            "CONSUMER_SUSPENDED",
            "ACCESS_PROHIBITED",
        ],
        RunClass::PermissionDenied,
        Scope::App,
        Reason::ApplicationNotApproved,
        NOT_APPROVED,
    ),
    // A code that no version has a name for is left out, and only the words tell.
    ErrorRule::new(
        When::Message(&["developer-token parameter is missing"]),
        RunClass::PermissionDenied,
        Scope::App,
        Reason::ApplicationNotApproved,
        NOT_APPROVED,
    ),
    rule(
        &["ACCESS_TOKEN_SCOPE_INSUFFICIENT"],
        RunClass::PermissionDenied,
        Scope::Credential,
        Reason::PermissionDenied,
        NO_SCOPE,
    ),
    rule(
        &[
            "CUSTOMER_NOT_ENABLED",
            "CUSTOMER_NOT_FOUND",
            "ACTION_NOT_PERMITTED_FOR_SUSPENDED_ACCOUNT",
            "CLIENT_CUSTOMER_ID_INVALID",
            "INVALID_CUSTOMER_ID",
        ],
        RunClass::AccountDisabled,
        Scope::Account,
        Reason::AccountDisabled,
        NOT_ENABLED,
    ),
    rule(
        &[
            "USER_PERMISSION_DENIED",
            "INVALID_LOGIN_CUSTOMER_ID_SERVING_CUSTOMER_ID_COMBINATION",
            "INVALID_LOGIN_CUSTOMER_ID",
            "LOGIN_CUSTOMER_ID_PARAMETER_MISSING",
        ],
        RunClass::PermissionDenied,
        Scope::Account,
        Reason::PermissionDenied,
        NO_ACCESS,
    ),
    rule(
        &["METRIC_ACCESS_DENIED"],
        RunClass::PermissionDenied,
        Scope::Stream,
        Reason::PermissionDenied,
        NO_METRIC,
    ),
    rule(
        &["REQUESTED_METRICS_FOR_MANAGER"],
        RunClass::PermanentBug,
        Scope::Account,
        Reason::ManagerAccount,
        MANAGER,
    ),
    rule(
        &["UNSUPPORTED_VERSION", "UNIMPLEMENTED"],
        RunClass::ApiVersionSunset,
        Scope::App,
        Reason::ApiVersionSunset,
        SUNSET,
    ),
    rule(
        &["EXPIRED_PAGE_TOKEN", "INVALID_PAGE_TOKEN"],
        RunClass::Transient,
        Scope::Stream,
        Reason::PagingInterrupted,
        PAGING,
    )
    .helped_by(Remedy::Restart),
    rule(
        &[
            "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION",
            "EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION",
        ],
        RunClass::RateLimited,
        Scope::Account,
        Reason::RateLimited,
        WAIT,
    )
    .helped_by(Remedy::AskForLess),
    rule(
        &["RESOURCE_TEMPORARILY_EXHAUSTED", "RESOURCE_EXHAUSTED"],
        RunClass::RateLimited,
        Scope::App,
        Reason::RateLimited,
        WAIT,
    ),
    rule(
        &["OAUTH_TOKEN_EXPIRED"],
        RunClass::AuthExpired,
        Scope::Credential,
        Reason::AuthExpired,
        "Google does not accept the access token. If this stays, connect Google Ads again.",
    ),
    rule(
        &[
            "INTERNAL_ERROR",
            "TRANSIENT_ERROR",
            "DEADLINE_EXCEEDED",
            "CONCURRENT_MODIFICATION",
        ],
        RunClass::Transient,
        Scope::Stream,
        Reason::PlatformUnavailable,
        UNAVAILABLE,
    ),
    ErrorRule::new(
        When::Message(&["requests to this version will be blocked"]),
        RunClass::ApiVersionSunset,
        Scope::App,
        Reason::ApiVersionSunset,
        SUNSET,
    ),
    // Versions that are long gone are not even known as paths: Google answers them with a web page or a word.
    ErrorRule::new(
        When::All(&[When::Status(404, 404), When::NoCode]),
        RunClass::ApiVersionSunset,
        Scope::App,
        Reason::ApiVersionSunset,
        SUNSET,
    ),
    rule(
        &["UNAUTHENTICATED"],
        RunClass::AuthExpired,
        Scope::Credential,
        Reason::AuthExpired,
        "Google does not accept the access token. If this stays, connect Google Ads again.",
    ),
    rule(
        &["quotaError"],
        RunClass::RateLimited,
        Scope::App,
        Reason::RateLimited,
        WAIT,
    ),
    rule(
        &["internalError"],
        RunClass::Transient,
        Scope::Stream,
        Reason::PlatformUnavailable,
        UNAVAILABLE,
    ),
    rule(
        &["PERMISSION_DENIED"],
        RunClass::PermissionDenied,
        Scope::Account,
        Reason::PermissionDenied,
        NO_ACCESS,
    ),
    rule(
        &[
            "INTERNAL",
            "UNAVAILABLE",
            "DEADLINE_EXCEEDED",
            "ABORTED",
            "CANCELLED",
        ],
        RunClass::Transient,
        Scope::Stream,
        Reason::PlatformUnavailable,
        UNAVAILABLE,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::error_table::classify;
    use crate::frame::exchange::fixtures::{answer, answer_with};
    use crate::frame::failure::Failure;
    use serde_json::{Value, json};

    fn classified(answer: &Answer) -> Failure {
        classify(
            ERRORS,
            &signal(answer).expect("a failure"),
            answer.server_time(),
        )
    }

    fn envelope(status: u16, name: &str, errors: &Value) -> Value {
        json!({"error": {"code": status, "message": "Request failed.", "status": name, "details": [{
            "@type": "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure",
            "errors": errors,
            "requestId": "abc",
        }]}})
    }

    fn coded(status: u16, family: &str, code: &str) -> Failure {
        let body = envelope(
            status,
            "",
            &json!([{"errorCode": {(family): code}, "message": "told"}]),
        );
        let single = classified(&answer(status, &body.to_string()));
        let wrapped = classified(&answer(status, &json!([body]).to_string()));
        assert_eq!(
            single, wrapped,
            "the stream method wraps errors in an array"
        );
        single
    }

    #[test]
    fn a_code_of_tomorrow_has_the_class_of_its_status() {
        assert_eq!(
            coded(429, "quotaError", "A_NEW_ONE").class,
            RunClass::RateLimited
        );
        assert_eq!(
            coded(500, "internalError", "A_NEW_ONE").class,
            RunClass::Transient
        );
    }

    #[test]
    fn what_has_no_code_of_google_ads_goes_by_its_status() {
        let named = |status: u16, name: &str| {
            let body = json!({"error": {"code": status, "message": "no", "status": name}});
            classified(&answer(status, &json!([body]).to_string())).class
        };
        assert_eq!(named(499, "CANCELLED"), RunClass::Transient);
        assert_eq!(named(200, "CANCELLED"), RunClass::Transient);
        assert_eq!(named(409, "ABORTED"), RunClass::Transient);
        assert_eq!(named(501, "UNIMPLEMENTED"), RunClass::ApiVersionSunset);
    }

    #[test]
    fn what_only_the_platform_team_can_settle_is_told_to_it() {
        for (family, code) in [
            ("authenticationError", "ORGANIZATION_NOT_RECOGNIZED"),
            ("authorizationError", "DEVELOPER_TOKEN_NOT_ON_ALLOWLIST"),
            ("requestError", "CLOUD_PROJECT_NOT_FOUND"),
        ] {
            let failure = coded(403, family, code);
            assert_eq!(
                (failure.scope, failure.reason),
                (Scope::App, Reason::ApplicationNotApproved),
                "{code}"
            );
        }
    }

    #[test]
    fn remedies_and_reasons_are_told_apart() {
        assert_eq!(
            coded(400, "requestError", "EXPIRED_PAGE_TOKEN").remedy,
            Remedy::Restart
        );
        assert_eq!(
            coded(
                429,
                "quotaError",
                "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION"
            )
            .remedy,
            Remedy::AskForLess
        );
        let project = coded(403, "authorizationError", "PROJECT_DISABLED");
        assert_eq!(
            (project.scope, project.reason),
            (Scope::App, Reason::ApplicationNotApproved)
        );
        assert!(project.advice.contains("platform team"));
        assert_eq!(
            coded(400, "queryError", "REQUESTED_METRICS_FOR_MANAGER").reason,
            Reason::ManagerAccount
        );
        assert_eq!(
            coded(403, "authorizationError", "USER_PERMISSION_DENIED").detail,
            "told"
        );
    }

    #[test]
    fn the_quota_tells_scope_and_wait() {
        let quota = |scope: &str, delay: &str| {
            let details = json!({"quotaErrorDetails": {"rateScope": scope, "rateName": "Number of operations", "retryDelay": delay}});
            let errors = json!([{"errorCode": {"quotaError": "RESOURCE_EXHAUSTED"}, "message": "Too many", "details": details}]);
            let failure = classified(&answer(
                429,
                &json!([envelope(429, "RESOURCE_EXHAUSTED", &errors)]).to_string(),
            ));
            (failure.scope, failure.wait.map(|wait| wait.as_secs()))
        };
        assert_eq!(quota("DEVELOPER", "8962s"), (Scope::App, Some(8962)));
        assert_eq!(quota("ACCOUNT", "37s"), (Scope::Account, Some(37)));
        assert_eq!(
            classified(&answer_with(429, &[("retry-after", "5")], "{}"))
                .wait
                .map(|wait| wait.as_secs()),
            Some(5)
        );
    }

    #[test]
    fn some_quotas_tell_their_wait_in_words_only() {
        let told = |message: &str| {
            let errors = json!([{"errorCode": {"quotaError": "RESOURCE_TEMPORARILY_EXHAUSTED"}, "message": message}]);
            let body = envelope(429, "RESOURCE_EXHAUSTED", &errors);
            classified(&answer(429, &body.to_string())).wait
        };
        assert_eq!(
            told("Too many requests. Retry in 40591 seconds."),
            Some(Duration::from_secs(40591))
        );
        assert_eq!(told("Retry in 1 second."), Some(Duration::from_secs(1)));
        assert_eq!(told("Retry in a while."), None);
    }

    #[test]
    fn words_decide_where_the_code_has_no_name() {
        let of = |message: &str| {
            let errors = json!([{"errorCode": {"requestError": "UNKNOWN"}, "message": message}]);
            classified(&answer(
                400,
                &envelope(400, "INVALID_ARGUMENT", &errors).to_string(),
            ))
        };
        assert_eq!(
            of(" Version v2 is deprecated. Requests to this version will be blocked.").class,
            RunClass::ApiVersionSunset
        );
        assert_eq!(
            of("developer-token parameter is missing.").reason,
            Reason::ApplicationNotApproved
        );
        assert_eq!(of("Something else.").class, RunClass::PermanentBug);
    }

    #[test]
    fn a_connection_without_the_scope_is_told_to_connect_again() {
        let body = json!({"error": {"code": 403, "message": "Request had insufficient authentication scopes.", "status": "PERMISSION_DENIED",
            "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}});
        let failure = classified(&answer(403, &body.to_string()));
        assert_eq!(
            (failure.class, failure.scope, failure.advice),
            (RunClass::PermissionDenied, Scope::Credential, NO_SCOPE)
        );
    }

    #[test]
    fn statuses_decide_where_there_is_no_code() {
        let of = |status: u16, body: &str| classified(&answer(status, body)).class;
        let plain = |status: u16, name: &str| envelope(status, name, &json!([])).to_string();
        assert_eq!(
            of(401, &plain(401, "UNAUTHENTICATED")),
            RunClass::AuthExpired
        );
        assert_eq!(
            of(403, &plain(403, "PERMISSION_DENIED")),
            RunClass::PermissionDenied
        );
        assert_eq!(of(503, &plain(503, "UNAVAILABLE")), RunClass::Transient);
        assert_eq!(
            of(400, &plain(400, "INVALID_ARGUMENT")),
            RunClass::PermanentBug
        );
        assert_eq!(
            of(
                404,
                "<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>"
            ),
            RunClass::ApiVersionSunset
        );
        assert_eq!(of(404, "Not Found"), RunClass::ApiVersionSunset);
        assert_eq!(
            of(404, &plain(404, "NOT_FOUND")),
            RunClass::PermanentBug,
            "an answer of the interface itself"
        );
        let without_details =
            r#"{"error": {"code": 403, "status": "PERMISSION_DENIED", "details": null}}"#;
        assert_eq!(
            classified(&answer(403, without_details)).scope,
            Scope::Account
        );
        assert_eq!(of(502, "<html>502</html>"), RunClass::Transient);
        assert_eq!(of(200, "<html>sign in</html>"), RunClass::Transient);
    }

    #[test]
    fn an_error_can_end_a_stream_that_began_well() {
        let body = json!([{"results": [{"campaign": {"id": "1"}}]}, envelope(500, "INTERNAL", &json!([{"errorCode": {"internalError": "INTERNAL_ERROR"}}]))]);
        assert_eq!(
            classified(&answer(200, &body.to_string())).class,
            RunClass::Transient
        );
        assert!(
            signal(&answer(
                200,
                r#"[{"results": [{"campaign": {"name": "\"error\""}}]}]"#
            ))
            .is_none()
        );
    }
}
