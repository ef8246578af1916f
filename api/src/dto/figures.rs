//! `GET /figures`: exact stored cells, for reconciling and for machines.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::freshness::{ArchivedRange, SourceFreshness};
use super::period::DayState;
use super::value::SourceId;

/// How long a cell lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// A local day of the account.
    Day,
    /// An hour of that day.
    Hour,
}

/// Which cells to read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FiguresQuery {
    /// The connector.
    pub source: SourceId,
    /// The account's id on the platform.
    #[param(example = "1234567890", max_length = 200)]
    pub account: String,
    /// The level: `account`, `campaign`, …
    #[param(example = "campaign")]
    pub level: String,
    /// Days or hours.
    pub grain: Grain,
    /// First local day, inclusive.
    pub from: Date,
    /// Last local day, inclusive; at most 400 days, 31 for hours, `from` and `to` counted.
    pub to: Date,
    /// At most so many rows (1 to 5000; 1000 when left out).
    #[param(minimum = 1, maximum = 5000)]
    pub limit: Option<u32>,
    /// `nextCursor` of the page before.
    #[param(max_length = 2000)]
    pub cursor: Option<String>,
}

/// One cell row: an entity in a day or an hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FigureRow {
    /// Local date of the account.
    pub date: Date,
    /// 0 to 23, the label of the local hour; null for days.
    #[schema(minimum = 0, maximum = 23)]
    pub hour: Option<i8>,
    /// The entity's id on the platform; at account level the account's id.
    pub entity: String,
    /// The breakdown value; empty when there is none.
    pub breakdown: String,
    /// The stream that delivered it.
    pub stream: String,
    /// ISO 4217 of its money; null when it has none.
    pub currency: Option<String>,
    /// Metric id → exact decimal text. A metric that was not reported is missing.
    pub metrics: BTreeMap<String, String>,
    /// How settled it is.
    pub status: DayState,
    /// What the platform said about the data (`sampled`, `thresholded`, …).
    pub flags: Vec<String>,
    /// When the cell was computed from what was fetched; null for hours of closed days.
    pub computed_at: Option<Timestamp>,
}

/// Exact cells in the order of date, hour, entity, breakdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// The connector.
    pub source: SourceId,
    /// The account.
    pub account: String,
    /// The level.
    pub level: String,
    /// Days or hours.
    pub grain: Grain,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// IANA zone of the account's days; null until the platform told it.
    pub time_zone: Option<String>,
    /// The cells.
    pub rows: Vec<FigureRow>,
    /// Pass it as `cursor` for the next page; null on the last one.
    pub next_cursor: Option<String>,
    /// Days that lie in the archive.
    pub archived: Vec<ArchivedRange>,
    /// The data source behind the account.
    pub freshness: Vec<SourceFreshness>,
}
