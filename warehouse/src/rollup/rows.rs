//! Writing aggregate rows: those of one stream and day are made equal to what was computed, and only where they differ.

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{Postgres, Transaction};

use super::Bucket;
use super::profile::Hours;
use crate::database::{DatabaseError, Tenant};
use crate::metrics::{CORE_COLUMNS, Storage};
use crate::model::{DayStatus, Metrics, PartitionKey, QualityFlag, canonical};

/// What all rows of one replacement share.
pub(super) struct Target<'a> {
    pub(super) tenant: &'a Tenant,
    pub(super) partition: &'a PartitionKey,
    pub(super) computed_at: Timestamp,
}

type SqlQuery = Query<'static, Postgres, PgArguments>;
type Rows = [(Bucket, Metrics)];

impl Target<'_> {
    /// Makes the daily rows equal to `rows`; changed and new rows get `status`. Gives the number of written rows.
    pub(super) async fn replace_days(
        &self,
        tx: &mut Transaction<'_, Postgres>,
        rows: &Rows,
        status: DayStatus,
        flags: &[QualityFlag],
    ) -> Result<u64, DatabaseError> {
        let flags: Vec<&str> = flags
            .iter()
            .map(|flag| <&'static str>::from(*flag))
            .collect();
        let query = with_figures(
            self.with_keys(DAYS, rows.iter().map(|(bucket, _)| bucket)),
            rows,
        );
        let query = query
            .bind(self.computed_at.to_sqlx())
            .bind(status.as_ref())
            .bind(flags);
        Ok(query.execute(&mut **tx).await?.rows_affected())
    }

    /// Makes the hourly rows equal to `rows`.
    pub(super) async fn replace_hours(
        &self,
        tx: &mut Transaction<'_, Postgres>,
        rows: &Rows,
    ) -> Result<u64, DatabaseError> {
        let hours: Vec<i16> = rows
            .iter()
            .map(|(bucket, _)| i16::from(bucket.hour.unwrap_or_default()))
            .collect();
        let query = with_figures(
            self.with_keys(HOURS, rows.iter().map(|(bucket, _)| bucket)),
            rows,
        );
        Ok(query
            .bind(self.computed_at.to_sqlx())
            .bind(hours)
            .execute(&mut **tx)
            .await?
            .rows_affected())
    }

    /// Makes the folded hours equal to `profiles`.
    pub(super) async fn replace_profiles(
        &self,
        tx: &mut Transaction<'_, Postgres>,
        profiles: &BTreeMap<Bucket, Hours>,
    ) -> Result<u64, DatabaseError> {
        let hours: Vec<String> = profiles
            .values()
            .map(|hours| serde_json::to_string(hours).unwrap_or_default())
            .collect();
        let query = self.with_keys(PROFILES, profiles.keys()).bind(hours);
        Ok(query.execute(&mut **tx).await?.rows_affected())
    }

    fn with_keys<'b>(
        &self,
        template: &'static str,
        buckets: impl Iterator<Item = &'b Bucket> + Clone,
    ) -> SqlQuery {
        let PartitionKey {
            source,
            account,
            stream,
            date,
        } = self.partition;
        let date: Date = *date;
        sqlx::query(self.tenant.sql(template))
            .bind(<&'static str>::from(*source))
            .bind(account.to_string())
            .bind(stream.to_string())
            .bind(date.to_sqlx())
            .bind(
                buckets
                    .clone()
                    .map(|bucket| <&'static str>::from(bucket.level))
                    .collect::<Vec<_>>(),
            )
            .bind(
                buckets
                    .clone()
                    .map(|bucket| bucket.entity.clone())
                    .collect::<Vec<_>>(),
            )
            .bind(
                buckets
                    .clone()
                    .map(|bucket| bucket.breakdown.clone())
                    .collect::<Vec<_>>(),
            )
            .bind(
                buckets
                    .map(|bucket| bucket.currency.as_ref().map(ToString::to_string))
                    .collect::<Vec<_>>(),
            )
    }
}

fn with_figures(mut query: SqlQuery, rows: &Rows) -> SqlQuery {
    for metric in CORE_COLUMNS {
        let column: Vec<Option<BigDecimal>> = rows
            .iter()
            .map(|(_, sums)| sums.get(&metric).cloned())
            .collect();
        query = query.bind(column);
    }
    query.bind(rows.iter().map(|(_, sums)| extra(sums)).collect::<Vec<_>>())
}

/// The metrics without a column of their own, as JSON of decimal text.
fn extra(sums: &Metrics) -> String {
    let texts: BTreeMap<&str, String> = sums
        .iter()
        .filter(|(metric, _)| metric.storage() == Storage::Extra)
        .map(|(metric, value)| (metric.name(), canonical(value)))
        .collect();
    serde_json::to_string(&texts).unwrap_or_default()
}

const DAYS: &str = "WITH incoming AS (
        SELECT level, entity, breakdown, currency, impressions, clicks, spend, conversions, conversions_value, sessions,
            orders, revenue, refunds, extra::jsonb AS extra
        FROM unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::numeric[], $10::numeric[], $11::numeric[],
            $12::numeric[], $13::numeric[], $14::numeric[], $15::numeric[], $16::numeric[], $17::numeric[], $18::text[])
            AS i (level, entity, breakdown, currency, impressions, clicks, spend, conversions, conversions_value,
                  sessions, orders, revenue, refunds, extra)
    ), gone AS (
        DELETE FROM {schema}.daily_aggregates d
        WHERE d.source = $1 AND d.account = $2 AND d.stream = $3 AND d.date = $4 AND NOT EXISTS (
            SELECT 1 FROM incoming i WHERE i.level = d.level AND i.entity = d.entity AND i.breakdown = d.breakdown
                AND i.currency IS NOT DISTINCT FROM d.currency)
    )
    INSERT INTO {schema}.daily_aggregates AS d (source, account, level, entity, breakdown, date, stream, currency,
        impressions, clicks, spend, conversions, conversions_value, sessions, orders, revenue, refunds, extra, status,
        flags, computed_at)
    SELECT $1, $2, level, entity, breakdown, $4, $3, currency, impressions, clicks, spend, conversions,
        conversions_value, sessions, orders, revenue, refunds, extra, $20, $21, $19
    FROM incoming
    ON CONFLICT (source, account, date, level, entity, breakdown, currency) DO UPDATE SET stream = excluded.stream,
        impressions = excluded.impressions, clicks = excluded.clicks, spend = excluded.spend,
        conversions = excluded.conversions, conversions_value = excluded.conversions_value,
        sessions = excluded.sessions, orders = excluded.orders, revenue = excluded.revenue,
        refunds = excluded.refunds, extra = excluded.extra, flags = excluded.flags, computed_at = excluded.computed_at,
        status = CASE WHEN (d.impressions, d.clicks, d.spend, d.conversions, d.conversions_value, d.sessions, d.orders,
                d.revenue, d.refunds, d.extra) IS DISTINCT FROM (excluded.impressions, excluded.clicks, excluded.spend,
                excluded.conversions, excluded.conversions_value, excluded.sessions, excluded.orders, excluded.revenue,
                excluded.refunds, excluded.extra)
            THEN excluded.status ELSE d.status END
    WHERE (d.impressions, d.clicks, d.spend, d.conversions, d.conversions_value, d.sessions, d.orders, d.revenue,
            d.refunds, d.extra, d.flags, d.stream)
        IS DISTINCT FROM (excluded.impressions, excluded.clicks, excluded.spend, excluded.conversions,
            excluded.conversions_value, excluded.sessions, excluded.orders, excluded.revenue, excluded.refunds,
            excluded.extra, excluded.flags, excluded.stream)";

const HOURS: &str = "WITH incoming AS (
        SELECT level, entity, breakdown, currency, impressions, clicks, spend, conversions, conversions_value, sessions,
            orders, revenue, refunds, extra::jsonb AS extra, hour
        FROM unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::numeric[], $10::numeric[], $11::numeric[],
            $12::numeric[], $13::numeric[], $14::numeric[], $15::numeric[], $16::numeric[], $17::numeric[],
            $18::text[], $20::smallint[])
            AS i (level, entity, breakdown, currency, impressions, clicks, spend, conversions, conversions_value,
                  sessions, orders, revenue, refunds, extra, hour)
    ), gone AS (
        DELETE FROM {schema}.hourly_aggregates d
        WHERE d.source = $1 AND d.account = $2 AND d.stream = $3 AND d.date = $4 AND NOT EXISTS (
            SELECT 1 FROM incoming i WHERE i.hour = d.hour AND i.level = d.level AND i.entity = d.entity
                AND i.breakdown = d.breakdown AND i.currency IS NOT DISTINCT FROM d.currency)
    )
    INSERT INTO {schema}.hourly_aggregates AS d (source, account, level, entity, breakdown, date, hour, stream,
        currency, impressions, clicks, spend, conversions, conversions_value, sessions, orders, revenue, refunds, extra,
        computed_at)
    SELECT $1, $2, level, entity, breakdown, $4, hour, $3, currency, impressions, clicks, spend, conversions,
        conversions_value, sessions, orders, revenue, refunds, extra, $19
    FROM incoming
    ON CONFLICT (source, account, date, hour, level, entity, breakdown, currency) DO UPDATE SET
        stream = excluded.stream, impressions = excluded.impressions, clicks = excluded.clicks, spend = excluded.spend,
        conversions = excluded.conversions, conversions_value = excluded.conversions_value,
        sessions = excluded.sessions, orders = excluded.orders, revenue = excluded.revenue,
        refunds = excluded.refunds, extra = excluded.extra, computed_at = excluded.computed_at
    WHERE (d.impressions, d.clicks, d.spend, d.conversions, d.conversions_value, d.sessions, d.orders, d.revenue,
            d.refunds, d.extra, d.stream)
        IS DISTINCT FROM (excluded.impressions, excluded.clicks, excluded.spend, excluded.conversions,
            excluded.conversions_value, excluded.sessions, excluded.orders, excluded.revenue, excluded.refunds,
            excluded.extra, excluded.stream)";

const PROFILES: &str = "WITH incoming AS (
        SELECT level, entity, breakdown, currency, hours::jsonb AS hours
        FROM unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
            AS i (level, entity, breakdown, currency, hours)
    ), gone AS (
        DELETE FROM {schema}.hour_profiles d
        WHERE d.source = $1 AND d.account = $2 AND d.stream = $3 AND d.date = $4 AND NOT EXISTS (
            SELECT 1 FROM incoming i WHERE i.level = d.level AND i.entity = d.entity AND i.breakdown = d.breakdown
                AND i.currency IS NOT DISTINCT FROM d.currency)
    )
    INSERT INTO {schema}.hour_profiles AS d (source, account, level, entity, breakdown, date, stream, currency, hours)
    SELECT $1, $2, level, entity, breakdown, $4, $3, currency, hours FROM incoming
    ON CONFLICT (source, account, date, level, entity, breakdown, currency) DO UPDATE SET stream = excluded.stream,
        hours = excluded.hours
    WHERE (d.hours, d.stream) IS DISTINCT FROM (excluded.hours, excluded.stream)";
