//! A settled operator writes nothing but its Lease.

use std::time::Duration;

use dpo_proofs::audit::{self, Request};
use dpo_proofs::environment::{Environment, OPERATOR_USER, RELEASE_NAMESPACE};
use dpo_proofs::{tenants, workbench};
use jiff::Timestamp;
use serde_json::json;

use crate::setup;

const QUIET: Duration = Duration::from_secs(60);
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
