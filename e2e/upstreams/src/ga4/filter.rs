//! Filters of report requests.

use super::fields::Place;
use super::request::{FieldFilter, Filter, NumericFilter, StringFilter};
use crate::micros::Micros;

/// Whether an event counts.
pub fn event_passes(filter: &Filter, place: &Place<'_>) -> bool {
    passes(filter, &|field| {
        matches_text(field, &place.value(&field.field_name))
    })
}

/// Whether a row is shown.
pub fn row_passes(filter: &Filter, value: &impl Fn(&str) -> Option<Micros>) -> bool {
    passes(filter, &|field| {
        let number = value(&field.field_name);
        number
            .zip(field.numeric_filter.as_ref())
            .is_some_and(|(number, filter)| matches_number(filter, number))
    })
}

fn passes(filter: &Filter, test: &impl Fn(&FieldFilter) -> bool) -> bool {
    match filter {
        Filter::AndGroup(list) => list.expressions.iter().all(|part| passes(part, test)),
        Filter::OrGroup(list) => list.expressions.iter().any(|part| passes(part, test)),
        Filter::NotExpression(inner) => !passes(inner, test),
        Filter::Field(field) => test(field),
    }
}

fn matches_text(field: &FieldFilter, value: &str) -> bool {
    let folded = |text: &str, exact: bool| {
        if exact {
            text.to_owned()
        } else {
            text.to_lowercase()
        }
    };
    if let Some(list) = &field.in_list_filter {
        let value = folded(value, list.case_sensitive);
        return list
            .values
            .iter()
            .any(|wanted| folded(wanted, list.case_sensitive) == value);
    }
    field.string_filter.as_ref().is_some_and(|filter| {
        compares(
            filter,
            &folded(value, filter.case_sensitive),
            &folded(&filter.value, filter.case_sensitive),
        )
    })
}

fn compares(filter: &StringFilter, value: &str, wanted: &str) -> bool {
    match filter.match_type.as_str() {
        "BEGINS_WITH" => value.starts_with(wanted),
        "ENDS_WITH" => value.ends_with(wanted),
        "CONTAINS" => value.contains(wanted),
        _ => value == wanted,
    }
}

fn matches_number(filter: &NumericFilter, number: Micros) -> bool {
    let text = filter.value["int64Value"].as_str().map(str::to_owned);
    let wanted: f64 = text
        .or_else(|| {
            filter.value["doubleValue"]
                .as_f64()
                .map(|value| value.to_string())
        })
        .and_then(|text| text.parse().ok())
        .unwrap_or_default();
    let number: f64 = number.to_string().parse().unwrap_or_default();
    match filter.operation.as_str() {
        "LESS_THAN" => number < wanted,
        "LESS_THAN_OR_EQUAL" => number <= wanted,
        "GREATER_THAN" => number > wanted,
        "GREATER_THAN_OR_EQUAL" => number >= wanted,
        _ => (number - wanted).abs() < f64::EPSILON,
    }
}
