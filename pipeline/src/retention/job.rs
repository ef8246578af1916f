//! The frame of a job: its run row is written before it does anything and finished whatever happens.

use dpo_warehouse::database::DatabaseError;
use dpo_warehouse::model::{RunClass, RunKind};
use dpo_warehouse::runs::{self, NewRun};
use dpo_warehouse::{Tenant, kill_point};

use super::JobReport;
use crate::cli::{OpenTenantError, TenantArgs};

/// Why a job could not write down how it ended.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The tenant's schema cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenTenantError),
    /// The run's row cannot be written.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Does the work and writes its run row; how the work went is in the class.
///
/// # Errors
/// The tenant cannot be opened or the run row not be written.
pub async fn record(
    args: &TenantArgs,
    kind: RunKind,
    work: impl AsyncFnOnce(&Tenant, &mut JobReport),
) -> Result<RunClass, JobError> {
    let tenant = args.open().await?;
    let run = NewRun {
        name: args.run_name.clone(),
        kind,
        source_uid: None,
        as_of: args.now(),
    };
    kill_point(&format!("{kind}.run.before_start"));
    let id = runs::start(&tenant, &run).await?;
    kill_point(&format!("{kind}.run.after_start"));
    let mut report = JobReport::default();
    work(&tenant, &mut report).await;
    kill_point(&format!("{kind}.run.before_finish"));
    runs::finish(&tenant, id, &report.outcome()).await?;
    kill_point(&format!("{kind}.run.after_finish"));
    tracing::info!(
        kind = kind.as_ref(),
        class = report.class().as_ref(),
        message = report.message(),
        "job finished"
    );
    Ok(report.class())
}
