//! Window streams: each (stream, account, date) is fetched whole and replaced whole.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::{Date as SqlDate, Timestamp as SqlTimestamp, ToSqlx as _};
use sqlx::postgres::PgRow;
use sqlx::{Postgres, Row as _, Transaction};

use super::copy::CopyRows;
use super::decide::{Decision, Known, Pulled, decide, refutes_emptiness};
use super::{Landed, WindowPull};
use crate::database::{DatabaseError, Tenant};
use crate::digest::ContentDigest;
use crate::kill_point;
use crate::model::{StreamKey, WindowPartition};
use crate::partition_query::{BoundQuery, stream_query};
use crate::watermarks;

/// Lands one pull: replaces the partitions whose content changed, touches their days, moves the watermark.
///
/// # Errors
/// Where the database fails; then nothing of the pull has landed.
pub async fn land_window(tenant: &Tenant, pull: WindowPull) -> Result<Landed, DatabaseError> {
    let pulled = by_date(pull.partitions);
    let whole_pull_empty = pulled
        .values()
        .all(|partition| partition.records.is_empty());
    let mut tx = tenant.begin().await?;
    watermarks::lock(&mut tx, tenant, &pull.stream).await?;
    let known = load_known(&mut tx, tenant, &pull.stream, pulled.keys().copied()).await?;
    let decided: BTreeMap<Date, Decision> = pulled
        .iter()
        .map(|(date, partition)| {
            (
                *date,
                decide(
                    known.get(date),
                    partition,
                    pull.fetched_at,
                    whole_pull_empty,
                ),
            )
        })
        .collect();
    let refuted: Vec<Date> = decided
        .iter()
        .filter(|(date, decision)| refutes_emptiness(known.get(date), **decision, pull.fetched_at))
        .map(|(date, _)| *date)
        .collect();
    let mut writer = Writer {
        tx: &mut tx,
        tenant,
        stream: &pull.stream,
        fetched_at: pull.fetched_at,
    };
    let landed = writer.write(&pulled, &decided).await?;
    writer.forget_empty(&refuted).await?;
    watermarks::advance(
        &mut tx,
        tenant,
        &pull.stream,
        &pull.progress,
        pull.fetched_at,
    )
    .await?;
    kill_point("landing.window.before_commit");
    tx.commit().await?;
    kill_point("landing.window.after_commit");
    Ok(landed)
}

fn by_date(partitions: Vec<WindowPartition>) -> BTreeMap<Date, Pulled> {
    partitions
        .into_iter()
        .map(|partition| (partition.date, Pulled::from(partition)))
        .collect()
}

fn dates_with(decided: &BTreeMap<Date, Decision>, wanted: Decision) -> Vec<Date> {
    decided
        .iter()
        .filter(|(_, decision)| **decision == wanted)
        .map(|(date, _)| *date)
        .collect()
}

struct Writer<'a, 't> {
    tx: &'a mut Transaction<'t, Postgres>,
    tenant: &'a Tenant,
    stream: &'a StreamKey,
    fetched_at: Timestamp,
}

impl Writer<'_, '_> {
    async fn write(
        &mut self,
        pulled: &BTreeMap<Date, Pulled>,
        decided: &BTreeMap<Date, Decision>,
    ) -> Result<Landed, DatabaseError> {
        let replaced = dates_with(decided, Decision::Replace);
        let reflagged = dates_with(decided, Decision::Reflag);
        let unconfirmed = dates_with(decided, Decision::AwaitConfirmation);
        let touched = replaced.iter().chain(&reflagged).copied().collect();
        super::touch::touch(
            self.tx,
            self.tenant,
            self.stream,
            self.stream.stream.as_str(),
            &touched,
        )
        .await?;
        let rows = self.replace_records(pulled, &replaced).await?;
        self.write_digests(pulled, &replaced).await?;
        self.write_flags(pulled, &reflagged).await?;
        self.remember_empty(&unconfirmed).await?;
        Ok(Landed {
            touched,
            rows,
            unconfirmed,
            stale: dates_with(decided, Decision::Stale),
        })
    }

    async fn replace_records(
        &mut self,
        pulled: &BTreeMap<Date, Pulled>,
        dates: &[Date],
    ) -> Result<u64, DatabaseError> {
        if dates.is_empty() {
            return Ok(0);
        }
        self.on_dates(
            "DELETE FROM {schema}.raw_records WHERE source = $1 AND account = $2 AND stream = $3 AND date = ANY($4)",
            dates,
        )
        .execute(&mut **self.tx)
        .await?;
        let mut copy = CopyRows::begin(
            self.tx,
            self.tenant,
            "COPY {schema}.raw_records (source, account, stream, date, key, payload, fetched_at) FROM STDIN",
        )
        .await?;
        let (account, stream) = (self.stream.account.as_str(), self.stream.stream.as_str());
        let fetched_at = self.fetched_at.to_string();
        for (date, partition) in dates
            .iter()
            .filter_map(|date| Some((date.to_string(), pulled.get(date)?)))
        {
            for record in &partition.records {
                let columns = [
                    self.stream.source.into(),
                    account,
                    stream,
                    &date,
                    &record.key,
                    &record.payload,
                    &fetched_at,
                ];
                copy.row(&columns).await?;
            }
        }
        copy.finish().await
    }

    async fn write_digests(
        &mut self,
        pulled: &BTreeMap<Date, Pulled>,
        dates: &[Date],
    ) -> Result<(), DatabaseError> {
        for (date, partition) in dates
            .iter()
            .filter_map(|date| Some((date, pulled.get(date)?)))
        {
            sqlx::query(self.tenant.sql(
                "INSERT INTO {schema}.partition_digests
                     (source, account, stream, date, row_count, content_hash, flags, fetched_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (source, account, stream, date) DO UPDATE SET row_count = $5, content_hash = $6,
                     flags = $7, fetched_at = $8, raw_deleted_at = NULL, empty_seen_at = NULL",
            ))
            .bind(self.stream.source.as_ref())
            .bind(self.stream.account.as_str())
            .bind(self.stream.stream.as_str())
            .bind(date.to_sqlx())
            .bind(i64::try_from(partition.digest.rows()).unwrap_or(i64::MAX))
            .bind(partition.digest.text())
            .bind(flag_texts(partition))
            .bind(self.fetched_at.to_sqlx())
            .execute(&mut **self.tx)
            .await?;
        }
        Ok(())
    }

    async fn write_flags(
        &mut self,
        pulled: &BTreeMap<Date, Pulled>,
        dates: &[Date],
    ) -> Result<(), DatabaseError> {
        for (date, partition) in dates
            .iter()
            .filter_map(|date| Some((date, pulled.get(date)?)))
        {
            self.on_dates(
                "UPDATE {schema}.partition_digests SET flags = $5
                 WHERE source = $1 AND account = $2 AND stream = $3 AND date = ANY($4)",
                &[*date],
            )
            .bind(flag_texts(partition))
            .execute(&mut **self.tx)
            .await?;
        }
        Ok(())
    }

    async fn remember_empty(&mut self, dates: &[Date]) -> Result<(), DatabaseError> {
        if dates.is_empty() {
            return Ok(());
        }
        self.on_dates(
            "UPDATE {schema}.partition_digests SET empty_seen_at = COALESCE(empty_seen_at, $5)
             WHERE source = $1 AND account = $2 AND stream = $3 AND date = ANY($4)",
            dates,
        )
        .bind(self.fetched_at.to_sqlx())
        .execute(&mut **self.tx)
        .await?;
        Ok(())
    }

    async fn forget_empty(&mut self, dates: &[Date]) -> Result<(), DatabaseError> {
        if dates.is_empty() {
            return Ok(());
        }
        self.on_dates(
            "UPDATE {schema}.partition_digests SET empty_seen_at = NULL
             WHERE source = $1 AND account = $2 AND stream = $3 AND date = ANY($4)",
            dates,
        )
        .execute(&mut **self.tx)
        .await?;
        Ok(())
    }

    fn on_dates(&self, template: &'static str, dates: &[Date]) -> BoundQuery {
        on_dates(self.tenant, self.stream, template, dates)
    }
}

fn on_dates(
    tenant: &Tenant,
    stream: &StreamKey,
    template: &'static str,
    dates: &[Date],
) -> BoundQuery {
    let dates: Vec<_> = dates.iter().map(|date| date.to_sqlx()).collect();
    stream_query(tenant, stream, template).bind(dates)
}

fn flag_texts(partition: &Pulled) -> Vec<&'static str> {
    partition
        .flags
        .iter()
        .map(|flag| <&'static str>::from(*flag))
        .collect()
}

async fn load_known(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    stream: &StreamKey,
    dates: impl Iterator<Item = Date>,
) -> Result<BTreeMap<Date, Known>, DatabaseError> {
    let dates: Vec<Date> = dates.collect();
    let rows = on_dates(
        tenant,
        stream,
        "SELECT date, content_hash, flags, fetched_at, empty_seen_at,
             raw_deleted_at IS NOT NULL AS raw_deleted FROM {schema}.partition_digests
         WHERE source = $1 AND account = $2 AND stream = $3 AND date = ANY($4) ORDER BY date FOR UPDATE",
        &dates,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .iter()
        .map(read_known)
        .collect::<Result<_, sqlx::Error>>()?)
}

fn read_known(row: &PgRow) -> Result<(Date, Known), sqlx::Error> {
    let hash: String = row.try_get("content_hash")?;
    let flags: Vec<String> = row.try_get("flags")?;
    let known = Known {
        digest: ContentDigest::parse(&hash).unwrap_or_default(),
        flags: flags.iter().filter_map(|flag| flag.parse().ok()).collect(),
        fetched_at: row.try_get::<SqlTimestamp, _>("fetched_at")?.to_jiff(),
        empty_seen_at: row
            .try_get::<Option<SqlTimestamp>, _>("empty_seen_at")?
            .map(SqlTimestamp::to_jiff),
        raw_deleted: row.try_get("raw_deleted")?,
    };
    Ok((row.try_get::<SqlDate, _>("date")?.to_jiff(), known))
}
