//! Selections of a GraphQL document: checked against the schema, with variables and fragments resolved.

use std::collections::BTreeMap;

use graphql_parser::Pos;
use graphql_parser::query::{Directive, Field, Selection, SelectionSet, TypeCondition};
use serde_json::{Map, Value, json};

use super::operation::{self, Errors, Operation, location};
use super::schema::{self, Kind};

/// A selected field of which everything is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Selected {
    /// Name in the answer.
    pub key: String,
    /// Name in the schema.
    pub name: String,
    /// Type that the field belongs to.
    pub of: &'static str,
    /// What it leads to.
    pub kind: Kind,
    /// Arguments with variables put in.
    pub arguments: BTreeMap<String, Value>,
    /// Fields below. Below a connection these are the connection's own.
    pub children: Vec<Selected>,
    /// Where it stands.
    pub position: (usize, usize),
}

impl Selected {
    /// An argument as a whole number.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.arguments.get(name).and_then(Value::as_i64)
    }

    /// An argument as text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.arguments.get(name).and_then(Value::as_str)
    }

    /// The fields below with this name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}

struct Reader<'a> {
    operation: &'a Operation<'a>,
    errors: Errors,
}

/// Reads the document's operation.
///
/// # Errors
/// Syntax errors, unknown fields and arguments, missing variables.
pub fn read(
    text: &str,
    variables: &Map<String, Value>,
    operation: Option<&str>,
) -> Result<Vec<Selected>, Errors> {
    let document = operation::parse(text)?;
    let operation = Operation::of(&document, text, variables, operation)?;
    let mut reader = Reader {
        operation: &operation,
        errors: Vec::new(),
    };
    let mut path = vec!["query".to_owned()];
    let selected = reader.selections(operation.selections, "QueryRoot", &mut path);
    if reader.errors.is_empty() {
        Ok(selected)
    } else {
        Err(reader.errors)
    }
}

impl Reader<'_> {
    fn selections(
        &mut self,
        set: &SelectionSet<'_, String>,
        of: &'static str,
        path: &mut Vec<String>,
    ) -> Vec<Selected> {
        let mut selected: Vec<Selected> = Vec::new();
        for selection in &set.items {
            let found = match selection {
                Selection::Field(field) => self.field(field, of, path).into_iter().collect(),
                Selection::InlineFragment(fragment) => {
                    let fits = fragment
                        .type_condition
                        .as_ref()
                        .is_none_or(|condition| fits(condition, of));
                    if fits && self.included(&fragment.directives) {
                        self.selections(&fragment.selection_set, of, path)
                    } else {
                        Vec::new()
                    }
                }
                Selection::FragmentSpread(spread) => {
                    match self
                        .operation
                        .fragments
                        .get(spread.fragment_name.as_str())
                        .copied()
                    {
                        Some(fragment)
                            if fits(&fragment.type_condition, of)
                                && self.included(&spread.directives) =>
                        {
                            self.selections(&fragment.selection_set, of, path)
                        }
                        Some(_) => Vec::new(),
                        None => {
                            let message = format!(
                                "Fragment {} was used, but not defined",
                                spread.fragment_name
                            );
                            self.error(
                                &message,
                                "useAndDefineFragment",
                                spread.position,
                                path,
                                &json!({ "fragmentName": spread.fragment_name }),
                            );
                            Vec::new()
                        }
                    }
                }
            };
            for field in found {
                merge(&mut selected, field);
            }
        }
        selected
    }

    fn field(
        &mut self,
        field: &Field<'_, String>,
        of: &'static str,
        path: &mut Vec<String>,
    ) -> Option<Selected> {
        if !self.included(&field.directives) {
            return None;
        }
        path.push(field.name.clone());
        let selected = self.known_field(field, of, path);
        path.pop();
        selected
    }

    fn known_field(
        &mut self,
        field: &Field<'_, String>,
        of: &'static str,
        path: &mut Vec<String>,
    ) -> Option<Selected> {
        let Some(kind) = schema::field(of, &field.name) else {
            let message = format!("Field '{}' doesn't exist on type '{of}'", field.name);
            self.error(
                &message,
                "undefinedField",
                field.position,
                path,
                &json!({ "typeName": of, "fieldName": field.name }),
            );
            return None;
        };
        let arguments = self.arguments(field, kind, path);
        if schema::is_composite(kind) == field.selection_set.items.is_empty() {
            let message = format!(
                "Field must have selections (field '{}' returns an object but has no selections), or none if it is a scalar",
                field.name
            );
            self.error(
                &message,
                "selectionMismatch",
                field.position,
                path,
                &json!({ "nodeName": format!("field '{}'", field.name) }),
            );
            return None;
        }
        let children = match kind {
            Kind::Scalar => Vec::new(),
            Kind::Object(name) | Kind::List(name) => {
                self.selections(&field.selection_set, name, path)
            }
            Kind::Connection(name) => {
                self.selections(&field.selection_set, schema::connection_of(name), path)
            }
        };
        let key = field.alias.as_ref().unwrap_or(&field.name).clone();
        let position = (field.position.line, field.position.column);
        Some(Selected {
            key,
            name: field.name.clone(),
            of,
            kind,
            arguments,
            children,
            position,
        })
    }

    fn arguments(
        &mut self,
        field: &Field<'_, String>,
        kind: Kind,
        path: &[String],
    ) -> BTreeMap<String, Value> {
        let mut arguments = BTreeMap::new();
        for (name, value) in &field.arguments {
            if schema::takes(kind, &field.name, name) {
                arguments.insert(name.clone(), self.operation.value(value));
            } else {
                let message = format!("Field '{}' doesn't accept argument '{name}'", field.name);
                let detail =
                    json!({ "name": field.name, "typeName": "Field", "argumentName": name });
                self.error(
                    &message,
                    "argumentNotAccepted",
                    field.position,
                    path,
                    &detail,
                );
            }
        }
        let sized = ["first", "last"]
            .iter()
            .any(|name| arguments.get(*name).is_some_and(Value::is_number));
        if matches!(kind, Kind::Connection(_)) && !sized {
            self.error(
                "you must provide one of first or last",
                "BAD_REQUEST",
                field.position,
                path,
                &json!({}),
            );
        }
        arguments
    }

    fn included(&self, directives: &[Directive<'_, String>]) -> bool {
        directives.iter().all(|directive| {
            let condition = directive.arguments.iter().find(|(name, _)| name == "if");
            let holds = condition
                .and_then(|(_, value)| self.operation.value(value).as_bool())
                .unwrap_or(true);
            if directive.name == "skip" {
                !holds
            } else {
                holds
            }
        })
    }

    fn error(&mut self, message: &str, code: &str, position: Pos, path: &[String], detail: &Value) {
        let mut extensions = json!({ "code": code });
        if let (Some(extensions), Some(detail)) = (extensions.as_object_mut(), detail.as_object()) {
            extensions.extend(detail.clone());
        }
        self.errors.push(json!({
            "message": message,
            "locations": [location(position)],
            "path": path,
            "extensions": extensions,
        }));
    }
}

/// Whether a fragment's type is the one at hand; `Node` is every object's.
fn fits(condition: &TypeCondition<'_, String>, of: &str) -> bool {
    let TypeCondition::On(name) = condition;
    name == of || name == "Node"
}

fn merge(selected: &mut Vec<Selected>, field: Selected) {
    match selected.iter_mut().find(|known| known.key == field.key) {
        Some(known) => field
            .children
            .into_iter()
            .for_each(|child| merge(&mut known.children, child)),
        None => selected.push(field),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, variables: &Value) -> Result<Vec<Selected>, Errors> {
        read(text, variables.as_object().unwrap(), None)
    }

    #[test]
    fn variables_fragments_and_aliases_are_resolved() {
        let text = "query Pull($n: Int!, $after: String, $q: String = \"test:false\") {
            page: orders(first: $n, after: $after, sortKey: UPDATED_AT, query: $q) { ...Page edges { cursor node { ...Names } } }
        }
        fragment Page on OrderConnection { pageInfo { hasNextPage endCursor } }
        fragment Names on Order { id name ... on Order { name test } }";
        let selected = parse(text, &json!({"n": 5})).unwrap();
        let page = &selected[0];
        assert_eq!((page.key.as_str(), page.name.as_str()), ("page", "orders"));
        assert_eq!(
            (
                page.integer("first"),
                page.text("query"),
                page.text("sortKey")
            ),
            (Some(5), Some("test:false"), Some("UPDATED_AT"))
        );
        assert!(page.arguments["after"].is_null());
        let node = page.child("edges").unwrap().child("node").unwrap();
        assert_eq!(
            node.children
                .iter()
                .map(|child| child.name.as_str())
                .collect::<Vec<_>>(),
            ["id", "name", "test"]
        );
    }

    #[test]
    fn unknown_fields_are_named_with_their_place() {
        let errors = parse("{ shop { id colour } }", &json!({})).unwrap_err();
        let expected = json!({
            "message": "Field 'colour' doesn't exist on type 'Shop'",
            "locations": [{"line": 1, "column": 13}],
            "path": ["query", "shop", "colour"],
            "extensions": {"code": "undefinedField", "typeName": "Shop", "fieldName": "colour"},
        });
        assert_eq!(errors, [expected]);
    }

    #[test]
    fn other_mistakes_have_their_codes() {
        let code =
            |text: &str| parse(text, &json!({})).unwrap_err()[0]["extensions"]["code"].clone();
        assert_eq!(code("{ orders { nodes { id } } }"), "BAD_REQUEST");
        assert_eq!(
            code("{ orders(first: 1, colour: 2) { nodes { id } } }"),
            "argumentNotAccepted"
        );
        assert_eq!(code("{ shop }"), "selectionMismatch");
        assert_eq!(code("{ shop { id { x } } }"), "selectionMismatch");
        assert_eq!(
            code("query($n: Int!) { orders(first: $n) { nodes { id } } }"),
            "INVALID_VARIABLE"
        );
        assert_eq!(code("query($n: Int) { shop { id } }"), "variableNotUsed");
        assert_eq!(code("{ order(id: $id) { id } }"), "variableNotDefined");
        assert_eq!(code("{ shop { ...Lost } }"), "useAndDefineFragment");
        assert!(
            parse("{ shop { id }", &json!({})).unwrap_err()[0]["message"]
                .as_str()
                .unwrap()
                .starts_with("syntax error")
        );
    }

    #[test]
    fn directives_leave_fields_out() {
        let selected = parse(
            "query($yes: Boolean!) { shop { id @skip(if: $yes) name @include(if: $yes) } }",
            &json!({"yes": true}),
        )
        .unwrap();
        assert_eq!(selected[0].children.len(), 1);
        assert_eq!(selected[0].children[0].name, "name");
    }
}
