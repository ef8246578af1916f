//! Every CEL rule, run in process on the accepted and rejected examples. The end-to-end tests run the same files on a real API server.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use dpo_crds::{custom_resource_definitions, reference};
use kube_cel::{Validator, apply_defaults};
use serde::Deserialize;
use serde_json::Value;

struct Example {
    file: PathBuf,
    versions: Vec<Value>,
    rules: Vec<String>,
}

#[test]
fn accepted_examples_pass_every_rule() {
    let schemas = schemas();
    for example in examples("accepted") {
        for step in 0..example.versions.len() {
            assert_eq!(
                broken_rules(&schemas, &example.versions, step),
                Vec::<String>::new(),
                "{}",
                example.file.display()
            );
        }
    }
}

#[test]
fn rejected_examples_break_exactly_their_rule() {
    let schemas = schemas();
    for example in examples("rejected") {
        let last = example.versions.len() - 1;
        for step in 0..last {
            assert_eq!(
                broken_rules(&schemas, &example.versions, step),
                Vec::<String>::new(),
                "{}",
                example.file.display()
            );
        }
        let broken = broken_rules(&schemas, &example.versions, last);
        assert!(
            broken.contains(&example.rules[0]),
            "{}: {broken:?}",
            example.file.display()
        );
    }
}

#[test]
fn every_rule_has_accepted_and_rejected_examples() {
    for folder in ["accepted", "rejected"] {
        let shown: BTreeSet<String> = examples(folder)
            .into_iter()
            .flat_map(|example| example.rules)
            .collect();
        let missing: Vec<_> = all_messages().difference(&shown).cloned().collect();
        assert!(
            missing.is_empty(),
            "rules without an example in {folder}: {missing:#?}"
        );
        let unknown: Vec<_> = shown.difference(&all_messages()).cloned().collect();
        assert!(
            unknown.is_empty(),
            "examples in {folder} of rules that do not exist: {unknown:#?}"
        );
    }
}

#[test]
fn every_rule_speaks_in_a_sentence() {
    for message in all_messages() {
        assert!(message.ends_with('.') && message.len() > 30, "{message}");
    }
}

#[test]
fn accepted_examples_are_objects_of_the_types() {
    for example in examples("accepted") {
        for version in &example.versions {
            let spec = version["spec"].clone();
            let parsed = match version["kind"].as_str().unwrap() {
                "Organization" => {
                    serde_json::from_value::<dpo_crds::OrganizationSpec>(spec).map(|_| ())
                }
                "DataSource" => serde_json::from_value::<dpo_crds::DataSourceSpec>(spec)
                    .map(|spec| assert!(spec.source().is_some())),
                _ => serde_json::from_value::<dpo_crds::RetentionPolicySpec>(spec)
                    .map(|spec| assert!(spec.raw.delete_after().is_some())),
            };
            parsed.unwrap_or_else(|error| panic!("{}: {error}", example.file.display()));
        }
    }
}

#[test]
fn every_rule_compiles() {
    for (kind, schema) in schemas() {
        let compiled = kube_cel::compile_schema(&schema);
        assert!(
            !compiled.has_errors(),
            "{kind}: {:?}",
            compiled.compilation_errors()
        );
    }
}

fn schemas() -> BTreeMap<String, Value> {
    custom_resource_definitions()
        .iter()
        .map(|definition| {
            (
                definition.spec.names.kind.clone(),
                serde_json::to_value(reference::schema(definition).unwrap()).unwrap(),
            )
        })
        .collect()
}

fn all_messages() -> BTreeSet<String> {
    custom_resource_definitions()
        .iter()
        .flat_map(|definition| reference::rules(reference::schema(definition).unwrap()))
        .map(|(path, rule)| {
            rule.message
                .unwrap_or_else(|| panic!("{path}: a rule without a sentence"))
        })
        .collect()
}

/// The sentences that the version at `step` breaks, compared with the version before it, as the API server would see them: defaults filled in, nulls dropped.
fn broken_rules(schemas: &BTreeMap<String, Value>, versions: &[Value], step: usize) -> Vec<String> {
    let kind = versions[step]["kind"].as_str().unwrap();
    let schema = &schemas[kind];
    let seen = |index: usize| apply_defaults(schema, &without_nulls(&versions[index]));
    let old = step.checked_sub(1).map(seen);
    match Validator::new().validate(schema, &seen(step), old.as_ref()) {
        Ok(()) => Vec::new(),
        Err(errors) => errors
            .into_vec()
            .into_iter()
            .map(|error| error.message)
            .collect(),
    }
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, field)| !field.is_null())
            .map(|(name, field)| (name.clone(), without_nulls(field)))
            .collect(),
        other => other.clone(),
    }
}

fn examples(folder: &str) -> Vec<Example> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(folder);
    let mut examples: Vec<Example> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| read(entry.unwrap().path()))
        .collect();
    examples.sort_by(|left, right| left.file.cmp(&right.file));
    assert!(!examples.is_empty());
    examples
}

fn read(file: PathBuf) -> Example {
    let text = fs::read_to_string(&file).unwrap();
    let versions: Vec<Value> = serde_yaml::Deserializer::from_str(&text)
        .map(|document| Value::deserialize(document).unwrap())
        .collect();
    let rules = versions.last().unwrap()["metadata"]["annotations"]["dpo.dev/rule"]
        .as_str()
        .unwrap_or_else(|| panic!("{}", file.display()));
    let rules = rules.lines().map(str::to_string).collect();
    Example {
        file,
        versions,
        rules,
    }
}
