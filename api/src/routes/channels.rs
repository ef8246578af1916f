//! One channel.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use dpo_warehouse::access::AccessError;
use dpo_warehouse::model::{Channel, Level};
use dpo_warehouse::serve::{AccountKey, DateRange, TenantReader};

use super::material::material;
use crate::answers::breakdown::{Beginnings, BelowAccounts};
use crate::answers::channel::{breakdown_level, channel};
use crate::answers::overview::Material;
use crate::answers::periods::{self, first_days};
use crate::authentication::guard::Member;
use crate::dto::channel::ChannelDetail;
use crate::dto::period::PeriodQuery;
use crate::dto::problem::ProblemDetails;
use crate::dto::value::ChannelId;
use crate::http::extract::{ApiPath, ApiQuery};
use crate::problem::Problem;
use crate::state::ApiState;

/// One channel down to its campaigns
///
/// A channel without a data source that you may see has empty lists.
#[utoipa::path(
    get, path = "/channels/{channel}", tag = "figures", operation_id = "getChannel",
    params(("channel" = ChannelId, Path, description = "The channel"), PeriodQuery),
    responses(
        (status = 200, description = "The channel", body = ChannelDetail),
        (status = 404, description = "No such channel", body = ProblemDetails, content_type = "application/problem+json"),
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
    let whole = |range: DateRange| -> Vec<(AccountKey, DateRange)> {
        let periods = accounts.iter().map(|account| (account.clone(), range));
        periods.collect()
    };
    let comparison = match &material.comparison {
        Some(rows) => reader.entity_totals(&whole(rows.range), level).await?,
        None => Vec::new(),
    };
    Ok(BelowAccounts {
        level,
        known: reader.known_entities(&accounts, level).await?,
        current: reader
            .entity_totals(&whole(material.current.range), level)
            .await?,
        comparison,
        beginnings: beginnings(reader, material, level).await?,
    })
}

/// Reads the days that may be compared, of the accounts with others.
async fn beginnings(
    reader: &mut TenantReader,
    material: &Material,
    level: Level,
) -> Result<Beginnings, AccessError> {
    let days: BTreeMap<AccountKey, usize> = material.beginnings().into_iter().collect();
    let Some(comparison) = material.comparison.as_ref().filter(|_| !days.is_empty()) else {
        return Ok(Beginnings::default());
    };
    let first = |range: DateRange| -> Vec<(AccountKey, DateRange)> {
        let periods = days.iter();
        periods
            .map(|(account, days)| (account.clone(), first_days(range, *days)))
            .collect()
    };
    Ok(Beginnings {
        current: reader
            .entity_totals(&first(material.current.range), level)
            .await?,
        comparison: reader
            .entity_totals(&first(comparison.range), level)
            .await?,
        days,
    })
}
