//! What has to be there before work begins, and is watched afterwards: the custom resources and Postgres.

use std::{sync::Arc, time::Duration};

use dpo_warehouse::tenancy::Tenancy;
use tokio::time::{sleep, timeout};

use crate::serving::Readiness;

/// The custom resources that must be served.
pub const CUSTOM_RESOURCES: [&str; 3] = [
    "organizations.dpo.dev",
    "datasources.dpo.dev",
    "retentionpolicies.dpo.dev",
];
/// Named while Postgres does not answer or lacks what the administrator sets up.
pub const POSTGRES: &str = "Postgres with administrator.sql";

const ASK_AGAIN: Duration = Duration::from_secs(2);
const LOOK_AGAIN: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(10);

/// Waits until all custom resources are served. Asking discovery needs no rights of its own.
pub async fn custom_resources(client: &kube::Client, readiness: &Readiness) {
    loop {
        let served = timeout(
            PATIENCE,
            client.list_api_group_resources("dpo.dev/v1alpha1"),
        )
        .await;
        let names: Vec<String> = match served {
            Ok(Ok(list)) => list
                .resources
                .into_iter()
                .map(|resource| format!("{}.dpo.dev", resource.name))
                .collect(),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the custom resources are not served yet; install the chart dpo-crds");
                Vec::new()
            }
            Err(_) => Vec::new(),
        };
        for name in CUSTOM_RESOURCES
            .into_iter()
            .filter(|name| names.iter().any(|served| served == name))
        {
            readiness.done(name);
        }
        if CUSTOM_RESOURCES
            .iter()
            .all(|name| names.iter().any(|served| served == name))
        {
            return;
        }
        sleep(ASK_AGAIN).await;
    }
}

/// Provides the schema that tenants share, so that the API is ready before the first Organization is declared.
pub async fn control_schema(tenancy: &Tenancy) {
    loop {
        match tenancy.provide_control().await {
            Ok(change) if change.is_empty() => return,
            Ok(change) => {
                tracing::info!(?change, "the control schema is provided");
                return;
            }
            Err(error) => tracing::warn!(%error, "the control schema is not there yet"),
        }
        sleep(ASK_AGAIN).await;
    }
}

/// Looks at Postgres for ever, and says so when it is not as it should be.
pub async fn postgres(tenancy: Tenancy, readiness: Arc<Readiness>) {
    let mut last: Option<String> = Some("not asked yet".to_owned());
    loop {
        let trouble = match tenancy.missing_administrator_rights().await {
            Ok(missing) if missing.is_empty() => None,
            Ok(missing) => Some(format!("run administrator.sql: {}", missing.join("; "))),
            Err(error) => Some(error.to_string()),
        };
        match &trouble {
            None => readiness.done(POSTGRES),
            Some(trouble) => {
                readiness.lost(POSTGRES);
                if last.as_ref() != Some(trouble) {
                    tracing::warn!(trouble, "Postgres is not as it should be");
                }
            }
        }
        sleep(if trouble.is_some() {
            ASK_AGAIN
        } else {
            LOOK_AGAIN
        })
        .await;
        last = trouble;
    }
}
