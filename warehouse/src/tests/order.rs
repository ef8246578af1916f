//! Any order, repetition and overlap of pulls and computations gives the same figures as one batch.

use std::collections::BTreeMap;

use jiff::civil::Date;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::fixture::*;
use crate::Tenant;
use crate::model::LedgerFact;

/// One pull of the daily stream: its time and what it saw on some days.
#[derive(Debug, Clone)]
struct Pull {
    second: i64,
    days: BTreeMap<i8, Vec<Row>>,
}

/// What a run does.
#[derive(Debug, Clone)]
enum Step {
    Window(usize),
    Order(usize),
    Compute,
}

#[derive(Debug, Clone)]
struct History {
    pulls: Vec<Pull>,
    orders: Vec<LedgerFact>,
    steps: Vec<Step>,
}

fn rows(second: i64) -> impl Strategy<Value = Vec<Row>> {
    let row = (0_u8..4, 0_u32..100_000).prop_map(move |(campaign, cents)| {
        row(
            &campaign.to_string(),
            None,
            &format!("{}.{:02}", cents / 100, cents % 100),
            &second.to_string(),
        )
    });
    proptest::collection::vec(row, 1..4)
}

fn pull(second: i64) -> impl Strategy<Value = Pull> {
    proptest::collection::btree_map(1_i8..4, rows(second), 1..4)
        .prop_map(move |days| Pull { second, days })
}

fn order_version(version: i64) -> impl Strategy<Value = LedgerFact> {
    (
        0_u8..4,
        1_i8..4,
        0_i8..24,
        0_u32..3,
        proptest::bool::weighted(0.15),
    )
        .prop_map(move |(key, date, hour, revenue, removed)| LedgerFact {
            removed,
            ..order(
                &key.to_string(),
                day(date),
                hour,
                &revenue.to_string(),
                version,
            )
        })
}

fn history() -> impl Strategy<Value = History> {
    let pulls: Vec<_> = (1..6).map(pull).collect();
    let orders: Vec<_> = (1..10).map(order_version).collect();
    (pulls, orders).prop_flat_map(|(pulls, orders)| {
        let landings = (0..pulls.len())
            .map(Step::Window)
            .chain((0..orders.len()).map(Step::Order));
        let twice: Vec<Step> = landings
            .clone()
            .chain(landings)
            .chain(vec![Step::Compute; 6])
            .collect();
        let steps = Just(twice).prop_shuffle();
        (Just(pulls), Just(orders), steps).prop_map(|(pulls, orders, steps)| History {
            pulls,
            orders,
            steps,
        })
    })
}

async fn land_pull(tenant: &Tenant, pull: &Pull) {
    let days: Vec<(Date, &[Row])> = pull
        .days
        .iter()
        .map(|(date, rows)| (day(*date), rows.as_slice()))
        .collect();
    land(tenant, "daily", pull.second, &days).await;
}

/// What the history should give: the newest pull of each day, the newest version of each order.
async fn in_one_batch(tenant: &Tenant, history: &History) {
    let mut newest: BTreeMap<i8, (i64, Vec<Row>)> = BTreeMap::new();
    for pull in &history.pulls {
        for (date, rows) in &pull.days {
            newest.insert(*date, (pull.second, rows.clone()));
        }
    }
    for (date, (second, rows)) in newest {
        land(tenant, "daily", second, &[(day(date), &rows)]).await;
    }
    land_orders(tenant, history.orders.clone()).await;
    compute(tenant).await;
}

async fn step_by_step(tenant: &Tenant, history: &History) {
    for step in &history.steps {
        match step {
            Step::Window(index) => land_pull(tenant, &history.pulls[*index]).await,
            Step::Order(index) => {
                land_orders(tenant, vec![history.orders[*index].clone()]).await;
            }
            Step::Compute => {
                compute(tenant).await;
            }
        }
    }
    compute(tenant).await;
}

async fn figures(tenant: &Tenant) -> (Vec<String>, Vec<String>) {
    (days(tenant).await, hours(tenant).await)
}

#[test]
fn any_order_gives_the_figures_of_one_batch() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(24);
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        cases,
        ..Config::default()
    });
    let result = runner.run(&history(), |history| {
        let (expected, found) = runtime.block_on(async {
            let (batch, steps) = (tenant().await, tenant().await);
            in_one_batch(&batch, &history).await;
            step_by_step(&steps, &history).await;
            let figures = (figures(&batch).await, figures(&steps).await);
            batch.drop_throwaway().await.unwrap();
            steps.drop_throwaway().await.unwrap();
            figures
        });
        prop_assert!(!expected.0.is_empty());
        prop_assert_eq!(expected, found);
        Ok(())
    });
    result.unwrap();
}
