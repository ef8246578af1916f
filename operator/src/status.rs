//! Writing a status: only when it differs from the stored one, by server-side apply, with an event when readiness changed.

use std::fmt::Debug;

use dpo_crds::{ConditionType, Reason};
use jiff::Timestamp;
use k8s_openapi::{NamespaceResourceScope, apimachinery::pkg::apis::meta::v1::Condition};
use kube::{
    Api, Resource, ResourceExt,
    api::{Patch, PatchParams},
    runtime::events::EventType,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

use crate::{
    children::Written,
    conditions::{self, Finding},
    context::Context,
    error::Error,
};

/// A custom resource whose status is reported.
pub trait Reported:
    Resource<Scope = NamespaceResourceScope, DynamicType = ()> + Clone + Debug + DeserializeOwned
{
    type Status: Serialize + Clone + PartialEq + Send;
    /// The one field manager of its controller.
    const MANAGER: &'static str;

    /// The stored status.
    fn status(&self) -> Self::Status;
    /// Its conditions and its observed generation.
    fn conditions(status: &mut Self::Status) -> (&mut Vec<Condition>, &mut Option<i64>);
}

/// The status as it should be: the stored one with these findings and whatever else `change` sets.
pub fn next<K: Reported>(
    object: &K,
    findings: &[Finding],
    change: impl FnOnce(&mut K::Status),
    now: Timestamp,
) -> K::Status {
    let mut status = object.status();
    let generation = object.meta().generation;
    let (list, observed) = K::conditions(&mut status);
    *list = conditions::merged(list, findings, generation, now);
    *observed = generation;
    change(&mut status);
    status
}

/// Writes the status where it differs, and gives it.
///
/// # Errors
/// The API server refuses. An object that is gone is no error.
pub async fn report<K: Reported>(
    context: &Context,
    object: &K,
    findings: &[Finding],
    change: impl FnOnce(&mut K::Status),
) -> Result<(Written, K::Status), Error> {
    let status = next(object, findings, change, Timestamp::now());
    if status == object.status() {
        return Ok((Written::Nothing, status));
    }
    let api = Api::<K>::namespaced(
        context.client.clone(),
        &object.namespace().unwrap_or_default(),
    );
    // The UID keeps a stale status away from an object that was made again under the same name.
    let body = json!({
        "apiVersion": K::api_version(&()), "kind": K::kind(&()),
        "metadata": {"name": object.name_any(), "uid": object.uid()}, "status": status,
    });
    match api
        .patch_status(
            &object.name_any(),
            &PatchParams::apply(K::MANAGER).force(),
            &Patch::Apply(body),
        )
        .await
    {
        Ok(_) => {}
        Err(kube::Error::Api(answer)) if answer.code == 404 || answer.code == 409 => {
            return Ok((Written::Nothing, status));
        }
        Err(error) => return Err(error.into()),
    }
    tell_readiness(context, object, status.clone()).await;
    Ok((Written::Something, status))
}

async fn tell_readiness<K: Reported>(context: &Context, object: &K, mut status: K::Status) {
    let mut before = object.status();
    let (old, new) = (K::conditions(&mut before).0, K::conditions(&mut status).0);
    let (old, new) = (
        conditions::of(old, ConditionType::Ready),
        conditions::of(new, ConditionType::Ready),
    );
    let Some(new) = new else { return };
    if old.is_some_and(|old| (&old.status, &old.reason) == (&new.status, &new.reason)) {
        return;
    }
    let type_ = if new.status != "True" && new.reason != Reason::Pending.as_str() {
        EventType::Warning
    } else {
        EventType::Normal
    };
    context.tell(object, type_, &new.reason, &new.message).await;
}
