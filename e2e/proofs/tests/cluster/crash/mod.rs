//! A crash at any durable step, and jobs that get in each other's way, end as if nothing had happened.
//!
//! Kill points are found by recording undisturbed runs of the same programs. Takes the operator's Deployment away, so the runner runs it alone.

mod operator;
mod pods;
mod stories;
mod story;

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::Instant;

use dpo_proofs::crash::{Operator, Witness};
use dpo_proofs::environment::Environment;
use futures::FutureExt;
use serde_json::json;

/// So many points at least must be hit.
const LEAST_POINTS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn crash_and_disorder_end_as_if_nothing_had_happened() {
    let began = Instant::now();
    let witness = Witness::new(Environment::from_runner().await).await;
    let operator = Operator::of_the_chart(&witness.environment).await;
    // Whatever happens, the chart's operator and the platforms' clock are as they were before.
    let result = AssertUnwindSafe(Box::pin(prove(&witness, &operator)))
        .catch_unwind()
        .await;
    operator.bring_back().await;
    witness
        .environment
        .simulator
        .control("clock", &json!({"now": "real"}))
        .await;
    witness
        .environment
        .simulator
        .control("reset", &json!({}))
        .await;
    let points = result.unwrap_or_else(|panic| resume_unwind(panic));
    report(&points);
    println!(
        "crash: {} kill points in {} seconds",
        points.len(),
        began.elapsed().as_secs()
    );
}

/// Gives the points that were hit.
async fn prove(witness: &Witness, operator: &Operator) -> Vec<String> {
    let mut stories = Box::pin(stories::Stories::declare(witness)).await;
    operator.take_away().await;
    stories.withdraw().await;
    let (survived, by_jobs) = tokio::join!(operator::prove(witness, operator), stories.prove());
    operator.bring_back().await;
    pods::prove(witness, &survived.calm, &stories).await;
    tokio::join!(survived.clear_away(witness), stories.clear_away());
    survived.points.into_iter().chain(by_jobs).collect()
}

fn report(points: &[String]) {
    for (number, point) in points.iter().enumerate() {
        println!("crash {:3}: {point}", number + 1);
    }
    assert!(
        points.len() >= LEAST_POINTS,
        "only {} kill points were hit",
        points.len()
    );
}
