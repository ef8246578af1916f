//! What a row means: the same figures for its campaign and for the account.

use bigdecimal::BigDecimal;
use dpo_warehouse::model::{Fact, Level, Metrics, RawRecord};
use dpo_warehouse::projection::{Partition, ProjectionError};

use super::DECLARATION;
use super::declaration::BY_DAY_ONLY;
use super::read::{Campaign, Row};
use crate::frame::declaration::{StreamDeclaration, WireField, WireType};
use crate::frame::number::from_micros;
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
        facts_of(stream, partition, row)
    })
}

fn facts_of(
    stream: &StreamDeclaration,
    partition: &Partition<'_>,
    row: &Row,
) -> Result<[Fact; 2], &'static str> {
    let campaign = row
        .campaign
        .as_ref()
        .and_then(Campaign::id)
        .ok_or("campaign.id is missing")?;
    let hour = if stream.name == "campaign_hourly" {
        Some(hour_of(row)?)
    } else {
        None
    };
    let is_told = |field: &WireField| {
        hour.is_none() || !BY_DAY_ONLY.contains(&field.name) || row.has_metric(field.name)
    };
    let metrics = metrics(stream.fields.iter().filter(|field| is_told(field)), row)?;
    let fact = |level, entity: &str| Fact {
        level,
        entity: entity.to_owned(),
        breakdown: String::new(),
        date: partition.key.date,
        hour,
        currency: partition.currency.cloned(),
        metrics: metrics.clone(),
    };
    Ok([
        fact(Level::Account, partition.key.account.as_str()),
        fact(Level::Campaign, campaign),
    ])
}

/// Fields with a default value may be left out of an answer, so a missing hour is hour 0.
fn hour_of(row: &Row) -> Result<i8, &'static str> {
    let hour = row.segment("hour").map_or(Ok(0), |text| {
        text.parse().map_err(|_| "segments.hour is no number")
    })?;
    if (0..24).contains(&hour) {
        Ok(hour)
    } else {
        Err("segments.hour is not between 0 and 23")
    }
}

fn metrics<'a>(
    fields: impl Iterator<Item = &'a WireField>,
    row: &Row,
) -> Result<Metrics, &'static str> {
    let value = |field: &WireField| -> Result<BigDecimal, &'static str> {
        let number = row
            .metric(field.name)
            .map_err(|_| "a metric is no number")?;
        Ok(match field.wire {
            WireType::Micros => from_micros(&number),
            WireType::Number | WireType::Money => number,
        })
    };
    fields
        .map(|field| Ok((field.metric, value(field)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::read::page;
    use super::*;
    use crate::frame::exchange::fixtures::answer;
    use crate::frame::pull::{Batch, DateRange, Next, Span};
    use bigdecimal::Zero as _;
    use dpo_warehouse::metrics::Metric;
    use dpo_warehouse::model::{PartitionKey, Source, canonical};
    use jiff::civil::{Date, date};
    use jiff::tz::TimeZone;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const STREAMED: &str = r#"[
        {"results": [
            {"campaign": {"resourceName": "customers/1234567890/campaigns/11", "id": "11", "name": "Brand", "status": "ENABLED"},
             "metrics": {"impressions": "40", "clicks": "3", "costMicros": "790000", "conversions": 1.5, "conversionsValue": 120.25,
                         "allConversions": 2, "allConversionsValue": 1e2, "viewThroughConversions": "1"},
             "segments": {"date": "2026-09-01", "hour": 13}},
            {"campaign": {"id": "22"}, "metrics": {"impressions": "7"}, "segments": {"date": "2026-09-01"}}],
         "fieldMask": "campaign.id", "requestId": "r1", "queryResourceConsumption": "12"},
        {"results": [{"campaign": {"id": 22}, "metrics": {"costMicros": 1, "clicks": "2"}, "segments": {"date": "2026-09-02", "hour": 23}}]},
        {"fieldMask": "campaign.id"}]"#;

    fn days(first: i8, last: i8) -> Span {
        Span::Days(DateRange {
            first: date(2026, 9, first),
            last: date(2026, 9, last),
        })
    }

    fn read(stream: &str, json: &str) -> Batch {
        let account = "1234567890".parse().unwrap();
        page(
            DECLARATION.stream(stream).unwrap(),
            &account,
            &days(1, 3),
            &answer(200, json),
        )
        .unwrap()
        .batch
    }

    /// (level, entity, day, hour) → the values that are not zero.
    type Totals = BTreeMap<(String, String, i8, Option<i8>), BTreeMap<Metric, BigDecimal>>;

    fn facts(stream: &str, date: Date, records: &[RawRecord]) -> Vec<Fact> {
        let key = PartitionKey {
            source: Source::GoogleAds,
            account: "1234567890".parse().unwrap(),
            stream: stream.to_owned().into(),
            date,
        };
        let partition = Partition {
            key: &key,
            time_zone: &TimeZone::UTC,
            currency: None,
        };
        project(&partition, records).unwrap()
    }

    fn totals(stream: &str, batches: &[Batch]) -> Totals {
        let mut by_date: BTreeMap<_, BTreeMap<String, RawRecord>> = BTreeMap::new();
        for dated in batches.iter().flat_map(|batch| &batch.records) {
            by_date
                .entry(dated.date)
                .or_default()
                .insert(dated.record.key.clone(), dated.record.clone());
        }
        let mut totals = Totals::new();
        for (date, records) in by_date {
            let records: Vec<_> = records.into_values().collect();
            for fact in facts(stream, date, &records) {
                let bucket = totals
                    .entry((
                        fact.level.to_string(),
                        fact.entity,
                        fact.date.day(),
                        fact.hour,
                    ))
                    .or_default();
                for (metric, value) in fact
                    .metrics
                    .into_iter()
                    .filter(|(_, value)| !value.is_zero())
                {
                    *bucket.entry(metric).or_default() += value;
                }
            }
        }
        totals
    }

    fn value(totals: &Totals, place: (&str, &str, i8, Option<i8>), metric: Metric) -> String {
        let (level, entity, day, hour) = place;
        let bucket = totals
            .get(&(level.to_owned(), entity.to_owned(), day, hour))
            .unwrap();
        canonical(&bucket.get(&metric).cloned().unwrap_or_default())
    }

    #[test]
    fn rows_count_for_their_campaign_and_the_account_at_their_hour() {
        let totals = totals("campaign_hourly", &[read("campaign_hourly", STREAMED)]);
        assert_eq!(
            value(&totals, ("campaign", "11", 1, Some(13)), Metric::Spend),
            "0.79"
        );
        assert_eq!(
            value(
                &totals,
                ("campaign", "11", 1, Some(13)),
                Metric::AllConversionsValue
            ),
            "100"
        );
        assert_eq!(
            value(
                &totals,
                ("account", "1234567890", 1, Some(13)),
                Metric::Conversions
            ),
            "1.5"
        );
        assert_eq!(
            value(
                &totals,
                ("account", "1234567890", 1, Some(0)),
                Metric::Impressions
            ),
            "7",
            "hour 0 is left out of answers"
        );
        assert_eq!(
            value(&totals, ("campaign", "22", 2, Some(23)), Metric::Spend),
            "0.000001"
        );
        assert_eq!(
            value(
                &totals,
                ("campaign", "22", 2, Some(23)),
                Metric::Impressions
            ),
            "0",
            "what is left out is zero"
        );
    }

    #[test]
    fn what_the_platform_does_not_tell_by_the_hour_is_no_zero() {
        let tells = |stream: &str, metrics: &str| {
            let payload = format!(
                r#"{{"campaign": {{"id": "1"}}, "metrics": {metrics}, "segments": {{"date": "2026-09-01"}}}}"#
            );
            let key = "1".to_owned();
            let facts = facts(stream, date(2026, 9, 1), &[RawRecord { key, payload }]);
            facts[0].metrics.contains_key(&Metric::AllConversions)
        };
        assert!(!tells("campaign_hourly", "{}"));
        assert!(tells("campaign_hourly", r#"{"allConversions": 0}"#));
        assert!(tells("campaign_daily", "{}"));
    }

    #[test]
    fn days_are_read_without_hours() {
        let totals = totals("campaign_daily", &[read("campaign_daily", STREAMED)]);
        assert_eq!(
            value(
                &totals,
                ("account", "1234567890", 1, None),
                Metric::Impressions
            ),
            "47"
        );
    }

    #[test]
    fn rows_of_devices_and_networks_add_up() {
        let row = |device: &str, network: &str, clicks: u32| {
            format!(
                r#"{{"campaign": {{"id": "1"}}, "metrics": {{"clicks": "{clicks}"}}, "segments": {{"date": "2026-09-01", "device": "{device}", "adNetworkType": "{network}"}}}}"#
            )
        };
        let rows = [
            row("MOBILE", "SEARCH", 5),
            row("DESKTOP", "SEARCH", 7),
            row("MOBILE", "CONTENT", 11),
            row("MOBILE", "SEARCH", 5),
        ];
        let json = format!(r#"[{{"results": [{}]}}]"#, rows.join(","));
        let totals = totals("campaign_daily", &[read("campaign_daily", &json)]);
        assert_eq!(
            value(&totals, ("campaign", "1", 1, None), Metric::Clicks),
            "23",
            "the row that came twice counts once"
        );
    }

    #[test]
    fn a_page_of_the_search_method_names_the_next() {
        let account = "1234567890".parse().unwrap();
        let json = r#"{"results": [{"campaign": {"id": "1"}, "segments": {"date": "2026-09-01"}, "metrics": {}}], "nextPageToken": "t2", "totalResultsCount": "9"}"#;
        let read = page(
            DECLARATION.stream("campaign_daily").unwrap(),
            &account,
            &days(1, 3),
            &answer(200, json),
        )
        .unwrap();
        assert_eq!(
            (read.next, read.batch.records.len()),
            (Next::Token("t2".to_owned()), 1)
        );
    }

    #[test]
    fn empty_answers_have_no_rows_and_foreign_dates_are_left_out() {
        for json in [
            "[]",
            "{}",
            r#"[{"fieldMask": "x", "requestId": "r"}]"#,
            r#"[{"results": null}]"#,
        ] {
            assert!(read("campaign_daily", json).records.is_empty(), "{json}");
        }
        let beyond = r#"[{"results": [{"campaign": {"id": "1"}, "segments": {"date": "2026-08-31"}, "metrics": {}}]}]"#;
        assert!(read("campaign_daily", beyond).records.is_empty());
    }

    #[test]
    fn names_come_from_the_entity_pull() {
        let campaign = read(
            "campaign",
            r#"[{"results": [{"campaign": {"resourceName": "customers/1/campaigns/7", "name": "Tết", "status": "REMOVED"}}]}]"#,
        );
        let entity = &campaign.entities[0];
        assert_eq!(
            (
                entity.id.as_str(),
                entity.name.as_deref(),
                entity.status.as_deref()
            ),
            ("7", Some("Tết"), Some("REMOVED"))
        );
        let customer = read(
            "customer",
            r#"[{"results": [{"customer": {"id": "1234567890", "descriptiveName": "Saigon", "currencyCode": "USD", "timeZone": "America/Los_Angeles"}}]}]"#,
        );
        assert_eq!(
            customer.entities[0].time_zone.as_deref(),
            Some("America/Los_Angeles")
        );
    }

    #[test]
    fn a_manager_is_refused_with_a_sentence() {
        let account = "1234567890".parse().unwrap();
        let json = r#"[{"results": [{"customer": {"id": "1234567890", "manager": true}}]}]"#;
        let failure = page(
            DECLARATION.stream("customer").unwrap(),
            &account,
            &Span::Now,
            &answer(200, json),
        )
        .unwrap_err();
        assert!(failure.sentence().contains("client accounts"));
    }

    fn batches() -> impl Strategy<Value = Vec<Vec<(u8, u8, u8, u32)>>> {
        prop::collection::vec(
            prop::collection::vec((0..4_u8, 1..4_u8, 0..24_u8, 0..1_000_000_u32), 0..12),
            1..5,
        )
    }

    /// Each (campaign, day, hour) has one value, as in a real answer.
    fn pages(rows: &[Vec<(u8, u8, u8, u32)>]) -> Vec<Batch> {
        let mut seen = std::collections::BTreeSet::new();
        let page = |rows: &Vec<(u8, u8, u8, u32)>| {
            let rows: Vec<String> = rows.iter().filter(|(campaign, day, hour, _)| seen.insert((*campaign, *day, *hour))).map(|(campaign, day, hour, micros)| {
                format!(r#"{{"campaign": {{"id": "{campaign}"}}, "metrics": {{"costMicros": "{micros}"}}, "segments": {{"date": "2026-09-0{day}", "hour": {hour}}}}}"#)
            }).collect();
            read(
                "campaign_hourly",
                &format!(r#"[{{"results": [{}]}}]"#, rows.join(",")),
            )
        };
        rows.iter().map(page).collect()
    }

    proptest! {
        #[test]
        fn order_and_repetition_of_pages_do_not_change_totals(rows in batches(), repeated in any::<prop::sample::Index>()) {
            let pages = pages(&rows);
            let expected = totals("campaign_hourly", &pages);
            let reversed: Vec<Batch> = pages.iter().rev().cloned().collect();
            prop_assert_eq!(&totals("campaign_hourly", &reversed), &expected);
            let mut twice = pages.clone();
            twice.push(repeated.get(&pages).clone());
            prop_assert_eq!(&totals("campaign_hourly", &twice), &expected);
        }
    }
}
