//! Rows of a query: entities with their attributes, figures summed over the selected segments.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::accounts::{Customer, Serving};
use super::facts::{Fact, PURCHASE, SIGN_UP, Tally, Wanted, facts};
use super::fields::{Field, OF_CONVERSIONS};
use super::filter;
use super::plan::Plan;
use crate::business::catalogue::Campaign;
use crate::business::zone;
use crate::micros::Micros;
use crate::random::{hash, text_key};

/// A value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cell {
    /// Integers of both widths.
    Int(i64),
    /// Doubles.
    Amount(Micros),
    /// Text, dates, enums.
    Text(String),
    /// Booleans.
    Flag(bool),
}

/// A row: values by field name.
pub type Row = BTreeMap<&'static str, Cell>;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Bucket {
    campaign: Option<usize>,
    ad_group: Option<usize>,
    segments: Vec<Cell>,
}

/// The rows of a query in the order in which they are sent.
pub fn rows(customer: &Customer<'_>, plan: &Plan, now: Timestamp) -> Vec<Row> {
    let mut rows = match plan.query.from.as_str() {
        "customer_client" => customer
            .clients()
            .iter()
            .map(|client| client_row(client, customer, plan))
            .collect(),
        "conversion_action" => (0..2)
            .map(|action| action_row(action, customer, plan))
            .collect(),
        _ => figures(customer, plan, now),
    };
    rows.retain(|row: &Row| {
        plan.query
            .conditions
            .iter()
            .all(|condition| filter::holds(condition, row))
    });
    sort(&mut rows, plan);
    rows.truncate(plan.query.limit.unwrap_or(usize::MAX));
    rows
}

fn figures(customer: &Customer<'_>, plan: &Plan, now: Timestamp) -> Vec<Row> {
    let segments = plan.segments();
    let mut sums: BTreeMap<Bucket, Tally> = BTreeMap::new();
    if segments.is_empty() {
        sums.extend(
            entities(customer, plan, now)
                .into_iter()
                .map(|group| (group, Tally::default())),
        );
    }
    let by_action = plan
        .used
        .iter()
        .any(|field| OF_CONVERSIONS.contains(&field.name));
    if plan.has_metrics() || !segments.is_empty() {
        for fact in account_facts(customer, plan, now) {
            let fits = (!by_action || fact.action.is_some())
                && (plan.query.from != "ad_group" || fact.placement.ad_group.is_some());
            if fits {
                *sums
                    .entry(group(&fact, plan, &segments, customer))
                    .or_default() += fact.tally;
            }
        }
    }
    let rows = sums
        .into_iter()
        .map(|(group, tally)| figure_row(customer, plan, now, &group, &segments, tally));
    if segments.is_empty() {
        rows.collect()
    } else {
        rows.filter(|row| !is_empty(row, plan)).collect()
    }
}

/// Segmented rows whose metrics are all zero are not sent.
fn is_empty(row: &Row, plan: &Plan) -> bool {
    let zero = |field: &Field| {
        matches!(
            row.get(field.name),
            Some(Cell::Int(0) | Cell::Amount(Micros::ZERO))
        )
    };
    let mut metrics = plan
        .selected
        .iter()
        .filter(|field| field.is_metric())
        .peekable();
    metrics.peek().is_some() && metrics.all(zero)
}

fn entities(customer: &Customer<'_>, plan: &Plan, now: Timestamp) -> Vec<Bucket> {
    let group = |campaign, ad_group| Bucket {
        campaign,
        ad_group,
        segments: Vec::new(),
    };
    let Serving::Account(account) = customer.serving else {
        return vec![group(None, None)];
    };
    let campaigns = customer
        .business
        .campaigns(account)
        .iter()
        .enumerate()
        .filter(|(_, one)| one.starts <= now);
    match plan.query.from.as_str() {
        "campaign" => campaigns
            .map(|(index, _)| group(Some(index), None))
            .collect(),
        "ad_group" => campaigns
            .flat_map(|(index, campaign)| {
                (0..campaign.ad_groups.len()).map(move |inner| (Some(index), Some(inner)))
            })
            .map(|(campaign, ad_group)| group(campaign, ad_group))
            .collect(),
        _ => vec![group(None, None)],
    }
}

fn account_facts(customer: &Customer<'_>, plan: &Plan, now: Timestamp) -> Vec<Fact> {
    let Serving::Account(account) = customer.serving else {
        return Vec::new();
    };
    let spec = &customer.business.spec;
    let zone = zone(&spec.google_ads[account].time_zone);
    let today = zone.to_datetime(now).date();
    let (first, last) = plan.dates.unwrap_or((spec.history_from, today));
    let dates = (first.max(spec.history_from), last.min(today));
    let by_conversion_date = plan
        .used
        .iter()
        .any(|field| field.name.ends_with("_by_conversion_date"));
    facts(
        customer.business,
        &Wanted {
            account,
            dates,
            zone: &zone,
            now,
            by_conversion_date,
        },
    )
}

fn group(fact: &Fact, plan: &Plan, segments: &[Field], customer: &Customer<'_>) -> Bucket {
    let level = plan.query.from.as_str();
    Bucket {
        campaign: (level != "customer").then_some(fact.placement.campaign),
        ad_group: if level == "ad_group" {
            fact.placement.ad_group
        } else {
            None
        },
        segments: segments
            .iter()
            .map(|field| segment(field.name, fact, customer))
            .collect(),
    }
}

fn segment(name: &str, fact: &Fact, customer: &Customer<'_>) -> Cell {
    let action = fact.action.unwrap_or(PURCHASE);
    match name {
        "segments.date" => Cell::Text(fact.date.to_string()),
        "segments.hour" => Cell::Int(i64::from(fact.hour)),
        "segments.year" => Cell::Int(i64::from(fact.date.year())),
        "segments.month" => Cell::Text(fact.date.first_of_month().to_string()),
        "segments.day_of_week" => Cell::Text(weekday(fact.date).to_owned()),
        "segments.device" => Cell::Text(fact.placement.device.to_owned()),
        "segments.ad_network_type" => Cell::Text(fact.placement.network.to_owned()),
        "segments.conversion_action" => Cell::Text(action_name(customer, action)),
        "segments.conversion_action_name" => Cell::Text(ACTIONS[action].0.to_owned()),
        _ => Cell::Text(ACTIONS[action].1.to_owned()),
    }
}

fn weekday(date: Date) -> &'static str {
    const NAMES: [&str; 7] = [
        "MONDAY",
        "TUESDAY",
        "WEDNESDAY",
        "THURSDAY",
        "FRIDAY",
        "SATURDAY",
        "SUNDAY",
    ];
    usize::try_from(date.weekday().to_monday_zero_offset())
        .ok()
        .and_then(|day| NAMES.get(day))
        .copied()
        .unwrap_or("MONDAY")
}

fn figure_row(
    customer: &Customer<'_>,
    plan: &Plan,
    now: Timestamp,
    group: &Bucket,
    segments: &[Field],
    tally: Tally,
) -> Row {
    let mut row: Row = segments
        .iter()
        .map(|field| field.name)
        .zip(group.segments.iter().cloned())
        .collect();
    for field in plan.used.iter().filter(|field| !field.is_segment()) {
        let cell = if field.is_metric() {
            metric(field.name, &tally)
        } else {
            attribute(field.name, customer, group, now)
        };
        row.insert(field.name, cell);
    }
    for name in names_of_entities(plan) {
        row.insert(name, attribute(name, customer, group, now));
    }
    row
}

/// Every answer names the resource after FROM and each resource that a selected field belongs to.
fn names_of_entities(plan: &Plan) -> Vec<&'static str> {
    const NAMES: [&str; 5] = [
        "customer.resource_name",
        "campaign.resource_name",
        "ad_group.resource_name",
        "customer_client.resource_name",
        "conversion_action.resource_name",
    ];
    let belongs = |name: &&str| {
        let resource = name.split('.').next().unwrap_or_default();
        resource == plan.query.from
            || plan
                .selected
                .iter()
                .any(|field| field.resource() == resource)
    };
    NAMES.into_iter().filter(belongs).collect()
}

fn metric(name: &str, tally: &Tally) -> Cell {
    match name {
        "metrics.impressions" => Cell::Int(tally.impressions),
        "metrics.clicks" => Cell::Int(tally.clicks),
        "metrics.cost_micros" => Cell::Int(tally.cost.0),
        "metrics.view_through_conversions" => Cell::Int(tally.view_through),
        "metrics.conversions" => Cell::Amount(tally.conversions),
        "metrics.conversions_value" => Cell::Amount(tally.conversions_value),
        "metrics.all_conversions" => Cell::Amount(tally.all_conversions),
        "metrics.all_conversions_value" => Cell::Amount(tally.all_conversions_value),
        "metrics.conversions_by_conversion_date" => Cell::Amount(tally.conversions_by_date),
        "metrics.conversions_value_by_conversion_date" => {
            Cell::Amount(tally.conversions_value_by_date)
        }
        _ => Cell::Int(0),
    }
}

fn attribute(name: &str, customer: &Customer<'_>, group: &Bucket, now: Timestamp) -> Cell {
    let (resource, field) = name.split_once('.').unwrap_or_default();
    if resource == "customer" {
        return customer.attribute(field);
    }
    let Some((campaign, index)) = campaign_of(customer, group) else {
        return Cell::Text(String::new());
    };
    let campaign_name = format!("customers/{}/campaigns/{}", customer.id, campaign.id);
    let ad_group = group
        .ad_group
        .and_then(|inner| campaign.ad_groups.get(inner));
    match (resource, field, ad_group) {
        ("campaign", "resource_name", _) | ("ad_group", "campaign", _) => Cell::Text(campaign_name),
        ("campaign", "id", _) => Cell::Int(campaign.id),
        ("campaign", "name", _) => Cell::Text(campaign.name(now).to_owned()),
        ("campaign", "status", _) => Cell::Text(campaign.status(now).to_owned()),
        ("campaign", ..) => Cell::Text(campaign.channel.wire().to_owned()),
        (_, "resource_name", Some(ad_group)) => Cell::Text(format!(
            "customers/{}/adGroups/{}",
            customer.id, ad_group.id
        )),
        (_, "id", Some(ad_group)) => Cell::Int(ad_group.id),
        (_, "name", Some(ad_group)) => Cell::Text(ad_group.name.clone()),
        (_, "status", Some(_)) => Cell::Text("ENABLED".to_owned()),
        _ => Cell::Text(index.to_string()),
    }
}

fn campaign_of<'a>(customer: &Customer<'a>, group: &Bucket) -> Option<(&'a Campaign, usize)> {
    let Serving::Account(account) = customer.serving else {
        return None;
    };
    let index = group.campaign?;
    customer
        .business
        .campaigns(account)
        .get(index)
        .map(|campaign| (campaign, index))
}

fn client_row(client: &Customer<'_>, manager: &Customer<'_>, plan: &Plan) -> Row {
    let level = i64::from(client.id != manager.id);
    let cell = |name: &str| match name {
        "customer_client.resource_name" => Cell::Text(format!(
            "customers/{}/customerClients/{}",
            manager.id, client.id
        )),
        "customer_client.client_customer" => Cell::Text(format!("customers/{}", client.id)),
        "customer_client.level" => Cell::Int(level),
        "customer_client.hidden" => Cell::Flag(false),
        _ => match name.split_once('.') {
            Some(("customer", field)) => manager.attribute(field),
            Some((_, field)) => client.attribute(field),
            None => Cell::Text(String::new()),
        },
    };
    let used = plan
        .used
        .iter()
        .map(|field| field.name)
        .chain(names_of_entities(plan));
    used.map(|name| (name, cell(name))).collect()
}

const ACTIONS: [(&str, &str); 2] = [("Purchase", "PURCHASE"), ("Newsletter", "SIGNUP")];

fn action_id(customer: &Customer<'_>, action: usize) -> i64 {
    9_007_199_254_700_000
        + i64::try_from(text_key(&customer.id) % 10_000).unwrap_or(0) * 2
        + i64::from(action == SIGN_UP)
}

fn action_name(customer: &Customer<'_>, action: usize) -> String {
    format!(
        "customers/{}/conversionActions/{}",
        customer.id,
        action_id(customer, action)
    )
}

fn action_row(action: usize, customer: &Customer<'_>, plan: &Plan) -> Row {
    let (name, category) = ACTIONS[action];
    let cell = |field: &str| match field {
        "conversion_action.resource_name" => Cell::Text(action_name(customer, action)),
        "conversion_action.id" => Cell::Int(action_id(customer, action)),
        "conversion_action.name" => Cell::Text(name.to_owned()),
        "conversion_action.status" => Cell::Text("ENABLED".to_owned()),
        "conversion_action.category" => Cell::Text(category.to_owned()),
        "conversion_action.primary_for_goal" => Cell::Flag(action == PURCHASE),
        "conversion_action.click_through_lookback_window_days" => {
            Cell::Int(if action == PURCHASE { 90 } else { 30 })
        }
        "conversion_action.view_through_lookback_window_days" => Cell::Int(3),
        other => customer.attribute(other.trim_start_matches("customer.")),
    };
    let used = plan
        .used
        .iter()
        .map(|field| field.name)
        .chain(names_of_entities(plan));
    used.map(|name| (name, cell(name))).collect()
}

/// By the ORDER BY clause, otherwise in no order that anybody should rely on.
fn sort(rows: &mut [Row], plan: &Plan) {
    let shuffled = |row: &Row| {
        hash(&[text_key(&format!(
            "{:?}",
            row.values().take(4).collect::<Vec<_>>()
        ))])
    };
    rows.sort_by_cached_key(shuffled);
    rows.sort_by(|one, other| {
        plan.query
            .order_by
            .iter()
            .fold(Ordering::Equal, |order, (field, descending)| {
                let next = one.get(field.as_str()).cmp(&other.get(field.as_str()));
                order.then(if *descending { next.reverse() } else { next })
            })
    });
}
