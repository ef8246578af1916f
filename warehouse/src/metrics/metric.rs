//! The names of figures: metrics are stored, ratios are computed from sums.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString, IntoStaticStr};

use super::{Definition, Storage, definitions};

/// A figure that is stored. Its text id is final: it is in databases, archives and APIs.
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
    Deserialize,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs, reason = "the dictionary explains each in words")]
pub enum Metric {
    Impressions,
    Clicks,
    Spend,
    Conversions,
    ConversionsValue,
    AllConversions,
    AllConversionsValue,
    ViewThroughConversions,
    Sessions,
    EngagedSessions,
    ScreenPageViews,
    EventCount,
    KeyEvents,
    PurchaseRevenue,
    TotalRevenue,
    Transactions,
    TotalUsers,
    ActiveUsers,
    NewUsers,
    Orders,
    Revenue,
    Refunds,
    RefundCount,
    Units,
    Discounts,
    Tax,
    Shipping,
}

/// A figure that is computed from sums of metrics, at every level, and never stored.
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
    Deserialize,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs, reason = "the dictionary explains each in words")]
pub enum Ratio {
    Ctr,
    Cpc,
    Cpm,
    CostPerConversion,
    Roas,
    ConversionRate,
    EngagementRate,
    NetRevenue,
    AverageOrderValue,
    RefundRate,
    Mer,
}

/// The metrics with a NUMERIC column of their own, in the order of the columns; all others are in `extra`.
pub const CORE_COLUMNS: [Metric; 9] = [
    Metric::Impressions,
    Metric::Clicks,
    Metric::Spend,
    Metric::Conversions,
    Metric::ConversionsValue,
    Metric::Sessions,
    Metric::Orders,
    Metric::Revenue,
    Metric::Refunds,
];

impl Metric {
    /// The text id.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The dictionary's entry.
    #[must_use]
    pub fn definition(self) -> &'static Definition {
        static BY_METRIC: LazyLock<BTreeMap<Metric, &'static Definition>> = LazyLock::new(|| {
            definitions()
                .filter_map(|definition| Some((definition.metric()?, definition)))
                .collect()
        });
        BY_METRIC[&self]
    }

    /// Where the value is stored.
    #[must_use]
    pub fn storage(self) -> Storage {
        if CORE_COLUMNS.contains(&self) {
            Storage::Column
        } else {
            Storage::Extra
        }
    }
}

impl Ratio {
    /// The text id.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}
