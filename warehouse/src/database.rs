//! Connections of one tenant's jobs, and what can go wrong with a database.

use std::str::FromStr as _;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgPool, Postgres, Row as _, SqlStr, Transaction};

use crate::model::{Currency, TenantId};
use crate::schema::{CONTROL_DDL, CONTROL_VERSION, Schemas, TENANT_DDL, TENANT_VERSION};

/// Connections that one job holds at most.
pub(crate) const CONNECTIONS: u32 = 4;

/// Connections that all jobs of one tenant hold at most; its login is limited to so many, since else one tenant could
/// take all that the server has. Fifteen jobs may run at once: both roll-ups, the archive, and a dozen syncs that begin in
/// the same minute. One job more waits for a connection as for a server that restarts, and is repeated at its next time.
pub(crate) const TENANT_CONNECTIONS: u32 = 15 * CONNECTIONS;

/// A statement or connection that failed.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// No connection: the server is down, the address wrong, or the network in the way.
    #[error("the database cannot be reached ({0}); the run is repeated at its next time")]
    Unreachable(sqlx::Error),
    /// The login or a right is refused.
    #[error(
        "the database refuses this login or statement ({0}); the operator repairs roles and grants"
    )]
    Denied(sqlx::Error),
    /// The server has no room left.
    #[error("the database has no disk space left ({0}); the platform team has to enlarge it")]
    Full(sqlx::Error),
    /// Anything else.
    #[error("a database statement failed: {0}")]
    Failed(sqlx::Error),
}

impl DatabaseError {
    /// A bounded word for metrics and conditions.
    #[must_use]
    pub const fn category(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "database_unreachable",
            Self::Denied(_) => "database_denied",
            Self::Full(_) => "database_full",
            Self::Failed(_) => "database_failed",
        }
    }
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        let code = error
            .as_database_error()
            .and_then(|database| database.code().map(String::from));
        match (&error, code.as_deref()) {
            (_, Some("53100")) => Self::Full(error),
            (_, Some("42501" | "28000" | "28P01")) => Self::Denied(error),
            (_, Some(code)) if code.starts_with("08") || code.starts_with("57P") => {
                Self::Unreachable(error)
            }
            (sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::Tls(_), _) => {
                Self::Unreachable(error)
            }
            _ => Self::Failed(error),
        }
    }
}

/// Why a tenant's schema cannot be worked with.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address is no Postgres URL. The text of the URL is not repeated: it holds a password.
    #[error(
        "DPO_DATABASE_URL is no Postgres address; it must look like postgres://user:password@host:5432/database"
    )]
    InvalidUrl,
    /// The database does not answer as it should.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The tenant is not there, or not for this login.
    #[error("the database has no tenant {0} for this login; wait until its Organization is Ready")]
    UnknownTenant(TenantId),
    /// A schema of a version that this program does not know.
    #[error(
        "{schema} has version {found}, but this program knows version {known}; use the image of the operator's release"
    )]
    UnknownVersion {
        /// Which schema.
        schema: &'static str,
        /// Its version.
        found: i32,
        /// The version that this program knows.
        known: i32,
    },
}

impl From<sqlx::Error> for ConnectError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// One tenant's tables, reached with that tenant's login.
#[derive(Debug, Clone)]
pub struct Tenant {
    pool: PgPool,
    id: TenantId,
    schemas: Schemas,
}

impl Tenant {
    /// Connects with the tenant's job login and checks the versions of both schemas.
    ///
    /// # Errors
    /// Where the database is out of reach, the tenant is unknown, or a schema has an unknown version.
    pub async fn connect(url: &SecretString, id: TenantId) -> Result<Self, ConnectError> {
        let tenant = Self {
            pool: open_pool(url).await?,
            schemas: Schemas::of(&id),
            id,
        };
        tenant.check_versions().await?;
        Ok(tenant)
    }

    /// Makes a throwaway tenant for a replay: one schema with a random name that also holds the control tables.
    ///
    /// # Errors
    /// Where the database is out of reach or the login may not create schemas.
    pub async fn create_throwaway(
        url: &SecretString,
        time_zone: &str,
        currency: &Currency,
    ) -> Result<Self, ConnectError> {
        let id = random_tenant();
        let tenant = Self {
            pool: open_pool(url).await?,
            schemas: Schemas::throwaway(&id),
            id,
        };
        let mut tx = tenant.begin().await?;
        for ddl in [CONTROL_DDL, TENANT_DDL] {
            sqlx::raw_sql(tenant.sql(ddl)).execute(&mut *tx).await?;
        }
        sqlx::query(tenant.sql("INSERT INTO {control}.schema_version (version) VALUES ($1)"))
            .bind(CONTROL_VERSION)
            .execute(&mut *tx)
            .await?;
        sqlx::query(tenant.sql(
            "INSERT INTO {control}.organizations
                 (uid, tenant, namespace, name, display_name, time_zone, currency, locale, schema_version)
             VALUES ($1, $1, 'replay', 'replay', 'Replay', $2, $3, 'en-US', $4)",
        ))
        .bind(tenant.id.as_str())
        .bind(time_zone)
        .bind(currency.as_str())
        .bind(TENANT_VERSION)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(tenant)
    }

    /// Connects to a throwaway tenant that [`Tenant::create_throwaway`] made.
    ///
    /// # Errors
    /// Where the database is out of reach or has no such tenant.
    pub async fn connect_throwaway(url: &SecretString, id: TenantId) -> Result<Self, ConnectError> {
        let tenant = Self {
            pool: open_pool(url).await?,
            schemas: Schemas::throwaway(&id),
            id,
        };
        tenant.check_versions().await?;
        Ok(tenant)
    }

    /// Removes a throwaway tenant with everything in it.
    ///
    /// # Errors
    /// Where the database is out of reach.
    pub async fn drop_throwaway(self) -> Result<(), DatabaseError> {
        sqlx::query(self.sql("DROP SCHEMA {schema} CASCADE"))
            .execute(&self.pool)
            .await?;
        self.pool.close().await;
        Ok(())
    }

    /// The tenant's name.
    #[must_use]
    pub const fn id(&self) -> &TenantId {
        &self.id
    }

    pub(crate) const fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub(crate) const fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    pub(crate) fn sql(&self, template: &'static str) -> SqlStr {
        self.schemas.sql(template)
    }

    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Postgres>, DatabaseError> {
        Ok(self.pool.begin().await?)
    }

    async fn check_versions(&self) -> Result<(), ConnectError> {
        let versions = sqlx::query(self.sql(
            "SELECT (SELECT version FROM {control}.schema_version) AS control,
                    (SELECT schema_version FROM {control}.organizations WHERE tenant = $1) AS tenant",
        ))
        .bind(self.id.as_str())
        .fetch_one(&self.pool)
        .await?;
        let control: Option<i32> = versions.try_get("control")?;
        let tenant: Option<i32> = versions.try_get("tenant")?;
        check_version(
            "the control schema",
            control.unwrap_or_default(),
            CONTROL_VERSION,
        )?;
        let tenant = tenant.ok_or_else(|| ConnectError::UnknownTenant(self.id.clone()))?;
        check_version("the tenant's schema", tenant, TENANT_VERSION)
    }
}

fn check_version(schema: &'static str, found: i32, known: i32) -> Result<(), ConnectError> {
    if found == known {
        Ok(())
    } else {
        Err(ConnectError::UnknownVersion {
            schema,
            found,
            known,
        })
    }
}

async fn open_pool(url: &SecretString) -> Result<PgPool, ConnectError> {
    let url = url.expose_secret();
    if !["postgres://", "postgresql://"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
    {
        return Err(ConnectError::InvalidUrl);
    }
    let options = PgConnectOptions::from_str(url).map_err(|_| ConnectError::InvalidUrl)?;
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(Duration::from_secs(15))
        .connect_with(options.application_name("dpo-pipeline"))
        .await?;
    Ok(pool)
}

fn random_tenant() -> TenantId {
    let uid = uuid::Uuid::new_v4();
    #[allow(
        clippy::expect_used,
        reason = "a UUID always has twenty hexadecimal digits"
    )]
    TenantId::from_organization_uid(&uid.to_string()).expect("a UUID is an Organization's UID")
}

#[cfg(test)]
mod tests {
    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::testing::server;

    async fn refusal(change: &str) -> String {
        let tenant = crate::testing::tenant("UTC", "USD").await;
        let sql = change.replace("{control}", tenant.id.as_str());
        sqlx::query(AssertSqlSafe(sql))
            .execute(&tenant.pool)
            .await
            .unwrap();
        let url = server().superuser_url("postgres");
        Tenant::connect_throwaway(&url, tenant.id)
            .await
            .unwrap_err()
            .to_string()
    }

    #[tokio::test]
    async fn an_unknown_version_is_refused_with_a_sentence() {
        let control = refusal("UPDATE {control}.schema_version SET version = 99").await;
        assert_eq!(
            control,
            "the control schema has version 99, but this program knows version 1; use the image of the operator's release"
        );
        let tenant = refusal("UPDATE {control}.organizations SET schema_version = 0").await;
        assert!(
            tenant.starts_with("the tenant's schema has version 0"),
            "{tenant}"
        );
        let gone = refusal("DELETE FROM {control}.organizations").await;
        assert!(
            gone.contains("wait until its Organization is Ready"),
            "{gone}"
        );
    }

    #[tokio::test]
    async fn a_wrong_address_repeats_no_password() {
        let open = async |url: &str| {
            open_pool(&url.to_owned().into())
                .await
                .unwrap_err()
                .to_string()
        };
        assert!(
            open("mysql:hunter2")
                .await
                .starts_with("DPO_DATABASE_URL is no Postgres address")
        );
        let nobody = open("postgres://somebody:hunter2@127.0.0.1:1/dpo").await;
        assert!(
            nobody.contains("cannot be reached") && !nobody.contains("hunter2"),
            "{nobody}"
        );
    }
}
