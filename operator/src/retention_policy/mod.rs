//! RetentionPolicy: checked and reported; the Organizations that refer to one put it into force.

mod validate;

use std::{sync::Arc, time::Instant};

use dpo_crds::{ConditionType, Reason, RetentionPolicy, RetentionPolicyStatus};
use kube::{ResourceExt, runtime::controller::Action};

pub use validate::validate;

use crate::{
    children::Written,
    conditions::Finding,
    context::Context,
    error::Error,
    status::{self, Reported},
};

const CONTROLLER: &str = "retention-policy";

/// One look at one policy.
pub async fn reconcile(
    policy: Arc<RetentionPolicy>,
    context: Arc<Context>,
) -> Result<Action, std::convert::Infallible> {
    let began = Instant::now();
    let result = report(&policy, &context).await;
    Ok(context.conclude(CONTROLLER, &*policy, began.elapsed(), &result))
}

async fn report(policy: &RetentionPolicy, context: &Context) -> Result<Written, Error> {
    if policy.metadata.deletion_timestamp.is_some() {
        return Ok(Written::Nothing);
    }
    let finding = match validate(&policy.spec, context.jobs.store.is_some()) {
        Ok(()) => Finding::holds(ConditionType::Ready, Reason::Accepted, accepted(policy)),
        Err(error) => {
            let verdict = error.verdict();
            Finding::fails(ConditionType::Ready, verdict.reason, verdict.message)
        }
    };
    status::report(context, policy, &[finding], |_| ())
        .await
        .map(|(written, _)| written)
}

fn accepted(policy: &RetentionPolicy) -> String {
    let hold = if policy.spec.legal_hold {
        " A legal hold is on: nothing is purged, and deleting an Organization keeps its data."
    } else {
        ""
    };
    format!(
        "The policy is in force for the Organizations that refer to {}.{hold}",
        policy.name_any()
    )
}

impl Reported for RetentionPolicy {
    type Status = RetentionPolicyStatus;
    const MANAGER: &'static str = "dpo-operator-retention-policy";

    fn conditions(
        status: &mut RetentionPolicyStatus,
    ) -> (
        &mut Vec<k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition>,
        &mut Option<i64>,
    ) {
        (&mut status.conditions, &mut status.observed_generation)
    }

    fn status(&self) -> RetentionPolicyStatus {
        self.status.clone().unwrap_or_default()
    }
}
