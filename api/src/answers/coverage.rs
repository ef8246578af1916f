//! What is known of each local day of each account. Zeros, caveats, changes and shares are all read from this.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use dpo_warehouse::metrics::{Computation, Metric, Unit};
use dpo_warehouse::model::{DayStatus, Metrics, Source};
use dpo_warehouse::rollup::DEFAULT_GRACE;
use dpo_warehouse::serve::{AccountDay, AccountKey, DateRange, Fetched};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use strum::IntoEnumIterator as _;

use super::dictionary::{delivered_by, is_kept_as_ledger};
use super::estate::Estate;
use super::periods::{dates, length};

/// The state of one local day of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayCoverage {
    /// Over, and everything of it was fetched.
    Finished,
    /// Not over in the account's zone, or over so recently that its last fetch may be under way.
    Running,
    /// Over, and not fetched (wholly).
    Missing,
    /// In the archive.
    Archived,
}

/// The time of the request, and the zone of accounts that did not tell theirs.
#[derive(Debug, Clone)]
pub struct Clock {
    /// When the request came.
    pub now: Timestamp,
    /// The organization's zone.
    pub zone: TimeZone,
}

/// What was read of one period.
#[derive(Debug, Clone)]
pub struct Found {
    /// The period.
    pub range: DateRange,
    /// The account level, day by day.
    pub days: Vec<AccountDay>,
    /// Days that lie in the archive.
    pub archived: Vec<(AccountKey, Date)>,
    /// Days that were fetched and not added up yet.
    pub touched: Vec<(AccountKey, Date)>,
}

/// Every day of a period, by account. An account whose data source was removed is in it only where it has a day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    accounts: BTreeMap<AccountKey, Vec<DayCoverage>>,
}

impl Coverage {
    /// The accounts that count in the period.
    pub fn accounts(&self) -> impl Iterator<Item = &AccountKey> {
        self.accounts.keys()
    }

    /// Some days of an account, by their place in the period.
    #[must_use]
    pub fn of(&self, account: &AccountKey, days: &Range<usize>) -> &[DayCoverage] {
        let all = self.accounts.get(account).map_or(&[][..], Vec::as_slice);
        let end = days.end.min(all.len());
        &all[days.start.min(end)..end]
    }

    /// The accounts' states of the day at one place of the period.
    pub fn on(&self, place: usize) -> impl Iterator<Item = DayCoverage> {
        self.accounts
            .values()
            .filter_map(move |days| days.get(place).copied())
    }
}

/// The coverage of a period and its days, together with the known zeros: a day that was fetched and has no row.
#[must_use]
pub fn cover(found: &Found, estate: &Estate, clock: &Clock) -> (Coverage, Vec<AccountDay>) {
    let mut coverage = Coverage::default();
    let mut zeros = Vec::new();
    for account in estate.accounts() {
        let known = AccountFacts::new(&account, found, estate, clock);
        let days: Vec<DayCoverage> = dates(found.range).map(|date| known.day(date)).collect();
        let has_days = !known.reported.is_empty() || days.contains(&DayCoverage::Archived);
        if estate.is_removed(&account) && !has_days {
            continue;
        }
        zeros.extend(
            dates(found.range)
                .filter(|date| known.is_known_zero(*date))
                .map(|date| zero(&account, date, known.day(date), estate)),
        );
        coverage.accounts.insert(account, days);
    }
    (coverage, zeros)
}

/// What decides over the days of one account.
struct AccountFacts {
    reported: BTreeSet<Date>,
    archived: BTreeSet<Date>,
    touched: BTreeSet<Date>,
    /// The account's today.
    today: Date,
    /// The first date whose last fetch may still be under way.
    settling: Date,
    /// The local date of the last fetch.
    fetched: Option<Date>,
    complete_from: Option<Date>,
    /// Whether a day may have some of its rows before it was read: a changed order brings its old day along.
    ledger: bool,
}

impl AccountFacts {
    fn new(account: &AccountKey, found: &Found, estate: &Estate, clock: &Clock) -> Self {
        let of = |days: &[(AccountKey, Date)]| -> BTreeSet<Date> {
            let mine = days.iter().filter(|(key, _)| key == account);
            mine.map(|(_, date)| *date).collect()
        };
        let mine = found.days.iter().filter(|day| day.account == *account);
        let zone = estate
            .zone(account)
            .and_then(|name| TimeZone::get(name).ok())
            .unwrap_or_else(|| clock.zone.clone());
        let date = |at: Timestamp| at.to_zoned(zone.clone()).date();
        let fetched = estate.fetched.get(account);
        Self {
            reported: mine.map(|day| day.date).collect(),
            archived: of(&found.archived),
            touched: of(&found.touched),
            today: date(clock.now),
            settling: date(clock.now - DEFAULT_GRACE),
            fetched: fetched.map(|fetched| date(fetched.at)),
            complete_from: fetched.and_then(|fetched| complete_from(fetched, estate.zone(account))),
            ledger: kept_as_ledger(account.source),
        }
    }

    fn day(&self, date: Date) -> DayCoverage {
        if self.archived.contains(&date) {
            return DayCoverage::Archived;
        }
        if date >= self.today {
            return DayCoverage::Running;
        }
        let there = self.is_reported_whole(date) || self.is_complete(date);
        match self.fetched {
            Some(fetched) if date < fetched && there => DayCoverage::Finished,
            Some(fetched) if date < fetched => DayCoverage::Missing,
            _ if date >= self.settling => DayCoverage::Running,
            None if there => DayCoverage::Finished,
            _ => DayCoverage::Missing,
        }
    }

    fn is_reported_whole(&self, date: Date) -> bool {
        let unread = self.ledger && self.complete_from.is_some_and(|from| date < from);
        self.reported.contains(&date) && !unread
    }

    fn is_complete(&self, date: Date) -> bool {
        self.complete_from.is_some_and(|from| from <= date) && !self.touched.contains(&date)
    }

    fn is_known_zero(&self, date: Date) -> bool {
        !self.reported.contains(&date)
            && !self.archived.contains(&date)
            && self.is_complete(date)
            && self.fetched.is_some_and(|fetched| date <= fetched)
    }
}

fn kept_as_ledger(source: Source) -> bool {
    Metric::iter().any(|metric| is_kept_as_ledger(metric, source))
}

/// Dates that were read in another zone than the account's present one are read again.
fn complete_from(fetched: &Fetched, zone: Option<&str>) -> Option<Date> {
    let reach = fetched.reach.as_ref()?;
    let same = zone.is_none_or(|zone| zone.eq_ignore_ascii_case(&reach.zone));
    same.then_some(reach.complete_from)
}

/// A day on which nothing happened. Amounts are zero in the account's own currency; without one nothing is said of them.
fn zero(account: &AccountKey, date: Date, state: DayCoverage, estate: &Estate) -> AccountDay {
    let known = estate.known.get(account);
    let currency = known
        .and_then(|known| known.currency.as_deref())
        .and_then(|text| text.parse().ok());
    let adds = |metric: &Metric| {
        let definition = metric.definition();
        delivered_by(*metric).contains(&account.source)
            && definition.computation == Computation::Additive
            && (currency.is_some() || definition.unit != Unit::Money)
    };
    let metrics: Metrics = Metric::iter()
        .filter(adds)
        .map(|metric| (metric, 0.into()))
        .collect();
    AccountDay {
        account: account.clone(),
        date,
        metrics,
        status: match state {
            DayCoverage::Running => DayStatus::Provisional,
            _ => DayStatus::Closed,
        },
        flags: Vec::new(),
        currency,
    }
}

/// Why two figures of one period do not cover the same days of these accounts; none where they do. Days that are not over
/// are on their way for everybody.
#[must_use]
pub fn uneven(
    accounts: &BTreeSet<&AccountKey>,
    coverage: &Coverage,
    days: &Range<usize>,
) -> Option<DayCoverage> {
    let states: Vec<&[DayCoverage]> = accounts
        .iter()
        .map(|account| coverage.of(account, days))
        .collect();
    let on = |place: usize| -> Vec<DayCoverage> {
        states
            .iter()
            .filter_map(|days| days.get(place).copied())
            .collect()
    };
    let lacks = |state: DayCoverage| {
        (0..days.len()).map(on).any(|day| {
            day.contains(&state)
                && day
                    .iter()
                    .any(|other| *other != state && *other != DayCoverage::Running)
        })
    };
    [DayCoverage::Archived, DayCoverage::Missing]
        .into_iter()
        .find(|state| lacks(*state))
}

/// The days of a period by their places.
#[must_use]
pub fn places(range: DateRange) -> Range<usize> {
    0..usize::try_from(length(range)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use dpo_warehouse::model::parse_decimal;
    use dpo_warehouse::serve::Reach;

    use super::super::estate::testing::{account, estate_of, key};
    use super::*;
    use DayCoverage::{Archived, Finished, Missing, Running};

    const SHOP: Source = Source::Shopify;
    const SAIGON: &str = "Asia/Ho_Chi_Minh";

    fn fetched(at: &str, complete_from: Option<(&str, &str)>) -> Fetched {
        Fetched {
            at: at.parse().unwrap(),
            reach: complete_from.map(|(date, zone)| Reach {
                complete_from: date.parse().unwrap(),
                zone: zone.into(),
            }),
        }
    }

    fn found(from: &str, to: &str, reported: &[&str]) -> Found {
        let day = |date: &&str| AccountDay {
            account: key(SHOP, "s"),
            date: date.parse().unwrap(),
            currency: Some("VND".parse().unwrap()),
            metrics: Metrics::from([(Metric::Revenue, parse_decimal("5").unwrap())]),
            status: DayStatus::Closed,
            flags: vec![],
        };
        Found {
            range: DateRange {
                from: from.parse().unwrap(),
                to: to.parse().unwrap(),
            },
            days: reported.iter().map(day).collect(),
            archived: vec![],
            touched: vec![],
        }
    }

    fn covered(
        found: &Found,
        zone: &str,
        fetched: Option<Fetched>,
        now: &str,
    ) -> (Vec<DayCoverage>, Vec<String>) {
        let mut estate = estate_of(&[account(SHOP, "s", zone)]);
        estate
            .fetched
            .extend(fetched.map(|fetched| (key(SHOP, "s"), fetched)));
        let clock = Clock {
            now: now.parse().unwrap(),
            zone: TimeZone::get(SAIGON).unwrap(),
        };
        let (coverage, zeros) = cover(found, &estate, &clock);
        (
            coverage.of(&key(SHOP, "s"), &places(found.range)).to_vec(),
            zeros.iter().map(|day| day.date.to_string()).collect(),
        )
    }

    /// 10:00 on the 5th in Saigon, when it is 20:00 on the 4th in Los Angeles.
    const NOW: &str = "2026-11-05T03:00:00Z";

    #[test]
    fn a_day_runs_until_the_accounts_own_midnight() {
        let rows = found(
            "2026-11-02",
            "2026-11-05",
            &["2026-11-02", "2026-11-03", "2026-11-04"],
        );
        let fresh = || Some(fetched("2026-11-05T02:55:00Z", None));
        let of = |zone| covered(&rows, zone, fresh(), NOW).0;
        assert_eq!(of(SAIGON), [Finished, Finished, Finished, Running]);
        assert_eq!(
            of("America/Los_Angeles"),
            [Finished, Finished, Running, Running]
        );
    }

    #[test]
    fn a_fetched_day_without_rows_is_zero_and_any_other_is_missing() {
        let rows = found("2026-11-01", "2026-11-06", &["2026-11-03"]);
        let reach = Some(("2026-11-02", SAIGON));
        let (days, zeros) = covered(
            &rows,
            SAIGON,
            Some(fetched("2026-11-05T02:55:00Z", reach)),
            NOW,
        );
        assert_eq!(
            days,
            [Missing, Finished, Finished, Finished, Running, Running]
        );
        assert_eq!(zeros, ["2026-11-02", "2026-11-04", "2026-11-05"]);
        let nowhere = covered(
            &rows,
            SAIGON,
            Some(fetched("2026-11-05T02:55:00Z", None)),
            NOW,
        );
        assert_eq!(nowhere.0[..4], [Missing, Missing, Finished, Missing]);
        assert!(nowhere.1.is_empty());
        let elsewhere = Some(("2026-11-02", "UTC"));
        let moved = covered(
            &rows,
            SAIGON,
            Some(fetched("2026-11-05T02:55:00Z", elsewhere)),
            NOW,
        );
        assert_eq!(moved, nowhere);
    }

    #[test]
    fn an_old_day_of_a_shop_that_only_a_changed_order_brought_is_missing() {
        let rows = found(
            "2026-11-02",
            "2026-11-04",
            &["2026-11-02", "2026-11-03", "2026-11-04"],
        );
        let reach = Some(("2026-11-03", SAIGON));
        let (days, zeros) = covered(&rows, SAIGON, Some(fetched(NOW, reach)), NOW);
        assert_eq!(days, [Missing, Finished, Finished]);
        assert!(zeros.is_empty());
        assert!(!kept_as_ledger(Source::GoogleAds));
    }

    #[test]
    fn what_was_fetched_and_not_added_up_is_no_zero() {
        let mut rows = found("2026-11-02", "2026-11-03", &[]);
        rows.touched
            .push((key(SHOP, "s"), "2026-11-03".parse().unwrap()));
        rows.archived
            .push((key(SHOP, "s"), "2026-11-02".parse().unwrap()));
        let reach = Some(("2026-10-01", SAIGON));
        let (days, zeros) = covered(&rows, SAIGON, Some(fetched(NOW, reach)), NOW);
        assert_eq!(days, [Archived, Missing]);
        assert!(zeros.is_empty());
    }

    #[test]
    fn a_day_whose_end_was_not_fetched_is_missing_once_its_last_fetch_is_overdue() {
        let rows = found("2026-11-03", "2026-11-05", &["2026-11-03", "2026-11-04"]);
        let reach = Some(("2026-10-01", SAIGON));
        let before_midnight = || Some(fetched("2026-11-04T16:50:00Z", reach));
        let at = |now| covered(&rows, SAIGON, before_midnight(), now).0;
        assert_eq!(at("2026-11-04T17:05:00Z"), [Finished, Running, Running]);
        assert_eq!(at(NOW), [Finished, Missing, Running]);
        assert_eq!(at("2026-11-09T03:00:00Z"), [Finished, Missing, Missing]);
    }

    #[test]
    fn an_account_that_was_never_fetched_misses_its_days() {
        let rows = found("2026-11-03", "2026-11-05", &[]);
        let (days, zeros) = covered(&rows, SAIGON, None, NOW);
        assert_eq!(days, [Missing, Missing, Running]);
        assert!(zeros.is_empty());
    }

    #[test]
    fn a_zero_is_of_what_the_connector_delivers_and_in_the_accounts_currency() {
        let mut estate = estate_of(&[account(SHOP, "s", SAIGON)]);
        let date = "2026-11-03".parse().unwrap();
        let unpriced = zero(&key(SHOP, "s"), date, Running, &estate);
        assert_eq!(unpriced.status, DayStatus::Provisional);
        assert!(unpriced.metrics.contains_key(&Metric::Orders));
        assert!(!unpriced.metrics.contains_key(&Metric::Revenue));
        if let Some(known) = estate.known.get_mut(&key(SHOP, "s")) {
            known.currency = Some("VND".into());
        }
        let day = zero(&key(SHOP, "s"), date, Finished, &estate);
        assert!(day.metrics.contains_key(&Metric::Revenue));
        assert!(!day.metrics.contains_key(&Metric::Spend));
        assert!(!day.metrics.contains_key(&Metric::ActiveUsers));
        assert_eq!(
            day.currency.map(|currency| currency.to_string()).as_deref(),
            Some("VND")
        );
    }

    #[test]
    fn accounts_that_lack_different_days_are_uneven() {
        let coverage = |one: &[DayCoverage], other: &[DayCoverage]| Coverage {
            accounts: BTreeMap::from([
                (key(SHOP, "1"), one.to_vec()),
                (key(SHOP, "2"), other.to_vec()),
            ]),
        };
        let (one, other) = (key(SHOP, "1"), key(SHOP, "2"));
        let both = BTreeSet::from([&one, &other]);
        let judged = |coverage: &Coverage| uneven(&both, coverage, &(0..2));
        assert_eq!(
            judged(&coverage(&[Finished, Running], &[Finished, Finished])),
            None
        );
        assert_eq!(
            judged(&coverage(&[Missing, Finished], &[Missing, Finished])),
            None
        );
        let lacking = coverage(&[Missing, Finished], &[Finished, Finished]);
        assert_eq!(judged(&lacking), Some(Missing));
        assert_eq!(uneven(&BTreeSet::from([&one]), &lacking, &(0..2)), None);
        assert_eq!(uneven(&both, &lacking, &(1..2)), None);
        assert_eq!(
            judged(&coverage(&[Archived, Finished], &[Finished, Missing])),
            Some(Archived)
        );
    }
}
