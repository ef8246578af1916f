//! When a cron schedule fires, in its own zone.

use croner::Cron;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The first firing strictly after `after`; none where the expression or the zone cannot be read, or it never fires.
#[must_use]
pub fn next_firing(schedule: &str, time_zone: &str, after: Timestamp) -> Option<Timestamp> {
    let cron: Cron = schedule.parse().ok()?;
    let zone = TimeZone::get(time_zone).ok()?;
    let next = cron
        .find_next_occurrence(&after.to_zoned(zone), false)
        .ok()?;
    Some(next.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firing(schedule: &str, zone: &str, after: &str) -> Option<String> {
        next_firing(schedule, zone, after.parse().unwrap()).map(|at| at.to_string())
    }

    #[test]
    fn fires_in_its_zone() {
        let next = firing("0 7 * * *", "Asia/Ho_Chi_Minh", "2026-11-23T01:00:00Z");
        assert_eq!(next.as_deref(), Some("2026-11-24T00:00:00Z"));
    }

    #[test]
    fn a_firing_is_not_its_own_successor() {
        let next = firing("*/15 * * * *", "UTC", "2026-11-23T01:15:00Z");
        assert_eq!(next.as_deref(), Some("2026-11-23T01:30:00Z"));
    }

    #[test]
    fn follows_daylight_saving_time() {
        let before = firing("30 4 * * *", "America/New_York", "2026-10-31T12:00:00Z");
        assert_eq!(before.as_deref(), Some("2026-11-01T09:30:00Z"));
    }

    #[test]
    fn nonsense_never_fires() {
        assert_eq!(firing("every day", "UTC", "2026-11-23T01:15:00Z"), None);
        assert_eq!(
            firing("0 0 * * *", "Mars/Olympus", "2026-11-23T01:15:00Z"),
            None
        );
        assert_eq!(firing("0 0 31 2 *", "UTC", "2026-11-23T01:15:00Z"), None);
    }
}
