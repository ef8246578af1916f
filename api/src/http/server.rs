//! The whole HTTP service, and running it until it is told to stop.

use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::compression::CompressionLayer;

use super::{health, same_origin, security_headers, static_files};
use crate::authentication::guard::{Gate, guard};
use crate::dto::problem::ProblemCode;
use crate::problem::Problem;
use crate::routes;
use crate::state::ApiState;
use crate::telemetry;

/// The largest body that a route takes, in bytes.
const LARGEST_BODY: usize = 16 * 1024;
/// An answer takes no longer; the database's own limit is shorter.
const SLOWEST_ANSWER: Duration = Duration::from_secs(15);
/// After the word to stop, new connections still come until every proxy has heard of it.
const DRAINING: Duration = Duration::from_secs(3);
/// Requests under way may take so long after that.
const LAST_REQUESTS: Duration = Duration::from_secs(20);

/// API, dashboard and probes.
pub fn service(state: &ApiState, dashboard: Option<&Path>) -> Router {
    let (api, requirements) = routes::api();
    let gate = Gate {
        state: state.clone(),
        requirements: Arc::new(requirements),
    };
    let api = Router::from(api)
        .route_layer(from_fn_with_state(gate, guard))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn(same_origin::same_origin))
        .layer(from_fn(in_time));
    Router::new()
        .merge(api)
        .route("/api", get(not_found))
        .route("/api/{*rest}", get(not_found))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .with_state(state.clone())
        .fallback_service(static_files::dashboard(dashboard))
        .method_not_allowed_fallback(|| async { Problem::new(ProblemCode::MethodNotAllowed) })
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), telemetry::observe))
        .layer(map_response_with_state(
            state.cookies,
            security_headers::secure,
        ))
}

async fn not_found() -> Problem {
    Problem::new(ProblemCode::NotFound)
}

async fn in_time(request: Request, next: Next) -> Response {
    tokio::time::timeout(SLOWEST_ANSWER, next.run(request))
        .await
        .unwrap_or_else(|_| Problem::new(ProblemCode::TimedOut).into_response())
}

/// The metrics' own service, on their own port.
pub fn metrics_service(state: &ApiState) -> Router {
    Router::new()
        .route("/metrics", get(telemetry::metrics))
        .with_state(state.clone())
}

/// The service with each connection's peer, which logins are limited by.
#[must_use]
pub fn with_peers(service: Router) -> IntoMakeServiceWithConnectInfo<Router, SocketAddr> {
    service.into_make_service_with_connect_info()
}

/// Serves until SIGTERM or SIGINT, then lets the requests under way finish.
///
/// # Errors
/// Where a port cannot be had.
pub async fn serve(
    state: ApiState,
    dashboard: Option<&Path>,
    listen: SocketAddr,
    metrics_listen: SocketAddr,
) -> std::io::Result<()> {
    let (stop, stopped) = watch::channel(false);
    let main = TcpListener::bind(listen).await?;
    let metrics = TcpListener::bind(metrics_listen).await?;
    tracing::info!(%listen, %metrics_listen, dashboard = dashboard.is_some(), "serving");
    let serving = axum::serve(main, with_peers(service(&state, dashboard)))
        .with_graceful_shutdown(told(stopped.clone()))
        .into_future();
    let measuring = axum::serve(metrics, metrics_service(&state))
        .with_graceful_shutdown(told(stopped))
        .into_future();
    let both = async { tokio::try_join!(serving, measuring).map(drop) };
    tokio::pin!(both);
    tokio::select! {
        ended = &mut both => return ended,
        () = stop_signal() => {}
    }
    tracing::info!("stopping");
    state.drain();
    tokio::time::sleep(DRAINING).await;
    stop.send_replace(true);
    if tokio::time::timeout(LAST_REQUESTS, both).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
    state.access.close().await;
    Ok(())
}

async fn told(mut stopped: watch::Receiver<bool>) {
    drop(stopped.wait_for(|stopped| *stopped).await);
}

async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => drop(terminate.recv().await),
            Err(error) => tracing::error!(%error, "SIGTERM cannot be heard"),
        }
    };
    tokio::select! {
        () = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
