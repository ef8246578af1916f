//! Runs that write to a tenant's archive take turns. Two that upload and read back the same object at once would take it
//! from under each other.

use sqlx::{Postgres, Transaction};

use crate::database::{DatabaseError, Tenant};

/// The right to write, for as long as it is held; a crash gives it back too.
pub(super) struct Turn {
    _transaction: Transaction<'static, Postgres>,
}

/// A lock on a table of the tenant's own, which no other tenant's login can take; it would get any advisory lock. The lock is
/// in its own way alone: rows are read and written under it, and a transaction that does nothing else keeps no row version.
const LOCK: &str = "LOCK TABLE {schema}.archived_ledger_keys IN SHARE UPDATE EXCLUSIVE MODE";
const NO_TIME_OUT: &str = "SET LOCAL idle_in_transaction_session_timeout = 0";

impl Turn {
    /// Waits for the run that is at work, if there is one.
    ///
    /// # Errors
    /// Where the database fails.
    pub(super) async fn take(tenant: &Tenant) -> Result<Self, DatabaseError> {
        let mut transaction = tenant.begin().await?;
        sqlx::query(NO_TIME_OUT).execute(&mut *transaction).await?;
        sqlx::query(tenant.sql(LOCK))
            .execute(&mut *transaction)
            .await?;
        Ok(Self {
            _transaction: transaction,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use secrecy::ExposeSecret as _;
    use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

    use super::*;
    use crate::testing::{Installation, server};
    use crate::tests::fixture::tenant;

    #[tokio::test]
    async fn a_second_run_waits_for_the_first_and_other_tenants_do_not() {
        let (one, other) = (tenant().await, tenant().await);
        let turn = Turn::take(&one).await.unwrap();
        Turn::take(&other).await.unwrap();
        let second = tokio::time::timeout(Duration::from_millis(300), Turn::take(&one));
        assert!(second.await.is_err(), "two have the turn");
        drop(turn);
        Turn::take(&one).await.unwrap();
    }

    #[tokio::test]
    async fn no_other_tenants_login_can_take_the_turn_away() {
        let installation = Installation::create(server()).await;
        let uid = || uuid::Uuid::new_v4().to_string();
        let (own, other) = (
            installation.tenant(&uid()).await,
            installation.tenant(&uid()).await,
        );
        let url = installation.job_url(&own);
        let mut login = PgConnection::connect(url.expose_secret()).await.unwrap();
        let mut run =
            async |sql: String| sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut login).await;
        for lock in [
            "LOCK TABLE {schema}.archived_ledger_keys IN ACCESS SHARE MODE",
            LOCK,
        ] {
            let lock = lock.replace("{schema}", other.as_str());
            assert!(run(format!("BEGIN; {lock}")).await.is_err(), "{lock}");
            run("ROLLBACK".into()).await.unwrap();
        }
        run(format!(
            "SELECT pg_advisory_lock(hashtextextended('dpo.archive.{other}', 0))"
        ))
        .await
        .unwrap();
        let tenant = Tenant::connect(&installation.job_url(&other), other)
            .await
            .unwrap();
        let turn = tokio::time::timeout(Duration::from_secs(10), Turn::take(&tenant));
        turn.await.unwrap().unwrap();
    }
}
