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

    /// Something is missing until the answer is dropped.
    #[must_use]
    pub fn pending_while(&self, what: String) -> Pending<'_> {
        self.lost(&what);
        Pending(self, what)
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

/// Ends what is pending when it goes.
#[derive(Debug)]
pub struct Pending<'a>(&'a Readiness, String);

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        self.0.done(&self.1);
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
