//! Exact cells.

use axum::Json;
use axum::extract::State;
use dpo_warehouse::serve::CellRequest;
use jiff::Timestamp;

use super::material::estate;
use crate::answers::cells::{asked, figures};
use crate::authentication::guard::Member;
use crate::dto::figures::{Figures, FiguresQuery};
use crate::dto::problem::{ProblemCode, ProblemDetails};
use crate::http::extract::ApiQuery;
use crate::problem::Problem;
use crate::state::ApiState;

/// Exact stored cells of one account and level
#[utoipa::path(
    get, path = "/figures", tag = "figures", operation_id = "getFigures", params(FiguresQuery),
    responses(
        (status = 200, description = "The cells", body = Figures),
        (status = 404, description = "No data source of yours has this account", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<ApiState>,
    member: Member,
    ApiQuery(query): ApiQuery<FiguresQuery>,
) -> Result<Json<Figures>, Problem> {
    let asked = asked(&query)?;
    let mut reader = state.access.tenant(&member.membership.tenant).await?;
    let estate = estate(&mut reader, &member, Timestamp::now()).await?;
    if !estate.accounts().contains(&asked.account) {
        return Err(Problem::new(ProblemCode::NotFound)
            .with_detail("No data source of yours has this account; `GET /sources` lists yours."));
    }
    let page = reader
        .cells(&CellRequest {
            account: asked.account.clone(),
            level: asked.level,
            grain: query.grain.into(),
            range: asked.range,
            limit: asked.limit,
            after: asked.after.clone(),
        })
        .await?;
    let archived = reader
        .archived_days(std::slice::from_ref(&asked.account), asked.range)
        .await?;
    Ok(Json(figures(&query, &asked, page, &archived, &estate)))
}
