//! What the runs of a DataSource left behind: rows in Postgres, and Jobs that ended without one.

use dpo_crds::{DataSource, LostRun};
use dpo_warehouse::{model::RunClass, tenancy::FinishedRun};
use jiff::Timestamp;
use kube::ResourceExt;

use super::validate::ValidDataSource;
use crate::{context::Context, error::Error, lost_runs, workload::SOURCE_UID};

/// The kind of these runs in Postgres.
const KIND: &str = "sync";

/// Everything about past runs that the status tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunPicture {
    pub last: Option<FinishedRun>,
    pub last_success: Option<Timestamp>,
    /// A Job that failed after the last finished run without having written what happened.
    pub lost: Option<LostRun>,
}

/// Reads them.
///
/// # Errors
/// Postgres failed.
pub async fn read(
    source: &DataSource,
    valid: &ValidDataSource,
    context: &Context,
) -> Result<RunPicture, Error> {
    let organization = &valid.organization;
    let (last, last_success) = context
        .tenancy
        .last_sync(&organization.tenant, &valid.uid)
        .await?;
    let jobs = context.world.jobs.state_filter(|job| {
        job.labels().get(SOURCE_UID) == Some(&valid.uid) && lost_runs::is_of(job, &organization.uid)
    });
    // A loss from before the Organization was made again was that of another tenant.
    let remembered = source
        .status
        .as_ref()
        .and_then(|status| status.lost_run.as_ref());
    let remembered = remembered.filter(|lost| {
        organization
            .created_at
            .is_none_or(|created| lost.failed_at.0 >= created)
    });
    Ok(RunPicture {
        lost: lost_runs::read(
            &context.tenancy,
            &organization.tenant,
            &jobs,
            KIND,
            last.as_ref(),
            remembered,
        )
        .await?,
        last,
        last_success,
    })
}

/// What a class of outcome means for the credentials: `None` where it says nothing about them.
pub fn credentials_are_valid(class: RunClass) -> Option<bool> {
    match class {
        RunClass::Ok
        | RunClass::EmptyOk
        | RunClass::RateLimited
        | RunClass::DailyQuota
        | RunClass::TooMuchData => Some(true),
        RunClass::AuthExpired
        | RunClass::AuthRevoked
        | RunClass::PermissionDenied
        | RunClass::AccountDisabled => Some(false),
        RunClass::Transient | RunClass::ApiVersionSunset | RunClass::PermanentBug => None,
    }
}
