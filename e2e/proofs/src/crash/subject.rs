//! An Organization with its DataSources that goes through everything that can happen to one.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use kube::Client;
use kube::api::{DeleteParams, Patch, PatchParams};
use serde_json::{Value, json};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgConnection, PgPool};
use tokio::time::sleep;

use super::state::{Names, State};
use super::{catalog, objects};
use crate::environment::Environment;
use crate::tenants::{self, Tenant};
use crate::{archive, exactness, workbench};

const NAMESPACES: &str = "proof-crash-";
const POSTGRES: &str = "dpo-postgres.dpo-system.svc.cluster.local";

/// The catalog cannot be read in the moment in which a schema is dropped.
const ATTEMPTS: u32 = 10;
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(300);

/// The tenant, and the ids that were given to it.
pub struct Subject {
    pub tenant: Tenant,
    uids: BTreeMap<String, String>,
    /// What the Secret of its Organization held before that was deleted.
    former: Option<BTreeMap<String, String>>,
}

/// Who looks at a subject from outside.
#[derive(Clone)]
pub struct Witness {
    pub environment: Environment,
    pub administrator: PgPool,
    prefix: String,
}

impl Witness {
    /// Clears away what a run that failed may have left; the names of this run are new, since users and schemas stay.
    pub async fn new(environment: Environment) -> Self {
        workbench::delete_namespaces(&environment.kube, NAMESPACES).await;
        let prefix = format!("{NAMESPACES}{:x}", Timestamp::now().as_second());
        Self {
            administrator: environment.administrator().await,
            environment,
            prefix,
        }
    }

    /// A namespace of this run.
    #[must_use]
    pub fn namespace(&self, name: &str) -> String {
        format!("{}-{name}", self.prefix)
    }
}

impl Subject {
    /// One that is not declared yet. No pod starts in its namespace: what jobs do is another matter.
    pub async fn new(witness: &Witness, name: &str) -> Self {
        let (client, namespace) = (&witness.environment.kube, &witness.namespace(name));
        let mut tenant = tenants::berlin(namespace);
        tenant
            .sources
            .retain(|source| source.source != "google_analytics");
        workbench::tenant_namespace(client, namespace).await;
        let quota = json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "no-pods", "namespace": namespace}, "spec": {"hard": {"pods": "0"}}});
        let quota = serde_json::from_value(quota).expect("it is an object");
        workbench::apply_object(client, namespace, quota)
            .await
            .expect("the quota is admitted");
        Self {
            tenant,
            uids: BTreeMap::new(),
            former: None,
        }
    }

    /// Applies policy, Organization, Secrets and DataSources.
    pub async fn declare(&mut self, client: &Client) {
        for manifest in self.tenant.manifests("2026-11-20", &exactness::policy()) {
            let object = serde_json::from_value(manifest).expect("a manifest is an object");
            let made = workbench::apply_object(client, &self.tenant.namespace, object)
                .await
                .expect("it is admitted");
            let kind = made.types.expect("it has a type").kind;
            let metadata = made.metadata;
            self.uids.insert(
                format!("{kind}-{}", metadata.name.unwrap_or_default()),
                metadata.uid.unwrap_or_default(),
            );
        }
    }

    /// A merge patch of one of its objects.
    pub async fn change(&self, client: &Client, kind: &str, name: &str, change: &Value) {
        workbench::patch(client, kind, &self.tenant.namespace, name, change).await;
    }

    /// A merge patch of the Organization's spec.
    pub async fn change_organization(&self, client: &Client, change: Value) {
        self.change(
            client,
            "Organization",
            &self.tenant.name,
            &json!({"spec": change}),
        )
        .await;
    }

    /// Deletes one of its objects, without waiting for its end.
    pub async fn delete(&self, client: &Client, kind: &str, name: &str) {
        let api =
            workbench::dynamic_api(client, "dpo.dev/v1alpha1", kind, &self.tenant.namespace).await;
        api.delete(name, &DeleteParams::default())
            .await
            .expect("deletion is accepted");
    }

    /// Deletes its Organization, and keeps the keys that were good for it.
    pub async fn delete_organization(&mut self, client: &Client) {
        self.former = workbench::tenant_secret(client, &self.tenant.namespace).await;
        assert!(self.former.is_some(), "there are keys to take away");
        self.delete(client, "Organization", &self.tenant.name).await;
    }

    /// Changes one of its CronJobs behind the operator's back.
    pub async fn change_cron_job(&self, client: &Client, name: &str, change: &Value) {
        let api =
            workbench::dynamic_api(client, "batch/v1", "CronJob", &self.tenant.namespace).await;
        api.patch(name, &PatchParams::default(), &Patch::Merge(change))
            .await
            .expect("a CronJob can be changed");
    }

    /// Its schema.
    #[must_use]
    pub fn schema(&self) -> String {
        workbench::schema_name(&self.uids[&format!("Organization-{}", self.tenant.name)])
    }

    /// Everything there is of it: objects, catalog, rows, and whether its logins work.
    pub async fn state(&self, witness: &Witness) -> State {
        let mut connection = witness
            .administrator
            .acquire()
            .await
            .expect("Postgres answers");
        let in_postgres = self.in_postgres(&mut connection).await;
        drop(connection);
        let environment = &witness.environment;
        let in_cluster = objects::state(&environment.kube, &self.tenant.namespace)
            .await
            .renamed(&self.names());
        in_cluster
            .merged(in_postgres)
            .merged(self.logins(environment).await)
    }

    /// The part of its state that Postgres holds.
    pub async fn in_postgres(&self, connection: &mut PgConnection) -> State {
        let domain = format!("{}.example", self.tenant.namespace);
        let mut attempts = 0;
        loop {
            match catalog::state(connection, &self.schema(), &domain).await {
                Ok(state) => return state.renamed(&self.names()),
                Err(error) => assert!(attempts < ATTEMPTS, "the catalog cannot be read: {error}"),
            }
            attempts += 1;
            sleep(BETWEEN_ATTEMPTS).await;
        }
    }

    /// Whether the generated Secret opens the database and the bucket, and that of a deleted Organization still does; and whether the bucket is there at all.
    async fn logins(&self, environment: &Environment) -> State {
        let mut state = State::default();
        let current = workbench::tenant_secret(&environment.kube, &self.tenant.namespace).await;
        let secrets = [("current", &current), ("former", &self.former)];
        for (which, secret) in secrets {
            let Some(secret) = secret else { continue };
            let opens = opens_database(secret).await;
            state.add(format!("login of jobs with {which} keys: {opens}"));
            let opens = archive::opens_bucket(secret).await;
            state.add(format!("bucket with {which} keys: {opens}"));
        }
        let bucket = archive::bucket(environment, &self.schema().replace('_', "-")).await;
        state.add(format!("bucket: {}", archive::is_listed(&*bucket).await));
        state
    }

    fn names(&self) -> Names {
        let mut names = Names::default();
        let schema = self.schema();
        names.call(&self.tenant.namespace, "NAMESPACE");
        for (object, uid) in &self.uids {
            names.call(uid, format!("UID-OF-{object}"));
        }
        names.call(schema.replace('_', "-"), "TENANT");
        names.call(schema, "TENANT");
        names
    }
}

async fn opens_database(secret: &BTreeMap<String, String>) -> bool {
    let options: PgConnectOptions = secret["url"].parse().expect("the URL is one of Postgres");
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect_with(options.host(POSTGRES))
        .await;
    match pool {
        Ok(pool) => {
            pool.close().await;
            true
        }
        Err(_) => false,
    }
}
