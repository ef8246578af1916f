//! Metrics with bounded labels, and one log line a request without anything secret.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use dpo_warehouse::access::AccessError;
use http::{HeaderValue, Method, header};
use prometheus::{
    Encoder as _, HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry,
    TextEncoder,
};

use crate::dto::problem::ProblemCode;
use crate::problem::Problem;
use crate::state::ApiState;

/// The API's metrics.
#[derive(Debug, Clone)]
pub struct Telemetry {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    logins: IntCounterVec,
    database_errors: IntCounterVec,
    connections: IntGaugeVec,
}

impl Telemetry {
    /// Registers the metrics.
    ///
    /// # Errors
    /// Where a name is used twice, which a test rules out.
    pub fn new() -> Result<Self, prometheus::Error> {
        let counter =
            |name, help, labels: &[&str]| IntCounterVec::new(Opts::new(name, help), labels);
        let telemetry = Self {
            registry: Registry::new(),
            requests: counter(
                "dpo_api_requests_total",
                "Requests by route, method and status.",
                &["route", "method", "status"],
            )?,
            seconds: HistogramVec::new(
                HistogramOpts::new(
                    "dpo_api_request_seconds",
                    "Time to the answer by route and method.",
                ),
                &["route", "method"],
            )?,
            logins: counter(
                "dpo_api_logins_total",
                "Login attempts by outcome.",
                &["outcome"],
            )?,
            database_errors: counter(
                "dpo_api_database_errors_total",
                "Failed database work by kind.",
                &["kind"],
            )?,
            connections: IntGaugeVec::new(
                Opts::new(
                    "dpo_api_database_connections",
                    "Open database connections by state.",
                ),
                &["state"],
            )?,
        };
        telemetry
            .registry
            .register(Box::new(telemetry.requests.clone()))?;
        telemetry
            .registry
            .register(Box::new(telemetry.seconds.clone()))?;
        telemetry
            .registry
            .register(Box::new(telemetry.logins.clone()))?;
        telemetry
            .registry
            .register(Box::new(telemetry.database_errors.clone()))?;
        telemetry
            .registry
            .register(Box::new(telemetry.connections.clone()))?;
        Ok(telemetry)
    }

    /// Counts a login attempt.
    pub fn login(&self, problem: Option<&Problem>) {
        let outcome = match problem.map(Problem::code) {
            None => "ok",
            Some(ProblemCode::WrongCredentials) => "wrong_credentials",
            Some(ProblemCode::TooManyAttempts) => "too_many_attempts",
            Some(ProblemCode::InvalidBody) => "invalid",
            Some(_) => "error",
        };
        self.logins.with_label_values(&[outcome]).inc();
    }

    fn connections(&self, (open, idle): (u32, usize)) {
        self.connections
            .with_label_values(&["open"])
            .set(i64::from(open));
        self.connections
            .with_label_values(&["idle"])
            .set(i64::try_from(idle).unwrap_or(i64::MAX));
    }
}

/// Counts and logs a request.
pub async fn observe(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let method = known_method(request.method());
    let start = Instant::now();
    let response = next.run(request).await;
    let seconds = start.elapsed().as_secs_f64();
    let status = response.status();
    let telemetry = &state.telemetry;
    telemetry
        .requests
        .with_label_values(&[&route, method, status.as_str()])
        .inc();
    telemetry
        .seconds
        .with_label_values(&[&route, method])
        .observe(seconds);
    if let Some(DatabaseTrouble(kind)) = response.extensions().get() {
        telemetry.database_errors.with_label_values(&[*kind]).inc();
    }
    tracing::info!(route, method, status = status.as_u16(), seconds, "request");
    response
}

const fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        _ => "other",
    }
}

/// Marks an answer that failed on the database, with the bounded kind of its error.
#[derive(Debug, Clone, Copy)]
pub struct DatabaseTrouble(pub &'static str);

/// The bounded kind of a database error.
#[must_use]
pub const fn kind(error: &AccessError) -> &'static str {
    match error {
        AccessError::InvalidUrl => "invalid_url",
        AccessError::Unavailable(_) => "unavailable",
        AccessError::UnknownVersion { .. } => "unknown_version",
        AccessError::OrganizationNotReady(_) => "organization_not_ready",
        AccessError::TimedOut(_) => "timed_out",
        AccessError::Internal(_) => "internal",
    }
}

/// The metrics in Prometheus' text format.
pub async fn metrics(State(state): State<ApiState>) -> Response {
    state.telemetry.connections(state.access.connections());
    let mut text = Vec::new();
    if let Err(error) = TextEncoder::new().encode(&state.telemetry.registry.gather(), &mut text) {
        tracing::error!(%error, "metrics could not be written");
        return Problem::new(ProblemCode::Internal).into_response();
    }
    let mut response = text.into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; version=0.0.4"),
    );
    response
}
