//! The hours of one day as a compact profile: 24 values a metric.

use std::collections::BTreeMap;

use crate::metrics::Metric;
use crate::model::{Metrics, canonical};

use super::Bucket;

/// Exact values by metric and hour label; `None` where the hour has no value.
pub(super) type Hours = BTreeMap<&'static str, Vec<Option<String>>>;

/// Groups hourly buckets into one profile for each (level, entity, breakdown, currency). Pure.
pub(super) fn fold(
    buckets: impl IntoIterator<Item = (Bucket, Metrics)>,
) -> BTreeMap<Bucket, Hours> {
    let mut profiles: BTreeMap<Bucket, Hours> = BTreeMap::new();
    for (mut bucket, metrics) in buckets {
        let Some(hour) = bucket
            .hour
            .take()
            .and_then(|hour| usize::try_from(hour).ok())
        else {
            continue;
        };
        let hours = profiles.entry(bucket).or_default();
        for (metric, value) in metrics {
            put(hours, metric, hour, canonical(&value));
        }
    }
    profiles
}

fn put(hours: &mut Hours, metric: Metric, hour: usize, value: String) {
    let values = hours.entry(metric.name()).or_insert_with(|| vec![None; 24]);
    if let Some(slot) = values.get_mut(hour) {
        *slot = Some(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Level;

    #[test]
    fn hours_keep_their_labels_and_unknown_hours_stay_unknown() {
        let bucket = |hour| Bucket {
            level: Level::Account,
            entity: "1".into(),
            breakdown: String::new(),
            hour: Some(hour),
            currency: None,
        };
        let metrics = |text: &str| Metrics::from([(Metric::Clicks, text.parse().unwrap())]);
        let profiles = fold([(bucket(0), metrics("4")), (bucket(23), metrics("0"))]);
        let hours = profiles.values().next().unwrap();
        let clicks = &hours["clicks"];
        assert_eq!((profiles.len(), clicks.len()), (1, 24));
        assert_eq!(
            (
                clicks[0].as_deref(),
                clicks[1].as_deref(),
                clicks[23].as_deref()
            ),
            (Some("4"), None, Some("0"))
        );
    }
}
