//! GraphQL documents: parsed, checked against the schema, with variables and fragments resolved.

use std::collections::BTreeMap;

use graphql_parser::Pos;
use graphql_parser::query::{
    self, Definition, Directive, Document, Field, FragmentDefinition, OperationDefinition,
    Selection, SelectionSet, Type, TypeCondition, VariableDefinition,
};
use serde_json::{Map, Value, json};

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

/// Everything that is wrong with a document, as the platform says it.
pub type Errors = Vec<Value>;

struct Reader<'a> {
    fragments: BTreeMap<&'a str, &'a FragmentDefinition<'a, String>>,
    variables: BTreeMap<String, Value>,
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
    let document = query::parse_query::<String>(text)
        .map_err(|error| vec![syntax_error(&error.to_string())])?;
    let (definitions, selections) = operation_of(&document, operation)?;
    let mut reader = Reader {
        fragments: fragments(&document),
        variables: BTreeMap::new(),
        errors: Vec::new(),
    };
    reader.take_variables(definitions, variables);
    let selected = reader.selections(selections, "QueryRoot", &mut vec!["query".to_owned()]);
    if reader.errors.is_empty() {
        Ok(selected)
    } else {
        Err(reader.errors)
    }
}

fn syntax_error(detail: &str) -> Value {
    let detail = detail.split_whitespace().collect::<Vec<_>>().join(" ");
    json!({ "message": format!("syntax error: {detail}"), "locations": [{ "line": 1, "column": 1 }] })
}

type Operation<'a> = (
    &'a [VariableDefinition<'a, String>],
    &'a SelectionSet<'a, String>,
);

fn operation_of<'a>(
    document: &'a Document<'a, String>,
    wanted: Option<&str>,
) -> Result<Operation<'a>, Errors> {
    let operations = document
        .definitions
        .iter()
        .filter_map(|definition| match definition {
            Definition::Operation(OperationDefinition::Query(query)) => Some((
                query.name.as_deref(),
                query.variable_definitions.as_slice(),
                &query.selection_set,
            )),
            Definition::Operation(OperationDefinition::SelectionSet(set)) => {
                Some((None, [].as_slice(), set))
            }
            _ => None,
        });
    let found = operations
        .filter(|(name, ..)| wanted.is_none() || *name == wanted)
        .map(|(_, a, b)| (a, b))
        .next();
    found.ok_or_else(|| vec![json!({ "message": "No operation named or no query in the document; the simulator has no mutations." })])
}

fn fragments<'a>(
    document: &'a Document<'a, String>,
) -> BTreeMap<&'a str, &'a FragmentDefinition<'a, String>> {
    let definitions = document
        .definitions
        .iter()
        .filter_map(|definition| match definition {
            Definition::Fragment(fragment) => Some((fragment.name.as_str(), fragment)),
            Definition::Operation(_) => None,
        });
    definitions.collect()
}

impl Reader<'_> {
    fn take_variables(
        &mut self,
        definitions: &[VariableDefinition<'_, String>],
        given: &Map<String, Value>,
    ) {
        for definition in definitions {
            let fallback = definition
                .default_value
                .as_ref()
                .map(|value| self.value(value));
            let value = given
                .get(&definition.name)
                .cloned()
                .or(fallback)
                .filter(|value| !value.is_null());
            match (value, &definition.var_type) {
                (Some(value), _) => drop(self.variables.insert(definition.name.clone(), value)),
                (None, Type::NonNullType(wanted)) => self.errors.push(json!({
                    "message": format!("Variable ${} of type {wanted}! was provided invalid value", definition.name),
                    "locations": [location(definition.position)],
                    "extensions": { "value": null, "problems": [{ "path": [], "explanation": "Expected value to not be null" }], "code": "INVALID_VARIABLE" },
                })),
                (None, _) => {}
            }
        }
    }

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
                    match self.fragments.get(spread.fragment_name.as_str()).copied() {
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
        let Some(kind) = kind_of(of, &field.name) else {
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
                self.selections(&field.selection_set, connection_of(name), path)
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
                arguments.insert(name.clone(), self.value(value));
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

    fn value(&self, value: &query::Value<'_, String>) -> Value {
        match value {
            query::Value::Variable(name) => {
                self.variables.get(name).cloned().unwrap_or(Value::Null)
            }
            query::Value::Int(number) => Value::from(number.as_i64()),
            query::Value::Float(number) => Value::from(*number),
            query::Value::String(text) | query::Value::Enum(text) => Value::from(text.as_str()),
            query::Value::Boolean(flag) => Value::from(*flag),
            query::Value::Null => Value::Null,
            query::Value::List(items) => items.iter().map(|item| self.value(item)).collect(),
            query::Value::Object(fields) => Value::Object(
                fields
                    .iter()
                    .map(|(name, value)| (name.clone(), self.value(value)))
                    .collect(),
            ),
        }
    }

    fn included(&self, directives: &[Directive<'_, String>]) -> bool {
        directives.iter().all(|directive| {
            let condition = directive.arguments.iter().find(|(name, _)| name == "if");
            let holds = condition
                .and_then(|(_, value)| self.value(value).as_bool())
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

/// Types of connections and edges, which exist for every type that has one.
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

fn connection_of(name: &str) -> &'static str {
    CONNECTIONS
        .iter()
        .find(|(of, ..)| *of == name)
        .map_or("Connection", |(_, connection, _)| connection)
}

fn kind_of(of: &str, name: &str) -> Option<Kind> {
    let connection = CONNECTIONS
        .iter()
        .find(|(_, connection, edge)| *connection == of || *edge == of);
    match (connection, name) {
        (Some((node, connection, _)), "nodes") if *connection == of => Some(Kind::List(node)),
        (Some((_, connection, edge)), "edges") if *connection == of => Some(Kind::List(edge)),
        (Some((_, connection, _)), "pageInfo") if *connection == of => {
            Some(Kind::Object("PageInfo"))
        }
        (Some((node, _, edge)), "node") if *edge == of => Some(Kind::Object(node)),
        (Some((_, _, edge)), "cursor") if *edge == of => Some(Kind::Scalar),
        _ => schema::field(of, name),
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

fn location(position: Pos) -> Value {
    json!({ "line": position.line, "column": position.column })
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
