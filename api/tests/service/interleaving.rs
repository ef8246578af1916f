//! Both organizations over two connections, with requests that are dropped at any moment: nobody ever gets the other's row.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::seed;
use crate::world::World;

const REQUESTS: usize = 2_400;
const AT_ONCE: usize = 12;

/// What a request of one task ended as.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    answered: usize,
    dropped: usize,
}

async fn ask(
    world: &World,
    cookie: &str,
    own: seed::Marks,
    other: seed::Marks,
    random: &mut StdRng,
) -> bool {
    let account = seed::first_account(own);
    let path = match random.random_range(0..4) {
        0 => "/api/v1/sources".to_owned(),
        1 => "/api/v1/overview?from=2026-10-01&to=2026-10-10&compare=previous_period".to_owned(),
        2 => "/api/v1/channels/google_ads?from=2026-10-01&to=2026-10-10".to_owned(),
        _ => format!(
            "/api/v1/figures?source=google_ads&account={account}&level=account&grain=hour&from=2026-10-01&to=2026-10-10"
        ),
    };
    let patience = if random.random_bool(0.4) {
        Duration::from_micros(random.random_range(0..40_000))
    } else {
        Duration::from_mins(5)
    };
    let Ok(answer) = tokio::time::timeout(patience, world.get(&path, cookie)).await else {
        return false;
    };
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    assert!(
        answer.text.contains(own.word),
        "{path} lost its own figures: {}",
        answer.text
    );
    assert!(
        !answer.text.contains(other.word) && !answer.text.contains(other.spend),
        "{path} shows the other's: {}",
        answer.text
    );
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelled_and_finished_requests_of_two_organizations_never_mix() {
    let world = Arc::new(World::new().await);
    let a = world.session("ceo@a.example", Some(&world.a)).await;
    let b = world.session("ceo@b.example", Some(&world.b)).await;
    let tasks = (0..AT_ONCE).map(|number| {
        let (world, a, b) = (Arc::clone(&world), a.clone(), b.clone());
        tokio::spawn(async move {
            let mut random = StdRng::seed_from_u64(number as u64);
            let mut tally = Tally::default();
            for _ in 0..REQUESTS / AT_ONCE {
                let answered = if random.random_bool(0.5) {
                    ask(&world, &a, seed::A, seed::B, &mut random).await
                } else {
                    ask(&world, &b, seed::B, seed::A, &mut random).await
                };
                tally.answered += usize::from(answered);
                tally.dropped += usize::from(!answered);
            }
            tally
        })
    });
    let mut total = Tally::default();
    for tally in futures::future::join_all(tasks).await {
        let tally = tally.unwrap();
        total.answered += tally.answered;
        total.dropped += tally.dropped;
    }
    println!(
        "{} requests answered, {} dropped under way, over 2 connections",
        total.answered, total.dropped
    );
    assert!(
        total.dropped > REQUESTS / 20,
        "too few requests were dropped under way: {total:?}"
    );
    assert_eq!(total.answered + total.dropped, REQUESTS);
}
