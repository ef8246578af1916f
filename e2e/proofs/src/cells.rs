//! Figures as exact cells, so that two sources of figures can be compared without knowing how either was made.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::Sign;

/// Where a figure stands: one metric of one entity in one day or hour.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    pub source: String,
    pub account: String,
    pub level: String,
    pub id: String,
    pub date: String,
    /// Hour label of the account's clock; absent for a day.
    pub hour: Option<u8>,
    pub metric: String,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            source,
            account,
            level,
            id,
            date,
            hour,
            metric,
        } = self;
        write!(f, "{source} {account} {level}={id} {date}")?;
        if let Some(hour) = hour {
            write!(f, " {hour:02}h")?;
        }
        write!(f, " {metric}")
    }
}

/// Figures by cell. A cell that is absent and a cell that is zero are the same figure.
#[derive(Debug, Default, Clone)]
pub struct Figures(BTreeMap<Cell, BigDecimal>);

impl Figures {
    /// Adds to a cell: rows that share a cell (breakdowns) add up.
    pub fn add(&mut self, cell: Cell, value: BigDecimal) {
        *self.0.entry(cell).or_default() += value;
    }

    #[must_use]
    pub fn get(&self, cell: &Cell) -> BigDecimal {
        self.0.get(cell).cloned().unwrap_or_default()
    }

    pub fn non_zero(&self) -> impl Iterator<Item = (&Cell, &BigDecimal)> {
        self.0
            .iter()
            .filter(|(_, value)| value.sign() != Sign::NoSign)
    }

    /// Whether any figure is of this metric.
    #[must_use]
    pub fn names(&self, metric: &str) -> bool {
        self.0.keys().any(|cell| cell.metric == metric)
    }

    #[must_use]
    pub fn merged(mut self, other: Self) -> Self {
        for (cell, value) in other.0 {
            self.add(cell, value);
        }
        self
    }

    #[must_use]
    pub fn filtered(&self, keep: impl Fn(&Cell) -> bool) -> Self {
        Self(
            self.0
                .iter()
                .filter(|(cell, _)| keep(cell))
                .map(|(cell, value)| (cell.clone(), value.clone()))
                .collect(),
        )
    }
}

/// One cell in which two sets of figures disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub cell: Cell,
    pub expected: BigDecimal,
    pub found: BigDecimal,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: expected {}, found {}",
            self.cell,
            self.expected.normalized(),
            self.found.normalized()
        )
    }
}

/// Every cell in which `found` is not exactly `expected`.
#[must_use]
pub fn differences(expected: &Figures, found: &Figures) -> Vec<Difference> {
    let cells: BTreeSet<&Cell> = expected.0.keys().chain(found.0.keys()).collect();
    cells
        .into_iter()
        .filter(|cell| expected.get(cell) != found.get(cell))
        .map(|cell| Difference {
            cell: cell.clone(),
            expected: expected.get(cell),
            found: found.get(cell),
        })
        .collect()
}

/// Fails with the first differences in words, and their number.
pub fn assert_equal(what: &str, expected: &Figures, found: &Figures) {
    let differences = differences(expected, found);
    let shown: Vec<String> = differences
        .iter()
        .take(20)
        .map(ToString::to_string)
        .collect();
    assert!(
        differences.is_empty(),
        "{what}: {} cells differ\n{}",
        differences.len(),
        shown.join("\n")
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(metric: &str) -> Cell {
        Cell {
            source: "google_ads".into(),
            account: "123".into(),
            level: "campaign".into(),
            id: "7".into(),
            date: "2026-09-01".into(),
            hour: None,
            metric: metric.into(),
        }
    }

    fn figures(entries: &[(&str, &str)]) -> Figures {
        let mut figures = Figures::default();
        for (metric, value) in entries {
            figures.add(cell(metric), value.parse().unwrap());
        }
        figures
    }

    #[test]
    fn a_planted_difference_is_seen() {
        let found = differences(
            &figures(&[("spend", "0.79"), ("clicks", "4")]),
            &figures(&[("spend", "0.790001"), ("clicks", "4")]),
        );
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].cell.metric, "spend");
    }

    #[test]
    fn absent_and_zero_are_the_same_figure() {
        assert!(differences(&figures(&[("spend", "0")]), &figures(&[])).is_empty());
        assert_eq!(
            differences(&figures(&[]), &figures(&[("spend", "1")])).len(),
            1
        );
    }

    #[test]
    fn rows_of_one_cell_add_up() {
        assert!(
            differences(
                &figures(&[("spend", "3")]),
                &figures(&[("spend", "1"), ("spend", "2.0")])
            )
            .is_empty()
        );
    }
}
