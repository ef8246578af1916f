//! Purging one day: its rows leave Postgres once a committed version holds exactly what is deleted.
//!
//! A landing takes no lock on the day, so that it may commit at any moment of a purge. Therefore what is compared with
//! the committed version is not what was read before, but the very rows that the deletion took.

use jiff::Timestamp;
use sqlx::{Postgres, Transaction};

use super::day::{Content, holds, is_committed, lock_settled};
use super::manifest::{Entry, newest};
use super::shape::{DAY_KINDS, Kind, bind, daily_columns, hours_columns, ledger_columns};
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
    if !is_committed(&entries) || !grace_is_over(&entries, grace, now) {
        return Ok(false);
    }
    let taken = take_rows(&mut tx, tenant, day).await?;
    if !holds(&entries, &taken) {
        tx.rollback().await?;
        return Ok(false);
    }
    bind(tenant, ARCHIVED, day).execute(&mut *tx).await?;
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

/// Deletes the rows of a day and gives exactly those. The facts among them are remembered by their keys.
async fn take_rows(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    day: &PartitionKey,
) -> Result<Content, DatabaseError> {
    let mut taken = Content::new();
    for kind in DAY_KINDS {
        if let Some(statement) = take(kind) {
            taken.insert(kind, kind.rows_of(tx, tenant, day, statement).await?);
        }
    }
    Ok(taken)
}

/// Raw records go on their own, with their partition.
const fn take(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Raw => None,
        Kind::Daily => Some(TAKE_DAYS),
        Kind::Hours => Some(TAKE_HOURS),
        Kind::Ledger => Some(TAKE_FACTS),
    }
}

const TAKE_DAYS: &str = concat!(
    "DELETE FROM {schema}.daily_aggregates WHERE source = $1 AND account = $2 AND date = $3 AND $4 = '' RETURNING ",
    daily_columns!()
);

const TAKE_HOURS: &str = concat!(
    "DELETE FROM {schema}.hour_profiles WHERE source = $1 AND account = $2 AND date = $3 AND $4 = '' RETURNING ",
    hours_columns!()
);

const TAKE_FACTS: &str = concat!(
    "WITH gone AS (
         DELETE FROM {schema}.ledger WHERE source = $1 AND account = $2 AND date = $3 AND $4 = '' RETURNING *
     ), remembered AS (
         INSERT INTO {schema}.archived_ledger_keys AS a (source, account, stream, key, date, version, fingerprint)
         SELECT $1, $2, stream, key, date, version, fingerprint FROM gone
         ON CONFLICT (source, account, stream, key) DO UPDATE
             SET date = excluded.date, version = excluded.version, fingerprint = excluded.fingerprint)
     SELECT ",
    ledger_columns!(),
    " FROM gone"
);

const ARCHIVED: &str = "UPDATE {schema}.account_days SET state = 'archived'
    WHERE source = $1 AND account = $2 AND date = $3 AND $4 = ''";

#[cfg(test)]
mod tests {
    use super::super::day::archive_day;
    use super::super::{Report, Store, run};
    use super::*;
    use crate::model::{LedgerFact, Source, StreamId};
    use crate::tests::fixture::{
        CampaignProjection, account, close_and_fold, compute, count, day, days, execute, land,
        land_orders, order, row, somebody_waits, tenant, time,
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

    /// The shop's days as the whole run leaves them.
    async fn sales_after_a_run(tenant: &Tenant, store: &Store) -> (Report, Vec<String>) {
        let archive = Archive {
            tenant,
            store,
            organization_uid: "uid",
        };
        let report = run(
            &archive,
            &CampaignProjection,
            Some(&archiving()),
            time("2026-12-20T00:00:00Z"),
        )
        .await
        .unwrap();
        let mut sales = days(tenant).await;
        sales.retain(|line| line.contains("orders="));
        (report, sales)
    }

    /// The purge has looked at the day and is about to delete when somebody else's transaction commits.
    async fn purged_while(
        tenant: &Tenant,
        store: &Store,
        day: &PartitionKey,
        meanwhile: impl Future<Output = ()>,
    ) -> bool {
        let mut reader = tenant.begin().await.unwrap();
        sqlx::query(
            tenant
                .sql("SELECT 1 FROM {schema}.daily_aggregates WHERE source = 'shopify' FOR UPDATE"),
        )
        .execute(&mut *reader)
        .await
        .unwrap();
        let purge = Box::pin(purged(tenant, store, day, DUE));
        let (purged, ()) = tokio::join!(purge, async {
            somebody_waits(tenant).await;
            meanwhile.await;
            reader.rollback().await.unwrap();
        });
        purged
    }

    async fn a_landing_in_between(fact: LedgerFact, expected: &str) {
        let directory = Directory::new();
        let store = directory.store();
        let (tenant, day) = committed_day(&store).await;
        let landing = Box::pin(async { drop(land_orders(&tenant, vec![fact]).await) });
        assert!(!purged_while(&tenant, &store, &day, landing).await);
        let left = count(
            &tenant,
            "SELECT count(*) FROM {schema}.account_days WHERE source = 'shopify' AND state = 'archived'",
        );
        assert_eq!(left.await, 0, "{expected}");
        let (_, sales) = Box::pin(sales_after_a_run(&tenant, &store)).await;
        assert_eq!(sales, [expected]);
    }

    #[tokio::test]
    async fn a_fact_that_lands_in_the_middle_of_a_purge_is_not_deleted() {
        let restated = "account 123 2026-09-01 restated orders=";
        a_landing_in_between(
            order("1", day(1), 9, "80", 2),
            &format!("{restated}1 revenue=80"),
        )
        .await;
        a_landing_in_between(
            order("2", day(1), 10, "5", 1),
            &format!("{restated}2 revenue=105"),
        )
        .await;
        a_landing_in_between(
            order("1", day(2), 9, "100", 2),
            "account 123 2026-09-02 provisional orders=1 revenue=100",
        )
        .await;
    }

    #[tokio::test]
    async fn a_fact_that_is_removed_in_the_middle_of_a_purge_stays_removed() {
        let directory = Directory::new();
        let store = directory.store();
        let (tenant, day) = committed_day(&store).await;
        let removal = execute(
            &tenant,
            "UPDATE {schema}.ledger SET removed = true, fingerprint = ~fingerprint",
        );
        assert!(!purged_while(&tenant, &store, &day, removal).await);
        let left = "SELECT count(*) FROM {schema}.ledger WHERE removed";
        assert_eq!(count(&tenant, left).await, 1);
    }

    #[tokio::test]
    async fn a_fact_whose_landing_ends_after_the_purge_joins_its_day_again() {
        let directory = Directory::new();
        let store = directory.store();
        let (tenant, archived) = committed_day(&store).await;
        let mut marking = tenant.begin().await.unwrap();
        let mark = "INSERT INTO {schema}.touched_days (source, account, stream, date)
            VALUES ('shopify', '123', 'ledger', '2026-09-01')";
        sqlx::query(tenant.sql(mark))
            .execute(&mut *marking)
            .await
            .unwrap();
        let late = vec![order("2", day(1), 10, "5", 1)];
        let (_, purged) = tokio::join!(land_orders(&tenant, late), async {
            somebody_waits(&tenant).await;
            let purged = purged(&tenant, &store, &archived, DUE).await;
            marking.rollback().await.unwrap();
            purged
        });
        assert!(purged, "the day left without the fact that nobody sees yet");
        let (report, sales) = Box::pin(sales_after_a_run(&tenant, &store)).await;
        assert_eq!(report.restored, 1);
        assert_eq!(
            sales,
            ["account 123 2026-09-01 restated orders=2 revenue=105"]
        );
    }
}
