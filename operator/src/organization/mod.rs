//! Organization: schema, roles, Secret, roll-up and archive jobs, network policy.
//!
//! `dereference` reads what the object points at, `validate` and `build` are pure, `apply` writes, `findings` turns the result into conditions; `cleanup` needs none of them.

mod apply;
mod build;
mod cleanup;
mod dereference;
mod duties;
mod findings;
mod network;
mod validate;

use std::{sync::Arc, time::Instant};

use dpo_crds::{Organization, OrganizationStatus, RetentionPolicySpec};
use dpo_warehouse::model::TenantId;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::{ResourceExt, runtime::controller::Action};

pub use dereference::{Surroundings, dereference, owner_of};
pub use validate::{ValidOrganization, check_time_zone, validate};

use crate::{
    children::Written,
    context::Context,
    error::Error,
    status::{self, Reported},
};

/// What the jobs of a tenant are told about it.
pub struct ValidTenant<'a> {
    pub uid: &'a str,
    pub tenant: &'a TenantId,
    pub time_zone: &'a str,
    pub currency: &'a str,
    /// The policy in force.
    pub policy: Option<&'a RetentionPolicySpec>,
}

impl<'a> ValidTenant<'a> {
    pub fn of(valid: &'a ValidOrganization) -> Self {
        let spec = &valid.spec;
        Self {
            uid: &valid.uid,
            tenant: &valid.tenant,
            time_zone: &spec.time_zone,
            currency: &spec.currency,
            policy: valid.policy.in_force(),
        }
    }
}

const CONTROLLER: &str = "organization";

/// One look at one Organization.
pub async fn reconcile(
    organization: Arc<Organization>,
    context: Arc<Context>,
) -> Result<Action, std::convert::Infallible> {
    let began = Instant::now();
    let result = if organization.metadata.deletion_timestamp.is_some() {
        Box::pin(cleanup::cleanup(&organization, &context)).await
    } else {
        Box::pin(bring_up(&organization, &context)).await
    };
    Ok(context.conclude(CONTROLLER, &*organization, began.elapsed(), &result))
}

async fn bring_up(organization: &Organization, context: &Context) -> Result<Written, Error> {
    let mut progress = apply::Progress::default();
    let result = attempt(organization, context, &mut progress).await;
    if result.as_ref().is_err_and(Error::is_conflict) {
        return result;
    }
    let findings = findings::findings(organization, &progress, &result);
    let (reported, status) = status::report(context, organization, &findings, |status| {
        progress.describe(status, context.jobs.store.is_some());
    })
    .await?;
    let mirrored = apply::mirror(context, &progress, &status).await?;
    result.map(|written| written.or(reported).or(mirrored))
}

async fn attempt(
    organization: &Organization,
    context: &Context,
    progress: &mut apply::Progress,
) -> Result<Written, Error> {
    // dereference (cache)
    let surroundings = match dereference(organization, &context.world) {
        Ok(surroundings) => surroundings,
        // What is there of it stays while nobody knows what is asked for.
        Err(error @ Error::Unreadable(_)) => return Err(error),
        Err(error) => {
            // One that lost its namespace to an older one runs nothing there any more.
            let uid = organization.uid().unwrap_or_default();
            apply::delete_orphans(&uid, context, &[]).await?;
            return Err(error);
        }
    };
    // validate (pure)
    let valid = match validate(organization, &surroundings, context.jobs.store.is_some()) {
        Ok(valid) => valid,
        Err(error) => {
            record_hold(organization, &surroundings, context).await?;
            return Err(error);
        }
    };
    // build (pure)
    let wanted = build::build(&valid, &context.jobs, &context.keys);
    // apply (client, database, store)
    apply::apply(organization, &valid, wanted, context, progress).await
}

/// A legal hold counts also for an Organization whose spec cannot be used.
async fn record_hold(
    organization: &Organization,
    surroundings: &Surroundings,
    context: &Context,
) -> Result<Written, Error> {
    let tenant = TenantId::from_organization_uid(&organization.uid().unwrap_or_default());
    match tenant {
        Ok(tenant) if surroundings.holds() => Ok(context.tenancy.hold(&tenant).await?.into()),
        _ => Ok(Written::Nothing),
    }
}

impl Reported for Organization {
    type Status = OrganizationStatus;
    const MANAGER: &'static str = "dpo-operator-organization";

    fn conditions(status: &mut OrganizationStatus) -> (&mut Vec<Condition>, &mut Option<i64>) {
        (&mut status.conditions, &mut status.observed_generation)
    }

    fn status(&self) -> OrganizationStatus {
        self.status.clone().unwrap_or_default()
    }
}
