//! Account totals by day, and days that lie in the archive.

use jiff::civil::Date;
use jiff_sqlx::{Date as SqlDate, ToSqlx as _};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::{AccountKey, TenantReader, as_arrays, columns};
use crate::access::AccessError;
use crate::model::{AccountId, Currency, DayStatus, Metrics, Source};

/// Local dates, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateRange {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
}

/// What an account reported for one local day in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountDay {
    /// Whose.
    pub account: AccountKey,
    /// The account's local date.
    pub date: Date,
    /// The currency of its money.
    pub currency: Option<Currency>,
    /// The values.
    pub metrics: Metrics,
    /// How final.
    pub status: DayStatus,
    /// What the platform said about the data.
    pub flags: Vec<String>,
}

impl TenantReader {
    /// The account level of these accounts, day by day.
    ///
    /// # Errors
    /// Where the database is away or the query takes too long.
    pub async fn account_days(
        &mut self,
        accounts: &[AccountKey],
        range: DateRange,
    ) -> Result<Vec<AccountDay>, AccessError> {
        let sql = format!(
            "SELECT day.source, day.account, day.date, day.currency, day.status, day.flags, {} \
             FROM {}.daily_aggregates AS day \
             JOIN unnest($1::text[], $2::text[]) AS wanted(source, account) USING (source, account) \
             WHERE day.level = 'account' AND day.breakdown = '' AND day.date BETWEEN $3 AND $4 \
             ORDER BY day.date, day.source, day.account, day.currency",
            columns::values("day"),
            self.tenant,
        );
        let rows = self.rows_of(sql, accounts, range).await?;
        Ok(rows.iter().map(account_day).collect::<Result<_, _>>()?)
    }

    /// The days of these accounts whose figures lie in the archive alone, by account and date.
    ///
    /// # Errors
    /// Where the database is away or the query takes too long.
    pub async fn archived_days(
        &mut self,
        accounts: &[AccountKey],
        range: DateRange,
    ) -> Result<Vec<(AccountKey, Date)>, AccessError> {
        let sql = format!(
            "SELECT day.source, day.account, day.date FROM {}.account_days AS day \
             JOIN unnest($1::text[], $2::text[]) AS wanted(source, account) USING (source, account) \
             WHERE day.state = 'archived' AND day.date BETWEEN $3 AND $4 \
             ORDER BY day.source, day.account, day.date",
            self.tenant,
        );
        let rows = self.rows_of(sql, accounts, range).await?;
        let days = rows.iter().map(|row| Ok((account_key(row)?, date(row)?)));
        Ok(days.collect::<Result<_, sqlx::Error>>()?)
    }

    /// The rows of a statement whose `$1` and `$2` are accounts and whose `$3` and `$4` are the first and last date.
    pub(super) async fn rows_of(
        &mut self,
        sql: String,
        accounts: &[AccountKey],
        range: DateRange,
    ) -> Result<Vec<PgRow>, AccessError> {
        let (sources, ids) = as_arrays(accounts);
        let query = sqlx::query(AssertSqlSafe(sql))
            .bind(sources)
            .bind(ids)
            .bind(range.from.to_sqlx())
            .bind(range.to.to_sqlx());
        Ok(query.fetch_all(&mut *self.transaction).await?)
    }
}

fn account_day(row: &PgRow) -> Result<AccountDay, sqlx::Error> {
    Ok(AccountDay {
        account: account_key(row)?,
        date: date(row)?,
        currency: currency(row)?,
        metrics: columns::read(row)?,
        status: parsed(row, "status")?,
        flags: row.try_get("flags")?,
    })
}

pub(super) fn account_key(row: &PgRow) -> Result<AccountKey, sqlx::Error> {
    Ok(AccountKey {
        source: parsed::<Source>(row, "source")?,
        account: parsed::<AccountId>(row, "account")?,
    })
}

pub(super) fn currency(row: &PgRow) -> Result<Option<Currency>, sqlx::Error> {
    let text: Option<String> = row.try_get("currency")?;
    text.map(|text| {
        text.parse()
            .map_err(|error| decode_error("currency", error))
    })
    .transpose()
}

pub(super) fn date(row: &PgRow) -> Result<Date, sqlx::Error> {
    Ok(row.try_get::<SqlDate, _>("date")?.to_jiff())
}

/// A text column as the type that it spells.
pub(super) fn parsed<T>(row: &PgRow, column: &str) -> Result<T, sqlx::Error>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    let text: String = row.try_get(column)?;
    text.parse().map_err(|error| decode_error(column, error))
}

fn decode_error(
    column: &str,
    error: impl std::error::Error + Send + Sync + 'static,
) -> sqlx::Error {
    sqlx::Error::ColumnDecode {
        index: column.to_owned(),
        source: Box::new(error),
    }
}
