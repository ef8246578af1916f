//! The operation of a GraphQL document: its selections, fragments and variables.

use std::collections::BTreeMap;

use graphql_parser::Pos;
use graphql_parser::query::{
    self, Definition, Document, FragmentDefinition, OperationDefinition, SelectionSet, Type,
    VariableDefinition,
};
use serde_json::{Map, Value, json};

/// Everything that is wrong with a document, as the platform says it.
pub type Errors = Vec<Value>;

/// What is to be run.
pub struct Operation<'a> {
    /// Selections at the root.
    pub selections: &'a SelectionSet<'a, String>,
    /// Fragments by name.
    pub fragments: BTreeMap<&'a str, &'a FragmentDefinition<'a, String>>,
    variables: BTreeMap<String, Value>,
}

type Query<'a> = (
    Option<&'a str>,
    &'a [VariableDefinition<'a, String>],
    &'a SelectionSet<'a, String>,
);

/// Parses a document.
///
/// # Errors
/// Syntax errors.
pub fn parse(text: &str) -> Result<Document<'_, String>, Errors> {
    query::parse_query(text).map_err(|error| {
        let detail = error.to_string();
        let detail = detail.split_whitespace().collect::<Vec<_>>().join(" ");
        let place = json!({ "line": 1, "column": 1 });
        vec![json!({ "message": format!("syntax error: {detail}"), "locations": [place] })]
    })
}

/// Where something stands.
pub fn location(position: Pos) -> Value {
    json!({ "line": position.line, "column": position.column })
}

impl<'a> Operation<'a> {
    /// The wanted, or the only, query of a document.
    ///
    /// # Errors
    /// No such query; variables that are missing, undeclared or not used.
    pub fn of(
        document: &'a Document<'a, String>,
        text: &str,
        given: &Map<String, Value>,
        wanted: Option<&str>,
    ) -> Result<Self, Errors> {
        let mut queries = document.definitions.iter().filter_map(query_of);
        let found = queries.find(|(name, ..)| wanted.is_none() || *name == wanted);
        let (_, definitions, selections) = found.ok_or_else(|| {
            vec![json!({ "message": "No operation named or no query in the document; the simulator has no mutations." })]
        })?;
        check_use(definitions, text)?;
        let mut operation = Self {
            selections,
            fragments: fragments(document),
            variables: BTreeMap::new(),
        };
        operation.take(definitions, given)?;
        Ok(operation)
    }

    fn take(
        &mut self,
        definitions: &[VariableDefinition<'_, String>],
        given: &Map<String, Value>,
    ) -> Result<(), Errors> {
        let mut errors = Errors::new();
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
                (None, Type::NonNullType(wanted)) => errors.push(missing(definition, wanted)),
                (None, _) => {}
            }
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }

    /// A value with variables put in.
    pub fn value(&self, value: &query::Value<'_, String>) -> Value {
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
            query::Value::Object(fields) => {
                let fields = fields
                    .iter()
                    .map(|(name, value)| (name.clone(), self.value(value)));
                Value::Object(fields.collect())
            }
        }
    }
}

fn query_of<'a>(definition: &'a Definition<'a, String>) -> Option<Query<'a>> {
    match definition {
        Definition::Operation(OperationDefinition::Query(query)) => Some((
            query.name.as_deref(),
            query.variable_definitions.as_slice(),
            &query.selection_set,
        )),
        Definition::Operation(OperationDefinition::SelectionSet(set)) => Some((None, &[], set)),
        _ => None,
    }
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

/// Every declared variable must be used, and every used one declared.
fn check_use(definitions: &[VariableDefinition<'_, String>], text: &str) -> Result<(), Errors> {
    let mentioned = mentioned(text);
    let times = |name: &str| mentioned.iter().filter(|mention| **mention == name).count();
    let unused = definitions.iter().filter(|definition| times(&definition.name) < 2).map(|definition| {
        let message = format!("Variable ${} is declared by query but not used", definition.name);
        json!({ "message": message, "locations": [location(definition.position)], "extensions": { "code": "variableNotUsed", "variableName": definition.name } })
    });
    let undeclared = mentioned.iter().filter(|name| definitions.iter().all(|definition| definition.name != **name)).map(|name| {
        let message = format!("Variable ${name} is used by query but not declared");
        json!({ "message": message, "extensions": { "code": "variableNotDefined", "variableName": name } })
    });
    let errors: Errors = unused.chain(undeclared).collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// Names after a dollar sign, outside of quoted text.
fn mentioned(text: &str) -> Vec<&str> {
    let unquoted = text.split('"').step_by(2);
    let after_signs = unquoted.flat_map(|part| part.split('$').skip(1));
    after_signs
        .map(|rest| {
            rest.split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap_or_default()
        })
        .collect()
}

fn missing(definition: &VariableDefinition<'_, String>, wanted: &Type<'_, String>) -> Value {
    let problem = json!({ "path": [], "explanation": "Expected value to not be null" });
    json!({
        "message": format!("Variable ${} of type {wanted}! was provided invalid value", definition.name),
        "locations": [location(definition.position)],
        "extensions": { "value": null, "problems": [problem], "code": "INVALID_VARIABLE" },
    })
}
