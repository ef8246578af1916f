//! Reading the orders of a window of changes: pages of orders, then whatever of their nested lists did not fit.

use dpo_warehouse::model::{Currency, RawRecord, StreamId};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::VecDeque;

use super::payload::Payload;
use super::wire::{Envelope, Order, OrderAnswer, OrderParts, OrdersAnswer};
use super::{facts, query, request};
use crate::frame::exchange::{Answer, Request, parse_json};
use crate::frame::failure::Failure;
use crate::frame::pull::{Batch, PageGuard, Pull, Slice};

const SMALLEST_PAGE: u32 = 1;

/// What is asked for next.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// A page of orders.
    Orders { after: Option<String> },
    /// Further lines of the order at this place of the page.
    Lines { order: usize, after: String },
    /// The refunds of that order, with long lists of transactions.
    Refunds { order: usize },
}

/// Reads all orders that changed in a window.
pub struct OrdersPull {
    shop: String,
    stream: StreamId,
    zone: TimeZone,
    currency: Option<Currency>,
    since: Timestamp,
    until: Timestamp,
    size: u32,
    guard: PageGuard,
    step: Option<Step>,
    /// Follow-ups of the page in hand, and the page after it.
    todo: VecDeque<Step>,
    page: Vec<OrderInHand>,
    read: Batch,
}

/// An order whose lists may still be incomplete.
struct OrderInHand {
    order: Order,
    payload: Payload,
}

impl OrdersPull {
    /// The changes at or after `since` and before `until`.
    pub fn new(
        stream: StreamId,
        slice: Slice,
        since: Timestamp,
        until: Timestamp,
        size: u32,
    ) -> Self {
        let mut pull = Self {
            shop: slice.account.into(),
            stream,
            zone: slice.zone,
            currency: slice.currency,
            since,
            until,
            size,
            guard: PageGuard::default(),
            step: None,
            todo: VecDeque::new(),
            page: Vec::new(),
            read: Batch::default(),
        };
        pull.restart();
        pull
    }

    fn order_id(&self, place: usize) -> &str {
        let in_hand = self.page.get(place);
        in_hand
            .and_then(|hand| hand.order.id.get())
            .unwrap_or_default()
    }

    fn body(&self, step: &Step) -> Value {
        match step {
            Step::Orders { after } => {
                query::orders(self.since, self.until, self.size, after.as_deref())
            }
            Step::Lines { order, after } => query::more_lines(self.order_id(*order), after),
            Step::Refunds { order } => query::refunds_of(self.order_id(*order)),
        }
    }

    fn take_orders(&mut self, answer: &Answer) -> Result<(), Failure> {
        let orders = data::<OrdersAnswer>(answer)?
            .orders
            .ok_or_else(|| Failure::unexpected("an answer without orders"))?;
        for raw in &orders.items {
            self.page.push(OrderInHand {
                order: parse_json(raw.get())?,
                payload: Payload::of(raw)?,
            });
        }
        for place in 0..self.page.len() {
            self.plan_follow_ups(place)?;
        }
        if let Some(cursor) = orders.page.next_cursor()? {
            self.guard.visit(cursor)?;
            self.todo.push_back(Step::Orders {
                after: Some(cursor.to_owned()),
            });
        }
        Ok(())
    }

    /// What of an order's lists is still missing.
    fn plan_follow_ups(&mut self, place: usize) -> Result<(), Failure> {
        let Some(OrderInHand { order, .. }) = self.page.get(place) else {
            return Ok(());
        };
        if let Some(after) = order.line_items.page.next_cursor()? {
            self.todo.push_back(Step::Lines {
                order: place,
                after: after.to_owned(),
            });
        }
        if order
            .refunds
            .items
            .iter()
            .any(|refund| refund.transactions.page.has_next_page)
        {
            self.todo.push_back(Step::Refunds { order: place });
        }
        Ok(())
    }

    fn take_lines(&mut self, place: usize, answer: &Answer) -> Result<(), Failure> {
        let (raw, parts) = order_parts(answer)?;
        let lines = parts.line_items;
        if let Some(after) = lines.page.next_cursor()? {
            let lines_of = format!("lines of {} {after}", self.order_id(place));
            self.guard.visit(&lines_of)?;
            self.todo.push_front(Step::Lines {
                order: place,
                after: after.to_owned(),
            });
        }
        if let Some(hand) = self.page.get_mut(place) {
            hand.order.line_items.items.extend(lines.items);
            hand.payload.add_lines(&raw)?;
        }
        Ok(())
    }

    fn take_refunds(&mut self, place: usize, answer: &Answer) -> Result<(), Failure> {
        let (raw, parts) = order_parts(answer)?;
        let refunds = parts.refunds;
        let hand = self
            .page
            .get_mut(place)
            .filter(|hand| hand.order.refunds.items.len() <= refunds.items.len());
        let complete = !refunds
            .items
            .iter()
            .any(|refund| refund.transactions.page.has_next_page);
        let hand = hand
            .filter(|_| complete)
            .ok_or_else(|| Failure::unexpected("the transactions of a refund come incomplete"))?;
        hand.order.refunds = refunds;
        hand.payload.replace_refunds(&raw)
    }

    /// Goes on to the next step; a page whose lists are complete becomes facts first.
    fn advance(&mut self) -> Result<(), Failure> {
        self.step = self.todo.pop_front();
        if matches!(self.step, None | Some(Step::Orders { .. })) {
            for OrderInHand { order, payload } in std::mem::take(&mut self.page) {
                let currency = self.currency.as_ref();
                let facts = facts::of_order(&self.stream, &self.zone, currency, &order)?;
                self.read.facts.extend(facts);
                self.read.payloads.push(RawRecord {
                    key: order
                        .id
                        .get()
                        .map(facts::number)
                        .unwrap_or_default()
                        .to_owned(),
                    payload: payload.text()?,
                });
            }
        }
        Ok(())
    }
}

/// What a follow-up says about its order. An order that is gone meanwhile does not tell the rest of itself.
fn order_parts(answer: &Answer) -> Result<(Box<RawValue>, OrderParts), Failure> {
    let raw = data::<OrderAnswer>(answer)?
        .order
        .ok_or_else(|| Failure::unexpected("an order is gone while it is read"))?;
    let parts = parse_json(raw.get())?;
    Ok((raw, parts))
}

fn data<T: DeserializeOwned>(answer: &Answer) -> Result<T, Failure> {
    answer
        .json_object::<Envelope<T>>()?
        .data
        .ok_or_else(|| Failure::unexpected("an answer without data"))
}

impl Pull for OrdersPull {
    fn next_request(&mut self) -> Option<Request> {
        self.step
            .as_ref()
            .map(|step| request(&self.shop, &self.body(step)))
    }

    fn accept(&mut self, answer: &Answer) -> Result<(), Failure> {
        match self.step.clone() {
            None => return Ok(()),
            Some(Step::Orders { .. }) => self.take_orders(answer)?,
            Some(Step::Lines { order, .. }) => self.take_lines(order, answer)?,
            Some(Step::Refunds { order }) => self.take_refunds(order, answer)?,
        }
        self.advance()
    }

    fn ask_for_less(&mut self) -> bool {
        let smaller = (self.size / 2).max(SMALLEST_PAGE);
        let possible = matches!(self.step, Some(Step::Orders { .. })) && smaller < self.size;
        if possible {
            self.size = smaller;
        }
        possible
    }

    fn restart(&mut self) {
        self.guard = PageGuard::default();
        self.step = Some(Step::Orders { after: None });
        self.todo.clear();
        self.page.clear();
        self.read = Batch::default();
    }

    fn take(&mut self) -> Batch {
        std::mem::take(&mut self.read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::exchange::Body;
    use crate::frame::exchange::fixtures::answer;
    use crate::frame::pull::Span;

    fn pull() -> OrdersPull {
        let (since, until) = (
            "2026-09-01T00:00:00Z".parse().unwrap(),
            "2026-09-02T00:00:00Z".parse().unwrap(),
        );
        let span = Span::Changes { since, until };
        let slice = Slice {
            account: "s.myshopify.com".parse().unwrap(),
            zone: TimeZone::UTC,
            currency: None,
            span,
            page_size: None,
        };
        OrdersPull::new(StreamId::from_static("orders"), slice, since, until, 12)
    }

    fn order(id: u32, extra: &str) -> String {
        format!(
            r#"{{"id": "gid://shopify/Order/{id}", "processedAt": "2026-09-01T10:00:00Z", "updatedAt": "2026-09-01T11:00:00Z",
            "totalPriceSet": {{"shopMoney": {{"amount": "100", "currencyCode": "EUR"}}}} {extra}}}"#
        )
    }

    fn page(orders: &[String], next: Option<&str>) -> String {
        let end = next.unwrap_or("end");
        format!(
            r#"{{"data": {{"orders": {{"nodes": [{}], "pageInfo": {{"hasNextPage": {}, "endCursor": "{end}"}}}}}}}}"#,
            orders.join(","),
            next.is_some()
        )
    }

    fn sent(pull: &mut OrdersPull) -> String {
        match pull.next_request().expect("a request").body {
            Body::Json(json) => json,
            _ => panic!("GraphQL is posted as JSON"),
        }
    }

    #[test]
    fn pages_are_followed_and_become_facts() {
        let mut pull = pull();
        pull.accept(&answer(
            200,
            &page(&[order(1, ""), order(2, "")], Some("c1")),
        ))
        .unwrap();
        assert!(sent(&mut pull).contains("\"after\":\"c1\""));
        pull.accept(&answer(200, &page(&[order(3, "")], None)))
            .unwrap();
        assert!(pull.next_request().is_none());
        let batch = pull.take();
        assert_eq!(
            batch
                .facts
                .iter()
                .map(|fact| fact.key.as_str())
                .collect::<Vec<_>>(),
            ["order/1", "order/2", "order/3"]
        );
        assert_eq!(batch.payloads.len(), 3);
    }

    #[test]
    fn an_answer_without_orders_is_not_a_shop_without_orders() {
        for data in ["{}", r#"{"orders": null}"#] {
            let body = format!(r#"{{"data": {data}}}"#);
            assert!(pull().accept(&answer(200, &body)).is_err(), "{data}");
        }
        assert!(pull().accept(&answer(200, &page(&[], None))).is_ok());
    }

    #[test]
    fn cursors_of_lines_belong_to_their_order() {
        let lines =
            r#", "lineItems": {"nodes": [], "pageInfo": {"hasNextPage": true, "endCursor": "l1"}}"#;
        let more = |next: bool| {
            format!(
                r#"{{"data": {{"order": {{"lineItems": {{"nodes": [], "pageInfo": {{"hasNextPage": {next}, "endCursor": "l2"}}}}}}}}}}"#
            )
        };
        let mut pull = pull();
        let orders = page(&[order(1, lines), order(2, lines)], None);
        pull.accept(&answer(200, &orders)).unwrap();
        for next in [true, false, true, false] {
            pull.accept(&answer(200, &more(next))).unwrap();
        }
        assert!(pull.next_request().is_none());
    }

    #[test]
    fn lists_that_did_not_fit_are_read_to_their_end_before_the_next_page() {
        let lines = r#", "lineItems": {"nodes": [{"quantity": 1}], "pageInfo": {"hasNextPage": true, "endCursor": "l1"}}"#;
        let mut pull = pull();
        pull.accept(&answer(200, &page(&[order(1, lines)], Some("c1"))))
            .unwrap();
        assert!(sent(&mut pull).contains("\"after\":\"l1\""));
        let more = r#"{"data": {"order": {"lineItems": {"nodes": [{"quantity": 4}], "pageInfo": {"hasNextPage": false, "endCursor": "l2"}}}}}"#;
        pull.accept(&answer(200, more)).unwrap();
        assert!(sent(&mut pull).contains("\"after\":\"c1\""));
        pull.accept(&answer(200, &page(&[], None))).unwrap();
        let units = pull.take().facts[0].metrics[&dpo_warehouse::metrics::Metric::Units].clone();
        assert_eq!(units, bigdecimal::BigDecimal::from(5));
    }

    #[test]
    fn transactions_that_did_not_fit_are_read_with_their_order() {
        let refund = |id: usize, transactions: usize, more: bool| {
            let one = r#"{"kind": "REFUND", "status": "SUCCESS", "amountSet": {"shopMoney": {"amount": "1", "currencyCode": "EUR"}}}"#;
            let nodes = vec![one; transactions].join(",");
            format!(
                r#"{{"id": "gid://shopify/Refund/{id}", "createdAt": "2026-09-01T12:00:00Z", "transactions": {{"nodes": [{nodes}],
                "pageInfo": {{"hasNextPage": {more}, "endCursor": "t"}}}}}}"#
            )
        };
        let mut pull = pull();
        let extra = format!(
            r#", "refunds": [{}, {}]"#,
            refund(1, 1, false),
            refund(2, 2, true)
        );
        pull.accept(&answer(200, &page(&[order(1, &extra)], None)))
            .unwrap();
        assert!(sent(&mut pull).contains("Refunds"));
        let whole = format!(
            r#"{{"data": {{"order": {{"refunds": [{}, {}]}}}}}}"#,
            refund(1, 1, false),
            refund(2, 5, false)
        );
        pull.accept(&answer(200, &whole)).unwrap();
        assert!(pull.next_request().is_none());
        let refunds: Vec<_> = pull
            .take()
            .facts
            .into_iter()
            .filter_map(|fact| {
                fact.metrics
                    .get(&dpo_warehouse::metrics::Metric::Refunds)
                    .cloned()
            })
            .collect();
        assert_eq!(
            refunds,
            [
                bigdecimal::BigDecimal::from(1),
                bigdecimal::BigDecimal::from(5)
            ]
        );
    }

    #[test]
    fn refunds_that_do_not_come_again_are_not_forgotten() {
        let extra = r#", "refunds": [{"id": "gid://shopify/Refund/1", "createdAt": "2026-09-01T12:00:00Z",
            "transactions": {"nodes": [], "pageInfo": {"hasNextPage": true, "endCursor": "t"}}}]"#;
        let mut pull = pull();
        pull.accept(&answer(200, &page(&[order(1, extra)], None)))
            .unwrap();
        assert!(
            pull.accept(&answer(200, r#"{"data": {"order": null}}"#))
                .is_err()
        );
    }

    #[test]
    fn a_page_that_costs_too_much_is_halved_down_to_one_order() {
        let mut pull = pull();
        let sizes: Vec<u32> =
            std::iter::from_fn(|| pull.ask_for_less().then_some(pull.size)).collect();
        assert_eq!(sizes, [6, 3, 1]);
    }

    #[test]
    fn a_page_that_names_itself_ends_the_pull() {
        let mut pull = pull();
        pull.accept(&answer(200, &page(&[], Some("c1")))).unwrap();
        assert!(pull.accept(&answer(200, &page(&[], Some("c1")))).is_err());
    }

    #[test]
    fn duplicated_and_permuted_orders_give_the_same_facts() {
        let facts = |orders: &[String]| {
            let mut pull = pull();
            pull.accept(&answer(200, &page(orders, None))).unwrap();
            let mut facts = pull.take().facts;
            facts.sort_by(|a, b| a.key.cmp(&b.key));
            facts.dedup();
            facts
        };
        let (first, second) = (order(1, ""), order(2, ""));
        assert_eq!(
            facts(&[first.clone(), second.clone()]),
            facts(&[second.clone(), first.clone(), second])
        );
    }
}
