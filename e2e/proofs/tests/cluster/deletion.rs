//! Deletion in every phase, and what is left of a tenant afterwards.

use std::collections::BTreeMap;

use dpo_proofs::environment::Environment;
use dpo_proofs::tenants::{self, Tenant};
use dpo_proofs::{archive, exactness, workbench};
use kube::api::DeleteParams;
use serde_json::json;
use sqlx::Row;

use crate::setup;

/// What Postgres knows of the Organization with this UID: (schemas, roles that may log in, roles).
async fn left_in_postgres(environment: &Environment, uid: &str) -> (i64, i64, i64) {
    let row = sqlx::query(
        "SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = $1),
                (SELECT count(*) FROM pg_roles WHERE rolname LIKE $1 || '\\_%' AND rolcanlogin),
                (SELECT count(*) FROM pg_roles WHERE rolname LIKE $1 || '\\_%')",
    )
    .bind(workbench::schema_name(uid))
    .fetch_one(&environment.administrator().await)
    .await
    .expect("the catalog answers");
    (row.get(0), row.get(1), row.get(2))
}

/// The keys of its bucket at the embedded store, which open it as long as it lives.
async fn store_keys(environment: &Environment, tenant: &Tenant) -> BTreeMap<String, String> {
    let secret = workbench::tenant_secret(&environment.kube, &tenant.namespace).await;
    let secret = secret.expect("the operator made it");
    assert!(
        archive::opens_bucket(&secret).await,
        "before deletion: the keys open the bucket"
    );
    secret
}

async fn delete(environment: &Environment, kind: &str, namespace: &str, name: &str) {
    let api = workbench::dynamic_api(&environment.kube, "dpo.dev/v1alpha1", kind, namespace).await;
    api.delete(name, &DeleteParams::default())
        .await
        .expect("deletion is accepted");
    workbench::eventually(&format!("{kind} {name} is gone"), || async {
        api.get_opt(name).await.ok()?.is_none().then_some(())
    })
    .await;
}

#[tokio::test]
async fn retain_keeps_the_schema_and_blocks_the_login() {
    let environment = Environment::from_runner().await;
    let tenant = tenants::berlin("proof-retain");
    setup::tenant(&environment, &tenant).await;
    let old = workbench::organization_uid(&environment.kube, &tenant).await;
    assert_eq!(
        left_in_postgres(&environment, &old).await,
        (1, 1, 2),
        "before deletion: a schema, a login, two roles"
    );
    let keys = store_keys(&environment, &tenant).await;

    delete(
        &environment,
        "Organization",
        &tenant.namespace,
        &tenant.name,
    )
    .await;
    let (schemas, logins, _) = left_in_postgres(&environment, &old).await;
    assert_eq!(
        (schemas, logins),
        (1, 0),
        "Retain keeps the schema and lets nobody in"
    );
    assert!(
        !archive::opens_bucket(&keys).await,
        "nor into the embedded store"
    );

    setup::apply(&environment, tenant.organization()).await;
    setup::organization_shows(&environment, &tenant, ("Ready", "True", "")).await;
    let new = workbench::organization_uid(&environment.kube, &tenant).await;
    assert_ne!(old, new);
    assert_eq!(
        left_in_postgres(&environment, &new).await,
        (1, 1, 2),
        "the same name again is another tenant"
    );
    workbench::delete_namespace(&environment.kube, &tenant.namespace).await;
}

#[tokio::test]
async fn delete_leaves_no_schema_and_no_role() {
    let environment = Environment::from_runner().await;
    let tenant = tenants::berlin("proof-delete");
    setup::tenant(&environment, &tenant).await;
    let uid = workbench::organization_uid(&environment.kube, &tenant).await;
    let keys = store_keys(&environment, &tenant).await;
    let change = json!({"spec": {"deletionPolicy": "Delete"}});
    workbench::patch(
        &environment.kube,
        "Organization",
        &tenant.namespace,
        &tenant.name,
        &change,
    )
    .await;
    delete(
        &environment,
        "Organization",
        &tenant.namespace,
        &tenant.name,
    )
    .await;
    assert_eq!(left_in_postgres(&environment, &uid).await, (0, 0, 0));
    assert!(
        !archive::opens_bucket(&keys).await,
        "nobody gets into the embedded store either"
    );
    workbench::delete_namespace(&environment.kube, &tenant.namespace).await;
}

#[tokio::test]
async fn a_namespace_goes_while_its_tenant_is_still_being_created() {
    let environment = Environment::from_runner().await;
    let tenant = tenants::saigon("proof-hasty");
    setup::declare(&environment, &tenant, 7, &exactness::policy()).await;
    workbench::delete_namespace(&environment.kube, &tenant.namespace).await;
}

#[tokio::test]
async fn a_broken_spec_can_be_deleted() {
    let environment = Environment::from_runner().await;
    let mut tenant = tenants::berlin("proof-broken");
    tenant.time_zone = "Europe/Atlantis";
    workbench::tenant_namespace(&environment.kube, &tenant.namespace).await;
    setup::apply(&environment, tenant.organization()).await;
    let wanted = ("Ready", "False", "UnknownTimeZone");
    let message = setup::organization_shows(&environment, &tenant, wanted).await;
    assert!(
        message.contains("Europe/Atlantis"),
        "the sentence names what is wrong: {message}"
    );
    delete(
        &environment,
        "Organization",
        &tenant.namespace,
        &tenant.name,
    )
    .await;
    workbench::delete_namespace(&environment.kube, &tenant.namespace).await;
}
