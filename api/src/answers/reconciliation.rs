//! What platforms claim and analytics measured beside what the shop recorded.

use bigdecimal::BigDecimal;
use dpo_warehouse::metrics::{Definition, definition};
use dpo_warehouse::model::canonical;

use super::dictionary::{nature, sources};
use super::figure::{Evidence, currencies, figure, quotient, read};
use super::kpi::Evidences;
use crate::dto::overview::{Reconciliation, ReconciliationTopic, Statement};

/// Claimed, measured, recorded.
const TOPICS: [(ReconciliationTopic, [&str; 3]); 2] = [
    (
        ReconciliationTopic::Revenue,
        ["conversions_value", "purchase_revenue", "revenue"],
    ),
    (
        ReconciliationTopic::Orders,
        ["conversions", "transactions", "orders"],
    ),
];

/// Every topic on which at least two sources have a word, one row for each currency.
#[must_use]
pub fn reconcile(evidences: &Evidences<'_>) -> Vec<Reconciliation> {
    TOPICS
        .iter()
        .flat_map(|(topic, names)| rows(*topic, names, evidences))
        .collect()
}

fn rows(
    topic: ReconciliationTopic,
    names: &[&str],
    evidences: &Evidences<'_>,
) -> Vec<Reconciliation> {
    let connected = evidences.estate.connectors();
    let speakers: Vec<&Definition> = names
        .iter()
        .filter_map(|name| definition(name))
        .filter(|definition| {
            sources(definition)
                .iter()
                .any(|source| connected.contains(source))
        })
        .collect();
    if speakers.len() < 2 {
        return Vec::new();
    }
    let both: Vec<&Evidence<'_>> = std::iter::once(&evidences.current.whole)
        .chain(evidences.comparison.as_ref().map(|period| &period.whole))
        .collect();
    let mut listed: Vec<Option<String>> = speakers
        .iter()
        .flat_map(|definition| currencies(definition, &both, evidences.home))
        .collect();
    listed.sort_by_key(|currency| {
        (
            currency.as_deref() != Some(evidences.home),
            currency.clone(),
        )
    });
    listed.dedup();
    listed
        .into_iter()
        .map(|currency| row(topic, &speakers, currency, evidences))
        .collect()
}

fn row(
    topic: ReconciliationTopic,
    speakers: &[&Definition],
    currency: Option<String>,
    evidences: &Evidences<'_>,
) -> Reconciliation {
    let current = &evidences.current.whole;
    let comparison = evidences.comparison.as_ref().map(|period| &period.whole);
    let statements = speakers.iter().flat_map(|definition| {
        let channels = sources(definition)
            .into_iter()
            .map(dpo_warehouse::model::Source::channel);
        channels.map(|channel| Statement {
            channel: channel.into(),
            nature: nature(definition.provenance),
            figure: figure(definition, currency.as_deref(), current, comparison),
            freshness: evidences.freshness(&sources(definition)),
        })
    });
    let value = |name: &str| -> Option<BigDecimal> {
        let definition = speakers
            .iter()
            .find(|definition| definition.name() == name)?;
        read(definition, currency.as_deref(), current).value.ok()
    };
    let [claimed, measured, recorded] = names(topic).map(value);
    let over_recorded = |dividend: Option<BigDecimal>| {
        quotient(&dividend?, recorded.as_ref()?)
            .as_ref()
            .map(canonical)
    };
    Reconciliation {
        topic,
        statements: statements.collect(),
        claimed_over_recorded: over_recorded(claimed),
        claimed_absence: None,
        measured_over_recorded: over_recorded(measured),
        measured_absence: None,
        currency,
    }
}

fn names(topic: ReconciliationTopic) -> [&'static str; 3] {
    match topic {
        ReconciliationTopic::Revenue => TOPICS[0].1,
        ReconciliationTopic::Orders => TOPICS[1].1,
    }
}
