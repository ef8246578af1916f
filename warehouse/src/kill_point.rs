//! Named places where a crash test may end the process.

use std::collections::HashMap;
use std::io::Write as _;
use std::sync::{LazyLock, Mutex, PoisonError};

/// What the environment asks of kill points, read once.
struct Plan {
    target: Option<Target>,
    log: Option<std::path::PathBuf>,
}

#[derive(Debug, PartialEq, Eq)]
struct Target {
    name: String,
    occurrence: u32,
}

static PLAN: LazyLock<Plan> = LazyLock::new(|| Plan {
    target: std::env::var("DPO_KILL_POINT")
        .ok()
        .map(|text| parse(&text)),
    log: std::env::var_os("DPO_KILL_POINT_LOG").map(Into::into),
});

static PASSED: LazyLock<Mutex<HashMap<String, u32>>> = LazyLock::new(Mutex::default);

/// Marks a durable step (before and after each commit, upload, verification, deletion) for the crash tests.
///
/// Does nothing unless `DPO_KILL_POINT=<name>[#n]` is set: then the process aborts when `name` is passed for the n-th
/// time (first without `#n`). With `DPO_KILL_POINT_LOG=<file>` each passed name is appended to the file as a line.
pub fn kill_point(name: &str) {
    if PLAN.target.is_none() && PLAN.log.is_none() {
        return;
    }
    append_to_log(name);
    if PLAN
        .target
        .as_ref()
        .is_some_and(|target| target.name == name && target.occurrence == count(name))
    {
        std::process::abort();
    }
}

fn append_to_log(name: &str) {
    let Some(path) = &PLAN.log else { return };
    let appended = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        // One write a line: tasks of one process append at the same time.
        .and_then(|mut file| file.write_all(format!("{name}\n").as_bytes()));
    if let Err(error) = appended {
        tracing::warn!(%error, name, "kill point could not be logged");
    }
}

fn count(name: &str) -> u32 {
    let mut passed = PASSED.lock().unwrap_or_else(PoisonError::into_inner);
    let times = passed.entry(name.to_owned()).or_insert(0);
    *times += 1;
    *times
}

fn parse(text: &str) -> Target {
    let (name, occurrence) = text.split_once('#').unwrap_or((text, "1"));
    Target {
        name: name.to_owned(),
        occurrence: occurrence.parse().unwrap_or(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_alone_means_its_first_passing() {
        assert_eq!(
            parse("landing.before_commit"),
            Target {
                name: "landing.before_commit".into(),
                occurrence: 1
            }
        );
        assert_eq!(
            parse("archive.uploaded#3"),
            Target {
                name: "archive.uploaded".into(),
                occurrence: 3
            }
        );
    }

    #[test]
    fn passings_are_counted_by_name() {
        assert_eq!((count("a"), count("a"), count("b")), (1, 2, 1));
    }
}
