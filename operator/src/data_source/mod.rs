//! DataSource: one sync CronJob, one initial Job, and a status from the runs that finished.
//!
//! The same steps as for Organizations, without a `cleanup`: a deleted DataSource keeps its history, and its jobs go with it.

mod apply;
mod build;
mod dereference;
mod findings;
mod mirror;
mod runs;
mod validate;

#[cfg(test)]
pub use dereference::Surroundings;

use std::{sync::Arc, time::Instant};

use dpo_crds::{DataSource, DataSourceStatus, Reason};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::runtime::controller::Action;

use crate::{
    children::Written,
    context::Context,
    error::Error,
    status::{self, Reported},
};

const CONTROLLER: &str = "data-source";

/// One look at one DataSource.
pub async fn reconcile(
    source: Arc<DataSource>,
    context: Arc<Context>,
) -> Result<Action, std::convert::Infallible> {
    let began = Instant::now();
    let result = if source.metadata.deletion_timestamp.is_some() {
        Ok(Written::Nothing)
    } else {
        Box::pin(bring_up(&source, &context)).await
    };
    Ok(context.conclude(CONTROLLER, &*source, began.elapsed(), &result))
}

async fn bring_up(source: &DataSource, context: &Context) -> Result<Written, Error> {
    let mut progress = apply::Progress::default();
    let result = Box::pin(attempt(source, context, &mut progress)).await;
    if result.as_ref().is_err_and(Error::is_conflict) {
        return result;
    }
    let findings = findings::findings(&progress, &result);
    let (reported, status) = status::report(context, source, &findings, |status| {
        progress.describe(source, status);
    })
    .await?;
    let mirrored = mirror::mirror(source, context, &progress, &status).await;
    // What stopped the attempt says more than that it could not be copied.
    let written = result?;
    Ok(written.or(reported).or(mirrored?))
}

async fn attempt(
    source: &DataSource,
    context: &Context,
    progress: &mut apply::Progress,
) -> Result<Written, Error> {
    // dereference (cache), validate (pure)
    let valid = dereference::dereference(source, context)
        .and_then(|surroundings| validate::validate(source, &surroundings));
    let valid = match valid {
        Ok(valid) => valid,
        Err(error) => {
            if may_not_run(error.verdict().reason) {
                apply::stand_still(source, context).await?;
            }
            return Err(error);
        }
    };
    // build (pure)
    let wanted = build::build(&valid, &context.jobs);
    // apply (client, database)
    apply::apply(source, &valid, wanted, context, progress).await
}

/// Whether what is there of jobs must go. A database that is away for a while takes none away, and a mistake in a spec leaves what ran before it.
fn may_not_run(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::OrganizationMissing | Reason::NamespaceTaken | Reason::AccountAlreadyClaimed
    )
}

impl Reported for DataSource {
    type Status = DataSourceStatus;
    const MANAGER: &'static str = "dpo-operator-data-source";

    fn conditions(status: &mut DataSourceStatus) -> (&mut Vec<Condition>, &mut Option<i64>) {
        (&mut status.conditions, &mut status.observed_generation)
    }

    fn status(&self) -> DataSourceStatus {
        self.status.clone().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_go_where_the_account_or_the_namespace_is_anothers_and_stay_through_a_mistake() {
        for reason in [
            Reason::OrganizationMissing,
            Reason::NamespaceTaken,
            Reason::AccountAlreadyClaimed,
        ] {
            assert!(may_not_run(reason), "{reason}");
        }
        for reason in [
            Reason::OrganizationNotReady,
            Reason::Unreadable,
            Reason::InvalidSchedule,
            Reason::DatabaseUnreachable,
        ] {
            assert!(!may_not_run(reason), "{reason}");
        }
    }
}
