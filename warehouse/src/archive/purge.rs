//! Purging one day: its rows leave Postgres once a committed version holds exactly what is deleted.

use jiff::Timestamp;
use sqlx::{Postgres, Transaction};

use super::day::{holds, is_committed, load, lock_settled};
use super::manifest::{Entry, newest};
use super::shape::{DAY_KINDS, bind};
use super::{Archive, ArchiveError};
use crate::Tenant;
use crate::database::DatabaseError;
use crate::kill_point;
use crate::model::PartitionKey;
use crate::retention::{ArchivePolicy, Policy, on_hold};

/// Deletes the rows of one archived day: only after the grace, under no legal hold, and only what the newest committed
/// version holds in exactly this content. Gives whether it did.
pub(super) async fn purge_day(
    archive: &Archive<'_>,
    policy: &Policy,
    grace: &ArchivePolicy,
    day: &PartitionKey,
    now: Timestamp,
) -> Result<bool, ArchiveError> {
    let tenant = archive.tenant;
    let mut tx = tenant.begin().await?;
    if on_hold(&mut tx, tenant, policy).await? || !lock_settled(&mut tx, tenant, day).await? {
        return Ok(false);
    }
    let entries = newest(&mut tx, tenant, &DAY_KINDS, day).await?;
    let content = load(&mut tx, tenant, day).await?;
    if !is_committed(&entries) || !grace_is_over(&entries, grace, now) || !holds(&entries, &content)
    {
        return Ok(false);
    }
    delete_rows(&mut tx, tenant, day).await?;
    for entry in &entries {
        entry.purged(&mut tx, tenant, now).await?;
    }
    kill_point("archive.purge.before_commit");
    tx.commit().await?;
    kill_point("archive.purge.after_commit");
    Ok(true)
}

fn grace_is_over(entries: &[Entry], policy: &ArchivePolicy, now: Timestamp) -> bool {
    entries.iter().all(|entry| {
        let due = entry
            .committed_at
            .and_then(|committed| committed.checked_add(policy.grace).ok());
        due.is_some_and(|due| due <= now)
    })
}

async fn delete_rows(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    day: &PartitionKey,
) -> Result<(), DatabaseError> {
    for statement in STATEMENTS {
        bind(tenant, statement, day).execute(&mut **tx).await?;
    }
    Ok(())
}

const STATEMENTS: [&str; 4] = [
    "DELETE FROM {schema}.daily_aggregates WHERE source = $1 AND account = $2 AND date = $3 AND $4 = ''",
    "DELETE FROM {schema}.hour_profiles WHERE source = $1 AND account = $2 AND date = $3 AND $4 = ''",
    "WITH gone AS (
         DELETE FROM {schema}.ledger WHERE source = $1 AND account = $2 AND date = $3 AND $4 = ''
         RETURNING stream, key, date, version, fingerprint)
     INSERT INTO {schema}.archived_ledger_keys AS a (source, account, stream, key, date, version, fingerprint)
     SELECT $1, $2, stream, key, date, version, fingerprint FROM gone
     ON CONFLICT (source, account, stream, key) DO UPDATE
         SET date = excluded.date, version = excluded.version, fingerprint = excluded.fingerprint",
    "UPDATE {schema}.account_days SET state = 'archived'
     WHERE source = $1 AND account = $2 AND date = $3 AND $4 = ''",
];

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::super::day::archive_day;
    use super::*;
    use crate::model::{Source, StreamId};
    use crate::tests::fixture::{
        account, close_and_fold, compute, count, day, days, execute, land, land_orders, order, row,
        tenant, time,
    };
    use crate::tests::stores::{Directory, archiving};

    const COMMITTED: &str = "2026-12-12T00:00:00Z";
    const DUE: &str = "2026-12-19T00:00:00Z";

    async fn committed_day(store: &Store) -> (Tenant, PartitionKey) {
        let tenant = tenant().await;
        land(
            &tenant,
            "daily",
            1,
            &[(day(1), &[row("7", None, "1", "0")])],
        )
        .await;
        land_orders(&tenant, vec![order("1", day(1), 9, "100", 1)]).await;
        compute(&tenant).await;
        close_and_fold(&tenant, time("2026-09-02T00:00:00Z")).await;
        let day = PartitionKey {
            source: Source::Shopify,
            account: account(),
            stream: StreamId::from_static(""),
            date: day(1),
        };
        let archive = Archive {
            tenant: &tenant,
            store,
            organization_uid: "uid",
        };
        archive_day(&archive, &day, None, time(COMMITTED))
            .await
            .unwrap();
        (tenant, day)
    }

    async fn purged(tenant: &Tenant, store: &Store, day: &PartitionKey, now: &str) -> bool {
        let policy = archiving();
        let archive = Archive {
            tenant,
            store,
            organization_uid: "uid",
        };
        purge_day(
            &archive,
            &policy,
            policy.archive.as_ref().unwrap(),
            day,
            time(now),
        )
        .await
        .unwrap()
    }

    #[tokio::test]
    async fn rows_that_the_committed_version_does_not_hold_are_never_deleted() {
        let changes = [
            "UPDATE {schema}.daily_aggregates SET revenue = 101",
            "UPDATE {schema}.ledger SET version = version + interval '1 second'",
            "UPDATE {schema}.hour_profiles SET hours = '{}'",
            "UPDATE {control}.archive_manifest SET state = 'verified'",
            "INSERT INTO {schema}.touched_days (source, account, stream, date) VALUES ('shopify', '123', 'ledger', '2026-09-01')",
            "UPDATE {schema}.account_days SET state = 'open'",
            "UPDATE {control}.organizations SET legal_hold = true",
        ];
        for change in changes {
            let directory = Directory::new();
            let store = directory.store();
            let (tenant, day) = committed_day(&store).await;
            execute(&tenant, change).await;
            assert!(!purged(&tenant, &store, &day, DUE).await, "{change}");
            assert_eq!(days(&tenant).await.len(), 3, "{change}");
            assert_eq!(
                count(&tenant, "SELECT count(*) FROM {schema}.ledger").await,
                1,
                "{change}"
            );
        }
    }

    #[tokio::test]
    async fn a_day_leaves_after_its_grace_and_alone() {
        let directory = Directory::new();
        let store = directory.store();
        let (tenant, day) = committed_day(&store).await;
        assert!(!purged(&tenant, &store, &day, "2026-12-18T23:59:59Z").await);
        assert!(purged(&tenant, &store, &day, DUE).await);
        assert!(!purged(&tenant, &store, &day, DUE).await);
        assert_eq!(
            days(&tenant).await.len(),
            2,
            "the other account's day is still there"
        );
    }
}
