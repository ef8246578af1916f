//! Failed logins are counted three ways, in this order, which is the order of the locks: by the client's network on all
//! accounts, by account from all networks, and by account and network. The last has the longest waits, after some free
//! tries twice as long each time, so that who tries passwords on an account waits and its owner, elsewhere, does not.

use std::time::Duration;

use super::budget::Spender;
use super::{ClientNetwork, Identity};
use crate::access::AccessError;

/// Tries before the first wait.
const FREE_ATTEMPTS: i32 = 5;
/// The longest wait: who tries passwords on an account gets 1,440 tries a day from one network.
const LONGEST_WAIT_SECONDS: i32 = 60;

/// Whether a login may be tried now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Yes; it already counts as failed until [`Identity::forgive_attempt`].
    Allowed,
    /// Not yet.
    Wait {
        /// Seconds until the next try.
        seconds: u64,
        /// What had too many failures.
        limit: Limit,
    },
}

/// What has a limit of failed logins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The client's network, on whatever accounts.
    Client,
    /// The account.
    Account,
}

impl Identity {
    /// Claims a login attempt, known e-mail address or not, from the client's network if that is known. The claim counts
    /// before the password is checked, so that attempts at the same time cannot slip past the count. Where the answer
    /// is to wait nothing counts: drop the transaction.
    ///
    /// # Errors
    /// Where the database is away.
    pub async fn claim_attempt(
        &mut self,
        email: &str,
        client: Option<ClientNetwork>,
    ) -> Result<Attempt, AccessError> {
        if let Some(client) = client {
            let wait = self.spend(Spender::Client(client)).await?;
            if !wait.is_zero() {
                return Ok(Attempt::wait(wait, Limit::Client));
            }
        }
        let wait = self.spend(Spender::Account(email)).await?;
        if !wait.is_zero() {
            return Ok(Attempt::wait(wait, Limit::Account));
        }
        let attempt = self.claim_from(email, client).await?;
        self.remove_forgotten().await?;
        Ok(attempt)
    }

    /// After a success: the attempt does not count, nor does any of this account from this network.
    ///
    /// # Errors
    /// Where the database is away.
    pub async fn forgive_attempt(
        &mut self,
        email: &str,
        client: Option<ClientNetwork>,
    ) -> Result<(), AccessError> {
        if let Some(client) = client {
            self.refund(Spender::Client(client)).await?;
        }
        self.refund(Spender::Account(email)).await?;
        sqlx::query("DELETE FROM control.login_attempts WHERE email = $1 AND client = $2")
            .bind(email)
            .bind(text(client))
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Forgets the failures of an account from everywhere.
    pub(super) async fn forget_failures(&mut self, email: &str) -> Result<(), AccessError> {
        self.settle(Spender::Account(email)).await?;
        sqlx::query("DELETE FROM control.login_attempts WHERE email = $1")
            .bind(email)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// Claims an attempt on an account from one network.
    async fn claim_from(
        &mut self,
        email: &str,
        client: Option<ClientNetwork>,
    ) -> Result<Attempt, AccessError> {
        let claimed = sqlx::query(CLAIM)
            .bind(email)
            .bind(text(client))
            .bind(FREE_ATTEMPTS)
            .bind(LONGEST_WAIT_SECONDS)
            .execute(&mut *self.transaction)
            .await?;
        if claimed.rows_affected() == 1 {
            return Ok(Attempt::Allowed);
        }
        let seconds: i64 = sqlx::query_scalar(REMAINING)
            .bind(email)
            .bind(text(client))
            .bind(FREE_ATTEMPTS)
            .bind(LONGEST_WAIT_SECONDS)
            .fetch_one(&mut *self.transaction)
            .await?;
        let wait = Duration::from_secs(seconds.unsigned_abs());
        Ok(Attempt::wait(wait, Limit::Account))
    }

    /// Removes what counts no longer. Comes last and waits for nobody, so that no two logins wait for each other.
    async fn remove_forgotten(&mut self) -> Result<(), AccessError> {
        for statement in [OLD_ATTEMPTS, OLD_BUDGETS] {
            sqlx::query(statement)
                .execute(&mut *self.transaction)
                .await?;
        }
        Ok(())
    }
}

impl Attempt {
    fn wait(wait: Duration, limit: Limit) -> Self {
        let begun = u64::from(wait.subsec_nanos() > 0);
        Self::Wait {
            seconds: (wait.as_secs() + begun).max(1),
            limit,
        }
    }
}

/// A client as it is stored; an unknown one is like any other.
fn text(client: Option<ClientNetwork>) -> String {
    client.map_or_else(String::new, |client| client.to_string())
}

/// The wait after n failures: none below the free attempts, then 2, 4, 8 … seconds up to the longest.
macro_rules! wait {
    () => {
        "make_interval(secs => CASE WHEN attempt.failures < $3 THEN 0 \
         ELSE least($4, power(2, least(attempt.failures - $3 + 1, 20))) END)"
    };
}

const CLAIM: &str = concat!(
    "INSERT INTO control.login_attempts AS attempt (email, client, failures, last_failure_at) VALUES ($1, $2, 1, now()) \
     ON CONFLICT (email, client) DO UPDATE SET last_failure_at = now(), failures = \
         CASE WHEN attempt.last_failure_at < now() - interval '1 day' THEN 1 ELSE attempt.failures + 1 END \
     WHERE attempt.last_failure_at + ",
    wait!(),
    " <= now()"
);

const REMAINING: &str = concat!(
    "SELECT greatest(1, ceil(extract(epoch FROM attempt.last_failure_at + ",
    wait!(),
    " - now())))::bigint FROM control.login_attempts AS attempt WHERE attempt.email = $1 AND attempt.client = $2"
);

/// Failures are remembered for a day.
const OLD_ATTEMPTS: &str = "DELETE FROM control.login_attempts WHERE (email, client) IN (\
     SELECT email, client FROM control.login_attempts WHERE last_failure_at < now() - interval '1 day' \
     LIMIT 1000 FOR UPDATE SKIP LOCKED)";

const OLD_BUDGETS: &str = "DELETE FROM control.login_budgets WHERE (kind, spender) IN (\
     SELECT kind, spender FROM control.login_budgets WHERE forgotten_at < now() \
     LIMIT 1000 FOR UPDATE SKIP LOCKED)";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::budget::OF_AN_ACCOUNT;

    #[test]
    fn one_network_alone_cannot_use_up_the_budget_of_an_account() {
        let longest = Duration::from_secs(u64::from(LONGEST_WAIT_SECONDS.unsigned_abs()));
        assert!(longest > OF_AN_ACCOUNT.each);
    }
}
