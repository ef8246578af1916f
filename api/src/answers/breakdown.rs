//! A channel one level below its accounts. The rows of an account add up to the account's totals.

use std::collections::{BTreeMap, BTreeSet};

use bigdecimal::{BigDecimal, Zero as _};
use dpo_warehouse::metrics::Metric;
use dpo_warehouse::model::{Currency, Level, Metrics};
use dpo_warehouse::serve::{AccountKey, EntityTotal, KnownEntity};

use super::figure::{Contribution, remainder};
use super::kpi::{Chosen, Evidences};
use crate::dto::channel::{Breakdown, BreakdownRow, BreakdownRowKind};
use crate::dto::value::Figure;

/// Entities of an account that are listed one by one; the others are added up.
const LISTED_ENTITIES: usize = 500;

/// What was read one level below the accounts.
#[derive(Debug, Clone)]
pub struct BelowAccounts {
    /// The level.
    pub level: Level,
    /// Names and states.
    pub known: Vec<KnownEntity>,
    /// The period's sums.
    pub current: Vec<EntityTotal>,
    /// The comparison's sums.
    pub comparison: Vec<EntityTotal>,
    /// Of accounts with days that are not over: the days that may be compared.
    pub beginnings: Beginnings,
}

/// Sums of the first days of both periods, as many as may be compared.
#[derive(Debug, Clone, Default)]
pub struct Beginnings {
    /// How many days, by account.
    pub days: BTreeMap<AccountKey, usize>,
    /// The period's sums.
    pub current: Vec<EntityTotal>,
    /// The comparison's sums.
    pub comparison: Vec<EntityTotal>,
}

/// The breakdown with these metrics; the first of them that a row has decides the order.
#[must_use]
pub fn breakdown(evidences: &Evidences<'_>, below: &BelowAccounts, names: &[&str]) -> Breakdown {
    let accounts = evidences.estate.accounts();
    let rows = accounts
        .iter()
        .flat_map(|account| AccountBreakdown::new(evidences, below, account, names).rows());
    Breakdown {
        level: below.level.to_string(),
        rows: rows.collect(),
    }
}

struct AccountBreakdown<'a> {
    evidences: &'a Evidences<'a>,
    account: &'a AccountKey,
    names: &'a [&'a str],
    known: BTreeMap<&'a str, &'a KnownEntity>,
    current: Vec<&'a EntityTotal>,
    comparison: Vec<&'a EntityTotal>,
    beginnings: Option<AccountBeginnings<'a>>,
}

struct AccountBeginnings<'a> {
    days: usize,
    totals: [Vec<&'a EntityTotal>; 2],
}

impl<'a> AccountBreakdown<'a> {
    fn new(
        evidences: &'a Evidences<'a>,
        below: &'a BelowAccounts,
        account: &'a AccountKey,
        names: &'a [&'a str],
    ) -> Self {
        let mine =
            |rows: &'a [EntityTotal]| rows.iter().filter(|row| row.account == *account).collect();
        let known = below
            .known
            .iter()
            .filter(|entity| entity.account == *account);
        Self {
            evidences,
            account,
            names,
            known: known.map(|entity| (entity.id.as_str(), entity)).collect(),
            current: mine(&below.current),
            comparison: mine(&below.comparison),
            beginnings: below
                .beginnings
                .days
                .get(account)
                .map(|days| AccountBeginnings {
                    days: *days,
                    totals: [
                        mine(&below.beginnings.current),
                        mine(&below.beginnings.comparison),
                    ],
                }),
        }
    }

    fn rows(&self) -> Vec<BreakdownRow> {
        let ranked = self.ranked();
        let (listed, others) = ranked.split_at(ranked.len().min(LISTED_ENTITIES));
        let listed = listed.iter().map(|id| self.entity(id));
        let others = (!others.is_empty()).then(|| self.others(others));
        listed.chain(others).chain(self.unallocated()).collect()
    }

    /// The entities of both periods, biggest first.
    fn ranked(&self) -> Vec<&'a str> {
        let size = |row: &EntityTotal| -> BigDecimal {
            let leading = self
                .names
                .iter()
                .find_map(|name| row.metrics.get(&name.parse::<Metric>().ok()?));
            leading.cloned().unwrap_or_default()
        };
        let mut sizes: BTreeMap<&str, BigDecimal> = BTreeMap::new();
        for row in &self.comparison {
            sizes.entry(&row.entity).or_default();
        }
        for row in &self.current {
            *sizes.entry(&row.entity).or_default() += size(row);
        }
        let mut ranked: Vec<(&str, BigDecimal)> = sizes.into_iter().collect();
        ranked.sort_by(|(_, one), (_, other)| other.cmp(one));
        ranked.into_iter().map(|(id, _)| id).collect()
    }

    fn entity(&self, id: &str) -> BreakdownRow {
        let known = self.known.get(id);
        BreakdownRow {
            id: Some(id.to_owned()),
            name: known.and_then(|known| known.name.clone()),
            status: known.and_then(|known| known.status.clone()),
            ..self.row(
                BreakdownRowKind::Entity,
                self.figures_of(&BTreeSet::from([id])),
            )
        }
    }

    fn others(&self, ids: &[&str]) -> BreakdownRow {
        self.row(
            BreakdownRowKind::Others,
            self.figures_of(&ids.iter().copied().collect()),
        )
    }

    fn figures_of(&self, ids: &BTreeSet<&str>) -> Vec<Figure> {
        let select = |rows: &[&'a EntityTotal]| -> Vec<Contribution<'a>> {
            rows.iter()
                .filter(|row| ids.contains(row.entity.as_str()))
                .map(|row| (*row).into())
                .collect()
        };
        let chosen = Chosen {
            current: select(&self.current),
            comparison: select(&self.comparison),
            beginnings: self
                .beginnings
                .as_ref()
                .map(|beginnings| beginnings.totals.each_ref().map(|rows| select(rows))),
        };
        self.evidences.figures_of(self.names, self.account, chosen)
    }

    /// What no entity explains; no row where everything is explained.
    fn unallocated(&self) -> Option<BreakdownRow> {
        let (current, comparison) = self.evidences.of_account(self.account);
        let beginnings = self.beginnings.as_ref().map(|beginnings| {
            let early =
                |row: &&Contribution<'_>| row.place.is_some_and(|place| place < beginnings.days);
            let rest = |rows: &[Contribution<'_>], totals: &[&EntityTotal]| {
                let rows: Vec<Contribution<'_>> = rows.iter().filter(early).copied().collect();
                Remainders::new(&rows, totals)
            };
            let [now, before] = &beginnings.totals;
            [rest(&current, now), rest(&comparison, before)]
        });
        let current = Remainders::new(&current, &self.current);
        let comparison = Remainders::new(&comparison, &self.comparison);
        if current.is_zero() && comparison.is_zero() {
            return None;
        }
        let chosen = Chosen {
            current: current.contributions(self.account),
            comparison: comparison.contributions(self.account),
            beginnings: beginnings.as_ref().map(|rests| {
                rests
                    .each_ref()
                    .map(|rest| rest.contributions(self.account))
            }),
        };
        let figures = self.evidences.figures_of(self.names, self.account, chosen);
        Some(self.row(BreakdownRowKind::Unallocated, figures))
    }

    fn row(&self, kind: BreakdownRowKind, figures: Vec<Figure>) -> BreakdownRow {
        BreakdownRow {
            kind,
            source: self.account.source.into(),
            account: self.account.account.to_string(),
            id: None,
            name: None,
            status: None,
            figures,
        }
    }
}

/// Account totals less their entities, by currency.
struct Remainders {
    by_currency: BTreeMap<Option<Currency>, Metrics>,
    provisional: bool,
}

impl Remainders {
    fn new(totals: &[Contribution<'_>], entities: &[&EntityTotal]) -> Self {
        let parts: Vec<Contribution<'_>> = entities
            .iter()
            .map(|row| Contribution::from(*row))
            .collect();
        let listed: BTreeSet<Option<Currency>> = totals
            .iter()
            .chain(&parts)
            .map(|row| row.currency.cloned())
            .collect();
        let by_currency = listed
            .into_iter()
            .map(|currency| {
                let same = |row: &&Contribution<'_>| row.currency == currency.as_ref();
                let rest = remainder(
                    totals.iter().filter(same).map(|row| row.metrics),
                    parts.iter().filter(same).map(|row| row.metrics),
                );
                (currency, rest)
            })
            .collect();
        Self {
            by_currency,
            provisional: totals.iter().any(|row| row.provisional),
        }
    }

    fn is_zero(&self) -> bool {
        self.by_currency
            .values()
            .flat_map(Metrics::values)
            .all(BigDecimal::is_zero)
    }

    fn contributions<'s>(&'s self, account: &'s AccountKey) -> Vec<Contribution<'s>> {
        let row = |(currency, metrics): (&'s Option<Currency>, &'s Metrics)| Contribution {
            account,
            place: None,
            currency: currency.as_ref(),
            metrics,
            provisional: self.provisional,
            flags: &[],
        };
        self.by_currency.iter().map(row).collect()
    }
}
