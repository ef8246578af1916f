//! The `CustomResourceDefinitions` as they are installed: what the derive makes, tidied.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::{
    CustomResourceDefinition, JSONSchemaProps, JSONSchemaPropsOrArray, JSONSchemaPropsOrBool,
};
use kube::CustomResourceExt;

use crate::{DataSource, Organization, RetentionPolicy, reference};

/// The three definitions, in the order of the documentation.
#[must_use]
pub fn custom_resource_definitions() -> Vec<CustomResourceDefinition> {
    [
        Organization::crd(),
        DataSource::crd(),
        RetentionPolicy::crd(),
    ]
    .into_iter()
    .map(without_nullable)
    .collect()
}

/// Every generated file: its path from the root of the repository, and its text.
///
/// # Errors
/// When a definition cannot be written as YAML, which the types rule out.
pub fn generated_files() -> Result<Vec<(String, String)>, serde_yaml::Error> {
    let mut files = vec![(
        "docs/custom-resources.md".to_string(),
        reference::markdown(),
    )];
    for definition in custom_resource_definitions() {
        let path = format!("crds/generated/{}.yaml", definition.spec.names.plural);
        files.push((path, serde_yaml::to_string(&definition)?));
    }
    Ok(files)
}

/// `Option` derives to `nullable: true`, under which an explicit null counts as set in CEL. Without it the API server drops nulls first.
fn without_nullable(mut definition: CustomResourceDefinition) -> CustomResourceDefinition {
    for version in &mut definition.spec.versions {
        if let Some(schema) = version
            .schema
            .as_mut()
            .and_then(|validation| validation.open_api_v3_schema.as_mut())
        {
            strip_nullable(schema);
        }
    }
    definition
}

fn strip_nullable(schema: &mut JSONSchemaProps) {
    schema.nullable = None;
    for property in schema
        .properties
        .iter_mut()
        .flat_map(|properties| properties.values_mut())
    {
        strip_nullable(property);
    }
    match schema.items.as_mut() {
        Some(JSONSchemaPropsOrArray::Schema(items)) => strip_nullable(items),
        Some(JSONSchemaPropsOrArray::Schemas(list)) => list.iter_mut().for_each(strip_nullable),
        None => {}
    }
    if let Some(JSONSchemaPropsOrBool::Schema(additional)) = schema.additional_properties.as_mut() {
        strip_nullable(additional);
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn generated_files_are_those_checked_in() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for (path, text) in generated_files().unwrap() {
            let checked_in = fs::read_to_string(root.join(&path)).unwrap_or_default();
            assert!(
                checked_in == text,
                "{path} differs from the types; run `make crds`"
            );
        }
    }

    #[test]
    fn every_text_and_list_is_bounded_and_no_unsigned_format_is_used() {
        for definition in custom_resource_definitions() {
            let schema = serde_json::to_value(reference::schema(&definition).unwrap()).unwrap();
            let spec = &schema["properties"]["spec"];
            let mut unbounded = Vec::new();
            collect_unbounded(spec, "spec", &mut unbounded);
            assert!(
                unbounded.is_empty(),
                "{}: {unbounded:?}",
                definition.spec.names.kind
            );
            assert!(!schema.to_string().contains("\"uint"));
        }
    }

    #[test]
    fn the_bound_check_sees_a_planted_text() {
        let mut unbounded = Vec::new();
        collect_unbounded(
            &serde_json::json!({"properties": {"name": {"type": "string"}}}),
            "spec",
            &mut unbounded,
        );
        assert_eq!(unbounded, ["spec.name"]);
    }

    fn collect_unbounded(schema: &serde_json::Value, path: &str, found: &mut Vec<String>) {
        let bounded = match schema["type"].as_str() {
            Some("string") => schema["maxLength"].is_number() || schema["enum"].is_array(),
            Some("array") => schema["maxItems"].is_number(),
            Some("integer") => schema["maximum"].is_number(),
            _ => true,
        };
        if !bounded {
            found.push(path.to_string());
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            collect_unbounded(property, &format!("{path}.{name}"), found);
        }
        if schema["items"].is_object() {
            collect_unbounded(&schema["items"], &format!("{path}[]"), found);
        }
    }
}
