//! For Kubernetes: alive, and able to serve.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::dto::problem::ProblemCode;
use crate::problem::Problem;
use crate::state::ApiState;

const PATIENCE: Duration = Duration::from_secs(2);

/// The process answers.
pub async fn alive() -> Json<Value> {
    Json(json!({"status": "alive"}))
}

/// The database answers, is of a known version, and the server is not about to stop.
///
/// # Errors
/// The reason why requests cannot be served.
pub async fn ready(State(state): State<ApiState>) -> Result<Json<Value>, Problem> {
    if state.is_draining() {
        return Err(Problem::new(ProblemCode::Busy).with_detail("This server is about to stop."));
    }
    match tokio::time::timeout(PATIENCE, state.access.check()).await {
        Ok(checked) => checked?,
        Err(_) => return Err(Problem::new(ProblemCode::DatabaseUnavailable)),
    }
    Ok(Json(json!({"status": "ready"})))
}
