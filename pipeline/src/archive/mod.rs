//! The command of the archive CronJob: restated archived days are loaded and computed, due days leave Postgres for the
//! archive, and what has left the policy's time leaves the archive.

use clap::Args;
use dpo_warehouse::Tenant;
use dpo_warehouse::archive::{Archive, Report, run as run_archive};
use dpo_warehouse::model::{RunClass, RunKind};
use jiff::Timestamp;

use crate::cli::TenantArgs;
use crate::connectors::Projections;
use crate::retention::{JobError, JobReport, Problem, StoreArgs, read_policy, record};

/// What an archive run is told.
#[derive(Debug, Args)]
pub struct ArchiveArgs {
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    store: StoreArgs,
}

/// Archives and writes the run row.
///
/// # Errors
/// The run row cannot be written; how the archive itself went is in its class.
pub async fn run(args: &ArchiveArgs) -> Result<RunClass, JobError> {
    let now = args.tenant.now();
    let work =
        async |tenant: &Tenant, report: &mut JobReport| archive(args, tenant, report, now).await;
    record(&args.tenant, RunKind::Archive, work).await
}

async fn archive(args: &ArchiveArgs, tenant: &Tenant, report: &mut JobReport, now: Timestamp) {
    let policy = match read_policy(args.tenant.retention.as_deref()) {
        Ok(policy) => policy,
        Err(error) => return report.failed(Problem::policy(&error)),
    };
    let Some(destination) = policy.as_ref().and_then(|policy| policy.archive.as_ref()) else {
        return tracing::info!(
            "the organization has no retention policy with an archive; nothing is archived"
        );
    };
    let store = match args.store.open(&destination.prefix) {
        Ok(store) => store,
        Err(error) => return report.failed(Problem::store(&error)),
    };
    let archive = Archive {
        tenant,
        store: &store,
        organization_uid: &args.store.organization_uid,
    };
    match run_archive(&archive, &Projections, policy.as_ref(), now).await {
        Ok(done) => note(report, &done),
        Err(error) => report.failed(Problem::archive(&error)),
    }
}

fn note(report: &mut JobReport, done: &Report) {
    report.did(done.restored, "archived days loaded for a restatement");
    report.did(done.committed, "archived days");
    report.did(done.purged, "days that left Postgres");
    report.did(done.expired, "removed objects");
    tracing::info!(
        sound = done.audit.sound,
        unreferenced = done.audit.unreferenced,
        missing = done.audit.missing.len(),
        "archive audited"
    );
    for path in &done.audit.missing {
        report.failed(Problem::missing_object(path));
    }
    for failure in &done.failures {
        let account = failure.day.account.to_string();
        report.failed(Problem {
            account,
            ..Problem::archive(&failure.error)
        });
    }
    for failure in &done.unreadable {
        report.failed(Problem::recompute(failure));
    }
}
