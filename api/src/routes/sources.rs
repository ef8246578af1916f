//! Connection health.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;

use super::material::estate;
use crate::answers::sources::data_sources;
use crate::authentication::guard::Member;
use crate::dto::source::DataSources;
use crate::problem::Problem;
use crate::state::ApiState;

/// Runs shown of each data source.
const RUNS: i64 = 10;

/// The data sources and how their connections do
#[utoipa::path(
    get, path = "/sources", tag = "connections", operation_id = "getSources",
    responses((status = 200, description = "The data sources", body = DataSources))
)]
pub async fn list(
    State(state): State<ApiState>,
    member: Member,
) -> Result<Json<DataSources>, Problem> {
    let now = Timestamp::now();
    let mut reader = state.access.tenant(&member.membership.tenant).await?;
    let estate = estate(&mut reader, &member, now).await?;
    let uids: Vec<&str> = estate
        .sources
        .iter()
        .map(|source| source.connection.uid.as_str())
        .collect();
    let runs = reader.newest_runs(&uids, RUNS).await?;
    let successes = reader.successes(&uids).await?;
    Ok(Json(data_sources(&estate, &runs, &successes, now)))
}
