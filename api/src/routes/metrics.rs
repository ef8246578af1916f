//! The metric dictionary.

use axum::Json;

use crate::dto::dictionary::Dictionary;
use crate::dto::problem::ProblemCode;
use crate::problem::Problem;

/// What every figure means
#[utoipa::path(
    get, path = "/metrics", tag = "figures", operation_id = "getDictionary",
    responses((status = 200, description = "The dictionary", body = Dictionary))
)]
pub async fn show() -> Result<Json<Dictionary>, Problem> {
    Err(Problem::new(ProblemCode::DatabaseUnavailable))
}
