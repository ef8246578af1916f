//! DataSource: one sync CronJob, one initial Job, and a status from the runs that finished.
//!
//! The same steps as for Organizations, without a `cleanup`: a deleted DataSource keeps its history, and its jobs go with it.

mod apply;
mod build;
mod dereference;
mod findings;
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
    let result = attempt(source, context, &mut progress).await;
    if result.as_ref().is_err_and(Error::is_conflict) {
        return result;
    }
    let findings = findings::findings(&progress, &result);
    let (reported, status) = status::report(context, source, &findings, |status| {
        progress.describe(source, status);
    })
    .await?;
    let mirrored = apply::mirror(source, context, &progress, &status).await?;
    result.map(|written| written.or(reported).or(mirrored))
}

async fn attempt(
    source: &DataSource,
    context: &Context,
    progress: &mut apply::Progress,
) -> Result<Written, Error> {
    // dereference (cache)
    let surroundings = match dereference::dereference(source, context) {
        Ok(surroundings) => surroundings,
        Err(error) => {
            // A database that is away for a while takes no jobs away.
            if matches!(
                error.verdict().reason,
                Reason::OrganizationMissing | Reason::NamespaceTaken
            ) {
                apply::stand_still(source, context).await?;
            }
            return Err(error);
        }
    };
    // validate (pure)
    let valid = validate::validate(source, &surroundings)?;
    // build (pure)
    let wanted = build::build(&valid, &context.jobs);
    // apply (client, database)
    apply::apply(source, &valid, wanted, context, progress).await
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
