//! Closing: an account's day is final at its own midnight plus grace; what changes later reads restated.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::{Date as SqlDate, ToSqlx as _};
use sqlx::Row as _;

use super::account::{AccountZone, account_zones, last_day_over};
use crate::database::{DatabaseError, Tenant};
use crate::kill_point;

/// How long after its midnight a day stays open, so that the last fetch of the day has landed.
pub const DEFAULT_GRACE: SignedDuration = SignedDuration::from_hours(2);

/// Days that were closed, with their account.
#[derive(Debug, Clone, PartialEq)]
pub struct Closed {
    /// The account.
    pub account: AccountZone,
    /// Its days that are closed now.
    pub dates: Vec<Date>,
}

/// Closes every open day that is over at `now` and has no touched stream left, each account in a transaction of its own.
///
/// # Errors
/// Where the database fails.
pub async fn close_due(
    tenant: &Tenant,
    now: Timestamp,
    grace: SignedDuration,
) -> Result<Vec<Closed>, DatabaseError> {
    let mut closed = Vec::new();
    for account in account_zones(tenant).await? {
        let dates = close_account(tenant, &account, now, grace).await?;
        if !dates.is_empty() {
            closed.push(Closed { account, dates });
        }
    }
    Ok(closed)
}

async fn close_account(
    tenant: &Tenant,
    account: &AccountZone,
    now: Timestamp,
    grace: SignedDuration,
) -> Result<Vec<Date>, DatabaseError> {
    let last = last_day_over(&account.time_zone, grace, now);
    let mut tx = tenant.begin().await?;
    let rows = sqlx::query(tenant.sql(
        "UPDATE {schema}.account_days d SET state = 'closed', closed_at = $4
         WHERE d.source = $1 AND d.account = $2 AND d.date <= $3 AND d.state = 'open' AND NOT EXISTS (
             SELECT 1 FROM {schema}.touched_days t
             WHERE t.source = d.source AND t.account = d.account AND t.date = d.date)
         RETURNING d.date",
    ))
    .bind(account.source.as_ref())
    .bind(account.account.as_str())
    .bind(last.to_sqlx())
    .bind(now.to_sqlx())
    .fetch_all(&mut *tx)
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let dates: Vec<SqlDate> = rows
        .iter()
        .map(|row| row.try_get("date"))
        .collect::<Result<_, _>>()?;
    sqlx::query(tenant.sql(
        "UPDATE {schema}.daily_aggregates SET status = 'closed'
         WHERE source = $1 AND account = $2 AND date = ANY($3) AND status = 'provisional'",
    ))
    .bind(account.source.as_ref())
    .bind(account.account.as_str())
    .bind(&dates)
    .execute(&mut *tx)
    .await?;
    kill_point("close.before_commit");
    tx.commit().await?;
    kill_point("close.after_commit");
    Ok(dates.into_iter().map(SqlDate::to_jiff).collect())
}
