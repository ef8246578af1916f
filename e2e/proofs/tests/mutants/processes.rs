//! The product in processes: the operator's SQL for one tenant, its jobs one after the other, and the API.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use dpo_proofs::archive;
use dpo_proofs::cells::Figures;
use dpo_proofs::dashboard_api::DashboardSession;
use dpo_proofs::exactness::{self, Product};
use dpo_proofs::simulator::Simulator;
use dpo_proofs::tenants::{self, Source, Tenant};
use dpo_proofs::workbench::built_program;
use dpo_warehouse::model::TenantId;
use dpo_warehouse::tenancy::DesiredSource;
use dpo_warehouse::testing::{self, Installation};
use jiff::Timestamp;
use object_store::local::LocalFileSystem;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use sqlx::PgPool;
use tokio::process::{Child, Command};

use crate::program;

/// Roles belong to the whole server, so each installation has a tenant of its own.
static INSTALLATIONS: AtomicU32 = AtomicU32::new(0);
/// Longer than the 100 days that the policy keeps, so that there is something to archive.
const HISTORY_DAYS: i64 = 115;

/// One installation with one tenant.
pub struct Processes {
    pub tenant: Tenant,
    pub simulator: Simulator,
    /// Base URL of the simulated platforms.
    pub upstream: String,
    installation: Installation,
    uid: String,
    schema: TenantId,
    api: String,
    pipeline: PathBuf,
    mutant: Option<&'static str>,
    directory: tempfile::TempDir,
    _servers: [Child; 2],
}

impl Processes {
    /// An empty database, fresh platforms, an API; jobs are run by `pipeline` with this fault.
    pub async fn start(pipeline: &Path, mutant: Option<&'static str>) -> Self {
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
        let tenant = tenants::berlin("berlin");
        let installation = Installation::create(testing::server()).await;
        let number = INSTALLATIONS.fetch_add(1, Ordering::Relaxed);
        let uid = format!("{number:08x}-0000-4000-8000-00000000000c");
        let schema = provision(&installation, &uid, &tenant).await;
        let (upstream, api) = (program::free_address(), program::free_address());
        let mut platforms = Command::new(built_program("dpo-upstreams"));
        platforms.args(["--listen", &upstream]);
        let servers = [
            program::serve(platforms, &upstream).await,
            program::serve(serving(&installation, &api), &api).await,
        ];
        let upstream = format!("http://{upstream}");
        let simulator = Simulator::new(&upstream);
        simulator
            .control(
                "limits",
                &json!({"shopifyBucket": 1_000_000, "shopifyRestoreRate": 1_000_000}),
            )
            .await;
        let directory = tempfile::tempdir().unwrap();
        let pipeline = pipeline.to_owned();
        Self {
            tenant,
            simulator,
            upstream,
            installation,
            uid,
            schema,
            api: format!("http://{api}"),
            pipeline,
            mutant,
            directory,
            _servers: servers,
        }
    }

    fn job(&self, arguments: &[&str], as_of: Timestamp) -> Command {
        let mut command = Command::new(&self.pipeline);
        command
            .args(arguments)
            .args(["--as-of", &as_of.to_string()])
            .env_clear();
        command.env("SEEDED_MUTANT", self.mutant.unwrap_or_default());
        command
            .env(
                "DPO_DATABASE_URL",
                self.installation.job_url(&self.schema).expose_secret(),
            )
            .env("DPO_TENANT", self.schema.as_str());
        command
            .env("DPO_TIME_ZONE", self.tenant.time_zone)
            .env("DPO_CURRENCY", self.tenant.currency)
            .env("DPO_ORGANIZATION_UID", &self.uid);
        command
            .env("DPO_RETENTION", exactness::policy().to_string())
            .env("DPO_ARCHIVE_DIRECTORY", self.archive());
        command
    }

    fn archive(&self) -> PathBuf {
        let directory = self.directory.path().join("archive");
        std::fs::create_dir_all(&directory).unwrap();
        directory
    }

    /// The Secret of a DataSource as a pod finds it mounted.
    fn mounted(&self, source: &Source) -> PathBuf {
        let directory = self.directory.path().join(&source.name);
        std::fs::create_dir_all(&directory).unwrap();
        for (key, value) in &source.credentials {
            std::fs::write(directory.join(key), value).unwrap();
        }
        directory
    }
}

impl Product for Processes {
    fn history_days(&self) -> i64 {
        HISTORY_DAYS
    }

    async fn sync(&self, tenant: &Tenant, source: &Source, as_of: Timestamp) {
        let history_from = exactness::day_of(as_of, -HISTORY_DAYS).to_string();
        let mut command = self.job(&["sync", "--all-tiers"], as_of);
        command
            .env("DPO_SOURCE_UID", uid_of(source))
            .env("DPO_SOURCE_NAME", &source.name)
            .env("DPO_RUN_NAME", format!("{}-sync", source.name));
        command.env(
            "DPO_SOURCE",
            tenant.data_source(source, &history_from)["spec"].to_string(),
        );
        command
            .env("DPO_PLATFORM_URLS", json!({"*": self.upstream}).to_string())
            .env("DPO_CREDENTIALS_DIRECTORY", self.mounted(source));
        command.env(
            "DPO_TOKEN_KEY",
            base64::engine::general_purpose::STANDARD.encode([7; 32]),
        );
        program::run(command, "").await;
    }

    async fn roll_up(&self, _tenant: &Tenant, as_of: Timestamp) {
        program::run(self.job(&["rollup", "--grain", "hourly"], as_of), "").await;
        program::run(self.job(&["rollup", "--grain", "daily"], as_of), "").await;
    }

    async fn archive(&self, _tenant: &Tenant, as_of: Timestamp) {
        program::run(self.job(&["archive"], as_of), "").await;
    }

    async fn session(&self, tenant: &Tenant) -> DashboardSession {
        let password = "a password of this test alone";
        let mut command = Command::new(built_program("dpo-api"));
        command
            .args(["users", "set-password", "--email", &tenant.owner])
            .env(
                "DPO_DATABASE_URL",
                self.installation.api_url().expose_secret(),
            );
        program::run(command, password).await;
        DashboardSession::login(&self.api, &tenant.owner, password).await
    }

    async fn archived(&self, _tenant: &Tenant) -> Figures {
        let administrator = PgPool::connect(self.installation.administrator_url().expose_secret())
            .await
            .unwrap();
        let store = LocalFileSystem::new_with_prefix(self.archive()).unwrap();
        archive::committed(&administrator, self.schema.as_str(), Arc::new(store)).await
    }
}

fn serving(installation: &Installation, address: &str) -> Command {
    let url: SecretString = installation.api_url();
    let mut command = Command::new(built_program("dpo-api"));
    command
        .arg("serve")
        .env("DPO_DATABASE_URL", url.expose_secret())
        .env("DPO_COOKIE_SECURE", "false");
    command
        .env("DPO_LISTEN", address)
        .env("DPO_METRICS_LISTEN", program::free_address());
    command
}

fn uid_of(source: &Source) -> String {
    format!("uid-of-{}", source.name)
}

/// What the operator does for an Organization and its DataSources.
async fn provision(installation: &Installation, uid: &str, tenant: &Tenant) -> TenantId {
    let mut desired = installation.desired(uid);
    desired.time_zone = tenant.time_zone.to_owned();
    desired.currency = tenant.currency.to_owned();
    desired.locale = tenant.locale.to_owned();
    desired.owners = std::iter::once(tenant.owner.clone()).collect();
    installation.provision(&desired).await;
    let tenancy = installation.tenancy();
    for source in &tenant.sources {
        let desired = DesiredSource {
            uid: uid_of(source),
            tenant: desired.tenant.clone(),
            namespace: desired.namespace.clone(),
            name: source.name.clone(),
            source: source.source.to_owned(),
            accounts: source.accounts.clone(),
            brand: None,
            schedule: "*/15 * * * *".to_owned(),
            time_zone: tenant.time_zone.to_owned(),
            suspended: false,
            conditions: json!([]),
        };
        tenancy.record_source(&desired).await.unwrap();
    }
    desired.tenant
}
