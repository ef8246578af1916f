//! Connection health.

use std::collections::BTreeMap;

use dpo_warehouse::serve::{ConditionRecord, RunRecord, Successes};
use jiff::Timestamp;

use super::estate::{Estate, SeenSource};
use crate::dto::source::{Condition, DataSource, DataSources, Run, RunError, SourceAccount};

/// The data sources that a member may see, with their newest runs.
#[must_use]
pub fn data_sources(
    estate: &Estate,
    runs: &[RunRecord],
    successes: &BTreeMap<String, Successes>,
    now: Timestamp,
) -> DataSources {
    let of = |source: &SeenSource| {
        let uid = &source.connection.uid;
        let mine = runs
            .iter()
            .filter(|run| run.source_uid == *uid)
            .map(run)
            .collect();
        data_source(
            source,
            estate,
            mine,
            successes.get(uid).copied().unwrap_or_default(),
        )
    };
    DataSources {
        data_sources: estate.sources.iter().map(of).collect(),
        now,
    }
}

fn data_source(
    source: &SeenSource,
    estate: &Estate,
    runs: Vec<Run>,
    successes: Successes,
) -> DataSource {
    let SeenSource {
        connection,
        freshness,
        ..
    } = source;
    let conditions: Vec<Condition> = connection.conditions.iter().map(condition).collect();
    let accounts = connection.account_keys().map(|key| {
        let known = estate.known.get(&key);
        SourceAccount {
            name: known.and_then(|known| known.name.clone()),
            currency: known.and_then(|known| known.currency.clone()),
            time_zone: known.and_then(|known| known.time_zone.clone()),
            id: key.account.to_string(),
        }
    });
    DataSource {
        uid: connection.uid.clone(),
        name: connection.name.clone(),
        source: freshness.source,
        channel: freshness.channel,
        brand: connection.brand.clone(),
        accounts: accounts.collect(),
        state: freshness.state,
        ready: conditions
            .iter()
            .find(|condition| condition.kind == "Ready")
            .cloned(),
        conditions,
        schedule: connection.schedule.clone(),
        schedule_time_zone: connection.time_zone.clone(),
        last_run: runs.first().cloned(),
        last_success_at: successes.last_success_at,
        fetched_at: freshness.fetched_at,
        next_sync_at: freshness.next_sync_at,
        rows_landed_last_day: successes.rows_landed_last_day,
        runs,
    }
}

fn condition(record: &ConditionRecord) -> Condition {
    Condition {
        kind: record.kind.clone(),
        status: record.status.clone(),
        reason: record.reason.clone(),
        message: record.message.clone(),
        last_transition_time: record.last_transition_time,
    }
}

fn run(record: &RunRecord) -> Run {
    let errors = record.errors.iter().map(|failure| RunError {
        stream: failure.stream.clone(),
        account: failure.account.clone(),
        class: failure.class.clone(),
        wait_seconds: failure.wait_seconds,
    });
    Run {
        id: record.id.to_string(),
        name: record.run_name.clone(),
        started_at: record.started_at,
        finished_at: record.finished_at,
        class: record.class.clone(),
        pages: record.pages,
        rows_fetched: record.rows_fetched,
        rows_landed: record.rows_landed,
        wait_seconds: record.wait_seconds,
        message: record.message.clone().filter(|message| !message.is_empty()),
        errors: errors.collect(),
    }
}
