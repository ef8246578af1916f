//! What several proofs begin with: a tenant that is up.

use dpo_proofs::environment::Environment;
use dpo_proofs::tenants::Tenant;
use dpo_proofs::{exactness, workbench};
use jiff::Timestamp;
use serde_json::Value;

/// Declares a tenant with a week of history and waits until everything of it is Ready.
pub async fn tenant(environment: &Environment, tenant: &Tenant) {
    tenant_since(environment, tenant, 7, &exactness::policy()).await;
}

/// Declares a tenant with so many days of history and waits until everything of it is Ready.
pub async fn tenant_since(environment: &Environment, tenant: &Tenant, days: i64, policy: &Value) {
    declare(environment, tenant, days, policy).await;
    wait_ready(environment, tenant).await;
}

/// Declares a tenant with so many days of history.
pub async fn declare(environment: &Environment, tenant: &Tenant, days: i64, policy: &Value) {
    workbench::tenant_namespace(&environment.kube, &tenant.namespace).await;
    let history_from = exactness::day_of(Timestamp::now(), -days).to_string();
    for manifest in tenant.manifests(&history_from, policy) {
        apply(environment, manifest).await;
    }
}

/// Waits until the Organization and its DataSources are Ready.
pub async fn wait_ready(environment: &Environment, tenant: &Tenant) {
    let ready = ("Ready", "True", "");
    organization_shows(environment, tenant, ready).await;
    for source in &tenant.sources {
        source_shows(environment, tenant, &source.name, ready).await;
    }
}

/// Waits until the Organization shows a condition: type, status, reason (any where it is empty). Gives the sentence.
pub async fn organization_shows(
    environment: &Environment,
    tenant: &Tenant,
    wanted: (&str, &str, &str),
) -> String {
    let (client, namespace) = (&environment.kube, &tenant.namespace);
    workbench::wait_for_condition(client, "Organization", namespace, &tenant.name, wanted).await
}

/// Waits until one of the tenant's DataSources shows a condition. Gives the sentence.
pub async fn source_shows(
    environment: &Environment,
    tenant: &Tenant,
    source: &str,
    wanted: (&str, &str, &str),
) -> String {
    let (client, namespace) = (&environment.kube, &tenant.namespace);
    workbench::wait_for_condition(client, "DataSource", namespace, source, wanted).await
}

/// Applies one object as its owner would.
pub async fn apply(environment: &Environment, manifest: Value) {
    let object = serde_json::from_value(manifest).expect("a manifest is an object");
    workbench::apply_object(&environment.kube, "default", object)
        .await
        .expect("the object is admitted");
}
