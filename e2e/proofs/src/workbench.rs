//! A proof's own namespaces and objects, and waiting for what the operator makes of them.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures::future::join_all;
use k8s_openapi::api::core::v1::{Namespace, Secret};
use kube::api::{DeleteParams, DynamicObject, ListParams, Patch, PatchParams};
use kube::core::GroupVersionKind;
use kube::discovery::{self, ApiResource, Scope};
use kube::{Api, Client, ResourceExt};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::tenants::Tenant;

const FIELD_MANAGER: &str = "dpo-proofs";
/// Many times what anything takes on a machine with nothing else to do.
const DEADLINE: Duration = Duration::from_mins(10);

/// Asks over HTTP, and waits long but not for ever.
#[must_use]
pub fn http_client() -> reqwest::Client {
    let client = reqwest::Client::builder().timeout(Duration::from_mins(5));
    client.build().expect("a client can be made")
}

/// A namespace that enforces Pod Security `restricted`, as a platform team gives it to a tenant.
pub async fn tenant_namespace(client: &Client, name: &str) {
    let namespace = json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": {"pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/warn": "restricted"}},
    });
    Api::<Namespace>::all(client.clone())
        .patch(
            name,
            &PatchParams::apply(FIELD_MANAGER),
            &Patch::Apply(&namespace),
        )
        .await
        .expect("the namespace is made");
}

/// Deletes what a run of a proof that failed may have left: namespaces that begin with `prefix`.
pub async fn delete_namespaces(client: &Client, prefix: &str) {
    let namespaces = Api::<Namespace>::all(client.clone())
        .list(&ListParams::default())
        .await
        .expect("namespaces can be listed");
    let names = namespaces
        .iter()
        .map(ResourceExt::name_any)
        .filter(|name| name.starts_with(prefix));
    join_all(names.map(|name| async move { delete_namespace(client, &name).await })).await;
}

/// Deletes a namespace and waits until it is gone.
pub async fn delete_namespace(client: &Client, name: &str) {
    let namespaces = Api::<Namespace>::all(client.clone());
    namespaces.delete(name, &DeleteParams::default()).await.ok();
    eventually(&format!("namespace {name} is gone"), || async {
        namespaces.get_opt(name).await.ok()?.is_none().then_some(())
    })
    .await;
}

/// Applies every document of a YAML text, in its order, into `namespace` (unless a document names its own).
pub async fn apply(client: &Client, namespace: &str, yaml: &str) {
    for document in serde_yaml::Deserializer::from_str(yaml) {
        let object = DynamicObject::deserialize(document).expect("the proof's YAML is an object");
        apply_object(client, namespace, object)
            .await
            .expect("the object is admitted");
    }
}

/// Applies one object by server-side apply.
///
/// # Errors
/// What the API server answered.
pub async fn apply_object(
    client: &Client,
    namespace: &str,
    object: DynamicObject,
) -> kube::Result<DynamicObject> {
    let types = object.types.clone().expect("the object names its kind");
    let namespace = object.namespace().unwrap_or_else(|| namespace.to_owned());
    let api = dynamic_api(client, &types.api_version, &types.kind, &namespace).await;
    api.patch(
        &object.name_any(),
        &PatchParams::apply(FIELD_MANAGER).force(),
        &Patch::Apply(&object),
    )
    .await
}

/// The API for a kind known by name only.
pub async fn dynamic_api(
    client: &Client,
    api_version: &str,
    kind: &str,
    namespace: &str,
) -> Api<DynamicObject> {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    let (resource, scope) = pinned(client, &GroupVersionKind::gvk(group, version, kind)).await;
    match scope {
        Scope::Namespaced => Api::namespaced_with(client.clone(), namespace, &resource),
        Scope::Cluster => Api::all_with(client.clone(), &resource),
    }
}

async fn pinned(client: &Client, kind: &GroupVersionKind) -> (ApiResource, Scope) {
    let (resource, capabilities) = discovery::pinned_kind(client, kind)
        .await
        .expect("the kind is served");
    (resource, capabilities.scope)
}

/// One condition of an object's status: (status, reason, message).
#[must_use]
pub fn condition(object: &DynamicObject, kind: &str) -> Option<(String, String, String)> {
    let conditions = object.data.pointer("/status/conditions")?.as_array()?;
    let condition = conditions
        .iter()
        .find(|condition| condition["type"] == kind)?;
    let text = |field: &str| condition[field].as_str().unwrap_or_default().to_owned();
    Some((text("status"), text("reason"), text("message")))
}

/// Waits until an object of our group shows a condition with this status (and reason, unless empty); returns its message.
///
/// # Panics
/// After ten minutes, with the status as it stands.
pub async fn wait_for_condition(
    client: &Client,
    kind: &str,
    namespace: &str,
    name: &str,
    wanted: (&str, &str, &str),
) -> String {
    let api = dynamic_api(client, "dpo.dev/v1alpha1", kind, namespace).await;
    let (condition_type, status, reason) = wanted;
    until(
        DEADLINE,
        &format!("{kind} {namespace}/{name} shows {condition_type}={status} {reason}"),
        || async {
            let object = api.get(name).await.map_err(|error| error.to_string())?;
            match condition(&object, condition_type) {
                Some((found_status, found_reason, message))
                    if found_status == status && (reason.is_empty() || found_reason == reason) =>
                {
                    Ok(message)
                }
                _ => Err(object.data["status"].to_string()),
            }
        },
    )
    .await
}

/// Asks again and again until there is an answer.
///
/// # Panics
/// After ten minutes, with `what` was waited for.
pub async fn eventually<T, F, A>(what: &str, mut ask: F) -> T
where
    F: FnMut() -> A,
    A: Future<Output = Option<T>>,
{
    until(DEADLINE, what, || {
        let answer = ask();
        async { answer.await.ok_or("no answer") }
    })
    .await
}

/// Asks until the answer is not an error.
///
/// # Panics
/// After `deadline`, with what was seen last.
pub async fn until<T, E, F, A>(deadline: Duration, what: &str, mut ask: F) -> T
where
    E: Display,
    F: FnMut() -> A,
    A: Future<Output = Result<T, E>>,
{
    let started = tokio::time::Instant::now();
    loop {
        match ask().await {
            Ok(answer) => return answer,
            Err(seen) => assert!(
                started.elapsed() < deadline,
                "waited {deadline:?} in vain: {what}; last seen: {seen}"
            ),
        }
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
}

/// The UID of a tenant's Organization.
pub async fn organization_uid(client: &Client, tenant: &Tenant) -> String {
    let api = dynamic_api(
        client,
        "dpo.dev/v1alpha1",
        "Organization",
        &tenant.namespace,
    )
    .await;
    let organization = api.get(&tenant.name).await;
    let uid = organization.expect("the Organization exists").metadata.uid;
    uid.expect("with a UID")
}

/// What the Secret holds that the operator makes in a tenant's namespace.
pub async fn tenant_secret(client: &Client, namespace: &str) -> Option<BTreeMap<String, String>> {
    let secrets = Api::<Secret>::namespaced(client.clone(), namespace);
    let secret = secrets.get_opt("dpo-tenant-database").await;
    let data = secret.expect("Secrets can be read")?.data;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let data = data.into_iter().flatten();
    Some(data.map(|(key, value)| (key, text(value.0))).collect())
}

/// The schema of the tenant whose Organization has this UID.
#[must_use]
pub fn schema_name(organization_uid: &str) -> String {
    format!("t_{}", &organization_uid.replace('-', "")[..20])
}

/// A program that was built beside the tests.
///
/// # Panics
/// Where it was not.
#[must_use]
pub fn built_program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("this program has a path");
    let folder = test.parent().and_then(Path::parent);
    let program = folder
        .expect("tests lie in a folder beside the programs")
        .join(name);
    assert!(
        program.exists(),
        "{} is not built: run make/build.sh",
        program.display()
    );
    program
}

/// A merge patch of an object of our group.
pub async fn patch(client: &Client, kind: &str, namespace: &str, name: &str, change: &Value) {
    let api = dynamic_api(client, "dpo.dev/v1alpha1", kind, namespace).await;
    api.patch(name, &PatchParams::default(), &Patch::Merge(change))
        .await
        .expect("the change is admitted");
}
