//! What the dictionary says of one figure.

use serde::Serialize;
use strum::{AsRefStr, Display, EnumIter, IntoStaticStr};

use super::{Formula, Language, Metric, Ratio, Texts};

/// One entry of the dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Definition {
    pub(super) figure: Figure,
    /// How a value for a longer period or a larger whole is found.
    pub computation: Computation,
    /// What is counted.
    pub unit: Unit,
    /// Which way is good.
    pub direction: Direction,
    /// Who says so.
    pub provenance: Provenance,
    /// Vietnamese label and explanation.
    pub vi: Texts,
    /// English label and explanation.
    pub en: Texts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figure {
    Metric(Metric),
    Ratio(Ratio),
}

/// How a value for a longer period or a larger whole is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Computation {
    /// By adding up.
    Additive,
    /// Not at all: people come back and are counted once a period, so only the delivered value is true.
    People,
    /// From sums of other metrics.
    Ratio(Formula),
}

/// What is counted.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, AsRefStr, Display, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Unit {
    /// A number of things.
    Count,
    /// An amount in the row's currency.
    Money,
    /// A plain quotient, such as 3.2 times.
    Ratio,
    /// A part of a whole as a fraction of one: 0.05 is shown as 5 %.
    Percent,
}

/// Which way is good.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, AsRefStr, Display, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Direction {
    /// More is better.
    UpIsGood,
    /// Less is better.
    DownIsGood,
    /// Neither.
    Neutral,
}

/// Who says so.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, AsRefStr, Display, EnumIter, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Provenance {
    /// A platform claims it for itself.
    Claimed,
    /// Measured on the website.
    Measured,
    /// Recorded by the business.
    Recorded,
}

/// What the values of a figure may be added over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct AddsOver {
    /// Hours and days.
    pub time: bool,
    /// Entities of one level and accounts of one currency.
    pub entities: bool,
}

/// Where a figure is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, AsRefStr, Display, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Storage {
    /// In a NUMERIC column of its own.
    Column,
    /// In `extra`, as decimal text.
    Extra,
    /// Nowhere: computed when it is read.
    Computed,
}

impl Definition {
    /// The text id.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.figure {
            Figure::Metric(metric) => metric.name(),
            Figure::Ratio(ratio) => ratio.name(),
        }
    }

    /// The stored metric, unless this is a ratio.
    #[must_use]
    pub const fn metric(&self) -> Option<Metric> {
        match self.figure {
            Figure::Metric(metric) => Some(metric),
            Figure::Ratio(_) => None,
        }
    }

    /// What its values may be added over.
    #[must_use]
    pub const fn adds_over(&self) -> AddsOver {
        let adds = matches!(self.computation, Computation::Additive);
        AddsOver {
            time: adds,
            entities: adds,
        }
    }

    /// Where it is kept.
    #[must_use]
    pub fn storage(&self) -> Storage {
        self.metric().map_or(Storage::Computed, Metric::storage)
    }

    /// Label and explanation in one language.
    #[must_use]
    pub const fn texts(&self, language: Language) -> Texts {
        match language {
            Language::Vi => self.vi,
            Language::En => self.en,
        }
    }

    pub(super) const fn additive(
        metric: Metric,
        unit: Unit,
        direction: Direction,
        provenance: Provenance,
        vi: Texts,
        en: Texts,
    ) -> Self {
        Self {
            figure: Figure::Metric(metric),
            computation: Computation::Additive,
            unit,
            direction,
            provenance,
            vi,
            en,
        }
    }

    pub(super) const fn people(metric: Metric, vi: Texts, en: Texts) -> Self {
        Self {
            figure: Figure::Metric(metric),
            computation: Computation::People,
            unit: Unit::Count,
            direction: Direction::UpIsGood,
            provenance: Provenance::Measured,
            vi,
            en,
        }
    }
}
