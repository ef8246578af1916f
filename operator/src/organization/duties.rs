//! How the jobs that run for the whole Organization ended last: rows in Postgres, and Jobs that ended without one.

use dpo_crds::{LostRun, Organization};
use dpo_warehouse::tenancy::FinishedRun;
use k8s_openapi::api::batch::v1::CronJob;
use kube::ResourceExt;

use super::validate::ValidOrganization;
use crate::{
    context::Context,
    error::Error,
    lost_runs,
    workload::{COMPONENT, run_kind},
};

/// One of these jobs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Duty {
    pub last: Option<FinishedRun>,
    /// A later Job that failed without having written what happened.
    pub lost: Option<LostRun>,
}

impl Duty {
    /// Whether nothing is known yet.
    pub fn is_pending(&self) -> bool {
        self.last.is_none() && self.lost.is_none()
    }
}

/// Reads them, of those jobs alone that there should be: what an archive once reported means nothing after it was taken out of the policy.
///
/// # Errors
/// Postgres failed.
pub async fn read(
    organization: &Organization,
    valid: &ValidOrganization,
    wanted: &[CronJob],
    context: &Context,
) -> Result<Vec<Duty>, Error> {
    let mut finished = context.tenancy.last_duties(&valid.tenant).await?;
    let remembered = organization.status.as_ref().map(|status| &status.lost_runs);
    let mut duties = Vec::new();
    for component in wanted.iter().filter_map(|job| job.labels().get(COMPONENT)) {
        let kind = run_kind(component);
        let jobs = context.world.jobs.state_filter(|job| {
            job.labels().get(COMPONENT) == Some(component) && lost_runs::is_of(job, &valid.uid)
        });
        let finished = finished.remove(&kind);
        let remembered = remembered.and_then(|runs| runs.iter().find(|run| run.kind == kind));
        let lost = lost_runs::read(
            &context.tenancy,
            &valid.tenant,
            &jobs,
            &kind,
            finished.as_ref(),
            remembered,
        )
        .await?;
        duties.push(Duty {
            last: finished,
            lost,
        });
    }
    Ok(duties)
}
