//! The API's only way to the database. The pool is private, so that no SQL but this crate's can run on it:
//! [`Access::tenant`] reads as one tenant's read-only role, [`Access::identity`] knows users and sessions and no figures.

mod error;

use std::str::FromStr as _;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Executor as _, PgPool, Postgres, Row as _, Transaction};

pub use error::{AccessError, Cause};

use crate::identity::Identity;
use crate::model::TenantId;
use crate::schema::{CONTROL_VERSION, TENANT_VERSION};
use crate::serve::TenantReader;

/// How the API uses the database.
#[derive(Debug, Clone, Copy)]
pub struct AccessLimits {
    /// The most connections at once.
    pub connections: u32,
    /// How long a request waits for a connection.
    pub acquire_timeout: Duration,
    /// How long one statement may take.
    pub statement_timeout: Duration,
}

impl Default for AccessLimits {
    fn default() -> Self {
        Self {
            connections: 10,
            acquire_timeout: Duration::from_secs(3),
            statement_timeout: Duration::from_secs(10),
        }
    }
}

/// A tenant whose figures the caller may read. Only a live membership makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantContext {
    tenant: TenantId,
    schema_version: i32,
}

impl TenantContext {
    pub(crate) const fn new(tenant: TenantId, schema_version: i32) -> Self {
        Self {
            tenant,
            schema_version,
        }
    }

    pub(crate) const fn tenant(&self) -> &TenantId {
        &self.tenant
    }
}

/// The API's connections.
#[derive(Debug, Clone)]
pub struct Access {
    pool: PgPool,
}

impl Access {
    /// Prepares connections as the API's login; none is opened yet.
    ///
    /// # Errors
    /// Where `url` is no Postgres URL. The sentence does not repeat it: it holds a password.
    pub fn new(url: &SecretString, limits: AccessLimits) -> Result<Self, AccessError> {
        let options = PgConnectOptions::from_str(url.expose_secret())
            .map_err(|_| AccessError::InvalidUrl)?
            .application_name("dpo-api")
            .options([
                (
                    "statement_timeout",
                    limits.statement_timeout.as_millis().to_string(),
                ),
                ("idle_in_transaction_session_timeout", "30000".to_owned()),
                ("search_path", "pg_catalog".to_owned()),
            ]);
        let pool = PgPoolOptions::new()
            .max_connections(limits.connections)
            .acquire_timeout(limits.acquire_timeout)
            .after_release(|connection, _| Box::pin(is_clean(connection)))
            .connect_lazy_with(options);
        Ok(Self { pool })
    }

    /// Begins a transaction that reads one tenant's figures as its read-only role and sees one instant.
    /// Dropping it ends it.
    ///
    /// # Errors
    /// Where the database is away, of an unknown version, or the tenant's role does not exist yet.
    pub async fn tenant(&self, context: &TenantContext) -> Result<TenantReader, AccessError> {
        if context.schema_version != TENANT_VERSION {
            return Err(AccessError::UnknownVersion {
                found: context.schema_version,
            });
        }
        let mut transaction = self
            .pool
            .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            .await?;
        take_role(&mut transaction, &context.tenant).await?;
        Ok(TenantReader::new(transaction, context.tenant.clone()))
    }

    /// Begins a transaction on users, memberships and sessions. Dropping it undoes what it did.
    ///
    /// # Errors
    /// Where the database is away or of an unknown version.
    pub async fn identity(&self) -> Result<Identity, AccessError> {
        let mut transaction = self.pool.begin().await?;
        let found: Option<i32> = sqlx::query_scalar("SELECT version FROM control.schema_version")
            .fetch_optional(&mut *transaction)
            .await?;
        match found {
            Some(CONTROL_VERSION) => Ok(Identity::new(transaction)),
            other => Err(AccessError::UnknownVersion {
                found: other.unwrap_or(0),
            }),
        }
    }

    /// Whether requests can be served: the database answers and is of a version that this release knows.
    ///
    /// # Errors
    /// The reason why not.
    pub async fn check(&self) -> Result<(), AccessError> {
        self.identity().await.map(drop)
    }

    /// Open connections, and how many of them are idle.
    #[must_use]
    pub fn connections(&self) -> (u32, usize) {
        (self.pool.size(), self.pool.num_idle())
    }

    /// Closes all connections once their requests ended.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

async fn take_role(
    transaction: &mut Transaction<'static, Postgres>,
    tenant: &TenantId,
) -> Result<(), AccessError> {
    let statement = AssertSqlSafe(format!("SET LOCAL ROLE \"{tenant}_ro\""));
    match sqlx::query(statement).execute(&mut **transaction).await {
        Ok(_) => Ok(()),
        Err(error) => Err(error::of_role(error)),
    }
}

/// Whether a returned connection is outside any transaction and is the login itself. A request that is dropped between
/// sending BEGIN and its answer would otherwise leave a transaction open for the next request. Only in one plain query
/// are both times equal outside a transaction: a prepared one takes several messages.
async fn is_clean(connection: &mut sqlx::PgConnection) -> Result<bool, sqlx::Error> {
    let question = sqlx::raw_sql(
        "SELECT transaction_timestamp() = statement_timestamp() AND current_user = session_user",
    );
    connection.fetch_one(question).await?.try_get(0)
}
