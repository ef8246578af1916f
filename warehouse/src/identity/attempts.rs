//! Failed logins by e-mail address: after some free tries each further one must wait, twice as long each time.

use super::Identity;
use crate::access::AccessError;

/// Tries before the first wait.
const FREE_ATTEMPTS: i32 = 5;
/// The longest wait: an attacker gets 1,440 tries a day and cannot lock the owner out for long.
const LONGEST_WAIT_SECONDS: i32 = 60;

/// Whether a login may be tried now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// Yes; it already counts as failed until [`Identity::forget_failures`].
    Allowed,
    /// Not yet.
    Wait {
        /// Seconds until the next try.
        seconds: i64,
    },
}

impl Identity {
    /// Claims a login attempt, known address or not. The claim counts before the password is checked, so that attempts
    /// at the same time cannot slip past the count. Failures older than a day are forgotten.
    ///
    /// # Errors
    /// Where the database is away.
    pub async fn claim_attempt(&mut self, email: &str) -> Result<Attempt, AccessError> {
        sqlx::query(
            "DELETE FROM control.login_attempts WHERE last_failure_at < now() - interval '1 day'",
        )
        .execute(&mut *self.transaction)
        .await?;
        let claimed = sqlx::query(CLAIM)
            .bind(email)
            .bind(FREE_ATTEMPTS)
            .bind(LONGEST_WAIT_SECONDS)
            .execute(&mut *self.transaction)
            .await?;
        if claimed.rows_affected() == 1 {
            return Ok(Attempt::Allowed);
        }
        let seconds: i64 = sqlx::query_scalar(REMAINING)
            .bind(email)
            .bind(FREE_ATTEMPTS)
            .bind(LONGEST_WAIT_SECONDS)
            .fetch_one(&mut *self.transaction)
            .await?;
        Ok(Attempt::Wait { seconds })
    }

    /// Forgets the failures of an address after a success.
    ///
    /// # Errors
    /// Where the database is away.
    pub async fn forget_failures(&mut self, email: &str) -> Result<(), AccessError> {
        sqlx::query("DELETE FROM control.login_attempts WHERE email = $1")
            .bind(email)
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }
}

/// The wait after n failures: none below the free attempts, then 2, 4, 8 … seconds up to the longest.
macro_rules! wait {
    () => {
        "make_interval(secs => CASE WHEN attempt.failures < $2 THEN 0 \
         ELSE least($3, power(2, least(attempt.failures - $2 + 1, 20))) END)"
    };
}

const CLAIM: &str = concat!(
    "INSERT INTO control.login_attempts AS attempt (email, failures, last_failure_at) VALUES ($1, 1, now()) \
     ON CONFLICT (email) DO UPDATE SET failures = attempt.failures + 1, last_failure_at = now() \
     WHERE attempt.last_failure_at + ",
    wait!(),
    " <= now()"
);

const REMAINING: &str = concat!(
    "SELECT greatest(1, ceil(extract(epoch FROM attempt.last_failure_at + ",
    wait!(),
    " - now())))::bigint FROM control.login_attempts AS attempt WHERE attempt.email = $1"
);
