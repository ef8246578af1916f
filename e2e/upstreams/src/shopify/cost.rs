//! What queries cost. Shopify publishes no formula for the size of a connection; the steps below follow costs seen in its
//! answers: an object is one point, a connection counts its nodes' cost about `size^0.45` times (12 for 250 nodes).

use serde_json::Value;

use super::graphql::Selected;
use super::schema::Kind;

const DEFAULT_LIST: i64 = 10;

/// The most nodes for each number of times that a node's cost counts.
const STEPS: [i64; 11] = [2, 7, 16, 28, 44, 64, 88, 116, 148, 185, 227];

fn times(nodes: i64) -> i64 {
    let below = STEPS.iter().filter(|step| nodes > **step).count();
    if nodes == 0 {
        0
    } else {
        i64::try_from(below).unwrap_or(0) + 1
    }
}

/// What the selection may cost at most.
pub fn requested(selected: &[Selected]) -> i64 {
    selected.iter().map(requested_field).sum()
}

fn requested_field(field: &Selected) -> i64 {
    let size = field
        .integer("first")
        .or(field.integer("last"))
        .unwrap_or(DEFAULT_LIST);
    match field.kind {
        Kind::Scalar => 0,
        Kind::Object(_) => 1 + requested(&field.children),
        Kind::List(_) => {
            let ids = field.arguments.get("ids").and_then(Value::as_array);
            let size = ids
                .and_then(|ids| i64::try_from(ids.len()).ok())
                .unwrap_or(size);
            times(size) * (1 + requested(&field.children))
        }
        Kind::Connection(_) => times(size) * (1 + node_cost(field)),
    }
}

/// The cost of one node of a connection, reached through `nodes` or `edges`.
fn node_cost(connection: &Selected) -> i64 {
    let nodes = connection
        .child("nodes")
        .map_or(0, |nodes| requested(&nodes.children));
    let edges = connection
        .child("edges")
        .and_then(|edges| edges.child("node"));
    nodes.max(edges.map_or(0, |node| requested(&node.children)))
}

/// What an answer really cost.
pub fn actual(selected: &[Selected], data: &Value) -> i64 {
    selected
        .iter()
        .map(|field| actual_field(field, &data[field.key.as_str()]))
        .sum()
}

fn actual_field(field: &Selected, value: &Value) -> i64 {
    match field.kind {
        Kind::Scalar => 0,
        Kind::Object(_) if value.is_null() => 1,
        Kind::Object(_) => 1 + actual(&field.children, value),
        Kind::List(_) => several(&field.children, value.as_array().map_or(&[], Vec::as_slice)),
        Kind::Connection(_) => {
            let nodes = field
                .child("nodes")
                .map(|nodes| list_cost(nodes, &value[nodes.key.as_str()]));
            let edges = field
                .child("edges")
                .map(|edges| list_cost(edges, &value[edges.key.as_str()]));
            nodes.max(edges).unwrap_or(1)
        }
    }
}

fn list_cost(list: &Selected, value: &Value) -> i64 {
    several(&list.children, value.as_array().map_or(&[], Vec::as_slice))
}

fn several(children: &[Selected], items: &[Value]) -> i64 {
    let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
    if count == 0 {
        return 1;
    }
    let sum: i64 = items.iter().map(|item| 1 + actual(children, item)).sum();
    (sum * times(count)).div_euclid(count).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shopify::graphql::read;
    use serde_json::{Map, json};

    fn cost(text: &str) -> i64 {
        requested(&read(text, &Map::new(), None).unwrap())
    }

    #[test]
    fn objects_count_one_and_connections_grow_slowly() {
        assert_eq!(cost("{ shop { id name plan { displayName } } }"), 2);
        assert_eq!(cost("{ orders(first: 250) { nodes { id } } }"), 12);
        assert_eq!(cost("{ orders(first: 250) { edges { node { id } } } }"), 12);
        assert_eq!(
            cost("{ orders(first: 10) { nodes { totalPriceSet { shopMoney { amount } } } } }"),
            9
        );
        let nested = "{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { product { id } } } } } }";
        assert_eq!(cost(nested), 12 * (1 + 12 * 2));
    }

    #[test]
    fn the_real_cost_follows_what_came() {
        let text = "{ orders(first: 250) { nodes { totalPriceSet { shopMoney { amount } } } } }";
        let selected = read(text, &Map::new(), None).unwrap();
        let order = json!({"totalPriceSet": {"shopMoney": {"amount": "1.0"}}});
        assert_eq!(actual(&selected, &json!({"orders": {"nodes": []}})), 1);
        assert_eq!(
            actual(
                &selected,
                &json!({"orders": {"nodes": [order, order, order]}})
            ),
            6
        );
        assert_eq!(requested(&selected), 36);
    }
}
