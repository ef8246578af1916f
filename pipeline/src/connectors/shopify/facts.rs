//! What an order means: one fact for the order on the day it was placed, one for each refund on the day of the refund.
//!
//! An order counts when it is neither a test nor cancelled; otherwise its facts are tombstones, so that a later cancellation takes it out of
//! its day again. Revenue is the total in the shop's money less gift cards, which are paid for but not yet sold.

use bigdecimal::BigDecimal;
use dpo_warehouse::landing::PARENT;
use dpo_warehouse::metrics::Metric;
use dpo_warehouse::model::{Currency, LedgerFact, Metrics, StreamId};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

use super::wire::{LineItem, MoneyBag, Order, Refund};
use crate::frame::failure::Failure;
use crate::frame::wire::WireText;

/// The facts of one order whose lists are complete.
pub fn of_order(
    stream: &StreamId,
    zone: &TimeZone,
    currency: Option<&Currency>,
    order: &Order,
) -> Result<Vec<LedgerFact>, Failure> {
    let id = order
        .id
        .get()
        .map(number)
        .ok_or_else(|| Failure::unexpected("an order without id"))?;
    let context = Context {
        stream,
        zone,
        shop_currency: currency,
        order,
        id,
        counts: counts(order),
        version: version(order)?,
    };
    let mut facts = vec![context.order_fact()?];
    for refund in &order.refunds.items {
        facts.extend(context.refund_fact(refund)?);
    }
    Ok(facts)
}

fn counts(order: &Order) -> bool {
    order.test != Some(true) && order.cancelled_at.get().is_none()
}

/// The number at the end of a global id: `gid://shopify/Order/123` is order 123.
pub fn number(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

fn version(order: &Order) -> Result<Timestamp, Failure> {
    let moments = [&order.updated_at, &order.processed_at, &order.created_at];
    moments.into_iter().find_map(WireText::get).map_or_else(
        || Err(Failure::unexpected("an order without updatedAt")),
        instant,
    )
}

fn instant(text: &str) -> Result<Timestamp, Failure> {
    text.parse()
        .map_err(|_| Failure::unexpected(format!("`{text}` is no instant")))
}

struct Context<'a> {
    stream: &'a StreamId,
    zone: &'a TimeZone,
    shop_currency: Option<&'a Currency>,
    order: &'a Order,
    id: &'a str,
    counts: bool,
    version: Timestamp,
}

impl Context<'_> {
    fn order_fact(&self) -> Result<LedgerFact, Failure> {
        let order = self.order;
        let placed = order.processed_at.get().or(order.created_at.get());
        let placed = placed.ok_or_else(|| Failure::unexpected("an order without processedAt"))?;
        let currency = self.currency(&order.total_price_set)?;
        let fact = self.fact(self.key(), "order", instant(placed)?, currency);
        Ok(LedgerFact {
            metrics: order_metrics(order),
            ..fact
        })
    }

    fn key(&self) -> String {
        format!("order/{}", self.id)
    }

    /// Refunds that only put goods back, or whose money did not move, add nothing. While the platform does not tell when
    /// a refund was made, it counts when its order changed.
    fn refund_fact(&self, refund: &Refund) -> Result<Option<LedgerFact>, Failure> {
        let Some(id) = refund.id.get().map(number) else {
            return Ok(None);
        };
        let Some(first) = refund.transactions.items.first() else {
            return Ok(None);
        };
        let made = refund.created_at.get().map_or(Ok(self.version), instant)?;
        let returned = returned(refund);
        let moved = returned != 0;
        let currency = self.currency(&first.amount_set)?;
        let mut fact = self.fact(format!("refund/{id}"), "refund", made, currency);
        fact.attributes.insert(PARENT.to_owned(), self.key());
        let metrics = Metrics::from([
            (Metric::Refunds, returned),
            (Metric::RefundCount, BigDecimal::from(1)),
        ]);
        Ok(Some(LedgerFact {
            metrics,
            removed: !self.counts || !moved,
            ..fact
        }))
    }

    fn fact(&self, key: String, kind: &str, instant: Timestamp, currency: Currency) -> LedgerFact {
        let local = instant.to_zoned(self.zone.clone());
        LedgerFact {
            stream: self.stream.clone(),
            key,
            kind: kind.to_owned(),
            instant,
            date: local.date(),
            hour: local.hour(),
            currency,
            metrics: Metrics::new(),
            attributes: self.attributes(),
            customer_key: None,
            version: self.version,
            removed: !self.counts,
        }
    }

    fn currency(&self, bag: &MoneyBag) -> Result<Currency, Failure> {
        let code = bag
            .shop_money
            .currency_code
            .get()
            .or(self.order.currency_code.get());
        let told = code
            .and_then(|code| code.parse().ok())
            .or_else(|| self.shop_currency.cloned());
        told.ok_or_else(|| Failure::unexpected("an amount without currencyCode"))
    }

    fn attributes(&self) -> BTreeMap<String, String> {
        let pairs = [
            ("source_name", &self.order.source_name),
            ("financial_status", &self.order.display_financial_status),
        ];
        pairs
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value.get()?.to_owned())))
            .collect()
    }
}

fn order_metrics(order: &Order) -> Metrics {
    let (gift_cards, goods): (Vec<&LineItem>, Vec<&LineItem>) = order
        .line_items
        .items
        .iter()
        .partition(|line| line.is_gift_card == Some(true));
    let revenue = amount(&order.total_price_set)
        - gift_cards
            .iter()
            .map(|line| line_total(line))
            .sum::<BigDecimal>();
    Metrics::from([
        (Metric::Orders, BigDecimal::from(1)),
        (Metric::Revenue, revenue),
        (
            Metric::Units,
            goods.iter().map(|line| line.quantity.or_zero()).sum(),
        ),
        (Metric::Discounts, amount(&order.total_discounts_set)),
        (Metric::Tax, amount(&order.total_tax_set)),
        (Metric::Shipping, amount(&order.total_shipping_price_set)),
    ])
}

fn amount(bag: &MoneyBag) -> BigDecimal {
    bag.shop_money.amount.or_zero()
}

/// What was paid for a line: after discounts where Shopify says so.
fn line_total(line: &LineItem) -> BigDecimal {
    match &line.discounted_total_set.shop_money.amount.0 {
        Some(total) => total.clone(),
        None => amount(&line.original_unit_price_set) * line.quantity.or_zero(),
    }
}

fn returned(refund: &Refund) -> BigDecimal {
    let moved = refund.transactions.items.iter().filter(|transaction| {
        let is = |text: &WireText, word: &str| {
            text.get()
                .is_some_and(|text| text.eq_ignore_ascii_case(word))
        };
        is(&transaction.status, "success")
            && (transaction.kind.get().is_none() || is(&transaction.kind, "refund"))
    });
    moved
        .map(|transaction| amount(&transaction.amount_set))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: &str = r#"{
        "id": "gid://shopify/Order/1001", "createdAt": "2026-09-01T16:59:59Z", "processedAt": "2026-09-01T17:00:00Z",
        "updatedAt": "2026-09-03T01:00:00Z", "cancelledAt": null, "test": false, "sourceName": "web", "displayFinancialStatus": "PARTIALLY_REFUNDED",
        "totalPriceSet": {"shopMoney": {"amount": "129.99", "currencyCode": "VND"}, "presentmentMoney": {"amount": "5.20", "currencyCode": "USD"}},
        "totalTaxSet": {"shopMoney": {"amount": "9.99", "currencyCode": "VND"}},
        "lineItems": {"nodes": [
            {"quantity": 2, "isGiftCard": false, "discountedTotalSet": {"shopMoney": {"amount": "79.99", "currencyCode": "VND"}}},
            {"quantity": 1, "isGiftCard": true, "discountedTotalSet": {"shopMoney": {"amount": "50.00", "currencyCode": "VND"}}}]},
        "refunds": [
            {"id": "gid://shopify/Refund/7", "createdAt": "2026-09-02T18:30:00Z", "transactions": {"nodes": [
                {"kind": "REFUND", "status": "SUCCESS", "amountSet": {"shopMoney": {"amount": "10.10", "currencyCode": "VND"}}},
                {"kind": "REFUND", "status": "FAILURE", "amountSet": {"shopMoney": {"amount": "99", "currencyCode": "VND"}}},
                {"kind": "REFUND", "status": "SUCCESS", "amountSet": {"shopMoney": {"amount": "0.01", "currencyCode": "VND"}}}]}},
            {"id": "gid://shopify/Refund/8", "createdAt": "2026-09-02T18:31:00Z", "transactions": {"edges": []}}]}"#;

    fn facts(json: &str) -> Vec<LedgerFact> {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        of_order(
            &StreamId::from_static("orders"),
            &zone,
            None,
            &serde_json::from_str(json).unwrap(),
        )
        .unwrap()
    }

    fn value(fact: &LedgerFact, metric: Metric) -> String {
        fact.metrics[&metric].normalized().to_plain_string()
    }

    #[test]
    fn gift_cards_are_no_revenue_and_the_day_is_the_shops() {
        let order = &facts(ORDER)[0];
        assert_eq!(
            (order.key.as_str(), order.date.to_string(), order.hour),
            ("order/1001", "2026-09-02".to_owned(), 0)
        );
        assert_eq!(value(order, Metric::Revenue), "79.99");
        assert_eq!(
            (value(order, Metric::Units), value(order, Metric::Orders)),
            ("2".to_owned(), "1".to_owned())
        );
        assert_eq!(order.currency.as_str(), "VND");
    }

    #[test]
    fn only_money_that_moved_is_a_refund_and_it_has_its_own_day() {
        let facts = facts(ORDER);
        assert_eq!(facts.len(), 2, "the second refund only put goods back");
        assert_eq!(
            (
                facts[1].key.as_str(),
                facts[1].date.to_string(),
                facts[1].hour
            ),
            ("refund/7", "2026-09-03".to_owned(), 1)
        );
        assert_eq!(value(&facts[1], Metric::Refunds), "10.11");
        assert!(!facts[1].removed);
    }

    #[test]
    fn a_cancelled_or_test_order_leaves_tombstones() {
        let cancelled = ORDER.replace(
            "\"cancelledAt\": null",
            "\"cancelledAt\": \"2026-09-02T20:00:00Z\"",
        );
        let test = ORDER.replace("\"test\": false", "\"test\": true");
        for json in [cancelled, test] {
            assert!(facts(&json).iter().all(|fact| fact.removed), "{json}");
        }
    }

    #[test]
    fn a_refund_whose_money_did_not_move_is_a_tombstone() {
        let pending = ORDER.replace("SUCCESS", "PENDING");
        assert!(facts(&pending)[1].removed);
    }
}
