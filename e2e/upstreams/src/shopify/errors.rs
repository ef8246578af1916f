//! Shopify's errors: GraphQL errors that come with status 200, and those of the front door.

use serde_json::{Value, json};

use crate::web::Answer;

/// Kinds of planned failures.
pub const CATALOGUE: &[&str] = &[
    "throttled",
    "max_cost_exceeded",
    "internal_server_error",
    "access_denied",
    "shop_inactive",
    "unauthorized",
    "payment_required",
    "forbidden",
    "not_found",
    "locked",
    "too_many_requests",
];

/// A GraphQL error with a code.
pub fn graphql(message: &str, code: &str) -> Value {
    json!({ "message": message, "extensions": { "code": code } })
}

/// The error of a missing scope.
pub fn access_denied(field: &str, scope: &str) -> Value {
    json!({
        "message": format!("Access denied for {field} field. Required access: `{scope}` access scope."),
        "locations": [{ "line": 1, "column": 1 }],
        "extensions": {
            "code": "ACCESS_DENIED",
            "documentation": "https://shopify.dev/api/usage/access-scopes",
            "requiredAccess": format!("`{scope}` access scope."),
        },
        "path": [field],
    })
}

/// 401: the app was uninstalled, or the token is wrong or expired.
pub fn unauthorized() -> Answer {
    Answer::json(
        401,
        &json!({ "errors": "[API] Invalid API key or access token (unrecognized login or wrong password)" }),
    )
}

/// 404: no such shop or path.
pub fn not_found() -> Answer {
    Answer::json(404, &json!({ "errors": "Not Found" }))
}

/// A planned failure.
pub fn planned(kind: &str, seconds: Option<u64>) -> Answer {
    let graphql_answer = |error: Value| Answer::json(200, &json!({ "errors": [error] }));
    let throttle =
        json!({ "maximumAvailable": 2000.0, "currentlyAvailable": 0, "restoreRate": 100.0 });
    match kind {
        "throttled" => Answer::json(
            200,
            &json!({
                "errors": [graphql("Throttled", "THROTTLED")],
                "extensions": { "cost": { "requestedQueryCost": 112, "actualQueryCost": null, "throttleStatus": throttle } },
            }),
        ),
        "max_cost_exceeded" => graphql_answer(max_cost_exceeded(1872, 1000)),
        "internal_server_error" => graphql_answer(graphql(
            "Internal error. Looks like something went wrong on our end.\nRequest ID: 00000000-0000-4000-8000-000000000000 (include this in support requests).",
            "INTERNAL_SERVER_ERROR",
        )),
        "access_denied" => Answer::json(
            200,
            &json!({ "data": null, "errors": [access_denied("orders", "read_orders")] }),
        ),
        "shop_inactive" => graphql_answer(graphql("Shop is inactive.", "SHOP_INACTIVE")),
        "unauthorized" => unauthorized(),
        "payment_required" => Answer::json(402, &json!({ "errors": "Unavailable Shop" })),
        "forbidden" => Answer::json(
            403,
            &json!({ "errors": "[API] This action requires merchant approval for read_orders scope." }),
        ),
        "locked" => Answer::json(423, &json!({ "errors": "Locked" })),
        "too_many_requests" => {
            let wait = seconds.map_or("2.0".to_owned(), |seconds| format!("{seconds}.0"));
            Answer::json(429, &json!({ "errors": "Exceeded 40 calls per second for api client. Reduce request rates to resume uninterrupted service." }))
                .with("retry-after", &wait)
                .with("x-shopify-shop-api-call-limit", "40/40")
        }
        _ => not_found(),
    }
}

/// The error of a query that costs more than any query may.
pub fn max_cost_exceeded(cost: i64, ceiling: i64) -> Value {
    json!({
        "message": format!("Query cost is {cost}, which exceeds the single query max cost limit ({ceiling})."),
        "extensions": {
            "code": "MAX_COST_EXCEEDED",
            "cost": cost,
            "maxCost": ceiling,
            "documentation": "https://shopify.dev/api/usage/rate-limits",
        },
    })
}

/// The token endpoint's refusals.
pub fn token_refusal(error: &str) -> Answer {
    let (status, description) = match error {
        "invalid_client" => (401, "Client authentication failed."),
        "invalid_grant" => (
            400,
            "The refresh token is invalid, expired, revoked or was issued to another client.",
        ),
        "unsupported_grant_type" => (400, "The grant type is not supported."),
        _ => (400, "The request is missing a required parameter."),
    };
    Answer::json(
        status,
        &json!({ "error": error, "error_description": description }),
    )
}
