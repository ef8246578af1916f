//! Statements about one partition.

use jiff_sqlx::ToSqlx as _;
use sqlx::Postgres;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;

use crate::Tenant;
use crate::model::PartitionKey;

/// A statement whose `$1` to `$4` are the partition's source, account, stream and date.
pub fn partition_query(
    tenant: &Tenant,
    partition: &PartitionKey,
    template: &'static str,
) -> Query<'static, Postgres, PgArguments> {
    sqlx::query(tenant.sql(template))
        .bind(<&'static str>::from(partition.source))
        .bind(partition.account.to_string())
        .bind(partition.stream.to_string())
        .bind(partition.date.to_sqlx())
}
