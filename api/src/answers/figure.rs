//! One figure from stored rows: exact sums, ratios from sums, and the reasons why there is none.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use bigdecimal::{BigDecimal, RoundingMode, Zero as _};
use dpo_warehouse::metrics::{Computation, Definition, Metric, Unit};
use dpo_warehouse::model::{Currency, DayStatus, Metrics, canonical};
use dpo_warehouse::serve::{AccountDay, AccountKey, EntityTotal};

use super::change::change;
use super::coverage::{Coverage, DayCoverage, uneven};
use super::dictionary::{delivered_by, is_kept_as_ledger, metrics};
use super::estate::Estate;
use crate::dto::value::{Absence, Caveat, Comparison, Figure};

/// Digits after the point of ratios and changes.
const RATIO_SCALE: i64 = 6;

/// What one stored row says.
#[derive(Debug, Clone, Copy)]
pub struct Contribution<'a> {
    /// Whose.
    pub account: &'a AccountKey,
    /// Its place among the days of the period; none for sums of days.
    pub place: Option<usize>,
    /// The currency of its money.
    pub currency: Option<&'a Currency>,
    /// The values.
    pub metrics: &'a Metrics,
    /// Still moving.
    pub provisional: bool,
    /// What the platform said about the data.
    pub flags: &'a [String],
}

impl<'a> Contribution<'a> {
    /// A day of an account; `place` is its place in the period.
    #[must_use]
    pub fn of_day(day: &'a AccountDay, place: usize) -> Self {
        Self {
            account: &day.account,
            place: Some(place),
            currency: day.currency.as_ref(),
            metrics: &day.metrics,
            provisional: day.status == DayStatus::Provisional,
            flags: &day.flags,
        }
    }
}

impl<'a> From<&'a EntityTotal> for Contribution<'a> {
    fn from(total: &'a EntityTotal) -> Self {
        Self {
            account: &total.account,
            place: None,
            currency: total.currency.as_ref(),
            metrics: &total.metrics,
            provisional: total.provisional,
            flags: &total.flags,
        }
    }
}

/// Everything that the figures of one period may draw on.
#[derive(Debug, Clone)]
pub struct Evidence<'a> {
    /// The rows.
    pub contributions: Vec<Contribution<'a>>,
    /// The rows of the days that both periods may be compared over, where the rows are sums of days.
    pub beginning: Option<Vec<Contribution<'a>>>,
    /// What the member may see.
    pub estate: &'a Estate,
    /// What is known of the period's days.
    pub coverage: &'a Coverage,
    /// The days that the rows are of, by their places in the period.
    pub days: Range<usize>,
    /// The one account that the rows are of; none where they are of all.
    pub account: Option<&'a AccountKey>,
}

impl<'a> Evidence<'a> {
    /// The rows of some days of the same period.
    #[must_use]
    pub fn of_days(&self, days: Range<usize>, contributions: Vec<Contribution<'a>>) -> Self {
        Self {
            contributions,
            beginning: None,
            days,
            ..*self
        }
    }

    /// The first days of the same period.
    #[must_use]
    pub fn up_to(&self, days: usize) -> Self {
        let early = |row: &&Contribution<'a>| row.place.is_none_or(|place| place < days);
        let rows = self.beginning.clone().unwrap_or_else(|| {
            let early = self.contributions.iter().filter(early);
            early.copied().collect()
        });
        self.of_days(0..days, rows)
    }
}

/// A figure's value in one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The value, or why there is none.
    pub value: Result<BigDecimal, Absence>,
    /// What must be said beside it.
    pub caveats: BTreeSet<Caveat>,
}

/// The currencies to list a definition in, the organization's own first; `None` alone where no money is in it.
#[must_use]
pub fn currencies(
    definition: &Definition,
    evidence: &[&Evidence<'_>],
    home: &str,
) -> Vec<Option<String>> {
    if !has_money(definition) {
        return vec![None];
    }
    let found: BTreeSet<Option<String>> = evidence
        .iter()
        .flat_map(|each| money_rows(definition, each))
        .map(|row| row.currency.map(ToString::to_string))
        .collect();
    if found.is_empty() || spans_connectors(definition) {
        return vec![Some(home.to_owned())];
    }
    let mut listed: Vec<Option<String>> = found.into_iter().collect();
    listed.sort_by_key(|currency| currency.as_deref() != Some(home));
    listed
}

/// The value of a definition in one currency, with what must be said beside it.
#[must_use]
pub fn read(definition: &Definition, currency: Option<&str>, evidence: &Evidence<'_>) -> Reading {
    let rows = relevant(definition, currency, evidence);
    let value = value(definition, currency, evidence, &rows);
    let caveats = if value.is_ok() {
        let accounts = feeding(definition, currency, evidence);
        caveats(&accounts, evidence, &rows)
    } else {
        BTreeSet::new()
    };
    Reading { value, caveats }
}

/// The value of a definition in one currency alone.
///
/// # Errors
/// Why there is none.
pub fn value_of(
    definition: &Definition,
    currency: Option<&str>,
    evidence: &Evidence<'_>,
) -> Result<BigDecimal, Absence> {
    let rows = relevant(definition, currency, evidence);
    value(definition, currency, evidence, &rows)
}

/// A figure with its comparison.
#[must_use]
pub fn figure(
    definition: &Definition,
    currency: Option<&str>,
    current: &Evidence<'_>,
    comparison: Option<&Evidence<'_>>,
) -> Figure {
    let now = read(definition, currency, current);
    let comparison = comparison.map(|evidence| {
        let before = read(definition, currency, evidence);
        let change = change(definition, currency, (current, &now), (evidence, &before));
        Comparison {
            value: before.value.as_ref().ok().map(canonical),
            absence: before.value.as_ref().err().copied(),
            caveats: before.caveats.into_iter().collect(),
            change_absence: change.fraction.as_ref().err().copied(),
            change: change.fraction.ok(),
            without_running_days: change.without_running_days,
        }
    });
    Figure {
        metric: definition.name().to_owned(),
        currency: currency.map(str::to_owned),
        value: now.value.as_ref().ok().map(canonical),
        absence: now.value.as_ref().err().copied(),
        caveats: now.caveats.into_iter().collect(),
        comparison,
    }
}

/// A quotient rounded as the API writes ratios; none where the divisor is zero.
#[must_use]
pub fn quotient(dividend: &BigDecimal, divisor: &BigDecimal) -> Option<BigDecimal> {
    (!divisor.is_zero()).then(|| rounded(&(dividend / divisor)))
}

fn rounded(number: &BigDecimal) -> BigDecimal {
    number.with_scale_round(RATIO_SCALE, RoundingMode::HalfEven)
}

fn has_money(definition: &Definition) -> bool {
    metrics(definition).into_iter().any(is_money)
}

fn is_money(metric: Metric) -> bool {
    metric.definition().unit == Unit::Money
}

/// The accounts whose days make up a figure: those of its connectors, and of its currency where it has one.
#[must_use]
pub fn feeding<'a>(
    definition: &Definition,
    currency: Option<&str>,
    evidence: &Evidence<'a>,
) -> BTreeSet<&'a AccountKey> {
    let parts = metrics(definition);
    let delivers = |account: &AccountKey| {
        parts
            .iter()
            .any(|metric| delivered_by(*metric).contains(&account.source))
    };
    let any_currency = !has_money(definition) || spans_connectors(definition);
    let same_currency = |account: &AccountKey| {
        let own = evidence.estate.currency(account);
        let rows = &evidence.contributions;
        own.is_none()
            || own == currency
            || rows
                .iter()
                .any(|row| row.account == account && row.currency.map(Currency::as_str) == currency)
    };
    let coverage: &'a Coverage = evidence.coverage;
    coverage
        .accounts()
        .filter(|account| evidence.account.is_none_or(|only| only == *account))
        .filter(|account| delivers(account) && (any_currency || same_currency(account)))
        .collect()
}

/// Whether money of the definition is in another currency; nothing at all is nothing in every currency.
#[must_use]
pub fn is_in_other_currencies(
    definition: &Definition,
    currency: Option<&str>,
    evidence: &Evidence<'_>,
) -> bool {
    let money: Vec<Metric> = metrics(definition)
        .into_iter()
        .filter(|metric| is_money(*metric))
        .collect();
    let some = |row: &Contribution<'_>| {
        let amounts = money.iter().filter_map(|metric| row.metrics.get(metric));
        amounts.into_iter().any(|amount| !amount.is_zero())
    };
    evidence
        .contributions
        .iter()
        .any(|row| row.currency.map(Currency::as_str) != currency && some(row))
}

/// Why parts of a figure that come from these accounts do not go together, if so.
#[must_use]
pub fn unlike_days(accounts: &BTreeSet<&AccountKey>, evidence: &Evidence<'_>) -> Option<Absence> {
    uneven(accounts, evidence.coverage, &evidence.days).map(|state| match state {
        DayCoverage::Archived => Absence::Archived,
        _ => Absence::MissingDays,
    })
}

/// Whether its parts come from more than one connector, so that their currencies may differ.
fn spans_connectors(definition: &Definition) -> bool {
    let parts = metrics(definition);
    parts
        .iter()
        .any(|metric| delivered_by(*metric) != delivered_by(parts[0]))
}

fn money_rows<'e, 'a>(
    definition: &Definition,
    evidence: &'e Evidence<'a>,
) -> impl Iterator<Item = &'e Contribution<'a>> {
    let money: Vec<Metric> = metrics(definition)
        .into_iter()
        .filter(|metric| is_money(*metric))
        .collect();
    evidence
        .contributions
        .iter()
        .filter(move |row| money.iter().any(|metric| row.metrics.contains_key(metric)))
}

/// The rows that report a part of the definition, in the currency where it has one.
fn relevant<'e, 'a>(
    definition: &Definition,
    currency: Option<&str>,
    evidence: &'e Evidence<'a>,
) -> Vec<&'e Contribution<'a>> {
    let parts = metrics(definition);
    let any_currency = !has_money(definition);
    evidence
        .contributions
        .iter()
        .filter(|row| parts.iter().any(|metric| reported(row, *metric).is_some()))
        .filter(|row| any_currency || row.currency.map(Currency::as_str) == currency)
        .collect()
}

fn value(
    definition: &Definition,
    currency: Option<&str>,
    evidence: &Evidence<'_>,
    rows: &[&Contribution<'_>],
) -> Result<BigDecimal, Absence> {
    let parts = metrics(definition);
    let connected = evidence.estate.connectors();
    if parts.iter().any(|metric| {
        !delivered_by(*metric)
            .iter()
            .any(|source| connected.contains(source))
    }) {
        return Err(Absence::NoSource);
    }
    let accounts = feeding(definition, currency, evidence);
    if spans_connectors(definition) {
        if is_in_other_currencies(definition, currency, evidence) {
            return Err(Absence::UnlikeCurrencies);
        }
        if let Some(unlike) = unlike_days(&accounts, evidence) {
            return Err(unlike);
        }
    }
    let nothing = if has_day(DayCoverage::Archived, &accounts, evidence) {
        Absence::Archived
    } else {
        Absence::NoData
    };
    match definition.computation {
        Computation::Additive => only(&parts, rows)
            .and_then(|metric| sum(metric, rows))
            .ok_or(nothing),
        Computation::People => {
            only(&parts, rows).map_or(Err(nothing), |metric| people(metric, rows, nothing))
        }
        Computation::Ratio(formula) => {
            let sums: Metrics = parts
                .iter()
                .filter_map(|metric| Some((*metric, sum(*metric, rows)?)))
                .collect();
            let value = formula.evaluate(&sums).ok_or(if sums.is_empty() {
                nothing
            } else {
                Absence::NoDenominator
            })?;
            Ok(if formula.denominator.is_empty() {
                value
            } else {
                rounded(&value)
            })
        }
    }
}

fn only(parts: &[Metric], rows: &[&Contribution<'_>]) -> Option<Metric> {
    parts.first().copied().filter(|_| !rows.is_empty())
}

/// What a row says of a metric. A ledger holds everything that happened: what it does not mention is zero, as a day with orders
/// and no refund. A platform that does not mention a metric said nothing of it.
fn reported<'a>(row: &Contribution<'a>, metric: Metric) -> Option<Cow<'a, BigDecimal>> {
    let nothing_happened =
        || is_kept_as_ledger(metric, row.account.source).then(|| Cow::Owned(BigDecimal::zero()));
    let told = row.metrics.get(&metric).map(Cow::Borrowed);
    told.or_else(nothing_happened)
}

/// The sum of what was reported; none where nothing was.
fn sum(metric: Metric, rows: &[&Contribution<'_>]) -> Option<BigDecimal> {
    rows.iter()
        .filter_map(|row| reported(row, metric))
        .map(Cow::into_owned)
        .reduce(|total, value| total + value)
}

/// A count of people is true for the one row that reports it.
fn people(
    metric: Metric,
    rows: &[&Contribution<'_>],
    nothing: Absence,
) -> Result<BigDecimal, Absence> {
    let mut values = rows.iter().filter_map(|row| row.metrics.get(&metric));
    match (values.next(), values.next()) {
        (None, _) => Err(nothing),
        (Some(value), None) => Ok(value.clone()),
        (Some(_), Some(_)) => Err(Absence::PeopleDoNotAdd),
    }
}

fn has_day(state: DayCoverage, accounts: &BTreeSet<&AccountKey>, evidence: &Evidence<'_>) -> bool {
    accounts.iter().any(|account| {
        evidence
            .coverage
            .of(account, &evidence.days)
            .contains(&state)
    })
}

fn caveats(
    accounts: &BTreeSet<&AccountKey>,
    evidence: &Evidence<'_>,
    rows: &[&Contribution<'_>],
) -> BTreeSet<Caveat> {
    let mut caveats: BTreeSet<Caveat> = rows
        .iter()
        .flat_map(|row| row.flags.iter().map(|flag| caveat(flag)))
        .collect();
    if rows.iter().any(|row| row.provisional) {
        caveats.insert(Caveat::Provisional);
    }
    let zones: BTreeSet<&str> = rows
        .iter()
        .filter_map(|row| evidence.estate.zone(row.account))
        .collect();
    if zones.len() > 1 {
        caveats.insert(Caveat::MixedTimeZones);
    }
    let of_days = [
        (DayCoverage::Running, Caveat::RunningDay),
        (DayCoverage::Missing, Caveat::MissingDays),
        (DayCoverage::Archived, Caveat::ArchivedDays),
    ];
    let told = of_days
        .into_iter()
        .filter(|(state, _)| has_day(*state, accounts, evidence));
    caveats.extend(told.map(|(_, caveat)| caveat));
    caveats
}

fn caveat(flag: &str) -> Caveat {
    match flag {
        "provisional" => Caveat::Provisional,
        "sampled" => Caveat::Sampled,
        "thresholded" => Caveat::Thresholded,
        "other_row" => Caveat::OtherRow,
        _ => Caveat::Flagged,
    }
}

/// What remains of account totals when the rows below them are taken away, metric by metric; people never remain.
#[must_use]
pub fn remainder<'m>(
    totals: impl Iterator<Item = &'m Metrics>,
    parts: impl Iterator<Item = &'m Metrics>,
) -> Metrics {
    let additive = |metric: Metric| metric.definition().computation == Computation::Additive;
    let mut rest = Metrics::new();
    for (metric, value) in totals.flatten().filter(|(metric, _)| additive(**metric)) {
        *rest.entry(*metric).or_default() += value;
    }
    for (metric, value) in parts.flatten().filter(|(metric, _)| additive(**metric)) {
        *rest.entry(*metric).or_default() -= value;
    }
    rest
}

#[cfg(test)]
mod tests {
    use dpo_warehouse::metrics::definition;
    use dpo_warehouse::model::{Source, parse_decimal};

    use super::super::estate::testing::{account, estate_of, key};
    use super::*;

    fn day(
        source: Source,
        account: &str,
        date: &str,
        currency: &str,
        values: &[(Metric, &str)],
    ) -> AccountDay {
        AccountDay {
            account: key(source, account),
            date: date.parse().unwrap(),
            currency: Some(currency.parse().unwrap()),
            metrics: values
                .iter()
                .map(|(metric, text)| (*metric, parse_decimal(text).unwrap()))
                .collect(),
            status: DayStatus::Closed,
            flags: vec![],
        }
    }

    fn estate(sources: &[(Source, &str, &str)]) -> Estate {
        let accounts: Vec<_> = sources
            .iter()
            .map(|(source, id, zone)| account(*source, id, zone))
            .collect();
        estate_of(&accounts)
    }

    fn evidence<'a>(
        days: &'a [AccountDay],
        estate: &'a Estate,
        coverage: &'a Coverage,
    ) -> Evidence<'a> {
        let rows = days.iter().map(|day| Contribution::of_day(day, 0));
        Evidence {
            contributions: rows.collect(),
            beginning: None,
            estate,
            coverage,
            days: 0..1,
            account: None,
        }
    }

    fn told(
        name: &str,
        currency: Option<&str>,
        days: &[AccountDay],
        estate: &Estate,
    ) -> Result<String, Absence> {
        reading_of(name, currency, days, estate)
            .value
            .as_ref()
            .map(canonical)
            .map_err(|absence| *absence)
    }

    fn reading_of(
        name: &str,
        currency: Option<&str>,
        days: &[AccountDay],
        estate: &Estate,
    ) -> Reading {
        let coverage = Coverage::default();
        read(
            definition(name).unwrap(),
            currency,
            &evidence(days, estate, &coverage),
        )
    }

    use Metric::{ActiveUsers, Clicks, Impressions, Refunds, Revenue, Spend};
    const ADS: Source = Source::GoogleAds;
    const SHOP: Source = Source::Shopify;
    const SAIGON: &str = "Asia/Ho_Chi_Minh";

    #[test]
    fn unlike_currencies_are_listed_and_never_added() {
        let estate = estate(&[(ADS, "1", SAIGON), (ADS, "2", "America/Los_Angeles")]);
        let days = [
            day(
                ADS,
                "1",
                "2026-10-01",
                "VND",
                &[(Spend, "500000"), (Clicks, "10")],
            ),
            day(
                ADS,
                "2",
                "2026-10-01",
                "USD",
                &[(Spend, "0.79"), (Clicks, "4")],
            ),
        ];
        let coverage = Coverage::default();
        let evidence = evidence(&days, &estate, &coverage);
        let spend = definition("spend").unwrap();
        assert_eq!(
            currencies(spend, &[&evidence], "VND"),
            [Some("VND".into()), Some("USD".into())]
        );
        assert_eq!(
            told("spend", Some("VND"), &days, &estate),
            Ok("500000".into())
        );
        assert_eq!(
            told("spend", Some("USD"), &days, &estate),
            Ok("0.79".into())
        );
        assert_eq!(
            told("cpc", Some("USD"), &days, &estate),
            Ok("0.1975".into())
        );
        assert_eq!(told("clicks", None, &days, &estate), Ok("14".into()));
        let clicks = reading_of("clicks", None, &days, &estate);
        assert_eq!(clicks.caveats, BTreeSet::from([Caveat::MixedTimeZones]));
    }

    #[test]
    fn a_ratio_over_two_connectors_needs_one_currency() {
        let estate = estate(&[(ADS, "1", SAIGON), (ADS, "2", SAIGON), (SHOP, "s", SAIGON)]);
        let mut days = vec![
            day(
                SHOP,
                "s",
                "2026-10-01",
                "VND",
                &[(Revenue, "900"), (Refunds, "100")],
            ),
            day(ADS, "1", "2026-10-01", "VND", &[(Spend, "200")]),
        ];
        assert_eq!(told("mer", Some("VND"), &days, &estate), Ok("4".into()));
        days.push(day(ADS, "2", "2026-10-01", "USD", &[(Spend, "1")]));
        assert_eq!(
            told("mer", Some("VND"), &days, &estate),
            Err(Absence::UnlikeCurrencies)
        );
        days.pop();
        days.push(day(ADS, "2", "2026-10-01", "USD", &[(Spend, "0")]));
        assert_eq!(told("mer", Some("VND"), &days, &estate), Ok("4".into()));
    }

    #[test]
    fn what_a_ledger_does_not_mention_is_zero_and_what_a_platform_does_not_is_unknown() {
        let estate = estate(&[(ADS, "1", SAIGON), (SHOP, "s", SAIGON)]);
        let days = [
            day(SHOP, "s", "2026-10-01", "VND", &[(Revenue, "900")]),
            day(ADS, "1", "2026-10-01", "VND", &[(Spend, "200")]),
        ];
        let of = |name, days| told(name, Some("VND"), days, &estate);
        assert_eq!(of("refunds", &days), Ok("0".into()));
        assert_eq!(of("net_revenue", &days), Ok("900".into()));
        assert_eq!(of("clicks", &days), Err(Absence::NoData));
        assert_eq!(of("refunds", &days[1..]), Err(Absence::NoData));
    }

    #[test]
    fn people_are_never_added() {
        let site = Source::GoogleAnalytics;
        let estate = estate(&[(site, "9", SAIGON)]);
        let days = [
            day(site, "9", "2026-10-01", "VND", &[(ActiveUsers, "7")]),
            day(site, "9", "2026-10-02", "VND", &[(ActiveUsers, "9")]),
        ];
        assert_eq!(
            told("active_users", None, &days[..1], &estate),
            Ok("7".into())
        );
        assert_eq!(
            told("active_users", None, &days, &estate),
            Err(Absence::PeopleDoNotAdd)
        );
    }

    #[test]
    fn nothing_is_not_zero() {
        let estate = estate(&[(ADS, "1", SAIGON)]);
        let idle = [day(
            ADS,
            "1",
            "2026-10-01",
            "VND",
            &[(Clicks, "0"), (Impressions, "0")],
        )];
        assert_eq!(told("clicks", None, &idle, &estate), Ok("0".into()));
        assert_eq!(
            told("ctr", None, &idle, &estate),
            Err(Absence::NoDenominator)
        );
        assert_eq!(
            told("spend", Some("VND"), &idle, &estate),
            Err(Absence::NoData)
        );
        assert_eq!(told("orders", None, &idle, &estate), Err(Absence::NoSource));
    }

    #[test]
    fn what_no_campaign_explains_remains() {
        let total = day(
            ADS,
            "1",
            "2026-10-01",
            "VND",
            &[(Spend, "10.5"), (Clicks, "4")],
        );
        let part = day(ADS, "1", "2026-10-01", "VND", &[(Spend, "10.2")]);
        let rest = remainder([&total.metrics].into_iter(), [&part.metrics].into_iter());
        assert_eq!(canonical(&rest[&Spend]), "0.3");
        assert_eq!(canonical(&rest[&Clicks]), "4");
    }
}
