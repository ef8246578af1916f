//! Shopify: the token endpoint and the GraphQL Admin API.

pub mod bucket;
mod cost;
pub mod errors;
mod graphql;
pub mod oauth;
mod objects;
mod operation;
mod run;
mod schema;
mod search;
mod select;

use std::time::Instant;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::config::{Limits, Shop};
use crate::web::{Answer, Request};
use crate::world::{ShopLogin, World};
use graphql::Selected;
use run::Run;

/// Versions that are served; an older one falls forward to the oldest, `unstable` and newer ones are taken as asked.
const SERVED: [&str; 4] = ["2026-01", "2026-04", "2026-07", "2026-10"];

/// The shop that a request is for: by host, otherwise by token or client.
pub fn shop_of(world: &World, request: &Request) -> Option<String> {
    let domain = |login: ShopLogin<'_>| shop(&login).map(|shop| shop.domain.clone());
    if let Some(host) = request.platform_host() {
        return world
            .shop_logins()
            .filter_map(domain)
            .find(|domain| domain == host);
    }
    if let Some(token) = request.header("x-shopify-access-token") {
        return world.shop_access(token).ok().and_then(domain);
    }
    let fields = request.fields();
    let client = fields
        .iter()
        .find(|(name, _)| name == "client_id")
        .map(|(_, value)| value.as_str())?;
    world
        .shop_logins()
        .find(|login| login.app.client_id == client)
        .and_then(domain)
}

fn shop<'a>(login: &ShopLogin<'a>) -> Option<&'a Shop> {
    login.business.spec.shopify.as_ref()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    query: String,
    #[serde(default)]
    variables: Option<Map<String, Value>>,
    #[serde(default)]
    operation_name: Option<String>,
}

/// Anything under `/admin/api`.
pub fn answer(world: &World, request: &Request) -> Answer {
    let segments = request.segments();
    let [_, _, version, "graphql.json"] = segments.as_slice() else {
        return errors::not_found();
    };
    let Some(served) = served_version(version) else {
        return errors::not_found();
    };
    if request.method != "POST"
        || (request.platform_host().is_some() && shop_of(world, request).is_none())
    {
        return errors::not_found();
    }
    let answer = match authenticate(world, request) {
        Some((login, shop)) => respond(world, login, shop, request),
        None => errors::unauthorized(),
    };
    answer.with("x-shopify-api-version", served)
}

fn served_version(asked: &str) -> Option<&str> {
    let dated = asked.len() == 7 && asked.as_bytes()[4] == b'-';
    match asked {
        "unstable" => Some(asked),
        _ if !dated => None,
        _ if asked < SERVED[0] => Some(SERVED[0]),
        _ => Some(asked),
    }
}

fn authenticate<'a>(world: &'a World, request: &Request) -> Option<(ShopLogin<'a>, &'a Shop)> {
    let login = world
        .shop_access(request.header("x-shopify-access-token")?)
        .ok()?;
    let shop = shop(&login)?;
    request
        .platform_host()
        .is_none_or(|host| host == shop.domain)
        .then_some((login, shop))
}

fn respond(world: &World, login: ShopLogin<'_>, shop: &Shop, request: &Request) -> Answer {
    let Ok(body) = request.json::<Body>() else {
        return Answer::json(
            400,
            &json!({ "errors": { "query": "Required parameter missing or invalid" } }),
        );
    };
    let variables = body.variables.unwrap_or_default();
    let limits = limits_of(shop, &world.limits());
    let read = graphql::read(&body.query, &variables, body.operation_name.as_deref());
    match read.and_then(|selected| check_sizes(&selected, limits.shopify_page).map(|()| selected)) {
        Ok(selected) => run(world, login, shop, &selected, &limits),
        Err(errors) => Answer::json(200, &json!({ "errors": errors })),
    }
}

/// The limits that the shop's plan widens.
fn limits_of(shop: &Shop, limits: &Limits) -> Limits {
    let factor = shop.plan.factor();
    Limits {
        shopify_bucket: limits.shopify_bucket * factor,
        shopify_restore_rate: limits.shopify_restore_rate * factor,
        ..limits.clone()
    }
}

/// Pages may not be larger than the platform allows.
fn check_sizes(selected: &[Selected], largest: i64) -> Result<(), operation::Errors> {
    for field in selected {
        let size = field
            .integer("first")
            .or(field.integer("last"))
            .unwrap_or(0);
        if size > largest || size < 0 {
            let (line, column) = field.position;
            return Err(vec![json!({
                "message": format!("Invalid page size {size} for field '{}': it must be between 0 and {largest}.", field.name),
                "locations": [{ "line": line, "column": column }],
                "extensions": { "code": "BAD_REQUEST" },
            })]);
        }
        check_sizes(&field.children, largest)?;
    }
    Ok(())
}

fn run(
    world: &World,
    login: ShopLogin<'_>,
    shop: &Shop,
    selected: &[Selected],
    limits: &Limits,
) -> Answer {
    let run = Run::new(login, shop, world.now());
    if let Some((field, scope)) = run.missing_scope(selected) {
        return Answer::json(
            200,
            &json!({ "data": null, "errors": [errors::access_denied(&field, scope)] }),
        );
    }
    let requested = cost::requested(selected);
    if requested > limits.shopify_query_cost {
        let error = errors::max_cost_exceeded(requested, limits.shopify_query_cost);
        return Answer::json(200, &json!({ "errors": [error] }));
    }
    if !world
        .buckets()
        .allows(login.login, requested, limits, Instant::now())
    {
        let status = world.buckets().status(login.login, limits, Instant::now());
        let cost = json!({ "requestedQueryCost": requested, "actualQueryCost": null, "throttleStatus": status.body() });
        let error = errors::graphql("Throttled", "THROTTLED");
        return Answer::json(
            200,
            &json!({ "errors": [error], "extensions": { "cost": cost } }),
        );
    }
    let (data, warnings) = run.data(selected);
    let actual = cost::actual(selected, &data).min(requested);
    let status = world
        .buckets()
        .take(login.login, actual, limits, Instant::now());
    let cost = json!({ "requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": status.body() });
    let mut extensions = json!({ "cost": cost });
    if let Some(warnings) = warnings {
        extensions["search"] = warnings;
    }
    Answer::json(200, &json!({ "data": data, "extensions": extensions }))
}
