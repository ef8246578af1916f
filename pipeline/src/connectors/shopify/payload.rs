//! What is kept of an order as it came: the fields that were asked for and nothing about persons, whatever else arrives.

use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

use crate::frame::exchange::parse_json;
use crate::frame::failure::Failure;

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

/// The JSON text of an order without the fields that may not be kept.
pub fn allowed(raw: &RawValue) -> Result<String, Failure> {
    let text = raw.get();
    if text.starts_with('{') {
        let fields: BTreeMap<String, Box<RawValue>> = parse_json(text)?;
        let kept = fields
            .iter()
            .filter(|(name, _)| ALLOWED.contains(&name.as_str()));
        let kept = kept.map(|(name, value)| {
            Ok(format!(
                "{}:{}",
                Value::from(name.as_str()),
                allowed(value)?
            ))
        });
        return Ok(format!(
            "{{{}}}",
            kept.collect::<Result<Vec<_>, Failure>>()?.join(",")
        ));
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
}
