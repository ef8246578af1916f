//! What a query means: fields that exist and fit together, and the finite range of dates.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::errors::{AdsError, query_error};
use super::fields::{self, Field};
use super::gaql::{Comparison, Condition, Query, Test};

/// A query that can be answered.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The query.
    pub query: Query,
    /// Selected fields.
    pub selected: Vec<Field>,
    /// Every field that is selected, filtered or sorted by.
    pub used: Vec<Field>,
    /// First and last date, when the query names them.
    pub dates: Option<(Date, Date)>,
}

impl Plan {
    /// Selected segments.
    pub fn segments(&self) -> Vec<Field> {
        self.selected
            .iter()
            .copied()
            .filter(|field| field.is_segment())
            .collect()
    }

    /// Whether any metric is asked for.
    pub fn has_metrics(&self) -> bool {
        self.used.iter().any(|field| field.is_metric())
    }
}

/// Checks a query; `today` is the account's date.
///
/// # Errors
/// The platform's own `queryError`.
pub fn plan(query: Query, today: Date) -> Result<Plan, AdsError> {
    let visible = visible_resources(&query.from)?;
    let filtered = query
        .conditions
        .iter()
        .map(|condition| condition.field.as_str());
    let sorted = query.order_by.iter().map(|(field, _)| field.as_str());
    let selected = query
        .select
        .iter()
        .map(|name| known(name))
        .collect::<Result<Vec<_>, _>>()?;
    let mut used = selected.clone();
    for name in filtered.chain(sorted) {
        let field = known(name)?;
        if field.is_segment() && !selected.contains(&field) {
            return Err(must_be_selected(field));
        }
        used.push(field);
    }
    used.iter()
        .try_for_each(|field| may_stand(*field, &query.from, visible))?;
    check_combination(&used)?;
    let dates = finite_dates(&query.conditions, today)?;
    if dates.is_none()
        && used
            .iter()
            .any(|field| fields::OF_DATES.contains(&field.name))
    {
        let message = "A finite date range must be filtered when segmenting by a date: add a condition on 'segments.date'.";
        return Err(query_error("EXPECTED_FILTERS_ON_DATE_RANGE", message));
    }
    Ok(Plan {
        query,
        selected,
        used,
        dates,
    })
}

fn visible_resources(from: &str) -> Result<&'static [&'static str], AdsError> {
    let found = fields::RESOURCES
        .iter()
        .find(|(name, _)| *name == from)
        .map(|(_, visible)| *visible);
    found.ok_or_else(|| {
        let message = format!("Error in query: unexpected resource {from} in the FROM clause.");
        query_error("BAD_RESOURCE_TYPE_IN_FROM_CLAUSE", &message)
    })
}

fn known(name: &str) -> Result<Field, AdsError> {
    fields::find(name).ok_or_else(|| {
        query_error(
            "UNRECOGNIZED_FIELD",
            &format!("Unrecognized field in the query: '{name}'."),
        )
    })
}

fn must_be_selected(field: Field) -> AdsError {
    let message = format!(
        "The following field must be present in SELECT clause: '{}'.",
        field.name
    );
    query_error("EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE", &message)
}

fn may_stand(field: Field, from: &str, visible: &[&str]) -> Result<(), AdsError> {
    let plain = fields::WITHOUT_METRICS.contains(&from);
    if plain && field.is_metric() {
        let message = format!(
            "Cannot select or filter on the following metrics: '{}', since metrics are incompatible with the resource in the FROM clause.",
            field.name
        );
        return Err(query_error(
            "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
            &message,
        ));
    }
    if plain && field.is_segment() {
        let message = format!(
            "Cannot select or filter on the following segments: '{}', since segments are incompatible with the resource in the FROM clause.",
            field.name
        );
        return Err(query_error(
            "PROHIBITED_SEGMENT_IN_SELECT_OR_WHERE_CLAUSE",
            &message,
        ));
    }
    if field.is_metric() || field.is_segment() || visible.contains(&field.resource()) {
        return Ok(());
    }
    let message = format!(
        "Cannot select fields from the following resources: '{}', since the resource is incompatible with the resource in FROM clause.",
        field.resource().to_uppercase()
    );
    Err(query_error(
        "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE",
        &message,
    ))
}

fn check_combination(used: &[Field]) -> Result<(), AdsError> {
    may_stand_together(used, fields::OF_CONVERSIONS, fields::OF_DELIVERY)?;
    may_stand_together(used, &["segments.hour"], fields::BY_DAY_ONLY)
}

/// Refuses one of the segments beside one of the metrics.
fn may_stand_together(used: &[Field], segments: &[&str], metrics: &[&str]) -> Result<(), AdsError> {
    let find = |names: &[&str]| used.iter().find(|field| names.contains(&field.name));
    if let (Some(segment), Some(metric)) = (find(segments), find(metrics)) {
        let message = format!(
            "Cannot select or filter on the following segments: '{}' (incompatible with '{}').",
            segment.name, metric.name
        );
        return Err(query_error(
            "PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
            &message,
        ));
    }
    Ok(())
}

fn finite_dates(conditions: &[Condition], today: Date) -> Result<Option<(Date, Date)>, AdsError> {
    let (mut first, mut last) = (None::<Date>, None::<Date>);
    for condition in conditions
        .iter()
        .filter(|condition| condition.field == "segments.date")
    {
        let (low, high) = bounds(&condition.test, today)?;
        first = first.max(low);
        last = match (last, high) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
    Ok(first.zip(last))
}

fn bounds(test: &Test, today: Date) -> Result<(Option<Date>, Option<Date>), AdsError> {
    Ok(match test {
        Test::Between(low, high) => (Some(date(low)?), Some(date(high)?)),
        Test::Compare(Comparison::Equal, value) => (Some(date(value)?), Some(date(value)?)),
        Test::Compare(Comparison::AtLeast, value) => (Some(date(value)?), None),
        Test::Compare(Comparison::Greater, value) => {
            (Some(date(value)?.saturating_add(1.day())), None)
        }
        Test::Compare(Comparison::AtMost, value) => (None, Some(date(value)?)),
        Test::Compare(Comparison::Less, value) => {
            (None, Some(date(value)?.saturating_sub(1.day())))
        }
        Test::During(name) => during(name, today)?,
        _ => {
            return Err(query_error(
                "OPERATOR_FIELD_MISMATCH",
                "The operator cannot be used with the field: 'segments.date'.",
            ));
        }
    })
}

fn date(text: &str) -> Result<Date, AdsError> {
    text.parse().map_err(|_| {
        query_error(
            "INVALID_DATE_FORMAT",
            &format!("Invalid date literal: '{text}', expected yyyy-MM-dd."),
        )
    })
}

fn during(name: &str, today: Date) -> Result<(Option<Date>, Option<Date>), AdsError> {
    let back = |days: i32| today.saturating_sub(days.days());
    let month = today.first_of_month();
    let last_month = month.saturating_sub(1.day());
    let monday = today.saturating_sub(i32::from(today.weekday().since(Weekday::Monday)).days());
    let (first, last) = match name.to_uppercase().as_str() {
        "TODAY" => (today, today),
        "YESTERDAY" => (back(1), back(1)),
        "LAST_7_DAYS" => (back(7), back(1)),
        "LAST_14_DAYS" => (back(14), back(1)),
        "LAST_30_DAYS" => (back(30), back(1)),
        "THIS_MONTH" => (month, today),
        "LAST_MONTH" => (last_month.first_of_month(), last_month),
        "THIS_WEEK_MON_TODAY" => (monday, today),
        "LAST_WEEK_MON_SUN" => (
            monday.saturating_sub(7.days()),
            monday.saturating_sub(1.day()),
        ),
        _ => {
            let message = format!("Invalid value with DURING operator: '{name}'.");
            return Err(query_error("INVALID_VALUE_WITH_DURING_OPERATOR", &message));
        }
    };
    Ok((Some(first), Some(last)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::google_ads::gaql::parse;
    use jiff::civil::date as civil;

    fn planned(text: &str) -> Result<Plan, String> {
        plan(parse(text).unwrap(), civil(2026, 11, 23)).map_err(|error| error.code().to_owned())
    }

    #[test]
    fn every_finite_form_gives_its_dates() {
        let dates = |filter: &str| {
            planned(&format!(
                "SELECT segments.date FROM campaign WHERE {filter}"
            ))
            .unwrap()
            .dates
            .unwrap()
        };
        let wanted = (civil(2026, 9, 1), civil(2026, 9, 3));
        assert_eq!(
            dates("segments.date BETWEEN '2026-09-01' AND '2026-09-03'"),
            wanted
        );
        assert_eq!(
            dates("segments.date >= '2026-09-01' AND segments.date <= '2026-09-03'"),
            wanted
        );
        assert_eq!(
            dates("segments.date > '2026-08-31' AND segments.date < '2026-09-04'"),
            wanted
        );
        assert_eq!(dates("segments.date = '2026-09-01'"), (wanted.0, wanted.0));
        assert_eq!(
            dates("segments.date DURING YESTERDAY"),
            (civil(2026, 11, 22), civil(2026, 11, 22))
        );
        assert_eq!(
            dates("segments.date DURING LAST_MONTH"),
            (civil(2026, 10, 1), civil(2026, 10, 31))
        );
    }

    #[test]
    fn what_cannot_be_answered_is_refused() {
        let code = |text: &str| planned(text).unwrap_err();
        assert_eq!(
            code("SELECT metrics.video_views FROM campaign"),
            "UNRECOGNIZED_FIELD"
        );
        assert_eq!(
            code("SELECT campaign.id FROM keyword"),
            "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"
        );
        assert_eq!(
            code("SELECT segments.date FROM campaign"),
            "EXPECTED_FILTERS_ON_DATE_RANGE"
        );
        assert_eq!(
            code("SELECT segments.date FROM campaign WHERE segments.date >= '2026-09-01'"),
            "EXPECTED_FILTERS_ON_DATE_RANGE"
        );
        assert_eq!(
            code("SELECT metrics.clicks FROM campaign WHERE segments.date = '2026-09-01'"),
            "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE"
        );
        assert_eq!(
            code("SELECT ad_group.id FROM campaign"),
            "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"
        );
        assert_eq!(
            code("SELECT metrics.clicks FROM customer_client"),
            "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE"
        );
        assert_eq!(
            code("SELECT segments.conversion_action_name, metrics.clicks FROM campaign"),
            "PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE"
        );
        assert_eq!(
            code("SELECT segments.hour, metrics.all_conversions FROM campaign"),
            "PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE"
        );
        assert_eq!(
            code("SELECT segments.date FROM campaign WHERE segments.date = '1.9.2026'"),
            "INVALID_DATE_FORMAT"
        );
    }
}
