//! The operator of the Digital Performance Optimizer: turns Organizations, DataSources and RetentionPolicies into database schemas, roles and jobs.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
#![allow(missing_docs, reason = "a program has no readers of its interface")]

mod additions;
mod backoff;
mod children;
mod conditions;
mod context;
mod controllers;
mod data_source;
mod environment;
mod error;
#[cfg(test)]
mod fixtures;
mod keys;
mod kill_points;
mod leader;
mod lost_runs;
mod organization;
mod outcomes;
mod retention_policy;
mod serving;
mod settings;
mod startup;
mod status;
mod store;
mod workload;
mod world;

use std::{process::ExitCode, sync::Arc, time::Duration};

use clap::Parser;
use dpo_warehouse::tenancy::Tenancy;
use kube::{
    Api, Client,
    client::ClientBuilder,
    runtime::events::{Recorder, Reporter},
};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    context::Context,
    kill_points::KillPoints,
    serving::{Metrics, Readiness, Serving},
    settings::{Arguments, Settings},
    store::Gateway,
};

const NAME: &str = "dpo-operator";
/// Less than the grace period of the pod.
const LAST_RECONCILES: Duration = Duration::from_secs(20);

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_current_span(false)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| "info,sqlx=warn".into()),
        )
        .init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the operator stops");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    // A second call finds it installed already, which is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let settings = Settings::read(arguments)?;
    let shutdown = on_signal()?;
    let config = kube::Config::infer().await?;
    let client = ClientBuilder::try_from(config)?
        .with_layer(&KillPoints)
        .build();
    let metrics = Arc::new(Metrics::new()?);
    let [organizations, sources, policies] = startup::CUSTOM_RESOURCES;
    let readiness = Arc::new(Readiness::awaiting([
        organizations,
        sources,
        policies,
        startup::POSTGRES,
    ]));
    let serving = Serving {
        readiness: Arc::clone(&readiness),
        metrics: Arc::clone(&metrics),
    };
    let server = tokio::spawn(serving::serve(settings.listen, serving, shutdown.clone()));
    let tenancy = Tenancy::new(settings.database.clone());
    let postgres = tokio::spawn(startup::postgres(tenancy.clone(), Arc::clone(&readiness)));

    let operator = Operator {
        client,
        settings,
        tenancy,
        metrics,
        readiness: Arc::clone(&readiness),
    };
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = startup::custom_resources(&operator.client, &readiness) => operator.lead_whenever_possible(&shutdown).await,
    }
    postgres.abort();
    server.await??;
    Ok(())
}

/// Cancelled by SIGTERM or SIGINT.
fn on_signal() -> std::io::Result<CancellationToken> {
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let token = CancellationToken::new();
    let cancelled = token.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        cancelled.cancel();
    });
    Ok(token)
}

struct Operator {
    client: Client,
    settings: Settings,
    tenancy: Tenancy,
    metrics: Arc<Metrics>,
    readiness: Arc<Readiness>,
}

impl Operator {
    async fn lead_whenever_possible(&self, shutdown: &CancellationToken) {
        let lease = leader::LeaseConfig {
            name: NAME.into(),
            holder: self.settings.pod_name.clone(),
            duration: self.settings.lease,
        };
        // The Lease is given back only after the last reconcile.
        let release = CancellationToken::new();
        let leases = Api::namespaced(self.client.clone(), &self.settings.pod_namespace);
        let (leads, election) = leader::run(leases, lease, release.clone());
        while !shutdown.is_cancelled() {
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = until(leads.clone(), true) => Box::pin(self.lead(leads.clone(), shutdown)).await,
            }
        }
        release.cancel();
        // It ends within a third of the Lease.
        let _ = election.await;
    }

    /// Reconciles until shutdown; stops in the middle of everything when the Lease is lost.
    async fn lead(&self, leads: watch::Receiver<bool>, shutdown: &CancellationToken) {
        self.metrics.leads(true);
        let make_context = |world| self.context(world);
        let work = controllers::run(
            &self.client,
            &self.readiness,
            make_context,
            shutdown.clone(),
        );
        let control_schema = async {
            tokio::select! {
                // A Postgres that is away must not hold the end up.
                () = shutdown.cancelled() => {}
                () = startup::control_schema(&self.tenancy) => {}
            }
        };
        let work = async { tokio::join!(work, control_schema) };
        tokio::select! {
            _ = work => {}
            () = until(leads, false) => tracing::warn!("the Lease is lost; another replica goes on"),
            () = too_late(shutdown) => tracing::warn!("reconciles did not end in time"),
        }
        self.metrics.leads(false);
    }

    fn context(&self, world: world::World) -> Context {
        let store = self.settings.store.as_ref();
        let reporter = Reporter {
            controller: NAME.into(),
            instance: Some(self.settings.pod_name.clone()),
        };
        Context {
            client: self.client.clone(),
            world,
            tenancy: self.tenancy.clone(),
            keys: keys::Keys::new(self.settings.release_key.clone()),
            store: store.map(|store| {
                Gateway::new(
                    reqwest::Client::new(),
                    store.endpoint.clone(),
                    store.access_key.clone(),
                    store.secret_key.clone(),
                )
            }),
            jobs: self.settings.jobs.clone(),
            metrics: Arc::clone(&self.metrics),
            recorder: Recorder::new(self.client.clone(), reporter),
            backoff: backoff::Backoff::default(),
        }
    }
}

async fn until(mut leads: watch::Receiver<bool>, wanted: bool) {
    // An election that ended leads no more.
    if leads.wait_for(|leads| *leads == wanted).await.is_err() && wanted {
        std::future::pending::<()>().await;
    }
}

async fn too_late(shutdown: &CancellationToken) {
    shutdown.cancelled().await;
    tokio::time::sleep(LAST_RECONCILES).await;
}
