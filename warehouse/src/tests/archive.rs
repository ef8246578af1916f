//! The archive: nothing is lost, doubled or deleted unverified.

use jiff::Timestamp;

use super::fixture::*;
use super::stores::{Directory, archiving};
use crate::Tenant;
use crate::archive::{Archive, ArchiveError, Cell, Kind, Report, Store, back_up_raw, decode, run};
use crate::model::{DayStatus, Source};
use crate::retention::{Policy, purge_raw};
use crate::rollup::{DEFAULT_GRACE, close_due};

pub(super) const UID: &str = "0a1b2c3d-0000-0000-0000-000000000000";
const SOON: &str = "2026-09-02T00:00:00Z";
const AFTER_100_DAYS: &str = "2026-12-12T00:00:00Z";
const AFTER_GRACE: &str = "2026-12-19T00:00:00Z";

pub(super) async fn archive_at(
    tenant: &Tenant,
    store: &Store,
    policy: &Policy,
    now: &str,
) -> Report {
    try_archive(tenant, store, policy, now).await.unwrap()
}

async fn try_archive(
    tenant: &Tenant,
    store: &Store,
    policy: &Policy,
    now: &str,
) -> Result<Report, ArchiveError> {
    let archive = Archive {
        tenant,
        store,
        organization_uid: UID,
    };
    run(&archive, &CampaignProjection, Some(policy), time(now)).await
}

/// A closed day with figures of the ads account and of the shop.
async fn closed_day(tenant: &Tenant) {
    let orders = vec![
        order("1", day(1), 9, "100000", 1),
        order("2", day(1), 10, "50", 1),
    ];
    land_a_day(tenant, orders).await;
    compute(tenant).await;
    close_due(tenant, time(SOON), DEFAULT_GRACE).await.unwrap();
}

async fn states(tenant: &Tenant) -> Vec<String> {
    let rows = sqlx::query_scalar::<_, String>(tenant.sql(
        "SELECT source || ' ' || kind || ' v' || version || ' ' || state || ' ' || rows FROM {control}.archive_manifest
         ORDER BY source, kind, version",
    ));
    rows.fetch_all(tenant.pool()).await.unwrap()
}

#[tokio::test]
async fn a_day_is_verified_committed_and_after_its_grace_purged() {
    let (tenant, directory, policy) = (tenant().await, Directory::new(), archiving());
    closed_day(&tenant).await;
    let store = directory.store();
    let early = archive_at(&tenant, &store, &policy, "2026-12-09T00:00:00Z").await;
    assert_eq!((early.committed, early.purged), (0, 0), "kept for 100 days");
    let first = archive_at(&tenant, &store, &policy, AFTER_100_DAYS).await;
    assert_eq!((first.committed, first.purged), (2, 0));
    let committed = [
        "google_ads daily v1 committed 2",
        "google_ads hours v1 committed 2",
        "shopify daily v1 committed 1",
        "shopify hours v1 committed 1",
        "shopify ledger v1 committed 2",
    ];
    assert_eq!(states(&tenant).await, committed);
    let again = archive_at(&tenant, &store, &policy, "2026-12-18T23:59:59Z").await;
    assert_eq!((again.committed, again.purged), (0, 0), "in its grace");
    assert_eq!(days(&tenant).await.len(), 3);
    let last = archive_at(&tenant, &store, &policy, AFTER_GRACE).await;
    assert_eq!((last.committed, last.purged), (0, 2));
    assert!(days(&tenant).await.is_empty());
    for table in ["ledger", "hour_profiles", "hourly_aggregates"] {
        assert_eq!(rows_of(&tenant, table).await, 0, "{table}");
    }
    assert_eq!(rows_of(&tenant, "archived_ledger_keys").await, 2);
    assert_eq!(
        count(
            &tenant,
            "SELECT count(*) FROM {schema}.account_days WHERE state = 'archived'"
        )
        .await,
        2
    );
    assert_eq!(directory.objects().len(), 5);
}

async fn rows_of(tenant: &Tenant, table: &str) -> i64 {
    dump(tenant)
        .await
        .iter()
        .filter(|line| line.starts_with(&format!("{table}: ")))
        .count()
        .try_into()
        .unwrap()
}

#[tokio::test]
async fn files_lie_in_hive_paths_and_hold_the_figures() {
    let (tenant, directory) = (tenant().await, Directory::new());
    closed_day(&tenant).await;
    archive_at(&tenant, &directory.store(), &archiving(), AFTER_100_DAYS).await;
    let prefix = format!(
        "backups/org={UID}/kind=daily/source=google_ads/account=123/month=2026-09/day=2026-09-01/v1-"
    );
    let objects = directory.objects();
    let path = objects
        .iter()
        .find(|path| path.starts_with(&prefix) && path.ends_with(".parquet"))
        .unwrap();
    let bytes = std::fs::read(directory.path().join(path)).unwrap();
    let table = decode(bytes.into(), Kind::Daily.columns()).unwrap();
    let spend: Vec<_> = table
        .rows
        .iter()
        .filter_map(|row| table.cell(row, "spend"))
        .collect();
    assert_eq!(
        format!("{spend:?}"),
        "[Number(BigDecimal(sign=Plus, scale=1, digits=[15])), Number(BigDecimal(sign=Plus, scale=1, digits=[15]))]"
    );
    assert_eq!(
        format!("{:?}", table.cell(&table.rows[0], "status").unwrap()),
        format!("Text(\"{}\")", DayStatus::Closed)
    );
}

#[tokio::test]
async fn a_restatement_before_the_purge_stops_it_and_commits_the_next_version() {
    let (tenant, directory, policy) = (tenant().await, Directory::new(), archiving());
    closed_day(&tenant).await;
    let store = directory.store();
    archive_at(&tenant, &store, &policy, AFTER_100_DAYS).await;
    land(
        &tenant,
        "daily",
        2,
        &[(day(1), &[row("7", None, "2.5", "2")])],
    )
    .await;
    let archive = Archive {
        tenant: &tenant,
        store: &store,
        organization_uid: UID,
    };
    let report = run(
        &archive,
        &CampaignProjection,
        Some(&policy),
        time(AFTER_GRACE),
    )
    .await
    .unwrap();
    assert_eq!(
        (report.committed, report.purged),
        (1, 1),
        "the shop's day went, the restated one has its own grace"
    );
    assert!(
        days(&tenant)
            .await
            .iter()
            .any(|line| line
                == "campaign 7 2026-09-01 restated spend=2.5 view_through_conversions=2")
    );
    let last = archive_at(&tenant, &store, &policy, "2026-12-26T00:00:00Z").await;
    assert_eq!((last.committed, last.purged), (0, 1));
    let ads: Vec<String> = states(&tenant)
        .await
        .into_iter()
        .filter(|line| line.starts_with("google_ads"))
        .collect();
    let expected = [
        "google_ads daily v1 committed 2",
        "google_ads daily v2 purged 2",
        "google_ads hours v1 committed 2",
        "google_ads hours v2 purged 2",
    ];
    assert_eq!(ads, expected);
}

async fn archived_day(tenant: &Tenant, directory: &Directory) {
    closed_day(tenant).await;
    archive_at(tenant, &directory.store(), &archiving(), AFTER_100_DAYS).await;
    archive_at(tenant, &directory.store(), &archiving(), AFTER_GRACE).await;
    assert!(days(tenant).await.is_empty());
}

#[tokio::test]
async fn an_archived_day_is_loaded_whole_changed_and_committed_as_the_next_version() {
    let (tenant, directory, policy) = (tenant().await, Directory::new(), archiving());
    archived_day(&tenant, &directory).await;
    land_orders(&tenant, vec![order("1", day(1), 9, "70000", 2)]).await;
    let waiting = compute(&tenant).await;
    assert_eq!(
        (waiting.partitions, waiting.waiting_for_archive.len()),
        (0, 1)
    );
    let report = archive_at(&tenant, &directory.store(), &policy, "2027-01-01T00:00:00Z").await;
    assert_eq!(
        (report.restored, report.committed, report.purged),
        (1, 1, 0)
    );
    assert_eq!(
        days(&tenant).await,
        ["account 123 2026-09-01 restated orders=2 revenue=70050"]
    );
    assert_eq!(profiles(&tenant).await.len(), 1);
    let last = archive_at(&tenant, &directory.store(), &policy, "2027-01-08T00:00:00Z").await;
    assert_eq!(last.purged, 1);
    assert!(days(&tenant).await.is_empty());
    assert!(
        states(&tenant)
            .await
            .contains(&"shopify daily v2 purged 1".to_owned())
    );
    assert_eq!(rows_of(&tenant, "archived_ledger_keys").await, 2);
}

#[tokio::test]
async fn an_order_that_moves_out_of_an_archived_day_is_counted_once() {
    let (tenant, directory, policy) = (tenant().await, Directory::new(), archiving());
    archived_day(&tenant, &directory).await;
    let today = jiff::civil::date(2026, 12, 31);
    land_orders(&tenant, vec![order("1", today, 9, "100000", 2)]).await;
    compute(&tenant).await;
    archive_at(&tenant, &directory.store(), &policy, "2027-01-01T00:00:00Z").await;
    assert_eq!(
        days(&tenant).await,
        [
            "account 123 2026-09-01 restated orders=1 revenue=50",
            "account 123 2026-12-31 provisional orders=1 revenue=100000"
        ]
    );
}

#[tokio::test]
async fn an_unchanged_order_of_an_archived_day_wakes_nothing() {
    let (tenant, directory) = (tenant().await, Directory::new());
    archived_day(&tenant, &directory).await;
    let landed = land_orders(&tenant, vec![order("1", day(1), 9, "100000", 5)]).await;
    assert!(landed.touched.is_empty());
    assert_eq!(rows_of(&tenant, "ledger").await, 0);
    let stale = land_orders(&tenant, vec![order("1", day(1), 9, "1", 4)]).await;
    assert!(stale.touched.is_empty(), "its version was remembered");
}

#[tokio::test]
async fn a_window_of_an_archived_day_keeps_what_other_streams_said() {
    let (tenant, directory, policy) = (tenant().await, Directory::new(), archiving());
    archived_day(&tenant, &directory).await;
    land(
        &tenant,
        "daily",
        9,
        &[(day(1), &[row("7", None, "3", "2")])],
    )
    .await;
    archive_at(&tenant, &directory.store(), &policy, "2027-01-01T00:00:00Z").await;
    assert!(days(&tenant).await[0].contains("spend=3"));
    assert_eq!(
        profiles(&tenant).await.len(),
        2,
        "the hours came back with the day"
    );
}

#[tokio::test]
async fn a_corrupt_object_is_never_committed() {
    let (tenant, directory, policy) = (tenant().await, Directory::new(), archiving());
    closed_day(&tenant).await;
    let store = directory.store();
    archive_at(&tenant, &store, &policy, AFTER_100_DAYS).await;
    let back_to_exported =
        "UPDATE {control}.archive_manifest SET state = CASE WHEN kind = 'daily' THEN 'exported'
        ELSE 'verified' END, committed_at = NULL WHERE source = 'google_ads'";
    execute(&tenant, back_to_exported).await;
    let object = directory
        .objects()
        .into_iter()
        .find(|path| path.contains("kind=daily/source=google_ads"))
        .unwrap();
    let path = directory.path().join(&object);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let report = archive_at(&tenant, &store, &policy, AFTER_GRACE).await;
    assert_eq!(report.failures.len(), 1);
    assert_eq!(report.failures[0].error.category(), "archive_corrupt");
    assert!(
        states(&tenant)
            .await
            .contains(&"google_ads daily v1 exported 2".to_owned())
    );
    assert!(
        !directory.objects().contains(&object),
        "the corrupt object is gone"
    );
    let healed = archive_at(&tenant, &store, &policy, AFTER_GRACE).await;
    assert_eq!((healed.failures.len(), healed.committed), (0, 1));
    assert!(directory.objects().contains(&object));
}

#[tokio::test]
async fn an_object_that_is_there_already_is_verified_and_taken() {
    let (tenant, directory, policy) = (tenant().await, Directory::new(), archiving());
    closed_day(&tenant).await;
    archive_at(&tenant, &directory.store(), &policy, AFTER_100_DAYS).await;
    let before = directory.objects();
    execute(
        &tenant,
        "UPDATE {control}.archive_manifest SET state = 'exported', committed_at = NULL",
    )
    .await;
    let report = archive_at(&tenant, &directory.store(), &policy, AFTER_100_DAYS).await;
    assert_eq!((report.committed, report.failures.len()), (2, 0));
    assert_eq!(directory.objects(), before);
}

#[tokio::test]
async fn a_damaged_committed_object_is_named_and_stops_nothing_else() {
    let (tenant, directory, policy) = (tenant().await, Directory::new(), archiving());
    archived_day(&tenant, &directory).await;
    let object = directory
        .objects()
        .into_iter()
        .find(|path| path.contains("kind=ledger/source=shopify"))
        .unwrap();
    std::fs::write(directory.path().join(&object), b"nothing").unwrap();
    land_orders(&tenant, vec![order("1", day(1), 9, "7", 2)]).await;
    let report = archive_at(&tenant, &directory.store(), &policy, AFTER_GRACE).await;
    assert_eq!(report.failures.len(), 1);
    assert_eq!(
        report.failures[0].error.to_string().split(' ').nth(3),
        Some(object.as_str())
    );
    assert!(days(&tenant).await.is_empty(), "nothing half loaded");
}

#[tokio::test]
async fn without_a_policy_nothing_leaves() {
    let (tenant, directory) = (tenant().await, Directory::new());
    closed_day(&tenant).await;
    let before = dump(&tenant).await;
    let archive = Archive {
        tenant: &tenant,
        store: &directory.store(),
        organization_uid: UID,
    };
    let report = run(
        &archive,
        &CampaignProjection,
        None,
        time("2036-01-01T00:00:00Z"),
    )
    .await
    .unwrap();
    assert_eq!((report.committed, report.purged, report.expired), (0, 0, 0));
    assert_eq!(dump(&tenant).await, before);
    assert!(directory.objects().is_empty());
}

#[tokio::test]
async fn a_legal_hold_lets_days_be_archived_but_not_purged() {
    let (tenant, directory) = (tenant().await, Directory::new());
    closed_day(&tenant).await;
    let held = Policy {
        legal_hold: true,
        ..archiving()
    };
    let first = archive_at(&tenant, &directory.store(), &held, AFTER_100_DAYS).await;
    let second = archive_at(&tenant, &directory.store(), &held, AFTER_GRACE).await;
    assert_eq!((first.committed, second.purged), (2, 0));
    assert_eq!(days(&tenant).await.len(), 3);
}

#[tokio::test]
async fn raw_payloads_are_backed_up_once_for_each_content_and_then_go() {
    let (tenant, directory, policy) = (tenant().await, Directory::new(), archiving());
    closed_day(&tenant).await;
    let (store, now) = (directory.store(), time(SOON));
    let archive = Archive {
        tenant: &tenant,
        store: &store,
        organization_uid: UID,
    };
    assert_eq!(
        purge_raw(&tenant, &policy, now).await.unwrap(),
        0,
        "no backup yet"
    );
    assert_eq!(
        back_up_raw(&archive, &policy, now).await.unwrap(),
        2,
        "the shop's payloads landed on a day that is not over"
    );
    assert_eq!(back_up_raw(&archive, &policy, now).await.unwrap(), 0);
    assert_eq!(purge_raw(&tenant, &policy, now).await.unwrap(), 2);
    land(
        &tenant,
        "daily",
        2,
        &[(day(1), &[row("7", None, "4", "2")])],
    )
    .await;
    assert_eq!(
        back_up_raw(&archive, &policy, now).await.unwrap(),
        0,
        "not aggregated yet"
    );
    compute(&tenant).await;
    assert_eq!(back_up_raw(&archive, &policy, now).await.unwrap(), 1);
    assert_eq!(purge_raw(&tenant, &policy, now).await.unwrap(), 1);
    let object = directory
        .objects()
        .into_iter()
        .find(|path| path.contains("stream=daily") && path.contains("/v2-"))
        .unwrap();
    let table = decode(
        std::fs::read(directory.path().join(object)).unwrap().into(),
        Kind::Raw.columns(),
    )
    .unwrap();
    let Some(Cell::Text(payload)) = table.cell(&table.rows[0], "payload") else {
        panic!("no payload")
    };
    assert_eq!(
        serde_json::from_str::<Row>(payload).unwrap(),
        row("7", None, "4", "2")
    );
    let expected = [
        "google_ads raw v1 purged 1",
        "google_ads raw v1 purged 1",
        "google_ads raw v2 purged 1",
    ];
    assert_eq!(states(&tenant).await, expected);
}

#[tokio::test]
async fn backups_and_archived_days_leave_at_the_end_of_their_time() {
    let (tenant, directory) = (tenant().await, Directory::new());
    let mut policy = archiving();
    policy.raw.backup_keep_days = Some(30);
    policy.archive.as_mut().unwrap().keep_years = Some(2);
    closed_day(&tenant).await;
    let store = directory.store();
    let archive = Archive {
        tenant: &tenant,
        store: &store,
        organization_uid: UID,
    };
    back_up_raw(&archive, &policy, time(SOON)).await.unwrap();
    purge_raw(&tenant, &policy, time(SOON)).await.unwrap();
    assert_eq!(
        archive_at(&tenant, &store, &policy, "2026-10-01T23:00:00Z")
            .await
            .expired,
        0
    );
    assert_eq!(
        archive_at(&tenant, &store, &policy, "2026-10-03T00:00:00Z")
            .await
            .expired,
        2
    );
    archive_at(&tenant, &store, &policy, AFTER_100_DAYS).await;
    archive_at(&tenant, &store, &policy, AFTER_GRACE).await;
    let held = Policy {
        legal_hold: true,
        ..policy.clone()
    };
    assert_eq!(
        archive_at(&tenant, &store, &held, "2028-09-03T00:00:00Z")
            .await
            .expired,
        0
    );
    assert_eq!(
        archive_at(&tenant, &store, &policy, "2028-09-03T00:00:00Z")
            .await
            .expired,
        5
    );
    assert!(directory.objects().is_empty());
    assert_eq!(
        rows_of(&tenant, "account_days").await + rows_of(&tenant, "archived_ledger_keys").await,
        0
    );
}

#[tokio::test]
async fn backups_without_days_of_their_own_stay_as_long_as_the_archive() {
    let (tenant, directory) = (tenant().await, Directory::new());
    let mut policy = archiving();
    closed_day(&tenant).await;
    let store = directory.store();
    let archive = Archive {
        tenant: &tenant,
        store: &store,
        organization_uid: UID,
    };
    back_up_raw(&archive, &policy, time(SOON)).await.unwrap();
    purge_raw(&tenant, &policy, time(SOON)).await.unwrap();
    let for_ever = archive_at(&tenant, &store, &policy, "2031-01-01T00:00:00Z").await;
    assert_eq!(for_ever.expired, 0);
    policy.archive.as_mut().unwrap().keep_years = Some(6);
    let early = archive_at(&tenant, &store, &policy, "2032-09-01T00:00:00Z").await;
    assert_eq!(early.expired, 0);
    let late = archive_at(&tenant, &store, &policy, "2032-09-02T00:00:00Z").await;
    assert_eq!(
        late.expired, 7,
        "two backups and the five files of the days"
    );
    assert!(directory.objects().is_empty());
}

#[tokio::test]
async fn a_first_backfill_older_than_the_policy_takes_the_same_path() {
    let (tenant, directory, policy) = (tenant().await, Directory::new(), archiving());
    let old = jiff::civil::date(2023, 2, 28);
    land(&tenant, "daily", 1, &[(old, &[row("7", None, "1", "0")])]).await;
    compute(&tenant).await;
    let now: Timestamp = time(SOON);
    close_due(&tenant, now, DEFAULT_GRACE).await.unwrap();
    assert_eq!(
        archive_at(&tenant, &directory.store(), &policy, SOON)
            .await
            .committed,
        1
    );
    assert_eq!(
        archive_at(&tenant, &directory.store(), &policy, "2026-09-09T00:00:00Z")
            .await
            .purged,
        1
    );
    assert!(directory.objects()[0].contains(&format!(
        "source={}/account=123/month=2023-02/day=2023-02-28",
        Source::GoogleAds
    )));
}

#[tokio::test]
async fn every_run_compares_the_store_with_the_manifest() {
    let (tenant, directory, policy) = (tenant().await, Directory::new(), archiving());
    closed_day(&tenant).await;
    let sound = archive_at(&tenant, &directory.store(), &policy, AFTER_100_DAYS)
        .await
        .audit;
    assert_eq!(
        (sound.sound, sound.unreferenced, sound.missing.len()),
        (5, 0, 0)
    );
    let gone = directory.objects().remove(0);
    std::fs::rename(
        directory.path().join(&gone),
        directory.path().join(gone.replace("/v1-", "/v0-")),
    )
    .unwrap();
    let audit = archive_at(&tenant, &directory.store(), &policy, AFTER_100_DAYS)
        .await
        .audit;
    assert_eq!(
        (audit.sound, audit.unreferenced, audit.missing),
        (4, 1, vec![gone])
    );
    assert_eq!(directory.objects().len(), 5, "an unreferenced object stays");
}

#[tokio::test]
async fn an_object_that_another_run_removes_meanwhile_is_not_missing() {
    let (tenant, directory, policy) = (tenant().await, Directory::new(), archiving());
    closed_day(&tenant).await;
    let store = directory.store();
    let archive = Archive {
        tenant: &tenant,
        store: &store,
        organization_uid: UID,
    };
    back_up_raw(&archive, &policy, time(SOON)).await.unwrap();
    let objects = directory.objects();
    let going = objects
        .iter()
        .find(|path| path.contains("kind=raw"))
        .unwrap();
    let mut removal = tenant.begin().await.unwrap();
    sqlx::query(
        tenant
            .sql("UPDATE {control}.archive_manifest SET state = 'expired' WHERE object_path = $1"),
    )
    .bind(going)
    .execute(&mut *removal)
    .await
    .unwrap();
    std::fs::remove_file(directory.path().join(going)).unwrap();
    let (report, ()) = tokio::join!(
        archive_at(&tenant, &store, &policy, AFTER_100_DAYS),
        async {
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            removal.commit().await.unwrap();
        }
    );
    assert!(report.audit.sound > 0);
    assert_eq!(report.audit.missing, Vec::<String>::new());
}
