//! Connection health.

use axum::Json;

use crate::dto::problem::ProblemCode;
use crate::dto::source::DataSources;
use crate::problem::Problem;

/// The data sources and how their connections do
#[utoipa::path(
    get, path = "/sources", tag = "connections", operation_id = "getSources",
    responses((status = 200, description = "The data sources", body = DataSources))
)]
pub async fn list() -> Result<Json<DataSources>, Problem> {
    Err(Problem::new(ProblemCode::DatabaseUnavailable))
}
