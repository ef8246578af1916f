//! The wire form of reports: positional strings, nothing where there is nothing.

use serde_json::{Value, json};

use super::fields::metric_type;
use super::report::Row;
use super::request::ReportRequest;
use crate::config::Property;
use crate::micros::Micros;

const PAGE_DEFAULT: i64 = 10_000;
const PAGE_LARGEST: i64 = 250_000;

/// What the platform says about a report's quality.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // Each is a field of the platform's own.
pub struct Quality {
    /// Small rows are hidden.
    pub thresholded: bool,
    /// Figures are estimated from a sample.
    pub sampled: bool,
    /// Rare values are gathered in `(other)`.
    pub other_row: bool,
    /// Some rows were cut off.
    pub truncated: bool,
}

/// A report before its form.
pub struct Report<'a> {
    /// The request.
    pub request: &'a ReportRequest,
    /// The property.
    pub property: &'a Property,
    /// All rows.
    pub rows: Vec<Row>,
    /// Totals, when asked for.
    pub totals: Option<Row>,
    /// What the platform says about its quality.
    pub quality: Quality,
    /// What is left of the quota, when asked for.
    pub quota: Option<Value>,
    /// Whether there are several ranges.
    pub several_ranges: bool,
}

impl Report<'_> {
    /// The answer's body.
    pub fn body(&self) -> Value {
        let mut body =
            json!({ "metricHeaders": self.metric_headers(), "metadata": self.metadata() });
        let dimensions = self.dimension_headers();
        if !dimensions.is_empty() {
            body["dimensionHeaders"] = Value::from(dimensions);
        }
        let page: Vec<Value> = self.page().iter().map(row).collect();
        if !self.rows.is_empty() {
            body["rowCount"] = Value::from(self.rows.len());
        }
        if !page.is_empty() {
            body["rows"] = Value::from(page);
        }
        if let Some(totals) = &self.totals {
            let labels = vec!["RESERVED_TOTAL".to_owned(); self.request.dimensions.len()];
            body["totals"] = json!([row(&Row {
                dimensions: labels,
                ..totals.clone()
            })]);
        }
        if let Some(quota) = &self.quota {
            body["propertyQuota"] = quota.clone();
        }
        body["kind"] = Value::from("analyticsData#runReport");
        body
    }

    fn page(&self) -> &[Row] {
        let limit = self
            .request
            .limit
            .filter(|limit| *limit > 0)
            .unwrap_or(PAGE_DEFAULT)
            .min(PAGE_LARGEST);
        let start = usize::try_from(self.request.offset.unwrap_or(0))
            .unwrap_or(0)
            .min(self.rows.len());
        let end = start
            .saturating_add(usize::try_from(limit).unwrap_or(0))
            .min(self.rows.len());
        &self.rows[start..end]
    }

    fn dimension_headers(&self) -> Vec<Value> {
        let names = self
            .request
            .dimensions
            .iter()
            .map(|dimension| dimension.name.as_str());
        let range = self.several_ranges.then_some("dateRange");
        names
            .chain(range)
            .map(|name| json!({ "name": name }))
            .collect()
    }

    fn metric_headers(&self) -> Vec<Value> {
        let header = |name: &str| json!({ "name": name, "type": metric_type(name).unwrap_or("TYPE_INTEGER") });
        self.request
            .metrics
            .iter()
            .map(|metric| header(&metric.name))
            .collect()
    }

    fn metadata(&self) -> Value {
        let mut metadata =
            json!({ "currencyCode": self.property.currency, "timeZone": self.property.time_zone });
        if self.quality.thresholded {
            metadata["subjectToThresholding"] = Value::from(true);
        }
        if self.quality.other_row {
            metadata["dataLossFromOtherRow"] = Value::from(true);
        }
        if self.quality.sampled {
            metadata["samplingMetadatas"] =
                json!([{ "samplesReadCount": "9868", "samplingSpaceSize": "19996" }]);
        }
        if self.quality.truncated {
            metadata["dataTruncationReasons"] =
                json!([{ "dataTruncationType": "ROW_LIMIT_EXCEEDED" }]);
        }
        metadata
    }
}

fn row(row: &Row) -> Value {
    let values = |texts: Vec<String>| {
        texts
            .into_iter()
            .map(|value| json!({ "value": value }))
            .collect::<Vec<_>>()
    };
    let mut body =
        json!({ "metricValues": values(row.metrics.iter().map(Micros::to_string).collect()) });
    if !row.dimensions.is_empty() {
        body["dimensionValues"] = Value::from(values(row.dimensions.clone()));
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    fn property() -> Property {
        serde_json::from_value(json!({
            "propertyId": "1", "accountId": "2", "name": "n", "timeZone": "Asia/Ho_Chi_Minh", "currency": "VND"
        }))
        .unwrap()
    }

    fn request() -> ReportRequest {
        serde_json::from_value(json!({
            "dimensions": [{"name": "date"}],
            "metrics": [{"name": "totalUsers"}, {"name": "purchaseRevenue"}],
            "limit": "1", "offset": "1",
        }))
        .unwrap()
    }

    fn body(rows: Vec<Row>, quality: Quality) -> Value {
        let (request, property) = (request(), property());
        Report {
            request: &request,
            property: &property,
            rows,
            totals: None,
            quality,
            quota: None,
            several_ranges: false,
        }
        .body()
    }

    #[test]
    fn values_are_positional_strings_and_users_may_be_fractional() {
        let row = |date: &str, users| Row {
            dimensions: vec![date.to_owned()],
            metrics: vec![Micros(users), Micros(1_500_000)],
            users: Micros(users),
        };
        let expected = json!({
            "dimensionHeaders": [{"name": "date"}],
            "metricHeaders": [{"name": "totalUsers", "type": "TYPE_INTEGER"}, {"name": "purchaseRevenue", "type": "TYPE_CURRENCY"}],
            "rows": [{"dimensionValues": [{"value": "20260902"}], "metricValues": [{"value": "344.234"}, {"value": "1.5"}]}],
            "rowCount": 2,
            "metadata": {"currencyCode": "VND", "timeZone": "Asia/Ho_Chi_Minh"},
            "kind": "analyticsData#runReport",
        });
        assert_eq!(
            body(
                vec![row("20260901", 5_000_000), row("20260902", 344_234_000)],
                Quality::default()
            ),
            expected
        );
    }

    #[test]
    fn an_empty_report_has_neither_rows_nor_count() {
        let body = body(
            Vec::new(),
            Quality {
                thresholded: true,
                sampled: true,
                other_row: true,
                truncated: true,
            },
        );
        assert!(body.get("rows").is_none() && body.get("rowCount").is_none());
        assert_eq!(body["metadata"]["subjectToThresholding"], true);
        assert_eq!(
            body["metadata"]["samplingMetadatas"][0]["samplesReadCount"],
            "9868"
        );
        assert_eq!(body["metadata"]["dataLossFromOtherRow"], true);
    }
}
