//! From a query's dates to periods and axes.

use std::collections::BTreeMap;

use dpo_warehouse::model::DayStatus;
use dpo_warehouse::serve::{AccountDay, DateRange};
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::coverage::{Coverage, DayCoverage};
use crate::dto::period::{Compare, Day, DayState, Period, PeriodQuery};
use crate::problem::Problem;

/// The longest period of an overview: two years and a bit.
const LONGEST_DAYS: i32 = 800;

/// The period that was asked for and what it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The period.
    pub current: DateRange,
    /// The comparison.
    pub comparison: Option<DateRange>,
}

/// Reads the periods of a query.
///
/// # Errors
/// A sentence for the parameter that must be corrected.
pub fn asked(query: &PeriodQuery) -> Result<Asked, Problem> {
    let current = range(("from", query.from), ("to", query.to), LONGEST_DAYS)?;
    if query.compare != Compare::Custom
        && (query.compare_from.is_some() || query.compare_to.is_some())
    {
        return Err(Problem::parameter(
            "compareFrom",
            "compareFrom and compareTo go with compare=custom; add that or leave them out.",
        ));
    }
    let comparison = match query.compare {
        Compare::None => None,
        Compare::PreviousPeriod => Some(previous_period(current)),
        Compare::PreviousYear => Some(previous_year(current)),
        Compare::Custom => Some(custom(query)?),
    };
    Ok(Asked {
        current,
        comparison,
    })
}

/// Two dates as a range of at most `longest` days.
///
/// # Errors
/// A sentence for the parameter that must be corrected.
pub fn range(
    (from_name, from): (&str, Date),
    (to_name, to): (&str, Date),
    longest: i32,
) -> Result<DateRange, Problem> {
    for (name, date) in [(from_name, from), (to_name, to)] {
        if !(2000..=2100).contains(&date.year()) {
            return Err(Problem::parameter(
                name,
                format!("`{name}` must lie between the years 2000 and 2100."),
            ));
        }
    }
    if from > to {
        return Err(Problem::parameter(
            from_name,
            format!("`{from_name}` must not be after `{to_name}`."),
        ));
    }
    if length(DateRange { from, to }) > longest {
        return Err(Problem::parameter(
            to_name,
            format!("At most {longest} days at once: move `{to_name}` closer to `{from_name}`."),
        ));
    }
    Ok(DateRange { from, to })
}

fn custom(query: &PeriodQuery) -> Result<DateRange, Problem> {
    match (query.compare_from, query.compare_to) {
        (Some(from), Some(to)) => range(("compareFrom", from), ("compareTo", to), LONGEST_DAYS),
        (None, _) => Err(Problem::parameter(
            "compareFrom",
            "compare=custom needs `compareFrom` as YYYY-MM-DD.",
        )),
        (_, None) => Err(Problem::parameter(
            "compareTo",
            "compare=custom needs `compareTo` as YYYY-MM-DD.",
        )),
    }
}

/// The number of days, both ends counted.
#[must_use]
pub fn length(range: DateRange) -> i32 {
    (range.to - range.from).get_days() + 1
}

/// The first days of a range, or all of a shorter one.
#[must_use]
pub fn first_days(range: DateRange, days: usize) -> DateRange {
    let others = i64::try_from(days).unwrap_or(i64::MAX).saturating_sub(1);
    DateRange {
        from: range.from,
        to: range.from.saturating_add(others.days()).min(range.to),
    }
}

fn previous_period(range: DateRange) -> DateRange {
    let days = length(range).days();
    DateRange {
        from: range.from.saturating_sub(days),
        to: range.to.saturating_sub(days),
    }
}

fn previous_year(range: DateRange) -> DateRange {
    let year = 1.year();
    DateRange {
        from: range.from.saturating_sub(year),
        to: range.to.saturating_sub(year),
    }
}

/// A range as the answer writes it.
#[must_use]
pub const fn period(range: DateRange) -> Period {
    Period {
        from: range.from,
        to: range.to,
    }
}

/// Every date of a range.
pub fn dates(range: DateRange) -> impl Iterator<Item = Date> {
    range
        .from
        .series(1.day())
        .take_while(move |date| *date <= range.to)
}

/// Every day of a period with the state of its least settled account.
#[must_use]
pub fn axis(range: DateRange, days: &[AccountDay], coverage: &Coverage, today: Date) -> Vec<Day> {
    let mut reported: BTreeMap<Date, Vec<DayState>> = BTreeMap::new();
    for day in days {
        reported
            .entry(day.date)
            .or_default()
            .push(day_state(day.status));
    }
    let day = |(place, date): (usize, Date)| {
        let rows = reported.get(&date).map_or(&[][..], Vec::as_slice);
        let begun = date <= today || !rows.is_empty();
        let covered = coverage
            .on(place)
            .filter_map(|state| coverage_state(state, begun));
        let state = rows
            .iter()
            .copied()
            .chain(covered)
            .max_by_key(|state| unsettledness(*state));
        Day {
            date,
            state: state.unwrap_or(DayState::Missing),
        }
    };
    dates(range).enumerate().map(day).collect()
}

/// What the coverage adds to the rows; nothing where they say it all.
const fn coverage_state(state: DayCoverage, begun: bool) -> Option<DayState> {
    match state {
        DayCoverage::Finished => None,
        DayCoverage::Running if begun => Some(DayState::Provisional),
        DayCoverage::Running | DayCoverage::Missing => Some(DayState::Missing),
        DayCoverage::Archived => Some(DayState::Archived),
    }
}

/// A stored status as the answer writes it.
#[must_use]
pub const fn day_state(status: DayStatus) -> DayState {
    match status {
        DayStatus::Provisional => DayState::Provisional,
        DayStatus::Closed => DayState::Closed,
        DayStatus::Restated => DayState::Restated,
    }
}

const fn unsettledness(state: DayState) -> u8 {
    match state {
        DayState::Closed => 0,
        DayState::Restated => 1,
        DayState::Provisional => 2,
        DayState::Archived => 3,
        DayState::Missing => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(from: &str, to: &str, compare: Compare) -> PeriodQuery {
        PeriodQuery {
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
            compare,
            compare_from: None,
            compare_to: None,
        }
    }

    fn comparison(from: &str, to: &str, compare: Compare) -> (String, String) {
        let range = asked(&query(from, to, compare))
            .unwrap()
            .comparison
            .unwrap();
        (range.from.to_string(), range.to.to_string())
    }

    #[test]
    fn the_previous_period_ends_the_day_before() {
        assert_eq!(
            comparison("2026-03-01", "2026-03-31", Compare::PreviousPeriod),
            ("2026-01-29".into(), "2026-02-28".into())
        );
        assert_eq!(
            comparison("2026-03-01", "2026-03-01", Compare::PreviousPeriod),
            ("2026-02-28".into(), "2026-02-28".into())
        );
    }

    #[test]
    fn the_previous_year_has_no_29th_of_february() {
        assert_eq!(
            comparison("2024-02-01", "2024-02-29", Compare::PreviousYear),
            ("2023-02-01".into(), "2023-02-28".into())
        );
    }

    #[test]
    fn bad_periods_get_a_sentence() {
        let wrong = [
            query("2026-03-02", "2026-03-01", Compare::None),
            query("1999-12-31", "2000-01-01", Compare::None),
            query("2020-01-01", "2026-01-01", Compare::None),
            query("2026-03-01", "2026-03-02", Compare::Custom),
            PeriodQuery {
                compare_to: Some("2026-01-01".parse().unwrap()),
                ..query("2026-03-01", "2026-03-02", Compare::None)
            },
        ];
        for query in wrong {
            assert!(asked(&query).is_err(), "{query:?}");
        }
    }

    #[test]
    fn a_period_of_800_days_is_allowed() {
        assert!(asked(&query("2024-01-01", "2026-03-10", Compare::None)).is_ok());
        assert!(asked(&query("2024-01-01", "2026-03-11", Compare::None)).is_err());
    }

    #[test]
    fn the_least_settled_account_decides_over_a_day() {
        use super::super::coverage::{Clock, Found, cover};
        use super::super::estate::testing::{account, estate_of, key};
        use DayState::{Archived, Missing, Provisional, Restated};
        use dpo_warehouse::model::{DayStatus, Metrics, Source};
        let ads = |id| key(Source::GoogleAds, id);
        let day = |id, date: &str, status| AccountDay {
            account: ads(id),
            date: date.parse().unwrap(),
            currency: None,
            metrics: Metrics::new(),
            status,
            flags: vec![],
        };
        let zone = "Asia/Ho_Chi_Minh";
        let estate = estate_of(&[
            account(Source::GoogleAds, "1", zone),
            account(Source::GoogleAds, "2", zone),
        ]);
        let found = Found {
            range: DateRange {
                from: "2026-11-01".parse().unwrap(),
                to: "2026-11-06".parse().unwrap(),
            },
            days: vec![
                day("1", "2026-11-01", DayStatus::Closed),
                day("2", "2026-11-01", DayStatus::Restated),
                day("1", "2026-11-02", DayStatus::Closed),
                day("2", "2026-11-03", DayStatus::Provisional),
                day("1", "2026-11-03", DayStatus::Restated),
                day("1", "2026-11-04", DayStatus::Provisional),
            ],
            archived: vec![(ads("2"), "2026-11-04".parse().unwrap())],
            touched: vec![],
        };
        let clock = Clock {
            now: "2026-11-05T03:00:00Z".parse().unwrap(),
            zone: jiff::tz::TimeZone::get(zone).unwrap(),
        };
        let (coverage, _) = cover(&found, &estate, &clock);
        let today = "2026-11-05".parse().unwrap();
        let states: Vec<DayState> = axis(found.range, &found.days, &coverage, today)
            .iter()
            .map(|day| day.state)
            .collect();
        assert_eq!(
            states,
            [
                Restated,
                Missing,
                Provisional,
                Archived,
                Provisional,
                Missing
            ]
        );
    }
}
