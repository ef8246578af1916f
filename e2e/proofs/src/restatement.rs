//! The past changes: platforms restate days, customers return old orders.

use jiff::Timestamp;
use serde_json::json;

use crate::exactness::day_of;
use crate::simulator::Simulator;
use crate::tenants::Tenant;

/// Days back that every window source restates: inside the hot, warm, cold and weekly tiers.
const RESTATED: [i64; 4] = [1, 3, 28, 89];
/// Ages of the orders that are refunded, in days; both lie beyond every window, one in the archive of a year.
const REFUNDED: [i64; 2] = [200, 400];
/// Ages of the orders that are cancelled: they change days that are in the archive.
const CANCELLED: [i64; 2] = [110, 300];

/// Restates days of every window source, refunds old orders of every shop and cancels some; nothing before the history.
pub async fn restate(
    simulator: &Simulator,
    tenants: &[Tenant],
    as_of: Timestamp,
    history_days: i64,
) {
    let within = |ages: &[i64]| -> Vec<String> {
        let known = ages.iter().filter(|age| **age < history_days);
        known.map(|age| day_of(as_of, -age).to_string()).collect()
    };
    for tenant in tenants {
        let change = |source: &str, mut what: serde_json::Value| {
            what["business"] = json!(tenant.business);
            what["source"] = json!(source);
            async move { simulator.control("restate", &what).await }
        };
        for source in ["google_ads", "google_analytics"] {
            change(source, json!({"daysBack": RESTATED, "seed": 7})).await;
        }
        for (dates, what) in [
            (within(&REFUNDED), "refund"),
            (within(&CANCELLED), "cancel"),
        ] {
            if !dates.is_empty() {
                change(
                    "shopify",
                    json!({"dates": dates, "change": what, "seed": 7}),
                )
                .await;
            }
        }
        change("shopify", json!({"daysBack": RESTATED, "seed": 8})).await;
    }
}
