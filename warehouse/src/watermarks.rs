//! How far each stream of each account was read, and until when to leave it alone.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{Postgres, Row as _, Transaction};

use crate::database::{DatabaseError, Tenant};
use crate::model::{RunClass, StreamKey};

/// What is known of one stream of one account. A stream that was never read has the default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watermark {
    /// Where an event stream goes on; its form is the connector's.
    pub cursor: Option<String>,
    /// When each window tier (`hot`, `warm`, `cold`, `weekly`, …) was last read.
    pub tiers: BTreeMap<String, Timestamp>,
    /// When the newest landed pull began.
    pub fetched_at: Option<Timestamp>,
    /// Do not ask the platform before this time.
    pub not_before: Option<Timestamp>,
    /// Why the stream is being left alone.
    pub blocked: Option<RunClass>,
}

/// What a landing says about its stream; written in the landing's own transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// The new cursor; `None` keeps the present one.
    pub cursor: Option<String>,
    /// The tiers that this pull has read, with the time that counts for their next turn.
    pub tiers: BTreeMap<String, Timestamp>,
}

/// The watermark of one stream.
///
/// # Errors
/// Where the database fails.
pub async fn load(tenant: &Tenant, stream: &StreamKey) -> Result<Watermark, DatabaseError> {
    let row = bind(
        tenant,
        stream,
        "SELECT cursor, tiers, fetched_at, not_before, blocked_class FROM {control}.watermarks
         WHERE tenant = $1 AND source = $2 AND account = $3 AND stream = $4",
    )
    .fetch_optional(tenant.pool())
    .await?;
    row.map_or_else(|| Ok(Watermark::default()), |row| Ok(read(&row)?))
}

/// Moves a stream on without landing anything, as when a pull had no partitions.
///
/// # Errors
/// Where the database fails.
pub async fn move_to(
    tenant: &Tenant,
    stream: &StreamKey,
    progress: &Progress,
    fetched_at: Timestamp,
) -> Result<(), DatabaseError> {
    let mut tx = tenant.begin().await?;
    lock(&mut tx, tenant, stream).await?;
    advance(&mut tx, tenant, stream, progress, fetched_at).await?;
    tx.commit().await?;
    Ok(())
}

/// Leaves a stream alone until a time (for ever without one), with the reason. The next landing ends it.
///
/// # Errors
/// Where the database fails.
pub async fn hold(
    tenant: &Tenant,
    stream: &StreamKey,
    until: Option<Timestamp>,
    reason: RunClass,
) -> Result<(), DatabaseError> {
    bind(tenant, stream, "INSERT INTO {control}.watermarks AS w (tenant, source, account, stream, not_before, blocked_class)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (tenant, source, account, stream) DO UPDATE SET not_before = $5, blocked_class = $6")
    .bind(until.map(jiff_sqlx::ToSqlx::to_sqlx))
    .bind(reason.as_ref())
    .execute(tenant.pool())
    .await?;
    Ok(())
}

/// Takes the stream's lock: landings of one stream happen one after the other.
pub(crate) async fn lock(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    stream: &StreamKey,
) -> Result<(), DatabaseError> {
    bind(
        tenant,
        stream,
        "INSERT INTO {control}.watermarks (tenant, source, account, stream) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant, source, account, stream) DO NOTHING",
    )
    .execute(&mut **tx)
    .await?;
    bind(
        tenant,
        stream,
        "SELECT 1 FROM {control}.watermarks
         WHERE tenant = $1 AND source = $2 AND account = $3 AND stream = $4 FOR UPDATE",
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes a landing's progress and ends any hold.
pub(crate) async fn advance(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    stream: &StreamKey,
    progress: &Progress,
    fetched_at: Timestamp,
) -> Result<(), DatabaseError> {
    bind(
        tenant,
        stream,
        "UPDATE {control}.watermarks SET cursor = COALESCE($5, cursor), tiers = tiers || $6,
             fetched_at = GREATEST(fetched_at, $7), not_before = NULL, blocked_class = NULL
         WHERE tenant = $1 AND source = $2 AND account = $3 AND stream = $4",
    )
    .bind(progress.cursor.as_deref())
    .bind(Json(&progress.tiers))
    .bind(fetched_at.to_sqlx())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

type Query = sqlx::query::Query<'static, Postgres, sqlx::postgres::PgArguments>;

fn bind(tenant: &Tenant, stream: &StreamKey, template: &'static str) -> Query {
    sqlx::query(tenant.sql(template))
        .bind(tenant.id().to_string())
        .bind(<&'static str>::from(stream.source))
        .bind(stream.account.to_string())
        .bind(stream.stream.to_string())
}

fn read(row: &PgRow) -> Result<Watermark, sqlx::Error> {
    let time = |name: &str| {
        row.try_get::<Option<SqlTimestamp>, _>(name)
            .map(|time| time.map(SqlTimestamp::to_jiff))
    };
    let blocked: Option<String> = row.try_get("blocked_class")?;
    Ok(Watermark {
        cursor: row.try_get("cursor")?,
        tiers: row
            .try_get::<Json<BTreeMap<String, Timestamp>>, _>("tiers")?
            .0,
        fetched_at: time("fetched_at")?,
        not_before: time("not_before")?,
        blocked: blocked.and_then(|text| text.parse().ok()),
    })
}
