//! What the operator serves: `/healthz` (it lives), `/readyz` (it can do its work), `/metrics`.

mod metrics;
mod readiness;

pub use metrics::{Metrics, Outcome};
pub use readiness::Readiness;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use tokio_util::sync::CancellationToken;

/// What the routes look at.
#[derive(Clone)]
pub struct Serving {
    /// What is still pending.
    pub readiness: Arc<Readiness>,
    /// The counters.
    pub metrics: Arc<Metrics>,
}

/// Serves until `shutdown` is cancelled.
///
/// # Errors
/// The address cannot be listened on.
pub async fn serve(
    address: SocketAddr,
    serving: Serving,
    shutdown: CancellationToken,
) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    axum::serve(listener, router(serving))
        .with_graceful_shutdown(async move { shutdown.cancelled().await })
        .await
}

fn router(serving: Serving) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics_text))
        .with_state(serving)
}

async fn ready(State(serving): State<Serving>) -> impl IntoResponse {
    let pending = serving.readiness.pending();
    let status = if pending.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(serde_json::json!({ "pending": pending })))
}

async fn metrics_text(State(serving): State<Serving>) -> impl IntoResponse {
    (
        [("content-type", "text/plain; version=0.0.4")],
        serving.metrics.text(),
    )
}
