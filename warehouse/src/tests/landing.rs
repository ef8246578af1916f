//! Landing and computing: replaced, never added up.

use super::fixture::*;
use crate::digest::ContentDigest;
use crate::landing::{EventPull, WindowPull, land_events, land_window, upsert_entities};
use crate::model::{EntityRow, Level, QualityFlag, RawRecord, RunClass, RunKind, Source};
use crate::runs::{self, NewRun, Outcome, RunError};
use crate::watermarks::{self, Progress};

#[tokio::test]
async fn a_pull_becomes_days_and_hours_each_from_its_own_stream() {
    let tenant = tenant().await;
    let daily = [row("7", None, "1.50", "2"), row("8", None, "0.25", "0")];
    let hourly = [row("7", Some(0), "1", "1"), row("7", Some(23), "0.4", "1")];
    land(&tenant, "daily", 1, &[(day(1), &daily)]).await;
    land(&tenant, "hourly", 1, &[(day(1), &hourly)]).await;
    let report = compute(&tenant).await;
    assert_eq!((report.partitions, report.rows), (2, 7));
    assert_eq!(
        days(&tenant).await,
        [
            "account 123 2026-09-01 provisional spend=1.75 view_through_conversions=2",
            "campaign 7 2026-09-01 provisional spend=1.5 view_through_conversions=2",
            "campaign 8 2026-09-01 provisional spend=0.25 view_through_conversions=0",
        ]
    );
    assert_eq!(
        hours(&tenant).await,
        [
            "account 123 2026-09-01 h0 spend=1 view_through_conversions=1",
            "account 123 2026-09-01 h23 spend=0.4 view_through_conversions=1",
            "campaign 7 2026-09-01 h0 spend=1 view_through_conversions=1",
            "campaign 7 2026-09-01 h23 spend=0.4 view_through_conversions=1",
        ]
    );
}

#[tokio::test]
async fn the_same_pull_again_writes_nothing() {
    let tenant = tenant().await;
    let rows = [row("7", None, "1.5", "2"), row("8", None, "1", "0")];
    land(&tenant, "daily", 1, &[(day(1), &rows), (day(2), &rows)]).await;
    compute(&tenant).await;
    let before = row_versions(&tenant).await;
    let reversed = [rows[1].clone(), rows[0].clone()];
    let again = land(
        &tenant,
        "daily",
        2,
        &[(day(2), &reversed), (day(1), &reversed)],
    )
    .await;
    assert!(again.touched.is_empty());
    assert_eq!(again.rows, 0);
    assert_eq!(compute(&tenant).await.partitions, 0);
    assert_eq!(row_versions(&tenant).await, before, "not even a dead tuple");
}

/// Which physical rows the tables hold: a rewritten row has another `xmin`.
async fn row_versions(tenant: &crate::Tenant) -> i64 {
    count(
        tenant,
        "SELECT sum(v)::bigint FROM (
             SELECT xmin::text::bigint AS v FROM {schema}.raw_records
             UNION ALL SELECT xmin::text::bigint FROM {schema}.partition_digests
             UNION ALL SELECT xmin::text::bigint FROM {schema}.daily_aggregates
             UNION ALL SELECT xmin::text::bigint FROM {schema}.account_days) t",
    )
    .await
}

#[tokio::test]
async fn a_row_that_is_gone_counts_zero() {
    let tenant = tenant().await;
    land(
        &tenant,
        "daily",
        1,
        &[
            (
                day(1),
                &[row("7", None, "1", "0"), row("8", None, "2", "0")],
            ),
            (day(2), &[row("7", None, "9", "0")]),
        ],
    )
    .await;
    compute(&tenant).await;
    land(
        &tenant,
        "daily",
        2,
        &[(day(1), &[]), (day(2), &[row("7", None, "9", "0")])],
    )
    .await;
    compute(&tenant).await;
    assert_eq!(
        days(&tenant).await,
        [
            "account 123 2026-09-02 provisional spend=9 view_through_conversions=0",
            "campaign 7 2026-09-02 provisional spend=9 view_through_conversions=0",
        ]
    );
}

#[tokio::test]
async fn an_empty_pull_removes_nothing_before_a_second_one_says_the_same() {
    let tenant = tenant().await;
    land(
        &tenant,
        "daily",
        1,
        &[(day(1), &[row("7", None, "1", "0")])],
    )
    .await;
    compute(&tenant).await;
    let suspicious = land(&tenant, "daily", 2, &[(day(1), &[]), (day(2), &[])]).await;
    assert_eq!(suspicious.unconfirmed, [day(1)]);
    assert!(suspicious.touched.is_empty());
    let again = land(&tenant, "daily", 2, &[(day(1), &[]), (day(2), &[])]).await;
    assert_eq!(
        again.unconfirmed,
        [day(1)],
        "the same pull is no confirmation"
    );
    let confirmed = land(&tenant, "daily", 3, &[(day(1), &[]), (day(2), &[])]).await;
    assert!(confirmed.unconfirmed.is_empty());
    compute(&tenant).await;
    assert!(days(&tenant).await.is_empty());
}

#[tokio::test]
async fn two_empty_pulls_with_records_between_them_remove_nothing() {
    let tenant = tenant().await;
    let (rows, nothing) = ([row("7", None, "1", "0")], []);
    land(&tenant, "daily", 1, &[(day(1), &rows)]).await;
    land(&tenant, "daily", 2, &[(day(1), &nothing)]).await;
    land(&tenant, "daily", 3, &[(day(1), &rows)]).await;
    let second = land(&tenant, "daily", 4, &[(day(1), &nothing)]).await;
    assert_eq!(second.unconfirmed, [day(1)], "it is the first of its row");
    let mut flagged = partition(day(1), &rows);
    flagged.flags = vec![QualityFlag::Sampled];
    let pull = WindowPull {
        stream: stream("daily"),
        fetched_at: at(5),
        partitions: vec![flagged],
        progress: Progress::default(),
    };
    land_window(&tenant, pull).await.unwrap();
    let third = land(&tenant, "daily", 6, &[(day(1), &nothing)]).await;
    assert_eq!(
        third.unconfirmed,
        [day(1)],
        "another flag came with records"
    );
    compute(&tenant).await;
    assert_eq!(days(&tenant).await.len(), 2);
}

#[tokio::test]
async fn a_late_older_pull_does_not_overwrite_a_newer_one() {
    let tenant = tenant().await;
    land(
        &tenant,
        "daily",
        5,
        &[(day(1), &[row("7", None, "2", "0")])],
    )
    .await;
    let late = land(
        &tenant,
        "daily",
        4,
        &[(day(1), &[row("7", None, "1", "0")])],
    )
    .await;
    assert_eq!(late.stale, [day(1)]);
    compute(&tenant).await;
    assert!(days(&tenant).await[0].contains("spend=2"));
}

#[tokio::test]
async fn flags_are_carried_to_the_days() {
    let tenant = tenant().await;
    let mut flagged = partition(day(1), &[row("7", None, "1", "0")]);
    flagged.flags = vec![
        QualityFlag::Thresholded,
        QualityFlag::Sampled,
        QualityFlag::Sampled,
    ];
    let pull = |partition, second| WindowPull {
        stream: stream("daily"),
        fetched_at: at(second),
        partitions: vec![partition],
        progress: Progress::default(),
    };
    land_window(&tenant, pull(flagged.clone(), 1))
        .await
        .unwrap();
    compute(&tenant).await;
    let sql =
        "SELECT count(*) FROM {schema}.daily_aggregates WHERE flags = '{sampled,thresholded}'";
    assert_eq!(count(&tenant, sql).await, 2);
    flagged.flags.clear();
    land_window(&tenant, pull(flagged, 2)).await.unwrap();
    compute(&tenant).await;
    assert_eq!(
        count(
            &tenant,
            "SELECT count(*) FROM {schema}.daily_aggregates WHERE flags = '{}'"
        )
        .await,
        2
    );
}

#[tokio::test]
async fn cursor_and_tiers_move_with_the_landing() {
    let tenant = tenant().await;
    let key = stream("daily");
    assert_eq!(
        watermarks::load(&tenant, &key).await.unwrap(),
        watermarks::Watermark::default()
    );
    watermarks::hold(&tenant, &key, Some(at(60)), RunClass::RateLimited)
        .await
        .unwrap();
    let held = watermarks::load(&tenant, &key).await.unwrap();
    assert_eq!(
        (held.not_before, held.blocked),
        (Some(at(60)), Some(RunClass::RateLimited))
    );
    for (tier, second) in [("hot", 61), ("cold", 62)] {
        let progress = Progress {
            cursor: Some(format!("c{second}")),
            tiers: [(tier.to_owned(), at(second))].into(),
        };
        let pull = WindowPull {
            stream: key.clone(),
            fetched_at: at(second),
            partitions: vec![],
            progress,
        };
        land_window(&tenant, pull).await.unwrap();
    }
    let moved = watermarks::load(&tenant, &key).await.unwrap();
    assert_eq!(moved.cursor.as_deref(), Some("c62"));
    assert_eq!(
        moved.tiers,
        [("cold".to_owned(), at(62)), ("hot".to_owned(), at(61))].into()
    );
    assert_eq!(
        (moved.fetched_at, moved.not_before, moved.blocked),
        (Some(at(62)), None, None)
    );
}

#[tokio::test]
async fn a_record_that_cannot_be_read_stops_only_its_day() {
    let tenant = tenant().await;
    let mut broken = partition(day(1), &[row("7", None, "1", "0")]);
    broken.records[0].payload = "{}".into();
    let whole = partition(day(2), &[row("7", None, "1", "0")]);
    let pull = WindowPull {
        stream: stream("daily"),
        fetched_at: at(1),
        partitions: vec![broken, whole],
        progress: Progress::default(),
    };
    land_window(&tenant, pull).await.unwrap();
    let report = compute(&tenant).await;
    assert_eq!((report.partitions, report.failures.len()), (1, 1));
    assert_eq!(report.failures[0].partition.date, day(1));
    assert_eq!(
        count(&tenant, "SELECT count(*) FROM {schema}.touched_days").await,
        1,
        "its mark stays"
    );
}

#[tokio::test]
async fn a_character_that_postgres_cannot_keep_stops_nothing() {
    let tenant = tenant().await;
    let rows = [
        row("summer\0sale", None, "1", "0"),
        row("8", None, "2", "0"),
    ];
    for second in [1, 2] {
        let landed = land(&tenant, "daily", second, &[(day(1), &rows)]).await;
        assert_eq!(landed.rows, if second == 1 { 2 } else { 0 });
    }
    let mut fact = order("order\0/1", day(1), 9, "5", 1);
    fact.attributes.insert("note".into(), "a\0b".into());
    fact.customer_key = Some("c\0".into());
    land_orders(&tenant, vec![fact.clone()]).await;
    assert!(land_orders(&tenant, vec![fact]).await.touched.is_empty());
    let entity = EntityRow {
        account: account(),
        level: Level::Campaign,
        id: "summer\0sale".into(),
        name: Some("Summer\0".into()),
        status: None,
        parent: None,
        currency: None,
        time_zone: None,
    };
    upsert_entities(&tenant, Source::GoogleAds, &[entity], at(1))
        .await
        .unwrap();
    assert!(compute(&tenant).await.failures.is_empty());
    let named =
        "SELECT count(*) FROM {schema}.daily_aggregates JOIN {schema}.entities ON entity = id
        WHERE name = 'Summer\u{FFFD}' AND id = 'summer\u{FFFD}sale' AND spend = 1";
    assert_eq!(count(&tenant, named).await, 1);
    let fact = "SELECT count(*) FROM {schema}.ledger WHERE key = 'order\u{FFFD}/1'
        AND attributes ->> 'note' = 'a\u{FFFD}b' AND customer_key = 'c\u{FFFD}'";
    assert_eq!(count(&tenant, fact).await, 1);
}

#[tokio::test]
async fn a_run_ends_with_whatever_words_a_platform_chose() {
    let tenant = tenant().await;
    let run = NewRun {
        name: "r".into(),
        kind: RunKind::Sync,
        source_uid: None,
        as_of: at(0),
    };
    let id = runs::start(&tenant, &run).await.unwrap();
    let said = Some("bad value \0".to_owned());
    let error = RunError {
        stream: "daily".into(),
        account: "123".into(),
        class: RunClass::PermanentBug,
        scope: None,
        reason: None,
        wait_seconds: None,
        message: said.clone(),
    };
    let outcome = Outcome {
        class: RunClass::PermanentBug,
        wait_seconds: None,
        pages: 0,
        rows_fetched: 0,
        rows_landed: 0,
        errors: vec![error],
        message: said,
    };
    runs::finish(&tenant, id, &outcome).await.unwrap();
    let finished = "SELECT count(*) FROM {control}.runs
        WHERE message = 'bad value \u{FFFD}' AND errors -> 0 ->> 'message' = message";
    assert_eq!(count(&tenant, finished).await, 1);
}

#[tokio::test]
async fn orders_are_summed_by_day_and_by_hour() {
    let tenant = tenant().await;
    land_orders(
        &tenant,
        vec![
            order("1", day(1), 9, "100000", 1),
            order("2", day(1), 9, "50000", 1),
            order("3", day(1), 20, "1", 1),
        ],
    )
    .await;
    compute(&tenant).await;
    assert_eq!(
        days(&tenant).await,
        ["account 123 2026-09-01 provisional orders=3 revenue=150001"]
    );
    assert_eq!(
        hours(&tenant).await,
        [
            "account 123 2026-09-01 h20 orders=1 revenue=1",
            "account 123 2026-09-01 h9 orders=2 revenue=150000"
        ]
    );
}

#[tokio::test]
async fn a_moved_order_leaves_its_old_day() {
    let tenant = tenant().await;
    land_orders(&tenant, vec![order("1", day(1), 9, "100", 1)]).await;
    compute(&tenant).await;
    let landed = land_orders(&tenant, vec![order("1", day(2), 9, "100", 2)]).await;
    assert_eq!(
        landed.touched.into_iter().collect::<Vec<_>>(),
        [day(1), day(2)]
    );
    compute(&tenant).await;
    assert_eq!(
        days(&tenant).await,
        ["account 123 2026-09-02 provisional orders=1 revenue=100"]
    );
}

#[tokio::test]
async fn a_tombstone_takes_an_order_out_for_good() {
    let tenant = tenant().await;
    land_orders(&tenant, vec![order("1", day(1), 9, "100", 1)]).await;
    let mut removed = order("1", day(1), 9, "100", 3);
    removed.removed = true;
    land_orders(&tenant, vec![removed]).await;
    land_orders(&tenant, vec![order("1", day(1), 9, "100", 2)]).await;
    compute(&tenant).await;
    assert!(days(&tenant).await.is_empty());
}

#[tokio::test]
async fn amounts_of_two_currencies_are_listed_and_not_added() {
    let tenant = tenant().await;
    let mut dollars = order("2", day(1), 9, "5", 1);
    dollars.currency = "USD".parse().unwrap();
    land_orders(&tenant, vec![order("1", day(1), 9, "100", 1), dollars]).await;
    compute(&tenant).await;
    assert_eq!(
        days(&tenant).await,
        [
            "account 123 2026-09-01 provisional orders=1 revenue=100",
            "account 123 2026-09-01 provisional orders=1 revenue=5"
        ]
    );
}

#[tokio::test]
async fn payloads_that_leave_while_newer_ones_land_count_no_longer() {
    let tenant = tenant().await;
    let pull = |payload: &str| EventPull {
        stream: orders(),
        fetched_at: at(0),
        landing_date: day(20),
        records: vec![RawRecord {
            key: "1".into(),
            payload: payload.into(),
        }],
        facts: vec![],
        sweep: None,
        progress: Progress::default(),
    };
    land_events(&tenant, pull("{}")).await.unwrap();
    let mut purge = tenant.begin().await.unwrap();
    for statement in [
        "UPDATE {schema}.partition_digests SET raw_deleted_at = now()",
        "DELETE FROM {schema}.raw_records",
    ] {
        let statement = sqlx::query(tenant.sql(statement));
        statement.execute(&mut *purge).await.unwrap();
    }
    let landing = Box::pin(land_events(&tenant, pull("[]")));
    let (landed, ()) = tokio::join!(landing, async {
        somebody_waits(&tenant).await;
        purge.commit().await.unwrap();
    });
    landed.unwrap();
    let mut expected = ContentDigest::default();
    expected.add("1", "[]");
    let hash: String =
        sqlx::query_scalar(tenant.sql(
            "SELECT content_hash FROM {schema}.partition_digests WHERE raw_deleted_at IS NULL",
        ))
        .fetch_one(tenant.pool())
        .await
        .unwrap();
    assert_eq!(hash, expected.text());
}

#[tokio::test]
async fn payloads_of_events_are_kept_once_under_their_landing_date() {
    let tenant = tenant().await;
    land_orders(&tenant, vec![order("1", day(1), 9, "100", 1)]).await;
    land_orders(
        &tenant,
        vec![
            order("1", day(1), 9, "100", 1),
            order("2", day(1), 9, "1", 1),
        ],
    )
    .await;
    let sql = "SELECT row_count FROM {schema}.partition_digests WHERE stream = 'orders' AND date = '2026-09-20'
        AND aggregated_hash = content_hash";
    assert_eq!(count(&tenant, sql).await, 2);
    assert_eq!(
        count(&tenant, "SELECT count(*) FROM {schema}.raw_records").await,
        2
    );
}
