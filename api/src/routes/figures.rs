//! Exact cells.

use axum::Json;
use axum::extract::Query;

use crate::dto::figures::{Figures, FiguresQuery};
use crate::dto::problem::{ProblemCode, ProblemDetails};
use crate::problem::Problem;

/// Exact stored cells of one account and level
#[utoipa::path(
    get, path = "/figures", tag = "figures", operation_id = "getFigures", params(FiguresQuery),
    responses(
        (status = 200, description = "The cells", body = Figures),
        (status = 404, description = "No data source of yours has this account", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub async fn list(Query(_query): Query<FiguresQuery>) -> Result<Json<Figures>, Problem> {
    Err(Problem::new(ProblemCode::DatabaseUnavailable))
}
