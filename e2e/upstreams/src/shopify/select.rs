//! Selecting from objects exactly what a query names.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::graphql::Selected;
use super::schema::Kind;

/// Nodes of one page with their cursors.
#[derive(Debug, Default)]
pub struct Page {
    /// The nodes with what continues after each.
    pub nodes: Vec<(Value, String)>,
    /// Whether there are more.
    pub has_next: bool,
    /// Whether there were some before.
    pub has_previous: bool,
}

/// The cursor that continues after a node.
pub fn cursor(content: &Value) -> String {
    STANDARD.encode(content.to_string())
}

/// What a cursor holds.
pub fn cursor_content(cursor: &str) -> Option<Value> {
    serde_json::from_slice(&STANDARD.decode(cursor).ok()?).ok()
}

/// The selected fields of an object.
pub fn object(value: &Value, selected: &[Selected]) -> Value {
    if value.is_null() {
        return Value::Null;
    }
    let fields = selected
        .iter()
        .map(|field| (field.key.clone(), field_of(value, field)));
    Value::Object(fields.collect::<Map<_, _>>())
}

fn field_of(value: &Value, field: &Selected) -> Value {
    let inner = &value[field.name.as_str()];
    match field.kind {
        Kind::Scalar => inner.clone(),
        Kind::Object(_) => object(inner, &field.children),
        Kind::List(_) => {
            let size = field
                .integer("first")
                .and_then(|size| usize::try_from(size).ok())
                .unwrap_or(usize::MAX);
            inner
                .as_array()
                .into_iter()
                .flatten()
                .take(size)
                .map(|item| object(item, &field.children))
                .collect()
        }
        Kind::Connection(_) => connection(
            &nested_page(inner.as_array().map_or(&[], Vec::as_slice), field),
            field,
        ),
    }
}

/// A page of a list that is held completely, by `first`/`after` or `last`/`before`.
fn nested_page(items: &[Value], field: &Selected) -> Page {
    let place = |name: &str| {
        let content = field.text(name).and_then(cursor_content)?;
        items
            .iter()
            .position(|item| item["id"] == content["last_id"])
    };
    let start = place("after").map_or(0, |index| index + 1);
    let end = place("before").unwrap_or(items.len()).max(start);
    let size = |name: &str| {
        field
            .integer(name)
            .and_then(|size| usize::try_from(size).ok())
    };
    let range = match (size("first"), size("last")) {
        (Some(first), _) => start..(start + first).min(end),
        (None, Some(last)) => end.saturating_sub(last).max(start)..end,
        (None, None) => start..end,
    };
    let nodes = items[range.clone()]
        .iter()
        .map(|item| (item.clone(), cursor(&json!({ "last_id": item["id"] }))));
    Page {
        nodes: nodes.collect(),
        has_next: range.end < items.len(),
        has_previous: range.start > 0,
    }
}

/// The selected fields of a connection.
pub fn connection(page: &Page, field: &Selected) -> Value {
    let fields = field.children.iter().map(|child| {
        let value = match child.name.as_str() {
            "nodes" => page
                .nodes
                .iter()
                .map(|(node, _)| object(node, &child.children))
                .collect(),
            "edges" => page
                .nodes
                .iter()
                .map(|(node, cursor)| edge(node, cursor, child))
                .collect(),
            "pageInfo" => object(&page_info(page), &child.children),
            _ => Value::from("Connection"),
        };
        (child.key.clone(), value)
    });
    Value::Object(fields.collect::<Map<_, _>>())
}

fn edge(node: &Value, cursor: &str, edge: &Selected) -> Value {
    let fields = edge.children.iter().map(|child| {
        let value = if child.name == "node" {
            object(node, &child.children)
        } else {
            Value::from(cursor)
        };
        (child.key.clone(), value)
    });
    Value::Object(fields.collect::<Map<_, _>>())
}

/// The end cursor is set on the last page too.
fn page_info(page: &Page) -> Value {
    json!({
        "__typename": "PageInfo",
        "hasNextPage": page.has_next,
        "hasPreviousPage": page.has_previous,
        "startCursor": page.nodes.first().map(|(_, cursor)| cursor),
        "endCursor": page.nodes.last().map(|(_, cursor)| cursor),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shopify::graphql::read;

    fn lines(arguments: &str) -> Value {
        let text = format!(
            "{{ order(id: \"x\") {{ lineItems({arguments}) {{ nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }} }}"
        );
        let selected = read(&text, &Map::new(), None).unwrap();
        let order = json!({"order": {"lineItems": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}});
        object(&order, &selected)["order"]["lineItems"].clone()
    }

    #[test]
    fn nested_connections_page_to_their_end() {
        let first = lines("first: 2");
        assert_eq!(first["nodes"], json!([{"id": "a"}, {"id": "b"}]));
        assert_eq!(first["pageInfo"]["hasNextPage"], true);
        let after = format!("first: 2, after: {}", first["pageInfo"]["endCursor"]);
        let second = lines(&after);
        assert_eq!(second["nodes"], json!([{"id": "c"}]));
        assert_eq!(second["pageInfo"]["hasNextPage"], false);
        assert!(
            second["pageInfo"]["endCursor"].is_string(),
            "the last page has an end cursor too"
        );
    }

    #[test]
    fn only_what_was_named_comes() {
        let selected = read("{ me: shop { name } }", &Map::new(), None).unwrap();
        let answer = object(&json!({"shop": {"id": "1", "name": "n"}}), &selected);
        assert_eq!(answer, json!({"me": {"name": "n"}}));
    }
}
