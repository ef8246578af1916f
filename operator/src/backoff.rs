//! How long to wait after failures of one object: doubling, with jitter, forgotten on success.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use rand::RngExt;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_mins(5);

/// Failures in a row, by UID.
#[derive(Debug, Default)]
pub struct Backoff(Mutex<HashMap<String, u32>>);

impl Backoff {
    /// One more failure; how long to wait now.
    pub fn failed(&self, uid: &str) -> Duration {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = failures.entry(uid.to_owned()).or_default();
        *count = count.saturating_add(1);
        jittered(longest_wait(*count), rand::rng().random_range(0.5..1.0))
    }

    /// It went well, or the object is gone.
    pub fn forget(&self, uid: &str) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(uid);
    }
}

fn longest_wait(failures: u32) -> Duration {
    FIRST
        .saturating_mul(2_u32.saturating_pow(failures.min(16)))
        .min(LONGEST)
}

/// Between half and the whole of the wait, so that objects which failed together do not come back together.
fn jittered(wait: Duration, share: f64) -> Duration {
    wait.mul_f64(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_five_minutes() {
        let seconds: Vec<u64> = [1, 2, 3, 8, 30]
            .map(|failures| longest_wait(failures).as_secs())
            .to_vec();
        assert_eq!(seconds, [2, 4, 8, 256, 300]);
    }

    #[test]
    fn success_starts_over() {
        let backoff = Backoff::default();
        for _ in 0..10 {
            backoff.failed("uid");
        }
        backoff.forget("uid");
        assert!(backoff.failed("uid") <= Duration::from_secs(2));
    }
}
