//! What a source declares about itself and its streams: data that the frame, the help text and the tests read.

use dpo_warehouse::metrics::Metric;
use dpo_warehouse::model::{Grain, Level, QualityFlag, Source, StreamId};
use jiff::civil::Date;

use super::error_table::ErrorRule;
use super::failure::Scope;

/// One source.
#[derive(Debug)]
pub struct SourceDeclaration {
    /// Which.
    pub source: Source,
    /// The version of the platform's interface that the requests are written for.
    pub version: PinnedVersion,
    /// What the platform allows.
    pub budget: Budget,
    /// The stream that tells an account's zone and currency; it is pulled first.
    pub account_stream: &'static str,
    /// All streams, in the order they are pulled.
    pub streams: &'static [StreamDeclaration],
    /// Which error is what, in order; the rules of HTTP follow.
    pub errors: &'static [ErrorRule],
}

impl SourceDeclaration {
    /// The declared stream with this name.
    #[must_use]
    pub fn stream(&self, name: &str) -> Option<&'static StreamDeclaration> {
        self.streams.iter().find(|stream| stream.name == name)
    }
}

/// The one place where a platform's version is written.
#[derive(Debug, Clone, Copy)]
pub struct PinnedVersion {
    /// As it stands in paths or headers.
    pub name: &'static str,
    /// When the platform stops answering it, if it said so.
    pub sunset: Option<Date>,
}

const WARN_BEFORE_SUNSET_DAYS: i32 = 60;

impl PinnedVersion {
    /// A sentence for the operator from 60 days before the sunset on.
    #[must_use]
    pub fn warning(&self, source: Source, today: Date) -> Option<String> {
        let sunset = self.sunset?;
        let days_left = (sunset - today).get_days();
        (days_left <= WARN_BEFORE_SUNSET_DAYS)
            .then(|| format!("{source} {} ends on {sunset}: install a release of dpo that uses a newer version before then", self.name))
    }
}

/// How much a platform lets us ask.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// Who shares it.
    pub scope: Scope,
    /// Requests…
    pub requests: u32,
    /// …in so many seconds.
    pub seconds: u32,
}

const SECONDS_OF_A_CYCLE: u64 = 900;
const BACKFILL_SHARE: u64 = 10;

impl Budget {
    /// How many requests one run may spend on history: a tenth of what a cycle of 15 minutes allows, at least one.
    #[must_use]
    pub fn backfill_requests(&self) -> u64 {
        let in_a_cycle =
            u64::from(self.requests) * SECONDS_OF_A_CYCLE / u64::from(self.seconds.max(1));
        (in_a_cycle / BACKFILL_SHARE).max(1)
    }
}

/// One stream of a source.
#[derive(Debug)]
pub struct StreamDeclaration {
    /// Its name, unique in the source.
    pub name: &'static str,
    /// What one line of help says about it.
    pub about: &'static str,
    /// How it is read and replaced.
    pub kind: StreamKind,
    /// The (level, grain) pairs whose figures come from it.
    pub feeds: &'static [(Level, Grain)],
    /// The fields that identify a record.
    pub key: &'static [&'static str],
    /// How it goes from page to page.
    pub pagination: Pagination,
    /// Which wire field becomes which metric.
    pub fields: &'static [WireField],
    /// Quality flags it can raise.
    pub flags: &'static [QualityFlag],
    /// Whether records mean nothing without the account's zone and currency.
    pub needs_account: bool,
}

impl StreamDeclaration {
    /// Its name as the database knows it.
    #[must_use]
    pub const fn id(&self) -> StreamId {
        StreamId::from_static(self.name)
    }
}

/// The three kinds of streams.
#[derive(Debug, Clone, Copy)]
pub enum StreamKind {
    /// The present state of things with names; read again after so many minutes.
    Snapshot {
        /// How old it may become.
        refresh_minutes: u32,
    },
    /// Dated partitions that are fetched and replaced whole.
    Window(WindowPolicy),
    /// Things that change one at a time.
    Event(EventPolicy),
}

/// Other numbers of days than the declared ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lookback {
    /// Each run.
    pub hot: Option<u16>,
    /// Each hour.
    pub warm: Option<u16>,
    /// Each day.
    pub cold: Option<u16>,
    /// Each week.
    pub weekly: Option<u16>,
}

impl StreamKind {
    /// The same kind with other numbers of days; only window streams have them.
    #[must_use]
    pub fn with_lookback(self, lookback: Lookback) -> Self {
        let Self::Window(policy) = self else {
            return self;
        };
        Self::Window(WindowPolicy {
            hot_days: lookback.hot.unwrap_or(policy.hot_days),
            warm_days: lookback.warm.unwrap_or(policy.warm_days),
            cold_days: lookback.cold.unwrap_or(policy.cold_days),
            weekly_days: lookback.weekly.or(policy.weekly_days),
            ..policy
        })
    }
}

/// How far back a window stream is read, and how often. Days count back from the account's today, which is day one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowPolicy {
    /// Each run.
    pub hot_days: u16,
    /// Each hour.
    pub warm_days: u16,
    /// Each day, four hours after the account's midnight.
    pub cold_days: u16,
    /// Each week; nothing where the source restates no further than `cold_days`.
    pub weekly_days: Option<u16>,
    /// The longest range of one request.
    pub days_per_request: u16,
}

/// How an event stream follows its cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventPolicy {
    /// Each read starts so much before the last one ended.
    pub overlap_minutes: u16,
    /// Each read ends so much before the server's clock.
    pub lag_minutes: u16,
    /// What changed in so many days is read again weekly, as a check.
    pub weekly_days: u16,
    /// What happened in so many days must be among that; otherwise it was deleted. Nothing where that proves nothing.
    pub sweep_days: Option<u16>,
    /// The longest range of changes of one pull.
    pub days_per_pull: u16,
}

/// How a stream goes from page to page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pagination {
    /// One answer holds everything.
    Single,
    /// A token in the answer's body.
    Token,
    /// An offset that grows by the page size until the declared row count.
    Offset {
        /// Rows of a page.
        size: u32,
    },
    /// The cursor of a GraphQL connection.
    Connection {
        /// Nodes of a page.
        size: u32,
    },
}

impl Pagination {
    /// The page size, where the source has one.
    #[must_use]
    pub const fn size(&self) -> Option<u32> {
        match self {
            Self::Offset { size } | Self::Connection { size } => Some(*size),
            Self::Single | Self::Token => None,
        }
    }
}

/// One figure on the wire.
#[derive(Debug, Clone, Copy)]
pub struct WireField {
    /// Its name in answers.
    pub name: &'static str,
    /// The metric it becomes.
    pub metric: Metric,
    /// How it is written.
    pub wire: WireType,
}

impl WireField {
    /// A field of the given type.
    #[must_use]
    pub const fn new(name: &'static str, metric: Metric, wire: WireType) -> Self {
        Self { name, metric, wire }
    }
}

/// How a figure is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireType {
    /// Millionths, as 64-bit integer text.
    Micros,
    /// An integer or decimal, as text or number.
    Number,
    /// A decimal in units of the currency.
    Money,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_sunset_is_announced_sixty_days_before() {
        let pin = PinnedVersion {
            name: "v26",
            sunset: Some(date(2027, 11, 1)),
        };
        assert_eq!(pin.warning(Source::GoogleAds, date(2027, 9, 1)), None);
        let warning = pin.warning(Source::GoogleAds, date(2027, 9, 2)).unwrap();
        assert_eq!(
            warning,
            "google_ads v26 ends on 2027-11-01: install a release of dpo that uses a newer version before then"
        );
        assert!(pin.warning(Source::GoogleAds, date(2028, 1, 1)).is_some());
    }

    #[test]
    fn history_takes_a_tenth_of_the_budget() {
        let budget = |requests, seconds| {
            Budget {
                scope: Scope::App,
                requests,
                seconds,
            }
            .backfill_requests()
        };
        assert_eq!(budget(15_000, 86_400), 15);
        assert_eq!(budget(1, 86_400), 1);
    }
}
