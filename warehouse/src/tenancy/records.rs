//! Rows of the control schema that the operator reads and writes besides tenants: data sources, conditions, runs.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::{Row, postgres::PgRow};
use strum::IntoEnumIterator;

use super::{Tenancy, TenancyError};
use crate::{
    invariants::{self, Invariant},
    kill_point,
    model::{RunClass, RunKind, TenantId},
};

/// A data source as it should be recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct DesiredSource {
    /// UID of the DataSource object.
    pub uid: String,
    /// Its organization's schema.
    pub tenant: TenantId,
    /// Namespace of the object.
    pub namespace: String,
    /// Name of the object.
    pub name: String,
    /// The connector's id.
    pub source: String,
    /// The accounts' ids.
    pub accounts: Vec<String>,
    /// The brand they belong to.
    pub brand: Option<String>,
    /// The cron expression in use.
    pub schedule: String,
    /// The time zone that the schedule is in.
    pub time_zone: String,
    /// `active`, `suspended`.
    pub suspended: bool,
    /// Conditions as the API shows them.
    pub conditions: Value,
}

/// What is recorded of an organization, for deciding about its deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedOrganization {
    /// A legal hold keeps the data whatever the object says.
    pub legal_hold: bool,
    /// `active`, `suspended`, `retired`.
    pub state: String,
}

/// A run that has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct FinishedRun {
    /// Name of its Job.
    pub name: String,
    /// How it ended.
    pub class: RunClass,
    /// When it ended.
    pub finished_at: Timestamp,
    /// What the tenant or the platform team should do, in words.
    pub message: Option<String>,
    /// One entry for each stream and account that failed.
    pub errors: Value,
}

impl Tenancy {
    /// Records a data source; true where something changed.
    ///
    /// # Errors
    /// Where Postgres does not answer, or the organization is not recorded yet.
    pub async fn record_source(&self, source: &DesiredSource) -> Result<bool, TenancyError> {
        let state = if source.suspended {
            "suspended"
        } else {
            "active"
        };
        let unchanged = "SELECT EXISTS (SELECT FROM control.sources WHERE (uid, tenant, namespace, name, source, accounts, schedule, time_zone, state, conditions)
            = ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AND brand IS NOT DISTINCT FROM $11)";
        let row = bind_source(sqlx::query(unchanged), source, state)
            .fetch_one(self.pool())
            .await?;
        if row.get(0) {
            return Ok(false);
        }
        let upsert = "INSERT INTO control.sources (uid, tenant, namespace, name, source, accounts, schedule, time_zone, state, conditions, brand)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT (uid) DO UPDATE SET tenant = excluded.tenant, namespace = excluded.namespace, name = excluded.name, accounts = excluded.accounts, schedule = excluded.schedule,
                time_zone = excluded.time_zone, state = excluded.state, conditions = excluded.conditions, brand = excluded.brand, updated_at = now()";
        kill_point("sql.record_source.before");
        bind_source(sqlx::query(upsert), source, state)
            .execute(self.pool())
            .await?;
        kill_point("sql.record_source.after");
        Ok(true)
    }

    /// Marks those data sources of a namespace as removed that are none of the living ones; true where something changed. Their history stays.
    ///
    /// # Errors
    /// Where Postgres does not answer.
    pub async fn remove_other_sources(
        &self,
        tenant: &TenantId,
        living: &[String],
    ) -> Result<bool, TenancyError> {
        let condition = "tenant = $1 AND state <> 'removed' AND NOT uid = ANY ($2)";
        let exists = format!("SELECT EXISTS (SELECT FROM control.sources WHERE {condition})");
        let row = sqlx::query(sqlx::AssertSqlSafe(exists))
            .bind(tenant.as_str())
            .bind(living)
            .fetch_one(self.pool())
            .await?;
        if !row.get::<bool, _>(0) {
            return Ok(false);
        }
        kill_point("sql.remove_sources.before");
        let update = format!(
            "UPDATE control.sources SET state = 'removed', updated_at = now() WHERE {condition}"
        );
        sqlx::query(sqlx::AssertSqlSafe(update))
            .bind(tenant.as_str())
            .bind(living)
            .execute(self.pool())
            .await?;
        kill_point("sql.remove_sources.after");
        Ok(true)
    }

    /// Mirrors an organization's conditions for the API; true where something changed.
    ///
    /// # Errors
    /// Where Postgres does not answer.
    pub async fn record_conditions(
        &self,
        tenant: &TenantId,
        conditions: &Value,
    ) -> Result<bool, TenancyError> {
        let row =
            sqlx::query("SELECT conditions = $2 FROM control.organizations WHERE tenant = $1");
        let row = row
            .bind(tenant.as_str())
            .bind(conditions)
            .fetch_optional(self.pool())
            .await?;
        if row.is_none_or(|row| row.get(0)) {
            return Ok(false);
        }
        kill_point("sql.record_conditions.before");
        let update = sqlx::query(
            "UPDATE control.organizations SET conditions = $2, updated_at = now() WHERE tenant = $1",
        );
        update
            .bind(tenant.as_str())
            .bind(conditions)
            .execute(self.pool())
            .await?;
        kill_point("sql.record_conditions.after");
        Ok(true)
    }

    /// What is recorded of an organization; `None` where nothing was ever made.
    ///
    /// # Errors
    /// Where Postgres does not answer.
    pub async fn recorded(
        &self,
        tenant: &TenantId,
    ) -> Result<Option<RecordedOrganization>, TenancyError> {
        let there: bool = sqlx::query("SELECT to_regclass('control.organizations') IS NOT NULL")
            .fetch_one(self.pool())
            .await?
            .get(0);
        if !there {
            return Ok(None);
        }
        let row =
            sqlx::query("SELECT legal_hold, state FROM control.organizations WHERE tenant = $1");
        let row = row
            .bind(tenant.as_str())
            .fetch_optional(self.pool())
            .await?;
        Ok(row.map(|row| RecordedOrganization {
            legal_hold: row.get("legal_hold"),
            state: row.get("state"),
        }))
    }

    /// Records a legal hold of an organization that has data; true where it was not recorded yet. Only `provision` lifts one.
    ///
    /// # Errors
    /// Where Postgres does not answer.
    pub async fn hold(&self, tenant: &TenantId) -> Result<bool, TenancyError> {
        if self
            .recorded(tenant)
            .await?
            .is_none_or(|recorded| recorded.legal_hold)
        {
            return Ok(false);
        }
        kill_point("sql.hold.before");
        let update = sqlx::query(
            "UPDATE control.organizations SET legal_hold = true, updated_at = now() WHERE tenant = $1",
        );
        update.bind(tenant.as_str()).execute(self.pool()).await?;
        kill_point("sql.hold.after");
        Ok(true)
    }

    /// The sync of a data source that finished last, and when one last ended well.
    ///
    /// # Errors
    /// Where Postgres does not answer.
    pub async fn last_sync(
        &self,
        tenant: &TenantId,
        source_uid: &str,
    ) -> Result<(Option<FinishedRun>, Option<Timestamp>), TenancyError> {
        let [last, well] = [LAST_SYNC, LAST_GOOD_SYNC].map(|sql| {
            sqlx::query(sql)
                .bind(tenant.as_str())
                .bind(source_uid.to_owned())
        });
        let last = last
            .fetch_optional(self.pool())
            .await?
            .map(|row| finished_run(&row))
            .transpose()?;
        let well = well
            .fetch_optional(self.pool())
            .await?
            .map(|row| finished_run(&row))
            .transpose()?;
        Ok((last, well.map(|run| run.finished_at)))
    }

    /// The last finished run of each duty of an organization, by kind: `rollup_hourly`, `rollup_daily`, `archive`.
    ///
    /// # Errors
    /// Where Postgres does not answer.
    pub async fn last_duties(
        &self,
        tenant: &TenantId,
    ) -> Result<BTreeMap<String, FinishedRun>, TenancyError> {
        let duties = RunKind::iter().filter(|kind| *kind != RunKind::Sync);
        let duties: Vec<&str> = duties.map(<&str>::from).collect();
        let rows = sqlx::query(LAST_DUTIES)
            .bind(tenant.as_str())
            .bind(duties)
            .fetch_all(self.pool())
            .await?;
        let by_kind = |row| Ok((PgRow::get(row, "kind"), finished_run(row)?));
        rows.iter().map(by_kind).collect()
    }

    /// In how many organizations the last daily roll-up found a rule of the tables broken. Rules that hold everywhere are left out.
    ///
    /// # Errors
    /// Where Postgres does not answer.
    pub async fn broken_rules(&self) -> Result<BTreeMap<Invariant, i64>, TenancyError> {
        let rows = sqlx::query(BROKEN_RULES)
            .bind(<&str>::from(RunKind::RollupDaily))
            .bind(invariants::PLACE)
            .fetch_all(self.pool())
            .await?;
        let rule = |row: &PgRow| Some((Invariant::of_place(row.get("place"))?, row.get("times")));
        Ok(rows.iter().filter_map(rule).collect())
    }

    /// The run of the Job of this name, once it has ended.
    ///
    /// # Errors
    /// Where Postgres does not answer.
    pub async fn finished_run(
        &self,
        tenant: &TenantId,
        run_name: &str,
    ) -> Result<Option<FinishedRun>, TenancyError> {
        let sql = "SELECT run_name, class, finished_at, message, errors FROM control.runs
            WHERE tenant = $1 AND run_name = $2 AND finished_at IS NOT NULL AND class IS NOT NULL ORDER BY finished_at DESC LIMIT 1";
        let row = sqlx::query(sql)
            .bind(tenant.as_str())
            .bind(run_name)
            .fetch_optional(self.pool())
            .await?;
        row.map(|row| finished_run(&row)).transpose()
    }
}

macro_rules! last_sync {
    ($condition:literal) => {
        concat!(
            "SELECT run_name, class, finished_at, message, errors FROM control.runs
             WHERE tenant = $1 AND kind = 'sync' AND coalesce(source_uid, '') = $2 AND finished_at IS NOT NULL AND class ",
            $condition,
            " ORDER BY finished_at DESC LIMIT 1"
        )
    };
}
pub(super) const LAST_SYNC: &str = last_sync!("IS NOT NULL");
pub(super) const LAST_GOOD_SYNC: &str = last_sync!("IN ('ok', 'empty_ok')");
pub(super) const LAST_DUTIES: &str = "SELECT duty.kind, run.* FROM unnest($2::text[]) AS duty (kind) CROSS JOIN LATERAL (
        SELECT run_name, class, finished_at, message, errors FROM control.runs
        WHERE tenant = $1 AND runs.kind = duty.kind AND coalesce(source_uid, '') = '' AND finished_at IS NOT NULL
            AND class IS NOT NULL
        ORDER BY finished_at DESC LIMIT 1) AS run
    ORDER BY duty.kind";

const BROKEN_RULES: &str = "SELECT error ->> 'stream' AS place, count(DISTINCT organization.tenant) AS times
    FROM control.organizations AS organization
    CROSS JOIN LATERAL (
        SELECT errors FROM control.runs
        WHERE tenant = organization.tenant AND kind = $1 AND coalesce(source_uid, '') = '' AND finished_at IS NOT NULL
        ORDER BY finished_at DESC LIMIT 1) AS run
    CROSS JOIN LATERAL jsonb_array_elements(run.errors) AS error
    WHERE organization.state <> 'retired' AND starts_with(error ->> 'stream', $2)
    GROUP BY place";

type Query<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

fn bind_source<'q>(query: Query<'q>, source: &'q DesiredSource, state: &'q str) -> Query<'q> {
    query
        .bind(&source.uid)
        .bind(source.tenant.as_str())
        .bind(&source.namespace)
        .bind(&source.name)
        .bind(&source.source)
        .bind(&source.accounts)
        .bind(&source.schedule)
        .bind(&source.time_zone)
        .bind(state)
        .bind(&source.conditions)
        .bind(&source.brand)
}

fn finished_run(row: &PgRow) -> Result<FinishedRun, TenancyError> {
    let class: String = row.get("class");
    Ok(FinishedRun {
        name: row.get("run_name"),
        // A class of a newer release is a failure that this one cannot explain.
        class: class.parse().unwrap_or(RunClass::PermanentBug),
        finished_at: row
            .try_get::<jiff_sqlx::Timestamp, _>("finished_at")?
            .to_jiff(),
        message: row.get("message"),
        errors: row.get("errors"),
    })
}
