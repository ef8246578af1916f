//! The website: a session or person counts once in each period in which something of theirs happened.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Cells, Figures, Question, add};
use crate::business::visits::{Action, Hit, Visit, Visitor};
use crate::business::{Business, zone};
use crate::calendar::{Span, label};
use crate::config::Property;
use crate::micros::Micros;

/// What a contribution is counted once by: the group, the hour, the metric, and who or what contributed.
type Contribution = (Option<&'static str>, Option<i8>, &'static str, (u8, u64));

/// The figures of a property: the whole website and each channel group.
pub fn figures(business: &Business, property: &Property, question: &Question) -> Figures {
    let zone = zone(&property.time_zone);
    let mut cells = Cells::new();
    let mut date = question.from;
    while date <= question.to {
        for ((group, hour, metric, _), amount) in contributions(business, date, &zone, question) {
            let (level, id) = group.map_or(("account", property.id.as_str()), |group| {
                ("channel_group", group)
            });
            add(&mut cells, level, id, (date, hour), metric, amount);
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

fn contributions(
    business: &Business,
    date: Date,
    zone: &TimeZone,
    question: &Question,
) -> BTreeMap<Contribution, Micros> {
    let mut all = BTreeMap::new();
    let mut running = 0;
    business.each_visit(Span::of_dates(date, date, zone), question.now, |visit| {
        let engaged = visit.is_engaged(question.now);
        for hit in visit.hits.iter().filter(|hit| hit.known_at <= question.now) {
            let (day, hour) = label(hit.at, zone);
            if day != date {
                continue;
            }
            running += 1;
            let hour = question.hourly.then_some(hour);
            for (metric, who, amount) in of_hit(visit, hit, engaged, running) {
                all.insert((None, hour, metric, who), amount);
                all.insert((Some(visit.source.group), hour, metric, who), amount);
            }
        }
    });
    all
}

/// What one event contributes: metric, contributor, amount.
fn of_hit(
    visit: &Visit,
    hit: &Hit,
    engaged: bool,
    running: u64,
) -> Vec<(&'static str, (u8, u64), Micros)> {
    let one = Micros::whole(1);
    let session = (0, visit.key);
    let event = (1, running);
    let (person, weight) = match visit.visitor {
        Visitor::Known(id) => ((2, id), one),
        Visitor::Modelled(weight) => ((3, visit.key), weight),
    };
    let mut found = vec![
        ("sessions", session, one),
        ("total_users", person, weight),
        ("event_count", event, one),
    ];
    if engaged {
        found.push(("engaged_sessions", session, one));
    }
    if matches!(hit.action, Action::FirstVisit | Action::Engagement) {
        found.push(("active_users", person, weight));
    }
    match hit.action {
        Action::FirstVisit => found.push(("new_users", person, weight)),
        Action::PageView => found.push(("screen_page_views", event, one)),
        Action::SignUp => found.push(("key_events", event, one)),
        Action::Purchase(worth) => found.extend([
            ("key_events", event, one),
            ("transactions", event, one),
            ("purchase_revenue", event, worth),
            ("total_revenue", event, worth),
        ]),
        Action::AdRevenue(worth) => found.push(("total_revenue", event, worth)),
        _ => {}
    }
    found
}
