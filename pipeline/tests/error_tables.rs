//! Every error body that the platforms document, as it comes over the wire: its class, how far it reaches, how long to
//! wait, and what the sentence tells the tenant or the operator to do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::too_many_lines,
    reason = "tests, and tables"
)]

use dpo_pipeline::auth::credentials::Credentials;
use dpo_pipeline::auth::grant::read_token;
use dpo_pipeline::connectors::google_ads::GoogleAds;
use dpo_pipeline::connectors::google_analytics::GoogleAnalytics;
use dpo_pipeline::connectors::shopify::Shopify;
use dpo_pipeline::frame::connector::Connector;
use dpo_pipeline::frame::error_table::classify;
use dpo_pipeline::frame::exchange::Answer;
use dpo_pipeline::frame::failure::Failure;
use dpo_warehouse::model::RunClass;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

/// What a failed answer must mean: class, scope, seconds to wait, and a part of the sentence.
type Meaning = (&'static str, &'static str, Option<u64>, &'static str);

/// An hour and a half before midnight in California.
const DATE: &str = "Tue, 01 Sep 2026 05:30:00 GMT";
const UNTIL_MIDNIGHT: Option<u64> = Some(5400);

fn answer(status: u16, body: &str, headers: &[(&'static str, &'static str)]) -> Answer {
    let mut all = HeaderMap::from_iter([(
        HeaderName::from_static("date"),
        HeaderValue::from_static(DATE),
    )]);
    for (name, value) in headers {
        all.insert(*name, HeaderValue::from_static(value));
    }
    Answer {
        status,
        headers: all,
        body: body.to_owned().into(),
        received_at: "2026-09-01T05:31:00Z".parse().unwrap(),
    }
}

fn classified(connector: &dyn Connector, answer: &Answer) -> Failure {
    let signal = connector.signal(answer).expect("an answer of failure");
    classify(
        connector.declaration().errors,
        &signal,
        answer.server_time(),
    )
}

fn check(what: &str, failure: &Failure, meaning: Meaning) {
    let (class, scope, wait, words) = meaning;
    let seen = (
        failure.class.as_ref(),
        failure.scope.as_ref(),
        failure.wait.map(|wait| wait.as_secs()),
    );
    assert_eq!(seen, (class, scope, wait), "{what}: {}", failure.sentence());
    assert!(
        failure.sentence().contains(words),
        "{what}: {}",
        failure.sentence()
    );
}

fn ads() -> GoogleAds {
    GoogleAds::new(&["1234567890".to_owned()], None, &Credentials::default())
}

fn failure_of(status: u16, name: &str, errors: &Value) -> Value {
    json!({"error": {"code": status, "message": "The request failed.", "status": name, "details": [{
        "@type": "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure",
        "errors": errors, "requestId": "Zx-1"}]}})
}

fn quota(code: &str, scope: &str, delay: &str) -> Value {
    json!([{"errorCode": {"quotaError": code}, "message": "Too many requests. Retry later.",
        "trigger": {"stringValue": "x"}, "location": {"fieldPathElements": [{"fieldName": "query"}]},
        "details": {"quotaErrorDetails": {"rateScope": scope, "rateName": "Number of operations", "retryDelay": delay}}}])
}

const NO_ROLE: Meaning = ("permission_denied", "account", None, "loginCustomerId");
const OPERATOR: Meaning = ("permission_denied", "app", None, "platform team");
const RECONNECT: Meaning = (
    "auth_revoked",
    "credential",
    None,
    "Connect Google Ads again",
);
const PARKED: Meaning = ("account_disabled", "account", None, "not enabled");
const LATER: Meaning = ("transient", "stream", None, "Nothing to do");
const TOKEN: Meaning = ("auth_expired", "credential", None, "access token");
const SUNSET: Meaning = ("api_version_sunset", "app", None, "newer release");

#[test]
fn google_ads_by_family_and_code() {
    let table: &[(u16, &str, &str, Meaning)] = &[
        (401, "authenticationError", "OAUTH_TOKEN_EXPIRED", TOKEN),
        (401, "authenticationError", "OAUTH_TOKEN_REVOKED", RECONNECT),
        (
            401,
            "authenticationError",
            "OAUTH_TOKEN_DISABLED",
            RECONNECT,
        ),
        (401, "authenticationError", "OAUTH_TOKEN_INVALID", RECONNECT),
        (
            401,
            "authenticationError",
            "GOOGLE_ACCOUNT_DELETED",
            RECONNECT,
        ),
        (401, "authenticationError", "NOT_ADS_USER", RECONNECT),
        (
            401,
            "authenticationError",
            "TWO_STEP_VERIFICATION_NOT_ENROLLED",
            RECONNECT,
        ),
        (401, "authenticationError", "CUSTOMER_NOT_FOUND", PARKED),
        (403, "authorizationError", "CUSTOMER_NOT_ENABLED", PARKED),
        (
            403,
            "authorizationError",
            "ACTION_NOT_PERMITTED_FOR_SUSPENDED_ACCOUNT",
            PARKED,
        ),
        (403, "authorizationError", "USER_PERMISSION_DENIED", NO_ROLE),
        (
            403,
            "authorizationError",
            "INVALID_LOGIN_CUSTOMER_ID_SERVING_CUSTOMER_ID_COMBINATION",
            NO_ROLE,
        ),
        (
            403,
            "authorizationError",
            "METRIC_ACCESS_DENIED",
            ("permission_denied", "stream", None, "read-only access"),
        ),
        (
            403,
            "authorizationError",
            "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION",
            OPERATOR,
        ),
        (403, "authorizationError", "PROJECT_DISABLED", OPERATOR),
        (
            403,
            "authorizationError",
            "CLOUD_PROJECT_NOT_UNDER_ORGANIZATION",
            OPERATOR,
        ),
        (403, "quotaError", "ACCESS_PROHIBITED", OPERATOR),
        (
            403,
            "authorizationError",
            "DEVELOPER_TOKEN_NOT_APPROVED",
            OPERATOR,
        ),
        (
            400,
            "requestError",
            "DEVELOPER_TOKEN_PARAMETER_MISSING",
            OPERATOR,
        ),
        (400, "requestError", "UNSUPPORTED_VERSION", SUNSET),
        (
            400,
            "requestError",
            "EXPIRED_PAGE_TOKEN",
            ("transient", "stream", None, "from the start"),
        ),
        (
            400,
            "requestError",
            "INVALID_PAGE_TOKEN",
            ("transient", "stream", None, "from the start"),
        ),
        (
            400,
            "requestError",
            "PAGE_SIZE_NOT_SUPPORTED",
            ("permanent_bug", "stream", None, "platform team"),
        ),
        (
            400,
            "queryError",
            "UNRECOGNIZED_FIELD",
            ("permanent_bug", "stream", None, "platform team"),
        ),
        (
            400,
            "queryError",
            "REQUESTED_METRICS_FOR_MANAGER",
            ("permanent_bug", "account", None, "client accounts"),
        ),
        (500, "internalError", "INTERNAL_ERROR", LATER),
        (500, "internalError", "TRANSIENT_ERROR", LATER),
        (504, "internalError", "DEADLINE_EXCEEDED", LATER),
        (500, "internalError", "SOMETHING_NEW", LATER),
        (
            429,
            "quotaError",
            "SOMETHING_NEW",
            ("rate_limited", "app", None, "when the wait is over"),
        ),
    ];
    for (status, family, code, meaning) in table {
        let body = failure_of(
            *status,
            "",
            &json!([{"errorCode": {(*family): code}, "message": "told"}]),
        );
        check(
            code,
            &classified(&ads(), &answer(*status, &body.to_string(), &[])),
            *meaning,
        );
        let streamed = json!([body]).to_string();
        check(
            code,
            &classified(&ads(), &answer(*status, &streamed, &[])),
            *meaning,
        );
    }
}

#[test]
fn google_ads_quotas_name_scope_and_wait() {
    let table = [
        ("RESOURCE_EXHAUSTED", "DEVELOPER", "8962s", "app", 8962),
        (
            "RESOURCE_TEMPORARILY_EXHAUSTED",
            "ACCOUNT",
            "37s",
            "account",
            37,
        ),
        (
            "RESOURCE_TEMPORARILY_EXHAUSTED",
            "DEVELOPER",
            "1.5s",
            "app",
            2,
        ),
        (
            "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION",
            "ACCOUNT",
            "60s",
            "account",
            60,
        ),
    ];
    for (code, named, delay, scope, wait) in table {
        let body = json!([failure_of(
            429,
            "RESOURCE_EXHAUSTED",
            &quota(code, named, delay)
        )]);
        let failure = classified(&ads(), &answer(429, &body.to_string(), &[]));
        check(
            code,
            &failure,
            ("rate_limited", scope, Some(wait), "Nothing to do"),
        );
    }
}

#[test]
fn google_ads_without_a_code_of_its_own() {
    let plain = |status: u16, name: &str| failure_of(status, name, &json!([])).to_string();
    let retry_info =
        json!({"error": {"code": 429, "message": "Quota", "status": "RESOURCE_EXHAUSTED",
        "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "12s"}]}})
        .to_string();
    let html = "<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>";
    let table: [(u16, &str, Meaning); 9] = [
        (401, &plain(401, "UNAUTHENTICATED"), TOKEN),
        (403, &plain(403, "PERMISSION_DENIED"), NO_ROLE),
        (
            400,
            &plain(400, "INVALID_ARGUMENT"),
            ("permanent_bug", "stream", None, "run's name"),
        ),
        (500, &plain(500, "INTERNAL"), LATER),
        (503, &plain(503, "UNAVAILABLE"), LATER),
        (502, "<html>502 Bad Gateway</html>", LATER),
        (200, "<html>Sign in</html>", LATER),
        (404, html, SUNSET),
        (
            429,
            &retry_info,
            ("rate_limited", "app", Some(12), "when the wait is over"),
        ),
    ];
    for (status, body, meaning) in table {
        check(
            body,
            &classified(&ads(), &answer(status, body, &[])),
            meaning,
        );
    }
}

fn google(status: u16, name: &str, message: &str, details: &Value) -> String {
    json!({"error": {"code": status, "message": message, "status": name, "details": details}})
        .to_string()
}

#[test]
fn google_analytics() {
    let ga4 = GoogleAnalytics::new(&["123456789".to_owned()]);
    let exhausted = |message: &str| google(429, "RESOURCE_EXHAUSTED", message, &json!([]));
    let disabled = json!([{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED",
        "domain": "googleapis.com", "metadata": {"service": "analyticsdata.googleapis.com"}},
        {"@type": "type.googleapis.com/google.rpc.Help", "links": [{"url": "https://console.developers.google.com"}], "reason": {"odd": 1}}]);
    let limited = |wait: u64| {
        (
            "rate_limited",
            "account",
            Some(wait),
            "when the wait is over",
        )
    };
    let table: [(u16, String, Meaning); 17] = [
        (
            429,
            exhausted(
                "Exhausted concurrent requests quota. Please send fewer requests concurrently.",
            ),
            limited(30),
        ),
        (
            429,
            exhausted(
                "Exhausted property tokens for a project per hour. These quota tokens will return in under an hour.",
            ),
            limited(1800),
        ),
        (
            429,
            exhausted(
                "Exhausted potentially thresholded requests quota. This quota will refresh in under an hour.",
            ),
            limited(1800),
        ),
        (
            429,
            exhausted("Exhausted property tokens per hour."),
            limited(1800),
        ),
        (
            429,
            exhausted(
                "Exhausted property tokens per day. These quota tokens will return in under 24 hours.",
            ),
            ("daily_quota", "account", UNTIL_MIDNIGHT, "Pacific time"),
        ),
        (
            429,
            exhausted(
                "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute per user'.",
            ),
            ("rate_limited", "app", Some(60), "when the wait is over"),
        ),
        (
            403,
            google(
                403,
                "PERMISSION_DENIED",
                "User does not have sufficient permissions for this property.",
                &json!([]),
            ),
            ("permission_denied", "stream", None, "role Viewer"),
        ),
        (
            403,
            google(403, "PERMISSION_DENIED", "The API is disabled.", &disabled),
            ("permission_denied", "stream", None, "Cloud project"),
        ),
        (
            401,
            google(
                401,
                "UNAUTHENTICATED",
                "Request had invalid authentication credentials.",
                &json!([]),
            ),
            ("auth_expired", "credential", None, "access token"),
        ),
        (
            400,
            google(
                400,
                "INVALID_ARGUMENT",
                "Please remove totalUsers to make the request compatible.",
                &json!([]),
            ),
            ("permanent_bug", "stream", None, "compatible"),
        ),
        (
            404,
            google(
                404,
                "NOT_FOUND",
                "Requested entity was not found.",
                &json!([]),
            ),
            ("account_disabled", "account", None, "propertyIds"),
        ),
        (
            500,
            google(500, "INTERNAL", "Internal error encountered.", &json!([])),
            LATER,
        ),
        (
            503,
            google(
                503,
                "UNAVAILABLE",
                "The service is currently unavailable.",
                &json!([]),
            ),
            LATER,
        ),
        (502, "<html>502</html>".to_owned(), LATER),
        (
            404,
            "<!DOCTYPE html><title>Error 404</title>".to_owned(),
            SUNSET,
        ),
        (
            200,
            google(
                500,
                "INTERNAL",
                "An error in the place of a report.",
                &json!([]),
            ),
            LATER,
        ),
        (
            429,
            "{}".to_owned(),
            ("rate_limited", "account", None, "Nothing to do"),
        ),
    ];
    for (status, body, meaning) in table {
        check(
            &body,
            &classified(&ga4, &answer(status, &body, &[])),
            meaning,
        );
    }
    let failure = classified(&ga4, &answer(503, "", &[("retry-after", "7")]));
    check(
        "told",
        &failure,
        ("transient", "stream", Some(7), "Nothing to do"),
    );
    assert_eq!(
        failure.most_tries,
        Some(4),
        "server errors have an allowance of their own"
    );
}

fn coded(message: &str, code: &str) -> String {
    json!({"errors": [{"message": message, "locations": [{"line": 1, "column": 9}], "path": ["orders"],
        "extensions": {"code": code, "documentation": "https://shopify.dev"}}], "data": null, "extensions": null})
    .to_string()
}

fn throttled(available: &str) -> String {
    format!(
        r#"{{"errors": [{{"message": "Throttled", "extensions": {{"code": "THROTTLED"}}}}], "extensions": {{"cost": {{"requestedQueryCost": 952,
        "actualQueryCost": null, "throttleStatus": {{"maximumAvailable": 2000.0, "currentlyAvailable": {available}, "restoreRate": 100.0}}}}}}}}"#
    )
}

#[test]
fn shopify() {
    let shop = Shopify::new("saigon-coffee.myshopify.com".parse().unwrap());
    let told = |words: &str| json!({"errors": words}).to_string();
    let parked = |words| ("account_disabled", "account", None, words);
    let limited = |wait| ("rate_limited", "account", wait, "when the wait is over");
    let approval = "This app is not approved to access the Order object. See https://shopify.dev/docs/apps/launch/protected-customer-data";
    let table: [(u16, String, Meaning); 22] = [
        (200, throttled("102"), limited(Some(9))),
        (200, throttled("952.5"), limited(Some(0))),
        (200, coded("Throttled", "THROTTLED"), limited(Some(2))),
        (200, json!({"errors": [{"message": "Throttled"}]}).to_string(), limited(Some(2))),
        (200, coded("Query cost is 1052, which exceeds the single query max cost limit (1000).", "MAX_COST_EXCEEDED"), ("too_much_data", "stream", None, "smaller requests")),
        (200, json!({"errors": [{"message": "Query cost is 1052, which exceeds the single query max cost limit (1000)."}]}).to_string(), ("too_much_data", "stream", None, "smaller requests")),
        (200, coded("Internal error. Looks like something went wrong on our end.", "INTERNAL_SERVER_ERROR"), LATER),
        (200, json!({"errors": [{"message": "Internal error. Looks like something went wrong on our end."}]}).to_string(), LATER),
        (200, coded("Access denied for orders field. Required access: `read_orders` access scope.", "ACCESS_DENIED"), ("permission_denied", "stream", None, "read_orders")),
        (200, coded(approval, "ACCESS_DENIED"), ("permission_denied", "stream", None, "Partner Dashboard")),
        (200, coded("Shop is inactive", "SHOP_INACTIVE"), parked("frozen")),
        (200, coded("Field 'nope' doesn't exist on type 'Order'", "undefinedField"), ("permanent_bug", "stream", None, "doesn't exist")),
        (401, told("[API] Invalid API key or access token (unrecognized login or wrong password)"), ("auth_expired", "credential", None, "Install the app again")),
        (402, told("Unavailable Shop"), parked("frozen")),
        (403, told("[API] This action requires merchant approval for read_orders scope."), ("permission_denied", "stream", None, "read_orders")),
        (404, told("Not Found"), parked("no such shop")),
        (423, told("Locked"), parked("locked")),
        (430, told("Shopify Security Rejection"), limited(None)),
        (500, told("Internal Server Error"), LATER),
        (503, "<html>Maintenance</html>".to_owned(), LATER),
        (200, "<html>Password page</html>".to_owned(), LATER),
        (301, String::new(), ("permanent_bug", "stream", None, "refused the request")),
    ];
    for (status, body, meaning) in table {
        check(
            &body,
            &classified(&shop, &answer(status, &body, &[])),
            meaning,
        );
    }
    let body = told("Exceeded 40 calls per second");
    let slow = answer(
        429,
        &body,
        &[
            ("retry-after", "2.0"),
            ("x-shopify-shop-api-call-limit", "40/40"),
        ],
    );
    check(
        "429",
        &classified(&shop, &slow),
        ("rate_limited", "account", Some(2), "Nothing to do"),
    );
}

#[test]
fn token_endpoints() {
    let reconnect = (
        "auth_revoked",
        "credential",
        None,
        "Connect the account again",
    );
    let client = ("auth_revoked", "credential", None, "client id and secret");
    let table: [(u16, &str, Meaning); 7] = [
        (
            400,
            r#"{"error": "invalid_grant", "error_description": "Token has been expired or revoked."}"#,
            reconnect,
        ),
        (
            400,
            r#"{"error": "invalid_grant", "error_subtype": "invalid_rapt", "error_description": "reauth related error"}"#,
            reconnect,
        ),
        (
            400,
            r#"{"error": "invalid_request", "error_description": "This request requires an active refresh_token"}"#,
            reconnect,
        ),
        (
            401,
            r#"{"error": "invalid_client", "error_description": "The OAuth client was not found."}"#,
            client,
        ),
        (400, r#"{"error": "application_cannot_be_found"}"#, client),
        (
            503,
            "<html>503</html>",
            ("transient", "credential", None, "asks again"),
        ),
        (
            404,
            "<html>404</html>",
            (
                "account_disabled",
                "credential",
                None,
                "does not know this shop",
            ),
        ),
    ];
    for (status, body, meaning) in table {
        check(
            body,
            &read_token(&answer(status, body, &[])).unwrap_err(),
            meaning,
        );
    }
}

#[test]
fn every_class_of_the_taxonomy_has_its_exit() {
    use strum::IntoEnumIterator as _;
    let fine: Vec<_> = RunClass::iter().filter(|class| class.is_ok()).collect();
    assert_eq!(fine, [RunClass::EmptyOk, RunClass::Ok]);
}
