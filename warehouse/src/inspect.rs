//! Reads what a tenant's schema holds, row by row, for replays and tests. Small schemas only: everything is loaded at once.

use jiff::civil::Date;
use jiff_sqlx::Date as SqlDate;
use sqlx::Row as _;
use sqlx::postgres::PgRow;

use crate::database::{DatabaseError, Tenant};
use crate::model::{AccountId, EntityRow, Metrics, Source};

/// A raw record with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LandedRecord {
    /// The account it belongs to.
    pub account: String,
    /// The stream it came by.
    pub stream: String,
    /// The partition's date.
    pub date: Date,
    /// Its key in the partition.
    pub key: String,
    /// The JSON text.
    pub payload: String,
}

/// A fact of an event stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LandedFact {
    /// The account it belongs to.
    pub account: String,
    /// The stream it came by.
    pub stream: String,
    /// Its key.
    pub key: String,
    /// What it is.
    pub kind: String,
    /// When it happened, RFC 3339.
    pub instant: String,
    /// The account's local date.
    pub date: Date,
    /// The account's local hour.
    pub hour: i16,
    /// The currency of its amounts.
    pub currency: String,
    /// Its contribution, as JSON text.
    pub metrics: String,
    /// Its further facts, as JSON text.
    pub attributes: String,
}

/// A quality flag of a partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LandedFlag {
    /// The account it belongs to.
    pub account: String,
    /// The stream.
    pub stream: String,
    /// The partition's date.
    pub date: Date,
    /// Which flag.
    pub flag: String,
}

/// A row of the hourly or daily aggregates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aggregate {
    /// The account.
    pub account: String,
    /// The level.
    pub level: String,
    /// The entity's id.
    pub entity: String,
    /// The split, empty for the whole.
    pub breakdown: String,
    /// The account's local date.
    pub date: Date,
    /// The hour label; none for days.
    pub hour: Option<i16>,
    /// The currency of the amounts.
    pub currency: Option<String>,
    /// The values.
    pub metrics: Metrics,
}

/// All raw records, in the order of their places.
///
/// # Errors
/// Where the database fails.
pub async fn records(tenant: &Tenant) -> Result<Vec<LandedRecord>, DatabaseError> {
    let template = "SELECT account, stream, date, key, payload FROM {schema}.raw_records ORDER BY stream, account, date, key";
    all(tenant, template, |row| {
        Ok(LandedRecord {
            account: row.try_get("account")?,
            stream: row.try_get("stream")?,
            date: date(row)?,
            key: row.try_get("key")?,
            payload: row.try_get("payload")?,
        })
    })
    .await
}

/// All facts that count, in the order of their dates.
///
/// # Errors
/// Where the database fails.
pub async fn facts(tenant: &Tenant) -> Result<Vec<LandedFact>, DatabaseError> {
    let template = "SELECT account, stream, key, kind, instant, date, hour, currency, metrics::text AS metrics,
            attributes::text AS attributes
        FROM {schema}.ledger WHERE NOT removed ORDER BY account, date, stream, key";
    all(tenant, template, |row| {
        let instant: jiff_sqlx::Timestamp = row.try_get("instant")?;
        Ok(LandedFact {
            account: row.try_get("account")?,
            stream: row.try_get("stream")?,
            key: row.try_get("key")?,
            kind: row.try_get("kind")?,
            instant: instant.to_jiff().to_string(),
            date: date(row)?,
            hour: row.try_get("hour")?,
            currency: row.try_get("currency")?,
            metrics: row.try_get("metrics")?,
            attributes: row.try_get("attributes")?,
        })
    })
    .await
}

/// All quality flags, in the order of their places.
///
/// # Errors
/// Where the database fails.
pub async fn flags(tenant: &Tenant) -> Result<Vec<LandedFlag>, DatabaseError> {
    let template = "SELECT account, stream, date, unnest(flags) AS flag FROM {schema}.partition_digests ORDER BY 2, 1, 3, 4";
    all(tenant, template, |row| {
        Ok(LandedFlag {
            account: row.try_get("account")?,
            stream: row.try_get("stream")?,
            date: date(row)?,
            flag: row.try_get("flag")?,
        })
    })
    .await
}

/// All hourly aggregates, in the order of their hours.
///
/// # Errors
/// Where the database fails.
pub async fn hours(tenant: &Tenant) -> Result<Vec<Aggregate>, DatabaseError> {
    let template = "SELECT * FROM {schema}.hourly_aggregates ORDER BY account, date, hour, level, entity, breakdown, currency";
    all(tenant, template, |row| {
        aggregate(row, Some(row.try_get("hour")?))
    })
    .await
}

/// All daily aggregates, in the order of their dates.
///
/// # Errors
/// Where the database fails.
pub async fn days(tenant: &Tenant) -> Result<Vec<Aggregate>, DatabaseError> {
    let template = "SELECT * FROM {schema}.daily_aggregates ORDER BY account, date, level, entity, breakdown, currency";
    all(tenant, template, |row| aggregate(row, None)).await
}

/// All entities, in the order of their ids.
///
/// # Errors
/// Where the database fails.
pub async fn entities(tenant: &Tenant) -> Result<Vec<EntityRow>, DatabaseError> {
    let template = "SELECT * FROM {schema}.entities ORDER BY account, level, id";
    all(tenant, template, entity).await
}

/// What is stored of one account itself: its name, zone and currency.
///
/// # Errors
/// Where the database fails.
pub async fn account(
    tenant: &Tenant,
    source: Source,
    account: &AccountId,
) -> Result<Option<EntityRow>, DatabaseError> {
    let template = "SELECT * FROM {schema}.entities
        WHERE source = $1 AND account = $2 AND level = 'account' AND id = $2";
    let row = sqlx::query(tenant.sql(template))
        .bind(source.as_ref())
        .bind(account.as_str())
        .fetch_optional(tenant.pool())
        .await?;
    Ok(row.as_ref().map(entity).transpose()?)
}

async fn all<T>(
    tenant: &Tenant,
    template: &'static str,
    read: impl Fn(&PgRow) -> Result<T, sqlx::Error>,
) -> Result<Vec<T>, DatabaseError> {
    let rows = sqlx::query(tenant.sql(template))
        .fetch_all(tenant.pool())
        .await?;
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

fn date(row: &PgRow) -> Result<Date, sqlx::Error> {
    Ok(row.try_get::<SqlDate, _>("date")?.to_jiff())
}

fn aggregate(row: &PgRow, hour: Option<i16>) -> Result<Aggregate, sqlx::Error> {
    Ok(Aggregate {
        account: row.try_get("account")?,
        level: row.try_get("level")?,
        entity: row.try_get("entity")?,
        breakdown: row.try_get("breakdown")?,
        date: date(row)?,
        hour,
        currency: row.try_get("currency")?,
        metrics: crate::rollup::read_metrics(row)?,
    })
}

fn entity(row: &PgRow) -> Result<EntityRow, sqlx::Error> {
    let decode = |name: &str| {
        let text: String = row.try_get(name)?;
        Ok::<String, sqlx::Error>(text)
    };
    let invalid = |error: &dyn std::error::Error| sqlx::Error::Decode(error.to_string().into());
    let currency: Option<String> = row.try_get("currency")?;
    Ok(EntityRow {
        account: decode("account")?
            .parse()
            .map_err(|error: crate::model::InvalidIdentifier| invalid(&error))?,
        level: decode("level")?
            .parse()
            .map_err(|error: strum::ParseError| invalid(&error))?,
        id: decode("id")?,
        name: row.try_get("name")?,
        status: row.try_get("status")?,
        parent: row.try_get("parent")?,
        currency: currency.and_then(|code| code.parse().ok()),
        time_zone: row.try_get("time_zone")?,
    })
}
