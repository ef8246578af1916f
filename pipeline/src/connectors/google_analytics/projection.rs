//! What a row means: the whole website, a channel group, or a campaign.

use bigdecimal::BigDecimal;
use dpo_warehouse::metrics::Metric;
use dpo_warehouse::model::{Fact, Level, Metrics, RawRecord};
use dpo_warehouse::projection::{Partition, ProjectionError};

use super::DECLARATION;
use super::report::{NamedRow, campaign_id, hour, is_rest};
use crate::frame::declaration::StreamDeclaration;
use crate::frame::number::decimal;
use crate::frame::projection;

/// The facts of a partition's records; settings do not matter for them.
///
/// # Errors
/// A record does not have the form that its stream declares.
pub fn project(
    partition: &Partition<'_>,
    records: &[RawRecord],
) -> Result<Vec<Fact>, ProjectionError> {
    projection::project(&DECLARATION, partition, records, |stream, row| {
        fact(stream, partition, row)
    })
}

/// The rest of a day that has no hour belongs to no hour; the day counts it.
fn fact(
    stream: &StreamDeclaration,
    partition: &Partition<'_>,
    row: &NamedRow,
) -> Result<Option<Fact>, &'static str> {
    let hourly = stream.key.contains(&"dateHour");
    let hour = hour(row);
    if hourly && hour.is_none() {
        return Ok(None);
    }
    let (level, entity, breakdown) = place(stream, partition, row);
    Ok(Some(Fact {
        level,
        entity,
        breakdown,
        date: partition.key.date,
        hour: hour.filter(|_| hourly),
        currency: partition.currency.cloned(),
        metrics: metrics(stream, row)?,
    }))
}

fn place(
    stream: &StreamDeclaration,
    partition: &Partition<'_>,
    row: &NamedRow,
) -> (Level, String, String) {
    let dimension = |name: &str| row.dimensions.get(name).cloned().unwrap_or_default();
    match stream.feeds.first().map(|(level, _)| *level) {
        Some(Level::ChannelGroup) => (
            Level::ChannelGroup,
            dimension("sessionDefaultChannelGroup"),
            String::new(),
        ),
        Some(Level::Campaign) => (
            Level::Campaign,
            campaign_id(row),
            dimension("sessionSourceMedium"),
        ),
        _ => (
            Level::Account,
            partition.key.account.as_str().to_owned(),
            String::new(),
        ),
    }
}

/// Only what the row holds: the other part of the stream brings the rest. The rest `(other)` of a day adds to its sums;
/// the people behind it may be counted in the day already.
fn metrics(stream: &StreamDeclaration, row: &NamedRow) -> Result<Metrics, &'static str> {
    let is_rest = row.dimensions.get("date").is_some_and(|date| is_rest(date));
    let counts = |metric: Metric| !is_rest || metric.definition().adds_over().entities;
    let given = stream
        .fields
        .iter()
        .filter(|field| counts(field.metric))
        .filter_map(|field| Some((field.metric, row.metrics.get(field.name)?)));
    given
        .map(|(metric, text)| Ok((metric, number(text)?)))
        .collect()
}

fn number(text: &str) -> Result<BigDecimal, &'static str> {
    if text.is_empty() {
        return Ok(BigDecimal::from(0));
    }
    decimal(text).map_err(|_| "a metric is no number")
}
