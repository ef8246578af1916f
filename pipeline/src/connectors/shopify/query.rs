//! GraphQL texts. Only fields that the scopes `read_orders` and `read_all_orders` cover, and nothing about persons.

use jiff::Timestamp;
use serde_json::{Value, json};

/// Lines of an order on a page of orders; more are read by themselves.
const LINES: u32 = 10;
/// Movements of money of one refund.
const TRANSACTIONS: u32 = 2;
/// What a follow-up asks for.
const MORE_LINES: u32 = 100;
const MORE_TRANSACTIONS: u32 = 100;

const MONEY: &str = "{ shopMoney { amount currencyCode } }";

/// The shop itself.
pub fn shop() -> Value {
    json!({ "query": "query Shop { shop { id name currencyCode ianaTimezone myshopifyDomain } }" })
}

/// What the app may read.
pub fn access_scopes() -> Value {
    json!({ "query": "query AccessScopes { currentAppInstallation { accessScopes { handle } } }" })
}

/// One page of the orders that changed at or after `since` and before `until`.
pub fn orders(since: Timestamp, until: Timestamp, size: u32, after: Option<&str>) -> Value {
    let lines = lines();
    let refunds = refunds(TRANSACTIONS);
    let query = format!(
        "query Orders($first: Int!, $after: String, $query: String) {{ orders(first: $first, after: $after, sortKey: UPDATED_AT, query: $query) {{ \
         nodes {{ id createdAt processedAt updatedAt cancelledAt test displayFinancialStatus sourceName currencyCode \
         totalPriceSet {MONEY} totalDiscountsSet {MONEY} totalTaxSet {MONEY} totalShippingPriceSet {MONEY} \
         lineItems(first: {LINES}) {lines} {refunds} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    );
    let window = format!(
        "updated_at:>='{}' AND updated_at:<'{}'",
        seconds(since),
        seconds(until)
    );
    json!({ "query": query, "variables": { "first": size, "after": after, "query": window } })
}

/// Further lines of one order.
pub fn more_lines(order: &str, after: &str) -> Value {
    let lines = lines();
    let query = format!(
        "query Lines($id: ID!, $after: String) {{ order(id: $id) {{ lineItems(first: {MORE_LINES}, after: $after) {lines} }} }}"
    );
    json!({ "query": query, "variables": { "id": order, "after": after } })
}

/// The refunds of one order, with all their movements of money.
pub fn refunds_of(order: &str) -> Value {
    let refunds = refunds(MORE_TRANSACTIONS);
    json!({ "query": format!("query Refunds($id: ID!) {{ order(id: $id) {{ {refunds} }} }}"), "variables": { "id": order } })
}

fn lines() -> String {
    format!(
        "{{ nodes {{ quantity isGiftCard originalUnitPriceSet {MONEY} discountedTotalSet {MONEY} }} pageInfo {{ hasNextPage endCursor }} }}"
    )
}

/// Refunds are a list without pages: it comes whole.
fn refunds(transactions_first: u32) -> String {
    let transactions = transactions();
    format!("refunds {{ id createdAt transactions(first: {transactions_first}) {transactions} }}")
}

fn transactions() -> String {
    format!("{{ nodes {{ kind status amountSet {MONEY} }} pageInfo {{ hasNextPage endCursor }} }}")
}

/// The platform's filter knows seconds; a window that begins earlier in its second is only wider.
fn seconds(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_asks_for_a_window_of_changes() {
        let (since, until) = (
            "2026-09-01T00:00:00.9Z".parse().unwrap(),
            "2026-09-02T00:00:00Z".parse().unwrap(),
        );
        let body = orders(since, until, 12, Some("c1"));
        assert_eq!(
            body["variables"]["query"],
            "updated_at:>='2026-09-01T00:00:00Z' AND updated_at:<'2026-09-02T00:00:00Z'"
        );
        assert_eq!(body["variables"]["first"], 12);
        assert_eq!(body["variables"]["after"], "c1");
    }

    #[test]
    fn every_query_closes_what_it_opens_and_asks_nothing_about_persons() {
        let instant = Timestamp::UNIX_EPOCH;
        for body in [
            shop(),
            access_scopes(),
            orders(instant, instant, 1, None),
            more_lines("o", "c"),
            refunds_of("o"),
        ] {
            let text = body["query"].as_str().unwrap();
            assert_eq!(
                text.matches('{').count(),
                text.matches('}').count(),
                "{text}"
            );
            for personal in ["email", "phone", "customer", "address", "firstName"] {
                assert!(!text.contains(personal), "{personal} in {text}");
            }
        }
    }
}
