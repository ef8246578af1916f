//! The routes under `/api/v1`. A route cannot be added without saying what it asks of the caller.

use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;

use crate::policy::{Action, Requirement};

mod channels;
mod figures;
mod metrics;
mod overview;
mod session;
mod sources;

/// Where the API lives.
pub const PREFIX: &str = "/api/v1";

/// Every route with its requirement.
#[must_use]
pub fn api() -> OpenApiRouter {
    Routes::default()
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
        )
        .0
}

#[derive(Default)]
struct Routes(OpenApiRouter);

impl Routes {
    fn add(self, requirement: Requirement, route: UtoipaMethodRouter) -> Self {
        Self(self.0.routes(documented(requirement, route)))
    }
}

/// Writes the requirement into the operation as `x-dpo-requirement`, where the tests' matrix reads it.
fn documented(requirement: Requirement, mut route: UtoipaMethodRouter) -> UtoipaMethodRouter {
    let word = match requirement {
        Requirement::Anybody => "anybody",
        Requirement::SignedIn => "signed_in",
        Requirement::May(action) => action.into(),
    };
    for item in route.1.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
        ];
        for operation in operations.into_iter().flatten() {
            operation.extensions = Some(
                ExtensionsBuilder::new()
                    .add("x-dpo-requirement", word)
                    .build(),
            );
        }
    }
    route
}
