//! What lies below an account: names, and totals of one level.

use jiff::civil::Date;
use jiff_sqlx::{Date as SqlDate, ToSqlx as _};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::days::{account_key, currency};
use super::{AccountKey, DateRange, TenantReader, as_arrays, columns};
use crate::access::AccessError;
use crate::model::{Currency, Level, Metrics};

/// Something that figures refer to by id, as last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownEntity {
    /// Whose.
    pub account: AccountKey,
    /// Its id; at level account the account's id.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// Its status in the platform's words.
    pub status: Option<String>,
    /// The currency of its amounts (accounts).
    pub currency: Option<String>,
    /// The IANA zone of its dates (accounts).
    pub time_zone: Option<String>,
}

/// The sums of one entity over a period in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTotal {
    /// Whose.
    pub account: AccountKey,
    /// The entity's id.
    pub entity: String,
    /// The currency of its money.
    pub currency: Option<Currency>,
    /// Sums; a count of people only where the period holds a single row.
    pub metrics: Metrics,
    /// Whether a day of it is still provisional.
    pub provisional: bool,
    /// What the platform said about the data, without repetition.
    pub flags: Vec<String>,
}

impl TenantReader {
    /// Names and states at one level.
    ///
    /// # Errors
    /// Where the database is away or the query takes too long.
    pub async fn known_entities(
        &mut self,
        accounts: &[AccountKey],
        level: Level,
    ) -> Result<Vec<KnownEntity>, AccessError> {
        let sql = format!(
            "SELECT entity.source, entity.account, entity.id, entity.name, entity.status, entity.currency, entity.time_zone \
             FROM {}.entities AS entity \
             JOIN unnest($1::text[], $2::text[]) AS wanted(source, account) USING (source, account) \
             WHERE entity.level = $3",
            self.tenant,
        );
        let (sources, ids) = as_arrays(accounts);
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(sources)
            .bind(ids)
            .bind(level.as_ref())
            .fetch_all(&mut *self.transaction)
            .await?;
        Ok(rows.iter().map(known_entity).collect::<Result<_, _>>()?)
    }

    /// The sums of every entity of one level, each account over a period of its own.
    ///
    /// # Errors
    /// Where the database is away or the query takes too long.
    pub async fn entity_totals(
        &mut self,
        periods: &[(AccountKey, DateRange)],
        level: Level,
    ) -> Result<Vec<EntityTotal>, AccessError> {
        let sql = format!(
            "SELECT day.source, day.account, day.entity, day.currency, \
                    bool_or(day.status = 'provisional') AS provisional, \
                    array_agg(DISTINCT array_to_string(day.flags, ',')) AS flags, {} \
             FROM {}.daily_aggregates AS day \
             JOIN unnest($1::text[], $2::text[], $4::date[], $5::date[]) AS wanted(source, account, first, last) \
                  USING (source, account) \
             WHERE day.level = $3 AND day.breakdown = '' AND day.date BETWEEN wanted.first AND wanted.last \
             GROUP BY day.source, day.account, day.entity, day.currency",
            columns::sums("day"),
            self.tenant,
        );
        let (accounts, ranges): (Vec<AccountKey>, Vec<DateRange>) = periods.iter().cloned().unzip();
        let (sources, ids) = as_arrays(&accounts);
        let dates = |end: fn(&DateRange) -> Date| -> Vec<SqlDate> {
            ranges.iter().map(|range| end(range).to_sqlx()).collect()
        };
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(sources)
            .bind(ids)
            .bind(level.as_ref())
            .bind(dates(|range| range.from))
            .bind(dates(|range| range.to))
            .fetch_all(&mut *self.transaction)
            .await?;
        Ok(rows.iter().map(entity_total).collect::<Result<_, _>>()?)
    }
}

fn known_entity(row: &PgRow) -> Result<KnownEntity, sqlx::Error> {
    Ok(KnownEntity {
        account: account_key(row)?,
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        status: row.try_get("status")?,
        currency: row.try_get("currency")?,
        time_zone: row.try_get("time_zone")?,
    })
}

fn entity_total(row: &PgRow) -> Result<EntityTotal, sqlx::Error> {
    let joined: Vec<String> = row.try_get("flags")?;
    let mut flags: Vec<String> = joined
        .iter()
        .flat_map(|list| list.split(','))
        .filter(|flag| !flag.is_empty())
        .map(str::to_owned)
        .collect();
    flags.sort_unstable();
    flags.dedup();
    Ok(EntityTotal {
        account: account_key(row)?,
        entity: row.try_get("entity")?,
        currency: currency(row)?,
        metrics: columns::read(row)?,
        provisional: row.try_get("provisional")?,
        flags,
    })
}
