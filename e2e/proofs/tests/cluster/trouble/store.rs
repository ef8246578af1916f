//! An archive store of the tenant's own that has no room left.

use dpo_proofs::environment::Environment;
use dpo_proofs::{exactness, jobs, tenants, workbench};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::setup;

const STORE_NAMESPACE: &str = "proof-full-store";

#[tokio::test]
async fn a_full_archive_store() {
    let environment = Environment::from_runner().await;
    start_full_store(&environment).await;
    let mut tenant = tenants::saigon("proof-full");
    tenant.sources.truncate(1);
    workbench::tenant_namespace(&environment.kube, &tenant.namespace).await;
    setup::apply(&environment, keys(&tenant.namespace)).await;
    let mut policy = exactness::policy();
    policy["archive"]["credentialsRef"] = json!({"name": "archive"});
    setup::tenant_since(&environment, &tenant, 7, &policy).await;

    let daily = format!("{}-daily", tenant.name);
    jobs::run(
        &environment.kube,
        &tenant.namespace,
        &daily,
        Timestamp::now(),
        &[],
    )
    .await;
    let wanted = ("Maintained", "False", "ArchiveStoreFull");
    let message = setup::organization_shows(&environment, &tenant, wanted).await;
    assert!(
        message.contains("full") && message.contains("nlarge"),
        "the sentence does not say what to do: {message}"
    );
    println!("trouble: ArchiveStoreFull → {message}");

    let room = [
        "-n",
        STORE_NAMESPACE,
        "exec",
        "store",
        "-c",
        "keeper",
        "--",
        "rm",
        "/data/filler",
    ];
    environment.kubectl(&room).await;
    jobs::run(
        &environment.kube,
        &tenant.namespace,
        &daily,
        Timestamp::now(),
        &[],
    )
    .await;
    setup::organization_shows(&environment, &tenant, ("Maintained", "True", "")).await;
    setup::wait_ready(&environment, &tenant).await;
    for namespace in [&tenant.namespace, STORE_NAMESPACE] {
        workbench::delete_namespace(&environment.kube, namespace).await;
    }
}

/// The Secret that the policy names.
fn keys(namespace: &str) -> Value {
    let endpoint = format!("http://store.{STORE_NAMESPACE}.svc.cluster.local:7070");
    json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "archive", "namespace": namespace},
        "stringData": {"endpoint": endpoint, "region": "us-east-1", "bucket": "archive", "access-key": "proof", "secret-key": "proof-of-trouble"},
    })
}

/// A store on a volume in memory, of which a file takes all room, and a container that can remove that file.
async fn start_full_store(environment: &Environment) {
    let room = "mkdir -p /data/buckets/archive /data/accounts /data/metadata && head -c 16m /dev/zero >/data/filler || true";
    let volume = json!([{"name": "data", "mountPath": "/data"}]);
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "store", "namespace": STORE_NAMESPACE, "labels": {"app": "store"}},
        "spec": {
            "terminationGracePeriodSeconds": 1,
            "volumes": [{"name": "data", "emptyDir": {"medium": "Memory", "sizeLimit": "4Mi"}}],
            "initContainers": [{"name": "filler", "image": "dpo/postgres:dev", "command": ["sh", "-c", room], "volumeMounts": volume}],
            "containers": [
                {
                    "name": "store", "image": "dpo/store:dev", "volumeMounts": volume,
                    "args": ["--quiet", "--port=:7070", "--health=/healthz", "--iam-dir=/data/accounts", "posix", "--sidecar=/data/metadata", "/data/buckets"],
                    "env": [{"name": "ROOT_ACCESS_KEY_ID", "value": "proof"}, {"name": "ROOT_SECRET_ACCESS_KEY", "value": "proof-of-trouble"}],
                    "readinessProbe": {"httpGet": {"path": "/healthz", "port": 7070}, "periodSeconds": 1},
                },
                {"name": "keeper", "image": "dpo/postgres:dev", "command": ["sleep", "infinity"], "volumeMounts": volume},
            ],
        },
    });
    let service = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "store", "namespace": STORE_NAMESPACE},
        "spec": {"selector": {"app": "store"}, "ports": [{"port": 7070}]},
    });
    let namespace =
        json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": STORE_NAMESPACE}});
    for object in [namespace, service, pod] {
        setup::apply(environment, object).await;
    }
    environment
        .kubectl(&[
            "-n",
            STORE_NAMESPACE,
            "wait",
            "--for=condition=Ready",
            "pod/store",
            "--timeout=300s",
        ])
        .await;
}
