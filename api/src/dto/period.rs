//! Periods, days and time zones.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::value::SourceId;

/// What a period is compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compare {
    /// No comparison.
    #[default]
    None,
    /// As many days, immediately before.
    PreviousPeriod,
    /// The same dates a year before.
    PreviousYear,
    /// `compareFrom` to `compareTo`.
    Custom,
}

/// The period of an answer, in local dates of each account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PeriodQuery {
    /// First day, inclusive, `YYYY-MM-DD`.
    #[param(example = "2026-10-01")]
    pub from: Date,
    /// Last day, inclusive, `YYYY-MM-DD`; at most 800 days, `from` and `to` counted.
    #[param(example = "2026-10-28")]
    pub to: Date,
    /// What to compare with; `none` when left out.
    #[serde(default)]
    pub compare: Compare,
    /// First day of a custom comparison.
    pub compare_from: Option<Date>,
    /// Last day of a custom comparison.
    pub compare_to: Option<Date>,
}

/// Local dates, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Period {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// The state of a day over all accounts of the answer; the least settled account decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayState {
    /// Not over yet, or still moving.
    Provisional,
    /// Final unless the platform restates it.
    Closed,
    /// Changed after it was closed.
    Restated,
    /// In the archive, not part of this answer.
    Archived,
    /// Not fetched (yet).
    Missing,
}

/// One day of the axis that every series of the answer shares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Day {
    /// The local date.
    pub date: Date,
    /// How settled it is.
    pub state: DayState,
}

/// The periods of an answer and the axes of its series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Periods {
    /// What was asked for.
    pub current: Period,
    /// What it is compared with.
    pub comparison: Option<Period>,
    /// Every day of `current`, in order; `series[i]` belongs to `days[i]`.
    pub days: Vec<Day>,
    /// Every day of `comparison`; empty without one. May be a day longer or shorter than `days` (leap years, custom).
    pub comparison_days: Vec<Day>,
    /// Today in the organization's zone.
    pub today: Date,
}

/// An account's zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountTimeZone {
    /// The connector.
    pub source: SourceId,
    /// The account's id on the platform.
    pub account: String,
    /// IANA name; null until the platform told it.
    pub time_zone: Option<String>,
}

/// Whose midnight cuts the days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TimeZones {
    /// The organization's zone, which sets "today".
    pub organization: String,
    /// The accounts of this answer.
    pub accounts: Vec<AccountTimeZone>,
    /// True when the accounts' days are cut in more than one zone.
    pub mixed: bool,
}
