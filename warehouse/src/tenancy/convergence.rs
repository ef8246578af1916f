//! Running plans: read, plan, execute in one transaction under a lock, until nothing is left to do.

use std::time::Duration;

use sqlx::{
    Connection, Executor, PgConnection, PgPool, Row,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{
    Step, TenancyError,
    access::missing_administrator_rights,
    plan::{self, DesiredOrganization},
    removal::{self, Removal},
    snapshot::{self, Snapshot},
};
use crate::{kill_point, model::TenantId};

/// One lock for everything that changes roles and schemas: whoever comes second, such as a former leader that does not know it yet, waits
/// and then plans from what the first has left. It fences nobody off, and need not: every plan starts from what is there. The row is one that
/// no tenant's login may lock; any login may take any advisory lock and keep it.
const LOCK: &str = "SELECT FROM control.schema_version FOR UPDATE";
/// Where the row is not there yet, no tenant can log in either.
const FIRST_LOCK: &str = "SELECT pg_advisory_xact_lock(hashtext('dpo.tenancy'))";
const IS_MADE: &str = "SELECT to_regclass('control.schema_version') IS NOT NULL";
/// Rounds of plan and execution after which a plan counts as endless; a new installation takes five.
const ROUNDS: usize = 8;

/// What was done, in words without secrets; empty where everything was in place.
pub type Change = Vec<String>;

/// The operator's way to Postgres.
#[derive(Clone, Debug)]
pub struct Tenancy {
    pool: PgPool,
}

impl Tenancy {
    /// Connects on first use, as `dpo_operator`. Statements and waits for locks are bounded.
    #[must_use]
    pub fn new(options: PgConnectOptions) -> Self {
        let options = options
            .application_name("dpo-operator")
            .options([("statement_timeout", "60s"), ("lock_timeout", "10s")]);
        let pool = PgPoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(10))
            .idle_timeout(Duration::from_mins(2))
            .connect_lazy_with(options);
        Self { pool }
    }

    /// The connections, for reads of this module.
    pub(super) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// What an administrator still has to do, as sentences; empty once `administrator.sql` was run.
    ///
    /// # Errors
    /// Where Postgres does not answer.
    pub async fn missing_administrator_rights(&self) -> Result<Vec<&'static str>, TenancyError> {
        missing_administrator_rights(&mut *self.pool.acquire().await?).await
    }

    /// Brings what tenants share into the wanted state, also before there is any tenant: the API cannot serve without it.
    ///
    /// # Errors
    /// Where Postgres does not answer, or lacks what `administrator.sql` sets up, or is of a newer release.
    pub async fn provide_control(&self) -> Result<Change, TenancyError> {
        // No Organization has this UID, so the picture holds what is shared and nothing else.
        let Ok(nobody) = TenantId::from_organization_uid("00000000-0000-0000-0000-000000000000")
        else {
            return Ok(Change::new());
        };
        self.converge("control", &nobody, plan::control).await
    }

    /// Brings the control schema and one tenant into the wanted state: roles, schema, grants, memberships, rows.
    ///
    /// # Errors
    /// Where Postgres does not answer, or lacks what `administrator.sql` sets up, or is of a newer release.
    pub async fn provision(&self, desired: &DesiredOrganization) -> Result<Change, TenancyError> {
        self.converge("provision", &desired.tenant, |snapshot| {
            plan::provision(snapshot, desired)
        })
        .await
    }

    /// Blocks the logins of a tenant and ends its sessions. Its schema and rows stay.
    ///
    /// # Errors
    /// Where Postgres does not answer.
    pub async fn retire(&self, tenant: &TenantId) -> Result<Removal, TenancyError> {
        self.block(tenant).await?;
        let found = self.look(tenant).await?;
        Ok(if exists(&found) {
            Removal::Retained
        } else {
            Removal::Gone
        })
    }

    /// Blocks the logins of a tenant, ends its sessions, and removes schema, rows and roles, unless a legal hold is recorded.
    ///
    /// # Errors
    /// Where Postgres does not answer, or a reader holds a table for too long.
    pub async fn remove(&self, tenant: &TenantId) -> Result<Removal, TenancyError> {
        self.block(tenant).await?;
        let held = |snapshot: &Snapshot| {
            snapshot
                .organization
                .as_ref()
                .is_some_and(|row| row.legal_hold)
        };
        // The hold is read under the lock, in the transaction that drops.
        let plan = |snapshot: &Snapshot| {
            Ok(if held(snapshot) {
                Vec::new()
            } else {
                removal::drop(snapshot, tenant)
            })
        };
        self.converge("drop", tenant, plan).await?;
        let found = self.look(tenant).await?;
        Ok(if exists(&found) {
            Removal::RetainedByLegalHold
        } else {
            Removal::Gone
        })
    }

    async fn block(&self, tenant: &TenantId) -> Result<(), TenancyError> {
        self.converge("block", tenant, |snapshot| {
            Ok(removal::block(snapshot, tenant))
        })
        .await?;
        if let Some(step) = removal::end_sessions(&self.look(tenant).await?, tenant) {
            let mut connection = self.pool.acquire().await?;
            kill_point("sql.end_sessions.before");
            step.run(&mut connection).await?;
            kill_point("sql.end_sessions.after");
        }
        Ok(())
    }

    async fn look(&self, tenant: &TenantId) -> Result<Snapshot, TenancyError> {
        snapshot::read(&mut *self.pool.acquire().await?, tenant).await
    }

    /// Looks first without a lock, since mostly nothing is to be done.
    async fn converge(
        &self,
        name: &str,
        tenant: &TenantId,
        plan: impl Fn(&Snapshot) -> Result<Vec<Step>, TenancyError>,
    ) -> Result<Change, TenancyError> {
        if plan(&self.look(tenant).await?)?.is_empty() {
            return Ok(Change::new());
        }
        let mut connection = self.pool.acquire().await?;
        self.require_administrator_rights(&mut connection).await?;
        let mut transaction = connection.begin().await?;
        take_turn(&mut transaction).await?;
        let change = run_rounds(&mut transaction, tenant, plan).await?;
        kill_point(&format!("sql.{name}.before_commit"));
        transaction.commit().await?;
        kill_point(&format!("sql.{name}.after_commit"));
        Ok(change)
    }

    async fn require_administrator_rights(
        &self,
        connection: &mut PgConnection,
    ) -> Result<(), TenancyError> {
        let missing = missing_administrator_rights(connection).await?;
        if missing.is_empty() {
            Ok(())
        } else {
            Err(TenancyError::AdministratorSqlMissing(missing.join("; ")))
        }
    }
}

/// Whether anything of a tenant is there.
fn exists(snapshot: &Snapshot) -> bool {
    snapshot.organization.is_some() || snapshot.tenant_schema.is_some()
}

async fn take_turn(connection: &mut PgConnection) -> Result<(), TenancyError> {
    let is_made = async |connection: &mut PgConnection| -> Result<bool, sqlx::Error> {
        Ok(connection.fetch_one(IS_MADE).await?.get(0))
    };
    if !is_made(&mut *connection).await? {
        connection.execute(FIRST_LOCK).await?;
    }
    if is_made(&mut *connection).await? {
        connection.execute(LOCK).await?;
    }
    Ok(())
}

async fn run_rounds(
    connection: &mut PgConnection,
    tenant: &TenantId,
    plan: impl Fn(&Snapshot) -> Result<Vec<Step>, TenancyError>,
) -> Result<Change, TenancyError> {
    let database: String = connection
        .fetch_one("SELECT quote_ident(current_database())")
        .await?
        .get(0);
    let mut change = Change::new();
    for _ in 0..ROUNDS {
        let steps = plan(&snapshot::read(connection, tenant).await?)?;
        if steps.is_empty() {
            return Ok(change);
        }
        for step in steps {
            step.filled_in("{database}", &database)
                .run(connection)
                .await?;
            change.push(step.what().to_string());
        }
    }
    let left = plan(&snapshot::read(connection, tenant).await?)?;
    Err(TenancyError::DoesNotConverge(
        tenant.to_string(),
        format!("{left:?}"),
    ))
}
