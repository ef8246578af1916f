//! What every reconcile works with.

use std::{sync::Arc, time::Duration};

use dpo_warehouse::tenancy::Tenancy;
use k8s_openapi::api::core::v1::ObjectReference;
use kube::{
    Client, Resource, ResourceExt,
    runtime::{
        controller::Action,
        events::{Event, EventType, Recorder},
    },
};
use rand::RngExt;

use crate::{
    backoff::Backoff,
    children::Written,
    error::{Error, Retry, Verdict},
    keys::Keys,
    serving::{Metrics, Outcome},
    settings::JobSettings,
    store::Gateway,
    world::World,
};

/// Everything is looked at again at least this often: Postgres sends no events.
const RESYNC: Duration = Duration::from_mins(10);

/// Shared by all controllers.
pub struct Context {
    pub client: Client,
    pub world: World,
    pub tenancy: Tenancy,
    pub keys: Keys,
    pub store: Option<Gateway>,
    pub jobs: JobSettings,
    pub metrics: Arc<Metrics>,
    pub recorder: Recorder,
    pub backoff: Backoff,
}

/// Kubernetes refuses events with longer notes: bytes, not letters.
const LONGEST_NOTE: usize = 1024;

fn fitting(note: &str) -> &str {
    &note[..note.floor_char_boundary(LONGEST_NOTE)]
}

impl Context {
    /// Says in an event what changed. That it could not be said stops nothing.
    pub async fn tell<K: Resource<DynamicType = ()>>(
        &self,
        object: &K,
        type_: EventType,
        reason: &str,
        note: &str,
    ) {
        self.tell_about(&object.object_ref(&()), type_, reason, note)
            .await;
    }

    /// The same about an object that is known by its reference alone.
    pub async fn tell_about(
        &self,
        object: &ObjectReference,
        type_: EventType,
        reason: &str,
        note: &str,
    ) {
        let note = Some(fitting(note).to_owned());
        let event = Event {
            type_,
            reason: reason.to_owned(),
            note,
            action: "Reconcile".to_owned(),
            secondary: None,
        };
        if let Err(error) = self.recorder.publish(&event, object).await {
            tracing::warn!(%error, reason, "an event could not be written");
        }
    }

    /// Counts the end of a reconcile and decides when to look again.
    pub fn conclude<K: Resource>(
        &self,
        controller: &'static str,
        object: &K,
        took: Duration,
        result: &Result<Written, Error>,
    ) -> Action {
        let uid = object.meta().uid.clone().unwrap_or_default();
        match result {
            Ok(written) => {
                let outcome = if *written == Written::Nothing {
                    Outcome::Unchanged
                } else {
                    Outcome::Changed
                };
                self.metrics.reconciled(controller, outcome, took);
                self.backoff.forget(&uid);
                Action::requeue(RESYNC.mul_f64(rand::rng().random_range(0.8..1.2)))
            }
            Err(error) => {
                let Verdict { reason, retry, .. } = error.verdict();
                let (namespace, name, category) = (
                    object.meta().namespace.as_deref(),
                    object.name_any(),
                    reason.as_str(),
                );
                self.metrics
                    .reconciled(controller, Outcome::Failed(category), took);
                match retry {
                    Retry::WithBackoff => {
                        tracing::warn!(controller, namespace, name, category, %error, "not reconciled");
                    }
                    Retry::OnChange | Retry::After(_) => {
                        tracing::info!(controller, namespace, name, category, %error, "waits");
                    }
                }
                if retry != Retry::WithBackoff {
                    // Only failures in a row count.
                    self.backoff.forget(&uid);
                }
                match retry {
                    Retry::OnChange => Action::requeue(RESYNC),
                    Retry::After(wait) => Action::requeue(wait),
                    Retry::WithBackoff => Action::requeue(self.backoff.failed(&uid)),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_in_letters_of_several_bytes_fits_too() {
        assert_eq!(fitting("Cửa hàng"), "Cửa hàng");
        let long = "ử".repeat(1000);
        let note = fitting(&long);
        assert!(note.len() <= LONGEST_NOTE && note.len() > LONGEST_NOTE - 4);
        assert!(note.chars().all(|letter| letter == 'ử'));
    }
}
