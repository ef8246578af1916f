//! Writing what was built: database first, since everything else needs it; then the store, the Secret, and last the jobs that use them.

use dpo_crds::{ConditionType, Organization, OrganizationStatus};
use dpo_warehouse::{kill_point, model::TenantId};
use k8s_openapi::api::core::v1::Secret;
use kube::{
    Api, ResourceExt,
    api::{Patch, PatchParams},
    core::PartialObjectMeta,
    runtime::reflector::ObjectRef,
};
use serde_json::json;

use super::{
    build::Wanted,
    cleanup,
    duties::{self, Duty},
    validate::{EffectivePolicy, ValidOrganization},
};
use crate::{
    children::{self, APPLIED, Written},
    context::Context,
    error::Error,
    status::Reported,
    store::TenantBucket,
    workload::TENANT_SECRET,
};

/// How far an attempt came, for the conditions.
#[derive(Debug, Default)]
pub struct Progress {
    pub tenant: Option<TenantId>,
    pub database: bool,
    /// `None` where no embedded store is installed.
    pub store: Option<bool>,
    pub policy: Option<EffectivePolicy>,
    /// How each roll-up and the archive, where there is one, ended last; `None` where that could not be read.
    pub duties: Option<Vec<Duty>>,
}

impl Progress {
    /// What the status tells besides conditions that were found.
    pub fn describe(&self, status: &mut OrganizationStatus, embedded_store: bool) {
        let tenant = self.tenant.as_ref().map(ToString::to_string);
        status.tenant = tenant.or(status.tenant.take());
        let mut forget = |kind: ConditionType| {
            status
                .conditions
                .retain(|condition| condition.type_ != kind.as_str());
        };
        if !embedded_store {
            forget(ConditionType::StoreReady);
        }
        let Some(duties) = &self.duties else { return };
        if duties.iter().all(Duty::is_pending) {
            forget(ConditionType::Maintained);
        }
        status.lost_runs = duties.iter().filter_map(|duty| duty.lost.clone()).collect();
    }
}

/// Applies everything that differs.
///
/// # Errors
/// The first thing that could not be done; what came before stays done.
pub async fn apply(
    organization: &Organization,
    valid: &ValidOrganization,
    wanted: Wanted,
    context: &Context,
    progress: &mut Progress,
) -> Result<Written, Error> {
    // No `..`: whatever is built must be applied.
    let Wanted {
        database,
        bucket,
        secret,
        cron_jobs,
        network_policy,
    } = wanted;
    progress.tenant = Some(valid.tenant.clone());
    progress.policy = Some(valid.policy.clone());
    // The finalizer comes first: what is made outside Kubernetes must not be forgotten.
    let Some(mut written) = cleanup::ensure_finalizer(organization, context).await? else {
        return Ok(Written::Nothing);
    };
    let change = context.tenancy.provision(&database).await?;
    if !change.is_empty() {
        tracing::info!(tenant = %valid.tenant, ?change, "database changed");
    }
    written = written.or((!change.is_empty()).into());
    written = written.or(remove_former_sources(valid, context).await?);
    progress.database = true;
    progress.duties = Some(duties::read(organization, valid, &cron_jobs, context).await?);
    written = written.or(ensure_secret(organization, context, &secret).await?);
    for wanted in &cron_jobs {
        let found = context.world.cron_jobs.get(&ObjectRef::from_obj(wanted));
        written = written.or(children::ensure(
            &context.client,
            Organization::MANAGER,
            wanted,
            found.as_deref(),
        )
        .await?);
    }
    let found = context
        .world
        .network_policies
        .get(&ObjectRef::from_obj(&network_policy));
    written = written.or(children::ensure(
        &context.client,
        Organization::MANAGER,
        &network_policy,
        found.as_deref(),
    )
    .await?);
    written = written.or(delete_orphans(&valid.uid, context, &cron_jobs).await?);
    // Last: syncs and roll-ups run without the store.
    if let (Some(bucket), Some(store)) = (&bucket, &context.store) {
        progress.store = Some(false);
        written = written.or(ensure_bucket(store, bucket).await?);
        progress.store = Some(true);
    }
    Ok(written)
}

async fn remove_former_sources(
    valid: &ValidOrganization,
    context: &Context,
) -> Result<Written, Error> {
    // Also those that cannot be read: they are there.
    let here = context.world.sources.metadata_in(&valid.namespace);
    let living: Vec<String> = here
        .into_iter()
        .filter(|source| source.deletion_timestamp.is_none())
        .filter_map(|source| source.uid)
        .collect();
    Ok(context
        .tenancy
        .remove_other_sources(&valid.tenant, &living)
        .await?
        .into())
}

async fn ensure_bucket(
    store: &crate::store::Gateway,
    bucket: &TenantBucket,
) -> Result<Written, Error> {
    if store.has(bucket).await? {
        return Ok(Written::Nothing);
    }
    kill_point("store.create.before");
    store.create(bucket).await?;
    kill_point("store.create.after");
    Ok(Written::Something)
}

/// The Secret is compared by its metadata alone: its mark, its owner, and who last wrote our keys.
async fn ensure_secret(
    organization: &Organization,
    context: &Context,
    wanted: &Secret,
) -> Result<Written, Error> {
    let found = context
        .world
        .secrets
        .get(&ObjectRef::new(TENANT_SECRET).within(&wanted.namespace().unwrap_or_default()));
    if let Some(found) = &found {
        children::refuse_foreign(&**found)?;
        if is_ours_unchanged(found, wanted, &organization.uid().unwrap_or_default()) {
            return Ok(Written::Nothing);
        }
    }
    let api = Api::<Secret>::namespaced(
        context.client.clone(),
        &wanted.namespace().unwrap_or_default(),
    );
    let body = children::with_type(wanted);
    api.patch(
        TENANT_SECRET,
        &PatchParams::apply(Organization::MANAGER).force(),
        &Patch::Apply(body),
    )
    .await?;
    Ok(Written::Something)
}

fn is_ours_unchanged(found: &PartialObjectMeta<Secret>, wanted: &Secret, uid: &str) -> bool {
    let same_mark = found.annotations().get(APPLIED) == wanted.annotations().get(APPLIED);
    let same_labels = wanted
        .labels()
        .iter()
        .all(|(name, value)| found.labels().get(name) == Some(value));
    let owned = found
        .owner_references()
        .iter()
        .any(|owner| owner.uid == uid);
    same_mark
        && same_labels
        && owned
        && holds_our_keys(found, wanted)
        && !written_by_others(found, wanted)
}

fn fields(
    entry: &k8s_openapi::apimachinery::pkg::apis::meta::v1::ManagedFieldsEntry,
) -> serde_json::Value {
    entry
        .fields_v1
        .as_ref()
        .map(|fields| fields.0["f:data"].clone())
        .unwrap_or_default()
}

fn names(wanted: &Secret) -> impl Iterator<Item = String> {
    wanted
        .data
        .iter()
        .flatten()
        .map(|(name, _)| format!("f:{name}"))
}

/// A key that somebody removed is no longer among the fields that we manage.
fn holds_our_keys(found: &PartialObjectMeta<Secret>, wanted: &Secret) -> bool {
    let ours = |manager: Option<&str>| manager == Some(Organization::MANAGER);
    let entry = found
        .managed_fields()
        .iter()
        .find(|entry| ours(entry.manager.as_deref()));
    entry.is_some_and(|entry| {
        let ours = fields(entry);
        names(wanted).all(|name| !ours[name].is_null())
    })
}

fn written_by_others(found: &PartialObjectMeta<Secret>, wanted: &Secret) -> bool {
    let others = found
        .managed_fields()
        .iter()
        .filter(|entry| entry.manager.as_deref() != Some(Organization::MANAGER))
        .map(fields);
    others
        .into_iter()
        .any(|theirs| names(wanted).any(|name| !theirs[name].is_null()))
}

/// Deletes CronJobs of this very Organization that are no longer wanted, such as the archive's of a former policy.
///
/// # Errors
/// The API server refuses.
pub async fn delete_orphans(
    uid: &str,
    context: &Context,
    wanted: &[k8s_openapi::api::batch::v1::CronJob],
) -> Result<Written, Error> {
    let owned = |job: &k8s_openapi::api::batch::v1::CronJob| {
        job.owner_references().iter().any(|owner| owner.uid == uid)
    };
    let mut written = Written::Nothing;
    for orphan in context.world.cron_jobs.state_filter(|job| {
        owned(job)
            && !wanted
                .iter()
                .any(|wanted| wanted.name_any() == job.name_any())
    }) {
        written = written.or(children::delete(&context.client, &*orphan).await?);
    }
    Ok(written)
}

/// Copies the conditions to where the API reads them, in the words that Kubernetes has.
///
/// # Errors
/// Postgres failed; before the database was reached there is nothing to copy to.
pub async fn mirror(
    context: &Context,
    progress: &Progress,
    status: &OrganizationStatus,
) -> Result<Written, Error> {
    let (Some(tenant), true) = (&progress.tenant, progress.database) else {
        return Ok(Written::Nothing);
    };
    Ok(context
        .tenancy
        .record_conditions(tenant, &json!(status.conditions))
        .await?
        .into())
}

#[cfg(test)]
mod tests {
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::{FieldsV1, ManagedFieldsEntry};

    use dpo_crds::Reason;

    use super::*;
    use crate::{
        conditions::{self, Finding},
        fixtures,
        organization::build,
    };

    fn entry(manager: &str, data: &serde_json::Value) -> ManagedFieldsEntry {
        let fields_v1 = Some(FieldsV1(json!({ "f:data": data })));
        ManagedFieldsEntry {
            manager: Some(manager.into()),
            fields_v1,
            ..ManagedFieldsEntry::default()
        }
    }

    fn stored(wanted: &Secret) -> PartialObjectMeta<Secret> {
        let mut metadata = wanted.metadata.clone();
        let data: serde_json::Map<String, serde_json::Value> =
            names(wanted).map(|name| (name, json!({}))).collect();
        metadata.managed_fields = Some(vec![entry(Organization::MANAGER, &data.into())]);
        PartialObjectMeta {
            types: None,
            metadata,
            _phantom: std::marker::PhantomData,
        }
    }

    #[test]
    fn conditions_of_what_is_no_longer_there_go() {
        let there = |embedded_store: bool, duties: Option<Vec<Duty>>| {
            let findings = [ConditionType::StoreReady, ConditionType::Maintained]
                .map(|kind| Finding::holds(kind, Reason::Reconciled, "x"));
            let now = jiff::Timestamp::UNIX_EPOCH;
            let mut status = OrganizationStatus {
                conditions: conditions::merged(&[], &findings, Some(1), now),
                ..OrganizationStatus::default()
            };
            let progress = Progress {
                duties,
                ..Progress::default()
            };
            progress.describe(&mut status, embedded_store);
            let kinds = status
                .conditions
                .into_iter()
                .map(|condition| condition.type_);
            kinds.collect::<Vec<_>>()
        };
        assert_eq!(there(true, None), ["StoreReady", "Maintained"]);
        assert_eq!(there(false, None), ["Maintained"]);
        assert_eq!(there(true, Some(vec![])), ["StoreReady"]);
    }

    #[test]
    fn a_secret_that_somebody_touched_is_seen_by_its_metadata() {
        let wanted = build::build(
            &fixtures::valid_organization(),
            &fixtures::jobs(),
            &fixtures::keys(),
        )
        .secret;
        let unchanged = |found: &PartialObjectMeta<Secret>| {
            is_ours_unchanged(found, &wanted, fixtures::ORGANIZATION_UID)
        };
        assert!(unchanged(&stored(&wanted)));

        let mut edited = stored(&wanted);
        edited
            .metadata
            .managed_fields
            .as_mut()
            .unwrap()
            .push(entry("kubectl-edit", &json!({ "f:url": {} })));
        assert!(!unchanged(&edited));

        let mut emptied = stored(&wanted);
        emptied.metadata.managed_fields = Some(vec![entry(
            Organization::MANAGER,
            &json!({ "f:token-key": {} }),
        )]);
        assert!(!unchanged(&emptied));

        let mut amended = stored(&wanted);
        amended
            .metadata
            .managed_fields
            .as_mut()
            .unwrap()
            .push(entry("kubectl-edit", &json!({ "f:note": {} })));
        assert!(unchanged(&amended), "an extra key is the user's own");

        let mut of_predecessor = stored(&wanted);
        of_predecessor.metadata.owner_references.as_mut().unwrap()[0].uid = "another".into();
        assert!(!unchanged(&of_predecessor));
    }
}
