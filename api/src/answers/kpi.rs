//! Key figures with their course over the days.

use std::collections::BTreeMap;
use std::ops::Range;

use dpo_warehouse::metrics::{Definition, definition};
use dpo_warehouse::model::{Source, canonical};
use dpo_warehouse::serve::{AccountDay, AccountKey, DateRange};
use jiff::civil::Date;

use super::coverage::{Clock, Coverage, Found, cover, places};
use super::dictionary::{nature, sources};
use super::estate::Estate;
use super::figure::{Contribution, Evidence, currencies, figure, value_of};
use super::freshness::combined;
use super::periods::length;
use crate::dto::freshness::Freshness;
use crate::dto::overview::{FigureWithSeries, Kpi};
use crate::dto::value::Figure;

/// What is known of one period.
#[derive(Debug, Clone)]
pub struct PeriodRows {
    /// The period.
    pub range: DateRange,
    /// The account level, day by day, with the known zeros.
    pub days: Vec<AccountDay>,
    /// Days that lie in the archive.
    pub archived: Vec<(AccountKey, Date)>,
    /// What is known of each day.
    pub coverage: Coverage,
}

impl PeriodRows {
    /// From what was read.
    #[must_use]
    pub fn new(found: Found, estate: &Estate, clock: &Clock) -> Self {
        let (coverage, zeros) = cover(&found, estate, clock);
        let Found {
            range,
            mut days,
            archived,
            ..
        } = found;
        days.extend(zeros);
        Self {
            range,
            days,
            archived,
            coverage,
        }
    }

    fn place(&self, date: Date) -> usize {
        let days = length(DateRange {
            from: self.range.from,
            to: date,
        });
        usize::try_from(days - 1).unwrap_or_default()
    }
}

/// One period's evidence, whole and by day.
#[derive(Debug)]
pub struct PeriodEvidence<'a> {
    places: Range<usize>,
    /// All rows.
    pub whole: Evidence<'a>,
    by_day: BTreeMap<usize, Evidence<'a>>,
}

impl<'a> PeriodEvidence<'a> {
    /// The evidence of a period.
    #[must_use]
    pub fn new(rows: &'a PeriodRows, estate: &'a Estate) -> Self {
        let places = places(rows.range);
        let mut grouped: BTreeMap<usize, Vec<Contribution<'a>>> = BTreeMap::new();
        for day in &rows.days {
            let place = rows.place(day.date);
            let row = Contribution::of_day(day, place);
            grouped.entry(place).or_default().push(row);
        }
        let whole = Evidence {
            contributions: grouped.values().flatten().copied().collect(),
            beginning: None,
            estate,
            coverage: &rows.coverage,
            days: places.clone(),
            account: None,
        };
        let by_day = grouped
            .into_iter()
            .map(|(place, rows)| (place, whole.of_days(place..place + 1, rows)))
            .collect();
        Self {
            places,
            whole,
            by_day,
        }
    }

    /// One value a day; null where nothing was reported.
    fn series(&self, definition: &Definition, currency: Option<&str>) -> Vec<Option<String>> {
        let value = |place: usize| {
            let evidence = self.by_day.get(&place)?;
            value_of(definition, currency, evidence)
                .ok()
                .as_ref()
                .map(canonical)
        };
        self.places.clone().map(value).collect()
    }
}

/// Chosen rows of one account in both periods.
#[derive(Debug)]
pub struct Chosen<'a> {
    /// Of the period that was asked for.
    pub current: Vec<Contribution<'a>>,
    /// Of the comparison.
    pub comparison: Vec<Contribution<'a>>,
    /// The same up to the last day that both may be compared over, where the rows are sums of days and some of the days
    /// are not over.
    pub beginnings: Option<[Vec<Contribution<'a>>; 2]>,
}

/// Both periods of an answer.
#[derive(Debug)]
pub struct Evidences<'a> {
    /// The period that was asked for.
    pub current: PeriodEvidence<'a>,
    /// What it is compared with.
    pub comparison: Option<PeriodEvidence<'a>>,
    /// What the member may see.
    pub estate: &'a Estate,
    /// The organization's currency.
    pub home: &'a str,
}

impl Evidences<'_> {
    /// The key figures that a connected source feeds.
    #[must_use]
    pub fn kpis(&self, names: &[&str]) -> Vec<Kpi> {
        self.definitions(names)
            .map(|definition| self.kpi(definition))
            .collect()
    }

    /// The same without their course.
    #[must_use]
    pub fn figures(&self, names: &[&str]) -> Vec<Figure> {
        let comparison = self.comparison.as_ref().map(|period| &period.whole);
        self.definitions(names)
            .flat_map(|definition| figures(definition, &self.current.whole, comparison, self.home))
            .collect()
    }

    /// The figures of chosen rows of an account.
    #[must_use]
    pub fn figures_of<'a>(
        &'a self,
        names: &[&str],
        account: &'a AccountKey,
        chosen: Chosen<'a>,
    ) -> Vec<Figure> {
        let [current_beginning, comparison_beginning] = chosen
            .beginnings
            .map_or([None, None], |rows| rows.map(Some));
        let of = |period: &'a PeriodEvidence<'_>, rows, beginning| Evidence {
            contributions: rows,
            beginning,
            account: Some(account),
            ..period.whole.of_days(period.places.clone(), Vec::new())
        };
        let current = of(&self.current, chosen.current, current_beginning);
        let comparison = self
            .comparison
            .as_ref()
            .map(|period| of(period, chosen.comparison, comparison_beginning));
        let home = self.home_of(account);
        self.definitions(names)
            .flat_map(|definition| figures(definition, &current, comparison.as_ref(), home))
            .collect()
    }

    /// The account-level rows of one account in both periods.
    #[must_use]
    pub fn of_account<'a>(
        &'a self,
        account: &AccountKey,
    ) -> (Vec<Contribution<'a>>, Vec<Contribution<'a>>) {
        let rows = |period: Option<&'a PeriodEvidence<'_>>| -> Vec<Contribution<'a>> {
            let all = period
                .into_iter()
                .flat_map(|period| &period.whole.contributions);
            all.filter(|row| row.account == account).copied().collect()
        };
        (rows(Some(&self.current)), rows(self.comparison.as_ref()))
    }

    /// The currency to name where an account reported no money: its own, else the organization's.
    #[must_use]
    pub fn home_of(&self, account: &AccountKey) -> &str {
        let known = self.estate.known.get(account);
        known
            .and_then(|known| known.currency.as_deref())
            .unwrap_or(self.home)
    }

    /// The freshness of what feeds these connectors' figures.
    #[must_use]
    pub fn freshness(&self, connectors: &[Source]) -> Freshness {
        let fed = self
            .estate
            .sources
            .iter()
            .filter(|source| connectors.contains(&source.connection.source));
        combined(fed.map(|source| &source.freshness))
    }

    /// The freshness of what feeds an account's figures.
    #[must_use]
    pub fn freshness_of(&self, account: &AccountKey) -> Freshness {
        let owners = self
            .estate
            .sources
            .iter()
            .filter(|source| source.accounts.contains(account));
        combined(owners.map(|source| &source.freshness))
    }

    fn definitions(&self, names: &[&str]) -> impl Iterator<Item = &'static Definition> {
        let connected = self.estate.connectors();
        names
            .iter()
            .filter_map(|name| definition(name))
            .filter(move |definition| {
                sources(definition)
                    .iter()
                    .all(|source| connected.contains(source))
            })
    }

    fn kpi(&self, definition: &'static Definition) -> Kpi {
        let comparison = self.comparison.as_ref().map(|period| &period.whole);
        let with_series = |figure: Figure| {
            let currency = figure.currency.as_deref();
            FigureWithSeries {
                series: self.current.series(definition, currency),
                comparison_series: self
                    .comparison
                    .as_ref()
                    .map(|period| period.series(definition, currency))
                    .unwrap_or_default(),
                figure,
            }
        };
        Kpi {
            metric: definition.name().to_owned(),
            nature: nature(definition.provenance),
            figures: figures(definition, &self.current.whole, comparison, self.home)
                .into_iter()
                .map(with_series)
                .collect(),
            freshness: self.freshness(&sources(definition)),
        }
    }
}

/// A definition's figure in each of its currencies.
#[must_use]
pub fn figures(
    definition: &Definition,
    current: &Evidence<'_>,
    comparison: Option<&Evidence<'_>>,
    home: &str,
) -> Vec<Figure> {
    let both: Vec<&Evidence<'_>> = std::iter::once(current).chain(comparison).collect();
    currencies(definition, &both, home)
        .into_iter()
        .map(|currency| figure(definition, currency.as_deref(), current, comparison))
        .collect()
}
