//! Google Analytics 4: what was measured on the website, by day, hour, channel group and campaign.

mod declaration;
mod errors;
mod projection;
mod report;

use dpo_warehouse::model::{AccountId, EntityRow, Level, RunClass};
use serde::Deserialize;

use crate::frame::connector::{Connector, distinct};
use crate::frame::declaration::{SourceDeclaration, StreamDeclaration};
use crate::frame::error_table::ErrorSignal;
use crate::frame::exchange::{Answer, Request};
use crate::frame::failure::Failure;
use crate::frame::pull::{Batch, Next, Page, PagedPull, PagedStream, Position, Pull, Slice, Span};
use crate::frame::wire::WireText;

use report::Part;

pub use declaration::DECLARATION;
pub use projection::project;

/// The scope that tokens must have.
pub const OAUTH_SCOPE: &str = "https://www.googleapis.com/auth/analytics.readonly";

const DATA_HOST: &str = "analyticsdata.googleapis.com";
const ADMIN_HOST: &str = "analyticsadmin.googleapis.com";

/// The properties of one DataSource.
#[derive(Debug)]
pub struct GoogleAnalytics {
    property_ids: Vec<AccountId>,
}

impl GoogleAnalytics {
    /// The connector for these properties; `properties/123` is taken for `123`.
    #[must_use]
    pub fn new(property_ids: &[String]) -> Self {
        let ids = property_ids
            .iter()
            .map(|id| id.trim_start_matches("properties/"));
        Self {
            property_ids: distinct(ids.filter_map(|id| id.parse().ok())),
        }
    }
}

impl Connector for GoogleAnalytics {
    fn declaration(&self) -> &'static SourceDeclaration {
        &DECLARATION
    }

    fn accounts(&self) -> Vec<AccountId> {
        self.property_ids.clone()
    }

    fn pull(&self, stream: &'static StreamDeclaration, slice: Slice) -> Box<dyn Pull> {
        let account = slice.account;
        let parts: Vec<Box<dyn PagedStream>> = if stream.name == DECLARATION.account_stream {
            vec![Box::new(Property { account })]
        } else {
            let parts = report::parts(stream, &account).into_iter();
            parts
                .map(|part| Box::new(part) as Box<dyn PagedStream>)
                .collect()
        };
        let size = slice.page_size.or(stream.pagination.size());
        Box::new(PagedPull::new(parts, slice.span, size))
    }

    fn signal(&self, answer: &Answer) -> Option<ErrorSignal> {
        errors::signal(answer)
    }
}

impl PagedStream for Part {
    fn request(&self, span: &Span, position: &Position) -> Request {
        let path = format!(
            "/{}/properties/{}:runReport",
            DECLARATION.version.name, self.account
        );
        let body = match span {
            Span::Days(range) => report::body(self, *range, position),
            Span::Now | Span::Changes { .. } => serde_json::json!({}),
        };
        Request::post_json(DATA_HOST, path, &body)
    }

    fn read(&self, span: &Span, position: &Position, answer: &Answer) -> Result<Page, Failure> {
        report::page(self, span, position, answer)
    }
}

const NAMELESS: &str = "Google Analytics does not tell the property's name; check propertyIds, and that the Cloud project may use the Analytics Admin API";

/// The property's name, zone and currency, from the Admin interface.
struct Property {
    account: AccountId,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct PropertyAnswer {
    display_name: WireText,
    time_zone: WireText,
    currency_code: WireText,
    delete_time: WireText,
}

impl PagedStream for Property {
    /// Where this interface does not know the property, its reports tell zone and currency, or what is wrong with it.
    fn request(&self, _span: &Span, _position: &Position) -> Request {
        let path = format!("/{}/properties/{}", DECLARATION.version.name, self.account);
        Request {
            dispensable: &[
                RunClass::RateLimited,
                RunClass::DailyQuota,
                RunClass::AccountDisabled,
                RunClass::ApiVersionSunset,
                RunClass::PermanentBug,
            ],
            ..Request::get(ADMIN_HOST, path)
        }
    }

    fn read(&self, _span: &Span, _position: &Position, answer: &Answer) -> Result<Page, Failure> {
        let property: PropertyAnswer = answer.json_object()?;
        let entity = EntityRow {
            account: self.account.clone(),
            level: Level::Account,
            id: self.account.as_str().to_owned(),
            name: property.display_name.get().map(str::to_owned),
            status: property.delete_time.get().map(|_| "deleted".to_owned()),
            parent: None,
            currency: property
                .currency_code
                .get()
                .and_then(|code| code.parse().ok()),
            time_zone: property.time_zone.get().map(str::to_owned),
        };
        let unknown = entity.name.is_none() && entity.time_zone.is_none();
        let (entities, notes) = if unknown {
            (Vec::new(), vec![NAMELESS.to_owned()])
        } else {
            (vec![entity], Vec::new())
        };
        Ok(Page {
            batch: Batch {
                entities,
                notes,
                ..Batch::default()
            },
            next: Next::Done,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::exchange::Body;
    use crate::frame::exchange::fixtures::answer;
    use crate::frame::pull::DateRange;
    use dpo_warehouse::metrics::Metric;
    use dpo_warehouse::model::{PartitionKey, RawRecord, Source};
    use dpo_warehouse::projection::Partition;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    fn analytics() -> GoogleAnalytics {
        GoogleAnalytics::new(&["properties/410000101".to_owned()])
    }

    fn pull(stream: &str) -> Box<dyn Pull> {
        let range = DateRange {
            first: date(2026, 9, 1),
            last: date(2026, 9, 1),
        };
        let account = analytics().accounts().remove(0);
        let slice = Slice {
            account,
            zone: TimeZone::UTC,
            currency: None,
            span: Span::Days(range),
            page_size: None,
        };
        analytics().pull(DECLARATION.stream(stream).unwrap(), slice)
    }

    #[test]
    fn a_report_asks_for_days_in_the_propertys_zone() {
        let request = pull("site_daily").next_request().unwrap();
        assert_eq!(
            (request.host.as_str(), request.path.as_str()),
            (DATA_HOST, "/v1beta/properties/410000101:runReport")
        );
        let Body::Json(body) = request.body else {
            panic!("reports are posted")
        };
        assert!(
            body.contains(r#""dateRanges":[{"endDate":"2026-09-01","startDate":"2026-09-01"}]"#),
            "{body}"
        );
        assert!(
            body.contains(r#""limit":"10000""#),
            "numbers of 64 bits are strings: {body}"
        );
    }

    fn project(stream: &'static str, records: &[RawRecord]) -> Vec<dpo_warehouse::model::Fact> {
        let key = PartitionKey {
            source: Source::GoogleAnalytics,
            account: "410000101".parse().unwrap(),
            stream: DECLARATION.stream(stream).unwrap().id(),
            date: date(2026, 9, 1),
        };
        let partition = Partition {
            key: &key,
            time_zone: &TimeZone::UTC,
            currency: None,
        };
        super::project(&partition, records).unwrap()
    }

    fn row(dimensions: &str, metrics: &str) -> RawRecord {
        RawRecord {
            key: dimensions.to_owned(),
            payload: format!(r#"{{"dimensions": {dimensions}, "metrics": {metrics}}}"#),
        }
    }

    #[test]
    fn fractions_are_kept_and_parts_bring_their_own_metrics() {
        let facts = project(
            "site_daily",
            &[row(r#"{"date": "20260901"}"#, r#"{"sessions": "344.234"}"#)],
        );
        assert_eq!(facts[0].metrics[&Metric::Sessions].to_string(), "344.234");
        assert_eq!(facts[0].metrics.len(), 1);
        assert_eq!(facts[0].entity, "410000101");
    }

    #[test]
    fn the_rest_without_an_hour_belongs_to_no_hour() {
        let facts = project(
            "site_hourly",
            &[
                row(r#"{"dateHour": "(other)"}"#, r#"{"sessions": "1"}"#),
                row(r#"{"dateHour": "2026090107"}"#, r#"{"sessions": "2"}"#),
            ],
        );
        assert_eq!(
            facts.iter().map(|fact| fact.hour).collect::<Vec<_>>(),
            [Some(7)]
        );
    }

    #[test]
    fn the_rest_of_a_day_adds_to_its_sums_and_not_to_its_people() {
        let metrics = r#"{"sessions": "3", "totalUsers": "2"}"#;
        let rows = [
            row(r#"{"date": "20260901"}"#, metrics),
            row(r#"{"date": "(other)"}"#, metrics),
        ];
        let facts = project("site_daily", &rows);
        let of = |metric| {
            facts
                .iter()
                .filter_map(|fact| fact.metrics.get(&metric))
                .count()
        };
        assert_eq!((of(Metric::Sessions), of(Metric::TotalUsers)), (2, 1));
    }

    #[test]
    fn a_group_named_other_is_an_entity_of_its_own() {
        let facts = project(
            "acquisition_daily",
            &[row(
                r#"{"date": "20260901", "sessionDefaultChannelGroup": "(other)"}"#,
                r#"{"sessions": "3"}"#,
            )],
        );
        assert_eq!(
            (facts[0].level, facts[0].entity.as_str()),
            (Level::ChannelGroup, "(other)")
        );
    }

    #[test]
    fn the_property_tells_its_zone_and_currency() {
        let account = analytics().accounts().remove(0);
        let slice = Slice {
            account,
            zone: TimeZone::UTC,
            currency: None,
            span: Span::Now,
            page_size: None,
        };
        let mut pull = analytics().pull(DECLARATION.stream("property").unwrap(), slice);
        assert_eq!(
            pull.next_request().unwrap().path,
            "/v1beta/properties/410000101"
        );
        pull.accept(&answer(200, r#"{"name": "properties/410000101", "displayName": "Web", "timeZone": "Asia/Ho_Chi_Minh", "currencyCode": "VND"}"#)).unwrap();
        let entity = pull.take().entities.remove(0);
        assert_eq!(
            (
                entity.time_zone.as_deref(),
                entity.currency.map(|code| code.to_string())
            ),
            (Some("Asia/Ho_Chi_Minh"), Some("VND".to_owned()))
        );
    }
}
