//! How fresh figures are.

use dpo_warehouse::model::RunClass;
use dpo_warehouse::serve::{Connection, RunRecord};
use jiff::{SignedDuration, Timestamp};

use super::schedule::next_firing;
use crate::dto::freshness::{Freshness, FreshnessState, SourceFreshness};

/// How long after its second missed firing a source counts as late: a run needs some time itself.
const GRACE: SignedDuration = SignedDuration::from_mins(5);

/// What is known of a data source's fetching.
#[derive(Debug, Clone, Copy)]
pub struct Fetching<'a> {
    /// The data source.
    pub connection: &'a Connection,
    /// When its oldest account was fetched; none while one was never fetched.
    pub fetched_at: Option<Timestamp>,
    /// Its newest finished run.
    pub last_finished: Option<&'a RunRecord>,
}

/// The freshness of one data source.
#[must_use]
pub fn of_source(fetching: Fetching<'_>, now: Timestamp) -> SourceFreshness {
    let Fetching {
        connection,
        fetched_at,
        ..
    } = fetching;
    let stands_still = connection.suspended || connection.removed;
    SourceFreshness {
        data_source: connection.uid.clone(),
        name: connection.name.clone(),
        source: connection.source.into(),
        channel: connection.source.channel().into(),
        state: state(fetching, now),
        fetched_at,
        next_sync_at: if stands_still {
            None
        } else {
            next_firing(&connection.schedule, &connection.time_zone, now)
        },
    }
}

fn state(fetching: Fetching<'_>, now: Timestamp) -> FreshnessState {
    let Fetching {
        connection,
        fetched_at,
        last_finished,
    } = fetching;
    if connection.removed {
        return FreshnessState::Removed;
    }
    if connection.suspended {
        return FreshnessState::Suspended;
    }
    if last_finished.is_some_and(needs_attention) {
        return FreshnessState::Failing;
    }
    match fetched_at {
        None => FreshnessState::NeverFetched,
        Some(at) if is_late(connection, at, now) => FreshnessState::Late,
        Some(_) => FreshnessState::Fresh,
    }
}

/// A passing trouble (a hiccup, a throttled platform) is no failure until the figures are late.
fn needs_attention(run: &RunRecord) -> bool {
    let class = run.class.as_deref().map(str::parse::<RunClass>);
    match class {
        None => false,
        Some(Err(_)) => true,
        Some(Ok(class)) => {
            !class.is_ok()
                && !matches!(
                    class,
                    RunClass::Transient | RunClass::RateLimited | RunClass::DailyQuota
                )
        }
    }
}

fn is_late(connection: &Connection, fetched_at: Timestamp, now: Timestamp) -> bool {
    let after = |at| next_firing(&connection.schedule, &connection.time_zone, at);
    after(fetched_at)
        .and_then(after)
        .is_some_and(|second| now > second + GRACE)
}

/// The freshness of a figure: that of its worst source. Removed sources count only where nothing else feeds it.
#[must_use]
pub fn combined<'a>(sources: impl Iterator<Item = &'a SourceFreshness>) -> Freshness {
    let (removed, live): (Vec<_>, Vec<_>) =
        sources.partition(|source| source.state == FreshnessState::Removed);
    let counted = if live.is_empty() { removed } else { live };
    Freshness {
        state: counted
            .iter()
            .map(|source| source.state)
            .max_by_key(|state| severity(*state)),
        fetched_at: oldest(&counted),
        next_sync_at: counted
            .iter()
            .filter_map(|source| source.next_sync_at)
            .min(),
        data_sources: counted
            .iter()
            .map(|source| source.data_source.clone())
            .collect(),
    }
}

/// When the oldest part was fetched; none while a part was never fetched.
fn oldest(sources: &[&SourceFreshness]) -> Option<Timestamp> {
    let times: Option<Vec<Timestamp>> = sources.iter().map(|source| source.fetched_at).collect();
    times?.into_iter().min()
}

const fn severity(state: FreshnessState) -> u8 {
    match state {
        FreshnessState::Fresh => 0,
        FreshnessState::Removed => 1,
        FreshnessState::Suspended => 2,
        FreshnessState::NeverFetched => 3,
        FreshnessState::Late => 4,
        FreshnessState::Failing => 5,
    }
}

#[cfg(test)]
mod tests {
    use dpo_warehouse::model::Source;

    use super::*;

    fn connection() -> Connection {
        Connection {
            uid: "u".into(),
            name: "ads".into(),
            source: Source::GoogleAds,
            accounts: vec![],
            brand: None,
            schedule: "*/15 * * * *".into(),
            time_zone: "UTC".into(),
            suspended: false,
            removed: false,
            conditions: vec![],
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn run(class: &str) -> RunRecord {
        RunRecord {
            source_uid: "u".into(),
            id: uuid::Uuid::nil(),
            run_name: "ads-sync-1".into(),
            started_at: Timestamp::UNIX_EPOCH,
            finished_at: Some(Timestamp::UNIX_EPOCH),
            class: Some(class.into()),
            wait_seconds: None,
            pages: 0,
            rows_fetched: 0,
            rows_landed: 0,
            errors: vec![],
            message: None,
        }
    }

    fn judged(connection: &Connection, fetched_at: Option<&str>, class: &str) -> SourceFreshness {
        let last = run(class);
        let fetching = Fetching {
            connection,
            fetched_at: fetched_at.map(|at| at.parse().unwrap()),
            last_finished: Some(&last),
        };
        of_source(fetching, "2026-11-23T10:20:00Z".parse().unwrap())
    }

    #[test]
    fn two_missed_firings_make_a_source_late() {
        use FreshnessState::{Failing, Fresh, Late, NeverFetched};
        for (fetched_at, class, expected) in [
            (Some("2026-11-23T10:15:30Z"), "ok", Fresh),
            (Some("2026-11-23T09:50:00Z"), "ok", Fresh),
            (Some("2026-11-23T09:44:00Z"), "ok", Late),
            (Some("2026-11-23T10:15:30Z"), "rate_limited", Fresh),
            (Some("2026-11-23T10:15:30Z"), "auth_revoked", Failing),
            (None, "empty_ok", NeverFetched),
        ] {
            assert_eq!(
                judged(&connection(), fetched_at, class).state,
                expected,
                "{fetched_at:?} {class}"
            );
        }
    }

    #[test]
    fn a_suspended_source_has_no_next_sync() {
        let suspended = Connection {
            suspended: true,
            ..connection()
        };
        let freshness = judged(&suspended, Some("2026-11-20T00:00:00Z"), "ok");
        assert_eq!(freshness.state, FreshnessState::Suspended);
        assert_eq!(freshness.next_sync_at, None);
    }

    #[test]
    fn a_figure_is_as_fresh_as_its_worst_source() {
        let fresh = judged(&connection(), Some("2026-11-23T10:15:30Z"), "ok");
        let late = judged(&connection(), Some("2026-11-23T08:00:00Z"), "ok");
        let removed = judged(
            &Connection {
                removed: true,
                ..connection()
            },
            None,
            "ok",
        );
        let all = combined([&fresh, &late, &removed].into_iter());
        assert_eq!(all.state, Some(FreshnessState::Late));
        assert_eq!(all.fetched_at, late.fetched_at);
        let never = judged(&connection(), None, "empty_ok");
        let some = combined([&fresh, &never].into_iter());
        assert_eq!(some.state, Some(FreshnessState::NeverFetched));
        assert_eq!(some.fetched_at, None);
        assert_eq!(all.data_sources.len(), 2);
        assert_eq!(
            combined([&removed].into_iter()).state,
            Some(FreshnessState::Removed)
        );
        assert_eq!(combined(std::iter::empty()).state, None);
    }
}
