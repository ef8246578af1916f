//! Reports: what is asked, and how positional rows become records that name their values.

use bigdecimal::BigDecimal;
use dpo_warehouse::model::{AccountId, EntityRow, Level, QualityFlag, RawRecord, RunClass};
use jiff::civil::Date;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

use crate::frame::declaration::StreamDeclaration;
use crate::frame::exchange::Answer;
use crate::frame::failure::{Failure, Reason, Remedy, Scope};
use crate::frame::number::WireNumber;
use crate::frame::pull::{Batch, DateRange, DatedRecord, Next, Page, Position, RaisedFlag, Span};
use crate::frame::wire::{WireText, or_default};

/// A request takes no more metrics.
const MOST_METRICS: usize = 10;
/// What the platform calls the rest that it did not tell apart.
const OTHER: &str = "(other)";
/// What it calls a dimension that has no value.
const NOT_SET: &str = "(not set)";

/// Whether a label of a day or an hour stands for what has none.
pub fn is_rest(label: &str) -> bool {
    label == OTHER || label == NOT_SET
}

/// As many metrics of a stream as fit one request.
#[derive(Debug, Clone)]
pub struct Part {
    pub stream: &'static StreamDeclaration,
    pub account: AccountId,
    pub number: usize,
    pub metrics: Vec<&'static str>,
}

/// The parts of a stream: sums first, then counts of people, so that each fits one request.
pub fn parts(stream: &'static StreamDeclaration, account: &AccountId) -> Vec<Part> {
    let (people, sums): (Vec<&'static str>, Vec<&'static str>) = stream
        .fields
        .iter()
        .map(|field| field.name)
        .partition(|name| name.ends_with("Users"));
    let lists = if sums.len() + people.len() <= MOST_METRICS {
        vec![[sums, people].concat()]
    } else {
        vec![sums, people]
    };
    let numbered = lists.into_iter().enumerate();
    numbered
        .map(|(number, metrics)| Part {
            stream,
            account: account.clone(),
            number,
            metrics,
        })
        .collect()
}

/// One row with its values by name, as it is kept.
#[derive(Debug, Serialize, Deserialize)]
pub struct NamedRow {
    pub dimensions: BTreeMap<String, String>,
    pub metrics: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    #[serde(default, deserialize_with = "or_default")]
    dimension_headers: Vec<Header>,
    #[serde(default, deserialize_with = "or_default")]
    metric_headers: Vec<Header>,
    #[serde(default, deserialize_with = "or_default")]
    rows: Vec<Row>,
    #[serde(default)]
    row_count: WireText,
    #[serde(default, deserialize_with = "or_default")]
    metadata: Metadata,
    #[serde(default, deserialize_with = "or_default")]
    property_quota: PropertyQuota,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Header {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    #[serde(default, deserialize_with = "or_default")]
    dimension_values: Vec<Value>,
    #[serde(default, deserialize_with = "or_default")]
    metric_values: Vec<Value>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Value {
    value: WireText,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Metadata {
    currency_code: WireText,
    time_zone: WireText,
    data_loss_from_other_row: Option<bool>,
    subject_to_thresholding: Option<bool>,
    sampling_metadatas: Option<Vec<IgnoredAny>>,
    data_truncation_reasons: Option<Vec<IgnoredAny>>,
    #[serde(deserialize_with = "or_default")]
    schema_restriction_response: Restrictions,
}

/// Metrics that the connected user may not see; the platform answers them with zeros.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Restrictions {
    #[serde(deserialize_with = "or_default")]
    active_metric_restrictions: Vec<Restriction>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Restriction {
    metric_name: WireText,
}

impl Restrictions {
    fn names(&self) -> Vec<&str> {
        let restrictions = &self.active_metric_restrictions;
        restrictions
            .iter()
            .filter_map(|restriction| restriction.metric_name.get())
            .collect()
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
#[allow(clippy::struct_field_names, reason = "the platform's names")]
struct PropertyQuota {
    tokens_per_day: Option<Quota>,
    tokens_per_hour: Option<Quota>,
    tokens_per_project_per_hour: Option<Quota>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Quota {
    consumed: WireNumber,
    remaining: WireNumber,
}

impl Quota {
    /// Less than a tenth is left.
    fn is_low(&self) -> bool {
        let consumed = self.consumed.or_zero();
        self.remaining
            .0
            .as_ref()
            .is_some_and(|remaining| remaining * BigDecimal::from(10) < remaining + consumed)
    }
}

/// The body of one request.
pub fn body(part: &Part, range: DateRange, position: &Position) -> serde_json::Value {
    let stream = part.stream;
    let named = |names: &[&str]| {
        names
            .iter()
            .map(|name| json!({ "name": name }))
            .collect::<Vec<_>>()
    };
    let offset = match position.at {
        Next::Offset(offset) => offset,
        Next::Done | Next::Token(_) => 0,
    };
    json!({
        "dateRanges": [{ "startDate": range.first.to_string(), "endDate": range.last.to_string() }],
        "dimensions": named(stream.key),
        "metrics": named(&part.metrics),
        "orderBys": stream.key.iter().map(|name| json!({ "dimension": { "dimensionName": name } })).collect::<Vec<_>>(),
        "limit": position.size.unwrap_or(MOST_ROWS).to_string(),
        "offset": offset.to_string(),
        "returnPropertyQuota": true,
    })
}

const MOST_ROWS: u32 = 10_000;

/// Reads one page of one part of a stream.
pub fn page(
    part: &Part,
    span: &Span,
    position: &Position,
    answer: &Answer,
) -> Result<Page, Failure> {
    let Span::Days(range) = span else {
        return Err(Failure::unexpected("a report without dates"));
    };
    let report: Report = answer.json_object()?;
    let mut batch = Batch {
        entities: account(part, &report.metadata).into_iter().collect(),
        flags: flags(&report.metadata),
        notes: withheld(&report.metadata).into_iter().collect(),
        quota_is_low: quota_is_low(&report.property_quota),
        ..Batch::default()
    };
    let rows = report.rows.len() as u64;
    let named_rows = report
        .rows
        .iter()
        .map(|row| named(part, &report, row))
        .collect::<Result<Vec<_>, Failure>>()?;
    let only = only_day(&named_rows, *range);
    for named in &named_rows {
        let date = date(named, *range, only)?;
        if named.dimensions.values().any(|value| value == OTHER) {
            batch.flags.push(RaisedFlag {
                date,
                flag: QualityFlag::OtherRow,
            });
        }
        batch.entities.extend(campaign(part, named));
        if let Some(date) = date.filter(|date| range.contains(*date)) {
            batch.records.push(DatedRecord {
                date,
                record: record(part, named)?,
            });
        }
    }
    Ok(Page {
        batch,
        next: next(position, rows, &report.row_count)?,
    })
}

/// Every report tells the property's zone and currency, so that figures can be read without the Admin interface.
fn account(part: &Part, metadata: &Metadata) -> Option<EntityRow> {
    let (currency, time_zone) = (metadata.currency_code.get(), metadata.time_zone.get());
    (currency.is_some() || time_zone.is_some()).then(|| EntityRow {
        id: part.account.as_str().to_owned(),
        currency: currency.and_then(|code| code.parse().ok()),
        time_zone: time_zone.map(str::to_owned),
        ..blank(part, Level::Account)
    })
}

fn campaign(part: &Part, row: &NamedRow) -> Option<EntityRow> {
    let is_fed = part
        .stream
        .feeds
        .iter()
        .any(|(level, _)| *level == Level::Campaign);
    let name = row
        .dimensions
        .get("sessionCampaignName")
        .filter(|name| is_fed && !name.is_empty())?;
    let id = campaign_id(row);
    let name = if id == NOT_SET { NOT_SET } else { name };
    Some(EntityRow {
        name: Some(name.to_owned()),
        id,
        ..blank(part, Level::Campaign)
    })
}

/// The platform's id, which is `(not set)` for all traffic without a campaign; source and medium tell it apart.
pub fn campaign_id(row: &NamedRow) -> String {
    let value = |name: &str| row.dimensions.get(name).filter(|value| !value.is_empty());
    value("sessionCampaignId")
        .or_else(|| value("sessionCampaignName"))
        .map_or_else(|| NOT_SET.to_owned(), Clone::clone)
}

fn blank(part: &Part, level: Level) -> EntityRow {
    EntityRow {
        account: part.account.clone(),
        level,
        id: String::new(),
        name: None,
        status: None,
        parent: None,
        currency: None,
        time_zone: None,
    }
}

fn next(position: &Position, rows: u64, row_count: &WireText) -> Result<Next, Failure> {
    let offset = match position.at {
        Next::Offset(offset) => offset,
        Next::Done | Next::Token(_) => 0,
    };
    let read = offset.saturating_add(rows);
    let all: u64 = row_count
        .get()
        .and_then(|count| count.parse().ok())
        .unwrap_or(0);
    match read < all {
        true if rows == 0 => Err(Failure::new(
            RunClass::Transient,
            Scope::Stream,
            Reason::PagingInterrupted,
            INCOMPLETE,
        )
        .with_remedy(Remedy::Restart)),
        true => Ok(Next::Offset(read)),
        false => Ok(Next::Done),
    }
}

const INCOMPLETE: &str = "Google Analytics sent fewer rows than it announced. Nothing to do: the report is fetched again from the start.";

fn flags(metadata: &Metadata) -> Vec<RaisedFlag> {
    let any = |list: &Option<Vec<IgnoredAny>>| list.as_ref().is_some_and(|list| !list.is_empty());
    let found = [
        (
            metadata.subject_to_thresholding == Some(true),
            QualityFlag::Thresholded,
        ),
        (any(&metadata.sampling_metadatas), QualityFlag::Sampled),
        (
            metadata.data_loss_from_other_row == Some(true),
            QualityFlag::OtherRow,
        ),
        (
            any(&metadata.data_truncation_reasons),
            QualityFlag::Truncated,
        ),
    ];
    found
        .into_iter()
        .filter(|(raised, _)| *raised)
        .map(|(_, flag)| RaisedFlag { date: None, flag })
        .collect()
}

/// What the platform keeps from the connected user, in words.
fn withheld(metadata: &Metadata) -> Option<String> {
    let names = metadata.schema_restriction_response.names();
    (!names.is_empty()).then(|| {
        format!(
            "Google Analytics keeps {} from the connected user; give the user access to cost and revenue data in the property's access management",
            names.join(", ")
        )
    })
}

fn quota_is_low(quota: &PropertyQuota) -> bool {
    [
        &quota.tokens_per_day,
        &quota.tokens_per_hour,
        &quota.tokens_per_project_per_hour,
    ]
    .into_iter()
    .flatten()
    .any(Quota::is_low)
}

/// Values belong to headers by place; the order of the headers is the platform's. Of the metrics those of the part are
/// kept, so that no metric is counted in two parts.
fn named(part: &Part, report: &Report, row: &Row) -> Result<NamedRow, Failure> {
    if row.dimension_values.len() != report.dimension_headers.len()
        || row.metric_values.len() != report.metric_headers.len()
    {
        return Err(Failure::unexpected(
            "a row whose values do not match the headers",
        ));
    }
    let mut metrics = by_name(&report.metric_headers, &row.metric_values);
    let restricted = report.metadata.schema_restriction_response.names();
    metrics.retain(|name, _| {
        part.metrics.contains(&name.as_str()) && !restricted.contains(&name.as_str())
    });
    Ok(NamedRow {
        dimensions: by_name(&report.dimension_headers, &row.dimension_values),
        metrics,
    })
}

fn by_name(headers: &[Header], values: &[Value]) -> BTreeMap<String, String> {
    headers
        .iter()
        .zip(values)
        .map(|(header, value)| {
            (
                header.name.clone(),
                value.value.get().unwrap_or_default().to_owned(),
            )
        })
        .collect()
}

/// The day that all rows belong to: of a range of one day, unless a row says that it is from another.
fn only_day(rows: &[NamedRow], range: DateRange) -> Option<Date> {
    let only = range.single()?;
    let another = |row: &NamedRow| compact_date(date_text(row)).is_some_and(|date| date != only);
    (!rows.iter().any(another)).then_some(only)
}

fn date_text(row: &NamedRow) -> &str {
    row.dimensions
        .get("date")
        .or_else(|| row.dimensions.get("dateHour"))
        .map(String::as_str)
        .unwrap_or_default()
}

/// The local date of a row. Where all rows belong to one day, even the rest `(other)` has its date; a longer range is asked
/// for in parts. A rest among rows of several days belongs to none.
fn date(row: &NamedRow, range: DateRange, only: Option<Date>) -> Result<Option<Date>, Failure> {
    const SMALLER: &str = "Google Analytics does not tell the days of some rows apart. Nothing to do: smaller requests follow.";
    let text = date_text(row);
    match compact_date(text) {
        Some(date) => Ok(Some(date)),
        None if !is_rest(text) => Err(Failure::unexpected(format!("`{text}` is no date"))),
        None if range.single().is_some() => Ok(only),
        None => Err(Failure::new(
            RunClass::TooMuchData,
            Scope::Stream,
            Reason::TooMuchData,
            SMALLER,
        )),
    }
}

/// `20260901`, or the beginning of `2026090113`.
fn compact_date(text: &str) -> Option<Date> {
    let digits = text
        .get(..8)
        .filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    Date::strptime("%Y%m%d", digits).ok()
}

/// The hour label of `2026090113`; none of the rest `(other)`.
pub fn hour(row: &NamedRow) -> Option<i8> {
    let text = row
        .dimensions
        .get("dateHour")
        .or_else(|| row.dimensions.get("hour"))?;
    let label = if text.len() == 10 {
        text.get(8..)?
    } else {
        text.as_str()
    };
    label.parse().ok().filter(|hour| (0..24).contains(hour))
}

/// Rows are told apart by every dimension they carry; a row that comes twice counts once.
fn record(part: &Part, row: &NamedRow) -> Result<RawRecord, Failure> {
    let further = row
        .dimensions
        .iter()
        .filter(|(name, _)| !part.stream.key.contains(&name.as_str()))
        .map(|(_, value)| value.as_str());
    let values = part
        .stream
        .key
        .iter()
        .map(|name| row.dimensions.get(*name).map_or("", String::as_str));
    let escaped = |value: &str| value.replace('\\', r"\\").replace('/', r"\/");
    let key = values
        .chain(further)
        .map(escaped)
        .collect::<Vec<_>>()
        .join("/");
    let payload =
        serde_json::to_string(row).map_err(|error| Failure::unexpected(error.to_string()))?;
    Ok(RawRecord {
        key: format!("{key}#{}", part.number),
        payload,
    })
}

#[cfg(test)]
mod tests {
    use super::super::DECLARATION;
    use super::*;
    use crate::frame::exchange::fixtures::answer;
    use jiff::civil::date as day;

    const REPORT: &str = r#"{
        "dimensionHeaders": [{"name": "date"}],
        "metricHeaders": [{"name": "totalUsers", "type": "TYPE_INTEGER"}, {"name": "sessions", "type": "TYPE_INTEGER"}],
        "rows": [
            {"dimensionValues": [{"value": "20260901"}], "metricValues": [{"value": "344.234"}, {"value": "400"}]},
            {"dimensionValues": [{"value": "20260902"}], "metricValues": [{"value": "1"}, {"value": "2"}]}],
        "rowCount": 5, "metadata": {"subjectToThresholding": true, "samplingMetadatas": [{"samplesReadCount": "1"}]},
        "propertyQuota": {"tokensPerDay": {"consumed": 190000, "remaining": 10000}}, "kind": "analyticsData#runReport"}"#;

    fn days(first: i8, last: i8) -> Span {
        Span::Days(DateRange {
            first: day(2026, 9, first),
            last: day(2026, 9, last),
        })
    }

    fn first_part(stream: &str, metrics: &[&'static str]) -> Part {
        let stream = DECLARATION.stream(stream).unwrap();
        Part {
            stream,
            account: "1".parse().unwrap(),
            number: 0,
            metrics: metrics.to_vec(),
        }
    }

    fn read(span: &Span, json: &str) -> Result<Page, Failure> {
        page(
            &first_part("site_daily", &["totalUsers", "sessions"]),
            span,
            &Position {
                at: Next::Done,
                size: None,
            },
            &answer(200, json),
        )
    }

    #[test]
    fn values_are_named_by_their_headers() {
        let page = read(&days(1, 2), REPORT).unwrap();
        let row: NamedRow = serde_json::from_str(&page.batch.records[0].record.payload).unwrap();
        assert_eq!(
            (
                row.metrics["totalUsers"].as_str(),
                row.metrics["sessions"].as_str()
            ),
            ("344.234", "400")
        );
        assert_eq!(page.batch.records[1].date, day(2026, 9, 2));
        assert_eq!(page.next, Next::Offset(2));
        assert!(page.batch.quota_is_low);
    }

    #[test]
    fn the_platforms_reservations_become_flags() {
        let flags: Vec<_> = read(&days(1, 2), REPORT)
            .unwrap()
            .batch
            .flags
            .into_iter()
            .map(|raised| raised.flag)
            .collect();
        assert_eq!(flags, [QualityFlag::Thresholded, QualityFlag::Sampled]);
    }

    #[test]
    fn an_empty_report_has_neither_rows_nor_a_count() {
        let page = read(
            &days(1, 2),
            r#"{"metricHeaders": [{"name": "sessions"}], "metadata": {}, "kind": "x"}"#,
        )
        .unwrap();
        assert!(page.batch.records.is_empty());
        assert_eq!(page.next, Next::Done);
    }

    #[test]
    fn the_rest_belongs_to_the_only_day_or_the_range_is_cut() {
        let other = REPORT
            .replace("20260902", "(other)")
            .replace("20260901", "(other)");
        let page = read(&days(1, 1), &other).unwrap();
        assert_eq!(page.batch.records[0].date, day(2026, 9, 1));
        assert!(
            page.batch
                .flags
                .iter()
                .any(|raised| raised.flag == QualityFlag::OtherRow)
        );
        assert_eq!(
            read(&days(1, 2), &other).unwrap_err().class,
            RunClass::TooMuchData
        );
    }

    #[test]
    fn a_rest_among_rows_of_several_days_belongs_to_none_of_them() {
        let mixed = REPORT.replace("20260902", "(other)");
        let page = read(&days(3, 3), &mixed).unwrap();
        assert!(page.batch.records.is_empty(), "{:?}", page.batch.records);
        let rest: Vec<_> = page
            .batch
            .flags
            .iter()
            .filter(|raised| raised.flag == QualityFlag::OtherRow)
            .map(|raised| raised.date)
            .collect();
        assert_eq!(rest, [None]);
    }

    #[test]
    fn a_rest_of_campaigns_marks_its_own_day_only() {
        let json = r#"{"dimensionHeaders": [{"name": "date"}, {"name": "sessionDefaultChannelGroup"}],
            "metricHeaders": [{"name": "sessions"}],
            "rows": [
                {"dimensionValues": [{"value": "20260901"}, {"value": "Email"}], "metricValues": [{"value": "1"}]},
                {"dimensionValues": [{"value": "20260902"}, {"value": "(other)"}], "metricValues": [{"value": "1"}]}
            ]}"#;
        let part = first_part("acquisition_daily", &["sessions"]);
        let position = Position {
            at: Next::Done,
            size: None,
        };
        let batch = page(&part, &days(1, 3), &position, &answer(200, json))
            .unwrap()
            .batch;
        assert_eq!(
            batch
                .flags
                .iter()
                .map(|raised| raised.date)
                .collect::<Vec<_>>(),
            [Some(day(2026, 9, 2))]
        );
    }

    #[test]
    fn no_request_names_more_metrics_than_the_platform_takes() {
        for stream in DECLARATION
            .streams
            .iter()
            .filter(|stream| !stream.fields.is_empty())
        {
            let parts = parts(stream, &"1".parse().unwrap());
            assert!(
                parts
                    .iter()
                    .all(|part| !part.metrics.is_empty() && part.metrics.len() <= MOST_METRICS),
                "{}",
                stream.name
            );
            assert_eq!(
                parts.iter().map(|part| part.metrics.len()).sum::<usize>(),
                stream.fields.len()
            );
        }
    }

    #[test]
    fn what_another_part_asks_for_is_not_counted_twice() {
        let sums = first_part("site_daily", &["sessions"]);
        let page = page(
            &sums,
            &days(1, 2),
            &Position {
                at: Next::Done,
                size: None,
            },
            &answer(200, REPORT),
        )
        .unwrap();
        let row: NamedRow = serde_json::from_str(&page.batch.records[0].record.payload).unwrap();
        assert_eq!(row.metrics.keys().collect::<Vec<_>>(), ["sessions"]);
    }

    #[test]
    fn rows_are_told_apart_by_every_dimension_they_carry() {
        let row = |medium: &str| {
            format!(
                r#"{{"dimensionValues": [{{"value": "20260901"}}, {{"value": "Email"}}, {{"value": "{medium}"}}], "metricValues": [{{"value": "1"}}]}}"#
            )
        };
        let json = format!(
            r#"{{"dimensionHeaders": [{{"name": "date"}}, {{"name": "sessionDefaultChannelGroup"}}, {{"name": "sessionSourceMedium"}}],
            "metricHeaders": [{{"name": "sessions"}}], "rows": [{}, {}, {}], "metadata": null, "propertyQuota": {{"tokensPerDay": null}}}}"#,
            row("a / b"),
            row("a / c"),
            row("a / b")
        );
        let part = first_part("acquisition_daily", &["sessions"]);
        let page = page(
            &part,
            &days(1, 1),
            &Position {
                at: Next::Done,
                size: None,
            },
            &answer(200, &json),
        )
        .unwrap();
        let keys: std::collections::BTreeSet<_> = page
            .batch
            .records
            .iter()
            .map(|dated| dated.record.key.as_str())
            .collect();
        assert_eq!(
            keys.into_iter().collect::<Vec<_>>(),
            [r"20260901/Email/a \/ b#0", r"20260901/Email/a \/ c#0"]
        );
    }

    #[test]
    fn metrics_that_the_user_may_not_see_are_no_zeros() {
        let json = r#"{"dimensionHeaders": [{"name": "date"}],
            "metricHeaders": [{"name": "sessions"}, {"name": "totalUsers"}],
            "rows": [{"dimensionValues": [{"value": "20260901"}], "metricValues": [{"value": "0"}, {"value": "7"}]}],
            "metadata": {"schemaRestrictionResponse": {"activeMetricRestrictions": [{"metricName": "sessions", "restrictedMetricTypes": ["REVENUE_DATA"]}]}}}"#;
        let batch = read(&days(1, 1), json).unwrap().batch;
        let row: NamedRow = serde_json::from_str(&batch.records[0].record.payload).unwrap();
        assert_eq!(row.metrics.keys().collect::<Vec<_>>(), ["totalUsers"]);
        assert!(batch.notes[0].contains("keeps sessions from"));
    }

    #[test]
    fn a_report_tells_zone_and_currency_of_the_property() {
        let json = r#"{"metadata": {"currencyCode": "VND", "timeZone": "Asia/Ho_Chi_Minh"}}"#;
        let entity = read(&days(1, 2), json).unwrap().batch.entities.remove(0);
        assert_eq!(
            (entity.id.as_str(), entity.time_zone.as_deref()),
            ("1", Some("Asia/Ho_Chi_Minh"))
        );
    }

    #[test]
    fn campaigns_go_by_the_platforms_id() {
        let row = |id: &str, name: &str| NamedRow {
            dimensions: BTreeMap::from([
                ("sessionCampaignId".to_owned(), id.to_owned()),
                ("sessionCampaignName".to_owned(), name.to_owned()),
            ]),
            metrics: BTreeMap::new(),
        };
        assert_eq!(campaign_id(&row("77", "Tet")), "77");
        assert_eq!(campaign_id(&row("(not set)", "(organic)")), "(not set)");
        assert_eq!(campaign_id(&row("", "Tet")), "Tet");
        assert_eq!(campaign_id(&row("", "")), "(not set)");
        assert_eq!(campaign_id(&row("(not set)", "(not set)")), "(not set)");
        assert_eq!(campaign_id(&row("(other)", "(other)")), "(other)");
    }

    #[test]
    fn hours_are_read_from_their_dimension() {
        let row = |value: &str| NamedRow {
            dimensions: BTreeMap::from([("dateHour".to_owned(), value.to_owned())]),
            metrics: BTreeMap::new(),
        };
        assert_eq!(
            (
                hour(&row("2026090113")),
                hour(&row("2026090100")),
                hour(&row("(other)"))
            ),
            (Some(13), Some(0), None)
        );
    }
}
