//! Event streams: one fact changes at a time, one absence proves nothing.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{Postgres, Row as _, Transaction};

use super::touch::{LEDGER, touch};
use super::{EventPull, Landed, absence, ledger};
use crate::database::{DatabaseError, Tenant};
use crate::digest::ContentDigest;
use crate::kill_point;
use crate::model::{RawRecord, StreamKey};
use crate::partition_query::partition_query;
use crate::{storable, watermarks};

/// Lands one pull: newer versions of facts replace older ones, their old and new days are touched, the cursor moves.
///
/// # Errors
/// Where the database fails; then nothing of the pull has landed.
pub async fn land_events(tenant: &Tenant, pull: EventPull) -> Result<Landed, DatabaseError> {
    let pull = storable_pull(pull);
    let mut tx = tenant.begin().await?;
    watermarks::lock(&mut tx, tenant, &pull.stream).await?;
    let removed = absence::sweep(&mut tx, tenant, &pull).await?;
    let (mut touched, rows) = ledger::write(&mut tx, tenant, &pull.stream, pull.facts).await?;
    touched.extend(removed);
    touch(&mut tx, tenant, &pull.stream, LEDGER, &touched).await?;
    keep_payloads(
        &mut tx,
        tenant,
        &pull.stream,
        pull.landing_date,
        pull.fetched_at,
        pull.records,
    )
    .await?;
    watermarks::advance(
        &mut tx,
        tenant,
        &pull.stream,
        &pull.progress,
        pull.fetched_at,
    )
    .await?;
    kill_point("landing.events.before_commit");
    tx.commit().await?;
    kill_point("landing.events.after_commit");
    Ok(Landed {
        touched,
        rows,
        ..Landed::default()
    })
}

fn storable_pull(pull: EventPull) -> EventPull {
    EventPull {
        records: pull.records.into_iter().map(storable::record).collect(),
        facts: pull.facts.into_iter().map(storable::fact).collect(),
        ..pull
    }
}

/// Keeps the payloads for the backup, under the date of their landing. The facts are in the ledger already, so the
/// partition counts as aggregated.
async fn keep_payloads(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    stream: &StreamKey,
    date: Date,
    fetched_at: jiff::Timestamp,
    records: Vec<RawRecord>,
) -> Result<(), DatabaseError> {
    let incoming: BTreeMap<String, String> = records
        .into_iter()
        .map(|record| (record.key, record.payload))
        .collect();
    if incoming.is_empty() {
        return Ok(());
    }
    // The digest first: it is locked, so that payloads do not leave between the two.
    let mut digest = load_digest(tx, tenant, stream, date).await?;
    let present = load_payloads(tx, tenant, stream, date, &incoming).await?;
    let changed: Vec<(&String, &String)> = incoming
        .iter()
        .filter(|(key, payload)| present.get(*key) != Some(*payload))
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    for (key, payload) in &changed {
        if let Some(old) = present.get(*key) {
            digest.remove(key, old);
        }
        digest.add(key, payload);
    }
    upsert_payloads(tx, tenant, stream, date, fetched_at, &changed).await?;
    write_digest(tx, tenant, stream, date, fetched_at, digest).await
}

async fn load_payloads(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    stream: &StreamKey,
    date: Date,
    incoming: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, DatabaseError> {
    let template = "SELECT key, payload FROM {schema}.raw_records
        WHERE source = $1 AND account = $2 AND stream = $3 AND date = $4 AND key = ANY($5)";
    let keys: Vec<String> = incoming.keys().cloned().collect();
    let rows = partition_query(tenant, &stream.on(date), template)
        .bind(keys)
        .fetch_all(&mut **tx)
        .await?;
    let pairs = rows
        .iter()
        .map(|row| Ok((row.try_get("key")?, row.try_get("payload")?)));
    Ok(pairs.collect::<Result<_, sqlx::Error>>()?)
}

/// The digest of the payloads that are there; payloads that were deleted after their backup count no longer.
async fn load_digest(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    stream: &StreamKey,
    date: Date,
) -> Result<ContentDigest, DatabaseError> {
    let template = "SELECT content_hash FROM {schema}.partition_digests
        WHERE source = $1 AND account = $2 AND stream = $3 AND date = $4 AND raw_deleted_at IS NULL FOR UPDATE";
    let row = partition_query(tenant, &stream.on(date), template)
        .fetch_optional(&mut **tx)
        .await?;
    let text: Option<String> = row.map(|row| row.try_get("content_hash")).transpose()?;
    Ok(text
        .and_then(|text| ContentDigest::parse(&text))
        .unwrap_or_default())
}

async fn upsert_payloads(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    stream: &StreamKey,
    date: Date,
    fetched_at: jiff::Timestamp,
    changed: &[(&String, &String)],
) -> Result<(), DatabaseError> {
    let template = "INSERT INTO {schema}.raw_records (source, account, stream, date, key, payload, fetched_at)
        SELECT $1, $2, $3, $4, r.key, r.payload, $7 FROM unnest($5::text[], $6::text[]) AS r (key, payload)
        ON CONFLICT (source, account, stream, date, key)
            DO UPDATE SET payload = excluded.payload, fetched_at = excluded.fetched_at";
    let (keys, payloads): (Vec<String>, Vec<String>) = changed
        .iter()
        .map(|(key, payload)| ((*key).clone(), (*payload).clone()))
        .unzip();
    partition_query(tenant, &stream.on(date), template)
        .bind(keys)
        .bind(payloads)
        .bind(fetched_at.to_sqlx())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn write_digest(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    stream: &StreamKey,
    date: Date,
    fetched_at: jiff::Timestamp,
    digest: ContentDigest,
) -> Result<(), DatabaseError> {
    let template = "INSERT INTO {schema}.partition_digests
            (source, account, stream, date, row_count, content_hash, fetched_at, aggregated_hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $6)
        ON CONFLICT (source, account, stream, date) DO UPDATE SET row_count = $5, content_hash = $6,
            fetched_at = $7, aggregated_hash = $6, raw_deleted_at = NULL";
    partition_query(tenant, &stream.on(date), template)
        .bind(i64::try_from(digest.rows()).unwrap_or(i64::MAX))
        .bind(digest.text())
        .bind(fetched_at.to_sqlx())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
