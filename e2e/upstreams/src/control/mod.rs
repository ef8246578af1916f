//! `/_control`: the test's hand on clock, past, failures, credentials and limits.

mod commands;
mod effects;
pub mod faults;
pub mod log;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::web::{Answer, Request};
use crate::world::World;
pub use effects::Effect;

/// Anything under `/_control`.
pub fn answer(world: &World, request: &Request) -> Answer {
    let segments = request.segments();
    let result = match (request.method.as_str(), &segments[1..]) {
        ("GET", ["clock"]) => Ok(commands::clock(world)),
        ("POST", ["clock"]) => body(request).and_then(|body| commands::set_clock(world, &body)),
        ("POST", ["restate"]) => body(request).and_then(|body| commands::restate(world, &body)),
        ("POST", ["fault"]) => {
            body(request).and_then(|spec| world.faults().plan(spec).map(|id| json!({ "id": id })))
        }
        ("GET", ["faults"]) => Ok(commands::list_faults(world)),
        ("DELETE", ["faults"]) => {
            world.faults().clear();
            Ok(json!({}))
        }
        ("DELETE", ["fault", id]) => {
            Ok(json!({ "dropped": world.faults().drop_plan(id.parse().unwrap_or(0)) }))
        }
        ("POST", ["credentials"]) => {
            body(request).and_then(|body| commands::credentials(world, &body))
        }
        ("POST", ["limits"]) => body(request).and_then(|body| commands::limits(world, body)),
        ("GET", ["requests"]) => Ok(commands::requests(world, request)),
        ("GET", ["businesses"]) => Ok(commands::businesses(world)),
        ("POST", ["reset"]) => {
            world.reset();
            Ok(json!({}))
        }
        _ => {
            return Answer::json(
                404,
                &json!({ "error": "There is no such command; see e2e/upstreams/README.md." }),
            );
        }
    };
    match result {
        Ok(body) => Answer::json(200, &body),
        Err(sentence) => Answer::json(400, &json!({ "error": sentence })),
    }
}

fn body<T: DeserializeOwned>(request: &Request) -> Result<T, String> {
    request
        .json()
        .map_err(|error| format!("The body is not what the command takes: {error}."))
}

/// An object with the fields of `changes` put over those of `base`.
fn overlay(base: Value, changes: Value) -> Value {
    match (base, changes) {
        (Value::Object(mut base), Value::Object(changes)) => {
            base.extend(changes);
            Value::Object(base)
        }
        (_, changes) => changes,
    }
}
