//! A reader that shares no code with us, Google's own client library, gets the same sums from the simulated platforms as the product serves.

use std::path::Path;

use dpo_proofs::cells::{self, Cell, Figures};
use dpo_proofs::dashboard_api::FiguresQuery;
use dpo_proofs::exactness::Product as _;
use serde::Deserialize;
use tokio::process::Command;

use crate::processes::Processes;
use crate::program;

#[derive(Deserialize)]
struct Day {
    date: String,
    metrics: std::collections::BTreeMap<String, String>,
}

/// Sixty days of the website, read by both.
pub async fn reads_the_same_sums(product: &Processes) {
    let source = product
        .tenant
        .sources
        .iter()
        .find(|source| source.source == "google_analytics")
        .unwrap();
    let account = &source.accounts[0];
    let today = jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date();
    let (from, to) = (
        (today - jiff::Span::new().days(60)).to_string(),
        (today - jiff::Span::new().days(1)).to_string(),
    );

    let theirs = read(
        &product.upstream,
        source.credentials.clone(),
        account,
        &from,
        &to,
    )
    .await;
    let query = FiguresQuery {
        source: source.source,
        account,
        level: "account",
        grain: "day",
        from: &from,
        to: &to,
    };
    let session = product.session(&product.tenant).await;
    let ours = session
        .figures(&query)
        .await
        .0
        .filtered(|cell| theirs.names(&cell.metric));
    cells::assert_equal("Google's client library and the product", &theirs, &ours);
    let cells = theirs.non_zero().count();
    assert!(cells >= 300, "only {cells} cells were read");
    println!("mutants: Google's client library reads the same {cells} non-zero cells");
}

async fn read(
    upstream: &str,
    credentials: std::collections::BTreeMap<String, String>,
    account: &str,
    from: &str,
    to: &str,
) -> Figures {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../independent/google_analytics.py");
    let mut command = Command::new("python3");
    command.arg(script).args([
        "--upstream",
        upstream,
        "--property",
        account,
        "--from",
        from,
        "--to",
        to,
    ]);
    for key in ["client_id", "client_secret", "refresh_token"] {
        command.env(key.to_uppercase(), &credentials[key]);
    }
    let mut figures = Figures::default();
    for line in program::run(command, "").await.lines() {
        let day: Day = serde_json::from_str(line).unwrap();
        for (metric, value) in day.metrics {
            let cell = Cell {
                source: "google_analytics".into(),
                account: account.into(),
                level: "account".into(),
                id: account.into(),
                date: day.date.clone(),
                hour: None,
                metric,
            };
            figures.add(cell, value.parse().unwrap());
        }
    }
    figures
}
