//! Running a query: which orders, in which order, from where.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::graphql::Selected;
use super::objects::{Show, gid, number};
use super::schema;
use super::search::Search;
use super::select::{self, Page, cursor, cursor_content};
use crate::business::orders::Order;
use crate::business::{Business, zone};
use crate::calendar::{Span, later, midnight};
use crate::config::Shop;
use crate::world::ShopLogin;

/// How far orders reach back without `read_all_orders`.
const RECENT_SECONDS: i64 = 60 * 86_400;

/// A query with everything it needs.
pub struct Run<'a> {
    business: &'a Business,
    shop: &'a Shop,
    scopes: &'a [String],
    zone: TimeZone,
    now: Timestamp,
}

impl<'a> Run<'a> {
    /// A query of an app at an instant.
    pub fn new(login: ShopLogin<'a>, shop: &'a Shop, now: Timestamp) -> Self {
        Self {
            business: login.business,
            shop,
            scopes: &login.app.scopes,
            zone: zone(&shop.time_zone),
            now,
        }
    }

    /// The first field whose scope the app lacks: its name and the scope.
    pub fn missing_scope(&self, selected: &[Selected]) -> Option<(String, &'static str)> {
        selected.iter().find_map(|field| {
            let scope = schema::scope(field.of, &field.name).filter(|scope| !self.has(scope));
            scope
                .map(|scope| (field.name.clone(), scope))
                .or_else(|| self.missing_scope(&field.children))
        })
    }

    fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }

    /// The answer's data, and warnings about searches.
    pub fn data(&self, selected: &[Selected]) -> (Value, Option<Value>) {
        let mut warnings = None;
        let fields = selected.iter().map(|field| {
            let value = match field.name.as_str() {
                "orders" => {
                    let search = Search::parse(field.text("query").unwrap_or_default());
                    warnings = search.warnings();
                    select::connection(&self.page(field, &search), field)
                }
                _ => self.single(field),
            };
            (field.key.clone(), value)
        });
        let data = Value::Object(fields.collect::<Map<_, _>>());
        (data, warnings)
    }

    fn single(&self, field: &Selected) -> Value {
        let show = self.show();
        let order = |gid: &str| {
            self.order(gid).map_or(Value::Null, |order| {
                select::object(&show.order(&order), &field.children)
            })
        };
        match field.name.as_str() {
            "shop" => select::object(&show.shop(self.business.spec.seed), &field.children),
            "order" | "node" => order(field.text("id").unwrap_or_default()),
            "nodes" => {
                let ids = field
                    .arguments
                    .get("ids")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten();
                ids.map(|id| order(id.as_str().unwrap_or_default()))
                    .collect()
            }
            "ordersCount" => {
                let search = Search::parse(field.text("query").unwrap_or_default());
                let count = json!({ "count": self.found(&search).len(), "precision": "EXACT" });
                select::object(&count, &field.children)
            }
            "currentAppInstallation" => select::object(&self.installation(), &field.children),
            _ => Value::from("QueryRoot"),
        }
    }

    fn show(&self) -> Show<'_> {
        Show {
            shop: self.shop,
            now: self.now,
        }
    }

    fn installation(&self) -> Value {
        let scopes = self.scopes.iter().map(|handle| json!({ "__typename": "AccessScope", "handle": handle, "description": handle.replace('_', " ") }));
        json!({
            "__typename": "AppInstallation",
            "id": gid("AppInstallation", self.business.spec.seed),
            "accessScopes": scopes.collect::<Vec<_>>(),
        })
    }

    fn order(&self, gid: &str) -> Option<Arc<Order>> {
        self.business
            .order(number("Order", gid)?, self.now)
            .filter(|order| self.is_allowed(order))
    }

    fn is_allowed(&self, order: &Order) -> bool {
        self.has("read_all_orders") || order.created_at >= later(self.now, -RECENT_SECONDS)
    }

    fn found(&self, search: &Search) -> Vec<Arc<Order>> {
        let (from, to) = search.changed_between(&self.zone);
        let opening = midnight(self.business.spec.history_from, &TimeZone::UTC);
        let span = Span {
            from: from.unwrap_or(opening).max(opening),
            to: to.unwrap_or(self.now).min(self.now),
        };
        let mut orders = self.business.orders_around(span, self.now);
        orders.retain(|order| self.is_allowed(order) && search.finds(order, self.now, &self.zone));
        orders
    }

    fn page(&self, field: &Selected, search: &Search) -> Page {
        let key = field.text("sortKey").unwrap_or("PROCESSED_AT");
        let mut orders: Vec<(Place, Arc<Order>)> = self
            .found(search)
            .into_iter()
            .map(|order| ((sort_value(&order, key, self.now), order.id), order))
            .collect();
        orders.sort_by_key(|(place, _)| *place);
        let reverse = field
            .arguments
            .get("reverse")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        if reverse {
            orders.reverse();
        }
        let after = field
            .text("after")
            .and_then(cursor_content)
            .and_then(|content| place_of(&content));
        let passed = |place: Place| {
            after.is_some_and(|after| {
                if reverse {
                    place >= after
                } else {
                    place <= after
                }
            })
        };
        let start = orders
            .iter()
            .take_while(|(place, _)| passed(*place))
            .count();
        let size = field
            .integer("first")
            .or(field.integer("last"))
            .unwrap_or(0);
        let end = start
            .saturating_add(usize::try_from(size).unwrap_or(0))
            .min(orders.len());
        let nodes = orders[start..end].iter().map(|((value, id), order)| {
            let content = json!({ "last_id": id, "last_value": value.to_string() });
            (self.show().order(order), cursor(&content))
        });
        Page {
            nodes: nodes.collect(),
            has_next: end < orders.len(),
            has_previous: start > 0,
        }
    }
}

/// Where an order stands in a sorted list: the value sorted by, then the id.
type Place = (i64, u64);

fn sort_value(order: &Order, key: &str, now: Timestamp) -> i64 {
    match key {
        "UPDATED_AT" => order.updated_at(now).as_second(),
        "CREATED_AT" => order.created_at.as_second(),
        "ID" | "ORDER_NUMBER" => 0,
        _ => order.processed_at.as_second(),
    }
}

fn place_of(content: &Value) -> Option<Place> {
    Some((
        content["last_value"].as_str()?.parse().ok()?,
        content["last_id"].as_u64()?,
    ))
}
