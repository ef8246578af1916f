//! Run rows: one for each run of a job, written before it does anything and finished whatever happens.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::database::{DatabaseError, Tenant};
use crate::model::{RunClass, RunKind};
use crate::storable;

/// A run that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// The Job's name, by which the operator finds the row.
    pub name: String,
    /// Which job.
    pub kind: RunKind,
    /// The DataSource that a sync belongs to.
    pub source_uid: Option<String>,
    /// The time that the run takes for now.
    pub as_of: Timestamp,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The worst class of its parts.
    pub class: RunClass,
    /// How long to wait before the next attempt is worth while.
    pub wait_seconds: Option<i64>,
    /// Pages fetched.
    pub pages: i64,
    /// Records fetched.
    pub rows_fetched: i64,
    /// Rows written.
    pub rows_landed: i64,
    /// What went wrong, by stream and account.
    pub errors: Vec<RunError>,
    /// What the tenant or the platform team should do, in a sentence.
    pub message: Option<String>,
}

/// One thing that went wrong in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunError {
    /// The stream, or the step of a roll-up or archive run.
    pub stream: String,
    /// The account; empty where all are meant.
    pub account: String,
    /// The class.
    pub class: RunClass,
    /// What is affected: `app`, `account`, `stream`.
    pub scope: Option<String>,
    /// Why, as a word for conditions: `SecretMissing`, `DailyQuota`.
    #[serde(default)]
    pub reason: Option<String>,
    /// How long to wait.
    pub wait_seconds: Option<i64>,
    /// A sentence for people, without secrets.
    pub message: Option<String>,
}

/// Writes the row of a run that begins and gives its id.
///
/// # Errors
/// Where the database fails.
pub async fn start(tenant: &Tenant, run: &NewRun) -> Result<Uuid, DatabaseError> {
    let id = Uuid::new_v4();
    sqlx::query(tenant.sql(
        "INSERT INTO {control}.runs (tenant, id, run_name, kind, source_uid, as_of, started_at)
         VALUES ($1, $2, $3, $4, $5, $6, now())",
    ))
    .bind(tenant.id().as_str())
    .bind(id)
    .bind(&run.name)
    .bind(run.kind.as_ref())
    .bind(run.source_uid.as_deref())
    .bind(run.as_of.to_sqlx())
    .execute(tenant.pool())
    .await?;
    Ok(id)
}

/// Writes how a run ended.
///
/// # Errors
/// Where the database fails.
pub async fn finish(tenant: &Tenant, id: Uuid, outcome: &Outcome) -> Result<(), DatabaseError> {
    // A platform's own words may be among them.
    let errors =
        storable::json(serde_json::to_string(&outcome.errors).unwrap_or_else(|_| "[]".to_owned()));
    sqlx::query(tenant.sql(
        "UPDATE {control}.runs SET finished_at = now(), class = $3, wait_seconds = $4, pages = $5, rows_fetched = $6,
             rows_landed = $7, errors = $8::jsonb, message = $9
         WHERE tenant = $1 AND id = $2",
    ))
    .bind(tenant.id().as_str())
    .bind(id)
    .bind(outcome.class.as_ref())
    .bind(outcome.wait_seconds)
    .bind(outcome.pages)
    .bind(outcome.rows_fetched)
    .bind(outcome.rows_landed)
    .bind(errors)
    .bind(outcome.message.clone().map(storable::text))
    .execute(tenant.pool())
    .await?;
    Ok(())
}
