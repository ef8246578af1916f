//! Deletion. Decided first, needs no valid spec and no pod; whatever is gone already is fine.

use dpo_crds::{ConditionType, DeletionPolicy, Organization, Reason, RetentionPolicySpec};
use dpo_warehouse::{archive::organization_prefix, kill_point, model::TenantId, tenancy::Removal};
use kube::{
    Api, ResourceExt,
    api::{Patch, PatchParams},
    runtime::events::EventType,
};
use serde_json::json;

use super::{build::bucket_name, dereference::named_policy};
use crate::{
    children::Written, conditions::Finding, context::Context, environment, error::Error, status,
    workload::Archive,
};

/// Keeps an Organization until what it has outside Kubernetes is taken care of.
pub const FINALIZER: &str = "dpo.dev/tenant";

/// Adds the finalizer where it is missing; `None` where the object went meanwhile, so that nothing may be made for it: nobody would take it away.
///
/// # Errors
/// The API server refuses.
pub async fn ensure_finalizer(
    organization: &Organization,
    context: &Context,
) -> Result<Option<Written>, Error> {
    if organization
        .finalizers()
        .iter()
        .any(|finalizer| finalizer == FINALIZER)
    {
        return Ok(Some(Written::Nothing));
    }
    let finalizers: Vec<&str> = organization
        .finalizers()
        .iter()
        .map(String::as_str)
        .chain([FINALIZER])
        .collect();
    patch_finalizers(organization, context, &finalizers).await
}

/// Takes care of the tenant's data as `deletionPolicy` says, and lets the object go.
///
/// # Errors
/// Postgres or the API server failed; the finalizer stays and a condition says why.
pub async fn cleanup(organization: &Organization, context: &Context) -> Result<Written, Error> {
    if !organization
        .finalizers()
        .iter()
        .any(|finalizer| finalizer == FINALIZER)
    {
        return Ok(Written::Nothing);
    }
    match dispose(organization, context).await {
        Ok(note) => {
            context
                .tell(organization, EventType::Normal, "Deleted", &note)
                .await;
            let rest: Vec<&str> = organization
                .finalizers()
                .iter()
                .map(String::as_str)
                .filter(|name| *name != FINALIZER)
                .collect();
            let written = patch_finalizers(organization, context, &rest).await?;
            Ok(written.unwrap_or(Written::Nothing))
        }
        Err(error) => {
            let message = format!(
                "Deletion goes on when this is solved: {}",
                error.verdict().message
            );
            let findings = [
                Finding::holds(
                    ConditionType::Terminating,
                    Reason::DeletionBlocked,
                    message.clone(),
                ),
                Finding::fails(ConditionType::Ready, Reason::DeletionBlocked, message),
            ];
            status::report(context, organization, &findings, |_| ()).await?;
            Err(error)
        }
    }
}

/// What became of the data, in a sentence for an event.
async fn dispose(organization: &Organization, context: &Context) -> Result<String, Error> {
    // An Organization without a usable UID never got a tenant.
    let Ok(tenant) = TenantId::from_organization_uid(&organization.uid().unwrap_or_default())
    else {
        return Ok("Nothing was stored.".into());
    };
    let policy = match named_policy(organization, &context.world) {
        // It may order a legal hold; where everything is kept anyhow, that makes no difference.
        Err(error) if organization.spec.deletion_policy == DeletionPolicy::Delete => {
            return Err(error);
        }
        policy => policy.unwrap_or_default(),
    };
    let policy = policy.as_ref().map(|policy| &policy.spec);
    // A hold may be so new, or stand beside so much that is invalid, that it never reached Postgres.
    if policy.is_some_and(|policy| policy.legal_hold) {
        context.tenancy.hold(&tenant).await?;
    }
    let removal = match organization.spec.deletion_policy {
        DeletionPolicy::Retain => context.tenancy.retire(&tenant).await?,
        DeletionPolicy::Delete => context.tenancy.remove(&tenant).await?,
    };
    remove_store_account(organization, context).await?;
    Ok(describe(
        removal,
        organization.spec.deletion_policy,
        &tenant,
        &archived_files(organization, policy, &tenant),
    ))
}

/// Nobody comes to the tenant's bucket at the embedded store with its keys any more. A store of the tenant's own is not ours to change.
async fn remove_store_account(organization: &Organization, context: &Context) -> Result<(), Error> {
    let Some(store) = &context.store else {
        return Ok(());
    };
    let uid = organization.uid().unwrap_or_default();
    kill_point("store.remove_account.before");
    store
        .remove_account(&context.keys.store_access_key(&uid))
        .await?;
    kill_point("store.remove_account.after");
    Ok(())
}

/// Where the archive's files are, and who removes them: the operator has no keys of a tenant's own store, and no deletion touches an archive.
fn archived_files(
    organization: &Organization,
    policy: Option<&RetentionPolicySpec>,
    tenant: &TenantId,
) -> String {
    let bucket = match environment::archive(policy) {
        Archive::Embedded => format!("the bucket {} of the embedded store", bucket_name(tenant)),
        Archive::Secret(secret) => format!("the bucket that the Secret {secret} names"),
        Archive::Absent => "the bucket of a former policy, if there was one,".to_owned(),
    };
    let prefix = policy
        .and_then(|policy| policy.archive.as_ref()?.prefix.as_deref())
        .unwrap_or_default();
    let uid = organization.uid().unwrap_or_default();
    let path = organization_prefix(prefix, &uid);
    format!(
        "Archived files stay in {bucket} under {path}/; remove them with the store's own tools, such as aws s3 rm --recursive."
    )
}

fn describe(removal: Removal, policy: DeletionPolicy, tenant: &TenantId, archive: &str) -> String {
    match (removal, policy) {
        (Removal::Gone, DeletionPolicy::Delete) => {
            format!("Schema, roles and rows of {tenant} are removed. {archive}")
        }
        (Removal::Gone, DeletionPolicy::Retain) => {
            format!("Nothing of {tenant} was stored in Postgres.")
        }
        (Removal::Retained, _) => {
            format!("Logins of {tenant} are blocked; its schema stays in Postgres. {archive}")
        }
        (Removal::RetainedByLegalHold, _) => {
            format!(
                "A legal hold keeps the data: logins of {tenant} are blocked and its schema stays in Postgres, although Delete was asked for. {archive}"
            )
        }
    }
}

/// Only as long as nobody else changed the object: a lost race is tried again. `None` where it is gone.
async fn patch_finalizers(
    organization: &Organization,
    context: &Context,
    finalizers: &[&str],
) -> Result<Option<Written>, Error> {
    let api = Api::<Organization>::namespaced(
        context.client.clone(),
        &organization.namespace().unwrap_or_default(),
    );
    let version = organization.resource_version();
    let patch = json!({ "metadata": { "finalizers": finalizers, "uid": organization.uid(), "resourceVersion": version } });
    match api
        .patch(
            &organization.name_any(),
            &PatchParams::default(),
            &Patch::Merge(patch),
        )
        .await
    {
        Ok(_) => Ok(Some(Written::Something)),
        Err(kube::Error::Api(answer)) if answer.code == 404 => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::Retry,
        fixtures::{self, ORGANIZATION_UID},
    };

    #[test]
    fn a_legal_hold_is_named() {
        let tenant = "t_00000000000000000000".parse().unwrap();
        let held = Removal::RetainedByLegalHold;
        let text = describe(held, DeletionPolicy::Delete, &tenant, "Files stay.");
        assert!(
            text.contains("legal hold") && text.ends_with("Files stay."),
            "{text}"
        );
        let text = describe(
            Removal::Gone,
            DeletionPolicy::Delete,
            &tenant,
            "Files stay.",
        );
        assert!(text.ends_with("Files stay."), "{text}");
    }

    #[test]
    fn the_archives_place_is_named_as_exactly_as_it_is_known() {
        let organization = fixtures::organization();
        let tenant = TenantId::from_organization_uid(ORGANIZATION_UID).unwrap();
        let of = |yaml: Option<&str>| {
            let policy = yaml.map(|yaml| serde_yaml::from_str(yaml).unwrap());
            archived_files(&organization, policy.as_ref(), &tenant)
        };
        let own = of(Some(
            "archive: {store: s3, prefix: archives/dpo, credentialsRef: {name: mine}}",
        ));
        let path = format!("Secret mine names under archives/dpo/org={ORGANIZATION_UID}/");
        assert!(own.contains(&path), "{own}");
        let embedded = of(Some("archive: {store: s3}"));
        assert!(
            embedded.contains(&format!("bucket {}", bucket_name(&tenant))),
            "{embedded}"
        );
        assert!(
            embedded.contains(&format!("under org={ORGANIZATION_UID}/")),
            "{embedded}"
        );
        assert!(of(None).contains(&format!("under org={ORGANIZATION_UID}/")));
    }

    #[tokio::test]
    async fn a_store_that_does_not_answer_holds_deletion_up_and_is_tried_again() {
        let organization = fixtures::organization();
        let mut context = fixtures::context(404);
        assert!(remove_store_account(&organization, &context).await.is_ok());
        context.store = Some(fixtures::silent_store());
        let result = remove_store_account(&organization, &context).await;
        let verdict = result.unwrap_err().verdict();
        assert_eq!(
            (verdict.reason, verdict.retry),
            (Reason::StoreUnreachable, Retry::WithBackoff)
        );
    }

    #[tokio::test]
    async fn a_hold_that_cannot_be_read_stops_what_would_destroy() {
        let mut organization = fixtures::organization();
        organization.spec.retention_policy_ref = Some(dpo_crds::LocalRef {
            name: "standard".into(),
        });
        let context = fixtures::context(404);
        let mut policy = organization.metadata.clone();
        policy.name = Some("standard".into());
        fixtures::make_unreadable(&context.world.policies, policy);
        let mut reason = async |policy| {
            organization.spec.deletion_policy = policy;
            let error = dispose(&organization, &context).await.unwrap_err();
            error.verdict().reason
        };
        // Postgres does not answer here: whoever comes to it is not stopped before.
        assert_eq!(reason(DeletionPolicy::Delete).await, Reason::Unreadable);
        assert_eq!(
            reason(DeletionPolicy::Retain).await,
            Reason::DatabaseUnreachable
        );
    }

    #[tokio::test]
    async fn nothing_is_made_for_an_object_that_went_meanwhile() {
        let context = fixtures::context(404);
        let organization = fixtures::organization();
        let finalizer = ensure_finalizer(&organization, &context).await;
        assert_eq!(finalizer.unwrap(), None);
        // Postgres does not answer here: an attempt to make anything there would be an error.
        let result = super::super::bring_up(&organization, &context).await;
        assert_eq!(result.unwrap(), Written::Nothing);
        assert!(
            context.tenancy.provide_control().await.is_err(),
            "Postgres answers"
        );
    }
}
