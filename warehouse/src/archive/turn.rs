//! Runs that write to a tenant's archive take turns. Two that upload and read back the same object at once would take it
//! from under each other.

use sqlx::Postgres;
use sqlx::pool::PoolConnection;

use crate::database::{DatabaseError, Tenant};

/// The right to write, for as long as it is held; a crash gives it back too.
pub(super) struct Turn {
    _connection: PoolConnection<Postgres>,
}

impl Turn {
    /// Waits for the run that is at work, if there is one.
    ///
    /// # Errors
    /// Where the database fails.
    pub(super) async fn take(tenant: &Tenant) -> Result<Self, DatabaseError> {
        let mut connection = tenant.pool().acquire().await?;
        // The lock belongs to the session and must not stay behind in the pool.
        connection.close_on_drop();
        sqlx::query("SELECT pg_advisory_lock(hashtextextended('dpo.archive.' || $1, 0))")
            .bind(tenant.id().as_str())
            .execute(&mut *connection)
            .await?;
        Ok(Self {
            _connection: connection,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
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
}
