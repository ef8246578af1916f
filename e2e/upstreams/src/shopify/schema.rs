//! The part of Shopify's schema that the simulator knows.

/// What a field leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A value without fields.
    Scalar,
    /// One object.
    Object(&'static str),
    /// A plain list of objects, cut by `first`.
    List(&'static str),
    /// A connection, paged by `first` and `after`.
    Connection(&'static str),
}

struct Type {
    name: &'static str,
    scalars: &'static [&'static str],
    others: &'static [(&'static str, Kind)],
}

use Kind::{Connection, List, Object};

const MONEY: Kind = Object("MoneyBag");

const TYPES: &[Type] = &[
    Type {
        name: "QueryRoot",
        scalars: &[],
        others: &[
            ("shop", Object("Shop")),
            ("order", Object("Order")),
            ("node", Object("Order")),
            ("nodes", List("Order")),
            ("orders", Connection("Order")),
            ("ordersCount", Object("Count")),
            ("currentAppInstallation", Object("AppInstallation")),
        ],
    },
    Type {
        name: "Shop",
        scalars: &[
            "id",
            "name",
            "email",
            "myshopifyDomain",
            "currencyCode",
            "ianaTimezone",
            "taxesIncluded",
            "url",
            "createdAt",
        ],
        others: &[("plan", Object("ShopPlan"))],
    },
    Type {
        name: "ShopPlan",
        scalars: &[
            "displayName",
            "publicDisplayName",
            "partnerDevelopment",
            "shopifyPlus",
        ],
        others: &[],
    },
    Type {
        name: "Count",
        scalars: &["count", "precision"],
        others: &[],
    },
    Type {
        name: "AppInstallation",
        scalars: &["id"],
        others: &[("accessScopes", List("AccessScope"))],
    },
    Type {
        name: "AccessScope",
        scalars: &["handle", "description"],
        others: &[],
    },
    Type {
        name: "Order",
        scalars: &[
            "id",
            "legacyResourceId",
            "name",
            "createdAt",
            "processedAt",
            "updatedAt",
            "cancelledAt",
            "cancelReason",
            "closedAt",
            "test",
            "confirmed",
            "edited",
            "fullyPaid",
            "taxesIncluded",
            "displayFinancialStatus",
            "displayFulfillmentStatus",
            "currencyCode",
            "presentmentCurrencyCode",
            "sourceName",
            "tags",
            "note",
            "email",
            "phone",
        ],
        others: &[
            ("totalPriceSet", MONEY),
            ("currentTotalPriceSet", MONEY),
            ("originalTotalPriceSet", MONEY),
            ("subtotalPriceSet", MONEY),
            ("currentSubtotalPriceSet", MONEY),
            ("totalDiscountsSet", MONEY),
            ("totalTaxSet", MONEY),
            ("totalShippingPriceSet", MONEY),
            ("totalRefundedSet", MONEY),
            ("totalReceivedSet", MONEY),
            ("netPaymentSet", MONEY),
            ("customer", Object("Customer")),
            ("customerJourneySummary", Object("CustomerJourneySummary")),
            ("staffMember", Object("StaffMember")),
            ("publication", Object("Publication")),
            ("lineItems", Connection("LineItem")),
            ("refunds", List("Refund")),
            ("transactions", List("OrderTransaction")),
        ],
    },
    Type {
        name: "MoneyBag",
        scalars: &[],
        others: &[
            ("shopMoney", Object("MoneyV2")),
            ("presentmentMoney", Object("MoneyV2")),
        ],
    },
    Type {
        name: "MoneyV2",
        scalars: &["amount", "currencyCode"],
        others: &[],
    },
    Type {
        name: "Customer",
        scalars: &[
            "id",
            "legacyResourceId",
            "displayName",
            "firstName",
            "lastName",
            "email",
            "numberOfOrders",
            "createdAt",
        ],
        others: &[],
    },
    Type {
        name: "StaffMember",
        scalars: &["id", "name"],
        others: &[],
    },
    Type {
        name: "Publication",
        scalars: &["id", "name"],
        others: &[],
    },
    Type {
        name: "CustomerJourneySummary",
        scalars: &["ready", "customerOrderIndex", "daysToConversion"],
        others: &[
            ("firstVisit", Object("CustomerVisit")),
            ("lastVisit", Object("CustomerVisit")),
        ],
    },
    Type {
        name: "CustomerVisit",
        scalars: &["id", "source", "sourceType", "landingPage", "occurredAt"],
        others: &[("utmParameters", Object("UTMParameters"))],
    },
    Type {
        name: "UTMParameters",
        scalars: &["source", "medium", "campaign", "content", "term"],
        others: &[],
    },
    Type {
        name: "LineItem",
        scalars: &[
            "id",
            "title",
            "name",
            "sku",
            "quantity",
            "currentQuantity",
            "refundableQuantity",
            "isGiftCard",
            "requiresShipping",
            "taxable",
            "vendor",
        ],
        others: &[
            ("product", Object("Product")),
            ("originalUnitPriceSet", MONEY),
            ("originalTotalSet", MONEY),
            ("discountedTotalSet", MONEY),
            ("totalDiscountSet", MONEY),
        ],
    },
    Type {
        name: "Product",
        scalars: &["id", "legacyResourceId", "title"],
        others: &[],
    },
    Type {
        name: "Refund",
        scalars: &["id", "legacyResourceId", "createdAt", "updatedAt", "note"],
        others: &[
            ("totalRefundedSet", MONEY),
            ("refundLineItems", Connection("RefundLineItem")),
            ("transactions", Connection("OrderTransaction")),
        ],
    },
    Type {
        name: "RefundLineItem",
        scalars: &["id", "quantity", "restockType", "restocked"],
        others: &[
            ("lineItem", Object("LineItem")),
            ("subtotalSet", MONEY),
            ("totalTaxSet", MONEY),
            ("priceSet", MONEY),
        ],
    },
    Type {
        name: "OrderTransaction",
        scalars: &[
            "id",
            "kind",
            "status",
            "gateway",
            "createdAt",
            "processedAt",
            "errorCode",
            "test",
        ],
        others: &[("amountSet", MONEY)],
    },
    Type {
        name: "PageInfo",
        scalars: &["hasNextPage", "hasPreviousPage", "startCursor", "endCursor"],
        others: &[],
    },
];

/// What a field of a type leads to; `None` when there is no such field.
pub fn field(type_name: &str, name: &str) -> Option<Kind> {
    if name == "__typename" {
        return Some(Kind::Scalar);
    }
    if let Some(kind) = connection_field(type_name, name) {
        return Some(kind);
    }
    let of = TYPES.iter().find(|known| known.name == type_name)?;
    if of.scalars.contains(&name) {
        return Some(Kind::Scalar);
    }
    of.others
        .iter()
        .find(|(field, _)| *field == name)
        .map(|(_, kind)| *kind)
}

/// Types of connections and edges.
const CONNECTIONS: &[(&str, &str, &str)] = &[
    ("Order", "OrderConnection", "OrderEdge"),
    ("LineItem", "LineItemConnection", "LineItemEdge"),
    (
        "RefundLineItem",
        "RefundLineItemConnection",
        "RefundLineItemEdge",
    ),
    (
        "OrderTransaction",
        "OrderTransactionConnection",
        "OrderTransactionEdge",
    ),
];

/// The connection's type of a type.
pub fn connection_of(name: &str) -> &'static str {
    let found = CONNECTIONS.iter().find(|(of, ..)| *of == name);
    found.map_or("Connection", |(_, connection, _)| connection)
}

fn connection_field(type_name: &str, name: &str) -> Option<Kind> {
    let (node, connection, edge) = CONNECTIONS
        .iter()
        .find(|(_, connection, edge)| [*connection, *edge].contains(&type_name))?;
    match (type_name == *connection, name) {
        (true, "nodes") => Some(List(node)),
        (true, "edges") => Some(List(edge)),
        (true, "pageInfo") => Some(Object("PageInfo")),
        (false, "node") => Some(Object(node)),
        (false, "cursor") => Some(Kind::Scalar),
        _ => None,
    }
}

/// Whether a field takes an argument.
pub fn takes(kind: Kind, field: &str, argument: &str) -> bool {
    match (kind, field) {
        (_, "order" | "node") => argument == "id",
        (_, "nodes") => argument == "ids",
        (_, "discountedTotalSet") => argument == "withCodeDiscounts",
        (List(_), _) => argument == "first",
        (_, "ordersCount") => matches!(argument, "query" | "limit"),
        (Connection(_), "orders") => {
            matches!(
                argument,
                "first" | "last" | "after" | "before" | "reverse" | "sortKey" | "query"
            )
        }
        (Connection(_), _) => matches!(argument, "first" | "last" | "after" | "before" | "reverse"),
        _ => false,
    }
}

/// The scope that a field needs.
pub fn scope(type_name: &str, field: &str) -> Option<&'static str> {
    match (type_name, field) {
        ("QueryRoot", "orders" | "order" | "ordersCount") => Some("read_orders"),
        ("Order", "customer" | "email" | "phone") => Some("read_customers"),
        ("Order", "staffMember") => Some("read_users"),
        ("Order", "publication") => Some("read_publications"),
        ("LineItem", "product") => Some("read_products"),
        _ => None,
    }
}

/// Whether a field needs fields below it.
pub fn is_composite(kind: Kind) -> bool {
    kind != Kind::Scalar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_that_a_field_leads_to_is_known() {
        for of in TYPES {
            for (name, kind) in of.others {
                let (Object(target) | List(target) | Connection(target)) = kind else {
                    panic!("{name}")
                };
                assert!(
                    TYPES.iter().any(|known| known.name == *target),
                    "{}.{name} leads to {target}",
                    of.name
                );
            }
        }
    }
}
