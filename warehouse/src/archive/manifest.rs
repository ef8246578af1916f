//! The manifest: what is in the archive, and how far each version of a file has come.

use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{PgExecutor, Postgres, Row as _, Transaction};
use strum::{AsRefStr, Display, EnumString, IntoStaticStr};

use super::shape::Kind;
use crate::Tenant;
use crate::database::DatabaseError;
use crate::model::PartitionKey;

/// How far a version of a file has come, in this order.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    AsRefStr,
    Display,
    EnumString,
    IntoStaticStr,
)]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// Its version number is taken.
    Planned,
    /// Its content and its name are known.
    Exported,
    /// The store has accepted it.
    Uploaded,
    /// It was read back, decoded and counted: it is what was written.
    Verified,
    /// Readers may follow it.
    Committed,
    /// The rows that it holds have left Postgres.
    Purged,
    /// It has left the archive at the end of its time.
    Expired,
}

/// One version of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    /// Its partition; the stream is empty for all kinds but `raw`.
    pub(super) partition: PartitionKey,
    pub(super) version: i32,
    pub(super) state: State,
    pub(super) object_path: Option<String>,
    pub(super) content_hash: Option<String>,
    pub(super) committed_at: Option<Timestamp>,
}

/// What an export says about a file.
pub(super) struct Exported<'a> {
    pub(super) object_path: &'a str,
    pub(super) rows: u64,
    pub(super) bytes: usize,
    pub(super) content_hash: &'a str,
}

impl Entry {
    /// Takes a version number.
    pub(super) async fn plan(
        tx: &mut Transaction<'_, Postgres>,
        tenant: &Tenant,
        kind: Kind,
        partition: &PartitionKey,
        version: i32,
        now: Timestamp,
    ) -> Result<Self, DatabaseError> {
        let partition = partition.clone();
        let entry = Self {
            kind,
            partition,
            version,
            state: State::Planned,
            object_path: None,
            content_hash: None,
            committed_at: None,
        };
        entry
            .query(
                tenant,
                "INSERT INTO {control}.archive_manifest
                (tenant, kind, source, account, stream, date, version, state, planned_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, 'planned', $8)",
            )
            .bind(now.to_sqlx())
            .execute(&mut **tx)
            .await?;
        Ok(entry)
    }

    pub(super) async fn exported(
        &mut self,
        tenant: &Tenant,
        exported: &Exported<'_>,
    ) -> Result<(), DatabaseError> {
        self.query(tenant, "UPDATE {control}.archive_manifest SET state = 'exported', object_path = $8, rows = $9,
                bytes = $10, content_hash = $11, entity_tag = NULL, verified_at = NULL
            WHERE tenant = $1 AND kind = $2 AND source = $3 AND account = $4 AND stream = $5 AND date = $6
                AND version = $7 AND state IN ('planned', 'exported', 'uploaded', 'verified')")
            .bind(exported.object_path.to_owned())
            .bind(i64::try_from(exported.rows).unwrap_or(i64::MAX))
            .bind(i64::try_from(exported.bytes).unwrap_or(i64::MAX))
            .bind(exported.content_hash.to_owned())
            .execute(tenant.pool())
            .await?;
        self.state = State::Exported;
        self.object_path = Some(exported.object_path.to_owned());
        self.content_hash = Some(exported.content_hash.to_owned());
        Ok(())
    }

    pub(super) async fn uploaded(
        &mut self,
        tenant: &Tenant,
        entity_tag: Option<String>,
    ) -> Result<(), DatabaseError> {
        self.query(tenant, "UPDATE {control}.archive_manifest SET state = 'uploaded', entity_tag = $8
            WHERE tenant = $1 AND kind = $2 AND source = $3 AND account = $4 AND stream = $5 AND date = $6
                AND version = $7 AND state = 'exported'")
            .bind(entity_tag)
            .execute(tenant.pool())
            .await?;
        self.state = State::Uploaded;
        Ok(())
    }

    /// Goes back to `exported`: the uploaded object was not what was written.
    pub(super) async fn forget_upload(&mut self, tenant: &Tenant) -> Result<(), DatabaseError> {
        self.query(tenant, "UPDATE {control}.archive_manifest SET state = 'exported', entity_tag = NULL
            WHERE tenant = $1 AND kind = $2 AND source = $3 AND account = $4 AND stream = $5 AND date = $6
                AND version = $7 AND state = 'uploaded'")
            .execute(tenant.pool())
            .await?;
        self.state = State::Exported;
        Ok(())
    }

    pub(super) async fn verified(
        &mut self,
        tenant: &Tenant,
        now: Timestamp,
    ) -> Result<(), DatabaseError> {
        self.query(tenant, "UPDATE {control}.archive_manifest SET state = 'verified', verified_at = $8
            WHERE tenant = $1 AND kind = $2 AND source = $3 AND account = $4 AND stream = $5 AND date = $6
                AND version = $7 AND state = 'uploaded'")
            .bind(now.to_sqlx())
            .execute(tenant.pool())
            .await?;
        self.state = State::Verified;
        Ok(())
    }

    pub(super) async fn commit(
        &mut self,
        tx: &mut Transaction<'_, Postgres>,
        tenant: &Tenant,
        now: Timestamp,
    ) -> Result<(), DatabaseError> {
        self.query(tenant, "UPDATE {control}.archive_manifest SET state = 'committed', committed_at = $8
            WHERE tenant = $1 AND kind = $2 AND source = $3 AND account = $4 AND stream = $5 AND date = $6
                AND version = $7 AND state = 'verified'")
            .bind(now.to_sqlx())
            .execute(&mut **tx)
            .await?;
        self.state = State::Committed;
        Ok(())
    }

    /// Marks that its rows have left Postgres.
    pub(super) async fn purged(
        &self,
        tx: &mut Transaction<'_, Postgres>,
        tenant: &Tenant,
        now: Timestamp,
    ) -> Result<(), DatabaseError> {
        self.query(tenant, "UPDATE {control}.archive_manifest SET state = 'purged', purged_at = $8
            WHERE tenant = $1 AND kind = $2 AND source = $3 AND account = $4 AND stream = $5 AND date = $6
                AND version = $7 AND state IN ('committed', 'purged')")
            .bind(now.to_sqlx())
            .execute(&mut **tx)
            .await?;
        Ok(())
    }

    /// Marks that it has left the archive.
    pub(super) async fn expired(
        &self,
        executor: impl PgExecutor<'_>,
        tenant: &Tenant,
        now: Timestamp,
    ) -> Result<(), DatabaseError> {
        self.query(tenant, "UPDATE {control}.archive_manifest SET state = 'expired', expired_at = $8
            WHERE tenant = $1 AND kind = $2 AND source = $3 AND account = $4 AND stream = $5 AND date = $6
                AND version = $7")
            .bind(now.to_sqlx())
            .execute(executor)
            .await?;
        Ok(())
    }

    fn query(
        &self,
        tenant: &Tenant,
        template: &'static str,
    ) -> Query<'static, Postgres, PgArguments> {
        sqlx::query(tenant.sql(template))
            .bind(tenant.id().to_string())
            .bind(<&'static str>::from(self.kind))
            .bind(<&'static str>::from(self.partition.source))
            .bind(self.partition.account.to_string())
            .bind(self.partition.stream.to_string())
            .bind(self.partition.date.to_sqlx())
            .bind(self.version)
    }
}

/// The files of the newest version of a partition, locked; empty where it was never planned.
pub(super) async fn newest(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    kinds: &[Kind],
    partition: &PartitionKey,
) -> Result<Vec<Entry>, DatabaseError> {
    versions(tx, tenant, kinds, partition, false).await
}

/// The files of the newest committed version of a partition.
pub(super) async fn newest_committed(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    kinds: &[Kind],
    partition: &PartitionKey,
) -> Result<Vec<Entry>, DatabaseError> {
    versions(tx, tenant, kinds, partition, true).await
}

async fn versions(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    kinds: &[Kind],
    partition: &PartitionKey,
    committed_only: bool,
) -> Result<Vec<Entry>, DatabaseError> {
    let rows = sqlx::query(tenant.sql(
        "SELECT kind, version, state, object_path, content_hash, committed_at FROM {control}.archive_manifest
         WHERE tenant = $1 AND kind = ANY($2) AND source = $3 AND account = $4 AND stream = $5 AND date = $6
             AND (NOT $7 OR state IN ('committed', 'purged'))
         ORDER BY version DESC, kind FOR UPDATE",
    ))
    .bind(tenant.id().as_str())
    .bind(kinds.iter().map(AsRef::as_ref).map(str::to_owned).collect::<Vec<_>>())
    .bind(partition.source.as_ref())
    .bind(partition.account.as_str())
    .bind(partition.stream.as_str())
    .bind(partition.date.to_sqlx())
    .bind(committed_only)
    .fetch_all(&mut **tx)
    .await?;
    let mut entries = rows
        .iter()
        .map(|row| read(row, partition.clone()))
        .collect::<Result<Vec<_>, sqlx::Error>>()?;
    let newest = entries.first().map(|entry| entry.version);
    entries.retain(|entry| Some(entry.version) == newest);
    Ok(entries)
}

pub(super) fn read(row: &PgRow, partition: PartitionKey) -> Result<Entry, sqlx::Error> {
    let decode = |error: strum::ParseError| sqlx::Error::Decode(Box::new(error));
    Ok(Entry {
        kind: row.try_get::<String, _>("kind")?.parse().map_err(decode)?,
        partition,
        version: row.try_get("version")?,
        state: row.try_get::<String, _>("state")?.parse().map_err(decode)?,
        object_path: row.try_get("object_path")?,
        content_hash: row.try_get("content_hash")?,
        committed_at: row
            .try_get::<Option<SqlTimestamp>, _>("committed_at")?
            .map(SqlTimestamp::to_jiff),
    })
}
