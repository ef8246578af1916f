//! Deletion. Decided first, needs no valid spec and no pod; whatever is gone already is fine.

use dpo_crds::{ConditionType, DeletionPolicy, Organization, Reason};
use dpo_warehouse::{model::TenantId, tenancy::Removal};
use kube::{
    Api, ResourceExt,
    api::{Patch, PatchParams},
    runtime::events::EventType,
};
use serde_json::json;

use crate::{children::Written, conditions::Finding, context::Context, error::Error, status};

/// Keeps an Organization until what it has outside Kubernetes is taken care of.
pub const FINALIZER: &str = "dpo.dev/tenant";

/// Adds the finalizer where it is missing.
///
/// # Errors
/// The API server refuses.
pub async fn ensure_finalizer(
    organization: &Organization,
    context: &Context,
) -> Result<Written, Error> {
    if organization
        .finalizers()
        .iter()
        .any(|finalizer| finalizer == FINALIZER)
    {
        return Ok(Written::Nothing);
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
            patch_finalizers(organization, context, &rest).await
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
    let removal = match organization.spec.deletion_policy {
        DeletionPolicy::Retain => context.tenancy.retire(&tenant).await?,
        DeletionPolicy::Delete => context.tenancy.remove(&tenant).await?,
    };
    Ok(describe(
        removal,
        organization.spec.deletion_policy,
        &tenant,
    ))
}

fn describe(removal: Removal, policy: DeletionPolicy, tenant: &TenantId) -> String {
    let archive = format!(
        "Archived files stay under organization {tenant}; the archive's erase command removes them."
    );
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

/// Only as long as nobody else changed the object: a lost race is tried again.
async fn patch_finalizers(
    organization: &Organization,
    context: &Context,
    finalizers: &[&str],
) -> Result<Written, Error> {
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
        Ok(_) => Ok(Written::Something),
        Err(kube::Error::Api(answer)) if answer.code == 404 => Ok(Written::Nothing),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legal_hold_is_named() {
        let tenant = "t_00000000000000000000".parse().unwrap();
        assert!(
            describe(
                Removal::RetainedByLegalHold,
                DeletionPolicy::Delete,
                &tenant
            )
            .contains("legal hold")
        );
        assert!(
            describe(Removal::Gone, DeletionPolicy::Delete, &tenant)
                .contains("Archived files stay")
        );
    }
}
