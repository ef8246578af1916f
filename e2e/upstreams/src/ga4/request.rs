//! The body of a report request.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::errors::{Ga4Error, invalid};
use super::fields::{DIMENSIONS, OF_ITEMS, metric_type};

/// `runReport`'s body.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ReportRequest {
    /// Given inside `batchRunReports`.
    #[serde(rename = "property")]
    pub _property: String,
    /// Up to four ranges.
    pub date_ranges: Vec<DateRange>,
    /// Up to nine dimensions.
    pub dimensions: Vec<Named>,
    /// Up to ten metrics.
    pub metrics: Vec<Named>,
    /// Which events count.
    pub dimension_filter: Option<Filter>,
    /// Which rows are shown.
    pub metric_filter: Option<Filter>,
    /// Sorting.
    pub order_bys: Vec<OrderBy>,
    /// Rows of a page.
    #[serde(deserialize_with = "int64")]
    pub limit: Option<i64>,
    /// Rows before the page.
    #[serde(deserialize_with = "int64")]
    pub offset: Option<i64>,
    /// Whether rows without any figure are shown.
    pub keep_empty_rows: bool,
    /// Currency of money.
    pub currency_code: String,
    /// Whether the answer tells the quota.
    pub return_property_quota: bool,
    /// Totals over all rows.
    pub metric_aggregations: Vec<String>,
}

/// A range of dates, both included.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DateRange {
    /// `YYYY-MM-DD`, `today`, `yesterday` or `NdaysAgo`.
    pub start_date: String,
    /// The same.
    pub end_date: String,
    /// Shown in the `dateRange` dimension.
    #[serde(default)]
    pub name: String,
}

/// A dimension or metric.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Named {
    /// Its name.
    pub name: String,
}

/// One sort key.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrderBy {
    /// Sort by a dimension's text.
    #[serde(default)]
    pub dimension: Option<OrderDimension>,
    /// Sort by a metric's number.
    #[serde(default)]
    pub metric: Option<OrderMetric>,
    /// Largest first.
    #[serde(default)]
    pub desc: bool,
}

/// See [`OrderBy`].
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrderDimension {
    /// The dimension.
    pub dimension_name: String,
    /// `ALPHANUMERIC` and the like.
    #[serde(default, rename = "orderType")]
    pub _order_type: Value,
}

/// See [`OrderBy`].
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrderMetric {
    /// The metric.
    pub metric_name: String,
}

/// A filter expression.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum Filter {
    /// All must hold.
    AndGroup(FilterList),
    /// One must hold.
    OrGroup(FilterList),
    /// Must not hold.
    NotExpression(Box<Filter>),
    /// One field's filter.
    #[serde(rename = "filter")]
    Field(FieldFilter),
}

/// See [`Filter`].
#[derive(Debug, Clone, Deserialize)]
pub struct FilterList {
    /// The parts.
    pub expressions: Vec<Filter>,
}

/// A filter on one field.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FieldFilter {
    /// Dimension or metric.
    pub field_name: String,
    /// A text comparison.
    #[serde(default)]
    pub string_filter: Option<StringFilter>,
    /// One of several texts.
    #[serde(default)]
    pub in_list_filter: Option<InListFilter>,
    /// A number comparison.
    #[serde(default)]
    pub numeric_filter: Option<NumericFilter>,
}

/// See [`FieldFilter`].
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StringFilter {
    /// `EXACT`, `BEGINS_WITH`, `ENDS_WITH`, `CONTAINS`.
    #[serde(default)]
    pub match_type: String,
    /// The text.
    pub value: String,
    /// Whether case matters.
    #[serde(default)]
    pub case_sensitive: bool,
}

/// See [`FieldFilter`].
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InListFilter {
    /// The texts.
    pub values: Vec<String>,
    /// Whether case matters.
    #[serde(default)]
    pub case_sensitive: bool,
}

/// See [`FieldFilter`].
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NumericFilter {
    /// `EQUAL`, `LESS_THAN`, `GREATER_THAN`, ….
    #[serde(default)]
    pub operation: String,
    /// `{"int64Value": "1"}` or `{"doubleValue": 1.5}`.
    pub value: Value,
}

fn int64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::Number(number) => Ok(number.as_i64()),
        Value::String(text) => text.parse().map(Some).map_err(serde::de::Error::custom),
        other => Err(serde::de::Error::custom(format!("{other} is no int64"))),
    }
}

impl ReportRequest {
    /// Checks that all names exist and fit together.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` in the platform's words.
    pub fn check(&self) -> Result<(), Ga4Error> {
        if self.date_ranges.is_empty() || self.date_ranges.len() > 4 {
            return Err(invalid(
                "A dateRange is required; requests are allowed up to 4.",
            ));
        }
        if self.dimensions.len() > 9 {
            return Err(invalid(&format!(
                "Requests are limited to 9 dimensions. This request is for {} dimensions.",
                self.dimensions.len()
            )));
        }
        if self.metrics.is_empty() || self.metrics.len() > 10 {
            return Err(invalid(&format!(
                "Requests are limited to 10 metrics. This request is for {} metrics.",
                self.metrics.len()
            )));
        }
        if self.limit.is_some_and(|limit| limit < 0) || self.offset.is_some_and(|offset| offset < 0)
        {
            return Err(invalid("limit and offset must not be negative."));
        }
        self.check_names()?;
        self.check_fit()
    }

    fn check_names(&self) -> Result<(), Ga4Error> {
        let known = |name: &str| DIMENSIONS.contains(&name) || OF_ITEMS.contains(&name);
        if let Some(unknown) = self
            .dimensions
            .iter()
            .find(|dimension| !known(&dimension.name))
        {
            return Err(unknown_field(&unknown.name, "dimension"));
        }
        let known = |name: &str| metric_type(name).is_some() || OF_ITEMS.contains(&name);
        match self.metrics.iter().find(|metric| !known(&metric.name)) {
            Some(unknown) => Err(unknown_field(&unknown.name, "metric")),
            None => Ok(()),
        }
    }

    fn check_fit(&self) -> Result<(), Ga4Error> {
        let mut names = self
            .dimensions
            .iter()
            .chain(&self.metrics)
            .map(|named| named.name.as_str());
        match names.find(|name| OF_ITEMS.contains(name)) {
            Some(item) => Err(invalid(&format!(
                "Please remove {item} to make the request compatible. The request's dimensions & metrics are incompatible. \
                 To learn more, see https://ga-dev-tools.web.app/ga4/dimensions-metrics-explorer/"
            ))),
            None => Ok(()),
        }
    }

    /// The dates of each range with its name.
    ///
    /// # Errors
    /// `INVALID_ARGUMENT` for other than dates.
    pub fn ranges(&self, today: Date) -> Result<Vec<(String, Date, Date)>, Ga4Error> {
        let named = self.date_ranges.iter().enumerate();
        named
            .map(|(index, range)| {
                let name = if range.name.is_empty() {
                    format!("date_range_{index}")
                } else {
                    range.name.clone()
                };
                let (start, end) = (
                    date(&range.start_date, today)?,
                    date(&range.end_date, today)?,
                );
                if start > end {
                    return Err(invalid("The start date must not be after the end date."));
                }
                Ok((name, start, end))
            })
            .collect()
    }
}

fn unknown_field(name: &str, kind: &str) -> Ga4Error {
    invalid(&format!(
        "Field {name} is not a valid {kind}. For a list of valid dimensions and metrics, see \
         https://developers.google.com/analytics/devguides/reporting/data/v1/api-schema "
    ))
}

fn date(text: &str, today: Date) -> Result<Date, Ga4Error> {
    let days_ago = text
        .strip_suffix("daysAgo")
        .and_then(|days| days.parse::<i32>().ok());
    match (text, days_ago) {
        ("today", _) => Ok(today),
        ("yesterday", _) => Ok(today.saturating_sub(1.day())),
        (_, Some(days)) => Ok(today.saturating_sub(days.days())),
        _ => text.parse().map_err(|_| {
            invalid(&format!(
                "Invalid date: '{text}'. Use YYYY-MM-DD, NdaysAgo, yesterday or today."
            ))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn request(body: Value) -> ReportRequest {
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn limits_are_strings_or_numbers() {
        assert_eq!(request(json!({"limit": "250000"})).limit, Some(250_000));
        assert_eq!(
            request(json!({"limit": 10, "offset": "20"})).offset,
            Some(20)
        );
        assert!(serde_json::from_value::<ReportRequest>(json!({"dimension": []})).is_err());
    }

    #[test]
    fn what_does_not_exist_or_fit_is_refused() {
        let ranges = json!([{"startDate": "2026-09-01", "endDate": "2026-09-02"}]);
        let message = |dimension: &str, metric: &str| {
            let body = json!({"dateRanges": ranges, "dimensions": [{"name": dimension}], "metrics": [{"name": metric}]});
            request(body).check().map_err(|error| error.message)
        };
        assert!(message("date", "sessions").is_ok());
        assert!(
            message("dates", "sessions")
                .unwrap_err()
                .starts_with("Field dates is not a valid dimension.")
        );
        assert!(
            message("date", "conversions")
                .unwrap_err()
                .starts_with("Field conversions is not a valid metric.")
        );
        assert!(
            message("itemName", "sessions")
                .unwrap_err()
                .contains("incompatible")
        );
    }

    #[test]
    fn dates_may_be_relative() {
        let today = jiff::civil::date(2026, 11, 23);
        assert_eq!(
            date("12daysAgo", today).unwrap(),
            jiff::civil::date(2026, 11, 11)
        );
        assert_eq!(
            date("yesterday", today).unwrap(),
            jiff::civil::date(2026, 11, 22)
        );
        assert!(date("soon", today).is_err());
    }
}
