//! The overview.

use axum::Json;
use axum::extract::Query;

use crate::dto::overview::Overview;
use crate::dto::period::PeriodQuery;
use crate::dto::problem::ProblemCode;
use crate::problem::Problem;

/// Key figures, their course, the channels and the reconciliation
#[utoipa::path(
    get, path = "/overview", tag = "figures", operation_id = "getOverview", params(PeriodQuery),
    responses((status = 200, description = "The overview", body = Overview))
)]
pub async fn show(Query(_query): Query<PeriodQuery>) -> Result<Json<Overview>, Problem> {
    Err(Problem::new(ProblemCode::DatabaseUnavailable))
}
