//! Touched days: what must be computed again, remembered in the landing's own transaction.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff_sqlx::ToSqlx as _;
use sqlx::{Postgres, Transaction};

use crate::database::{DatabaseError, Tenant};
use crate::model::StreamKey;

/// The stream name under which days of all event streams of an account are touched and aggregated.
pub const LEDGER: &str = "ledger";

/// Makes sure the days exist, then marks them. Days are locked before marks everywhere, so that nobody waits in a ring.
pub(crate) async fn touch(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    stream: &StreamKey,
    aggregated_as: &str,
    dates: &BTreeSet<Date>,
) -> Result<(), DatabaseError> {
    if dates.is_empty() {
        return Ok(());
    }
    let dates: Vec<jiff_sqlx::Date> = dates.iter().map(|date| date.to_sqlx()).collect();
    sqlx::query(tenant.sql(
        "INSERT INTO {schema}.account_days (source, account, date, state)
         SELECT $1, $2, d, 'open' FROM unnest($3::date[]) AS d ORDER BY d
         ON CONFLICT (source, account, date) DO NOTHING",
    ))
    .bind(stream.source.as_ref())
    .bind(stream.account.as_str())
    .bind(&dates)
    .execute(&mut **tx)
    .await?;
    sqlx::query(tenant.sql(
        "INSERT INTO {schema}.touched_days (source, account, stream, date)
         SELECT $1, $2, $4, d FROM unnest($3::date[]) AS d ORDER BY d
         ON CONFLICT (source, account, stream, date) DO UPDATE SET touched_at = now()",
    ))
    .bind(stream.source.as_ref())
    .bind(stream.account.as_str())
    .bind(&dates)
    .bind(aggregated_as)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
