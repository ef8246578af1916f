//! Objects of the shop in full, before a query selects from them.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::business::orders::{Journey, Line, Order};
use crate::business::refunds::{Refund, RefundLine, RefundTransaction};
use crate::config::{Shop, ShopPlan};
use crate::currency;
use crate::micros::Micros;

/// How a shop shows its objects at an instant.
#[derive(Clone, Copy)]
pub struct Show<'a> {
    /// The shop.
    pub shop: &'a Shop,
    /// The instant of reading.
    pub now: Timestamp,
}

/// `gid://shopify/Order/1`.
pub fn gid(kind: &str, id: u64) -> String {
    format!("gid://shopify/{kind}/{id}")
}

/// The number of a global id of the kind.
pub fn number(kind: &str, gid: &str) -> Option<u64> {
    gid.strip_prefix("gid://shopify/")?
        .strip_prefix(kind)?
        .strip_prefix('/')?
        .parse()
        .ok()
}

impl Show<'_> {
    /// `Shop`.
    pub fn shop(&self, id: u64) -> Value {
        json!({
            "__typename": "Shop",
            "id": gid("Shop", id),
            "name": self.shop.name,
            "email": format!("owner@{}", self.shop.domain.replace(".myshopify.com", ".example")),
            "myshopifyDomain": self.shop.domain,
            "currencyCode": self.shop.currency,
            "ianaTimezone": self.shop.time_zone,
            "taxesIncluded": true,
            "url": format!("https://{}", self.shop.domain),
            "createdAt": "2024-12-01T08:00:00Z",
        "plan": self.plan(),
        })
    }

    fn plan(&self) -> Value {
        json!({
            "__typename": "ShopPlan",
            "displayName": self.shop.plan.name(),
            "publicDisplayName": self.shop.plan.name(),
            "partnerDevelopment": false,
            "shopifyPlus": self.shop.plan == ShopPlan::Plus,
        })
    }

    /// `Order`.
    pub fn order(&self, order: &Order) -> Value {
        let now = self.now;
        let mut body = self.order_fields(order);
        body.extend(self.order_money(order));
        let journey = order.journey.as_ref();
        let parts = [
            ("customer", order.customer.map_or(Value::Null, customer)),
            (
                "customerJourneySummary",
                journey.map_or(Value::Null, |journey| self.journey(order, journey)),
            ),
            ("staffMember", Value::Null),
            ("publication", Value::Null),
            (
                "lineItems",
                order
                    .lines(now)
                    .map(|line| self.line(order, line))
                    .collect(),
            ),
            (
                "refunds",
                order
                    .refunds(now)
                    .map(|refund| self.refund(order, refund))
                    .collect(),
            ),
            ("transactions", self.transactions(order)),
        ];
        body.extend(parts.map(|(name, value)| (name.to_owned(), value)));
        Value::Object(body)
    }

    fn order_fields(&self, order: &Order) -> Map<String, Value> {
        let now = self.now;
        let fulfilment = if order.is_fulfilled(now) {
            "FULFILLED"
        } else {
            "UNFULFILLED"
        };
        let fields = json!({
            "__typename": "Order",
            "id": gid("Order", order.id),
            "legacyResourceId": order.id.to_string(),
            "name": order.name,
            "createdAt": order.created_at.to_string(),
            "processedAt": order.processed_at.to_string(),
            "updatedAt": order.updated_at(now).to_string(),
            "cancelledAt": order.cancelled_at(now).map(|at| at.to_string()),
            "cancelReason": order.cancelled_at(now).map(|_| "CUSTOMER"),
            "closedAt": null,
            "test": order.test,
            "confirmed": true,
            "edited": order.lines(now).count() > order.lines.len(),
            "fullyPaid": order.is_paid(now),
            "taxesIncluded": true,
            "displayFinancialStatus": financial_status(order, now),
            "displayFulfillmentStatus": fulfilment,
            "currencyCode": self.shop.currency,
            "presentmentCurrencyCode": self.presentment(order),
            "sourceName": order.source_name,
            "tags": [],
            "note": null,
            "email": order.customer.map(|id| format!("customer-{id}@customers.example")),
            "phone": null,
        });
        fields.as_object().cloned().unwrap_or_default()
    }

    fn order_money(&self, order: &Order) -> impl Iterator<Item = (String, Value)> {
        let now = self.now;
        let (total, returned) = (order.total(now), order.returned(now));
        let first_lines: Micros = order.lines.iter().map(Line::total).sum();
        let paid = if order.is_paid(now) {
            total
        } else {
            Micros::ZERO
        };
        let amounts = [
            ("totalPriceSet", total),
            ("currentTotalPriceSet", total - returned),
            (
                "originalTotalPriceSet",
                first_lines - order.code_discount + order.shipping,
            ),
            ("subtotalPriceSet", order.subtotal(now)),
            (
                "currentSubtotalPriceSet",
                (order.subtotal(now) - returned).max(Micros::ZERO),
            ),
            ("totalDiscountsSet", order.discounts(now)),
            ("totalTaxSet", order.tax(now, self.step())),
            ("totalShippingPriceSet", order.shipping),
            ("totalRefundedSet", returned),
            ("totalReceivedSet", paid),
            ("netPaymentSet", paid - returned),
        ];
        amounts
            .map(|(name, amount)| (name.to_owned(), self.money(order, amount)))
            .into_iter()
    }

    fn step(&self) -> Micros {
        currency::step(&self.shop.currency)
    }

    fn presentment<'a>(&'a self, order: &'a Order) -> &'a str {
        order
            .presentment_currency
            .as_deref()
            .unwrap_or(&self.shop.currency)
    }

    fn money(&self, order: &Order, amount: Micros) -> Value {
        let other = self.presentment(order);
        let shown = currency::convert(amount, &self.shop.currency, other, currency::step(other));
        let one = |amount: Micros, code: &str| json!({ "__typename": "MoneyV2", "amount": amount.with_point(), "currencyCode": code });
        json!({
            "__typename": "MoneyBag",
            "shopMoney": one(amount, &self.shop.currency),
            "presentmentMoney": one(shown, other),
        })
    }

    fn journey(&self, order: &Order, journey: &Journey) -> Value {
        let visit = json!({
            "__typename": "CustomerVisit",
            "id": gid("CustomerVisit", order.id),
            "source": journey.source,
            "sourceType": null,
            "landingPage": format!("https://{}/", self.shop.domain),
            "occurredAt": order.processed_at.to_string(),
            "utmParameters": {
                "__typename": "UTMParameters",
                "source": journey.source,
                "medium": journey.medium,
                "campaign": journey.campaign,
                "content": null,
                "term": null,
            },
        });
        json!({
            "__typename": "CustomerJourneySummary",
            "ready": true,
            "customerOrderIndex": 0,
            "daysToConversion": 0,
            "firstVisit": visit,
            "lastVisit": visit,
        })
    }

    fn line(&self, order: &Order, line: &Line) -> Value {
        let money = |amount: Micros| self.money(order, amount);
        let parts = order
            .refunds(self.now)
            .flat_map(|refund| &refund.lines)
            .filter(|back| back.line.id == line.id);
        let back: i64 = parts.map(|back| back.quantity).sum();
        let left = (line.quantity - back).max(0);
        json!({
            "__typename": "LineItem",
            "id": gid("LineItem", line.id),
            "title": line.product.title,
            "name": line.product.title,
            "sku": line.product.sku,
            "quantity": line.quantity,
            "currentQuantity": left,
            "refundableQuantity": left,
            "isGiftCard": line.product.gift_card,
            "requiresShipping": !line.product.gift_card,
            "taxable": !line.product.gift_card,
            "vendor": self.shop.name,
            "product": {
                "__typename": "Product",
                "id": gid("Product", line.product.id),
                "legacyResourceId": line.product.id.to_string(),
                "title": line.product.title,
            },
            "originalUnitPriceSet": money(line.product.price),
            "originalTotalSet": money(line.product.price.times(line.quantity)),
            "discountedTotalSet": money(line.total()),
            "totalDiscountSet": money(line.discount),
        })
    }

    fn refund(&self, order: &Order, refund: &Refund) -> Value {
        let promised = refund.transactions.iter().filter(|movement| {
            movement.kind == "REFUND"
                && matches!(movement.status(self.now), Some("SUCCESS" | "PENDING"))
        });
        let changed = refund.changes(self.now).fold(refund.at, Timestamp::max);
        json!({
            "__typename": "Refund",
            "id": gid("Refund", refund.id),
            "legacyResourceId": refund.id.to_string(),
            "createdAt": refund.at.to_string(),
            "updatedAt": changed.to_string(),
            "note": "",
            "totalRefundedSet": self.money(order, promised.map(|movement| movement.amount).sum()),
            "refundLineItems": refund.lines.iter().enumerate().map(|(index, back)| self.refund_line(order, refund, index as u64, back)).collect::<Vec<_>>(),
            "transactions": refund.transactions.iter().filter_map(|movement| self.transaction(order, movement)).collect::<Vec<_>>(),
        })
    }

    fn refund_line(&self, order: &Order, refund: &Refund, index: u64, back: &RefundLine) -> Value {
        json!({
            "__typename": "RefundLineItem",
            "id": gid("RefundLineItem", refund.id + index + 1),
            "quantity": back.quantity,
            "restockType": "RETURN",
            "restocked": true,
            "lineItem": self.line(order, &back.line),
            "subtotalSet": self.money(order, back.subtotal),
            "totalTaxSet": self.money(order, back.subtotal.share(8, 108, self.step())),
            "priceSet": self.money(order, back.line.product.price),
        })
    }

    /// A movement of money once it exists.
    fn transaction(&self, order: &Order, movement: &RefundTransaction) -> Option<Value> {
        let status = movement.status(self.now)?;
        let begun = movement
            .states
            .first()
            .map_or(order.created_at, |(at, _)| *at);
        Some(json!({
            "__typename": "OrderTransaction",
            "id": gid("OrderTransaction", movement.id),
            "kind": movement.kind,
            "status": status,
            "gateway": "manual",
            "createdAt": begun.to_string(),
            "processedAt": begun.to_string(),
            "errorCode": if status == "FAILURE" { Value::from("GENERIC_ERROR") } else { Value::Null },
            "test": order.test,
            "amountSet": self.money(order, movement.amount),
        }))
    }

    /// The sale, once paid, and all movements of refunds.
    fn transactions(&self, order: &Order) -> Value {
        let sale = order.is_paid(self.now).then(|| {
            json!({
                "__typename": "OrderTransaction",
                "id": gid("OrderTransaction", order.id * 1000 + 600),
                "kind": "SALE",
                "status": "SUCCESS",
                "gateway": "manual",
                "createdAt": order.created_at.to_string(),
                "processedAt": order.created_at.to_string(),
                "errorCode": null,
                "test": order.test,
                "amountSet": self.money(order, order.total(self.now)),
            })
        });
        let back = order
            .refunds(self.now)
            .flat_map(|refund| &refund.transactions);
        sale.into_iter()
            .chain(back.filter_map(|movement| self.transaction(order, movement)))
            .collect()
    }
}

fn customer(id: u64) -> Value {
    json!({
        "__typename": "Customer",
        "id": gid("Customer", id),
        "legacyResourceId": id.to_string(),
        "displayName": format!("Customer {}", id % 1000),
        "firstName": "Customer",
        "lastName": (id % 1000).to_string(),
        "email": format!("customer-{id}@customers.example"),
        "numberOfOrders": "3",
        "createdAt": "2025-01-01T00:00:00Z",
    })
}

fn financial_status(order: &Order, now: Timestamp) -> &'static str {
    let returned = order.returned(now);
    match (order.is_paid(now), order.cancelled_at(now)) {
        (false, Some(_)) => "VOIDED",
        (false, None) => "PENDING",
        (true, _) if returned.is_zero() => "PAID",
        (true, _) if returned >= order.total(now) => "REFUNDED",
        (true, _) => "PARTIALLY_REFUNDED",
    }
}
