//! Days and hours: the model lives in UTC days, platforms report in the labels of a zone.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

const DAY_SECONDS: i64 = 86_400;

/// A day of the model, counted in UTC since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcDay(pub i64);

impl UtcDay {
    /// The day that contains an instant.
    pub fn of(instant: Timestamp) -> Self {
        Self(instant.as_second().div_euclid(DAY_SECONDS))
    }

    /// The instant `seconds` after the day's start.
    pub fn instant(self, seconds: i64) -> Timestamp {
        instant(self.0 * DAY_SECONDS + seconds)
    }

    /// A number for keys of random draws and ids.
    pub fn key(self) -> u64 {
        self.0.unsigned_abs()
    }
}

/// The instant of a Unix time, clamped to what can be represented.
pub fn instant(unix_seconds: i64) -> Timestamp {
    Timestamp::from_second(unix_seconds).unwrap_or(Timestamp::MAX)
}

/// The instant `seconds` later.
pub fn later(start: Timestamp, seconds: i64) -> Timestamp {
    start
        .saturating_add(SignedDuration::from_secs(seconds))
        .unwrap_or(Timestamp::MAX)
}

/// The local date and hour that a platform's clock shows at an instant. A repeated hour has one label.
pub fn label(instant: Timestamp, zone: &TimeZone) -> (Date, i8) {
    let local = zone.to_datetime(instant);
    (local.date(), local.hour())
}

/// A half-open range of instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First instant inside.
    pub from: Timestamp,
    /// First instant after the end.
    pub to: Timestamp,
}

impl Span {
    /// All instants of the local dates from `first` to `last`, both included.
    pub fn of_dates(first: Date, last: Date, zone: &TimeZone) -> Self {
        Self {
            from: midnight(first, zone),
            to: midnight(last.saturating_add(1.day()), zone),
        }
    }

    /// Whether the instant lies inside.
    pub fn contains(&self, instant: Timestamp) -> bool {
        self.from <= instant && instant < self.to
    }

    /// The UTC days that overlap, with some days more before the start.
    pub fn days_with_lead(&self, lead: i64) -> impl Iterator<Item = UtcDay> + use<> {
        let first = UtcDay::of(self.from).0 - lead;
        let last = UtcDay::of(self.to).0;
        (first..=last).map(UtcDay)
    }
}

/// The first instant of a local date.
pub fn midnight(date: Date, zone: &TimeZone) -> Timestamp {
    zone.to_ambiguous_zoned(date.at(0, 0, 0, 0))
        .compatible()
        .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

/// How busy an hour of the local day is, in thousandths of a day's traffic.
pub fn busyness(local_hour: i8) -> u64 {
    const WEIGHTS: [u64; 24] = [
        14, 9, 6, 5, 6, 12, 26, 44, 55, 59, 56, 54, 58, 52, 46, 45, 48, 53, 60, 72, 79, 68, 46, 27,
    ];
    usize::try_from(local_hour)
        .ok()
        .and_then(|hour| WEIGHTS.get(hour))
        .copied()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn labels(day: Date, zone: &str) -> Vec<i8> {
        let zone = TimeZone::get(zone).unwrap();
        let span = Span::of_dates(day, day, &zone);
        let hours = (span.to.as_second() - span.from.as_second()) / 3600;
        (0..hours)
            .map(|hour| label(later(span.from, hour * 3600), &zone).1)
            .collect()
    }

    #[test]
    fn autumn_repeats_a_label_and_spring_skips_one() {
        let autumn = labels(date(2026, 11, 1), "America/Los_Angeles");
        assert_eq!(autumn.len(), 25);
        assert_eq!(autumn.iter().filter(|hour| **hour == 1).count(), 2);
        let spring = labels(date(2026, 3, 29), "Europe/Berlin");
        assert_eq!(spring.len(), 23);
        assert!(!spring.contains(&2));
    }

    #[test]
    fn the_weights_make_one_day() {
        assert_eq!((0..24).map(busyness).sum::<u64>(), 1000);
    }

    #[test]
    fn a_local_day_touches_its_utc_days() {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let span = Span::of_dates(date(2026, 9, 1), date(2026, 9, 1), &zone);
        assert_eq!(span.days_with_lead(0).count(), 2);
        assert_eq!(span.days_with_lead(3).count(), 5);
    }
}
