//! The built dashboard: hashed files for ever, the page never from a stale cache, and its own routes answered by the page.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderValue, header};
use tower_http::services::{ServeDir, ServeFile};

use crate::dto::problem::ProblemCode;
use crate::problem::Problem;

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");

/// The dashboard in `directory`; without one every path is unknown.
pub fn dashboard(directory: Option<&Path>) -> Router {
    let Some(directory) = directory else {
        return Router::new().fallback(|| async { Problem::new(ProblemCode::NotFound) });
    };
    let assets = ServeDir::new(directory.join("assets")).append_index_html_on_directories(false);
    let others = ServeDir::new(directory).append_index_html_on_directories(true);
    let page = get(page).with_state(directory.join("index.html"));
    Router::new()
        .nest_service(
            "/assets",
            Router::new()
                .fallback_service(assets)
                .layer(from_fn(hashed)),
        )
        .fallback_service(
            Router::new()
                .fallback_service(others.fallback(page))
                .layer(from_fn(unhashed)),
        )
}

/// The page answers for its own routes; what looks like a file and is not there is unknown.
async fn page(State(index): State<PathBuf>, request: Request) -> Response {
    let last = request.uri().path().rsplit('/').next().unwrap_or_default();
    if last.contains('.') {
        return Problem::new(ProblemCode::NotFound).into_response();
    }
    match ServeFile::new(index).try_call(request).await {
        Ok(response) => response.into_response(),
        Err(error) => {
            tracing::error!(%error, "the dashboard's page cannot be read");
            Problem::new(ProblemCode::Internal).into_response()
        }
    }
}

/// Vite puts a hash into the names under `assets`, so a name never changes its content.
async fn hashed(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status().is_success() {
        cached(response, FOR_EVER)
    } else {
        unknown(response)
    }
}

async fn unhashed(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status().is_success() {
        cached(response, ASK_EACH_TIME)
    } else {
        unknown(response)
    }
}

fn cached(mut response: Response, policy: HeaderValue) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, policy);
    response
}

fn unknown(response: Response) -> Response {
    match response.status() {
        http::StatusCode::NOT_FOUND => Problem::new(ProblemCode::NotFound).into_response(),
        http::StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new(ProblemCode::MethodNotAllowed).into_response()
        }
        _ => response,
    }
}
