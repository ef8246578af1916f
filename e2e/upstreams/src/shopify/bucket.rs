//! Shopify's leaky bucket: each app has cost points in each shop, and they come back with real time.

use std::collections::HashMap;
use std::time::Instant;

use serde_json::{Value, json};

use crate::config::Limits;
use crate::tokens::Login;

/// Points by app and shop.
#[derive(Debug, Default)]
pub struct Buckets {
    levels: HashMap<Login, Level>,
}

#[derive(Debug, Clone, Copy)]
struct Level {
    available: f64,
    at: Instant,
}

/// What is left, in the wire form.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Throttle {
    maximum: f64,
    available: f64,
    restore_rate: f64,
}

impl Throttle {
    /// `throttleStatus`.
    pub fn body(&self) -> Value {
        json!({
            "maximumAvailable": self.maximum,
            "currentlyAvailable": self.available.floor(),
            "restoreRate": self.restore_rate,
        })
    }
}

impl Buckets {
    /// What is left now.
    pub fn status(&mut self, login: Login, limits: &Limits, at: Instant) -> Throttle {
        let level = self.levels.entry(login).or_insert(Level {
            available: limits.shopify_bucket,
            at,
        });
        let waited = at.saturating_duration_since(level.at).as_secs_f64();
        level.available =
            (level.available + waited * limits.shopify_restore_rate).min(limits.shopify_bucket);
        level.at = at;
        Throttle {
            maximum: limits.shopify_bucket,
            available: level.available,
            restore_rate: limits.shopify_restore_rate,
        }
    }

    /// Whether a query of this cost may run.
    pub fn allows(&mut self, login: Login, cost: i64, limits: &Limits, at: Instant) -> bool {
        self.status(login, limits, at).available >= points(cost)
    }

    /// Takes what a query really cost.
    pub fn take(&mut self, login: Login, cost: i64, limits: &Limits, at: Instant) -> Throttle {
        self.status(login, limits, at);
        if let Some(level) = self.levels.get_mut(&login) {
            level.available = (level.available - points(cost)).max(0.0);
        }
        self.status(login, limits, at)
    }
}

fn points(cost: i64) -> f64 {
    i32::try_from(cost).map_or(f64::MAX, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const LOGIN: Login = Login {
        business: 0,
        index: 0,
    };

    #[test]
    fn points_are_taken_and_come_back() {
        let mut buckets = Buckets::default();
        let limits = Limits::default();
        let start = Instant::now();
        assert_eq!(
            buckets.take(LOGIN, 600, &limits, start).available.to_bits(),
            1400.0_f64.to_bits()
        );
        buckets.take(LOGIN, 900, &limits, start);
        assert!(!buckets.allows(LOGIN, 501, &limits, start));
        assert!(buckets.allows(LOGIN, 500, &limits, start));
        let wait = Duration::from_millis(10);
        assert!(
            buckets.allows(LOGIN, 501, &limits, start + wait),
            "(501 − 500) / 100 per second is 10 ms"
        );
        let full = buckets
            .status(LOGIN, &limits, start + Duration::from_mins(1))
            .body();
        assert_eq!(full["currentlyAvailable"], 2000.0);
    }
}
