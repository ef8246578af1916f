//! The website: a session or person counts once in each period in which something of theirs happened. People are not
//! counted by campaign, where nobody can add them up.

use std::collections::{BTreeMap, HashSet};

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Cells, Figures, Question, add};
use crate::business::visits::{Action, Hit, Visit, Visitor};
use crate::business::{Business, zone};
use crate::calendar::{Span, label};
use crate::config::Property;
use crate::micros::Micros;

/// What is counted: where, the hour, the metric.
type Count = (Part, Option<i8>, &'static str);

/// A part of the website's traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Part {
    Whole,
    ChannelGroup(&'static str),
    Campaign(Option<i64>),
}

/// Who counts once: sessions and people by kind and number.
type Who = (u8, u64);

/// The figures of a property: the whole website and each channel group.
pub fn figures(business: &Business, property: &Property, question: &Question) -> Figures {
    let zone = zone(&property.time_zone);
    let mut cells = Cells::new();
    let mut date = question.from;
    while date <= question.to {
        for ((part, hour, metric), amount) in counted(business, date, &zone, question) {
            let (level, id) = part.name(&property.id);
            add(&mut cells, level, &id, (date, hour), metric, amount);
        }
        date = date.saturating_add(1.day());
    }
    Figures {
        source: "google_analytics",
        account: property.id.clone(),
        currency: property.currency.clone(),
        cells,
    }
}

fn counted(
    business: &Business,
    date: Date,
    zone: &TimeZone,
    question: &Question,
) -> BTreeMap<Count, Micros> {
    let mut counts: BTreeMap<Count, Micros> = BTreeMap::new();
    let mut seen: HashSet<(Count, Who)> = HashSet::new();
    let span = Span::of_dates(date, date, zone);
    business.each_visit(span, question.now, |visit| {
        let engaged = visit.is_engaged(question.now);
        let parts = parts(business, visit);
        for hit in visit
            .hits
            .iter()
            .filter(|hit| span.contains(hit.at) && hit.known_at <= question.now)
        {
            let hour = question.hourly.then(|| label(hit.at, zone).1);
            for part in parts {
                for (metric, who, amount) in once(visit, hit, engaged) {
                    if !part.counts(metric) {
                        continue;
                    }
                    if seen.insert(((part, hour, metric), who)) {
                        *counts.entry((part, hour, metric)).or_default() += amount;
                    }
                }
                for (metric, amount) in each_time(hit.action) {
                    *counts.entry((part, hour, metric)).or_default() += amount;
                }
            }
        }
    });
    counts
}

impl Part {
    /// Level and id.
    fn name(self, property: &str) -> (&'static str, String) {
        match self {
            Self::Whole => ("account", property.to_owned()),
            Self::ChannelGroup(group) => ("channel_group", group.to_owned()),
            Self::Campaign(Some(id)) => ("campaign", id.to_string()),
            Self::Campaign(None) => ("campaign", "(not set)".to_owned()),
        }
    }

    fn counts(self, metric: &str) -> bool {
        !(matches!(self, Self::Campaign(_)) && metric.ends_with("_users"))
    }
}

/// The parts of the traffic that a visit belongs to.
fn parts(business: &Business, visit: &Visit) -> [Part; 3] {
    let campaign = visit
        .source
        .campaign
        .map(|(account, index)| business.campaigns(account)[index].id);
    [
        Part::Whole,
        Part::ChannelGroup(visit.source.group),
        Part::Campaign(campaign),
    ]
}

/// What an event proves about its session and visitor.
fn once(
    visit: &Visit,
    hit: &Hit,
    engaged: bool,
) -> impl Iterator<Item = (&'static str, Who, Micros)> {
    let one = Micros::whole(1);
    let session = (0, visit.key);
    let (person, weight) = match visit.visitor {
        Visitor::Known(id) => ((1, id), one),
        Visitor::Modelled(weight) => ((2, visit.key), weight),
    };
    let active = matches!(hit.action, Action::FirstVisit | Action::Engagement);
    let new = hit.action == Action::FirstVisit;
    [
        Some(("sessions", session, one)),
        Some(("total_users", person, weight)),
        engaged.then_some(("engaged_sessions", session, one)),
        active.then_some(("active_users", person, weight)),
        new.then_some(("new_users", person, weight)),
    ]
    .into_iter()
    .flatten()
}

/// What every event adds.
fn each_time(action: Action) -> impl Iterator<Item = (&'static str, Micros)> {
    let one = Micros::whole(1);
    let (sale, income) = match action {
        Action::Purchase(worth) => (Some(worth), Some(worth)),
        Action::AdRevenue(worth) => (None, Some(worth)),
        _ => (None, None),
    };
    let viewed = action == Action::PageView;
    let key = sale.is_some() || action == Action::SignUp;
    [
        Some(("event_count", one)),
        viewed.then_some(("screen_page_views", one)),
        key.then_some(("key_events", one)),
        sale.map(|_| ("transactions", one)),
        sale.map(|worth| ("purchase_revenue", worth)),
        income.map(|worth| ("total_revenue", worth)),
    ]
    .into_iter()
    .flatten()
}
