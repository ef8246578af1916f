//! One channel.

use axum::Json;
use axum::extract::State;
use dpo_warehouse::access::AccessError;
use dpo_warehouse::model::{Channel, Level};
use dpo_warehouse::serve::TenantReader;

use super::material::material;
use crate::answers::breakdown::BelowAccounts;
use crate::answers::channel::{breakdown_level, channel};
use crate::answers::overview::Material;
use crate::answers::periods;
use crate::authentication::guard::Member;
use crate::dto::channel::ChannelDetail;
use crate::dto::period::PeriodQuery;
use crate::dto::problem::{ProblemCode, ProblemDetails};
use crate::dto::value::ChannelId;
use crate::http::extract::{ApiPath, ApiQuery};
use crate::problem::Problem;
use crate::state::ApiState;

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
    State(state): State<ApiState>,
    member: Member,
    ApiPath(id): ApiPath<ChannelId>,
    ApiQuery(query): ApiQuery<PeriodQuery>,
) -> Result<Json<ChannelDetail>, Problem> {
    let asked = periods::asked(&query)?;
    let wanted = Channel::from(id);
    let mut reader = state.access.tenant(&member.membership.tenant).await?;
    let material = material(&mut reader, &member, asked, |source| {
        source.channel() == wanted
    })
    .await?;
    if material.estate.sources.is_empty() {
        return Err(Problem::new(ProblemCode::NotFound)
            .with_detail("No data source of this channel that you may see."));
    }
    let below = match breakdown_level(wanted) {
        Some(level) => Some(below(&mut reader, &material, level).await?),
        None => None,
    };
    Ok(Json(channel(wanted, &material, below.as_ref())))
}

async fn below(
    reader: &mut TenantReader,
    material: &Material,
    level: Level,
) -> Result<BelowAccounts, AccessError> {
    let accounts = material.estate.accounts();
    let comparison = match &material.comparison {
        Some(rows) => reader.entity_totals(&accounts, level, rows.range).await?,
        None => Vec::new(),
    };
    Ok(BelowAccounts {
        level,
        known: reader.known_entities(&accounts, level).await?,
        current: reader
            .entity_totals(&accounts, level, material.current.range)
            .await?,
        comparison,
    })
}
