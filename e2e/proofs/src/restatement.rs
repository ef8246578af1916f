//! The past changes: platforms restate days, customers return old orders.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::exactness::day_of;
use crate::simulator::Simulator;
use crate::tenants::Tenant;

/// Days back that every window source restates: inside the hot, warm, cold and weekly tiers.
const RESTATED: [i64; 4] = [1, 3, 28, 89];
/// Ages of the orders that are refunded, in days; both lie beyond every window, one in the archive of a year.
const REFUNDED: [i64; 2] = [200, 400];
/// Ages of the orders that are cancelled: they change days that are in the archive.
const CANCELLED: [i64; 2] = [110, 300];

/// Restates days of every window source, counted from the platforms' clock: to be called when it shows the time of the next pull, since a
/// midnight between the two would let the oldest day leave the window.
pub async fn restate_windows(simulator: &Simulator, tenants: &[Tenant]) {
    for tenant in tenants {
        for source in ["google_ads", "google_analytics"] {
            restate(
                simulator,
                tenant,
                source,
                json!({"daysBack": RESTATED, "seed": 7}),
            )
            .await;
        }
    }
}

/// Refunds old orders of every shop, cancels some and changes younger ones; nothing before the history.
pub async fn change_orders(
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
        for (dates, what) in [
            (within(&REFUNDED), "refund"),
            (within(&CANCELLED), "cancel"),
        ] {
            if !dates.is_empty() {
                let change = json!({"dates": dates, "change": what, "seed": 7});
                restate(simulator, tenant, "shopify", change).await;
            }
        }
        restate(
            simulator,
            tenant,
            "shopify",
            json!({"daysBack": RESTATED, "seed": 8}),
        )
        .await;
    }
}

async fn restate(simulator: &Simulator, tenant: &Tenant, source: &str, mut change: Value) {
    change["business"] = json!(tenant.business);
    change["source"] = json!(source);
    simulator.control("restate", &change).await;
}
