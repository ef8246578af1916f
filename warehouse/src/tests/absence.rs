//! Deleted orders: the second sweep that misses one, a day or more after the first, takes it out.

use jiff::{SignedDuration, Timestamp};

use super::fixture::*;
use crate::Tenant;
use crate::landing::{EventPull, Landed, PARENT, Sweep, land_events};
use crate::model::LedgerFact;
use crate::watermarks::Progress;

fn hours_later(hours: i64) -> Timestamp {
    at(0) + SignedDuration::from_hours(hours)
}

/// A pull of everything that changed since the beginning, so many hours later.
async fn sweep_after(tenant: &Tenant, hours: i64, facts: &[LedgerFact]) -> Landed {
    let everything = Sweep {
        since: at(0),
        until: at(1000),
        happened_from: at(0),
    };
    pull(tenant, hours, facts, Some(everything)).await
}

async fn pull(tenant: &Tenant, hours: i64, facts: &[LedgerFact], sweep: Option<Sweep>) -> Landed {
    let pull = EventPull {
        stream: orders(),
        fetched_at: hours_later(hours),
        landing_date: day(20),
        records: vec![],
        facts: facts.to_vec(),
        sweep,
        progress: Progress::default(),
    };
    land_events(tenant, pull).await.unwrap()
}

async fn revenue(tenant: &Tenant) -> Vec<String> {
    compute(tenant).await;
    days(tenant).await
}

fn two() -> [LedgerFact; 2] {
    [
        order("order/1", day(1), 9, "100", 1),
        order("order/2", day(1), 9, "20", 1),
    ]
}

const BOTH: [&str; 1] = ["account 123 2026-09-01 provisional orders=2 revenue=120"];
const SECOND: [&str; 1] = ["account 123 2026-09-01 provisional orders=1 revenue=20"];

#[tokio::test]
async fn an_order_that_two_sweeps_miss_is_gone_with_its_refunds() {
    let tenant = tenant().await;
    let [first, second] = two();
    let mut refund = order("refund/7", day(2), 9, "5", 1);
    refund.attributes.insert(PARENT.into(), "order/1".into());
    sweep_after(&tenant, 0, &[first, second.clone(), refund]).await;
    for hours in [1, 20] {
        let landed = sweep_after(&tenant, hours, std::slice::from_ref(&second)).await;
        assert!(landed.touched.is_empty(), "after {hours} hours");
    }
    assert_eq!(revenue(&tenant).await.len(), 2);
    let landed = sweep_after(&tenant, 26, &[second]).await;
    assert_eq!(
        landed.touched.into_iter().collect::<Vec<_>>(),
        [day(1), day(2)]
    );
    assert_eq!(revenue(&tenant).await, SECOND);
}

#[tokio::test]
async fn an_order_that_is_seen_in_between_or_again_stays() {
    let tenant = tenant().await;
    let [first, second] = two();
    sweep_after(&tenant, 0, &two()).await;
    sweep_after(&tenant, 1, std::slice::from_ref(&second)).await;
    pull(&tenant, 2, std::slice::from_ref(&first), None).await;
    sweep_after(&tenant, 30, std::slice::from_ref(&second)).await;
    assert_eq!(revenue(&tenant).await, BOTH);
    sweep_after(&tenant, 60, &[second]).await;
    assert_eq!(revenue(&tenant).await, SECOND);
    pull(&tenant, 61, &[first], None).await;
    assert_eq!(revenue(&tenant).await, BOTH, "it was not deleted after all");
}

#[tokio::test]
async fn what_a_pull_need_not_hold_is_not_missed() {
    let tenant = tenant().await;
    sweep_after(&tenant, 0, &two()).await;
    let narrow = |since, until, happened_from| Sweep {
        since: at(since),
        until: at(until),
        happened_from: at(happened_from),
    };
    for hours in [1, 30, 60] {
        pull(&tenant, hours, &[], None).await;
        for sweep in [narrow(2, 9, 0), narrow(0, 1, 0), narrow(0, 9, 1)] {
            pull(&tenant, hours, &[], Some(sweep)).await;
        }
    }
    assert_eq!(revenue(&tenant).await, BOTH);
}
