//! A refresh token that the platform has replaced, in a pod that ends before the new one is stored.

use dpo_proofs::environment::Environment;
use dpo_proofs::jobs::{self, Ended};
use dpo_proofs::tenants;
use dpo_proofs::workbench;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::EnvVar;
use serde_json::json;

use super::{heals, shows};
use crate::setup;

#[tokio::test]
async fn a_rotated_token_lost_in_a_crash() {
    let environment = Environment::from_runner().await;
    forget_rotations(&environment).await;
    let mut tenant = tenants::saigon("proof-rotation");
    tenant.sources.retain(|source| source.source == "shopify");
    tenant.sources[0].credentials = tenants::rotating_shop_login("saigon");
    setup::tenant(&environment, &tenant).await;
    let cron_job = format!("{}-sync", tenant.sources[0].name);

    // The stored access token works no longer, so the next run has to ask for a new pair, and ends before it is stored.
    let end =
        json!({"business": tenant.business, "platform": "shopify", "action": "end_access_tokens"});
    environment.simulator.control("credentials", &end).await;
    let (_, ended) = jobs::run_changed(
        &environment.kube,
        &tenant.namespace,
        &cron_job,
        &[],
        ends_before_the_token_is_stored,
    )
    .await;
    assert_eq!(
        ended,
        Ended::Failed,
        "the run did not crash: no token was rotated"
    );
    shows(
        &environment,
        &tenant,
        ("Synced", "False", "RunLost"),
        &["next", "again"],
    )
    .await;

    let source = &tenant.sources[0].name;
    workbench::patch(
        &environment.kube,
        "DataSource",
        &tenant.namespace,
        source,
        &json!({"spec": {"schedule": "* * * * *"}}),
    )
    .await;
    heals(&environment, &tenant).await;
    forget_rotations(&environment).await;
}

/// The platform takes the shop's first refresh token again, which nobody but this proof and the examples hold.
async fn forget_rotations(environment: &Environment) {
    let restore = json!({"business": "saigon-coffee", "platform": "shopify", "action": "restore", "clientId": "demo-saigon-shopify-app"});
    environment.simulator.control("credentials", &restore).await;
}

fn ends_before_the_token_is_stored(job: &mut Job) {
    let spec = job.spec.as_mut().expect("a Job has a spec");
    spec.backoff_limit = Some(0);
    spec.pod_failure_policy = None;
    let container = &mut spec.template.spec.as_mut().expect("with a pod").containers[0];
    let kill = EnvVar {
        name: "DPO_KILL_POINT".to_owned(),
        value: Some("token.before_commit".to_owned()),
        value_from: None,
    };
    container.env.get_or_insert_default().push(kill);
}
