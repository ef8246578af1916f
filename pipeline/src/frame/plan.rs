//! What a run reads: which window tiers are due, which changes follow the cursor, how much history is caught up. Pure.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::declaration::{EventPolicy, StreamKind, WindowPolicy};
use super::pull::{DateRange, Span};

/// What is remembered of a stream's tiers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TierState {
    /// When the hot tier was last read.
    pub hot: Option<Timestamp>,
    /// When the warm tier was last read.
    pub warm: Option<Timestamp>,
    /// When the cold tier was last read.
    pub cold: Option<Timestamp>,
    /// When the weekly tier was last read.
    pub weekly: Option<Timestamp>,
    /// The first local date, or the local date of the first changes, that was read without a gap.
    pub complete_from: Option<Date>,
}

/// When and where planning takes place.
#[derive(Debug, Clone)]
pub struct Now {
    /// The run's time.
    pub instant: Timestamp,
    /// The account's zone.
    pub zone: TimeZone,
}

impl Now {
    /// The account's date.
    #[must_use]
    pub fn today(&self) -> Date {
        self.instant.to_zoned(self.zone.clone()).date()
    }

    /// The beginning of the day so many days ago.
    fn midnight_before(&self, days: u16) -> Timestamp {
        self.midnight_of(self.today().saturating_sub(i64::from(days).days()))
    }

    fn midnight_of(&self, date: Date) -> Timestamp {
        date.to_zoned(self.zone.clone())
            .map_or(self.instant, |midnight| midnight.timestamp())
    }
}

/// What the run's flags and the DataSource ask for.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// Every tier is due.
    pub all_tiers: bool,
    /// Only the newest days: the platform's allowance is nearly used up.
    pub hot_only: bool,
    /// These dates and nothing else.
    pub only: Option<DateRange>,
    /// The first date of history.
    pub history_from: Option<Date>,
    /// How many pulls may be spent on history.
    pub backfill_pulls: usize,
}

/// One piece of work, with what to remember when it has landed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What to pull.
    pub span: Span,
    /// The tiers' state once it has landed.
    pub state: TierState,
    /// The cursor once it has landed, if it moves.
    pub cursor: Option<Timestamp>,
    /// What happened from here on and changed within the span must be in it if it still exists.
    pub sweep_from: Option<Timestamp>,
}

impl Step {
    /// The same step with a cursor that is not ahead of what the platform's own clock lets be read without gaps.
    #[must_use]
    pub fn behind_clock(self, kind: &StreamKind, server_time: Option<Timestamp>) -> Self {
        let (StreamKind::Event(policy), Some(server_time)) = (kind, server_time) else {
            return self;
        };
        let limit = server_time - SignedDuration::from_mins(i64::from(policy.lag_minutes));
        Self {
            cursor: self.cursor.map(|cursor| cursor.min(limit)),
            ..self
        }
    }
}

/// Without `historyFrom`, history begins so many days ago.
const DEFAULT_HISTORY_DAYS: i64 = 90;
const WARM_INTERVAL: SignedDuration = SignedDuration::from_hours(1);
const COLD_HOUR: SignedDuration = SignedDuration::from_hours(4);
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The steps of a stream in this run, in order.
#[must_use]
pub fn steps(
    kind: &StreamKind,
    state: &TierState,
    cursor: Option<Timestamp>,
    now: &Now,
    wishes: &Wishes,
) -> Vec<Step> {
    match kind {
        StreamKind::Snapshot { refresh_minutes } => {
            snapshot_steps(*refresh_minutes, state, now, wishes)
        }
        StreamKind::Window(policy) => window_steps(policy, state, now, wishes),
        StreamKind::Event(policy) => event_steps(*policy, state, cursor, now, wishes),
    }
}

fn snapshot_steps(
    refresh_minutes: u32,
    state: &TierState,
    now: &Now,
    wishes: &Wishes,
) -> Vec<Step> {
    let interval = SignedDuration::from_mins(i64::from(refresh_minutes));
    let due = wishes.all_tiers || wishes.only.is_some() || is_due(state.hot, interval, now);
    let state = TierState {
        hot: Some(now.instant),
        ..state.clone()
    };
    if due {
        vec![Step {
            sweep_from: None,
            span: Span::Now,
            state,
            cursor: None,
        }]
    } else {
        Vec::new()
    }
}

fn window_steps(policy: &WindowPolicy, state: &TierState, now: &Now, wishes: &Wishes) -> Vec<Step> {
    if let Some(range) = wishes.only {
        let split = range.split(policy.days_per_request).into_iter();
        return split
            .map(|part| Step {
                sweep_from: None,
                span: Span::Days(part),
                state: state.clone(),
                cursor: None,
            })
            .collect();
    }
    let (days, read) = due_tiers(policy, state, now, wishes);
    let today = now.today();
    let first = today.saturating_sub((i64::from(days) - 1).days());
    let range = DateRange { first, last: today };
    let parts = range.split(policy.days_per_request);
    let mut steps: Vec<Step> = parts
        .iter()
        .map(|part| Step {
            sweep_from: None,
            span: Span::Days(*part),
            state: state.clone(),
            cursor: None,
        })
        .collect();
    let complete_from = Some(joined(state, range, now));
    let done = TierState {
        complete_from,
        ..read
    };
    if let Some(last) = steps.last_mut() {
        last.state = done.clone();
    }
    if !wishes.hot_only {
        steps.extend(window_backfill(policy, &done, now, wishes));
    }
    steps
}

/// The widest tier that is due, and the state after it was read: a wide tier contains the narrow ones.
fn due_tiers(
    policy: &WindowPolicy,
    state: &TierState,
    now: &Now,
    wishes: &Wishes,
) -> (u16, TierState) {
    let due = |due: bool| !wishes.hot_only && (wishes.all_tiers || due);
    let mut read = TierState {
        hot: Some(now.instant),
        ..state.clone()
    };
    let mut days = policy.hot_days;
    if due(is_due(state.warm, WARM_INTERVAL, now)) {
        read.warm = Some(now.instant);
        days = days.max(policy.warm_days);
    }
    if due(is_cold_due(state.cold, now)) {
        read.warm = Some(now.instant);
        read.cold = Some(now.instant);
        days = days.max(policy.cold_days);
    }
    if let Some(weekly_days) = policy.weekly_days
        && due(is_due(state.weekly, WEEK, now))
    {
        read = TierState {
            warm: Some(now.instant),
            cold: Some(now.instant),
            weekly: Some(now.instant),
            ..read
        };
        days = days.max(weekly_days);
    }
    (days.max(1), read)
}

fn is_due(last: Option<Timestamp>, interval: SignedDuration, now: &Now) -> bool {
    last.is_none_or(|last| now.instant.duration_since(last) >= interval)
}

/// Once a local day, from four hours after midnight on.
fn is_cold_due(last: Option<Timestamp>, now: &Now) -> bool {
    let cold_day = |instant: Timestamp| (instant - COLD_HOUR).to_zoned(now.zone.clone()).date();
    last.is_none_or(|last| cold_day(last) < cold_day(now.instant))
}

/// The first date without a gap after a range was read. After a pause that is longer than the range, the dates between
/// are missing, and history is read again from there on.
fn joined(state: &TierState, read: DateRange, now: &Now) -> Date {
    let date = |instant: Timestamp| instant.to_zoned(now.zone.clone()).date();
    let touches = state
        .hot
        .is_some_and(|last| date(last) >= read.first.saturating_sub(1.day()));
    state
        .complete_from
        .filter(|_| touches)
        .map_or(read.first, |from| from.min(read.first))
}

fn history_start(now: &Now, wishes: &Wishes) -> Date {
    wishes.history_from.unwrap_or_else(|| {
        now.today()
            .saturating_sub((DEFAULT_HISTORY_DAYS - 1).days())
    })
}

/// History is read backwards from what is complete, so that the newest days are there first.
fn backfill_ranges(
    complete_from: Option<Date>,
    days: u16,
    now: &Now,
    wishes: &Wishes,
) -> Vec<DateRange> {
    let start = history_start(now, wishes);
    let Some(mut complete_from) = complete_from else {
        return Vec::new();
    };
    let mut ranges = Vec::new();
    while complete_from > start && ranges.len() < wishes.backfill_pulls {
        let first = complete_from
            .saturating_sub(i64::from(days.max(1)).days())
            .max(start);
        ranges.push(DateRange {
            first,
            last: complete_from.saturating_sub(1.day()),
        });
        complete_from = first;
    }
    ranges
}

fn window_backfill(
    policy: &WindowPolicy,
    state: &TierState,
    now: &Now,
    wishes: &Wishes,
) -> Vec<Step> {
    let ranges =
        backfill_ranges(state.complete_from, policy.days_per_request, now, wishes).into_iter();
    let step = |range: DateRange| Step {
        sweep_from: None,
        span: Span::Days(range),
        state: TierState {
            complete_from: Some(range.first),
            ..state.clone()
        },
        cursor: None,
    };
    ranges.map(step).collect()
}

fn event_steps(
    policy: EventPolicy,
    state: &TierState,
    cursor: Option<Timestamp>,
    now: &Now,
    wishes: &Wishes,
) -> Vec<Step> {
    let until = now.instant - SignedDuration::from_mins(i64::from(policy.lag_minutes));
    if let Some(range) = wishes.only {
        let since = now.midnight_of(range.first).min(until);
        return vec![Step {
            sweep_from: None,
            span: Span::Changes { since, until },
            state: state.clone(),
            cursor,
        }];
    }
    let review = !wishes.hot_only && (wishes.all_tiers || is_due(state.weekly, WEEK, now));
    let since = since(policy, cursor, review, until, now);
    let since_date = since.to_zoned(now.zone.clone()).date();
    let complete_from = Some(
        state
            .complete_from
            .map_or(since_date, |from| from.min(since_date)),
    );
    let weekly = if review {
        Some(now.instant)
    } else {
        state.weekly
    };
    let done = TierState {
        hot: Some(now.instant),
        weekly,
        complete_from,
        ..state.clone()
    };
    let sweep_days = policy.sweep_days.filter(|_| review);
    let mut steps = vec![Step {
        sweep_from: sweep_days.map(|days| now.midnight_before(days)),
        span: Span::Changes { since, until },
        state: done.clone(),
        cursor: Some(until),
    }];
    if !wishes.hot_only {
        steps.extend(event_backfill(policy, &done, until, now, wishes));
    }
    steps
}

fn since(
    policy: EventPolicy,
    cursor: Option<Timestamp>,
    review: bool,
    until: Timestamp,
    now: &Now,
) -> Timestamp {
    let overlap = SignedDuration::from_mins(i64::from(policy.overlap_minutes));
    let followed = cursor.map_or_else(
        || now.midnight_before(policy.days_per_pull),
        |cursor| cursor - overlap,
    );
    let since = if review {
        followed.min(now.midnight_before(policy.weekly_days))
    } else {
        followed
    };
    since.min(until)
}

/// A change in an older range that happens meanwhile moves to the head of the list and is read there.
fn event_backfill(
    policy: EventPolicy,
    state: &TierState,
    cursor: Timestamp,
    now: &Now,
    wishes: &Wishes,
) -> Vec<Step> {
    let ranges =
        backfill_ranges(state.complete_from, policy.days_per_pull, now, wishes).into_iter();
    let step = |range: DateRange| Step {
        sweep_from: None,
        span: Span::Changes {
            since: now.midnight_of(range.first),
            until: now.midnight_of(range.last.saturating_add(1.day())),
        },
        state: TierState {
            complete_from: Some(range.first),
            ..state.clone()
        },
        cursor: Some(cursor),
    };
    ranges.map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const ADS: WindowPolicy = WindowPolicy {
        hot_days: 2,
        warm_days: 3,
        cold_days: 30,
        weekly_days: Some(90),
        days_per_request: 31,
    };
    const ORDERS: EventPolicy = EventPolicy {
        overlap_minutes: 5,
        lag_minutes: 1,
        weekly_days: 60,
        sweep_days: Some(45),
        days_per_pull: 30,
    };

    fn now(instant: &str) -> Now {
        Now {
            instant: instant.parse().unwrap(),
            zone: TimeZone::get("America/Los_Angeles").unwrap(),
        }
    }

    fn windows(state: &TierState, now: &Now, wishes: &Wishes) -> (Vec<(Date, Date)>, TierState) {
        let steps = steps(&StreamKind::Window(ADS), state, None, now, wishes);
        let ranges = steps.iter().map(|step| match &step.span {
            Span::Days(range) => (range.first, range.last),
            other => panic!("{other:?}"),
        });
        (ranges.collect(), steps.last().unwrap().state.clone())
    }

    fn changes(
        state: &TierState,
        cursor: Option<&str>,
        now: &Now,
        wishes: &Wishes,
    ) -> Vec<(String, String)> {
        let cursor = cursor.map(|cursor| cursor.parse().unwrap());
        let steps = steps(&StreamKind::Event(ORDERS), state, cursor, now, wishes);
        let spans = steps.iter().map(|step| match &step.span {
            Span::Changes { since, until } => (since.to_string(), until.to_string()),
            other => panic!("{other:?}"),
        });
        spans.collect()
    }

    #[test]
    fn the_weekly_review_alone_notices_what_is_gone() {
        let state = |weekly: &str| TierState {
            weekly: Some(weekly.parse().unwrap()),
            complete_from: Some(date(2020, 1, 1)),
            ..TierState::default()
        };
        let sweep_from = |weekly: &str, wishes: &Wishes| {
            let steps = steps(
                &StreamKind::Event(ORDERS),
                &state(weekly),
                Some("2026-09-10T19:45:00Z".parse().unwrap()),
                &now("2026-09-10T20:00:00Z"),
                wishes,
            );
            steps[0].sweep_from.map(|instant| instant.to_string())
        };
        let due = "2026-09-03T20:00:00Z";
        assert_eq!(
            sweep_from(due, &Wishes::default()).as_deref(),
            Some("2026-07-27T07:00:00Z"),
            "45 days before, at the account's midnight"
        );
        assert_eq!(sweep_from("2026-09-04T20:00:00Z", &Wishes::default()), None);
        let only = Wishes {
            only: Some(DateRange {
                first: date(2026, 9, 1),
                last: date(2026, 9, 2),
            }),
            ..Wishes::default()
        };
        assert_eq!(sweep_from(due, &only), None);
    }

    #[test]
    fn a_cursor_is_never_ahead_of_the_platforms_clock() {
        let kind = StreamKind::Event(ORDERS);
        let step = Step {
            sweep_from: None,
            span: Span::Now,
            state: TierState::default(),
            cursor: Some("2026-09-10T20:00:00Z".parse().unwrap()),
        };
        let cursor = |kind: &StreamKind, server_time: Option<&str>| {
            let server_time = server_time.map(|time| time.parse().unwrap());
            let cursor = step.clone().behind_clock(kind, server_time).cursor;
            cursor.unwrap().to_string()
        };
        let slow = Some("2026-09-10T19:50:30Z");
        assert_eq!(cursor(&kind, slow), "2026-09-10T19:49:30Z");
        assert_eq!(
            cursor(&kind, Some("2026-09-10T20:30:00Z")),
            "2026-09-10T20:00:00Z"
        );
        assert_eq!(cursor(&kind, None), "2026-09-10T20:00:00Z");
        assert_eq!(
            cursor(&StreamKind::Window(ADS), slow),
            "2026-09-10T20:00:00Z"
        );
    }

    #[test]
    fn the_first_run_reads_every_tier() {
        let (ranges, state) = windows(
            &TierState::default(),
            &now("2026-09-10T20:00:00Z"),
            &Wishes::default(),
        );
        assert_eq!(ranges.first().unwrap().0, date(2026, 6, 13));
        assert_eq!(ranges.last().unwrap().1, date(2026, 9, 10));
        assert_eq!(state.complete_from, Some(date(2026, 6, 13)));
        assert!(
            state.hot.is_some()
                && state.warm.is_some()
                && state.cold.is_some()
                && state.weekly.is_some()
        );
    }

    #[test]
    fn the_next_run_reads_today_and_yesterday_of_the_account() {
        let (_, state) = windows(
            &TierState::default(),
            &now("2026-09-10T20:00:00Z"),
            &Wishes::default(),
        );
        let (ranges, after) = windows(&state, &now("2026-09-10T20:15:00Z"), &Wishes::default());
        assert_eq!(ranges, [(date(2026, 9, 9), date(2026, 9, 10))]);
        assert_eq!(after.warm, state.warm);
        let (ranges, _) = windows(&state, &now("2026-09-10T21:00:00Z"), &Wishes::default());
        assert_eq!(
            ranges,
            [(date(2026, 9, 8), date(2026, 9, 10))],
            "an hour later the warm tier is due"
        );
        let (ranges, _) = windows(&state, &now("2026-09-11T05:00:00Z"), &Wishes::default());
        assert_eq!(
            ranges.last().unwrap().1,
            date(2026, 9, 10),
            "in Los Angeles it is still the 10th"
        );
    }

    #[test]
    fn the_cold_tier_is_due_four_hours_after_the_accounts_midnight() {
        let (_, state) = windows(
            &TierState::default(),
            &now("2026-09-10T20:00:00Z"),
            &Wishes::default(),
        );
        let days = |instant: &str| {
            let (ranges, _) = windows(&state, &now(instant), &Wishes::default());
            (ranges.last().unwrap().1 - ranges.first().unwrap().0).get_days() + 1
        };
        assert_eq!(days("2026-09-11T10:59:00Z"), 3);
        assert_eq!(days("2026-09-11T11:00:00Z"), 30);
        assert_eq!(
            days("2026-09-17T20:00:00Z"),
            90,
            "a week later the weekly tier is due"
        );
    }

    #[test]
    fn flags_make_tiers_due_or_leave_only_the_hot_one() {
        let (_, state) = windows(
            &TierState::default(),
            &now("2026-09-10T20:00:00Z"),
            &Wishes::default(),
        );
        let later = now("2026-09-18T20:15:00Z");
        let (ranges, _) = windows(
            &state,
            &later,
            &Wishes {
                hot_only: true,
                ..Wishes::default()
            },
        );
        assert_eq!(ranges, [(date(2026, 9, 17), date(2026, 9, 18))]);
        let (ranges, _) = windows(
            &state,
            &now("2026-09-10T20:15:00Z"),
            &Wishes {
                all_tiers: true,
                ..Wishes::default()
            },
        );
        assert_eq!(ranges.first().unwrap().0, date(2026, 6, 13));
    }

    #[test]
    fn chosen_dates_are_read_and_nothing_else_is_remembered() {
        let only = DateRange {
            first: date(2025, 1, 1),
            last: date(2025, 2, 10),
        };
        let (ranges, state) = windows(
            &TierState::default(),
            &now("2026-09-10T20:00:00Z"),
            &Wishes {
                only: Some(only),
                ..Wishes::default()
            },
        );
        assert_eq!(
            ranges,
            [
                (date(2025, 1, 1), date(2025, 1, 31)),
                (date(2025, 2, 1), date(2025, 2, 10))
            ]
        );
        assert_eq!(state, TierState::default());
    }

    #[test]
    fn history_is_read_backwards_in_bounded_steps_to_its_first_day() {
        let wishes = Wishes {
            history_from: Some(date(2026, 4, 1)),
            backfill_pulls: 2,
            ..Wishes::default()
        };
        let instant = now("2026-09-10T20:00:00Z");
        let (ranges, state) = windows(&TierState::default(), &instant, &wishes);
        assert_eq!(
            ranges.get(3..).unwrap(),
            [
                (date(2026, 5, 13), date(2026, 6, 12)),
                (date(2026, 4, 12), date(2026, 5, 12))
            ]
        );
        let (ranges, state) = windows(&state, &now("2026-09-10T20:15:00Z"), &wishes);
        assert_eq!(
            ranges,
            [
                (date(2026, 9, 9), date(2026, 9, 10)),
                (date(2026, 4, 1), date(2026, 4, 11))
            ]
        );
        let (ranges, _) = windows(&state, &now("2026-09-10T20:30:00Z"), &wishes);
        assert_eq!(ranges.len(), 1, "history is complete");
    }

    #[test]
    fn what_a_long_pause_left_out_is_read_again() {
        let wishes = Wishes {
            history_from: Some(date(2026, 1, 1)),
            ..Wishes::default()
        };
        let complete = TierState {
            hot: Some("2026-04-01T20:00:00Z".parse().unwrap()),
            complete_from: Some(date(2026, 1, 1)),
            ..TierState::default()
        };
        let (_, state) = windows(&complete, &now("2026-09-10T20:00:00Z"), &wishes);
        assert_eq!(state.complete_from, Some(date(2026, 6, 13)));
        let (_, state) = windows(&complete, &now("2026-06-20T20:00:00Z"), &wishes);
        assert_eq!(
            state.complete_from,
            Some(date(2026, 1, 1)),
            "the weekly tier covers the pause"
        );
    }

    #[test]
    fn changes_follow_the_cursor_with_overlap_and_lag() {
        let state = TierState {
            weekly: Some("2026-09-10T00:00:00Z".parse().unwrap()),
            complete_from: Some(date(2026, 6, 1)),
            ..TierState::default()
        };
        let spans = changes(
            &state,
            Some("2026-09-10T19:44:00Z"),
            &now("2026-09-10T20:00:00Z"),
            &Wishes::default(),
        );
        assert_eq!(
            spans,
            [(
                "2026-09-10T19:39:00Z".to_owned(),
                "2026-09-10T19:59:00Z".to_owned()
            )]
        );
    }

    #[test]
    fn the_first_run_of_an_event_stream_reads_the_newest_changes_then_history() {
        let wishes = Wishes {
            backfill_pulls: 1,
            ..Wishes::default()
        };
        let spans = changes(
            &TierState::default(),
            None,
            &now("2026-09-10T20:00:00Z"),
            &wishes,
        );
        assert_eq!(
            spans.first().unwrap(),
            &(
                "2026-07-12T07:00:00Z".to_owned(),
                "2026-09-10T19:59:00Z".to_owned()
            )
        );
        assert_eq!(
            spans.get(1).unwrap(),
            &(
                "2026-06-13T07:00:00Z".to_owned(),
                "2026-07-12T07:00:00Z".to_owned()
            )
        );
    }

    #[test]
    fn chosen_dates_of_an_event_stream_mean_everything_changed_since() {
        let only = DateRange {
            first: date(2026, 9, 1),
            last: date(2026, 9, 3),
        };
        let spans = changes(
            &TierState::default(),
            None,
            &now("2026-11-10T20:00:00Z"),
            &Wishes {
                only: Some(only),
                ..Wishes::default()
            },
        );
        assert_eq!(
            spans,
            [(
                "2026-09-01T07:00:00Z".to_owned(),
                "2026-11-10T19:59:00Z".to_owned()
            )]
        );
    }

    #[test]
    fn snapshots_are_refreshed_when_they_are_old() {
        let kind = StreamKind::Snapshot {
            refresh_minutes: 60,
        };
        let fresh = TierState {
            hot: Some("2026-09-10T19:30:00Z".parse().unwrap()),
            ..TierState::default()
        };
        let count = |state: &TierState, wishes: &Wishes| {
            steps(&kind, state, None, &now("2026-09-10T20:00:00Z"), wishes).len()
        };
        assert_eq!(count(&TierState::default(), &Wishes::default()), 1);
        assert_eq!(count(&fresh, &Wishes::default()), 0);
        assert_eq!(
            count(
                &fresh,
                &Wishes {
                    all_tiers: true,
                    ..Wishes::default()
                }
            ),
            1
        );
    }
}
