//! `GET /sources`: connection health.

use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::freshness::FreshnessState;
use super::value::{ChannelId, SourceId};

/// A condition of the `DataSource`, as its Kubernetes object carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// `Ready`, `CredentialsValid`, `Synced`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// A CamelCase word that the dashboard translates, such as `AuthRevoked`.
    pub reason: String,
    /// What happened and what to do, in English.
    pub message: String,
    /// When `status` last changed.
    pub last_transition_time: Option<Timestamp>,
}

/// Where a run's errors came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RunError {
    /// The stream; null when the whole run failed.
    pub stream: Option<String>,
    /// The account; null when all accounts failed.
    pub account: Option<String>,
    /// The error class, such as `auth_revoked` or `rate_limited`.
    pub class: String,
    /// Seconds until it makes sense to try again.
    pub wait_seconds: Option<i64>,
}

/// One sync run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// The run's id.
    pub id: String,
    /// The Kubernetes Job's name.
    pub name: String,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended; null while it runs.
    pub finished_at: Option<Timestamp>,
    /// `ok`, `empty_ok` or the worst error class; null while it runs.
    pub class: Option<String>,
    /// Pages fetched.
    pub pages: i64,
    /// Rows that the platform delivered.
    pub rows_fetched: i64,
    /// Rows that were new or different and were written.
    pub rows_landed: i64,
    /// Seconds until it makes sense to try again.
    pub wait_seconds: Option<i64>,
    /// What to do, in English; null when there is nothing to do.
    pub message: Option<String>,
    /// The parts that failed.
    pub errors: Vec<RunError>,
}

/// An account of a data source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SourceAccount {
    /// The account's id on the platform.
    pub id: String,
    /// Its name on the platform; null until it was read.
    pub name: Option<String>,
    /// ISO 4217; null until it was read.
    pub currency: Option<String>,
    /// IANA zone; null until it was read.
    pub time_zone: Option<String>,
}

/// One data source and how its connection does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataSource {
    /// The `DataSource`'s uid.
    pub uid: String,
    /// The `DataSource`'s name.
    pub name: String,
    /// The connector.
    pub source: SourceId,
    /// The channel that it feeds.
    pub channel: ChannelId,
    /// The brand that scopes Staff; null when it has none.
    pub brand: Option<String>,
    /// Its accounts.
    pub accounts: Vec<SourceAccount>,
    /// In one word.
    pub state: FreshnessState,
    /// The `Ready` condition; null until the operator looked at it.
    pub ready: Option<Condition>,
    /// All conditions.
    pub conditions: Vec<Condition>,
    /// Cron expression of the sync.
    #[schema(example = "7-59/15 * * * *")]
    pub schedule: String,
    /// IANA zone of the schedule.
    pub schedule_time_zone: String,
    /// The newest run, running or finished; null before the first.
    pub last_run: Option<Run>,
    /// When the last successful run ended.
    pub last_success_at: Option<Timestamp>,
    /// When figures were last read from the platform (oldest account).
    pub fetched_at: Option<Timestamp>,
    /// When the schedule fires next; null when suspended or removed.
    pub next_sync_at: Option<Timestamp>,
    /// Rows written in the last 24 hours.
    pub rows_landed_last_day: i64,
    /// The newest runs first, at most 10.
    pub runs: Vec<Run>,
}

/// The organization's data sources, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DataSources {
    /// The data sources that the user may see.
    pub data_sources: Vec<DataSource>,
    /// The server's clock, so that "12 minutes ago" needs no trust in the browser's.
    pub now: Timestamp,
}
