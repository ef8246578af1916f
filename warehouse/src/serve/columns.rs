//! Metrics as SQL: a NUMERIC column or decimal text in `extra`, read exactly.

use bigdecimal::BigDecimal;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use strum::IntoEnumIterator as _;

use crate::metrics::{Computation, Metric, Storage};
use crate::model::Metrics;

/// One select item for each metric, built by `item` from the metric and the expression of its value in `table`.
fn select(table: &str, item: impl Fn(Metric, String) -> String) -> String {
    let columns: Vec<String> = Metric::iter()
        .map(|metric| {
            let value = match metric.storage() {
                Storage::Column => format!("{table}.{metric}"),
                Storage::Extra | Storage::Computed => {
                    format!("({table}.extra->>'{metric}')::numeric")
                }
            };
            format!("{} AS {metric}", item(metric, value))
        })
        .collect();
    columns.join(", ")
}

/// The metrics of single rows.
pub(super) fn values(table: &str) -> String {
    select(table, |_, value| value)
}

/// The metrics of groups of rows: sums, and a count of people only where the group is a single row.
pub(super) fn sums(table: &str) -> String {
    select(table, |metric, value| {
        match metric.definition().computation {
            Computation::People => format!("CASE WHEN count(*) = 1 THEN max({value}) END"),
            Computation::Additive | Computation::Ratio(_) => format!("sum({value})"),
        }
    })
}

/// The metrics of one hour of a profile row.
pub(super) fn profile_hour(table: &str, hour: &str) -> String {
    let columns: Vec<String> = Metric::iter()
        .map(|metric| format!("({table}.hours->'{metric}'->>{hour})::numeric AS {metric}"))
        .collect();
    columns.join(", ")
}

/// Every metric's name, for reading from a subquery that has them as columns.
pub(super) fn names(table: &str) -> String {
    let columns: Vec<String> = Metric::iter()
        .map(|metric| format!("{table}.{metric}"))
        .collect();
    columns.join(", ")
}

/// The metrics of a result row; what is NULL was not reported and is absent.
pub(super) fn read(row: &PgRow) -> Result<Metrics, sqlx::Error> {
    let mut metrics = Metrics::new();
    for metric in Metric::iter() {
        if let Some(value) = row.try_get::<Option<BigDecimal>, _>(metric.name())? {
            metrics.insert(metric, value);
        }
    }
    Ok(metrics)
}
