//! `GET /channels/{channel}`.

use serde::Serialize;
use utoipa::ToSchema;

use super::freshness::{ArchivedRange, Freshness, SourceFreshness};
use super::overview::Kpi;
use super::period::{Periods, TimeZones};
use super::value::{ChannelId, Figure, SourceId};

/// One account of the channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountRow {
    /// The connector.
    pub source: SourceId,
    /// The account's id on the platform.
    pub account: String,
    /// Its name on the platform; null until it was read.
    pub name: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// IANA zone that cuts its days.
    pub time_zone: Option<String>,
    /// Totals of the account.
    pub figures: Vec<Figure>,
    /// The freshness of what feeds it.
    pub freshness: Freshness,
}

/// What a row of the breakdown stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BreakdownRowKind {
    /// One campaign (channel group, …).
    Entity,
    /// The sum of the smaller ones that are not listed one by one.
    Others,
    /// What the account reports but no entity below it: account total minus the sum of the rows.
    Unallocated,
}

/// One row of the breakdown. The rows of an account add up to the account's totals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BreakdownRow {
    /// What the row stands for.
    pub kind: BreakdownRowKind,
    /// The connector.
    pub source: SourceId,
    /// The account that it belongs to.
    pub account: String,
    /// The entity's id on the platform; null unless `kind` is `entity`.
    pub id: Option<String>,
    /// Its name on the platform.
    pub name: Option<String>,
    /// Its status on the platform, as the platform writes it.
    pub status: Option<String>,
    /// Its figures.
    pub figures: Vec<Figure>,
}

/// A channel's figures one level below the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Breakdown {
    /// The level: `campaign`, `channel_group`, …
    #[schema(example = "campaign")]
    pub level: String,
    /// By account, biggest first, then `others`, then `unallocated`.
    pub rows: Vec<BreakdownRow>,
}

/// One channel's figures of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelDetail {
    /// The channel.
    pub channel: ChannelId,
    /// The periods and the axes of the series.
    pub periods: Periods,
    /// Totals from the account level, with their course.
    pub kpis: Vec<Kpi>,
    /// The accounts behind the totals.
    pub accounts: Vec<AccountRow>,
    /// Null for channels without a level below the account.
    pub breakdown: Option<Breakdown>,
    /// Days of either period that lie in the archive.
    pub archived: Vec<ArchivedRange>,
    /// The data sources behind the answer.
    pub freshness: Vec<SourceFreshness>,
    /// Whose midnights cut the days.
    pub time_zones: TimeZones,
}
