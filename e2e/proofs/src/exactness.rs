//! The proof of exactness: what the API serves, together with what the archive holds, is what the businesses did.
//!
//! It does not know how the product's jobs are run: in the cluster they are pods, in the quick local variant (which the mutants use) processes.

use std::ops::AddAssign;

use futures::future::join_all;
use jiff::{Span, Timestamp, civil::Date};
use serde_json::json;

use crate::cells::{self, Cell, Figures};
use crate::dashboard_api::{DashboardSession, FiguresQuery};
use crate::simulator::Simulator;
use crate::tenants::{Source, Tenant};

/// The levels that a source's figures are compared at.
fn levels(source: &str, grain: &str) -> &'static [&'static str] {
    match (source, grain) {
        ("google_ads", _) => &["account", "campaign"],
        ("google_analytics", "day") => &["account", "channel_group"],
        _ => &["account"],
    }
}

/// Ways of running the product's jobs and of reading what they left.
pub trait Product {
    /// Days of history behind the first sync.
    fn history_days(&self) -> i64;
    /// One sync of a DataSource with every window tier due.
    fn sync(&self, tenant: &Tenant, source: &Source, as_of: Timestamp) -> impl Future<Output = ()>;
    /// Both roll-ups of an Organization.
    fn roll_up(&self, tenant: &Tenant, as_of: Timestamp) -> impl Future<Output = ()>;
    /// The archive job of an Organization.
    fn archive(&self, tenant: &Tenant, as_of: Timestamp) -> impl Future<Output = ()>;
    /// A session of the Organization's owner.
    fn session(&self, tenant: &Tenant) -> impl Future<Output = DashboardSession>;
    /// Daily figures in the highest committed archive version of each (account, date).
    fn archived(&self, tenant: &Tenant) -> impl Future<Output = Figures>;
}

/// A policy under which days leave Postgres after 100 days, at once after their commit.
#[must_use]
pub fn policy() -> serde_json::Value {
    json!({
        "raw": {"deleteAfter": "Aggregation", "backup": {"required": true, "keepDays": 30}},
        "hourly": {"keepDays": 0}, "daily": {"keepDays": 100},
        "archive": {"store": "s3", "grace": "0h"},
    })
}

/// A policy under which raw payloads go without a backup and days leave Postgres after 300 days.
#[must_use]
pub fn patient_policy() -> serde_json::Value {
    json!({
        "raw": {"deleteAfter": "Aggregation", "backup": {"required": false}},
        "hourly": {"keepDays": 0}, "daily": {"keepDays": 300},
        "archive": {"store": "s3", "grace": "0h"},
    })
}

/// What was compared.
#[derive(Debug, Default, Clone, Copy)]
pub struct Compared {
    pub non_zero_cells: usize,
    pub archived_cells: usize,
}

impl AddAssign for Compared {
    fn add_assign(&mut self, other: Self) {
        self.non_zero_cells += other.non_zero_cells;
        self.archived_cells += other.archived_cells;
    }
}

/// Runs every job of every tenant once, tenants side by side.
pub async fn run_everything(product: &impl Product, tenants: &[Tenant], as_of: Timestamp) {
    join_all(
        tenants
            .iter()
            .map(|tenant| run_jobs_of(product, tenant, as_of)),
    )
    .await;
}

async fn run_jobs_of(product: &impl Product, tenant: &Tenant, as_of: Timestamp) {
    join_all(
        tenant
            .sources
            .iter()
            .map(|source| product.sync(tenant, source, as_of)),
    )
    .await;
    product.roll_up(tenant, as_of).await;
    product.archive(tenant, as_of).await;
}

/// Compares every cell of every tenant with the truth; panics with the differences.
pub async fn compare(
    product: &impl Product,
    simulator: &Simulator,
    tenants: &[Tenant],
    as_of: Timestamp,
) -> Compared {
    let of_tenant = |tenant| compare_tenant(product, simulator, tenant, as_of);
    sum(join_all(tenants.iter().map(of_tenant)).await)
}

async fn compare_tenant(
    product: &impl Product,
    simulator: &Simulator,
    tenant: &Tenant,
    as_of: Timestamp,
) -> Compared {
    let session = product.session(tenant).await;
    let archived = product.archived(tenant).await;
    let days = DateRange {
        first: day_of(as_of, -product.history_days()),
        last: day_of(as_of, 1),
    };
    let of_source = async |source| {
        let mut compared = days_of(simulator, &session, &archived, tenant, source, days).await;
        compared += hours_of(simulator, &session, tenant, source, as_of).await;
        compared
    };
    sum(join_all(tenant.sources.iter().map(of_source)).await)
}

fn sum(parts: Vec<Compared>) -> Compared {
    parts
        .into_iter()
        .fold(Compared::default(), |mut all, part| {
            all += part;
            all
        })
}

/// Local dates, inclusive.
#[derive(Clone, Copy)]
struct DateRange {
    first: Date,
    last: Date,
}

async fn days_of(
    simulator: &Simulator,
    session: &DashboardSession,
    archived: &Figures,
    tenant: &Tenant,
    source: &Source,
    days: DateRange,
) -> Compared {
    let truth = truth(simulator, tenant, source, days, "day").await;
    let hot = served(session, source, "day", days, 300).await;
    let first = days.first.to_string();
    let cold = archived.filtered(|cell| {
        cell.source == source.source && is_compared(source, "day", cell) && cell.date >= first
    });
    let archived_cells = cold.non_zero().count();
    cells::assert_equal(
        &format!("days of {} {}", tenant.name, source.name),
        &truth,
        &hot.merged(cold),
    );
    Compared {
        non_zero_cells: truth.non_zero().count(),
        archived_cells,
    }
}

/// Open hours: today and yesterday of the account.
async fn hours_of(
    simulator: &Simulator,
    session: &DashboardSession,
    tenant: &Tenant,
    source: &Source,
    as_of: Timestamp,
) -> Compared {
    let days = DateRange {
        first: day_of(as_of, -1),
        last: day_of(as_of, 1),
    };
    let truth = truth(simulator, tenant, source, days, "hour").await;
    let served = served(session, source, "hour", days, 30).await;
    cells::assert_equal(
        &format!("hours of {} {}", tenant.name, source.name),
        &truth,
        &served,
    );
    Compared {
        non_zero_cells: truth.non_zero().count(),
        archived_cells: 0,
    }
}

async fn truth(
    simulator: &Simulator,
    tenant: &Tenant,
    source: &Source,
    days: DateRange,
    grain: &str,
) -> Figures {
    let truth = simulator
        .truth(
            tenant.business,
            source.source,
            &days.first.to_string(),
            &days.last.to_string(),
            grain,
        )
        .await;
    truth.filtered(|cell| is_compared(source, grain, cell))
}

fn is_compared(source: &Source, grain: &str, cell: &Cell) -> bool {
    source.accounts.contains(&cell.account)
        && levels(source.source, grain).contains(&cell.level.as_str())
}

async fn served(
    session: &DashboardSession,
    source: &Source,
    grain: &str,
    days: DateRange,
    step: i64,
) -> Figures {
    let mut figures = Figures::default();
    for account in &source.accounts {
        for level in levels(source.source, grain) {
            let mut first = days.first;
            while first <= days.last {
                let last = days.last.min(first + Span::new().days(step - 1));
                let (first_text, last_text) = (first.to_string(), last.to_string());
                let query = FiguresQuery {
                    source: source.source,
                    account,
                    level,
                    grain,
                    from: &first_text,
                    to: &last_text,
                };
                figures = figures.merged(session.figures(&query).await.0);
                first = last + Span::new().days(1);
            }
        }
    }
    figures
}

/// The UTC day of an instant, moved by `offset` days: wide enough for every zone when used with one day to spare.
#[must_use]
pub fn day_of(as_of: Timestamp, offset: i64) -> Date {
    as_of.to_zoned(jiff::tz::TimeZone::UTC).date() + Span::new().days(offset)
}
