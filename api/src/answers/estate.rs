//! What a member may see: data sources, the accounts that they own, and how fresh they are.

use std::collections::{BTreeMap, BTreeSet};

use dpo_warehouse::model::Source;
use dpo_warehouse::serve::{AccountKey, Connection, Fetched, KnownEntity, RunRecord};
use jiff::Timestamp;
use jiff::civil::Date;

use super::freshness::{Fetching, of_source};
use crate::dto::freshness::{ArchivedRange, SourceFreshness};
use crate::dto::period::{AccountTimeZone, TimeZones};
use crate::policy::Permission;

/// What was read of the organization's connections.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    /// All data sources.
    pub connections: Vec<Connection>,
    /// How far each account was fetched.
    pub fetched: BTreeMap<AccountKey, Fetched>,
    /// The newest runs of each data source, newest first.
    pub runs: Vec<RunRecord>,
    /// The accounts as last seen.
    pub accounts: Vec<KnownEntity>,
}

/// One data source with the accounts whose history it owns.
#[derive(Debug, Clone)]
pub struct SeenSource {
    /// The data source.
    pub connection: Connection,
    /// Its accounts, less those that another data source owns.
    pub accounts: Vec<AccountKey>,
    /// How fresh it is.
    pub freshness: SourceFreshness,
}

/// Everything that a member may see of an organization.
#[derive(Debug, Clone)]
pub struct Estate {
    /// The data sources, by name.
    pub sources: Vec<SeenSource>,
    /// The visible accounts as last seen.
    pub known: BTreeMap<AccountKey, KnownEntity>,
    /// How far the visible accounts were fetched.
    pub fetched: BTreeMap<AccountKey, Fetched>,
}

impl Estate {
    /// What `permission` lets a member with these brands see.
    #[must_use]
    pub fn new(
        inventory: Inventory,
        permission: Permission,
        brands: &[String],
        now: Timestamp,
    ) -> Self {
        let owners = owners(&inventory.connections);
        let visible = |connection: &Connection| match permission {
            Permission::Everything => true,
            Permission::OwnBrands => connection
                .brand
                .as_ref()
                .is_some_and(|brand| brands.contains(brand)),
            Permission::Nothing => false,
        };
        let Inventory {
            connections,
            mut fetched,
            runs,
            accounts,
        } = inventory;
        let sources: Vec<SeenSource> = connections
            .into_iter()
            .filter(visible)
            .map(|connection| seen(connection, &owners, &fetched, &runs, now))
            .collect();
        let mine: BTreeSet<&AccountKey> =
            sources.iter().flat_map(|source| &source.accounts).collect();
        let known = accounts
            .into_iter()
            .filter(|entity| mine.contains(&entity.account))
            .map(|entity| (entity.account.clone(), entity))
            .collect();
        fetched.retain(|account, _| mine.contains(account));
        Self {
            sources,
            known,
            fetched,
        }
    }

    /// The same, less what `keep` refuses.
    #[must_use]
    pub fn only(mut self, keep: impl Fn(Source) -> bool) -> Self {
        self.sources.retain(|source| keep(source.connection.source));
        self.known.retain(|key, _| keep(key.source));
        self.fetched.retain(|key, _| keep(key.source));
        self
    }

    /// The visible accounts.
    #[must_use]
    pub fn accounts(&self) -> Vec<AccountKey> {
        self.sources
            .iter()
            .flat_map(|source| source.accounts.clone())
            .collect()
    }

    /// The connectors that are there.
    #[must_use]
    pub fn connectors(&self) -> BTreeSet<Source> {
        self.sources
            .iter()
            .map(|source| source.connection.source)
            .collect()
    }

    /// The IANA zone that cuts an account's days, once the platform told it.
    #[must_use]
    pub fn zone(&self, account: &AccountKey) -> Option<&str> {
        self.known.get(account)?.time_zone.as_deref()
    }

    /// The currency of an account's amounts, once the platform told it.
    #[must_use]
    pub fn currency(&self, account: &AccountKey) -> Option<&str> {
        self.known.get(account)?.currency.as_deref()
    }

    /// Whether the data source that owns the account's history was deleted.
    #[must_use]
    pub fn is_removed(&self, account: &AccountKey) -> bool {
        let mut owners = self
            .sources
            .iter()
            .filter(|source| source.accounts.contains(account));
        owners.all(|source| source.connection.removed)
    }

    /// The freshness of every data source.
    #[must_use]
    pub fn freshness(&self) -> Vec<SourceFreshness> {
        self.sources
            .iter()
            .map(|source| source.freshness.clone())
            .collect()
    }

    /// Whose midnights cut the days of these accounts.
    #[must_use]
    pub fn time_zones(&self, organization: &str) -> TimeZones {
        let zone = |key: AccountKey| AccountTimeZone {
            source: key.source.into(),
            time_zone: self.zone(&key).map(str::to_owned),
            account: key.account.to_string(),
        };
        let accounts: Vec<AccountTimeZone> = self.accounts().into_iter().map(zone).collect();
        let distinct: BTreeSet<&str> = accounts
            .iter()
            .filter_map(|account| account.time_zone.as_deref())
            .collect();
        TimeZones {
            organization: organization.to_owned(),
            mixed: distinct.len() > 1,
            accounts,
        }
    }
}

/// Which data source owns an account's history: a live one before a suspended one before a removed one, then the oldest.
fn owners(connections: &[Connection]) -> BTreeMap<AccountKey, String> {
    let mut ranked: Vec<&Connection> = connections.iter().collect();
    ranked.sort_by_key(|each| {
        (
            each.removed,
            each.suspended,
            each.created_at,
            each.uid.clone(),
        )
    });
    let mut owners = BTreeMap::new();
    for connection in ranked {
        for key in connection.account_keys() {
            owners.entry(key).or_insert_with(|| connection.uid.clone());
        }
    }
    owners
}

fn seen(
    connection: Connection,
    owners: &BTreeMap<AccountKey, String>,
    fetched: &BTreeMap<AccountKey, Fetched>,
    runs: &[RunRecord],
    now: Timestamp,
) -> SeenSource {
    let accounts: Vec<AccountKey> = connection
        .account_keys()
        .filter(|key| owners.get(key) == Some(&connection.uid))
        .collect();
    let fetching = Fetching {
        connection: &connection,
        fetched_at: oldest(&accounts, fetched),
        last_finished: runs
            .iter()
            .find(|run| run.source_uid == connection.uid && run.finished_at.is_some()),
    };
    let freshness = of_source(fetching, now);
    SeenSource {
        connection,
        accounts,
        freshness,
    }
}

/// When the oldest of these accounts was fetched; none while one of them was never fetched.
fn oldest(accounts: &[AccountKey], fetched: &BTreeMap<AccountKey, Fetched>) -> Option<Timestamp> {
    let times: Option<Vec<Timestamp>> = accounts
        .iter()
        .map(|key| fetched.get(key).map(|fetched| fetched.at))
        .collect();
    times?.into_iter().min()
}

/// Archived days as ranges, by account.
#[must_use]
pub fn archived_ranges(days: &[(AccountKey, Date)]) -> Vec<ArchivedRange> {
    let sorted: BTreeSet<&(AccountKey, Date)> = days.iter().collect();
    let mut ranges: Vec<ArchivedRange> = Vec::new();
    for (key, date) in sorted {
        let continues = ranges.last().is_some_and(|last| {
            last.source == key.source.into()
                && last.account == key.account.as_str()
                && last.to.tomorrow().ok() == Some(*date)
        });
        match ranges.last_mut() {
            Some(last) if continues => last.to = *date,
            _ => ranges.push(ArchivedRange {
                source: key.source.into(),
                account: key.account.to_string(),
                from: *date,
                to: *date,
            }),
        }
    }
    ranges
}

#[cfg(test)]
pub(super) mod testing {
    //! Estates for tests.

    use super::*;

    /// A key.
    pub fn key(source: Source, account: &str) -> AccountKey {
        AccountKey {
            source,
            account: account.parse().unwrap(),
        }
    }

    /// An account in a zone.
    pub fn account(source: Source, id: &str, zone: &str) -> KnownEntity {
        KnownEntity {
            account: key(source, id),
            id: id.to_owned(),
            name: None,
            status: None,
            currency: None,
            time_zone: Some(zone.to_owned()),
        }
    }

    /// A live data source for each account.
    pub fn estate_of(accounts: &[KnownEntity]) -> Estate {
        let connection = |account: &KnownEntity| Connection {
            uid: format!("{}-{}", account.account.source, account.id),
            name: account.id.clone(),
            source: account.account.source,
            accounts: vec![account.account.account.clone()],
            brand: None,
            schedule: "*/15 * * * *".into(),
            time_zone: "UTC".into(),
            suspended: false,
            removed: false,
            conditions: vec![],
            created_at: Timestamp::UNIX_EPOCH,
        };
        let inventory = Inventory {
            connections: accounts.iter().map(connection).collect(),
            accounts: accounts.to_vec(),
            ..Inventory::default()
        };
        Estate::new(
            inventory,
            Permission::Everything,
            &[],
            Timestamp::UNIX_EPOCH,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::testing::key;
    use super::*;
    use crate::dto::freshness::FreshnessState;

    fn connection(uid: &str, account: &str, brand: Option<&str>, removed: bool) -> Connection {
        Connection {
            uid: uid.into(),
            name: uid.into(),
            source: Source::GoogleAds,
            accounts: vec![account.parse().unwrap()],
            brand: brand.map(str::to_owned),
            schedule: "*/15 * * * *".into(),
            time_zone: "UTC".into(),
            suspended: false,
            removed,
            conditions: vec![],
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn estate(connections: Vec<Connection>, permission: Permission, brands: &[&str]) -> Estate {
        let brands: Vec<String> = brands.iter().map(ToString::to_string).collect();
        let inventory = Inventory {
            connections,
            ..Inventory::default()
        };
        Estate::new(inventory, permission, &brands, Timestamp::UNIX_EPOCH)
    }

    fn uids(estate: &Estate) -> Vec<&str> {
        estate
            .sources
            .iter()
            .map(|source| source.connection.uid.as_str())
            .collect()
    }

    #[test]
    fn staff_see_their_brands_alone() {
        let all = vec![
            connection("coffee", "1", Some("Coffee"), false),
            connection("tea", "2", Some("Tea"), false),
            connection("none", "3", None, false),
        ];
        assert_eq!(
            uids(&estate(all.clone(), Permission::OwnBrands, &["Tea"])),
            ["tea"]
        );
        assert_eq!(
            uids(&estate(all.clone(), Permission::Everything, &[])).len(),
            3
        );
        assert!(uids(&estate(all.clone(), Permission::OwnBrands, &[])).is_empty());
        assert!(uids(&estate(all, Permission::Nothing, &["Tea"])).is_empty());
    }

    #[test]
    fn history_of_an_account_belongs_to_its_live_source() {
        let all = vec![
            connection("old", "1", Some("Tea"), true),
            connection("new", "1", Some("Coffee"), false),
        ];
        let everything = estate(all.clone(), Permission::Everything, &[]);
        assert!(everything.sources[0].accounts.is_empty());
        assert_eq!(everything.sources[1].accounts.len(), 1);
        assert!(
            estate(all, Permission::OwnBrands, &["Tea"])
                .accounts()
                .is_empty()
        );
    }

    #[test]
    fn a_source_is_as_fresh_as_its_oldest_account() {
        let at = |text: &str| Fetched {
            at: text.parse().unwrap(),
            reach: None,
        };
        let two = Connection {
            accounts: vec!["1".parse().unwrap(), "2".parse().unwrap()],
            ..connection("ads", "1", None, false)
        };
        let now: Timestamp = "2026-11-23T10:20:00Z".parse().unwrap();
        let judged = |fetched: &[(&str, &str)]| {
            let one = |(account, time): &(&str, &str)| (key(Source::GoogleAds, account), at(time));
            let inventory = Inventory {
                connections: vec![two.clone()],
                fetched: fetched.iter().map(one).collect(),
                ..Inventory::default()
            };
            let estate = Estate::new(inventory, Permission::Everything, &[], now);
            let freshness = &estate.sources[0].freshness;
            (
                freshness.state,
                freshness.fetched_at.map(|at| at.to_string()),
            )
        };
        let early = "2026-11-23T10:10:00Z";
        assert_eq!(
            judged(&[("1", "2026-11-23T10:15:00Z"), ("2", early)]),
            (FreshnessState::Fresh, Some(early.to_owned()))
        );
        assert_eq!(
            judged(&[("1", "2026-11-23T10:15:00Z")]),
            (FreshnessState::NeverFetched, None)
        );
    }

    #[test]
    fn archived_days_become_ranges() {
        let key = |account: &str| key(Source::Shopify, account);
        let day = |account, date: &str| (key(account), date.parse().unwrap());
        let ranges = archived_ranges(&[
            day("b", "2025-01-01"),
            day("a", "2025-02-28"),
            day("a", "2025-03-01"),
            day("a", "2025-03-03"),
        ]);
        let text: Vec<String> = ranges
            .iter()
            .map(|range| format!("{} {}..{}", range.account, range.from, range.to))
            .collect();
        assert_eq!(
            text,
            [
                "a 2025-02-28..2025-03-01",
                "a 2025-03-03..2025-03-03",
                "b 2025-01-01..2025-01-01"
            ]
        );
    }
}
