//! Which kill points a process passes, and at which it ends.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::workbench;

/// How long nothing but the Lease is written before a program counts as settled: longer than the operator waits before it tries again
/// what failed twice.
const QUIET: Duration = Duration::from_secs(6);

/// What a process is told about kill points.
#[derive(Debug, Clone)]
pub enum Plan {
    Undisturbed,
    Record(PathBuf),
    EndAt(String),
}

impl Plan {
    /// As environment variables.
    #[must_use]
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Undisturbed => Vec::new(),
            Self::Record(log) => vec![("DPO_KILL_POINT_LOG", log.to_string_lossy().into_owned())],
            Self::EndAt(point) => vec![("DPO_KILL_POINT", point.clone())],
        }
    }
}

/// The points that a recorded process passed.
pub struct PointLog(PathBuf);

impl PointLog {
    /// A log that begins empty.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        fs::write(path, "").expect("a log can be written");
        Self(path.to_owned())
    }

    #[must_use]
    pub fn plan(&self) -> Plan {
        Plan::Record(self.0.clone())
    }

    /// Their names, each once, in the order in which they were first passed.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        self.passings()
            .into_iter()
            .filter(|name| seen.insert(name.clone()))
            .collect()
    }

    /// Waits until something was passed, and nothing any more for a while; renewing the Lease does not count.
    pub async fn settles(&self) {
        let count = || {
            self.passings()
                .iter()
                .filter(|name| !name.contains("leases"))
                .count()
        };
        workbench::eventually("the program settles", || async {
            let before = count();
            tokio::time::sleep(QUIET).await;
            (before > 0 && count() == before).then_some(())
        })
        .await;
    }

    fn passings(&self) -> Vec<String> {
        let log = fs::read_to_string(&self.0).expect("the log can be read");
        log.lines().map(ToOwned::to_owned).collect()
    }
}
