//! How many failed logins are borne over time. What is kept is one instant: when all of them will be forgotten.

use std::time::Duration;

use super::{ClientNetwork, Identity};
use crate::access::AccessError;

/// So many failures at once, and one more whenever one is forgotten.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    at_once: u32,
    /// How long one failure is remembered.
    pub(super) each: Duration,
}

/// Of one network on whatever accounts: an office of dozens mistypes less in a morning, and 10,000 tries take four days.
const OF_A_CLIENT: Budget = Budget {
    at_once: 100,
    each: Duration::from_secs(36),
};

/// Of whatever networks on one account. One network alone cannot use it up: it waits longer than a failure is remembered.
pub(super) const OF_AN_ACCOUNT: Budget = Budget {
    at_once: 30,
    each: Duration::from_secs(45),
};

impl Budget {
    /// How long the next try must wait where it takes `remembered` until every failure before it is forgotten.
    fn wait(self, remembered: Duration) -> Duration {
        (remembered + self.each).saturating_sub(self.each * self.at_once)
    }
}

/// Whose failures are counted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Spender<'a> {
    Client(ClientNetwork),
    Account(&'a str),
}

impl Spender<'_> {
    const fn kind(self) -> &'static str {
        match self {
            Self::Client(_) => "client",
            Self::Account(_) => "account",
        }
    }

    fn name(self) -> String {
        match self {
            Self::Client(network) => network.to_string(),
            Self::Account(email) => email.to_owned(),
        }
    }

    const fn budget(self) -> Budget {
        match self {
            Self::Client(_) => OF_A_CLIENT,
            Self::Account(_) => OF_AN_ACCOUNT,
        }
    }
}

impl Identity {
    /// Spends one failure, if it is borne; else says how long to wait. Tries at the same time take turns.
    pub(super) async fn spend(&mut self, by: Spender<'_>) -> Result<Duration, AccessError> {
        let budget = by.budget();
        let remembered: i64 = sqlx::query_scalar(REMEMBERED)
            .bind(by.kind())
            .bind(by.name())
            .fetch_one(&mut *self.transaction)
            .await?;
        let wait = budget.wait(Duration::from_micros(remembered.unsigned_abs()));
        if wait.is_zero() {
            self.postpone(by, budget.each.as_secs_f64()).await?;
        }
        Ok(wait)
    }

    /// Takes one failure back: the login was good.
    pub(super) async fn refund(&mut self, by: Spender<'_>) -> Result<(), AccessError> {
        self.postpone(by, -by.budget().each.as_secs_f64()).await
    }

    /// Forgets every failure.
    pub(super) async fn settle(&mut self, by: Spender<'_>) -> Result<(), AccessError> {
        sqlx::query("DELETE FROM control.login_budgets WHERE kind = $1 AND spender = $2")
            .bind(by.kind())
            .bind(by.name())
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    async fn postpone(&mut self, by: Spender<'_>, seconds: f64) -> Result<(), AccessError> {
        sqlx::query(
            "UPDATE control.login_budgets SET forgotten_at = forgotten_at + make_interval(secs => $3) \
             WHERE kind = $1 AND spender = $2",
        )
        .bind(by.kind())
        .bind(by.name())
        .bind(seconds)
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }
}

/// Microseconds until all is forgotten. Locks the row, so that the next try sees what this one spent.
const REMEMBERED: &str = "INSERT INTO control.login_budgets AS budget (kind, spender, forgotten_at) VALUES ($1, $2, now()) \
     ON CONFLICT (kind, spender) DO UPDATE SET forgotten_at = greatest(budget.forgotten_at, now()) \
     RETURNING (extract(epoch FROM forgotten_at - now()) * 1000000)::bigint";

#[cfg(test)]
mod tests {
    use super::*;

    const A_DAY: u64 = 24 * 60 * 60;

    /// Tries that are let through, one a second, where all fail.
    fn tries_in(seconds: u64, budget: Budget) -> u32 {
        let (mut tries, mut forgotten_at) = (0, Duration::ZERO);
        for now in (0..seconds).map(Duration::from_secs) {
            let remembered = forgotten_at.saturating_sub(now);
            if budget.wait(remembered).is_zero() {
                forgotten_at = now + remembered + budget.each;
                tries += 1;
            }
        }
        tries
    }

    #[test]
    fn a_budget_bears_its_failures_and_then_one_whenever_one_is_forgotten() {
        for (remembered, wait) in [
            (0, 0),
            (36, 0),
            (99 * 36, 0),
            (99 * 36 + 1, 1),
            (100 * 36, 36),
            (100 * 36 - 10, 26),
        ] {
            let waits = OF_A_CLIENT.wait(Duration::from_secs(remembered));
            assert_eq!(waits, Duration::from_secs(wait), "{remembered}");
        }
    }

    #[test]
    fn an_office_may_mistype_twice_each_and_an_attacker_gets_little() {
        assert_eq!(tries_in(60, OF_A_CLIENT), 60, "one a second");
        assert!((120..=200).contains(&tries_in(60 * 60, OF_A_CLIENT)));
        assert!(tries_in(10_000, OF_A_CLIENT) < 400);
        assert!(tries_in(A_DAY, OF_A_CLIENT) <= 2_500);
        assert!(tries_in(A_DAY, OF_AN_ACCOUNT) <= 1_950);
    }
}
