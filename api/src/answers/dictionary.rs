//! The metric dictionary as the API writes it.

use dpo_warehouse::metrics::{
    Computation, Definition, Direction, Formula, Label as _, Language, Metric, Provenance, Term,
    Unit, definitions,
};
use dpo_warehouse::model::{Channel, Source};
use strum::IntoEnumIterator as _;

use crate::dto::dictionary as dto;
use crate::dto::value::Nature;

/// Every metric and channel, explained.
#[must_use]
pub fn dictionary() -> dto::Dictionary {
    dto::Dictionary {
        metrics: definitions().map(metric).collect(),
        channels: Channel::iter().map(channel).collect(),
    }
}

fn metric(definition: &Definition) -> dto::MetricDefinition {
    let adds = definition.adds_over();
    dto::MetricDefinition {
        id: definition.name().to_owned(),
        unit: match definition.unit {
            Unit::Count => dto::Unit::Count,
            Unit::Money => dto::Unit::Money,
            Unit::Ratio => dto::Unit::Ratio,
            Unit::Percent => dto::Unit::Percent,
        },
        direction: match definition.direction {
            Direction::UpIsGood => dto::Direction::UpIsGood,
            Direction::DownIsGood => dto::Direction::DownIsGood,
            Direction::Neutral => dto::Direction::Neutral,
        },
        nature: nature(definition.provenance),
        adds_over: dto::AddsOver {
            time: adds.time,
            entities: adds.entities,
        },
        formula: match definition.computation {
            Computation::Ratio(formula) => Some(written(&formula)),
            Computation::Additive | Computation::People => None,
        },
        sources: sources(definition).into_iter().map(Into::into).collect(),
        label: dto::Label {
            vi: definition.vi.label.to_owned(),
            en: definition.en.label.to_owned(),
        },
        explanation: dto::Label {
            vi: definition.vi.explanation.to_owned(),
            en: definition.en.explanation.to_owned(),
        },
    }
}

fn channel(channel: Channel) -> dto::ChannelDefinition {
    dto::ChannelDefinition {
        id: channel.into(),
        sources: Source::iter()
            .filter(|source| source.channel() == channel)
            .map(Into::into)
            .collect(),
        label: dto::Label {
            vi: channel.label(Language::Vi).to_owned(),
            en: channel.label(Language::En).to_owned(),
        },
    }
}

/// Who says so.
#[must_use]
pub const fn nature(provenance: Provenance) -> Nature {
    match provenance {
        Provenance::Claimed => Nature::Claimed,
        Provenance::Measured => Nature::Measured,
        Provenance::Recorded => Nature::Recorded,
    }
}

/// The connectors that a definition's metrics come from.
#[must_use]
pub fn sources(definition: &Definition) -> Vec<Source> {
    let mut sources: Vec<Source> = metrics(definition)
        .into_iter()
        .flat_map(delivered_by)
        .copied()
        .collect();
    sources.sort_unstable();
    sources.dedup();
    sources
}

/// The connectors that deliver a stored metric.
#[must_use]
pub fn delivered_by(metric: Metric) -> &'static [Source] {
    match metric.definition().provenance {
        Provenance::Claimed => &[Source::GoogleAds],
        Provenance::Measured => &[Source::GoogleAnalytics],
        Provenance::Recorded => &[Source::Shopify],
    }
}

/// The stored metrics that a definition needs.
#[must_use]
pub fn metrics(definition: &Definition) -> Vec<Metric> {
    match definition.computation {
        Computation::Ratio(formula) => formula.metrics().collect(),
        Computation::Additive | Computation::People => definition.metric().into_iter().collect(),
    }
}

/// A formula as people write it: `1000 × spend / impressions`.
fn written(formula: &Formula) -> String {
    let numerator = sum(formula.numerator);
    let numerator = match formula.factor {
        1 => numerator,
        factor => format!("{factor} × {numerator}"),
    };
    match formula.denominator {
        [] => numerator,
        [_] => format!(
            "{} / {}",
            bracketed(formula.numerator, numerator),
            sum(formula.denominator)
        ),
        _ => format!(
            "{} / ({})",
            bracketed(formula.numerator, numerator),
            sum(formula.denominator)
        ),
    }
}

fn bracketed(terms: &[Term], text: String) -> String {
    if terms.len() > 1 {
        format!("({text})")
    } else {
        text
    }
}

fn sum(terms: &[Term]) -> String {
    let term = |(index, term): (usize, &Term)| match (index, term) {
        (0, Term::Plus(metric)) => metric.name().to_owned(),
        (_, Term::Plus(metric)) => format!(" + {metric}"),
        (_, Term::Minus(metric)) => format!(" − {metric}"),
    };
    terms.iter().enumerate().map(term).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_written_as_people_write_them() {
        let formulas: Vec<String> = dictionary()
            .metrics
            .into_iter()
            .filter_map(|metric| Some(format!("{} = {}", metric.id, metric.formula?)))
            .collect();
        for expected in [
            "cpm = 1000 × spend / impressions",
            "net_revenue = revenue − refunds",
            "mer = (revenue − refunds) / spend",
        ] {
            assert!(
                formulas.contains(&expected.to_owned()),
                "{expected} not in {formulas:?}"
            );
        }
    }

    #[test]
    fn a_metric_over_two_connectors_names_both() {
        let mer = dpo_warehouse::metrics::definition("mer").unwrap();
        assert_eq!(sources(mer), [Source::GoogleAds, Source::Shopify]);
    }
}
