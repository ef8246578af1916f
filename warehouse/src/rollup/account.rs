//! The zone and currency of an account, and when its days end.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row as _};

use crate::database::{DatabaseError, Tenant};
use crate::model::{AccountId, Currency, Source};

/// An account with the zone of its dates.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountZone {
    /// The connector.
    pub source: Source,
    /// The account.
    pub account: AccountId,
    /// Its zone; the Organization's where the account is not known yet.
    pub time_zone: TimeZone,
    /// Its currency, where it has one.
    pub currency: Option<Currency>,
}

/// Whether a local day is over at `now`: its midnight plus the grace has passed.
#[must_use]
pub fn day_is_over(
    date: Date,
    time_zone: &TimeZone,
    grace: SignedDuration,
    now: Timestamp,
) -> bool {
    let end = date
        .checked_add(1.day())
        .and_then(|next| next.to_zoned(time_zone.clone()));
    end.is_ok_and(|end| {
        end.timestamp()
            .checked_add(grace)
            .is_ok_and(|closing| closing <= now)
    })
}

/// The newest local date that is over at `now`.
pub(crate) fn last_day_over(time_zone: &TimeZone, grace: SignedDuration, now: Timestamp) -> Date {
    let today = now.to_zoned(time_zone.clone()).date();
    let mut date = today;
    while !day_is_over(date, time_zone, grace, now) && date > Date::MIN {
        date = date.yesterday().unwrap_or(Date::MIN);
    }
    date
}

/// Every account that has days, with its zone.
///
/// # Errors
/// Where the database fails.
pub async fn account_zones(tenant: &Tenant) -> Result<Vec<AccountZone>, DatabaseError> {
    let rows = sqlx::query(tenant.sql(
        "WITH accounts AS (SELECT DISTINCT source, account FROM {schema}.account_days)
         SELECT a.source, a.account, e.time_zone, o.time_zone AS organization_zone, e.currency
         FROM accounts a
         CROSS JOIN (SELECT time_zone FROM {control}.organizations WHERE tenant = $1) o
         LEFT JOIN {schema}.entities e
             ON e.source = a.source AND e.account = a.account AND e.level = 'account' AND e.id = a.account
         ORDER BY a.source, a.account",
    ))
    .bind(tenant.id().as_str())
    .fetch_all(tenant.pool())
    .await?;
    Ok(rows
        .iter()
        .filter_map(|row| read(row).transpose())
        .collect::<Result<_, sqlx::Error>>()?)
}

/// One account with its zone.
pub(super) async fn account_zone(
    executor: impl PgExecutor<'_>,
    tenant: &Tenant,
    source: Source,
    account: &AccountId,
) -> Result<AccountZone, DatabaseError> {
    let row = sqlx::query(tenant.sql(
        "SELECT $2 AS source, $3 AS account, e.time_zone, o.time_zone AS organization_zone, e.currency
         FROM (SELECT time_zone FROM {control}.organizations WHERE tenant = $1) o
         LEFT JOIN {schema}.entities e
             ON e.source = $2 AND e.account = $3 AND e.level = 'account' AND e.id = $3",
    ))
    .bind(tenant.id().as_str())
    .bind(source.as_ref())
    .bind(account.as_str())
    .fetch_one(executor)
    .await?;
    Ok(read(&row)?.ok_or(sqlx::Error::RowNotFound)?)
}

/// `None` for a source that this program does not know.
fn read(row: &PgRow) -> Result<Option<AccountZone>, sqlx::Error> {
    let (source, account): (String, String) = (row.try_get("source")?, row.try_get("account")?);
    let (Ok(source), Ok(account)) = (source.parse(), account.parse()) else {
        return Ok(None);
    };
    let own: Option<String> = row.try_get("time_zone")?;
    let organization: String = row.try_get("organization_zone")?;
    let time_zone = zone_or(own.as_deref(), &organization);
    let currency: Option<String> = row.try_get("currency")?;
    Ok(Some(AccountZone {
        source,
        account,
        time_zone,
        currency: currency.and_then(|text| text.parse().ok()),
    }))
}

/// The account's zone; the Organization's where the account names none or one that nobody knows.
fn zone_or(own: Option<&str>, organization: &str) -> TimeZone {
    let known = |name: &str| {
        let zone = TimeZone::get(name);
        zone.inspect_err(|_| tracing::warn!(name, "an account's time zone is unknown"))
            .ok()
    };
    own.and_then(known)
        .or_else(|| known(organization))
        .unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_unknown_zone_is_the_organizations() {
        let name = |zone: TimeZone| zone.iana_name().map(str::to_owned);
        assert_eq!(
            name(zone_or(Some("Asia/Tokyo"), "Asia/Ho_Chi_Minh")).as_deref(),
            Some("Asia/Tokyo")
        );
        assert_eq!(
            name(zone_or(Some("Saigon time"), "Asia/Ho_Chi_Minh")).as_deref(),
            Some("Asia/Ho_Chi_Minh")
        );
        assert_eq!(
            name(zone_or(None, "Asia/Ho_Chi_Minh")).as_deref(),
            Some("Asia/Ho_Chi_Minh")
        );
    }

    fn over(day: Date, zone: &str, hours: i64, now: &str) -> bool {
        day_is_over(
            day,
            &TimeZone::get(zone).unwrap(),
            SignedDuration::from_hours(hours),
            now.parse().unwrap(),
        )
    }

    #[test]
    fn a_day_ends_at_the_accounts_midnight_plus_grace() {
        let day = date(2026, 9, 1);
        assert!(!over(day, "Asia/Ho_Chi_Minh", 2, "2026-09-01T18:59:59Z"));
        assert!(over(day, "Asia/Ho_Chi_Minh", 2, "2026-09-01T19:00:00Z"));
        assert!(!over(day, "America/Los_Angeles", 2, "2026-09-02T08:59:59Z"));
        assert!(over(day, "America/Los_Angeles", 2, "2026-09-02T09:00:00Z"));
    }

    #[test]
    fn days_of_23_and_25_hours_end_at_midnight() {
        assert!(over(
            date(2026, 3, 8),
            "America/New_York",
            0,
            "2026-03-09T04:00:00Z"
        ));
        assert!(!over(
            date(2026, 3, 8),
            "America/New_York",
            0,
            "2026-03-09T03:59:59Z"
        ));
        assert!(over(
            date(2026, 11, 1),
            "America/New_York",
            0,
            "2026-11-02T05:00:00Z"
        ));
        assert!(!over(
            date(2026, 11, 1),
            "America/New_York",
            0,
            "2026-11-02T04:59:59Z"
        ));
    }

    #[test]
    fn the_last_day_over_is_yesterday_or_the_day_before() {
        let zone = TimeZone::get("Asia/Kathmandu").unwrap();
        let grace = SignedDuration::from_hours(2);
        assert_eq!(
            last_day_over(&zone, grace, "2026-09-01T20:14:59Z".parse().unwrap()),
            date(2026, 8, 31)
        );
        assert_eq!(
            last_day_over(&zone, grace, "2026-09-01T20:15:00Z".parse().unwrap()),
            date(2026, 9, 1)
        );
    }
}
