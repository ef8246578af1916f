//! Random schedules of all jobs, some of them cut off in the middle: in the end, what Postgres and the archive hold
//! together is exactly what the platforms said last. A failing schedule is printed in full.

use std::collections::BTreeMap;
use std::time::Duration;

use bigdecimal::BigDecimal;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sqlx::Row as _;

use super::archive::{UID, archive_at};
use super::fixture::*;
use super::stores::{Directory, archiving};
use crate::Tenant;
use crate::archive::{Archive, Cell, Kind, Table, back_up_raw, decode, run};
use crate::invariants::check;
use crate::model::{LedgerFact, canonical};
use crate::retention::purge_raw;
use crate::rollup::{DEFAULT_GRACE, close_due, fold_due};

/// What somebody does next.
#[derive(Debug, Clone)]
enum Step {
    Pull(BTreeMap<i8, BTreeMap<u8, u32>>),
    Order(Order),
    Compute,
    RollUp,
    Archive,
    Wait {
        days: i64,
    },
    /// The step begins and is cut off after so many milliseconds.
    CutOff(Box<Step>, u64),
}

#[derive(Debug, Clone)]
struct Order {
    key: u8,
    date: i8,
    revenue: u32,
    removed: bool,
}

fn step() -> impl Strategy<Value = Step> {
    let campaigns = proptest::collection::btree_map(0_u8..3, 0_u32..1000, 1..3);
    let pull = proptest::collection::btree_map(1_i8..4, campaigns, 1..3).prop_map(Step::Pull);
    let order = (0_u8..4, 1_i8..4, 1_u32..1000, proptest::bool::weighted(0.1)).prop_map(
        |(key, date, revenue, removed)| {
            Step::Order(Order {
                key,
                date,
                revenue,
                removed,
            })
        },
    );
    let wait = prop_oneof![Just(1_i64), Just(8), Just(110)].prop_map(|days| Step::Wait { days });
    let whole = prop_oneof![4 => pull, 4 => order, 3 => Just(Step::Compute), 3 => Just(Step::RollUp), 3 => Just(Step::Archive), 2 => wait];
    (whole, proptest::option::weighted(0.25, 1_u64..40)).prop_map(|(step, cut)| match cut {
        Some(milliseconds) => Step::CutOff(Box::new(step), milliseconds),
        None => step,
    })
}

/// What the platforms said last.
#[derive(Debug, Default)]
struct Truth {
    pulls: BTreeMap<i8, BTreeMap<u8, u32>>,
    orders: BTreeMap<u8, Order>,
}

struct World {
    tenant: Tenant,
    directory: Directory,
    now: Timestamp,
    second: i64,
    truth: Truth,
}

impl World {
    async fn new() -> Self {
        let now = time("2026-09-03T12:00:00Z");
        Self {
            tenant: tenant().await,
            directory: Directory::new(),
            now,
            second: 0,
            truth: Truth::default(),
        }
    }

    async fn take(&mut self, step: &Step) {
        self.second += 1;
        match step {
            Step::Wait { days } => self.now += SignedDuration::from_hours(24 * days),
            Step::CutOff(step, milliseconds) => {
                let cut = Duration::from_millis(*milliseconds);
                drop(tokio::time::timeout(cut, self.act(step)).await);
                self.reconnect().await;
                self.learn(step);
                self.second += 1;
                Box::pin(self.act(step)).await;
            }
            step => {
                self.learn(step);
                self.act(step).await;
            }
        }
    }

    /// A job that is cut off takes its connections along; the next one makes its own.
    async fn reconnect(&mut self) {
        let url = crate::testing::server().superuser_url("postgres");
        let id = self.tenant.id().clone();
        self.tenant = Tenant::connect_throwaway(&url, id).await.unwrap();
    }

    fn learn(&mut self, step: &Step) {
        match step {
            Step::Pull(days) => self.truth.pulls.extend(days.clone()),
            Step::Order(order) => drop(self.truth.orders.insert(order.key, order.clone())),
            _ => {}
        }
    }

    async fn act(&self, step: &Step) {
        match step {
            Step::Pull(days) => self.pull(days).await,
            Step::Order(order) => drop(land_orders(&self.tenant, vec![self.fact(order)]).await),
            Step::Compute => drop(compute(&self.tenant).await),
            Step::RollUp => self.roll_up().await,
            Step::Archive => drop(
                archive_at(
                    &self.tenant,
                    &self.directory.store(),
                    &archiving(),
                    &self.now.to_string(),
                )
                .await,
            ),
            Step::Wait { .. } | Step::CutOff(..) => {}
        }
    }

    async fn pull(&self, days: &BTreeMap<i8, BTreeMap<u8, u32>>) {
        let days: Vec<_> = days
            .iter()
            .map(|(date, campaigns)| {
                let row = |(campaign, spend): (&u8, &u32)| {
                    row(&campaign.to_string(), None, &spend.to_string(), "1")
                };
                (day(*date), campaigns.iter().map(row).collect::<Vec<_>>())
            })
            .collect();
        let days: Vec<_> = days
            .iter()
            .map(|(date, rows)| (*date, rows.as_slice()))
            .collect();
        land(&self.tenant, "daily", self.second, &days).await;
    }

    fn fact(&self, given: &Order) -> LedgerFact {
        let fact = order(
            &given.key.to_string(),
            day(given.date),
            9,
            &given.revenue.to_string(),
            self.second,
        );
        LedgerFact {
            removed: given.removed,
            ..fact
        }
    }

    async fn roll_up(&self) {
        compute(&self.tenant).await;
        close_due(&self.tenant, self.now, DEFAULT_GRACE)
            .await
            .unwrap();
        fold_due(&self.tenant, self.now, 0).await.unwrap();
        let store = self.directory.store();
        let archive = Archive {
            tenant: &self.tenant,
            store: &store,
            organization_uid: UID,
        };
        back_up_raw(&archive, &archiving(), self.now).await.unwrap();
        purge_raw(&self.tenant, &archiving(), self.now)
            .await
            .unwrap();
    }

    /// All jobs run undisturbed until everything is in the archive.
    async fn come_to_rest(&mut self) {
        for days in [0, 200, 10] {
            self.now += SignedDuration::from_hours(24 * days);
            self.roll_up().await;
            let store = self.directory.store();
            let archive = Archive {
                tenant: &self.tenant,
                store: &store,
                organization_uid: UID,
            };
            let report = run(&archive, &CampaignProjection, Some(&archiving()), self.now)
                .await
                .unwrap();
            assert!(
                report.failures.is_empty() && report.audit.missing.is_empty(),
                "{report:?}"
            );
        }
    }

    /// The figures of all archived days, from the newest committed files.
    async fn archived(&self) -> Vec<String> {
        let sql = "SELECT DISTINCT ON (m.source, m.account, m.date) m.date::text, m.object_path
            FROM {control}.archive_manifest m JOIN {schema}.account_days d USING (source, account, date)
            WHERE m.kind = 'daily' AND m.state IN ('committed', 'purged') AND d.state = 'archived'
            ORDER BY m.source, m.account, m.date, m.version DESC";
        let files = sqlx::query(self.tenant.sql(sql))
            .fetch_all(self.tenant.pool())
            .await
            .unwrap();
        let mut lines = Vec::new();
        for file in files {
            let (date, path): (String, String) = (file.get(0), file.get(1));
            let bytes = std::fs::read(self.directory.path().join(path)).unwrap();
            let table = decode(bytes.into(), Kind::Daily.columns()).unwrap();
            lines.extend(table.rows.iter().map(|row| figures(&table, row, &date)));
        }
        lines.sort();
        lines
    }
}

fn figures(table: &Table, row: &[Cell], date: &str) -> String {
    let text = |column: &str| match table.cell(row, column) {
        Some(Cell::Text(text)) => text.clone(),
        Some(Cell::Number(number)) => format!("{column}={} ", canonical(number)),
        _ => String::new(),
    };
    let numbers: String = ["spend", "orders", "revenue"]
        .into_iter()
        .map(text)
        .collect();
    format!("{} {} {date} {numbers}", text("level"), text("entity"))
}

impl Truth {
    fn figures(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (date, campaigns) in &self.pulls {
            let spend: u32 = campaigns.values().sum();
            lines.push(format!("account 123 {} spend={spend} ", day(*date)));
            lines.extend(campaigns.iter().map(|(campaign, spend)| {
                format!("campaign {campaign} {} spend={spend} ", day(*date))
            }));
        }
        let mut sales: BTreeMap<i8, (u32, u32)> = BTreeMap::new();
        for order in self.orders.values().filter(|order| !order.removed) {
            let (orders, revenue) = sales.entry(order.date).or_default();
            (*orders, *revenue) = (*orders + 1, *revenue + order.revenue);
        }
        lines.extend(sales.iter().map(|(date, (orders, revenue))| {
            format!(
                "account 123 {} orders={orders} revenue={} ",
                day(*date),
                BigDecimal::from(*revenue)
            )
        }));
        lines.sort();
        lines
    }
}

#[test]
fn any_schedule_ends_with_what_the_platforms_said_last() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(24);
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 60,
        ..Config::default()
    });
    let schedules = proptest::collection::vec(step(), 8..24);
    let result = runner.run(&schedules, |steps| {
        let (expected, found, violations) = runtime.block_on(async {
            let mut world = World::new().await;
            for step in &steps {
                world.take(step).await;
            }
            world.come_to_rest().await;
            let violations: i64 = check(&world.tenant)
                .await
                .unwrap()
                .iter()
                .map(|finding| finding.violations)
                .sum();
            let left = days(&world.tenant).await;
            assert!(left.is_empty(), "days that did not leave: {left:?}");
            let figures = (world.truth.figures(), world.archived().await, violations);
            world.tenant.drop_throwaway().await.unwrap();
            figures
        });
        prop_assert_eq!(expected, found);
        prop_assert_eq!(violations, 0);
        Ok(())
    });
    result.unwrap();
}
