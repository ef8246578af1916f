//! A database as a new release finds it: empty, with `administrator.sql` run.

use std::path::Path;
use std::process::Command;
use std::str::FromStr as _;

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use super::Server;
use crate::model::TenantId;
use crate::tenancy::{DesiredOrganization, LoginPassword, OrganizationState, Tenancy};

const OPERATOR_PASSWORD: &str = "operator-for-tests";
const API_PASSWORD: &str = "api-for-tests";

/// Roles belong to the whole server, so databases are prepared and tenants provisioned one after the other.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// A database of its own with the product's shared logins, whose tenants the tests make as the operator does.
#[derive(Debug, Clone)]
pub struct Installation {
    server: &'static Server,
    database: String,
}

impl Installation {
    /// A new database on which `administrator.sql` was run.
    pub async fn create(server: &'static Server) -> Self {
        let _turn = TURN.lock().await;
        let installation = Self::without_administrator_sql(server).await;
        installation.run_administrator_sql();
        installation
    }

    /// A new database on which nothing was run.
    pub async fn without_administrator_sql(server: &'static Server) -> Self {
        Self {
            server,
            database: server.create_database().await,
        }
    }

    /// Runs `warehouse/sql/administrator.sql` as the superuser.
    pub fn run_administrator_sql(&self) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/administrator.sql");
        let output = Command::new(self.server.programs.join("psql"))
            .args(["--no-psqlrc", "--quiet", "--output=/dev/null"])
            .arg(format!("--set=operator_password={OPERATOR_PASSWORD}"))
            .arg(format!("--set=api_password={API_PASSWORD}"))
            .arg(format!("--file={}", file.display()))
            .arg(self.administrator_url().expose_secret())
            .output()
            .expect("psql");
        assert!(
            output.status.success(),
            "administrator.sql: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// The superuser's address.
    #[must_use]
    pub fn administrator_url(&self) -> SecretString {
        self.server.superuser_url(&self.database)
    }

    /// The address of `dpo_operator`.
    #[must_use]
    pub fn operator_url(&self) -> SecretString {
        self.server
            .login_url("dpo_operator", OPERATOR_PASSWORD, &self.database)
    }

    /// The address of `dpo_api`.
    #[must_use]
    pub fn api_url(&self) -> SecretString {
        self.server
            .login_url("dpo_api", API_PASSWORD, &self.database)
    }

    /// The address of a tenant's job login that [`Self::tenant`] made.
    #[must_use]
    pub fn job_url(&self, tenant: &TenantId) -> SecretString {
        let user = format!("{tenant}_job");
        self.server
            .login_url(&user, &password_of(tenant), &self.database)
    }

    /// `host:port/name?sslmode=disable`, the form of `DPO_TENANT_DATABASE`.
    #[must_use]
    pub fn address(&self) -> String {
        format!(
            "127.0.0.1:{}/{}?sslmode=disable",
            self.server.port(),
            self.database
        )
    }

    /// The operator's way to this database.
    #[must_use]
    pub fn tenancy(&self) -> Tenancy {
        let options = PgConnectOptions::from_str(self.operator_url().expose_secret());
        Tenancy::new(options.expect("a URL"))
    }

    /// Makes a tenant of the Organization with this UID, as the operator does.
    pub async fn tenant(&self, uid: &str) -> TenantId {
        let desired = self.desired(uid);
        self.provision(&desired).await;
        desired.tenant
    }

    /// Makes the tenant of an Organization, as the operator does.
    pub async fn provision(&self, desired: &DesiredOrganization) {
        let _turn = TURN.lock().await;
        self.tenancy()
            .provision(desired)
            .await
            .expect("a provisioned tenant");
    }

    /// An organization in Saigon with this UID.
    #[must_use]
    pub fn desired(&self, uid: &str) -> DesiredOrganization {
        let tenant = TenantId::from_organization_uid(uid).expect("a UID");
        DesiredOrganization {
            uid: uid.to_owned(),
            namespace: format!("namespace-of-{tenant}").replace('_', "-"),
            name: "saigon-coffee".to_owned(),
            display_name: "Cà phê Sài Gòn".to_owned(),
            time_zone: "Asia/Ho_Chi_Minh".to_owned(),
            currency: "VND".to_owned(),
            country: "VN".to_owned(),
            locale: "vi-VN".to_owned(),
            state: OrganizationState::Active,
            retention: None,
            legal_hold: None,
            owners: std::iter::once("owner@example.com".to_owned()).collect(),
            password: LoginPassword::new(password_of(&tenant).into()),
            tenant,
        }
    }

    /// Runs statements as the superuser.
    pub async fn administrator_executes(&self, sql: &str) {
        let mut connection = connect(&self.administrator_url())
            .await
            .expect("a connection");
        let done = connection.execute(AssertSqlSafe(sql.to_owned())).await;
        done.expect(sql);
    }
}

fn password_of(tenant: &TenantId) -> String {
    format!("{tenant}-password-for-tests-0123456789")
}

/// One connection.
async fn connect(url: &SecretString) -> Result<PgConnection, sqlx::Error> {
    PgConnection::connect(url.expose_secret()).await
}
