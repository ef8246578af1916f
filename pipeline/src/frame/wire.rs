//! Shapes that platforms vary: ids as text or number, lists as arrays, `nodes` or `edges`.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::failure::Failure;

/// Text on the wire: a string, or a number or boolean in its own spelling; `null` is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WireText(pub Option<String>);

impl WireText {
    /// The text, if there is any that is not empty.
    #[must_use]
    pub fn get(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.is_empty())
    }
}

impl<'de> Deserialize<'de> for WireText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        match raw.get() {
            "null" => Ok(Self(None)),
            json if json.starts_with(['{', '[']) => {
                Err(serde::de::Error::custom("expected a text"))
            }
            json => Ok(Self(Some(
                serde_json::from_str(json).unwrap_or_else(|_| json.to_owned()),
            ))),
        }
    }
}

/// Reads `null` like a field that is left out.
///
/// # Errors
/// The value is there and malformed.
pub fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Where a connection of a GraphQL answer goes on.
#[derive(Debug, Clone, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default)]
pub struct PageInfo {
    /// Whether there is a further page; the cursor alone says nothing.
    pub has_next_page: bool,
    /// The place after the last node; set on the last page too.
    pub end_cursor: WireText,
}

impl PageInfo {
    /// The cursor of the next page, if there is one.
    ///
    /// # Errors
    /// The list goes on and nothing tells where: what was read of it is not all.
    pub fn next_cursor(&self) -> Result<Option<&str>, Failure> {
        if !self.has_next_page {
            return Ok(None);
        }
        let lost = || Failure::unexpected("a list goes on without telling where");
        self.end_cursor.get().map(Some).ok_or_else(lost)
    }
}

/// A list in any of the forms platforms give it: an array, `{nodes}`, `{edges {node}}`, or `null`.
#[derive(Debug, Clone)]
pub struct Nodes<T> {
    /// The members; nulls are left out.
    pub items: Vec<T>,
    /// Where the list goes on; of an array: nowhere.
    pub page: PageInfo,
}

impl<T> Default for Nodes<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            page: PageInfo::default(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "T: DeserializeOwned")]
struct Connection<T> {
    nodes: Option<Vec<Option<T>>>,
    edges: Option<Vec<Option<Edge<T>>>>,
    page_info: Option<PageInfo>,
}

#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Edge<T> {
    node: Option<T>,
    #[serde(default)]
    cursor: WireText,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Nodes<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        parse_nodes(raw.get()).map_err(serde::de::Error::custom)
    }
}

fn parse_nodes<T: DeserializeOwned>(json: &str) -> Result<Nodes<T>, serde_json::Error> {
    if json == "null" {
        return Ok(Nodes::default());
    }
    if json.starts_with('[') {
        let items: Vec<Option<T>> = serde_json::from_str(json)?;
        return Ok(Nodes {
            items: items.into_iter().flatten().collect(),
            page: PageInfo::default(),
        });
    }
    let connection: Connection<T> = serde_json::from_str(json)?;
    let edges = connection.edges.unwrap_or_default().into_iter().flatten();
    let (from_edges, cursors): (Vec<Option<T>>, Vec<WireText>) =
        edges.map(|edge| (edge.node, edge.cursor)).unzip();
    let items = connection.nodes.unwrap_or(from_edges);
    let mut page = connection.page_info.unwrap_or_default();
    if page.end_cursor.get().is_none() {
        page.end_cursor = cursors.into_iter().next_back().unwrap_or_default();
    }
    Ok(Nodes {
        items: items.into_iter().flatten().collect(),
        page,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_in_four_forms() {
        let forms = [
            "[1, 2]",
            r#"{"nodes": [1, null, 2], "pageInfo": {"hasNextPage": false, "endCursor": "c"}}"#,
            r#"{"edges": [{"node": 1}, {"node": 2, "cursor": "x"}, null, {"node": null}]}"#,
        ];
        for form in forms {
            let nodes: Nodes<i32> = serde_json::from_str(form).unwrap();
            assert_eq!(nodes.items, [1, 2], "{form}");
            assert_eq!(nodes.page.next_cursor(), Ok(None), "{form}");
        }
        assert!(
            serde_json::from_str::<Nodes<i32>>("null")
                .unwrap()
                .items
                .is_empty()
        );
    }

    #[test]
    fn the_cursor_counts_only_with_a_next_page() {
        let page = r#"{"nodes": [], "pageInfo": {"hasNextPage": true, "endCursor": "c2"}}"#;
        let nodes: Nodes<i32> = serde_json::from_str(page).unwrap();
        assert_eq!(nodes.page.next_cursor(), Ok(Some("c2")));
        let edges =
            r#"{"edges": [{"node": 1, "cursor": "c3"}], "pageInfo": {"hasNextPage": true}}"#;
        let nodes: Nodes<i32> = serde_json::from_str(edges).unwrap();
        assert_eq!(nodes.page.next_cursor(), Ok(Some("c3")));
        let lost: Nodes<i32> =
            serde_json::from_str(r#"{"nodes": [1], "pageInfo": {"hasNextPage": true}}"#).unwrap();
        assert!(lost.page.next_cursor().is_err());
    }

    #[test]
    fn ids_are_text_whatever_their_wire_type() {
        let text = |json: &str| serde_json::from_str::<WireText>(json).unwrap();
        assert_eq!(
            text("12345678901234567890").get(),
            Some("12345678901234567890")
        );
        assert_eq!(
            text(r#""gid://shopify/Order/1""#).get(),
            Some("gid://shopify/Order/1")
        );
        assert_eq!(text("null").get(), None);
        assert_eq!(text(r#""""#).get(), None);
        assert!(serde_json::from_str::<WireText>("{}").is_err());
    }
}
