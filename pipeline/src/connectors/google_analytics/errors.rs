//! Google Analytics' errors: Google's common form; quotas are told apart by their message.

use dpo_warehouse::model::RunClass;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::frame::error_table::{ErrorRule, ErrorSignal, Wait, When};
use crate::frame::exchange::Answer;
use crate::frame::failure::{Reason, Scope};
use crate::frame::wait::protobuf_duration;
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
    /// The older form of reasons, beside the details or in their place.
    #[serde(deserialize_with = "or_default")]
    errors: Vec<Detail>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Detail {
    reason: WireText,
    #[serde(rename = "retryDelay")]
    retry_delay: WireText,
}

/// What an answer says about a failure.
pub fn signal(answer: &Answer) -> Option<ErrorSignal> {
    let envelope: Envelope = answer
        .text()
        .ok()
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    if answer.is_success() && envelope.error.is_none() && !answer.is_html() {
        return None;
    }
    let error = envelope.error.unwrap_or_default();
    let details: Vec<Detail> = error
        .details
        .iter()
        .filter_map(|raw| serde_json::from_str(raw.get()).ok())
        .collect();
    let signal = ErrorSignal::of(answer);
    let told_wait = details
        .iter()
        .filter_map(|detail| detail.retry_delay.get())
        .find_map(protobuf_duration);
    let reasons = details
        .iter()
        .chain(&error.errors)
        .filter_map(|detail| detail.reason.get());
    Some(ErrorSignal {
        codes: reasons
            .chain(error.status.get())
            .map(str::to_owned)
            .collect(),
        message: error.message.get().unwrap_or_default().to_owned(),
        wait: told_wait.or(signal.wait),
        ..signal
    })
}

const WAIT: &str = "Google Analytics limits how much is asked of it. Nothing to do: the figures are fetched when the wait is over.";
const USED_UP: &str = "The property's allowance at Google Analytics is used up for today. Nothing to do: the figures are fetched after midnight, Pacific time. Other tools that read the property share it.";
const UNAVAILABLE: &str = "Google Analytics is unavailable at the moment. Nothing to do: the figures are fetched again in the next run.";
const NO_ACCESS: &str = "The connected user may not read this property. Give the user the role Viewer in Google Analytics, or check propertyIds.";
const NOT_APPROVED: &str = "Google does not admit our application. The platform team must enable the Google Analytics interfaces in the Cloud project of the OAuth client.";
const NO_SCOPE: &str = "The connection does not cover Google Analytics. Connect Google Analytics again, allow it to see the reports, and put the new refresh token into the Secret.";
const RECONNECT: &str =
    "Google does not accept the access token. If this stays, connect Google Analytics again.";

const EXHAUSTED: When = When::Code(&["RESOURCE_EXHAUSTED"]);
const HALF_AN_HOUR: u64 = 1_800;
const SUNSET: &str = "Google has switched off this version of its API. The platform team must install a newer release of dpo.";

/// Which error is what.
pub const ERRORS: &[ErrorRule] = &[
    ErrorRule::new(
        When::All(&[EXHAUSTED, When::Message(&["per day", "tokensPerDay"])]),
        RunClass::DailyQuota,
        Scope::Account,
        Reason::DailyQuota,
        USED_UP,
    )
    .waiting(Wait::Midnight("America/Los_Angeles")),
    ErrorRule::new(
        When::All(&[EXHAUSTED, When::Message(&["concurrent"])]),
        RunClass::RateLimited,
        Scope::Account,
        Reason::RateLimited,
        WAIT,
    )
    .waiting(Wait::Seconds(30)),
    ErrorRule::new(
        When::All(&[EXHAUSTED, When::Message(&["per minute"])]),
        RunClass::RateLimited,
        Scope::App,
        Reason::RateLimited,
        WAIT,
    )
    .waiting(Wait::Seconds(60)),
    ErrorRule::new(
        EXHAUSTED,
        RunClass::RateLimited,
        Scope::Account,
        Reason::RateLimited,
        WAIT,
    )
    .waiting(Wait::Seconds(HALF_AN_HOUR)),
    ErrorRule::new(
        When::Code(&["dailyLimitExceeded"]),
        RunClass::DailyQuota,
        Scope::Account,
        Reason::DailyQuota,
        USED_UP,
    )
    .waiting(Wait::Midnight("America/Los_Angeles")),
    ErrorRule::new(
        When::Code(&[
            "rateLimitExceeded",
            "userRateLimitExceeded",
            "quotaExceeded",
        ]),
        RunClass::RateLimited,
        Scope::App,
        Reason::RateLimited,
        WAIT,
    )
    .waiting(Wait::Seconds(60)),
    // Versions that are long gone are not even known as paths: Google answers them with a web page or a word.
    ErrorRule::new(
        When::All(&[When::Status(404, 404), When::NoCode]),
        RunClass::ApiVersionSunset,
        Scope::App,
        Reason::ApiVersionSunset,
        SUNSET,
    ),
    // The Admin and the Data interface are admitted and granted apart from each other.
    ErrorRule::new(
        When::Code(&[
            "SERVICE_DISABLED",
            "accessNotConfigured",
            "CONSUMER_INVALID",
            "CONSUMER_SUSPENDED",
        ]),
        RunClass::PermissionDenied,
        Scope::Stream,
        Reason::ApplicationNotApproved,
        NOT_APPROVED,
    ),
    ErrorRule::new(
        When::Code(&["ACCESS_TOKEN_SCOPE_INSUFFICIENT"]),
        RunClass::PermissionDenied,
        Scope::Stream,
        Reason::PermissionDenied,
        NO_SCOPE,
    ),
    ErrorRule::new(
        When::Code(&["PERMISSION_DENIED"]),
        RunClass::PermissionDenied,
        Scope::Stream,
        Reason::PermissionDenied,
        NO_ACCESS,
    ),
    ErrorRule::new(
        When::Code(&["UNAUTHENTICATED"]),
        RunClass::AuthExpired,
        Scope::Credential,
        Reason::AuthExpired,
        RECONNECT,
    ),
    ErrorRule::new(
        When::Code(&["NOT_FOUND", "notFound"]),
        RunClass::AccountDisabled,
        Scope::Account,
        Reason::AccountDisabled,
        NO_ACCESS,
    ),
    // Server errors have an allowance of their own, which many retries would use up.
    ErrorRule::new(
        When::Code(&["INTERNAL", "UNAVAILABLE", "ABORTED", "CANCELLED"]),
        RunClass::Transient,
        Scope::Stream,
        Reason::PlatformUnavailable,
        UNAVAILABLE,
    )
    .at_most(4),
    ErrorRule::new(
        When::Status(500, 599),
        RunClass::Transient,
        Scope::Stream,
        Reason::PlatformUnavailable,
        UNAVAILABLE,
    )
    .at_most(4),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::error_table::classify;
    use crate::frame::exchange::fixtures::{answer, answer_with};
    use std::time::Duration;

    fn body(code: u16, status: &str, message: &str) -> String {
        format!(r#"{{"error": {{"code": {code}, "message": "{message}", "status": "{status}"}}}}"#)
    }

    fn classified(answer: &Answer) -> crate::frame::failure::Failure {
        classify(
            ERRORS,
            &signal(answer).expect("a failure"),
            answer.server_time(),
        )
    }

    #[test]
    fn quotas_are_told_apart_by_their_message() {
        let wait = |message: &str| {
            let failure = classified(&answer(429, &body(429, "RESOURCE_EXHAUSTED", message)));
            (failure.class, failure.wait)
        };
        assert_eq!(
            wait("Exhausted concurrent requests quota."),
            (RunClass::RateLimited, Some(Duration::from_secs(30)))
        );
        assert_eq!(
            wait("Exhausted property tokens for a project per hour."),
            (RunClass::RateLimited, Some(Duration::from_mins(30)))
        );
        assert_eq!(
            wait("Exhausted potentially thresholded requests quota."),
            (RunClass::RateLimited, Some(Duration::from_mins(30)))
        );
    }

    #[test]
    fn the_days_allowance_comes_back_at_midnight_in_california() {
        let text = body(
            429,
            "RESOURCE_EXHAUSTED",
            "Exhausted property tokens per day.",
        );
        let failure = classified(&answer_with(
            429,
            &[("date", "Tue, 01 Sep 2026 06:30:00 GMT")],
            &text,
        ));
        assert_eq!(
            (failure.class, failure.wait),
            (RunClass::DailyQuota, Some(Duration::from_mins(30)))
        );
    }

    #[test]
    fn reasons_come_in_an_older_form_too() {
        let of = |reason: &str| {
            let text = format!(
                r#"{{"error": {{"code": 403, "message": "no", "errors": [{{"domain": "usageLimits", "reason": "{reason}", "message": "no"}}]}}}}"#
            );
            classified(&answer(403, &text))
        };
        assert_eq!(of("dailyLimitExceeded").class, RunClass::DailyQuota);
        assert_eq!(
            of("userRateLimitExceeded").wait,
            Some(Duration::from_mins(1))
        );
        assert_eq!(
            of("accessNotConfigured").reason,
            Reason::ApplicationNotApproved
        );
        assert_eq!(of("forbidden").class, RunClass::PermissionDenied);
    }

    #[test]
    fn a_connection_without_the_scope_is_told_to_connect_again() {
        let text = r#"{"error": {"code": 403, "message": "Request had insufficient authentication scopes.", "status": "PERMISSION_DENIED",
            "errors": [{"reason": "insufficientPermissions"}],
            "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}"#;
        assert_eq!(classified(&answer(403, text)).advice, NO_SCOPE);
    }

    #[test]
    fn every_other_error_has_its_class() {
        let expected = [
            (403, "PERMISSION_DENIED", RunClass::PermissionDenied),
            (401, "UNAUTHENTICATED", RunClass::AuthExpired),
            (400, "INVALID_ARGUMENT", RunClass::PermanentBug),
            (500, "INTERNAL", RunClass::Transient),
            (503, "UNAVAILABLE", RunClass::Transient),
            (409, "ABORTED", RunClass::Transient),
            (499, "CANCELLED", RunClass::Transient),
            (404, "NOT_FOUND", RunClass::AccountDisabled),
        ];
        for (status, name, class) in expected {
            assert_eq!(
                classified(&answer(status, &body(status, name, "no"))).class,
                class,
                "{name}"
            );
        }
        assert_eq!(
            classified(&answer(503, &body(503, "UNAVAILABLE", "no"))).most_tries,
            Some(4)
        );
        assert_eq!(
            classified(&answer(502, "<html></html>")).class,
            RunClass::Transient
        );
        assert_eq!(
            classified(&answer(404, "Not Found")).class,
            RunClass::ApiVersionSunset
        );
    }
}
