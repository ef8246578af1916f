//! The four kinds of file: their columns, and the statements that read and write their rows in Postgres.

use bigdecimal::BigDecimal;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{Postgres, Row as _, Transaction};
use strum::{AsRefStr, Display, EnumIter, EnumString, IntoStaticStr};

use super::cells::{Cell, Column, Table, Type};
use crate::Tenant;
use crate::database::DatabaseError;
use crate::model::PartitionKey;

/// What a file holds.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Kind {
    /// Payloads as received, of one stream and date: a backup.
    Raw,
    /// The daily figures of one account and date.
    Daily,
    /// The hours of one account and date.
    Hours,
    /// The ledger's facts of one account and date.
    Ledger,
}

/// The kinds that make up an archived day.
pub(super) const DAY_KINDS: [Kind; 3] = [Kind::Daily, Kind::Hours, Kind::Ledger];

/// The columns of a day's files as SQL gives them, for statements that read rows and for those that take them away.
macro_rules! daily_columns {
    () => {
        "stream, level, entity, breakdown, currency, impressions, clicks, spend, conversions, conversions_value,
             sessions, orders, revenue, refunds, extra::text AS extra, status,
             array_to_string(flags, ',') AS flags, computed_at"
    };
}
macro_rules! hours_columns {
    () => {
        "stream, level, entity, breakdown, currency, hours::text AS hours"
    };
}
macro_rules! ledger_columns {
    () => {
        "stream, key, kind, instant, hour::bigint AS hour, currency, metrics::text AS metrics,
             attributes::text AS attributes, customer_key, version, removed, fingerprint"
    };
}
pub(super) use {daily_columns, hours_columns, ledger_columns};

impl Kind {
    /// The columns of its files, without source, account and date, which are in the path.
    #[must_use]
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Raw => RAW,
            Self::Daily => DAILY,
            Self::Hours => HOURS,
            Self::Ledger => LEDGER,
        }
    }

    const fn select(self) -> &'static str {
        match self {
            Self::Raw => {
                "SELECT key, payload, fetched_at FROM {schema}.raw_records
                 WHERE source = $1 AND account = $2 AND date = $3 AND stream = $4 ORDER BY key"
            }
            Self::Daily => concat!(
                "SELECT ",
                daily_columns!(),
                " FROM {schema}.daily_aggregates WHERE source = $1 AND account = $2 AND date = $3 AND $4 = ''
                 ORDER BY level, entity, breakdown, currency"
            ),
            Self::Hours => concat!(
                "SELECT ",
                hours_columns!(),
                " FROM {schema}.hour_profiles WHERE source = $1 AND account = $2 AND date = $3 AND $4 = ''
                 ORDER BY level, entity, breakdown, currency"
            ),
            Self::Ledger => concat!(
                "SELECT ",
                ledger_columns!(),
                " FROM {schema}.ledger WHERE source = $1 AND account = $2 AND date = $3 AND $4 = ''
                 ORDER BY stream, key"
            ),
        }
    }

    /// Writes rows that are not there yet; what is there already is newer.
    const fn insert(self) -> &'static str {
        match self {
            Self::Raw => {
                "INSERT INTO {schema}.raw_records (source, account, date, stream, key, payload, fetched_at)
                 SELECT $1, $2, $3, $4, r.* FROM unnest($5::text[], $6::text[], $7::timestamptz[]) AS r
                 ON CONFLICT DO NOTHING"
            }
            Self::Daily => {
                "INSERT INTO {schema}.daily_aggregates (source, account, date, stream, level, entity, breakdown,
                     currency, impressions, clicks, spend, conversions, conversions_value, sessions, orders, revenue,
                     refunds, extra, status, flags, computed_at)
                 SELECT $1, $2, $3, stream, level, entity, breakdown, currency, impressions, clicks, spend, conversions,
                     conversions_value, sessions, orders, revenue, refunds, extra::jsonb, status,
                     string_to_array(flags, ','), computed_at
                 FROM unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::numeric[], $11::numeric[],
                     $12::numeric[], $13::numeric[], $14::numeric[], $15::numeric[], $16::numeric[], $17::numeric[],
                     $18::numeric[], $19::text[], $20::text[], $21::text[], $22::timestamptz[])
                     AS r (stream, level, entity, breakdown, currency, impressions, clicks, spend, conversions,
                           conversions_value, sessions, orders, revenue, refunds, extra, status, flags, computed_at)
                 WHERE $4 = '' ON CONFLICT DO NOTHING"
            }
            Self::Hours => {
                "INSERT INTO {schema}.hour_profiles (source, account, date, stream, level, entity, breakdown, currency,
                     hours)
                 SELECT $1, $2, $3, stream, level, entity, breakdown, currency, hours::jsonb
                 FROM unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
                     AS r (stream, level, entity, breakdown, currency, hours)
                 WHERE $4 = '' ON CONFLICT DO NOTHING"
            }
            Self::Ledger => {
                "INSERT INTO {schema}.ledger (source, account, date, stream, key, kind, instant, hour, currency,
                     metrics, attributes, customer_key, version, removed, fingerprint)
                 SELECT $1, $2, $3, stream, key, kind, instant, hour, currency, metrics::jsonb, attributes::jsonb,
                     customer_key, version, removed, fingerprint
                 FROM unnest($5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::bigint[], $10::text[],
                     $11::text[], $12::text[], $13::text[], $14::timestamptz[], $15::boolean[], $16::bigint[])
                     AS r (stream, key, kind, instant, hour, currency, metrics, attributes, customer_key, version,
                           removed, fingerprint)
                 WHERE $4 = '' ON CONFLICT DO NOTHING"
            }
        }
    }

    /// Reads the rows of one partition; the stream is empty for all kinds but `raw`.
    pub(super) async fn load(
        self,
        tx: &mut Transaction<'_, Postgres>,
        tenant: &Tenant,
        partition: &PartitionKey,
    ) -> Result<Table, DatabaseError> {
        self.rows_of(tx, tenant, partition, self.select()).await
    }

    /// The rows that a statement gives in the columns of this kind.
    pub(super) async fn rows_of(
        self,
        tx: &mut Transaction<'_, Postgres>,
        tenant: &Tenant,
        partition: &PartitionKey,
        statement: &'static str,
    ) -> Result<Table, DatabaseError> {
        let rows = bind(tenant, statement, partition)
            .fetch_all(&mut **tx)
            .await?;
        let columns = self.columns();
        let rows = rows
            .iter()
            .map(|row| columns.iter().map(|column| read(row, column)).collect());
        Ok(Table {
            columns,
            rows: rows.collect::<Result<_, sqlx::Error>>()?,
        })
    }

    /// Writes the rows that are not there.
    pub(super) async fn store(
        self,
        tx: &mut Transaction<'_, Postgres>,
        tenant: &Tenant,
        partition: &PartitionKey,
        table: &Table,
    ) -> Result<(), DatabaseError> {
        let mut query = bind(tenant, self.insert(), partition);
        for index in 0..table.columns.len() {
            query = bind_column(query, table, index);
        }
        query.execute(&mut **tx).await?;
        Ok(())
    }
}

type PartitionQuery = Query<'static, Postgres, PgArguments>;

pub(super) fn bind(
    tenant: &Tenant,
    template: &'static str,
    partition: &PartitionKey,
) -> PartitionQuery {
    sqlx::query(tenant.sql(template))
        .bind(<&'static str>::from(partition.source))
        .bind(partition.account.to_string())
        .bind(partition.date.to_sqlx())
        .bind(partition.stream.to_string())
}

fn bind_column(query: PartitionQuery, table: &Table, index: usize) -> PartitionQuery {
    let cells = || table.rows.iter().filter_map(move |row| row.get(index));
    match table
        .columns
        .get(index)
        .map_or(Type::Text, |column| column.kind)
    {
        Type::Text => query.bind(cells().map(text).collect::<Vec<_>>()),
        Type::Instant => query.bind(cells().map(instant).collect::<Vec<_>>()),
        Type::Integer => query.bind(cells().map(integer).collect::<Vec<_>>()),
        Type::Flag => query.bind(cells().map(flag).collect::<Vec<_>>()),
        Type::Number => query.bind(cells().map(number).collect::<Vec<_>>()),
    }
}

fn text(cell: &Cell) -> Option<String> {
    if let Cell::Text(text) = cell {
        Some(text.clone())
    } else {
        None
    }
}

fn instant(cell: &Cell) -> Option<SqlTimestamp> {
    if let Cell::Instant(instant) = cell {
        Some(instant.to_sqlx())
    } else {
        None
    }
}

fn integer(cell: &Cell) -> Option<i64> {
    if let Cell::Integer(integer) = cell {
        Some(*integer)
    } else {
        None
    }
}

fn flag(cell: &Cell) -> Option<bool> {
    if let Cell::Flag(flag) = cell {
        Some(*flag)
    } else {
        None
    }
}

fn number(cell: &Cell) -> Option<BigDecimal> {
    if let Cell::Number(number) = cell {
        Some(number.clone())
    } else {
        None
    }
}

fn read(row: &PgRow, column: &Column) -> Result<Cell, sqlx::Error> {
    let name = column.name;
    Ok(match column.kind {
        Type::Text => Cell::from(row.try_get(name)?, Cell::Text),
        Type::Instant => Cell::from(row.try_get::<Option<SqlTimestamp>, _>(name)?, |time| {
            Cell::Instant(time.to_jiff())
        }),
        Type::Integer => Cell::from(row.try_get(name)?, Cell::Integer),
        Type::Flag => Cell::from(row.try_get(name)?, Cell::Flag),
        Type::Number => Cell::from(row.try_get(name)?, Cell::Number),
    })
}

const fn column(name: &'static str, kind: Type) -> Column {
    Column::new(name, kind)
}

static RAW: &[Column] = &[
    column("key", Type::Text),
    column("payload", Type::Text),
    column("fetched_at", Type::Instant),
];

static DAILY: &[Column] = &[
    column("stream", Type::Text),
    column("level", Type::Text),
    column("entity", Type::Text),
    column("breakdown", Type::Text),
    column("currency", Type::Text),
    column("impressions", Type::Number),
    column("clicks", Type::Number),
    column("spend", Type::Number),
    column("conversions", Type::Number),
    column("conversions_value", Type::Number),
    column("sessions", Type::Number),
    column("orders", Type::Number),
    column("revenue", Type::Number),
    column("refunds", Type::Number),
    column("extra", Type::Text),
    column("status", Type::Text),
    column("flags", Type::Text),
    column("computed_at", Type::Instant),
];

static HOURS: &[Column] = &[
    column("stream", Type::Text),
    column("level", Type::Text),
    column("entity", Type::Text),
    column("breakdown", Type::Text),
    column("currency", Type::Text),
    column("hours", Type::Text),
];

static LEDGER: &[Column] = &[
    column("stream", Type::Text),
    column("key", Type::Text),
    column("kind", Type::Text),
    column("instant", Type::Instant),
    column("hour", Type::Integer),
    column("currency", Type::Text),
    column("metrics", Type::Text),
    column("attributes", Type::Text),
    column("customer_key", Type::Text),
    column("version", Type::Instant),
    column("removed", Type::Flag),
    column("fingerprint", Type::Integer),
];
