//! The overview.

use axum::Json;
use axum::extract::State;

use super::material::material;
use crate::answers::overview::overview;
use crate::answers::periods;
use crate::authentication::guard::Member;
use crate::dto::overview::Overview;
use crate::dto::period::PeriodQuery;
use crate::http::extract::ApiQuery;
use crate::problem::Problem;
use crate::state::ApiState;

/// Key figures, their course, the channels and the reconciliation
#[utoipa::path(
    get, path = "/overview", tag = "figures", operation_id = "getOverview", params(PeriodQuery),
    responses((status = 200, description = "The overview", body = Overview))
)]
pub async fn show(
    State(state): State<ApiState>,
    member: Member,
    ApiQuery(query): ApiQuery<PeriodQuery>,
) -> Result<Json<Overview>, Problem> {
    let asked = periods::asked(&query)?;
    let mut reader = state.access.tenant(&member.membership.tenant).await?;
    let material = material(&mut reader, &member, asked, |_| true).await?;
    Ok(Json(overview(&material)))
}
