//! What is kept of an order as it came: the fields that were asked for and nothing about persons, whatever else arrives.

use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

use crate::frame::exchange::parse_json;
use crate::frame::failure::Failure;
use crate::frame::wire::Nodes;

/// Names of fields that may be kept, at any depth. Their values are kept as they were written.
const ALLOWED: &[&str] = &[
    "id",
    "createdAt",
    "processedAt",
    "updatedAt",
    "cancelledAt",
    "test",
    "displayFinancialStatus",
    "sourceName",
    "currencyCode",
    "presentmentCurrencyCode",
    "totalPriceSet",
    "totalDiscountsSet",
    "totalTaxSet",
    "totalShippingPriceSet",
    "totalRefundedSet",
    "shopMoney",
    "amount",
    "lineItems",
    "nodes",
    "edges",
    "node",
    "quantity",
    "isGiftCard",
    "originalUnitPriceSet",
    "discountedTotalSet",
    "pageInfo",
    "hasNextPage",
    "endCursor",
    "refunds",
    "transactions",
    "kind",
    "status",
    "amountSet",
];

/// The fields of an order that are kept, each as JSON text; lists that came in parts are put together again.
#[derive(Debug)]
pub struct Payload {
    fields: BTreeMap<String, String>,
    further_lines: Vec<String>,
}

impl Payload {
    /// The order as its page had it.
    pub fn of(order: &RawValue) -> Result<Self, Failure> {
        Ok(Self {
            fields: allowed_fields(order.get())?,
            further_lines: Vec::new(),
        })
    }

    /// Adds lines that did not fit the page.
    pub fn add_lines(&mut self, order: &RawValue) -> Result<(), Failure> {
        if let Some(lines) = allowed_fields(order.get())?.get("lineItems") {
            self.further_lines.extend(texts(lines)?);
        }
        Ok(())
    }

    /// Takes refunds in the place of those whose transactions did not fit the page.
    pub fn replace_refunds(&mut self, order: &RawValue) -> Result<(), Failure> {
        if let Some(refunds) = allowed_fields(order.get())?.remove("refunds") {
            self.fields.insert("refunds".to_owned(), refunds);
        }
        Ok(())
    }

    /// The JSON text of the whole order.
    pub fn text(mut self) -> Result<String, Failure> {
        if !self.further_lines.is_empty() {
            let first = self.fields.get("lineItems").map(|lines| texts(lines));
            let lines = [first.transpose()?.unwrap_or_default(), self.further_lines].concat();
            let nodes = format!("{{\"nodes\":[{}]}}", lines.join(","));
            self.fields.insert("lineItems".to_owned(), nodes);
        }
        Ok(object(&self.fields))
    }
}

fn texts(list: &str) -> Result<Vec<String>, Failure> {
    let nodes: Nodes<Box<RawValue>> = parse_json(list)?;
    Ok(nodes
        .items
        .iter()
        .map(|node| node.get().to_owned())
        .collect())
}

fn object(fields: &BTreeMap<String, String>) -> String {
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{}:{value}", Value::from(name.as_str())));
    format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
}

fn allowed_fields(object: &str) -> Result<BTreeMap<String, String>, Failure> {
    let fields: BTreeMap<String, Box<RawValue>> = parse_json(object)?;
    fields
        .into_iter()
        .filter(|(name, _)| ALLOWED.contains(&name.as_str()))
        .map(|(name, value)| Ok((name, allowed(&value)?)))
        .collect()
}

/// The JSON text of a value without the fields that may not be kept.
fn allowed(raw: &RawValue) -> Result<String, Failure> {
    let text = raw.get();
    if text.starts_with('{') {
        return Ok(object(&allowed_fields(text)?));
    }
    if text.starts_with('[') {
        let items: Vec<Box<RawValue>> = parse_json(text)?;
        let kept = items
            .iter()
            .map(|item| allowed(item))
            .collect::<Result<Vec<_>, _>>()?;
        return Ok(format!("[{}]", kept.join(",")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_fields_are_left_out_and_numbers_stay_as_written() {
        let raw = r#"{"id": "gid://shopify/Order/1", "email": "a@b.vn", "customer": {"id": "7", "firstName": "An"},
            "totalPriceSet": {"shopMoney": {"amount": "10.50", "currencyCode": "VND"}},
            "lineItems": {"edges": [{"node": {"quantity": 1e0, "customAttributes": [{"key": "k", "value": "An"}]}}]}}"#;
        let raw: Box<RawValue> = serde_json::from_str(raw).unwrap();
        assert_eq!(
            allowed(&raw).unwrap(),
            r#"{"id":"gid://shopify/Order/1","lineItems":{"edges":[{"node":{"quantity":1e0}}]},"totalPriceSet":{"shopMoney":{"amount":"10.50","currencyCode":"VND"}}}"#
        );
    }

    #[test]
    fn what_came_in_parts_is_kept_whole() {
        let raw = |json: &str| serde_json::from_str::<Box<RawValue>>(json).unwrap();
        let mut payload = Payload::of(&raw(
            r#"{"id": "1", "lineItems": {"nodes": [{"quantity": 1}], "pageInfo": {"hasNextPage": true}}, "refunds": [{"id": "7"}]}"#,
        ))
        .unwrap();
        let lines = r#"{"email": "a@b.vn", "lineItems": {"edges": [{"node": {"quantity": 2, "name": "An"}}]}}"#;
        payload.add_lines(&raw(lines)).unwrap();
        payload
            .replace_refunds(&raw(
                r#"{"refunds": [{"id": "7", "note": "An"}, {"id": "8"}]}"#,
            ))
            .unwrap();
        assert_eq!(
            payload.text().unwrap(),
            r#"{"id":"1","lineItems":{"nodes":[{"quantity":1},{"quantity":2}]},"refunds":[{"id":"7"},{"id":"8"}]}"#
        );
    }
}
