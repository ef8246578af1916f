//! How fresh figures are and which days are in the archive.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;

use super::value::{ChannelId, SourceId};

/// The state of a data source's fetching.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FreshnessState {
    /// Fetched as scheduled.
    Fresh,
    /// The next fetch is overdue.
    Late,
    /// The last run failed; the connection page says why.
    Failing,
    /// Nothing was fetched yet of an account.
    NeverFetched,
    /// Suspended by its owner: figures stand still.
    Suspended,
    /// The data source was deleted; its history stays.
    Removed,
}

/// How fresh a figure is: the oldest of the data sources that feed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Freshness {
    /// The worst state of the data sources behind the figure; null when no data source feeds it.
    pub state: Option<FreshnessState>,
    /// When its oldest part was fetched; null while a part was never fetched.
    pub fetched_at: Option<Timestamp>,
    /// When the next fetch of any of its parts is due.
    pub next_sync_at: Option<Timestamp>,
    /// The uids of the data sources that feed it.
    pub data_sources: Vec<String>,
}

/// The freshness of one data source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SourceFreshness {
    /// The `DataSource`'s uid.
    pub data_source: String,
    /// The `DataSource`'s name.
    pub name: String,
    /// The connector.
    pub source: SourceId,
    /// The channel that it feeds.
    pub channel: ChannelId,
    /// How it is going.
    pub state: FreshnessState,
    /// When its oldest account was last fetched; null while one was never fetched.
    pub fetched_at: Option<Timestamp>,
    /// When the schedule fires next; null when suspended or removed.
    pub next_sync_at: Option<Timestamp>,
}

/// Days that were asked for but lie in the archive, so that they are missing from the figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ArchivedRange {
    /// The connector.
    pub source: SourceId,
    /// The account's id on the platform.
    pub account: String,
    /// First archived day.
    pub from: Date,
    /// Last archived day.
    pub to: Date,
}
