//! What a pulled partition means against what is known of it. Pure.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::digest::ContentDigest;
use crate::model::{QualityFlag, RawRecord, WindowPartition};
use crate::storable;

/// What the warehouse knows of a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) digest: ContentDigest,
    pub(super) flags: Vec<QualityFlag>,
    pub(super) fetched_at: Timestamp,
    pub(super) empty_seen_at: Option<Timestamp>,
    /// Its records were deleted after aggregation; only the digest is left.
    pub(super) raw_deleted: bool,
}

/// A pulled partition with its content put in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pulled {
    pub(super) records: Vec<RawRecord>,
    pub(super) digest: ContentDigest,
    pub(super) flags: Vec<QualityFlag>,
}

/// What to do with a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// Nothing: the content is known.
    Unchanged,
    /// Nothing: a newer pull has landed.
    Stale,
    /// Remember that the whole pull was empty, and keep the rows.
    AwaitConfirmation,
    /// Replace the flags; the records are the same and still there.
    Reflag,
    /// Replace the partition whole.
    Replace,
}

impl Pulled {
    /// Keeps the last record of each key and computes the digest.
    pub(super) fn from(partition: WindowPartition) -> Self {
        let by_key: BTreeMap<String, String> = partition
            .records
            .into_iter()
            .map(storable::record)
            .map(|record| (record.key, record.payload))
            .collect();
        let mut digest = ContentDigest::default();
        let mut records = Vec::with_capacity(by_key.len());
        for (key, payload) in by_key {
            digest.add(&key, &payload);
            records.push(RawRecord { key, payload });
        }
        let mut flags = partition.flags;
        flags.sort_unstable();
        flags.dedup();
        Self {
            records,
            digest,
            flags,
        }
    }
}

/// Compares a pulled partition with what is known. `whole_pull_empty`: no partition of the pull has a record. Of those
/// it takes two in a row, since [`refutes_emptiness`].
pub(super) fn decide(
    known: Option<&Known>,
    pulled: &Pulled,
    fetched_at: Timestamp,
    whole_pull_empty: bool,
) -> Decision {
    let Some(known) = known else {
        let nothing = pulled.records.is_empty() && pulled.flags.is_empty();
        return if nothing {
            Decision::Unchanged
        } else {
            Decision::Replace
        };
    };
    if known.fetched_at > fetched_at {
        return Decision::Stale;
    }
    if known.digest == pulled.digest && known.flags == pulled.flags {
        return Decision::Unchanged;
    }
    if known.digest == pulled.digest {
        return if known.raw_deleted {
            Decision::Replace
        } else {
            Decision::Reflag
        };
    }
    let confirmed = known.empty_seen_at.is_some_and(|seen| seen < fetched_at);
    if whole_pull_empty && !confirmed {
        Decision::AwaitConfirmation
    } else {
        Decision::Replace
    }
}

/// Whether this pull takes back what an earlier empty pull made doubtful: it is later, and the records are there.
pub(super) fn refutes_emptiness(
    known: Option<&Known>,
    decision: Decision,
    fetched_at: Timestamp,
) -> bool {
    let empty_seen_at = known.and_then(|known| known.empty_seen_at);
    matches!(decision, Decision::Unchanged | Decision::Reflag)
        && empty_seen_at.is_some_and(|seen| seen < fetched_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pulled(rows: &[(&str, &str)]) -> Pulled {
        let records = rows.iter().map(|(key, payload)| RawRecord {
            key: (*key).into(),
            payload: (*payload).into(),
        });
        Pulled::from(WindowPartition {
            date: jiff::civil::date(2026, 9, 1),
            records: records.collect(),
            flags: vec![],
        })
    }

    fn known(rows: &[(&str, &str)], fetched_at: i64) -> Known {
        let digest = pulled(rows).digest;
        Known {
            digest,
            flags: vec![],
            fetched_at: at(fetched_at),
            empty_seen_at: None,
            raw_deleted: false,
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_last_record_of_a_key_counts() {
        assert_eq!(
            pulled(&[("a", "1"), ("b", "2"), ("a", "3")]),
            pulled(&[("b", "2"), ("a", "3")])
        );
    }

    #[test]
    fn equal_content_is_left_alone_and_other_content_replaces() {
        let known = known(&[("a", "1")], 5);
        assert_eq!(
            decide(Some(&known), &pulled(&[("a", "1")]), at(6), false),
            Decision::Unchanged
        );
        assert_eq!(
            decide(Some(&known), &pulled(&[("a", "2")]), at(6), false),
            Decision::Replace
        );
        assert_eq!(
            decide(Some(&known), &pulled(&[]), at(6), false),
            Decision::Replace
        );
        assert_eq!(decide(None, &pulled(&[]), at(6), true), Decision::Unchanged);
        assert_eq!(
            decide(None, &pulled(&[("a", "1")]), at(6), false),
            Decision::Replace
        );
    }

    #[test]
    fn an_older_pull_never_overwrites_a_newer_one() {
        assert_eq!(
            decide(
                Some(&known(&[("a", "1")], 5)),
                &pulled(&[("a", "0")]),
                at(4),
                false
            ),
            Decision::Stale
        );
    }

    #[test]
    fn a_pull_without_any_record_needs_a_second_one() {
        let mut known = known(&[("a", "1")], 5);
        assert_eq!(
            decide(Some(&known), &pulled(&[]), at(6), true),
            Decision::AwaitConfirmation
        );
        known.empty_seen_at = Some(at(6));
        assert_eq!(
            decide(Some(&known), &pulled(&[]), at(6), true),
            Decision::AwaitConfirmation
        );
        assert_eq!(
            decide(Some(&known), &pulled(&[]), at(7), true),
            Decision::Replace
        );
    }

    #[test]
    fn only_a_later_pull_with_the_known_records_refutes_an_empty_one() {
        let mut known = known(&[("a", "1")], 5);
        let refutes =
            |known: &Known, decision, second| refutes_emptiness(Some(known), decision, at(second));
        assert!(
            !refutes(&known, Decision::Unchanged, 9),
            "nothing to refute"
        );
        known.empty_seen_at = Some(at(7));
        for decision in [Decision::Unchanged, Decision::Reflag] {
            assert!(refutes(&known, decision, 8));
            assert!(!refutes(&known, decision, 6), "an older pull came late");
        }
        for decision in [Decision::Stale, Decision::AwaitConfirmation] {
            assert!(!refutes(&known, decision, 8));
        }
        assert!(!refutes_emptiness(None, Decision::Unchanged, at(8)));
    }

    #[test]
    fn a_changed_flag_alone_touches_no_record() {
        let mut again = pulled(&[("a", "1")]);
        again.flags = vec![QualityFlag::Sampled];
        assert_eq!(
            decide(Some(&known(&[("a", "1")], 5)), &again, at(6), false),
            Decision::Reflag
        );
        let deleted = Known {
            raw_deleted: true,
            ..known(&[("a", "1")], 5)
        };
        assert_eq!(
            decide(Some(&deleted), &again, at(6), false),
            Decision::Replace,
            "figures are computed from records, which must come back"
        );
    }
}
