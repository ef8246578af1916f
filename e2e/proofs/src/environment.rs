//! Where the proofs run: a cluster with the product installed and the simulated platforms beside it.
//!
//! The runner (`make test-e2e`) starts the test binary inside the cluster's network, so that Service names resolve.

use std::env;
use std::path::PathBuf;

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
        rustls::crypto::ring::default_provider().install_default().ok();
        Self {
            kube: kube::Client::try_default().await.expect("KUBECONFIG leads to the cluster under test"),
            simulator: Simulator::new(&required("DPO_PROOF_SIMULATOR")),
            api: required("DPO_PROOF_API"),
            audit_log: required("DPO_PROOF_AUDIT_LOG").into(),
            kubectl: required("DPO_PROOF_KUBECTL").split(' ').map(ToOwned::to_owned).collect(),
        }
    }

    /// Runs kubectl and returns what it printed.
    ///
    /// # Panics
    /// With kubectl's own words when it fails.
    pub async fn kubectl(&self, arguments: &[&str]) -> String {
        let output = tokio::process::Command::new(&self.kubectl[0])
            .args(&self.kubectl[1..])
            .args(arguments)
            .output()
            .await
            .expect("kubectl starts");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "kubectl {arguments:?}: {}{printed}", String::from_utf8_lossy(&output.stderr));
        printed
    }
}

fn required(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the proofs with `make test-e2e` or `make e2e CASE=…`"))
}
