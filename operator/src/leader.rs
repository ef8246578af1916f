//! Leader election by a Lease: one replica reconciles, the others wait.
//!
//! A Lease has no fencing, so whatever must not be done twice is guarded where it is done: by server-side apply with one field manager, and in
//! Postgres by an advisory lock.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use kube::api::{Api, ObjectMeta, PostParams};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How the Lease is held.
#[derive(Debug, Clone)]
pub struct LeaseConfig {
    /// Name of the Lease.
    pub name: String,
    /// This replica, for example its pod's name.
    pub holder: String,
    /// After so long without renewal another replica may take over.
    pub duration: Duration,
}

impl LeaseConfig {
    fn renew_every(&self) -> Duration {
        self.duration / 3
    }
}

/// Holds the Lease whenever it can; the receiver says whether it does. Ends when `shutdown` is cancelled, and gives the Lease back then.
pub fn run(
    leases: Api<Lease>,
    config: LeaseConfig,
    shutdown: CancellationToken,
) -> (watch::Receiver<bool>, tokio::task::JoinHandle<()>) {
    let (sender, receiver) = watch::channel(false);
    let task = tokio::spawn(async move {
        let mut election = Election {
            leases,
            config,
            sender,
            renewed: None,
        };
        while !shutdown.is_cancelled() {
            election.round().await;
            tokio::select! {
                () = sleep(election.config.renew_every()) => {}
                () = shutdown.cancelled() => {}
            }
        }
        election.give_back().await;
    });
    (receiver, task)
}

struct Election {
    leases: Api<Lease>,
    config: LeaseConfig,
    sender: watch::Sender<bool>,
    /// When this replica last knew for certain that it holds the Lease.
    renewed: Option<tokio::time::Instant>,
}

/// What to do about the Lease as it stands.
#[derive(Debug, PartialEq)]
enum Move {
    Create(LeaseSpec),
    Replace(LeaseSpec),
    Wait,
}

impl Election {
    async fn round(&mut self) {
        // The Lease runs from before the call, however long that takes.
        let began = tokio::time::Instant::now();
        // A call must end before the Lease does, or two replicas could lead.
        match timeout(self.config.renew_every(), self.attempt()).await {
            Ok(Ok(true)) => {
                self.renewed = Some(began);
                self.announce(true);
            }
            Ok(Ok(false)) => {
                self.renewed = None;
                self.announce(false);
            }
            Ok(Err(error)) => self.doubt(&error.to_string()),
            Err(_) => self.doubt("the API server did not answer in time"),
        }
    }

    /// An unknown outcome: leadership lasts as long as the Lease surely does.
    fn doubt(&mut self, reason: &str) {
        tracing::warn!(reason, "the Lease could not be renewed");
        let held = self.renewed.is_some_and(|renewed| {
            renewed.elapsed() + self.config.renew_every() < self.config.duration
        });
        self.announce(held);
    }

    fn announce(&self, leads: bool) {
        let changed = self
            .sender
            .send_if_modified(|current| std::mem::replace(current, leads) != leads);
        if changed {
            tracing::info!(leads, "leadership changed");
        }
    }

    async fn attempt(&self) -> kube::Result<bool> {
        let current = self.leases.get_opt(&self.config.name).await?;
        let outcome = match decide(
            current.as_ref().and_then(|lease| lease.spec.as_ref()),
            &self.config,
            Timestamp::now(),
        ) {
            Move::Wait => return Ok(false),
            Move::Create(spec) if current.is_none() => {
                self.leases
                    .create(&PostParams::default(), &self.lease(None, spec))
                    .await
            }
            Move::Create(spec) | Move::Replace(spec) => {
                let version = current.and_then(|lease| lease.metadata.resource_version);
                self.leases
                    .replace(
                        &self.config.name,
                        &PostParams::default(),
                        &self.lease(version, spec),
                    )
                    .await
            }
        };
        match outcome {
            Ok(_) => Ok(true),
            // Somebody else was quicker.
            Err(kube::Error::Api(status)) if status.is_conflict() || status.is_already_exists() => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    fn lease(&self, resource_version: Option<String>, spec: LeaseSpec) -> Lease {
        let metadata = ObjectMeta {
            name: Some(self.config.name.clone()),
            resource_version,
            ..ObjectMeta::default()
        };
        Lease {
            metadata,
            spec: Some(spec),
        }
    }

    async fn give_back(&mut self) {
        let leads = *self.sender.borrow();
        self.announce(false);
        if !leads {
            return;
        }
        let released = timeout(self.config.renew_every(), self.release()).await;
        if !matches!(released, Ok(Ok(()))) {
            tracing::warn!("the Lease was not given back; it runs out by itself");
        }
    }

    async fn release(&self) -> kube::Result<()> {
        let Some(lease) = self.leases.get_opt(&self.config.name).await? else {
            return Ok(());
        };
        let mut spec = lease.spec.unwrap_or_default();
        if spec.holder_identity.as_deref() != Some(self.config.holder.as_str()) {
            return Ok(());
        }
        spec.holder_identity = None;
        self.leases
            .replace(
                &self.config.name,
                &PostParams::default(),
                &self.lease(lease.metadata.resource_version, spec),
            )
            .await
            .map(drop)
    }
}

/// Takes a free or expired Lease, renews an own one, waits for another's. `None` is a Lease that does not exist.
fn decide(current: Option<&LeaseSpec>, config: &LeaseConfig, now: Timestamp) -> Move {
    let seconds = i32::try_from(config.duration.as_secs()).unwrap_or(i32::MAX);
    let taken = |since: Timestamp, transitions: i32| LeaseSpec {
        holder_identity: Some(config.holder.clone()),
        lease_duration_seconds: Some(seconds),
        acquire_time: Some(MicroTime(since)),
        renew_time: Some(MicroTime(now)),
        lease_transitions: Some(transitions),
        ..LeaseSpec::default()
    };
    let Some(spec) = current else {
        return Move::Create(taken(now, 0));
    };
    let transitions = spec.lease_transitions.unwrap_or_default();
    match spec
        .holder_identity
        .as_deref()
        .filter(|holder| !holder.is_empty())
    {
        Some(holder) if holder == config.holder => {
            let since = spec.acquire_time.as_ref().map_or(now, |time| time.0);
            Move::Replace(taken(since, transitions))
        }
        Some(_) if !has_run_out(spec, now) => Move::Wait,
        _ => Move::Replace(taken(now, transitions.saturating_add(1))),
    }
}

fn has_run_out(spec: &LeaseSpec, now: Timestamp) -> bool {
    let seconds = i64::from(spec.lease_duration_seconds.unwrap_or_default());
    let renewed = spec
        .renew_time
        .as_ref()
        .map_or(Timestamp::MIN, |time| time.0);
    renewed
        .saturating_add(SignedDuration::from_secs(seconds))
        .is_ok_and(|end| end < now)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use kube::client::Body;
    use serde_json::json;

    use super::*;

    fn config(holder: &str) -> LeaseConfig {
        LeaseConfig {
            name: "dpo-operator".into(),
            holder: holder.into(),
            duration: Duration::from_secs(15),
        }
    }

    fn at(second: u8) -> Timestamp {
        format!("2026-11-23T01:00:{second:02}Z").parse().unwrap()
    }

    fn held_by(holder: &str, renewed: Timestamp) -> LeaseSpec {
        match decide(None, &config(holder), renewed) {
            Move::Create(spec) => spec,
            other => panic!("a missing Lease is created, not {other:?}"),
        }
    }

    #[tokio::test]
    async fn a_slow_answer_does_not_make_the_lease_last_longer() {
        let slow = Duration::from_millis(60);
        let service = tower::service_fn(move |request: http::Request<Body>| async move {
            let answer = if request.method() == http::Method::GET {
                json!({"kind": "Status", "status": "Failure", "code": 404, "reason": "NotFound", "message": "x"})
            } else {
                sleep(slow).await;
                json!({"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "dpo-operator"}})
            };
            let status = answer["code"].as_u64().map_or(201, |_| 404);
            let answer = Body::from(answer.to_string().into_bytes());
            let answer = http::Response::builder().status(status).body(answer);
            Ok::<_, Infallible>(answer.unwrap())
        });
        let (sender, receiver) = watch::channel(false);
        let mut election = Election {
            leases: Api::namespaced(kube::Client::new(service, "default"), "default"),
            config: config("one"),
            sender,
            renewed: None,
        };
        election.round().await;
        assert!(*receiver.borrow());
        assert!(election.renewed.unwrap().elapsed() >= slow);
    }

    #[test]
    fn another_replicas_lease_is_left_alone_until_it_runs_out() {
        let spec = held_by("one", at(0));
        assert_eq!(decide(Some(&spec), &config("two"), at(14)), Move::Wait);
        let Move::Replace(taken) = decide(Some(&spec), &config("two"), at(16)) else {
            panic!("it ran out")
        };
        assert_eq!(
            (taken.holder_identity.as_deref(), taken.lease_transitions),
            (Some("two"), Some(1))
        );
    }

    #[test]
    fn an_own_lease_is_renewed_and_keeps_its_beginning() {
        let spec = held_by("one", at(0));
        let Move::Replace(renewed) = decide(Some(&spec), &config("one"), at(5)) else {
            panic!("it is renewed")
        };
        assert_eq!(
            (renewed.acquire_time, renewed.lease_transitions),
            (Some(MicroTime(at(0))), Some(0))
        );
        assert_eq!(renewed.renew_time, Some(MicroTime(at(5))));
    }

    #[test]
    fn a_lease_that_was_given_back_is_free_at_once() {
        let spec = LeaseSpec {
            holder_identity: None,
            ..held_by("one", at(0))
        };
        assert!(matches!(
            decide(Some(&spec), &config("two"), at(1)),
            Move::Replace(_)
        ));
    }
}
