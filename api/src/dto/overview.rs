//! `GET /overview`.

use serde::Serialize;
use utoipa::ToSchema;

use super::freshness::{ArchivedRange, Freshness, SourceFreshness};
use super::period::{Periods, TimeZones};
use super::value::{Absence, ChannelId, Figure, Nature};

/// A metric in one currency with its course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FigureWithSeries {
    /// The total of the period.
    pub figure: Figure,
    /// One value a day of `periods.days`, exact decimal text; null where nothing was reported or fetched.
    pub series: Vec<Option<String>>,
    /// One value a day of `periods.comparisonDays`.
    pub comparison_series: Vec<Option<String>>,
}

/// A key figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Kpi {
    /// The metric's id in the dictionary.
    pub metric: String,
    /// Who says so.
    pub nature: Nature,
    /// One entry a currency, the organization's own first; exactly one for what is not money. Never added together.
    pub figures: Vec<FigureWithSeries>,
    /// The freshness of what feeds it.
    pub freshness: Freshness,
}

/// One row of the channel table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelRow {
    /// The channel.
    pub channel: ChannelId,
    /// The channel's metrics, ratios computed from sums; a money metric once for each currency.
    pub figures: Vec<Figure>,
    /// The freshness of what feeds it.
    pub freshness: Freshness,
}

/// One source's word on a topic of the reconciliation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Statement {
    /// Who says it.
    pub channel: ChannelId,
    /// Claimed, measured or recorded.
    pub nature: Nature,
    /// What it says.
    pub figure: Figure,
    /// The freshness of what feeds it.
    pub freshness: Freshness,
}

/// What is reconciled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReconciliationTopic {
    /// Revenue: claimed conversion value, measured purchases, the shop's revenue.
    Revenue,
    /// Orders: claimed conversions, measured transactions, the shop's orders.
    Orders,
}

/// What platforms claim and analytics measured beside what the shop recorded; shown side by side, never added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reconciliation {
    /// Revenue or orders.
    pub topic: ReconciliationTopic,
    /// The currency of the row; null for orders.
    pub currency: Option<String>,
    /// Claimed first, then measured, then recorded.
    pub statements: Vec<Statement>,
    /// Claimed over recorded as a fraction, 6 decimals: 1.4 says that platforms claim 40 % more than the books show.
    pub claimed_over_recorded: Option<String>,
    /// Set exactly when `claimedOverRecorded` is null.
    pub claimed_absence: Option<Absence>,
    /// Measured over recorded as a fraction, 6 decimals.
    pub measured_over_recorded: Option<String>,
    /// Set exactly when `measuredOverRecorded` is null.
    pub measured_absence: Option<Absence>,
}

/// The organization's figures of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// The periods and the axes of the series.
    pub periods: Periods,
    /// Key figures in the order to show them.
    pub kpis: Vec<Kpi>,
    /// One row for each channel that has a data source.
    pub channels: Vec<ChannelRow>,
    /// Claimed, measured and recorded side by side.
    pub reconciliation: Vec<Reconciliation>,
    /// Days of either period that lie in the archive.
    pub archived: Vec<ArchivedRange>,
    /// Every data source behind the answer.
    pub freshness: Vec<SourceFreshness>,
    /// Whose midnights cut the days.
    pub time_zones: TimeZones,
}
