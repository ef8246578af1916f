//! Specs that the API server admits and that nevertheless cannot work.

use dpo_proofs::environment::Environment;
use dpo_proofs::tenants::{self, Tenant};
use dpo_proofs::{exactness, workbench};
use jiff::Timestamp;
use serde_json::json;

use crate::setup;

async fn shows(environment: &Environment, tenant: &Tenant, reason: &str, word: &str) {
    let wanted = ("Ready", "False", reason);
    let message = setup::organization_shows(environment, tenant, wanted).await;
    assert!(
        message.contains(word),
        "the sentence does not name the mistake: {message}"
    );
    println!("trouble: {reason} → {message}");
}

async fn heals(environment: &Environment, tenant: &Tenant) {
    setup::wait_ready(environment, tenant).await;
    workbench::delete_namespace(&environment.kube, &tenant.namespace).await;
}

#[tokio::test]
async fn an_unknown_time_zone() {
    let environment = Environment::from_runner().await;
    let mut tenant = tenants::saigon("proof-zone");
    tenant.sources.clear();
    tenant.time_zone = "Asia/Saigonn";
    setup::declare(&environment, &tenant, 7, &exactness::policy()).await;
    shows(&environment, &tenant, "UnknownTimeZone", "Asia/Saigonn").await;

    // Days follow the zone, so an Organization keeps it; a wrong one is made anew.
    let delete = [
        "-n",
        &tenant.namespace,
        "delete",
        "organization",
        &tenant.name,
    ];
    environment.kubectl(&delete).await;
    tenant.time_zone = "Asia/Ho_Chi_Minh";
    setup::declare(&environment, &tenant, 7, &exactness::policy()).await;
    heals(&environment, &tenant).await;
}

#[tokio::test]
async fn a_policy_that_does_not_exist() {
    let environment = Environment::from_runner().await;
    let mut tenant = tenants::saigon("proof-policy");
    tenant.sources.clear();
    setup::tenant(&environment, &tenant).await;
    let policy = |name: &str| json!({"spec": {"retentionPolicyRef": {"name": name}}});
    workbench::patch(
        &environment.kube,
        "Organization",
        &tenant.namespace,
        &tenant.name,
        &policy("another"),
    )
    .await;
    shows(&environment, &tenant, "PolicyMissing", "another").await;
    setup::apply(
        &environment,
        json!({
            "apiVersion": "dpo.dev/v1alpha1", "kind": "RetentionPolicy",
            "metadata": {"name": "another", "namespace": tenant.namespace}, "spec": exactness::policy(),
        }),
    )
    .await;
    heals(&environment, &tenant).await;
}

#[tokio::test]
async fn an_account_that_another_source_has() {
    let environment = Environment::from_runner().await;
    let mut tenant = tenants::berlin("proof-claimed");
    tenant.sources.truncate(1);
    setup::tenant(&environment, &tenant).await;
    let mut second = tenant.sources[0].clone();
    second.name = "ads-again".to_owned();
    let history_from = exactness::day_of(Timestamp::now(), -7).to_string();
    setup::apply(&environment, tenant.data_source(&second, &history_from)).await;
    let wanted = ("Ready", "False", "AccountAlreadyClaimed");
    let message = setup::source_shows(&environment, &tenant, &second.name, wanted).await;
    assert!(
        message.contains(&second.accounts[0]),
        "the sentence does not name the account: {message}"
    );
    println!("trouble: {} → {message}", wanted.2);

    let session = environment.session(&tenant.owner).await;
    workbench::eventually("the dashboard tells it too", || async {
        let (_, answer) = session.get("/sources", &[]).await;
        (answer.contains("ads-again") && answer.contains(wanted.2)).then_some(())
    })
    .await;
    workbench::delete_namespace(&environment.kube, &tenant.namespace).await;
}
