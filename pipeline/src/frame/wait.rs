//! How long to wait: what the server says, until a midnight, or a random share of a doubling limit.

use http::HeaderMap;
use jiff::{Timestamp, ToSpan, fmt::rfc2822, tz::TimeZone};
use rand::RngExt;
use std::time::Duration;

const FIRST_BACKOFF: Duration = Duration::from_secs(2);
const LONGEST_BACKOFF: Duration = Duration::from_mins(5);
/// A platform that asks for more than this is believed no further.
const LONGEST_SERVER_WAIT: Duration = Duration::from_hours(168);

/// The server's own clock, from the `Date` header.
#[must_use]
pub fn server_time(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(http::header::DATE)?.to_str().ok()?;
    http_date(text)
}

/// `Retry-After`: seconds, whole or broken (`2.0`), or a date, which is counted from the server's own clock.
#[must_use]
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers
        .get(http::header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim();
    let wait = match text.parse::<f64>() {
        Ok(seconds) => seconds_up(seconds),
        Err(_) => Some(between(
            server_time(headers).unwrap_or(now),
            http_date(text)?,
        )),
    };
    wait.map(|wait| wait.min(LONGEST_SERVER_WAIT))
}

/// A protobuf duration such as `37s` or `8962.5s`.
#[must_use]
pub fn protobuf_duration(text: &str) -> Option<Duration> {
    let seconds = text.trim().strip_suffix('s')?.parse::<f64>().ok()?;
    seconds_up(seconds).map(|wait| wait.min(LONGEST_SERVER_WAIT))
}

/// Whole seconds that are at least this long; nothing for negative or infinite ones.
#[must_use]
pub fn seconds_up(seconds: f64) -> Option<Duration> {
    let limit = LONGEST_SERVER_WAIT.as_secs_f64();
    (seconds.is_finite() && seconds >= 0.0)
        .then(|| Duration::from_secs_f64(seconds.min(limit).ceil()))
}

/// From `now` until the next midnight in a zone, in whole seconds, at least one.
#[must_use]
pub fn until_midnight(now: Timestamp, zone: &TimeZone) -> Duration {
    let local = now.to_zoned(zone.clone());
    let midnight = local
        .date()
        .checked_add(1.day())
        .and_then(|tomorrow| tomorrow.to_zoned(zone.clone()));
    match midnight {
        Ok(midnight) => between(now, midnight.timestamp()).max(Duration::from_secs(1)),
        Err(_) => Duration::from_hours(24),
    }
}

/// A random share of a limit that doubles with each failed try (full jitter); the first failure is number 1.
#[must_use]
pub fn backoff(failures: u32, cap: Duration) -> Duration {
    let doubled =
        FIRST_BACKOFF.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1).min(16)));
    let limit = doubled.min(LONGEST_BACKOFF).min(cap);
    limit.mul_f64(rand::rng().random_range(0.0..=1.0))
}

fn between(from: Timestamp, to: Timestamp) -> Duration {
    let span = to.duration_since(from);
    let whole = span.as_secs() + i64::from(span.subsec_nanos() > 0);
    Duration::from_secs(u64::try_from(whole).unwrap_or(0))
}

fn http_date(text: &str) -> Option<Timestamp> {
    let gmt = text.trim().replace("GMT", "+0000");
    rfc2822::DateTimeParser::new().parse_timestamp(&gmt).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
            .collect()
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now: Timestamp = "2026-09-01T00:00:00Z".parse().unwrap();
        let seconds = |value| {
            retry_after(&headers(&[("retry-after", value)]), now).map(|wait| wait.as_secs())
        };
        assert_eq!(seconds("120"), Some(120));
        assert_eq!(seconds("2.0"), Some(2));
        assert_eq!(seconds("0.4"), Some(1));
        assert_eq!(seconds("Tue, 01 Sep 2026 00:01:00 GMT"), Some(60));
        assert_eq!(seconds("1e9"), Some(7 * 86_400));
        assert_eq!(seconds("-5"), None);
        assert_eq!(seconds("soon"), None);
    }

    #[test]
    fn a_retry_date_counts_from_the_servers_clock() {
        let now: Timestamp = "2026-09-01T05:00:00Z".parse().unwrap();
        let answered = headers(&[
            ("date", "Tue, 01 Sep 2026 00:00:00 GMT"),
            ("retry-after", "Tue, 01 Sep 2026 00:00:30 GMT"),
        ]);
        assert_eq!(retry_after(&answered, now), Some(Duration::from_secs(30)));
    }

    #[test]
    fn midnight_follows_the_zone_through_the_change_of_clocks() {
        let pacific = zone("America/Los_Angeles");
        let seconds = |now: &str| until_midnight(now.parse().unwrap(), &pacific).as_secs();
        assert_eq!(seconds("2026-09-01T06:59:30Z"), 30);
        assert_eq!(seconds("2026-09-01T07:00:00Z"), 86_400);
        assert_eq!(
            seconds("2026-11-01T07:00:00Z"),
            90_000,
            "the day has 25 hours"
        );
        assert_eq!(
            seconds("2026-03-08T08:00:00Z"),
            82_800,
            "the day has 23 hours"
        );
    }

    #[test]
    fn protobuf_durations() {
        assert_eq!(protobuf_duration("37s"), Some(Duration::from_secs(37)));
        assert_eq!(protobuf_duration("8962s"), Some(Duration::from_secs(8962)));
        assert_eq!(protobuf_duration("0.5s"), Some(Duration::from_secs(1)));
        assert_eq!(protobuf_duration("37"), None);
    }

    #[test]
    fn backoff_stays_under_its_limits() {
        for failures in 1..40 {
            assert!(backoff(failures, Duration::from_hours(1)) <= LONGEST_BACKOFF);
            assert!(backoff(failures, Duration::ZERO).is_zero());
        }
        assert!((0..50).all(|_| backoff(1, LONGEST_BACKOFF) <= FIRST_BACKOFF));
        assert!((0..200).any(|_| backoff(4, LONGEST_BACKOFF) > FIRST_BACKOFF));
    }

    #[test]
    fn the_server_clock_is_read() {
        let time = server_time(&headers(&[("date", "Tue, 01 Sep 2026 12:30:00 GMT")]));
        assert_eq!(time, Some("2026-09-01T12:30:00Z".parse().unwrap()));
        assert_eq!(server_time(&headers(&[("date", "yesterday")])), None);
    }
}
