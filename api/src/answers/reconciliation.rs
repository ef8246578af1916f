//! What platforms claim and analytics measured beside what the shop recorded.

use bigdecimal::BigDecimal;
use dpo_warehouse::metrics::{Definition, definition};
use dpo_warehouse::model::canonical;

use super::dictionary::{nature, sources};
use super::figure::{
    Evidence, currencies, feeding, figure, is_in_other_currencies, quotient, unlike_days, value_of,
};
use super::kpi::Evidences;
use crate::dto::overview::{Reconciliation, ReconciliationTopic, Statement};
use crate::dto::value::Absence;

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
    let [claimed, measured, recorded] = names(topic).map(|name| {
        let mut speakers = speakers.iter().copied();
        speakers.find(|definition| definition.name() == name)
    });
    let over_recorded = |speaker: Option<&Definition>| {
        let both = speaker.zip(recorded).ok_or(Absence::NoSource);
        both.and_then(|(speaker, recorded)| share(speaker, recorded, currency.as_deref(), current))
    };
    let [claimed, measured] = [claimed, measured].map(over_recorded);
    Reconciliation {
        topic,
        statements: statements.collect(),
        claimed_over_recorded: claimed.as_ref().ok().map(canonical),
        claimed_absence: claimed.err(),
        measured_over_recorded: measured.as_ref().ok().map(canonical),
        measured_absence: measured.err(),
        currency,
    }
}

/// What one says as a part of what another says. Both must speak of the same days, and of everything: an amount in another
/// currency is no part of either.
fn share(
    speaker: &Definition,
    whole: &Definition,
    currency: Option<&str>,
    evidence: &Evidence<'_>,
) -> Result<BigDecimal, Absence> {
    let has_currency = currency.is_some();
    if has_currency
        && [speaker, whole]
            .into_iter()
            .any(|definition| is_in_other_currencies(definition, currency, evidence))
    {
        return Err(Absence::UnlikeCurrencies);
    }
    let mut accounts = feeding(speaker, currency, evidence);
    accounts.extend(feeding(whole, currency, evidence));
    if let Some(unlike) = unlike_days(&accounts, evidence) {
        return Err(unlike);
    }
    let value = |definition| value_of(definition, currency, evidence);
    quotient(&value(speaker)?, &value(whole)?).ok_or(Absence::NoDenominator)
}

fn names(topic: ReconciliationTopic) -> [&'static str; 3] {
    match topic {
        ReconciliationTopic::Revenue => TOPICS[0].1,
        ReconciliationTopic::Orders => TOPICS[1].1,
    }
}
