//! A tenant's objects in the cluster.

use futures::future::join_all;
use kube::api::{DynamicObject, ListParams};
use kube::discovery::ApiResource;
use kube::{Api, Client, ResourceExt};
use serde_json::{Value, json};

use super::state::{State, without_times};

const KINDS: [(&str, &str, &str, &str); 7] = [
    ("dpo.dev", "v1alpha1", "Organization", "organizations"),
    ("dpo.dev", "v1alpha1", "DataSource", "datasources"),
    (
        "dpo.dev",
        "v1alpha1",
        "RetentionPolicy",
        "retentionpolicies",
    ),
    ("batch", "v1", "CronJob", "cronjobs"),
    ("batch", "v1", "Job", "jobs"),
    (
        "networking.k8s.io",
        "v1",
        "NetworkPolicy",
        "networkpolicies",
    ),
    ("", "v1", "Secret", "secrets"),
];
const METADATA: [&str; 6] = [
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "generation",
    "managedFields",
    "deletionTimestamp",
];
/// Made by the Job controller from the Job's UID.
const JOB_LABELS: [&str; 2] = ["controller-uid", "batch.kubernetes.io/controller-uid"];
/// A digest of the whole object, its owner's UID included.
const APPLIED: &str = "dpo.dev/applied";

/// Every object of the kinds that users or the operator make; events and pods come and go.
pub async fn state(client: &Client, namespace: &str) -> State {
    let lists = KINDS.iter().map(|kind| list(client, namespace, kind));
    let mut state = State::default();
    for (kind, objects) in KINDS.iter().zip(join_all(lists).await) {
        for object in objects.into_iter().filter(|object| !is_firing(object)) {
            state.add(format!("{} {}", kind.2, comparable(kind.2, &object)));
        }
    }
    state
}

async fn list(
    client: &Client,
    namespace: &str,
    (group, version, kind, plural): &(&str, &str, &str, &str),
) -> Vec<DynamicObject> {
    let resource = ApiResource {
        group: (*group).into(),
        version: (*version).into(),
        api_version: if group.is_empty() {
            (*version).into()
        } else {
            format!("{group}/{version}")
        },
        kind: (*kind).into(),
        plural: (*plural).into(),
    };
    let api = Api::<DynamicObject>::namespaced_with(client.clone(), namespace, &resource);
    api.list(&ListParams::default())
        .await
        .unwrap_or_else(|error| panic!("{plural} cannot be listed: {error}"))
        .items
}

/// A Job that a CronJob made because its time had come.
fn is_firing(object: &DynamicObject) -> bool {
    object
        .owner_references()
        .iter()
        .any(|owner| owner.kind == "CronJob")
}

fn comparable(kind: &str, object: &DynamicObject) -> Value {
    let mut value = serde_json::to_value(object).expect("an object is JSON");
    let metadata = value["metadata"]
        .as_object_mut()
        .expect("an object has metadata");
    metadata.retain(|field, _| !METADATA.contains(&field.as_str()));
    if object.metadata.deletion_timestamp.is_some() {
        metadata.insert("deleting".into(), json!(true));
    }
    if let Some(mark) = value
        .pointer_mut("/metadata/annotations")
        .and_then(|annotations| annotations.get_mut(APPLIED))
    {
        *mark = "a digest".into();
    }
    match kind {
        "Secret" => hide_values(&mut value),
        "Job" => forget_controller(&mut value),
        "CronJob" => forget_firings(&mut value, object),
        _ => {}
    }
    without_times(&mut value);
    value
}

/// Values are secret and derived from the UID: which keys there are is what can be compared.
fn hide_values(secret: &mut Value) {
    for value in secret["data"]
        .as_object_mut()
        .into_iter()
        .flat_map(serde_json::Map::values_mut)
    {
        *value = "hidden".into();
    }
}

fn forget_controller(job: &mut Value) {
    job["status"] = Value::Null;
    job["spec"]["selector"] = Value::Null;
    for labels in ["/metadata/labels", "/spec/template/metadata/labels"] {
        if let Some(labels) = job.pointer_mut(labels).and_then(Value::as_object_mut) {
            labels.retain(|name, _| !JOB_LABELS.contains(&name.as_str()));
        }
    }
}

/// The minute of an Organization's own jobs is hashed from its UID.
fn forget_firings(cron_job: &mut Value, object: &DynamicObject) {
    cron_job["status"] = Value::Null;
    let component = object
        .labels()
        .get("app.kubernetes.io/component")
        .map(String::as_str);
    let schedule = cron_job["spec"]["schedule"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    if let (true, Some((_, rest))) = (component != Some("sync"), schedule.split_once(' ')) {
        cron_job["spec"]["schedule"] = format!("M {rest}").into();
    }
}
