//! Data sources with their conditions, runs and freshness.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use serde::Deserialize;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, FromRow, Row as _};
use uuid::Uuid;

use super::days::parsed;
use super::{AccountKey, TenantReader};
use crate::access::AccessError;
use crate::model::{AccountId, Source};

/// A condition as the operator mirrored it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConditionRecord {
    /// `Ready`, `Synced`, …
    #[serde(rename = "type")]
    pub kind: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// A CamelCase word.
    #[serde(default)]
    pub reason: String,
    /// What happened and what to do.
    #[serde(default)]
    pub message: String,
    /// When the status last changed.
    #[serde(default)]
    pub last_transition_time: Option<Timestamp>,
}

/// A data source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The `DataSource`'s uid.
    pub uid: String,
    /// Its name.
    pub name: String,
    /// The connector.
    pub source: Source,
    /// Its accounts.
    pub accounts: Vec<AccountId>,
    /// The brand that scopes Staff.
    pub brand: Option<String>,
    /// Cron expression of the sync.
    pub schedule: String,
    /// IANA zone of the schedule.
    pub time_zone: String,
    /// Suspended by its owner.
    pub suspended: bool,
    /// Deleted; its history stays.
    pub removed: bool,
    /// What the operator says.
    pub conditions: Vec<ConditionRecord>,
    /// When it was declared.
    pub created_at: Timestamp,
}

impl Connection {
    /// Its accounts with the connector.
    pub fn account_keys(&self) -> impl Iterator<Item = AccountKey> + '_ {
        self.accounts.iter().map(|account| AccountKey {
            source: self.source,
            account: account.clone(),
        })
    }
}

/// A part of a run that failed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RunFailure {
    /// The stream; none when the whole run failed.
    #[serde(default)]
    pub stream: Option<String>,
    /// The account; none when all failed.
    #[serde(default)]
    pub account: Option<String>,
    /// The error class.
    pub class: String,
    /// Seconds until it makes sense to try again.
    #[serde(default)]
    pub wait_seconds: Option<i64>,
}

/// One sync run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRecord {
    /// The `DataSource`'s uid.
    pub source_uid: String,
    /// The run's id.
    pub id: Uuid,
    /// The Job's name.
    pub run_name: String,
    /// When it started.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// What it ended as.
    pub class: Option<String>,
    /// Seconds until it makes sense to try again.
    pub wait_seconds: Option<i64>,
    /// Pages fetched.
    pub pages: i64,
    /// Rows delivered.
    pub rows_fetched: i64,
    /// Rows written.
    pub rows_landed: i64,
    /// What failed.
    pub errors: Vec<RunFailure>,
    /// What to do.
    pub message: Option<String>,
}

/// What a data source's runs achieved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Successes {
    /// When the last good run ended.
    pub last_success_at: Option<Timestamp>,
    /// Rows written in the last 24 hours.
    pub rows_landed_last_day: i64,
}

#[derive(FromRow)]
struct RunRow {
    source_uid: String,
    id: Uuid,
    run_name: String,
    started_at: SqlTimestamp,
    finished_at: Option<SqlTimestamp>,
    class: Option<String>,
    wait_seconds: Option<i64>,
    pages: i64,
    rows_fetched: i64,
    rows_landed: i64,
    errors: Json<Vec<RunFailure>>,
    message: Option<String>,
}

impl From<RunRow> for RunRecord {
    fn from(row: RunRow) -> Self {
        Self {
            source_uid: row.source_uid,
            id: row.id,
            run_name: row.run_name,
            started_at: row.started_at.to_jiff(),
            finished_at: row.finished_at.map(SqlTimestamp::to_jiff),
            class: row.class,
            wait_seconds: row.wait_seconds,
            pages: row.pages,
            rows_fetched: row.rows_fetched,
            rows_landed: row.rows_landed,
            errors: row.errors.0,
            message: row.message,
        }
    }
}

const RUN: &str = "run.source_uid, run.id, run.run_name, run.started_at, run.finished_at, run.class, run.wait_seconds, \
     run.pages, run.rows_fetched, run.rows_landed, run.errors, run.message";

impl TenantReader {
    /// The tenant's data sources, also removed ones, by name.
    ///
    /// # Errors
    /// Where the database is away or the query takes too long.
    pub async fn connections(&mut self) -> Result<Vec<Connection>, AccessError> {
        let rows = sqlx::query(
            "SELECT uid, name, source, accounts, brand, schedule, time_zone, state, conditions, created_at \
             FROM control.sources WHERE tenant = $1 ORDER BY name, created_at, uid",
        )
        .bind(self.tenant.as_str())
        .fetch_all(&mut *self.transaction)
        .await?;
        Ok(rows.iter().map(connection).collect::<Result<_, _>>()?)
    }

    /// The newest sync runs of each data source, newest first.
    ///
    /// # Errors
    /// Where the database is away or the query takes too long.
    pub async fn newest_runs(
        &mut self,
        sources: &[&str],
        each: i64,
    ) -> Result<Vec<RunRecord>, AccessError> {
        let sql = format!(
            "SELECT {RUN} FROM unnest($2::text[]) AS wanted(uid) CROSS JOIN LATERAL ( \
                 SELECT * FROM control.runs WHERE runs.tenant = $1 AND runs.source_uid = wanted.uid AND runs.kind = 'sync' \
                 ORDER BY runs.started_at DESC LIMIT $3) AS run \
             ORDER BY run.source_uid, run.started_at DESC"
        );
        let rows: Vec<RunRow> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(self.tenant.as_str())
            .bind(sources)
            .bind(each)
            .fetch_all(&mut *self.transaction)
            .await?;
        Ok(rows.into_iter().map(RunRecord::from).collect())
    }

    /// For each of these data sources: when its last good run ended, and the rows that its runs wrote in the last 24
    /// hours.
    ///
    /// # Errors
    /// Where the database is away or the query takes too long.
    pub async fn successes(
        &mut self,
        sources: &[&str],
    ) -> Result<BTreeMap<String, Successes>, AccessError> {
        let rows: Vec<(String, Option<SqlTimestamp>, i64)> = sqlx::query_as(
            "SELECT wanted.uid, \
                    (SELECT finished_at FROM control.runs \
                     WHERE tenant = $1 AND source_uid = wanted.uid AND kind = 'sync' AND class IN ('ok', 'empty_ok') \
                     ORDER BY started_at DESC LIMIT 1), \
                    (SELECT coalesce(sum(rows_landed), 0)::bigint FROM control.runs \
                     WHERE tenant = $1 AND source_uid = wanted.uid AND kind = 'sync' \
                       AND started_at > now() - interval '24 hours') \
             FROM unnest($2::text[]) AS wanted(uid)",
        )
        .bind(self.tenant.as_str())
        .bind(sources)
        .fetch_all(&mut *self.transaction)
        .await?;
        let read = |(uid, at, rows): (String, Option<SqlTimestamp>, i64)| {
            let last_success_at = at.map(SqlTimestamp::to_jiff);
            (
                uid,
                Successes {
                    last_success_at,
                    rows_landed_last_day: rows,
                },
            )
        };
        Ok(rows.into_iter().map(read).collect())
    }
}

fn connection(row: &PgRow) -> Result<Connection, sqlx::Error> {
    let accounts: Vec<String> = row.try_get("accounts")?;
    let state: String = row.try_get("state")?;
    Ok(Connection {
        uid: row.try_get("uid")?,
        name: row.try_get("name")?,
        source: parsed(row, "source")?,
        accounts: accounts
            .into_iter()
            .filter_map(|account| account.try_into().ok())
            .collect(),
        brand: row.try_get("brand")?,
        schedule: row.try_get("schedule")?,
        time_zone: row.try_get("time_zone")?,
        suspended: state == "suspended",
        removed: state == "removed",
        conditions: row
            .try_get::<Json<Vec<ConditionRecord>>, _>("conditions")?
            .0,
        created_at: row.try_get::<SqlTimestamp, _>("created_at")?.to_jiff(),
    })
}
