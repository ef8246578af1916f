//! Reading what the answers are made from.

use dpo_warehouse::access::AccessError;
use dpo_warehouse::model::{Level, Source};
use dpo_warehouse::serve::{AccountKey, Connection, DateRange, TenantReader};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::answers::coverage::{Clock, Found};
use crate::answers::estate::{Estate, Inventory};
use crate::answers::kpi::PeriodRows;
use crate::answers::overview::Material;
use crate::answers::periods::Asked;
use crate::authentication::guard::Member;

/// The newest runs of each data source that say whether it fails: the last may still be running.
const RUNS: i64 = 2;

/// What the member may see of the organization's connections.
pub async fn estate(
    reader: &mut TenantReader,
    member: &Member,
    now: Timestamp,
) -> Result<Estate, AccessError> {
    let connections = reader.connections().await?;
    let uids: Vec<&str> = connections
        .iter()
        .map(|connection| connection.uid.as_str())
        .collect();
    let runs = reader.newest_runs(&uids, RUNS).await?;
    let keys: Vec<AccountKey> = connections
        .iter()
        .flat_map(Connection::account_keys)
        .collect();
    let accounts = reader.known_entities(&keys, Level::Account).await?;
    let fetched = reader.fetched().await?;
    let inventory = Inventory {
        connections,
        fetched,
        runs,
        accounts,
    };
    Ok(Estate::new(
        inventory,
        member.permission,
        &member.membership.brands,
        now,
    ))
}

/// Both periods of the accounts whose connector `keep` accepts.
pub async fn material(
    reader: &mut TenantReader,
    member: &Member,
    asked: Asked,
    keep: impl Fn(Source) -> bool,
) -> Result<Material, AccessError> {
    let now = Timestamp::now();
    let estate = estate(reader, member, now).await?.only(keep);
    let organization = &member.membership.organization;
    let clock = Clock {
        now,
        zone: TimeZone::get(&organization.time_zone).unwrap_or(TimeZone::UTC),
    };
    let accounts = estate.accounts();
    let current = found(reader, &accounts, asked.current).await?;
    let current = PeriodRows::new(current, &estate, &clock);
    let comparison = match asked.comparison {
        Some(range) => {
            let comparison = found(reader, &accounts, range).await?;
            Some(PeriodRows::new(comparison, &estate, &clock))
        }
        None => None,
    };
    Ok(Material {
        estate,
        current,
        comparison,
        currency: organization.currency.clone(),
        time_zone: organization.time_zone.clone(),
        today: now.to_zoned(clock.zone).date(),
    })
}

async fn found(
    reader: &mut TenantReader,
    accounts: &[AccountKey],
    range: DateRange,
) -> Result<Found, AccessError> {
    Ok(Found {
        range,
        days: reader.account_days(accounts, range).await?,
        archived: reader.archived_days(accounts, range).await?,
        touched: reader.touched_days(accounts, range).await?,
    })
}
