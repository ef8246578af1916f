//! One channel.

use axum::Json;
use axum::extract::{Path, Query};

use crate::dto::channel::ChannelDetail;
use crate::dto::period::PeriodQuery;
use crate::dto::problem::{ProblemCode, ProblemDetails};
use crate::dto::value::ChannelId;
use crate::problem::Problem;

/// One channel down to its campaigns
#[utoipa::path(
    get, path = "/channels/{channel}", tag = "figures", operation_id = "getChannel",
    params(("channel" = ChannelId, Path, description = "The channel"), PeriodQuery),
    responses(
        (status = 200, description = "The channel", body = ChannelDetail),
        (status = 404, description = "No such channel, or no data source of it that you may see", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    Path(_channel): Path<ChannelId>,
    Query(_query): Query<PeriodQuery>,
) -> Result<Json<ChannelDetail>, Problem> {
    Err(Problem::new(ProblemCode::DatabaseUnavailable))
}
