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
            Computation::Ratio(ratio) => Some(formula(&ratio)),
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

/// Whether a connector keeps a metric as a ledger, which holds everything that happened.
#[must_use]
pub fn is_kept_as_ledger(metric: Metric, source: Source) -> bool {
    metric.definition().provenance == Provenance::Recorded && delivered_by(metric).contains(&source)
}

/// The stored metrics that a definition needs.
#[must_use]
pub fn metrics(definition: &Definition) -> Vec<Metric> {
    match definition.computation {
        Computation::Ratio(formula) => formula.metrics().collect(),
        Computation::Additive | Computation::People => definition.metric().into_iter().collect(),
    }
}

fn formula(formula: &Formula) -> dto::Formula {
    let terms = |terms: &[Term]| terms.iter().copied().map(term).collect();
    dto::Formula {
        factor: formula.factor,
        numerator: terms(formula.numerator),
        denominator: terms(formula.denominator),
    }
}

fn term(term: Term) -> dto::FormulaTerm {
    let (metric, sign) = match term {
        Term::Plus(metric) => (metric, dto::Sign::Plus),
        Term::Minus(metric) => (metric, dto::Sign::Minus),
    };
    dto::FormulaTerm {
        metric: metric.name().to_owned(),
        sign,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn formulas_name_the_metrics_that_they_are_made_of() {
        let of = |id: &str| {
            let all = dictionary().metrics;
            let metric = all.into_iter().find(|metric| metric.id == id).unwrap();
            serde_json::to_value(metric.formula).unwrap()
        };
        let plus = |metric: &str| json!({"metric": metric, "sign": "plus"});
        let refunds = json!({"metric": "refunds", "sign": "minus"});
        assert_eq!(
            of("cpm"),
            json!({"factor": 1000, "numerator": [plus("spend")], "denominator": [plus("impressions")]})
        );
        assert_eq!(
            of("net_revenue"),
            json!({"factor": 1, "numerator": [plus("revenue"), refunds], "denominator": []})
        );
        assert_eq!(
            of("mer"),
            json!({"factor": 1, "numerator": [plus("revenue"), refunds], "denominator": [plus("spend")]})
        );
        assert_eq!(of("spend"), json!(null));
    }

    #[test]
    fn every_part_of_a_formula_is_explained() {
        let metrics = dictionary().metrics;
        let explained = |id: &str| metrics.iter().any(|metric| metric.id == id);
        let formulas: Vec<_> = metrics
            .iter()
            .filter_map(|metric| metric.formula.as_ref())
            .collect();
        assert!(formulas.len() > 5);
        for term in formulas
            .iter()
            .flat_map(|formula| formula.numerator.iter().chain(&formula.denominator))
        {
            assert!(explained(&term.metric), "{}", term.metric);
        }
    }

    #[test]
    fn a_metric_over_two_connectors_names_both() {
        let mer = dpo_warehouse::metrics::definition("mer").unwrap();
        assert_eq!(sources(mer), [Source::GoogleAds, Source::Shopify]);
    }
}
