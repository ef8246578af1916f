//! The proof of exactness must be able to fail: faults, seeded one at a time into connectors and roll-ups, must each be seen.
//!
//! All faults are written into one copy of the tree, each behind a choice at run time, so that one build serves all. The proof runs in processes
//! here: a real Postgres, the simulated platforms, the pipeline's jobs, the API. `make test-mutants` runs it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "these are tests"
)]

mod independent;
mod processes;
mod program;
mod seeds;

use std::panic::AssertUnwindSafe;
use std::path::Path;

use dpo_proofs::exactness::{self, Compared, Product};
use dpo_proofs::restatement;
use futures::{FutureExt as _, StreamExt as _, stream};
use jiff::{Span, Timestamp};

use processes::Processes;
use seeds::MUTANTS;

/// The figures of a first pull, and again after the past has changed.
async fn prove(product: &Processes) -> Compared {
    let tenants = std::slice::from_ref(&product.tenant);
    // Jobs refuse a time in the future, and refunds need a minute to show.
    let first = still_moment(product, Timestamp::now() - Span::new().minutes(60)).await;
    exactness::run_everything(product, tenants, first).await;
    let mut compared = exactness::compare(product, &product.simulator, tenants, first).await;
    restatement::change_orders(&product.simulator, tenants, first, product.history_days()).await;
    let later = still_moment(product, first + Span::new().minutes(5)).await;
    restatement::restate_windows(&product.simulator, tenants).await;
    exactness::run_everything(product, tenants, later).await;
    compared += exactness::compare(product, &product.simulator, tenants, later).await;
    compared
}

/// The first moment from `from` on at which no order is on its way; the platforms' clock stands there.
async fn still_moment(product: &Processes, from: Timestamp) -> Timestamp {
    let tenants = std::slice::from_ref(&product.tenant);
    let mut at = from;
    loop {
        product.simulator.set_clock(at).await;
        if product.simulator.shops_are_still(tenants, at).await {
            return at;
        }
        at += Span::new().minutes(1);
    }
}

#[tokio::test]
async fn each_seeded_mutant_is_seen_and_the_unchanged_product_is_not() {
    let pipeline = seeds::build();
    let sound = Processes::start(&pipeline, None).await;
    let compared = prove(&sound).await;
    println!(
        "mutants: without a fault {} non-zero cells equal the truth, {} of them archived",
        compared.non_zero_cells, compared.archived_cells
    );
    assert!(compared.archived_cells > 0, "nothing was archived");
    independent::reads_the_same_sums(&sound).await;
    drop(sound);

    // The panic of a mutant's comparison is what is wanted; it is told in one line below.
    std::panic::set_hook(Box::new(|_| {}));
    let pipeline = &pipeline;
    let seen = stream::iter(MUTANTS)
        .map(|mutant| async move { (mutant.name, difference(pipeline, mutant.name).await) })
        .buffer_unordered(2);
    let unseen: Vec<&str> = seen
        .filter_map(|(name, difference)| async move {
            if let Some(difference) = &difference {
                println!("mutants: {name} is seen: {difference}");
            }
            difference.is_none().then_some(name)
        })
        .collect()
        .await;
    drop(std::panic::take_hook());
    assert!(unseen.is_empty(), "these faults went unseen: {unseen:?}");
}

/// What the proof says against a mutant, if anything.
async fn difference(pipeline: &Path, mutant: &'static str) -> Option<String> {
    let product = Processes::start(pipeline, Some(mutant)).await;
    let proved = AssertUnwindSafe(prove(&product)).catch_unwind().await;
    proved.err().map(|panic| first_lines(panic.as_ref()))
}

fn first_lines(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map_or("it panicked", String::as_str);
    text.lines().take(2).collect::<Vec<_>>().join(" – ")
}
