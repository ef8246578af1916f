//! A crash at any durable step of sync, roll-up and archive, and a run after it, end as if nothing had happened.
//!
//! The test starts itself as a child process that aborts at a kill point; the kill points are found by recording an
//! undisturbed run.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use secrecy::{ExposeSecret as _, SecretString};
use strum::{AsRefStr, EnumIter, EnumString, IntoEnumIterator as _};

use super::archive::{UID, archive_at};
use super::fixture::*;
use super::stores::{Directory, archiving};
use crate::Tenant;
use crate::archive::{Archive, Store, back_up_raw};
use crate::invariants::check;
use crate::retention::purge_raw;
use crate::rollup::{DEFAULT_GRACE, close_due, fold_due};

/// The jobs of this story, in their order. Each may be run again.
#[derive(Debug, Clone, Copy, PartialEq, AsRefStr, EnumIter, EnumString)]
enum Job {
    Sync,
    RollUp,
    Archive,
    Purge,
    Restate,
    ArchiveAgain,
    PurgeAgain,
    Expire,
}

async fn run(job: Job, tenant: &Tenant, store: &Store) {
    let mut policy = archiving();
    policy.raw.backup_keep_days = Some(150);
    match job {
        Job::Sync => {
            let orders = vec![
                order("1", day(1), 9, "100", 1),
                order("2", day(1), 9, "50", 1),
            ];
            land_a_day(tenant, orders).await;
            compute(tenant).await;
        }
        Job::RollUp => {
            let now = time("2026-09-02T00:00:00Z");
            compute(tenant).await;
            close_due(tenant, now, DEFAULT_GRACE).await.unwrap();
            fold_due(tenant, now, 0).await.unwrap();
            let archive = Archive {
                tenant,
                store,
                organization_uid: UID,
            };
            back_up_raw(&archive, &policy, now).await.unwrap();
            purge_raw(tenant, &policy, now).await.unwrap();
        }
        Job::Archive => drop(archive_at(tenant, store, &policy, "2026-12-12T00:00:00Z").await),
        Job::Purge => drop(archive_at(tenant, store, &policy, "2026-12-19T00:00:00Z").await),
        Job::Restate => {
            land(
                tenant,
                "daily",
                2,
                &[(day(1), &[row("7", None, "2.5", "2")])],
            )
            .await;
            land_orders(tenant, vec![order("1", day(1), 9, "80", 2)]).await;
        }
        Job::ArchiveAgain => drop(archive_at(tenant, store, &policy, "2027-01-01T00:00:00Z").await),
        Job::PurgeAgain => drop(archive_at(tenant, store, &policy, "2027-01-08T00:00:00Z").await),
        Job::Expire => drop(archive_at(tenant, store, &policy, "2027-03-01T00:00:00Z").await),
    }
}

/// What is there in the end: every row and every object.
async fn end_state(tenant: &Tenant, directory: &Directory) -> BTreeSet<String> {
    dump(tenant)
        .await
        .into_iter()
        .chain(directory.objects())
        .collect()
}

async fn violations(tenant: &Tenant) -> i64 {
    check(tenant)
        .await
        .unwrap()
        .iter()
        .map(|finding| finding.violations)
        .sum()
}

/// Does nothing in an ordinary test run: it is the process that crashes.
#[tokio::test]
async fn child() {
    let Ok(job) = std::env::var("DPO_CRASH_JOB") else {
        return;
    };
    let variable = |name: &str| std::env::var(name).unwrap();
    let url = SecretString::from(variable("DPO_CRASH_DATABASE"));
    let tenant = Tenant::connect_throwaway(&url, variable("DPO_CRASH_TENANT").parse().unwrap())
        .await
        .unwrap();
    let store = Store::directory(Path::new(&variable("DPO_CRASH_STORE")), "backups").unwrap();
    run(job.parse().unwrap(), &tenant, &store).await;
}

/// Runs a job in a child process with one more environment variable; gives whether it came to its end.
fn in_child(job: Job, tenant: &Tenant, directory: &Directory, (name, value): (&str, &str)) -> bool {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["tests::crash::child", "--exact", "--test-threads=1"])
        .env("DPO_CRASH_JOB", job.as_ref())
        .env(
            "DPO_CRASH_DATABASE",
            crate::testing::server()
                .superuser_url("postgres")
                .expose_secret(),
        )
        .env("DPO_CRASH_TENANT", tenant.id().as_str())
        .env("DPO_CRASH_STORE", directory.path())
        .env(name, value)
        .output()
        .unwrap();
    let crashed = std::os::unix::process::ExitStatusExt::signal(&output.status) == Some(6);
    assert!(
        output.status.success() || crashed,
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    output.status.success()
}

/// An undisturbed run, with the kill points that each job passes.
async fn undisturbed() -> (BTreeSet<String>, Vec<(Job, String)>) {
    let (tenant, directory, logs) = (tenant().await, Directory::new(), Directory::new());
    let mut points = Vec::new();
    for job in Job::iter() {
        let log = logs.path().join(job.as_ref());
        assert!(in_child(
            job,
            &tenant,
            &directory,
            ("DPO_KILL_POINT_LOG", log.to_str().unwrap())
        ));
        let names = std::fs::read_to_string(&log).unwrap_or_default();
        let names: BTreeSet<&str> = names.lines().collect();
        points.extend(names.into_iter().map(|name| (job, name.to_owned())));
    }
    (end_state(&tenant, &directory).await, points)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_at_any_step_ends_as_if_nothing_had_happened() {
    let (expected, points) = undisturbed().await;
    let names: BTreeSet<&str> = points.iter().map(|(_, name)| name.as_str()).collect();
    println!(
        "{} kill points in {} places: {names:?}",
        names.len(),
        points.len()
    );
    assert!(names.len() >= 25, "kill points vanished: {names:?}");
    let files = expected
        .iter()
        .filter(|line| line.starts_with("archive_manifest"))
        .count();
    assert_eq!(files, 12, "the story has become shorter");
    for (crashing, name) in &points {
        let (tenant, directory) = (tenant().await, Directory::new());
        for job in Job::iter() {
            if job == *crashing {
                assert!(
                    !in_child(job, &tenant, &directory, ("DPO_KILL_POINT", name)),
                    "{name} was not passed"
                );
            }
            run(job, &tenant, &directory.store()).await;
        }
        let found = end_state(&tenant, &directory).await;
        let differences: Vec<&String> = expected.symmetric_difference(&found).collect();
        assert!(
            differences.is_empty(),
            "after a crash of {crashing:?} at {name}: {differences:#?}"
        );
        assert_eq!(
            violations(&tenant).await,
            0,
            "after a crash of {crashing:?} at {name}"
        );
        tenant.drop_throwaway().await.unwrap();
    }
}
