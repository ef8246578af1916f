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

/// Restates days of every window source and refunds old orders of every shop.
pub async fn restate(simulator: &Simulator, tenants: &[Tenant], as_of: Timestamp) {
    for tenant in tenants {
        for source in ["google_ads", "google_analytics"] {
            simulator.control("restate", &json!({"business": tenant.business, "source": source, "daysBack": RESTATED, "seed": 7})).await;
        }
        let dates: Vec<String> = REFUNDED.iter().map(|days| day_of(as_of, -days).to_string()).collect();
        simulator.control("restate", &json!({"business": tenant.business, "source": "shopify", "dates": dates, "change": "refund", "seed": 7})).await;
        simulator.control("restate", &json!({"business": tenant.business, "source": "shopify", "daysBack": RESTATED, "seed": 8})).await;
    }
}
