//! The operator as processes under its chart's service account, instead of the chart's own Deployment.

use std::fs;
use std::path::PathBuf;

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::authentication::v1::TokenRequest;
use k8s_openapi::api::core::v1::{Pod, ServiceAccount};
use kube::api::{ListParams, Patch, PatchParams, PostParams};
use kube::config::Kubeconfig;
use kube::{Api, Client};
use serde_json::json;

use super::container::{Container, Process};
use super::kill_points::{Plan, PointLog};
use crate::environment::{Environment, RELEASE_NAMESPACE};
use crate::workbench;

const NAME: &str = "dpo-operator";
const TOKEN_SECONDS: i64 = 3600;
/// Seconds after which another replica takes over.
pub const LEASE: u64 = 3;

/// The operator, while its Deployment has no pods.
pub struct Operator {
    container: Container,
    kubeconfig: PathBuf,
    deployments: Api<Deployment>,
    replicas: i32,
    client: Client,
}

impl Operator {
    /// Reads how the chart runs it. The Deployment goes on.
    pub async fn of_the_chart(environment: &Environment) -> Self {
        let client = environment.kube.clone();
        let deployments = Api::<Deployment>::namespaced(client.clone(), RELEASE_NAMESPACE);
        let spec = deployments
            .get(NAME)
            .await
            .expect("the chart made it")
            .spec
            .expect("with a spec");
        let pod = spec.template.spec.expect("with a pod");
        let container = Container::of(&client, RELEASE_NAMESPACE, &pod, NAME).await;
        let kubeconfig = container.private_file("kubeconfig");
        let account = pod
            .service_account_name
            .expect("the pod has a ServiceAccount");
        fs::write(&kubeconfig, kubeconfig_of(&client, &account).await).expect("it can be written");
        Self {
            container,
            kubeconfig,
            deployments,
            replicas: spec.replicas.unwrap_or(1),
            client,
        }
    }

    /// Ends the chart's pods.
    pub async fn take_away(&self) {
        self.scale(0).await;
        let pods = Api::<Pod>::namespaced(self.client.clone(), RELEASE_NAMESPACE);
        let selector = ListParams::default().labels("app.kubernetes.io/component=operator");
        workbench::eventually("the operator's pods are gone", || async {
            pods.list(&selector)
                .await
                .ok()?
                .items
                .is_empty()
                .then_some(())
        })
        .await;
    }

    /// Brings the chart's pods back and waits for them.
    pub async fn bring_back(&self) {
        self.scale(self.replicas).await;
        workbench::eventually("the operator is back", || async {
            let status = self.deployments.get(NAME).await.ok()?.status?;
            (status.ready_replicas == Some(self.replicas)).then_some(())
        })
        .await;
    }

    /// Starts a replica of this name, which holds the Lease under it.
    #[must_use]
    pub fn start(&self, replica: &str, plan: &Plan) -> Process {
        let mut environment = plan.variables();
        environment.extend([
            ("KUBECONFIG", self.kubeconfig.to_string_lossy().into_owned()),
            ("POD_NAME", replica.to_owned()),
            ("POD_NAMESPACE", RELEASE_NAMESPACE.to_owned()),
            ("DPO_LEASE_SECONDS", LEASE.to_string()),
            ("DPO_LISTEN", "127.0.0.1:0".to_owned()),
        ]);
        self.container.start(&[], &environment)
    }

    /// A log for the points that a replica passes.
    #[must_use]
    pub fn point_log(&self, name: &str) -> PointLog {
        PointLog::at(&self.container.private_file(&format!("points-{name}")))
    }

    async fn scale(&self, replicas: i32) {
        let change = Patch::Merge(json!({"spec": {"replicas": replicas}}));
        self.deployments
            .patch(NAME, &PatchParams::default(), &change)
            .await
            .expect("the operator can be scaled");
    }
}

/// A kubeconfig with a fresh token of a service account of the release.
async fn kubeconfig_of(client: &Client, account: &str) -> String {
    let accounts = Api::<ServiceAccount>::namespaced(client.clone(), RELEASE_NAMESPACE);
    let request = serde_json::from_value::<TokenRequest>(
        json!({"spec": {"audiences": [], "expirationSeconds": TOKEN_SECONDS}}),
    );
    let request = request.expect("it is a TokenRequest");
    let answer = accounts
        .create_token_request(account, &PostParams::default(), &request)
        .await
        .expect("a token is given");
    let token = answer.status.expect("an answer has a status").token;
    let ours = Kubeconfig::read().expect("the runner exported a kubeconfig");
    let config = json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "proof",
        "clusters": [{"name": "proof", "cluster": ours.clusters[0].cluster}],
        "users": [{"name": "proof", "user": {"token": token}}],
        "contexts": [{"name": "proof", "context": {"cluster": "proof", "user": "proof", "namespace": RELEASE_NAMESPACE}}],
    });
    serde_yaml::to_string(&config).expect("it is YAML")
}
