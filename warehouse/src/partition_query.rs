//! Statements about one stream or one partition.

use jiff_sqlx::ToSqlx as _;
use sqlx::Postgres;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;

use crate::Tenant;
use crate::model::{AccountId, PartitionKey, Source, StreamId, StreamKey};

/// A statement of which some parameters are bound.
pub type BoundQuery = Query<'static, Postgres, PgArguments>;

/// A statement whose `$1` to `$3` are the stream's source, account and name.
pub fn stream_query(tenant: &Tenant, stream: &StreamKey, template: &'static str) -> BoundQuery {
    bound(
        tenant,
        stream.source,
        &stream.account,
        &stream.stream,
        template,
    )
}

/// A statement whose `$1` to `$4` are the partition's source, account, stream and date.
pub fn partition_query(
    tenant: &Tenant,
    partition: &PartitionKey,
    template: &'static str,
) -> BoundQuery {
    let PartitionKey {
        source,
        account,
        stream,
        date,
    } = partition;
    bound(tenant, *source, account, stream, template).bind(date.to_sqlx())
}

fn bound(
    tenant: &Tenant,
    source: Source,
    account: &AccountId,
    stream: &StreamId,
    template: &'static str,
) -> BoundQuery {
    sqlx::query(tenant.sql(template))
        .bind(<&'static str>::from(source))
        .bind(account.to_string())
        .bind(stream.to_string())
}
