//! A settled operator writes nothing but its Lease.

use std::time::Duration;

use dpo_proofs::audit::{self, Request};
use dpo_proofs::environment::{Environment, OPERATOR_USER, RELEASE_NAMESPACE};
use dpo_proofs::jobs::{self, Ended};
use dpo_proofs::tenants::{self, Tenant};
use dpo_proofs::workbench;
use futures::future::join_all;
use jiff::Timestamp;
use serde_json::json;

use crate::setup;

const QUIET: Duration = Duration::from_mins(1);
/// The audit log is written in batches.
const AUDIT_LAG: Duration = Duration::from_secs(3);

#[tokio::test]
async fn sixty_quiet_seconds_see_no_write_but_the_lease() {
    let environment = Environment::from_runner().await;
    let tenant = tenants::berlin("proof-quiet");
    setup::tenant(&environment, &tenant).await;

    let planted = planted_write(&environment, &tenant.namespace, &tenant.name).await;
    assert!(
        !planted.is_empty(),
        "the counter does not see a write that the operator had to make"
    );

    additions_are_taken_away(&environment, &tenant.namespace, &tenant.name).await;
    every_duty_has_run(&environment, &tenant).await;
    settle(&environment).await;
    let from = Timestamp::now();
    tokio::time::sleep(QUIET).await;
    let writes = mutations(&environment, from).await;
    let others: Vec<&Request> = writes
        .iter()
        .filter(|write| write.resource != "leases")
        .collect();
    println!(
        "quiet: {} lease renewals, {} other writes in {QUIET:?}; the planted write was counted {} times",
        writes.len() - others.len(),
        others.len(),
        planted.len()
    );
    assert!(
        writes.len() > others.len(),
        "no lease renewal was seen: the log is not read right"
    );
    assert!(
        others.is_empty(),
        "the operator wrote though nothing changed: {others:?}"
    );
    workbench::delete_namespace(&environment.kube, &tenant.namespace).await;
}

/// A first run changes what the Organization shows; the schedule may bring it in the quiet minute, or a later one, which changes nothing.
async fn every_duty_has_run(environment: &Environment, tenant: &Tenant) {
    let now = Timestamp::now();
    let run = async |duty: &str| {
        let cron_job = format!("{}-{duty}", tenant.name);
        let ended = jobs::run(&environment.kube, &tenant.namespace, &cron_job, now, &[]).await;
        assert_eq!(ended, Ended::Succeeded, "{cron_job}");
    };
    join_all(["hourly", "daily", "archive"].map(run)).await;
    setup::organization_shows(environment, tenant, ("Maintained", "True", "")).await;
}

/// Drift that the operator must repair, and the writes by which it does.
async fn planted_write(
    environment: &Environment,
    namespace: &str,
    organization: &str,
) -> Vec<Request> {
    let from = Timestamp::now();
    let cron_jobs =
        workbench::dynamic_api(&environment.kube, "batch/v1", "CronJob", namespace).await;
    let name = format!("{organization}-hourly");
    let drift = json!({"spec": {"schedule": "59 23 31 12 *"}});
    cron_jobs
        .patch(
            &name,
            &kube::api::PatchParams::default(),
            &kube::api::Patch::Merge(&drift),
        )
        .await
        .expect("drift can be planted");
    workbench::eventually("the drift is repaired", || async {
        (cron_jobs.get(&name).await.ok()?.data["spec"]["schedule"] != "59 23 31 12 *").then_some(())
    })
    .await;
    mutations(environment, from)
        .await
        .into_iter()
        .filter(|write| write.resource == "cronjobs" && write.namespace == namespace)
        .collect()
}

/// What somebody adds beside what the operator asks for belongs to somebody else, and must go all the same.
async fn additions_are_taken_away(environment: &Environment, namespace: &str, organization: &str) {
    let pod = json!({"hostNetwork": true, "initContainers": [{"name": "spy", "image": "dpo/pipeline:dev"}]});
    let added_to = |kind, name, pointer, addition| {
        added_and_gone(environment, namespace, kind, name, pointer, addition)
    };
    added_to(
        ("batch/v1", "CronJob"),
        format!("{organization}-hourly"),
        "/spec/jobTemplate/spec/template/spec",
        pod,
    )
    .await;
    added_to(
        ("networking.k8s.io/v1", "NetworkPolicy"),
        format!("dpo-{organization}"),
        "/spec",
        json!({"ingress": [{}]}),
    )
    .await;
}

async fn added_and_gone(
    environment: &Environment,
    namespace: &str,
    (version, kind): (&str, &str),
    name: String,
    pointer: &str,
    addition: serde_json::Value,
) {
    let api = workbench::dynamic_api(&environment.kube, version, kind, namespace).await;
    let fields: Vec<String> = addition
        .as_object()
        .map(|fields| fields.keys().cloned().collect())
        .expect("fields are added");
    let nested = |inner, field: &str| json!({field: inner});
    let patch = pointer.rsplit('/').filter(|field| !field.is_empty());
    let patch = patch.fold(addition, nested);
    let planted = api
        .patch(
            &name,
            &kube::api::PatchParams::default(),
            &kube::api::Patch::Merge(&patch),
        )
        .await
        .expect("an addition can be planted");
    let left = |object: &kube::api::DynamicObject| {
        let place = object.data.pointer(pointer).cloned().unwrap_or_default();
        fields
            .iter()
            .filter(|field| !place[*field].is_null())
            .count()
    };
    assert_eq!(left(&planted), fields.len(), "nothing was planted");
    workbench::eventually(
        &format!("what was added to {kind} {name} is gone"),
        || async { (left(&api.get(&name).await.ok()?) == 0).then_some(()) },
    )
    .await;
}

async fn mutations(environment: &Environment, from: Timestamp) -> Vec<Request> {
    let to = Timestamp::now();
    tokio::time::sleep(AUDIT_LAG).await;
    audit::mutations(
        &audit::read(&environment.audit_log),
        OPERATOR_USER,
        from,
        to,
    )
}

/// Waits until ten seconds passed without a write besides the Lease.
async fn settle(environment: &Environment) {
    workbench::eventually(
        &format!("the operator in {RELEASE_NAMESPACE} settles"),
        || async {
            let from = Timestamp::now();
            tokio::time::sleep(Duration::from_secs(10)).await;
            mutations(environment, from)
                .await
                .iter()
                .all(|write| write.resource == "leases")
                .then_some(())
        },
    )
    .await;
}
