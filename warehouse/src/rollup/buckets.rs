//! Facts to buckets. Pure.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::metrics::{Computation, Metric};
use crate::model::{Currency, Fact, Grain, Level, Metrics};

/// One row of an aggregate table within a (source, account, date).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bucket {
    /// What `entity` is.
    pub level: Level,
    /// The entity's id.
    pub entity: String,
    /// A split of the entity; empty for the whole.
    pub breakdown: String,
    /// The hour label; `None` for the day.
    pub hour: Option<i8>,
    /// The currency of the amounts. Unlike currencies are different buckets and never added up.
    pub currency: Option<Currency>,
}

impl Bucket {
    /// The grain of the row.
    #[must_use]
    pub const fn grain(&self) -> Grain {
        if self.hour.is_some() {
            Grain::Hour
        } else {
            Grain::Day
        }
    }
}

/// A projection that does not keep the rules: a fault of the connector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BucketError {
    /// A fact of another date than its partition's.
    #[error("a fact of {found} came with the partition of {expected}")]
    OtherDate {
        /// The partition's date.
        expected: Date,
        /// The fact's date.
        found: Date,
    },
    /// An hour label outside a day.
    #[error("hour {0} is no hour of a day; hours are 0 to 23")]
    NoHour(i8),
}

/// Adds up the facts of each bucket. Two records that count people may count one person twice, so that nobody knows how
/// many there are in a bucket of several: it has no such metric.
pub(super) fn add_up(
    date: Date,
    facts: Vec<Fact>,
) -> Result<BTreeMap<Bucket, Metrics>, BucketError> {
    let mut buckets: BTreeMap<Bucket, Metrics> = BTreeMap::new();
    let mut unknown: BTreeSet<(Bucket, Metric)> = BTreeSet::new();
    for fact in facts {
        check(date, &fact)?;
        let (bucket, metrics) = split(fact);
        let sums = buckets.entry(bucket.clone()).or_default();
        for (metric, value) in metrics {
            match sums.get_mut(&metric) {
                None => {
                    sums.insert(metric, value);
                }
                Some(_) if is_people(metric) => {
                    unknown.insert((bucket.clone(), metric));
                }
                Some(sum) => *sum += value,
            }
        }
    }
    for (bucket, metric) in unknown {
        if let Some(sums) = buckets.get_mut(&bucket) {
            sums.remove(&metric);
        }
    }
    Ok(buckets)
}

fn split(fact: Fact) -> (Bucket, Metrics) {
    let bucket = Bucket {
        level: fact.level,
        entity: fact.entity,
        breakdown: fact.breakdown,
        hour: fact.hour,
        currency: fact.currency,
    };
    (bucket, fact.metrics)
}

fn check(date: Date, fact: &Fact) -> Result<(), BucketError> {
    if fact.date != date {
        return Err(BucketError::OtherDate {
            expected: date,
            found: fact.date,
        });
    }
    match fact.hour {
        Some(hour) if !(0..24).contains(&hour) => Err(BucketError::NoHour(hour)),
        _ => Ok(()),
    }
}

fn is_people(metric: Metric) -> bool {
    metric.definition().computation == Computation::People
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn fact(entity: &str, hour: Option<i8>, currency: &str, metrics: &[(Metric, &str)]) -> Fact {
        Fact {
            level: Level::Campaign,
            entity: entity.into(),
            breakdown: String::new(),
            date: date(2026, 9, 1),
            hour,
            currency: Some(currency.parse().unwrap()),
            metrics: metrics
                .iter()
                .map(|(metric, value)| (*metric, value.parse().unwrap()))
                .collect(),
        }
    }

    #[test]
    fn device_rows_add_up_and_currencies_do_not() {
        let facts = vec![
            fact(
                "7",
                None,
                "USD",
                &[(Metric::Spend, "0.1"), (Metric::Clicks, "1")],
            ),
            fact("7", None, "USD", &[(Metric::Spend, "0.2")]),
            fact("7", None, "VND", &[(Metric::Spend, "5000")]),
            fact("7", Some(3), "USD", &[(Metric::Spend, "0.1")]),
        ];
        let buckets = add_up(date(2026, 9, 1), facts).unwrap();
        let spend: Vec<String> = buckets
            .values()
            .map(|sums| crate::model::canonical(&sums[&Metric::Spend]))
            .collect();
        assert_eq!(spend, ["0.3", "5000", "0.1"]);
    }

    #[test]
    fn people_of_several_records_are_unknown_and_their_sums_are_not() {
        let visits = |users| {
            [
                (Metric::TotalUsers, users),
                (Metric::Sessions, "2"),
                (Metric::Revenue, "0.5"),
            ]
        };
        let facts = vec![
            fact("a", None, "USD", &visits("1")),
            fact("b", None, "USD", &visits("9")),
            fact("a", None, "USD", &visits("1")),
            fact("a", None, "USD", &visits("1")),
        ];
        let buckets = add_up(date(2026, 9, 1), facts).unwrap();
        let texts: Vec<String> = buckets
            .iter()
            .map(|(bucket, sums)| {
                let sum = |metric: &Metric| sums.get(metric).map(crate::model::canonical);
                let sums = [Metric::TotalUsers, Metric::Sessions, Metric::Revenue];
                format!("{} {:?}", bucket.entity, sums.each_ref().map(sum))
            })
            .collect();
        assert_eq!(
            texts,
            [
                r#"a [None, Some("6"), Some("1.5")]"#,
                r#"b [Some("9"), Some("2"), Some("0.5")]"#
            ]
        );
    }

    #[test]
    fn a_stray_date_or_hour_is_refused() {
        let facts = vec![fact("a", None, "USD", &[])];
        assert!(matches!(
            add_up(date(2026, 9, 2), facts),
            Err(BucketError::OtherDate { .. })
        ));
        let facts = vec![fact("a", Some(24), "USD", &[])];
        assert_eq!(
            add_up(date(2026, 9, 1), facts),
            Err(BucketError::NoHour(24))
        );
    }
}
