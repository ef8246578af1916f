//! Writing what was built, and reading what the runs left.

use dpo_crds::{DataSource, DataSourceStatus, LastRun};
use k8s_openapi::{api::batch::v1::Job, apimachinery::pkg::apis::meta::v1::Time};
use kube::{Api, ResourceExt, api::PostParams, runtime::reflector::ObjectRef};
use serde_json::json;

use super::{
    build::Wanted,
    mirror,
    runs::{self, RunPicture},
    validate::ValidDataSource,
};
use crate::{
    children::{self, Written},
    conditions::whole_seconds,
    context::Context,
    error::Error,
    status::Reported,
    workload::{ORGANIZATION_UID, SOURCE_UID},
};

/// How far an attempt came, for the status.
#[derive(Debug, Default)]
pub struct Progress {
    pub valid: Option<ValidDataSource>,
    pub runs: Option<RunPicture>,
}

impl Progress {
    /// What the status tells besides conditions.
    pub fn describe(&self, source: &DataSource, status: &mut DataSourceStatus) {
        status.source = source
            .spec
            .source()
            .map(str::to_owned)
            .or(status.source.take());
        if let Some(valid) = &self.valid {
            status.schedule = Some(valid.schedule.clone());
        }
        let Some(runs) = &self.runs else { return };
        // Of an Organization that was made again nothing has run yet, whatever the status says.
        status.last_run = runs.last.as_ref().map(|run| LastRun {
            name: run.name.clone(),
            class: run.class.as_ref().to_owned(),
            finished_at: Some(Time(whole_seconds(run.finished_at))),
        });
        status.lost_run.clone_from(&runs.lost);
        status.last_sync_time = runs.last_success.map(|time| Time(whole_seconds(time)));
    }
}

/// Applies everything that differs.
///
/// # Errors
/// The first thing that could not be done; what came before stays done.
pub async fn apply(
    source: &DataSource,
    valid: &ValidDataSource,
    wanted: Wanted,
    context: &Context,
    progress: &mut Progress,
) -> Result<Written, Error> {
    // No `..`: whatever is built must be applied.
    let Wanted {
        cron_job,
        initial_job,
    } = wanted;
    progress.valid = Some(valid.clone());
    // The row first: a run refers to it.
    let conditions = json!(source.status().conditions);
    let mut written: Written = context
        .tenancy
        .record_source(&mirror::of_valid(valid, conditions))
        .await?
        .into();
    let found = context.world.cron_jobs.get(&ObjectRef::from_obj(&cron_job));
    written = written.or(children::ensure(
        &context.client,
        DataSource::MANAGER,
        &cron_job,
        found.as_deref(),
    )
    .await?);
    progress.runs = Some(runs::read(source, valid, context).await?);
    written = written.or(ensure_initial_job(valid, &initial_job, context, progress).await?);
    Ok(written)
}

/// Made once: a Job cannot be changed, and after the first run there is no need for it.
async fn ensure_initial_job(
    valid: &ValidDataSource,
    wanted: &Job,
    context: &Context,
    progress: &Progress,
) -> Result<Written, Error> {
    let has_run = progress
        .runs
        .as_ref()
        .is_some_and(|runs| runs.last.is_some());
    if valid.suspended || has_run {
        return Ok(Written::Nothing);
    }
    if let Some(found) = context.world.jobs.get(&ObjectRef::from_obj(wanted)) {
        children::refuse_foreign(&*found)?;
        // That of a former Organization or DataSource of this name makes room; its end is the call to look again.
        return if is_of(&found, valid) {
            Ok(Written::Nothing)
        } else {
            children::delete(&context.client, &*found).await
        };
    }
    let api = Api::<Job>::namespaced(context.client.clone(), &valid.namespace);
    match api
        .create(
            &PostParams {
                field_manager: Some(DataSource::MANAGER.into()),
                ..PostParams::default()
            },
            wanted,
        )
        .await
    {
        Ok(_) => Ok(Written::Something),
        // Either the cache is late, or somebody else has the name.
        Err(kube::Error::Api(answer)) if answer.code == 409 => {
            children::refuse_occupied(&api, &wanted.name_any()).await?;
            Ok(Written::Nothing)
        }
        Err(error) => Err(error.into()),
    }
}

fn is_of(job: &Job, valid: &ValidDataSource) -> bool {
    let label = |name: &str| job.labels().get(name);
    label(ORGANIZATION_UID) == Some(&valid.organization.uid)
        && label(SOURCE_UID) == Some(&valid.uid)
}

/// Takes the CronJob away of a DataSource that may not run: its Organization is gone or cannot be used, or its account belongs to another.
///
/// # Errors
/// The API server refuses.
pub async fn stand_still(source: &DataSource, context: &Context) -> Result<Written, Error> {
    let name = format!("{}-sync", source.name_any());
    let found = context
        .world
        .cron_jobs
        .get(&ObjectRef::new(&name).within(&source.namespace().unwrap_or_default()));
    let owned = found.filter(|job| {
        job.owner_references()
            .iter()
            .any(|owner| Some(&owner.uid) == source.uid().as_ref())
    });
    match owned {
        Some(job) => children::delete(&context.client, &*job).await,
        None => Ok(Written::Nothing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{data_source::build, data_source::validate::validate, fixtures};

    #[test]
    fn the_initial_job_of_a_former_source_of_the_same_name_is_not_ones_own() {
        let valid = validate(&fixtures::data_source(), &fixtures::source_surroundings()).unwrap();
        let job = build::build(&valid, &fixtures::jobs()).initial_job;
        assert!(is_of(&job, &valid));
        let again = ValidDataSource {
            uid: "uid-of-the-next-one".into(),
            ..valid.clone()
        };
        assert!(!is_of(&job, &again));
        let mut elsewhere = valid;
        elsewhere.organization.uid = "uid-of-another-organization".into();
        assert!(!is_of(&job, &elsewhere));
    }
}
