//! Reports: events grouped by dimensions, people and sessions counted once in each group.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::fields::Place;
use super::filter;
use super::request::ReportRequest;
use crate::business::Business;
use crate::business::visits::{Action, Visit, Visitor};
use crate::calendar::{Span, label};
use crate::micros::Micros;
use crate::random::hash;

/// A row: values of dimensions and metrics in the order of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Dimensions.
    pub dimensions: Vec<String>,
    /// Metrics.
    pub metrics: Vec<Micros>,
    /// People in it, for thresholds.
    pub users: Micros,
}

#[derive(Debug, Clone, Default)]
struct Group {
    sessions: HashSet<u64>,
    engaged: HashSet<u64>,
    users: People,
    active: People,
    new: People,
    page_views: i64,
    events: i64,
    carts: i64,
    key_events: i64,
    purchases: i64,
    purchase_revenue: Micros,
    ad_revenue: Micros,
}

#[derive(Debug, Clone, Default)]
struct People {
    known: HashSet<u64>,
    modelled: HashMap<u64, Micros>,
}

impl People {
    fn add(&mut self, visit: &Visit) {
        match visit.visitor {
            Visitor::Known(id) => {
                self.known.insert(id);
            }
            Visitor::Modelled(weight) => {
                self.modelled.insert(visit.key, weight);
            }
        }
    }

    fn count(&self) -> Micros {
        whole(self.known.len()) + self.modelled.values().copied().sum()
    }
}

fn whole(count: usize) -> Micros {
    Micros::whole(i64::try_from(count).unwrap_or(i64::MAX))
}

impl Group {
    fn add(&mut self, place: &Place<'_>, engaged: bool) {
        let visit = place.visit;
        self.sessions.insert(visit.key);
        if engaged {
            self.engaged.insert(visit.key);
        }
        self.users.add(visit);
        self.events += 1;
        self.key_events += i64::from(place.hit.action.is_key());
        match place.hit.action {
            Action::FirstVisit => {
                self.new.add(visit);
                self.active.add(visit);
            }
            Action::Engagement => self.active.add(visit),
            Action::PageView => self.page_views += 1,
            Action::AddToCart => self.carts += 1,
            Action::Purchase(worth) => {
                self.purchases += 1;
                self.purchase_revenue += worth;
            }
            Action::AdRevenue(worth) => self.ad_revenue += worth,
            Action::SessionStart | Action::Scroll | Action::SignUp => {}
        }
    }

    fn metric(&self, name: &str) -> Micros {
        match name {
            "sessions" => whole(self.sessions.len()),
            "engagedSessions" => whole(self.engaged.len()),
            "totalUsers" => self.users.count(),
            "activeUsers" => self.active.count(),
            "newUsers" => self.new.count(),
            "screenPageViews" => Micros::whole(self.page_views),
            "eventCount" => Micros::whole(self.events),
            "addToCarts" => Micros::whole(self.carts),
            "keyEvents" => Micros::whole(self.key_events),
            "purchaseRevenue" => self.purchase_revenue,
            "totalRevenue" => self.purchase_revenue + self.ad_revenue,
            "transactions" => Micros::whole(self.purchases),
            _ => Micros::ZERO,
        }
    }
}

/// What a report is computed from.
pub struct Reporting<'a> {
    /// The business.
    pub business: &'a Business,
    /// Zone of the property.
    pub zone: &'a TimeZone,
    /// The instant of reading.
    pub now: Timestamp,
    /// The request.
    pub request: &'a ReportRequest,
    /// Whether a part of the events falls into the `(other)` row.
    pub other_row: bool,
}

impl Reporting<'_> {
    /// The rows of all ranges, sorted, before paging.
    pub fn rows(&self, ranges: &[(String, Date, Date)]) -> Vec<Row> {
        let mut groups: HashMap<Vec<String>, Group> = HashMap::new();
        for (name, first, last) in ranges {
            let range = (ranges.len() > 1).then_some(name.as_str());
            self.collect(*first, *last, range, &mut groups);
        }
        let mut rows: Vec<Row> = groups
            .into_iter()
            .map(|(dimensions, group)| self.row(dimensions, &group))
            .collect();
        let shown = |row: &Row| {
            self.request.keep_empty_rows || row.metrics.iter().any(|value| !value.is_zero())
        };
        rows.retain(|row| shown(row) && self.passes_metric_filter(row));
        self.sort(&mut rows);
        rows
    }

    /// The totals of all ranges together, without dimensions.
    pub fn totals(&self, ranges: &[(String, Date, Date)]) -> Row {
        let request = ReportRequest {
            dimensions: Vec::new(),
            keep_empty_rows: true,
            ..self.request.clone()
        };
        let total = Reporting {
            request: &request,
            other_row: false,
            ..*self
        };
        let mut groups = HashMap::new();
        for (_, first, last) in ranges {
            total.collect(*first, *last, None, &mut groups);
        }
        total.row(Vec::new(), &groups.into_values().next().unwrap_or_default())
    }

    fn collect(
        &self,
        first: Date,
        last: Date,
        range: Option<&str>,
        groups: &mut HashMap<Vec<String>, Group>,
    ) {
        let first = first.max(self.business.spec.history_from);
        let last = last.min(self.zone.to_datetime(self.now).date());
        let span = Span::of_dates(first, last, self.zone);
        self.business.each_visit(span, self.now, |visit| {
            let engaged = visit.is_engaged(self.now);
            for hit in visit
                .hits
                .iter()
                .filter(|hit| span.contains(hit.at) && hit.known_at <= self.now)
            {
                let (date, hour) = label(hit.at, self.zone);
                let place = Place {
                    business: self.business,
                    visit,
                    hit,
                    date,
                    hour,
                };
                if self
                    .request
                    .dimension_filter
                    .as_ref()
                    .is_none_or(|filter| filter::event_passes(filter, &place))
                {
                    groups
                        .entry(self.key(&place, range))
                        .or_default()
                        .add(&place, engaged);
                }
            }
        });
    }

    fn key(&self, place: &Place<'_>, range: Option<&str>) -> Vec<String> {
        let other = self.other_row && hash(&[place.visit.key, 0x07]).is_multiple_of(9);
        let value = |name: &str| {
            if other {
                "(other)".to_owned()
            } else {
                place.value(name)
            }
        };
        let dimensions = self
            .request
            .dimensions
            .iter()
            .map(|dimension| value(&dimension.name));
        dimensions.chain(range.map(str::to_owned)).collect()
    }

    fn row(&self, dimensions: Vec<String>, group: &Group) -> Row {
        let metrics = self
            .request
            .metrics
            .iter()
            .map(|metric| group.metric(&metric.name))
            .collect();
        Row {
            dimensions,
            metrics,
            users: group.users.count(),
        }
    }

    fn passes_metric_filter(&self, row: &Row) -> bool {
        let value = |name: &str| {
            let position = self
                .request
                .metrics
                .iter()
                .position(|metric| metric.name == name)?;
            row.metrics.get(position).copied()
        };
        self.request
            .metric_filter
            .as_ref()
            .is_none_or(|filter| filter::row_passes(filter, &value))
    }

    /// By the request's order, otherwise by the first metric, largest first.
    fn sort(&self, rows: &mut [Row]) {
        let by_first_metric =
            |one: &Row, other: &Row| other.metrics.first().cmp(&one.metrics.first());
        rows.sort_by(|one, other| {
            by_first_metric(one, other).then_with(|| one.dimensions.cmp(&other.dimensions))
        });
        rows.sort_by(|one, other| {
            self.request
                .order_bys
                .iter()
                .fold(Ordering::Equal, |order, key| {
                    let dimension = key
                        .dimension
                        .as_ref()
                        .and_then(|by| self.dimension_position(&by.dimension_name));
                    let metric = key
                        .metric
                        .as_ref()
                        .and_then(|by| self.metric_position(&by.metric_name));
                    let next = match (dimension, metric) {
                        (Some(at), _) => one.dimensions[at].cmp(&other.dimensions[at]),
                        (_, Some(at)) => one.metrics[at].cmp(&other.metrics[at]),
                        _ => Ordering::Equal,
                    };
                    order.then(if key.desc { next.reverse() } else { next })
                })
        });
    }

    fn dimension_position(&self, name: &str) -> Option<usize> {
        self.request
            .dimensions
            .iter()
            .position(|dimension| dimension.name == name)
    }

    fn metric_position(&self, name: &str) -> Option<usize> {
        self.request
            .metrics
            .iter()
            .position(|metric| metric.name == name)
    }
}
