//! Exact stored cells of one account and level, page by page.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::{Timestamp as SqlTimestamp, ToSqlx as _};
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::days::{currency, date, parsed};
use super::{AccountKey, DateRange, TenantReader, columns};
use crate::access::AccessError;
use crate::model::{Currency, DayStatus, Grain, Level, Metrics};

/// Which cells.
#[derive(Debug, Clone)]
pub struct CellRequest {
    /// Of which account.
    pub account: AccountKey,
    /// At which level.
    pub level: Level,
    /// Days or hours.
    pub grain: Grain,
    /// Local dates.
    pub range: DateRange,
    /// At most so many.
    pub limit: u32,
    /// Only those after this one.
    pub after: Option<CellCursor>,
}

/// The place of a cell in the order of date, hour, entity, breakdown, currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellCursor {
    /// Local date.
    pub date: Date,
    /// Hour label; -1 for days.
    pub hour: i16,
    /// The entity.
    pub entity: String,
    /// The breakdown.
    pub breakdown: String,
    /// The currency; empty for none.
    pub currency: String,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureCell {
    /// Local date.
    pub date: Date,
    /// Hour label; none for days.
    pub hour: Option<i16>,
    /// The entity.
    pub entity: String,
    /// The breakdown; empty for the whole.
    pub breakdown: String,
    /// The stream that delivered it.
    pub stream: String,
    /// The currency of its money.
    pub currency: Option<Currency>,
    /// The values.
    pub metrics: Metrics,
    /// How final.
    pub status: DayStatus,
    /// What the platform said about the data.
    pub flags: Vec<String>,
    /// When it was computed; none for hours of closed days.
    pub computed_at: Option<Timestamp>,
}

/// A page of cells.
#[derive(Debug, Clone)]
pub struct CellPage {
    /// The cells in order.
    pub cells: Vec<FigureCell>,
    /// Whether there are more.
    pub more: bool,
}

impl FigureCell {
    /// Its place in the order.
    #[must_use]
    pub fn cursor(&self) -> CellCursor {
        CellCursor {
            date: self.date,
            hour: self.hour.unwrap_or(-1),
            entity: self.entity.clone(),
            breakdown: self.breakdown.clone(),
            currency: self
                .currency
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
        }
    }
}

impl TenantReader {
    /// A page of cells. Hours of closed days come from their profiles.
    ///
    /// # Errors
    /// Where the database is away or the query takes too long.
    pub async fn cells(&mut self, request: &CellRequest) -> Result<CellPage, AccessError> {
        let source = match request.grain {
            Grain::Day => days(self.tenant.as_str()),
            Grain::Hour => hours(self.tenant.as_str()),
        };
        let sql = format!(
            "SELECT * FROM ({source}) AS cell \
             WHERE $6::date IS NULL OR (cell.date, coalesce(cell.hour, -1), cell.entity, cell.breakdown, coalesce(cell.currency, '')) \
                                        > ($6, $7, $8, $9, $10) \
             ORDER BY cell.date, coalesce(cell.hour, -1), cell.entity, cell.breakdown, coalesce(cell.currency, '') LIMIT $11",
        );
        let after = request.after.as_ref();
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(request.account.source.as_ref())
            .bind(request.account.account.as_str())
            .bind(request.level.as_ref())
            .bind(request.range.from.to_sqlx())
            .bind(request.range.to.to_sqlx())
            .bind(after.map(|cursor| cursor.date.to_sqlx()))
            .bind(after.map(|cursor| cursor.hour))
            .bind(after.map(|cursor| cursor.entity.as_str()))
            .bind(after.map(|cursor| cursor.breakdown.as_str()))
            .bind(after.map(|cursor| cursor.currency.as_str()))
            .bind(i64::from(request.limit) + 1)
            .fetch_all(&mut *self.transaction)
            .await?;
        let mut cells: Vec<FigureCell> = rows.iter().map(cell).collect::<Result<_, _>>()?;
        let more = cells.len() > request.limit as usize;
        cells.truncate(request.limit as usize);
        Ok(CellPage { cells, more })
    }
}

/// The rows of one partition range in `table`, aliased.
fn wanted(table: &str) -> String {
    format!(
        "{table}.source = $1 AND {table}.account = $2 AND {table}.level = $3 AND {table}.date BETWEEN $4 AND $5"
    )
}

fn days(tenant: &str) -> String {
    format!(
        "SELECT day.date, NULL::smallint AS hour, day.entity, day.breakdown, day.stream, day.currency, \
                day.status, day.flags, day.computed_at, {} \
         FROM {tenant}.daily_aggregates AS day WHERE {}",
        columns::values("day"),
        wanted("day"),
    )
}

/// Open hours, and those of closed days unfolded from their profiles; status and flags are the day's.
fn hours(tenant: &str) -> String {
    let open = format!(
        "SELECT hour.date, hour.hour, hour.entity, hour.breakdown, hour.stream, hour.currency, hour.computed_at, {} \
         FROM {tenant}.hourly_aggregates AS hour WHERE {}",
        columns::values("hour"),
        wanted("hour"),
    );
    let folded = format!(
        "SELECT profile.date, label.hour::smallint, profile.entity, profile.breakdown, profile.stream, profile.currency, \
                NULL::timestamptz AS computed_at, {} \
         FROM {tenant}.hour_profiles AS profile CROSS JOIN generate_series(0, 23) AS label(hour) WHERE {}",
        columns::profile_hour("profile", "label.hour"),
        wanted("profile"),
    );
    let metrics = columns::names("cell");
    format!(
        "SELECT cell.*, coalesce(day.status, CASE WHEN cell.computed_at IS NULL THEN 'closed' ELSE 'provisional' END) AS status, \
                coalesce(day.flags, '{{}}') AS flags \
         FROM ({open} UNION ALL {folded}) AS cell \
         LEFT JOIN {tenant}.daily_aggregates AS day \
           ON day.source = $1 AND day.account = $2 AND day.level = $3 AND day.entity = cell.entity \
          AND day.breakdown = cell.breakdown AND day.date = cell.date AND day.currency IS NOT DISTINCT FROM cell.currency \
         WHERE num_nonnulls({metrics}) > 0"
    )
}

fn cell(row: &PgRow) -> Result<FigureCell, sqlx::Error> {
    let computed_at: Option<SqlTimestamp> = row.try_get("computed_at")?;
    Ok(FigureCell {
        date: date(row)?,
        hour: row.try_get("hour")?,
        entity: row.try_get("entity")?,
        breakdown: row.try_get("breakdown")?,
        stream: row.try_get("stream")?,
        currency: currency(row)?,
        metrics: columns::read(row)?,
        status: parsed(row, "status")?,
        flags: row.try_get("flags")?,
        computed_at: computed_at.map(SqlTimestamp::to_jiff),
    })
}
