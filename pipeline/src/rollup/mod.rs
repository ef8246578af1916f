//! The command of the hourly and daily roll-up CronJobs: sweep what a crashed sync left, close days, fold hours, and let
//! go what the policy lets go.

use clap::{Args, ValueEnum};
use dpo_warehouse::Tenant;
use dpo_warehouse::archive::{Archive, ArchiveError, back_up_raw};
use dpo_warehouse::database::DatabaseError;
use dpo_warehouse::invariants;
use dpo_warehouse::model::{RunClass, RunKind};
use dpo_warehouse::retention::{Policy, purge_raw};
use dpo_warehouse::rollup::{DEFAULT_GRACE, close_due, fold_due, sweep};
use jiff::Timestamp;

use crate::cli::TenantArgs;
use crate::connectors::Projections;
use crate::retention::{JobError, JobReport, Problem, StoreArgs, read_policy, record};

/// How much a roll-up run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Grain {
    /// Compute touched days, close days that are over, fold their hours.
    Hourly,
    /// All of that, then back up and delete raw payloads, and check the warehouse's rules.
    Daily,
}

/// What a roll-up is told.
#[derive(Debug, Args)]
pub struct RollupArgs {
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    store: StoreArgs,
    /// How much to do.
    #[arg(long, value_enum)]
    grain: Grain,
}

/// Rolls up and writes the run row.
///
/// # Errors
/// The run row cannot be written; how the roll-up itself went is in its class.
pub async fn run(args: &RollupArgs) -> Result<RunClass, JobError> {
    let kind = match args.grain {
        Grain::Hourly => RunKind::RollupHourly,
        Grain::Daily => RunKind::RollupDaily,
    };
    let work = async |tenant: &Tenant, report: &mut JobReport| {
        if let Err(error) = roll_up(args, tenant, report, args.tenant.now()).await {
            report.failed(Problem::database("rollup", &error));
        }
    };
    record(&args.tenant, kind, work).await
}

async fn roll_up(
    args: &RollupArgs,
    tenant: &Tenant,
    report: &mut JobReport,
    now: Timestamp,
) -> Result<(), DatabaseError> {
    let swept = sweep(tenant, &Projections, now).await?;
    report.did(swept.partitions, "computed partitions");
    report.wrote(swept.rows);
    for failure in &swept.failures {
        report.failed(Problem::recompute(failure));
    }
    let closed = close_due(tenant, now, DEFAULT_GRACE).await?;
    report.did(
        closed
            .iter()
            .map(|account| account.dates.len() as u64)
            .sum(),
        "closed days",
    );
    let policy = read_policy(args.tenant.retention.as_deref()).unwrap_or_else(|error| {
        report.failed(Problem::policy(&error));
        None
    });
    if let Some(policy) = policy.filter(|policy| !policy.legal_hold) {
        report.did(
            fold_due(tenant, now, policy.hourly_keep_days).await?,
            "folded days",
        );
        if args.grain == Grain::Daily {
            release_raw(args, tenant, &policy, report, now).await?;
        }
    }
    if args.grain == Grain::Daily {
        check_rules(tenant, report).await?;
    }
    Ok(())
}

/// Backs up raw payloads where the policy wants it, then deletes what it lets go. A store that fails keeps the payloads.
async fn release_raw(
    args: &RollupArgs,
    tenant: &Tenant,
    policy: &Policy,
    report: &mut JobReport,
    now: Timestamp,
) -> Result<(), DatabaseError> {
    if policy.raw.backup_required {
        back_up(args, tenant, policy, report, now).await?;
    }
    report.did(
        purge_raw(tenant, policy, now).await?,
        "partitions whose payloads were deleted",
    );
    Ok(())
}

async fn back_up(
    args: &RollupArgs,
    tenant: &Tenant,
    policy: &Policy,
    report: &mut JobReport,
    now: Timestamp,
) -> Result<(), DatabaseError> {
    let destination = policy.archive.as_ref();
    let prefix = destination.map_or("", |archive| archive.prefix.as_str());
    let store = match args.store.open(prefix) {
        Ok(store) => store,
        Err(error) => {
            report.failed(Problem::store(&error));
            return Ok(());
        }
    };
    let archive = Archive {
        tenant,
        store: &store,
        organization_uid: &args.store.organization_uid,
    };
    match back_up_raw(&archive, policy, now).await {
        Ok(partitions) => report.did(partitions, "backed-up partitions"),
        Err(ArchiveError::Database(error)) => return Err(error),
        Err(error) => report.failed(Problem::archive(&error)),
    }
    Ok(())
}

async fn check_rules(tenant: &Tenant, report: &mut JobReport) -> Result<(), DatabaseError> {
    for finding in invariants::check(tenant).await? {
        tracing::info!(
            invariant = finding.invariant.as_ref(),
            violations = finding.violations,
            "rule checked"
        );
        if finding.violations > 0 {
            report.failed(Problem::invariant(finding));
        }
    }
    Ok(())
}
