//! Trouble ends in the right condition, with a sentence that says what to do, and heals by itself when the cause goes.
//!
//! Each disturbs what no other proof beside it stands on: a login, an ad account or a store of its own. Postgres goes away alone.

mod rotation;
mod spec;
mod store;

use dpo_proofs::environment::{Environment, RELEASE_NAMESPACE};
use dpo_proofs::tenants::{self, Tenant};
use dpo_proofs::{exactness, workbench};
use k8s_openapi::api::apps::v1::StatefulSet;
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use kube::api::{DeleteParams, Patch, PatchParams};
use serde_json::json;

use crate::setup;

/// A tenant of one data source that syncs each minute, so that trouble and its end are seen soon.
async fn restless(environment: &Environment, mut tenant: Tenant, source: &str) -> Tenant {
    tenant.sources.retain(|candidate| candidate.name == source);
    setup::declare(environment, &tenant, 7, &exactness::policy()).await;
    let schedule = json!({"spec": {"schedule": "* * * * *"}});
    workbench::patch(
        &environment.kube,
        "DataSource",
        &tenant.namespace,
        source,
        &schedule,
    )
    .await;
    setup::wait_ready(environment, &tenant).await;
    tenant
}

/// Waits for the reason of a condition of the tenant's only source, and that its sentence says one of these words.
async fn shows(
    environment: &Environment,
    tenant: &Tenant,
    wanted: (&str, &str, &str),
    words: &[&str],
) {
    let source = &tenant.sources[0].name;
    let message = setup::source_shows(environment, tenant, source, wanted).await;
    let lower = message.to_lowercase();
    assert!(
        words.iter().any(|word| lower.contains(word)),
        "the sentence does not say what to do: {message}"
    );
    println!("trouble: {} → {}", wanted.2, message);
}

async fn heals(environment: &Environment, tenant: &Tenant) {
    let source = &tenant.sources[0].name;
    for condition in ["CredentialsValid", "Synced", "Ready"] {
        setup::source_shows(environment, tenant, source, (condition, "True", "")).await;
    }
    workbench::delete_namespace(&environment.kube, &tenant.namespace).await;
}

async fn put_secret(environment: &Environment, tenant: &Tenant, changes: &[(&str, &str)]) {
    let mut source = tenant.sources[0].clone();
    for (key, value) in changes {
        source
            .credentials
            .insert((*key).to_owned(), (*value).to_owned());
    }
    setup::apply(environment, tenant.secret(&source)).await;
}

#[tokio::test]
async fn a_missing_secret() {
    let environment = Environment::from_runner().await;
    let tenant = restless(&environment, tenants::berlin("proof-secret"), "ads").await;
    let secrets = Api::<Secret>::namespaced(environment.kube.clone(), &tenant.namespace);
    secrets
        .delete(&tenant.sources[0].name, &DeleteParams::default())
        .await
        .expect("the Secret can be deleted");
    shows(
        &environment,
        &tenant,
        ("CredentialsValid", "False", "SecretMissing"),
        &["secret"],
    )
    .await;
    put_secret(&environment, &tenant, &[]).await;
    heals(&environment, &tenant).await;
}

#[tokio::test]
async fn wrong_credentials() {
    let environment = Environment::from_runner().await;
    let tenant = restless(
        &environment,
        tenants::berlin("proof-credentials"),
        "analytics",
    )
    .await;
    put_secret(
        &environment,
        &tenant,
        &[("client_secret", "not-the-secret")],
    )
    .await;
    shows(
        &environment,
        &tenant,
        ("CredentialsValid", "False", "AuthRevoked"),
        &["authori", "credential", "client_secret"],
    )
    .await;
    put_secret(&environment, &tenant, &[]).await;
    heals(&environment, &tenant).await;
}

#[tokio::test]
async fn a_revoked_token() {
    let environment = Environment::from_runner().await;
    let mut tenant = tenants::berlin("proof-revoked");
    tenant.sources[0].credentials = tenants::google_login("google_ads", "berlin-agency");
    let tenant = restless(&environment, tenant, "ads").await;
    let client = &tenant.sources[0].credentials["client_id"];
    let login = |action: &str| json!({"business": tenant.business, "platform": "google", "action": action, "clientId": client});
    environment
        .simulator
        .control("credentials", &login("revoke"))
        .await;
    shows(
        &environment,
        &tenant,
        ("CredentialsValid", "False", "AuthRevoked"),
        &["authori", "connect"],
    )
    .await;
    environment
        .simulator
        .control("credentials", &login("restore"))
        .await;
    heals(&environment, &tenant).await;
}

#[tokio::test]
async fn a_throttled_source() {
    let environment = Environment::from_runner().await;
    let tenant = restless(
        &environment,
        tenants::saigon("proof-throttled"),
        "ads-california",
    )
    .await;
    // A pause that is longer than a run sits out.
    let fault = json!({"source": "google_ads", "kind": "RESOURCE_EXHAUSTED", "account": tenant.sources[0].accounts[0], "count": 0, "seconds": 100});
    let planned = environment.simulator.control("fault", &fault).await;
    shows(
        &environment,
        &tenant,
        ("Synced", "False", "RateLimited"),
        &["wait"],
    )
    .await;
    environment
        .simulator
        .delete(&format!("fault/{}", planned["id"]))
        .await;
    heals(&environment, &tenant).await;
}

#[tokio::test]
async fn an_unreachable_postgres() {
    let environment = Environment::from_runner().await;
    let tenant = tenants::berlin("proof-postgres");
    scale_postgres(&environment, 0).await;
    setup::declare(&environment, &tenant, 3, &exactness::policy()).await;
    let wanted = ("DatabaseReady", "False", "DatabaseUnreachable");
    let message = setup::organization_shows(&environment, &tenant, wanted).await;
    println!("trouble: DatabaseUnreachable → {message}");
    scale_postgres(&environment, 1).await;
    setup::wait_ready(&environment, &tenant).await;
    workbench::delete_namespace(&environment.kube, &tenant.namespace).await;
}

async fn scale_postgres(environment: &Environment, replicas: i32) {
    let sets = Api::<StatefulSet>::namespaced(environment.kube.clone(), RELEASE_NAMESPACE);
    let change = json!({"spec": {"replicas": replicas}});
    sets.patch(
        "dpo-postgres",
        &PatchParams::default(),
        &Patch::Merge(&change),
    )
    .await
    .expect("Postgres can be scaled");
    workbench::eventually(
        &format!("Postgres has {replicas} ready replicas"),
        || async {
            let ready = sets
                .get("dpo-postgres")
                .await
                .ok()?
                .status?
                .ready_replicas
                .unwrap_or_default();
            (ready == replicas).then_some(())
        },
    )
    .await;
}
