//! What the operator still waits for, by name.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Ready when nothing is pending.
#[derive(Debug)]
pub struct Readiness(Mutex<BTreeSet<String>>);

impl Readiness {
    /// Begins with these things pending.
    #[must_use]
    pub fn awaiting<const N: usize>(pending: [&str; N]) -> Self {
        Self(Mutex::new(pending.into_iter().map(str::to_owned).collect()))
    }

    /// Something is there.
    pub fn done(&self, what: &str) {
        self.names().remove(what);
    }

    /// Something is missing (again).
    pub fn lost(&self, what: &str) {
        self.names().insert(what.to_owned());
    }

    /// Whatever is missing, sorted.
    #[must_use]
    pub fn pending(&self) -> Vec<String> {
        self.names().iter().cloned().collect()
    }

    fn names(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_what_is_missing_until_everything_is_there() {
        let readiness =
            Readiness::awaiting(["CustomResourceDefinition organizations.dpo.dev", "Postgres"]);
        readiness.done("Postgres");
        assert_eq!(
            readiness.pending(),
            ["CustomResourceDefinition organizations.dpo.dev"]
        );
        readiness.done("CustomResourceDefinition organizations.dpo.dev");
        assert!(readiness.pending().is_empty());
        readiness.lost("Postgres");
        assert_eq!(readiness.pending(), ["Postgres"]);
    }
}
