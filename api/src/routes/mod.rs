//! The routes under `/api/v1`. A route cannot be added without saying what it asks of the caller, and the guard lets
//! nothing through that is not in the table made here.

use axum::Json;
use axum::extract::State;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;

use crate::authentication::guard::Requirements;
use crate::policy::{Action, Requirement};
use crate::state::ApiState;

mod channels;
mod figures;
mod material;
mod metrics;
mod overview;
mod session;
mod sources;

/// Where the API lives.
pub const PREFIX: &str = "/api/v1";

/// Every route, and what it asks of the caller.
#[must_use]
pub fn api() -> (OpenApiRouter<ApiState>, Requirements) {
    let routes = Routes::default()
        .add(Requirement::Anybody, routes!(description))
        .add(Requirement::Anybody, routes!(session::log_in))
        .add(
            Requirement::SignedIn,
            routes!(session::show, session::log_out),
        )
        .add(Requirement::SignedIn, routes!(session::choose_organization))
        .add(
            Requirement::May(Action::ReadDictionary),
            routes!(metrics::show),
        )
        .add(
            Requirement::May(Action::ViewOverview),
            routes!(overview::show),
        )
        .add(
            Requirement::May(Action::ViewChannel),
            routes!(channels::show),
        )
        .add(
            Requirement::May(Action::ViewDataSources),
            routes!(sources::list),
        )
        .add(
            Requirement::May(Action::ReadExactFigures),
            routes!(figures::list),
        );
    (
        OpenApiRouter::default().nest(PREFIX, routes.router),
        routes.requirements,
    )
}

/// This document
#[utoipa::path(
    get, path = "/openapi.json", tag = "session", operation_id = "getDescription",
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value))
)]
async fn description(State(_state): State<ApiState>) -> Json<utoipa::openapi::OpenApi> {
    Json(crate::openapi::document())
}

#[derive(Default)]
struct Routes {
    router: OpenApiRouter<ApiState>,
    requirements: Requirements,
}

impl Routes {
    /// Adds a route. Its requirement goes into the guard's table and, for the tests' matrix, into the document.
    fn add(mut self, requirement: Requirement, mut route: UtoipaMethodRouter<ApiState>) -> Self {
        for (path, item) in &mut route.1.paths {
            for (method, operation) in operations(item) {
                self.requirements
                    .insert((format!("{PREFIX}{path}"), method.to_owned()), requirement);
                operation.extensions = Some(
                    ExtensionsBuilder::new()
                        .add("x-dpo-requirement", word(requirement))
                        .build(),
                );
            }
        }
        Self {
            router: self.router.routes(route),
            ..self
        }
    }
}

/// The operations of a path with their methods.
pub fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    let all = [
        ("GET", &mut item.get),
        ("PUT", &mut item.put),
        ("POST", &mut item.post),
        ("DELETE", &mut item.delete),
        ("PATCH", &mut item.patch),
    ];
    all.into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn word(requirement: Requirement) -> &'static str {
    match requirement {
        Requirement::Anybody => "anybody",
        Requirement::SignedIn => "signed_in",
        Requirement::May(action) => action.into(),
    }
}
