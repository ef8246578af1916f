//! The metric dictionary: one place that says what each figure is, how it is computed and what it is called.

mod ads;
mod analytics;
mod definition;
mod formula;
mod labels;
mod metric;
mod ratios;
mod shop;

pub use definition::{AddsOver, Computation, Definition, Direction, Provenance, Storage, Unit};
pub use formula::{Formula, Term};
pub use labels::{Label, Language, Texts};
pub use metric::{CORE_COLUMNS, Metric, Ratio};

/// Every figure of the dictionary, in the order in which it is shown.
pub fn definitions() -> impl Iterator<Item = &'static Definition> {
    [
        ads::DEFINITIONS,
        analytics::DEFINITIONS,
        shop::DEFINITIONS,
        ratios::DEFINITIONS,
    ]
    .into_iter()
    .flatten()
}

/// The definition with this name, of a metric or of a ratio.
#[must_use]
pub fn definition(name: &str) -> Option<&'static Definition> {
    definitions().find(|definition| definition.name() == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use strum::IntoEnumIterator as _;

    use super::*;

    #[test]
    fn every_metric_and_ratio_is_defined_once() {
        let names: Vec<&str> = definitions().map(Definition::name).collect();
        let expected: BTreeSet<&str> = Metric::iter()
            .map(Into::into)
            .chain(Ratio::iter().map(Into::into))
            .collect();
        assert_eq!(names.iter().copied().collect::<BTreeSet<_>>(), expected);
        assert_eq!(names.len(), expected.len(), "a name is defined twice");
    }

    #[test]
    fn every_figure_is_explained_in_both_languages() {
        for definition in definitions() {
            for texts in [definition.vi, definition.en] {
                assert!(
                    !texts.label.is_empty() && texts.explanation.ends_with('.'),
                    "{}",
                    definition.name()
                );
            }
            assert_ne!(
                definition.vi.explanation,
                definition.en.explanation,
                "{}",
                definition.name()
            );
        }
    }

    #[test]
    fn people_are_never_added_up() {
        for definition in
            definitions().filter(|definition| definition.computation == Computation::People)
        {
            assert_eq!(
                definition.adds_over(),
                AddsOver {
                    time: false,
                    entities: false
                },
                "{}",
                definition.name()
            );
        }
    }

    #[test]
    fn ratios_use_additive_metrics_only() {
        for definition in definitions() {
            let Computation::Ratio(formula) = definition.computation else {
                continue;
            };
            for metric in formula.metrics() {
                assert_eq!(
                    metric.definition().computation,
                    Computation::Additive,
                    "{}",
                    definition.name()
                );
            }
        }
    }

    #[test]
    fn core_columns_are_columns_of_the_tables() {
        let sql = include_str!("../../sql/tenant/0001_tenant.sql");
        for metric in CORE_COLUMNS {
            let column = sql.lines().filter(|line| {
                let mut words = line.split_whitespace();
                words.next() == Some(metric.name())
                    && words.next().is_some_and(|word| word.starts_with("numeric"))
            });
            assert_eq!(
                column.count(),
                2,
                "{} in hourly and daily aggregates",
                metric.name()
            );
        }
    }
}
