//! Where the proofs run: a cluster with the product installed and the simulated platforms beside it.
//!
//! The runner (`make test-e2e`) starts the test binary inside the cluster's network, so that Service names resolve.

use std::env;
use std::path::PathBuf;
use std::process::Stdio;

use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::dashboard_api::DashboardSession;
use crate::simulator::Simulator;

/// The release namespace of the product.
pub const RELEASE_NAMESPACE: &str = "dpo-system";

/// The operator's user name in the audit log.
pub const OPERATOR_USER: &str = "system:serviceaccount:dpo-system:dpo-operator";

/// Everything that a proof may touch.
#[derive(Clone)]
pub struct Environment {
    pub kube: kube::Client,
    pub simulator: Simulator,
    /// Base URL of the API and the dashboard.
    pub api: String,
    /// The API server's audit log.
    pub audit_log: PathBuf,
    /// The command that stands for kubectl, split at spaces.
    pub kubectl: Vec<String>,
}

impl Environment {
    /// Reads what the runner exported.
    ///
    /// # Panics
    /// With the name of the missing variable: proofs never skip themselves.
    pub async fn from_runner() -> Self {
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
        Self {
            kube: kube::Client::try_default()
                .await
                .expect("KUBECONFIG leads to the cluster under test"),
            simulator: Simulator::new(&required("DPO_PROOF_SIMULATOR")),
            api: required("DPO_PROOF_API"),
            audit_log: required("DPO_PROOF_AUDIT_LOG").into(),
            kubectl: required("DPO_PROOF_KUBECTL")
                .split(' ')
                .map(ToOwned::to_owned)
                .collect(),
        }
    }

    /// Runs kubectl and returns what it printed.
    ///
    /// # Panics
    /// With kubectl's own words when it fails.
    pub async fn kubectl(&self, arguments: &[&str]) -> String {
        self.kubectl_with_input(arguments, "").await
    }

    /// Runs kubectl with something on its standard input.
    ///
    /// # Panics
    /// With kubectl's own words when it fails.
    pub async fn kubectl_with_input(&self, arguments: &[&str], input: &str) -> String {
        let mut child = Command::new(&self.kubectl[0])
            .args(&self.kubectl[1..])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("kubectl starts");
        let mut stdin = child.stdin.take().expect("kubectl has an input");
        stdin.write_all(input.as_bytes()).await.ok();
        drop(stdin);
        let output = child.wait_with_output().await.expect("kubectl ends");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "kubectl {arguments:?}: {}{printed}",
            String::from_utf8_lossy(&output.stderr)
        );
        printed
    }

    /// Gives an invited person a password, as the platform team would, and signs in.
    pub async fn session(&self, email: &str) -> DashboardSession {
        let password = format!("proof-{email}-only-in-this-cluster");
        let command = [
            "-n",
            RELEASE_NAMESPACE,
            "exec",
            "-i",
            "deploy/dpo-api",
            "--",
            "/dpo-api",
            "users",
            "set-password",
            "--email",
            email,
        ];
        self.kubectl_with_input(&command, &password).await;
        DashboardSession::login(&self.api, email, &password).await
    }

    /// A connection as the embedded Postgres' administrator, for what only an administrator may look at.
    pub async fn administrator(&self) -> PgPool {
        let secret = Api::<Secret>::namespaced(self.kube.clone(), RELEASE_NAMESPACE)
            .get("dpo-postgres")
            .await
            .expect("the chart made it");
        let password = secret
            .data
            .as_ref()
            .and_then(|data| data.get("administrator-password"))
            .expect("with a password")
            .0
            .clone();
        let options = PgConnectOptions::new()
            .host("dpo-postgres.dpo-system.svc.cluster.local")
            .username("postgres")
            .password(&String::from_utf8(password).expect("the password is text"))
            .database("dpo")
            .options([("lock_timeout", "120s"), ("statement_timeout", "300s")])
            .ssl_mode(PgSslMode::Require);
        PgPoolOptions::new()
            .max_connections(2)
            .connect_with(options)
            .await
            .expect("Postgres admits its administrator")
    }
}

fn required(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| {
        panic!("{name} is not set: run the proofs with `make test-e2e` or `make e2e CASE=…`")
    })
}
