//! The overview of an organization.

use std::collections::BTreeSet;

use dpo_warehouse::model::{Channel, Source};
use dpo_warehouse::serve::{AccountKey, DateRange};
use jiff::civil::Date;
use strum::IntoEnumIterator as _;

use super::change::{compared_days, longest};
use super::coverage::places;
use super::estate::{Estate, archived_ranges};
use super::kpi::{Evidences, PeriodEvidence, PeriodRows};
use super::periods::{axis, period};
use super::reconciliation;
use crate::dto::freshness::ArchivedRange;
use crate::dto::overview::{ChannelRow, Overview};
use crate::dto::period::Periods;

/// The key figures in the order to show them.
const KEY_FIGURES: [&str; 10] = [
    "revenue",
    "spend",
    "mer",
    "orders",
    "average_order_value",
    "refunds",
    "sessions",
    "conversions",
    "conversions_value",
    "roas",
];

/// What an answer about a period is made from.
#[derive(Debug, Clone)]
pub struct Material {
    /// What the member may see.
    pub estate: Estate,
    /// The period that was asked for.
    pub current: PeriodRows,
    /// What it is compared with.
    pub comparison: Option<PeriodRows>,
    /// The organization's currency.
    pub currency: String,
    /// The organization's zone.
    pub time_zone: String,
    /// Today in that zone.
    pub today: Date,
}

impl Material {
    /// The periods and the axes of their series.
    #[must_use]
    pub fn periods(&self) -> Periods {
        let days = |rows: &PeriodRows| axis(rows.range, &rows.days, &rows.coverage, self.today);
        Periods {
            current: period(self.current.range),
            comparison: self.comparison.as_ref().map(|rows| period(rows.range)),
            days: days(&self.current),
            comparison_days: self.comparison.as_ref().map(days).unwrap_or_default(),
            today: self.today,
        }
    }

    /// Every archived day of both periods, as ranges.
    #[must_use]
    pub fn archived(&self) -> Vec<ArchivedRange> {
        let both = std::iter::once(&self.current).chain(&self.comparison);
        archived_ranges(
            &both
                .flat_map(|rows| rows.archived.clone())
                .collect::<Vec<_>>(),
        )
    }

    /// How many days of both periods may be compared, for the accounts of which that is not all of them and not none.
    #[must_use]
    pub fn beginnings(&self) -> Vec<(AccountKey, usize)> {
        let Some(comparison) = &self.comparison else {
            return Vec::new();
        };
        let (now, before) = (places(self.current.range), places(comparison.range));
        let coverage = (&self.current.coverage, &comparison.coverage);
        let days = |account: AccountKey| {
            let days = compared_days(&BTreeSet::from([&account]), coverage, (&now, &before));
            (account, days)
        };
        let all = longest((&now, &before));
        let accounts = self.estate.accounts().into_iter().map(days);
        accounts
            .filter(|(_, days)| (1..all).contains(days))
            .collect()
    }

    /// The evidence of both periods.
    #[must_use]
    pub fn evidences(&self) -> Evidences<'_> {
        let of = |rows| PeriodEvidence::new(rows, &self.estate);
        Evidences {
            current: of(&self.current),
            comparison: self.comparison.as_ref().map(of),
            estate: &self.estate,
            home: &self.currency,
        }
    }

    /// The ranges to read: the period, then the comparison.
    pub fn ranges(&self) -> impl Iterator<Item = DateRange> {
        std::iter::once(self.current.range).chain(self.comparison.as_ref().map(|rows| rows.range))
    }
}

/// The overview.
#[must_use]
pub fn overview(material: &Material) -> Overview {
    let evidences = material.evidences();
    Overview {
        periods: material.periods(),
        kpis: evidences.kpis(&KEY_FIGURES),
        channels: channels(&evidences),
        reconciliation: reconciliation::reconcile(&evidences),
        archived: material.archived(),
        freshness: material.estate.freshness(),
        time_zones: material.estate.time_zones(&material.time_zone),
    }
}

fn channels(evidences: &Evidences<'_>) -> Vec<ChannelRow> {
    let connected = evidences.estate.connectors();
    let row = |channel: Channel| {
        let connectors: Vec<Source> = connected
            .iter()
            .copied()
            .filter(|source| source.channel() == channel)
            .collect();
        (!connectors.is_empty()).then(|| ChannelRow {
            channel: channel.into(),
            figures: evidences.figures(row_figures(channel)),
            freshness: evidences.freshness(&connectors),
        })
    };
    Channel::iter().filter_map(row).collect()
}

const fn row_figures(channel: Channel) -> &'static [&'static str] {
    match channel {
        Channel::GoogleAds => &[
            "spend",
            "impressions",
            "clicks",
            "ctr",
            "cpc",
            "conversions",
            "cost_per_conversion",
            "conversions_value",
            "roas",
        ],
        Channel::Website => &[
            "sessions",
            "engaged_sessions",
            "engagement_rate",
            "key_events",
            "transactions",
            "purchase_revenue",
        ],
        Channel::Shop => &[
            "revenue",
            "refunds",
            "net_revenue",
            "orders",
            "average_order_value",
            "refund_rate",
        ],
    }
}
