//! How a figure changed, over days that both periods have.

use std::collections::BTreeSet;
use std::ops::Range;

use bigdecimal::BigDecimal;
use dpo_warehouse::metrics::Definition;
use dpo_warehouse::model::canonical;
use dpo_warehouse::serve::AccountKey;

use super::coverage::{Coverage, DayCoverage};
use super::figure::{Evidence, Reading, feeding, quotient, value_of};
use crate::dto::value::{Absence, ChangeAbsence};

/// The change from one period to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The fraction, or why there is none.
    pub fraction: Result<String, ChangeAbsence>,
    /// Days that are not over were left out, with those at the same place of the other period.
    pub without_running_days: bool,
}

/// The change of a figure between two periods with these readings.
#[must_use]
pub fn change(
    definition: &Definition,
    currency: Option<&str>,
    (current, now): (&Evidence<'_>, &Reading),
    (comparison, before): (&Evidence<'_>, &Reading),
) -> Change {
    let mut accounts = feeding(definition, currency, current);
    accounts.extend(feeding(definition, currency, comparison));
    let places = (&current.days, &comparison.days);
    let compared = compared_days(&accounts, (current.coverage, comparison.coverage), places);
    let shortened = compared < longest(places);
    let up_to = |evidence: &Evidence<'_>| value_of(definition, currency, &evidence.up_to(compared));
    let coverage = (current.coverage, comparison.coverage);
    let fraction = match (&now.value, &before.value) {
        (Err(_), _) | (_, Err(_)) => Err(ChangeAbsence::NoValue),
        _ if compared == 0 => Err(ChangeAbsence::RunningDays),
        (Ok(now), Ok(before)) => match unlike(&accounts, compared, coverage) {
            Some(unlike) => Err(unlike),
            None if shortened => fraction(up_to(current), up_to(comparison)),
            None => fraction(Ok(now.clone()), Ok(before.clone())),
        },
    };
    Change {
        without_running_days: shortened && fraction.is_ok(),
        fraction,
    }
}

/// The length of the longer period.
#[must_use]
pub fn longest((current, comparison): (&Range<usize>, &Range<usize>)) -> usize {
    current.len().max(comparison.len())
}

/// How many days from the beginning of both periods are over for all of these accounts.
#[must_use]
pub fn compared_days(
    accounts: &BTreeSet<&AccountKey>,
    (current, comparison): (&Coverage, &Coverage),
    places: (&Range<usize>, &Range<usize>),
) -> usize {
    let running = |coverage: &Coverage, days: &Range<usize>, account: &AccountKey| {
        let mut days = coverage.of(account, days).iter();
        days.position(|day| *day == DayCoverage::Running)
    };
    let first_running = accounts.iter().flat_map(|account| {
        let now = running(current, places.0, account);
        let before = running(comparison, places.1, account);
        now.into_iter().chain(before)
    });
    first_running.min().unwrap_or_else(|| longest(places))
}

/// Why the first days of both periods cannot be compared, if so.
fn unlike(
    accounts: &BTreeSet<&AccountKey>,
    days: usize,
    (current, comparison): (&Coverage, &Coverage),
) -> Option<ChangeAbsence> {
    let states =
        |coverage: &Coverage, account: &AccountKey| coverage.of(account, &(0..days)).to_vec();
    let pairs: Vec<(Vec<DayCoverage>, Vec<DayCoverage>)> = accounts
        .iter()
        .map(|account| (states(current, account), states(comparison, account)))
        .collect();
    let archived = |days: &[DayCoverage]| days.contains(&DayCoverage::Archived);
    if pairs
        .iter()
        .any(|(now, before)| archived(now) || archived(before))
    {
        return Some(ChangeAbsence::ArchivedDays);
    }
    let missing = |day: &DayCoverage| *day == DayCoverage::Missing;
    let uneven = |(now, before): &(Vec<DayCoverage>, Vec<DayCoverage>)| {
        if now.is_empty() || before.is_empty() {
            return !(now.iter().all(missing) && before.iter().all(missing));
        }
        let (now, before) = (now.iter().map(missing), before.iter().map(missing));
        now.zip(before).any(|(now, before)| now != before)
    };
    pairs
        .iter()
        .any(uneven)
        .then_some(ChangeAbsence::MissingDays)
}

fn fraction(
    now: Result<BigDecimal, Absence>,
    before: Result<BigDecimal, Absence>,
) -> Result<String, ChangeAbsence> {
    let (Ok(now), Ok(before)) = (now, before) else {
        return Err(ChangeAbsence::NoValue);
    };
    quotient(&(now - &before), &before.abs())
        .as_ref()
        .map(canonical)
        .ok_or(ChangeAbsence::ZeroBase)
}

#[cfg(test)]
mod tests {
    use dpo_warehouse::metrics::{Metric, definition};
    use dpo_warehouse::model::{DayStatus, Metrics, Source, parse_decimal};
    use dpo_warehouse::serve::{AccountDay, DateRange, Fetched, Reach};
    use jiff::tz::TimeZone;

    use super::super::coverage::{Clock, Found};
    use super::super::estate::Estate;
    use super::super::estate::testing::{account, estate_of, key};
    use super::super::kpi::{PeriodEvidence, PeriodRows};
    use super::*;
    use crate::dto::value::{Caveat, Figure};

    const SHOP: Source = Source::Shopify;
    const ADS: Source = Source::GoogleAds;
    const SAIGON: &str = "Asia/Ho_Chi_Minh";
    /// 10:00 on the 23rd in Saigon, when it is 19:00 on the 22nd in Los Angeles.
    const NOW: &str = "2026-11-23T03:00:00Z";

    /// A shop and two ad accounts, fetched just now from a date on.
    fn estate(zones: [&str; 3], complete_from: [&str; 3]) -> Estate {
        let keys = [key(SHOP, "s"), key(ADS, "1"), key(ADS, "2")];
        let known = [0, 1, 2].map(|index: usize| {
            let mut known = account(
                keys[index].source,
                keys[index].account.as_str(),
                zones[index],
            );
            known.currency = Some("VND".into());
            known
        });
        let mut estate = estate_of(&known);
        for (index, key) in keys.into_iter().enumerate() {
            let reach = Reach {
                complete_from: complete_from[index].parse().unwrap(),
                zone: zones[index].into(),
            };
            let fetched = Fetched {
                at: NOW.parse().unwrap(),
                reach: Some(reach),
            };
            estate.fetched.insert(key, fetched);
        }
        estate
    }

    fn settled() -> Estate {
        estate([SAIGON; 3], ["2026-01-01"; 3])
    }

    /// The same value on every day from one date to another, both of November.
    fn daily(
        (source, account): (Source, &str),
        metric: Metric,
        value: &str,
        (from, to): (i8, i8),
    ) -> Vec<AccountDay> {
        (from..=to)
            .map(|day| AccountDay {
                account: key(source, account),
                date: jiff::civil::date(2026, 11, day),
                currency: Some("VND".parse().unwrap()),
                metrics: Metrics::from([(metric, parse_decimal(value).unwrap())]),
                status: DayStatus::Closed,
                flags: vec![],
            })
            .collect()
    }

    fn rows(estate: &Estate, days: &[AccountDay], (from, to): (i8, i8)) -> PeriodRows {
        let range = DateRange {
            from: jiff::civil::date(2026, 11, from),
            to: jiff::civil::date(2026, 11, to),
        };
        let found = Found {
            range,
            days: days
                .iter()
                .filter(|day| (range.from..=range.to).contains(&day.date))
                .cloned()
                .collect(),
            archived: vec![],
            touched: vec![],
        };
        let clock = Clock {
            now: NOW.parse().unwrap(),
            zone: TimeZone::get(SAIGON).unwrap(),
        };
        PeriodRows::new(found, estate, &clock)
    }

    fn compared(
        name: &str,
        estate: &Estate,
        days: &[AccountDay],
        (current, comparison): ((i8, i8), (i8, i8)),
    ) -> Figure {
        let definition = definition(name).unwrap();
        let (current, comparison) = (rows(estate, days, current), rows(estate, days, comparison));
        let now = PeriodEvidence::new(&current, estate);
        let before = PeriodEvidence::new(&comparison, estate);
        let currency = (name != "orders").then_some("VND");
        super::super::figure::figure(definition, currency, &now.whole, Some(&before.whole))
    }

    fn told(figure: &Figure) -> (Option<&str>, Option<ChangeAbsence>, bool) {
        let comparison = figure.comparison.as_ref().unwrap();
        (
            comparison.change.as_deref(),
            comparison.change_absence,
            comparison.without_running_days,
        )
    }

    #[test]
    fn a_day_that_is_not_over_is_compared_with_nothing() {
        let mut days = daily((SHOP, "s"), Metric::Revenue, "100", (1, 22));
        days.extend(daily((SHOP, "s"), Metric::Revenue, "10", (23, 23)));
        let today = compared("revenue", &settled(), &days, ((23, 23), (22, 22)));
        assert_eq!(today.value.as_deref(), Some("10"));
        assert!(today.caveats.contains(&Caveat::RunningDay));
        assert_eq!(
            told(&today),
            (None, Some(ChangeAbsence::RunningDays), false)
        );
    }

    #[test]
    fn days_that_are_not_over_are_left_out_with_their_like() {
        let mut days = daily((SHOP, "s"), Metric::Revenue, "50", (10, 16));
        days.extend(daily((SHOP, "s"), Metric::Revenue, "100", (17, 22)));
        days.extend(daily((SHOP, "s"), Metric::Revenue, "3", (23, 23)));
        let week = compared("revenue", &settled(), &days, ((17, 23), (10, 16)));
        assert_eq!(week.value.as_deref(), Some("603"));
        assert_eq!(told(&week), (Some("1"), None, true));
        let over = compared("revenue", &settled(), &days, ((17, 22), (11, 16)));
        assert_eq!(told(&over), (Some("1"), None, false));
    }

    #[test]
    fn the_account_whose_day_ends_last_decides() {
        let estate = estate([SAIGON, SAIGON, "America/Los_Angeles"], ["2026-01-01"; 3]);
        let mut days = daily((ADS, "1"), Metric::Spend, "100", (20, 22));
        days.extend(daily((ADS, "2"), Metric::Spend, "10", (20, 21)));
        days.extend(daily((ADS, "2"), Metric::Spend, "1", (22, 22)));
        let yesterday = compared("spend", &estate, &days, ((22, 22), (21, 21)));
        assert_eq!(
            told(&yesterday),
            (None, Some(ChangeAbsence::RunningDays), false)
        );
        let two = compared("spend", &estate, &days, ((21, 22), (19, 20)));
        assert_eq!(two.value.as_deref(), Some("211"));
        assert_eq!(told(&two), (None, Some(ChangeAbsence::ZeroBase), false));
    }

    #[test]
    fn periods_that_miss_different_days_are_not_compared() {
        let late = estate([SAIGON; 3], ["2026-01-01", "2026-11-08", "2026-01-01"]);
        let mut days = daily((ADS, "1"), Metric::Spend, "10", (8, 22));
        days.extend(daily((ADS, "2"), Metric::Spend, "10", (1, 22)));
        let spend = |current, comparison| compared("spend", &late, &days, (current, comparison));
        let uneven = spend((12, 18), (5, 11));
        assert_eq!(
            told(&uneven),
            (None, Some(ChangeAbsence::MissingDays), false)
        );
        assert!(
            uneven
                .comparison
                .unwrap()
                .caveats
                .contains(&Caveat::MissingDays)
        );
        assert!(!uneven.caveats.contains(&Caveat::MissingDays));
        assert_eq!(told(&spend((15, 21), (8, 14))), (Some("0"), None, false));
        let both = spend((5, 6), (3, 4));
        assert_eq!(both.value.as_deref(), Some("20"));
        assert_eq!(told(&both), (Some("0"), None, false));
        assert!(both.caveats.contains(&Caveat::MissingDays));
    }

    #[test]
    fn a_ratio_of_unlike_days_is_withheld() {
        let late = estate([SAIGON; 3], ["2026-01-01", "2026-11-08", "2026-01-01"]);
        let mut days = daily((SHOP, "s"), Metric::Revenue, "100", (1, 22));
        days.extend(daily((ADS, "1"), Metric::Spend, "10", (8, 22)));
        let uneven = compared("mer", &late, &days, ((5, 11), (1, 4)));
        assert_eq!(uneven.absence, Some(Absence::MissingDays));
        let even = compared("mer", &late, &days, ((8, 17), (1, 7)));
        assert_eq!(even.value.as_deref(), Some("10"));
    }

    #[test]
    fn days_on_which_nothing_happened_are_zero() {
        let quiet = compared("orders", &settled(), &[], ((15, 21), (8, 14)));
        assert_eq!((quiet.value.as_deref(), quiet.absence), (Some("0"), None));
        assert_eq!(told(&quiet), (None, Some(ChangeAbsence::ZeroBase), false));
        let before_history = estate([SAIGON; 3], ["2026-11-22"; 3]);
        let unknown = compared("orders", &before_history, &[], ((15, 21), (8, 14)));
        assert_eq!(unknown.absence, Some(Absence::NoData));
        assert_eq!(told(&unknown), (None, Some(ChangeAbsence::NoValue), false));
    }

    #[test]
    fn a_change_is_told_against_the_size_of_what_was() {
        let mut days = daily((SHOP, "s"), Metric::Revenue, "80", (10, 10));
        days.extend(daily((SHOP, "s"), Metric::Revenue, "90", (11, 11)));
        days.extend(daily((SHOP, "s"), Metric::Revenue, "-10", (12, 12)));
        days.extend(daily((SHOP, "s"), Metric::Revenue, "-5", (13, 13)));
        let of =
            |now, before| compared("revenue", &settled(), &days, ((now, now), (before, before)));
        assert_eq!(told(&of(11, 10)).0, Some("0.125"));
        assert_eq!(told(&of(13, 12)).0, Some("0.5"));
    }

    #[test]
    fn archived_days_are_not_compared() {
        let estate = settled();
        let days = daily((SHOP, "s"), Metric::Revenue, "80", (10, 13));
        let current = rows(&estate, &days, (12, 13));
        let range = DateRange {
            from: jiff::civil::date(2026, 11, 10),
            to: jiff::civil::date(2026, 11, 11),
        };
        let found = Found {
            range,
            days: days[1..2].to_vec(),
            archived: vec![(key(SHOP, "s"), range.from)],
            touched: vec![],
        };
        let clock = Clock {
            now: NOW.parse().unwrap(),
            zone: TimeZone::UTC,
        };
        let comparison = PeriodRows::new(found, &estate, &clock);
        let (now, before) = (
            PeriodEvidence::new(&current, &estate),
            PeriodEvidence::new(&comparison, &estate),
        );
        let revenue = definition("revenue").unwrap();
        let figure =
            super::super::figure::figure(revenue, Some("VND"), &now.whole, Some(&before.whole));
        assert_eq!(
            told(&figure),
            (None, Some(ChangeAbsence::ArchivedDays), false)
        );
        let caveats = figure.comparison.unwrap().caveats;
        assert_eq!(caveats, [Caveat::ArchivedDays]);
    }
}
