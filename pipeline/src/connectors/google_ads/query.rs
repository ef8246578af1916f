//! The queries, in Google's query language.

use super::declaration::BY_DAY_ONLY;
use super::read::snake_case;
use crate::frame::declaration::{StreamDeclaration, WireField};
use crate::frame::pull::{DateRange, Span};

const CUSTOMER: &str = "SELECT customer.id, customer.descriptive_name, customer.currency_code, customer.time_zone, customer.status, \
    customer.manager, customer.test_account, customer.auto_tagging_enabled FROM customer";
const CAMPAIGN: &str = "SELECT campaign.id, campaign.name, campaign.status, campaign.advertising_channel_type FROM campaign";
const CAMPAIGN_FIELDS: &str =
    "campaign.id, campaign.name, campaign.status, campaign.advertising_channel_type";

/// The query of a stream over a span.
pub fn of(stream: &StreamDeclaration, span: &Span) -> String {
    match (stream.name, span) {
        ("customer", _) => CUSTOMER.to_owned(),
        ("campaign_hourly", Span::Days(range)) => {
            let by_hour = stream
                .fields
                .iter()
                .filter(|field| !BY_DAY_ONLY.contains(&field.name));
            report("segments.date, segments.hour", by_hour, *range)
        }
        (_, Span::Days(range)) => report("segments.date", stream.fields.iter(), *range),
        (_, Span::Now | Span::Changes { .. }) => CAMPAIGN.to_owned(),
    }
}

/// A date segment needs a finite filter, and what is filtered must be selected.
fn report<'a>(
    segments: &str,
    fields: impl Iterator<Item = &'a WireField>,
    range: DateRange,
) -> String {
    let DateRange { first, last } = range;
    let metrics: Vec<String> = fields
        .map(|field| format!("metrics.{}", snake_case(field.name)))
        .collect();
    let metrics = metrics.join(", ");
    format!(
        "SELECT {CAMPAIGN_FIELDS}, {segments}, {metrics} FROM campaign WHERE segments.date BETWEEN '{first}' AND '{last}'"
    )
}

#[cfg(test)]
mod tests {
    use super::super::DECLARATION;
    use super::*;
    use jiff::civil::date;

    #[test]
    fn all_conversions_are_asked_for_by_day_only() {
        let day = date(2026, 9, 1);
        let span = Span::Days(DateRange {
            first: day,
            last: day,
        });
        let query = |stream: &str| of(DECLARATION.stream(stream).unwrap(), &span);
        let (daily, hourly) = (query("campaign_daily"), query("campaign_hourly"));
        assert!(daily.contains("metrics.all_conversions, metrics.all_conversions_value,"));
        assert!(!daily.contains("segments.hour"), "{daily}");
        assert!(hourly.contains("segments.date, segments.hour, metrics.impressions"));
        assert!(!hourly.contains("all_conversions"), "{hourly}");
    }
}
