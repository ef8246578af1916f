//! A figure and what must be said beside it.

use serde::Serialize;
use utoipa::ToSchema;

/// The connector that a figure came from.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    serde::Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SourceId {
    /// Google Ads.
    GoogleAds,
    /// Google Analytics 4.
    GoogleAnalytics,
    /// Shopify.
    Shopify,
}

/// The channel that a source maps to.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    serde::Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ChannelId {
    /// Google Ads.
    GoogleAds,
    /// The website, as Google Analytics measures it.
    Website,
    /// The shop and its orders.
    Shop,
}

/// Who says so: the platform about itself, the analytics tag, or the shop's books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// A platform's own claim, such as the conversions that it attributes to itself.
    Claimed,
    /// Measured by analytics, such as sessions.
    Measured,
    /// Recorded by the business, such as orders.
    Recorded,
}

/// Why a figure has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Absence {
    /// Nothing was reported for the period.
    NoData,
    /// No connected source delivers this metric.
    NoSource,
    /// Counts of people are delivered for one day and one account; they cannot be added up.
    PeopleDoNotAdd,
    /// A ratio whose denominator is zero or unknown.
    NoDenominator,
    /// The parts are in different currencies, which are listed but never added or divided.
    UnlikeCurrencies,
    /// The days lie in the archive.
    Archived,
    /// Days of the period were not fetched (yet), so that two figures of it do not cover the same days.
    MissingDays,
}

/// Why a change is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeAbsence {
    /// One of the two values is missing.
    NoValue,
    /// The comparison is zero.
    ZeroBase,
    /// Days of either period lie in the archive.
    ArchivedDays,
    /// No day of the period is over, or the days that are over cannot be told from the rest.
    RunningDays,
    /// The two periods do not cover the same days: some were not fetched (yet).
    MissingDays,
}

/// What a reader must know about a figure that has a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Caveat {
    /// Some days are still open and will change.
    Provisional,
    /// A day of the period is not over in its account's zone; the value holds what there is of it.
    RunningDay,
    /// Days of an account that feeds the figure were not fetched (yet) and are not part of the value.
    MissingDays,
    /// Some days lie in the archive and are not part of the value.
    ArchivedDays,
    /// Accounts with days in different time zones were added.
    MixedTimeZones,
    /// The platform computed it from a sample.
    Sampled,
    /// The platform withheld small rows.
    Thresholded,
    /// The platform folded rows into one `(other)` row.
    OtherRow,
    /// The platform flagged the data in another way; the exact figures name the flag.
    Flagged,
}

/// One figure of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Figure {
    /// The metric's id in the dictionary (`GET /metrics`), which gives its unit, direction and labels.
    #[schema(example = "spend")]
    pub metric: String,
    /// ISO 4217; null for figures that are not money. A metric in two currencies is two figures.
    #[schema(example = "VND")]
    pub currency: Option<String>,
    /// Exact decimal text. Ratios (roas, mer, ctr, …) are plain fractions rounded to 6 decimals: 0.031 is 3.1 %.
    #[schema(example = "1234500")]
    pub value: Option<String>,
    /// Set exactly when `value` is null.
    pub absence: Option<Absence>,
    /// Sorted, without repetition.
    pub caveats: Vec<Caveat>,
    /// Null when no comparison was asked for.
    pub comparison: Option<Comparison>,
}

/// The same figure in the comparison period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// Exact decimal text.
    pub value: Option<String>,
    /// Set exactly when `value` is null.
    pub absence: Option<Absence>,
    /// Sorted, without repetition.
    pub caveats: Vec<Caveat>,
    /// (current − comparison) / |comparison| as a fraction, rounded to 6 decimals, over the days that are over.
    #[schema(example = "0.125")]
    pub change: Option<String>,
    /// Set exactly when `change` is null.
    pub change_absence: Option<ChangeAbsence>,
    /// True when days that are not over were left out of `change`, with the days at the same place in the comparison.
    pub without_running_days: bool,
}
