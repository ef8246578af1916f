//! Prometheus metrics. Labels are bounded: a controller's name, an outcome, an error category; never a tenant's name.

use std::{collections::BTreeMap, time::Duration};

use dpo_warehouse::invariants::Invariant;
use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    TextEncoder,
};
use strum::IntoEnumIterator as _;

const SECONDS: [f64; 9] = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// How a reconcile ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Something was written.
    Changed,
    /// Everything was as it should be.
    Unchanged,
    /// It failed, with the error's bounded category.
    Failed(&'static str),
}

/// All metrics of the operator.
pub struct Metrics {
    registry: Registry,
    reconciles: IntCounterVec,
    failures: IntCounterVec,
    duration: HistogramVec,
    objects: IntGaugeVec,
    broken_rules: IntGaugeVec,
    leader: IntGauge,
}

impl Metrics {
    /// Registers everything.
    ///
    /// # Errors
    /// Two metrics bear one name.
    pub fn new() -> prometheus::Result<Self> {
        let metrics = Self {
            registry: Registry::new(),
            reconciles: IntCounterVec::new(
                Opts::new(
                    "dpo_operator_reconciles_total",
                    "Reconciles by controller and outcome.",
                ),
                &["controller", "outcome"],
            )?,
            failures: IntCounterVec::new(
                Opts::new(
                    "dpo_operator_reconcile_failures_total",
                    "Failed reconciles by controller and error category.",
                ),
                &["controller", "category"],
            )?,
            duration: HistogramVec::new(
                HistogramOpts::new("dpo_operator_reconcile_seconds", "Duration of reconciles.")
                    .buckets(SECONDS.to_vec()),
                &["controller"],
            )?,
            objects: IntGaugeVec::new(
                Opts::new(
                    "dpo_operator_objects",
                    "Custom resources by kind and whether they are Ready, and those that this release cannot read.",
                ),
                &["kind", "ready"],
            )?,
            broken_rules: IntGaugeVec::new(
                Opts::new(
                    "dpo_operator_invariants_broken",
                    "Organizations whose last daily roll-up found a rule of the warehouse broken, by rule.",
                ),
                &["invariant"],
            )?,
            leader: IntGauge::new("dpo_operator_leader", "1 while this replica leads.")?,
        };
        metrics
            .registry
            .register(Box::new(metrics.reconciles.clone()))?;
        metrics
            .registry
            .register(Box::new(metrics.failures.clone()))?;
        metrics
            .registry
            .register(Box::new(metrics.duration.clone()))?;
        metrics
            .registry
            .register(Box::new(metrics.objects.clone()))?;
        metrics
            .registry
            .register(Box::new(metrics.broken_rules.clone()))?;
        metrics
            .registry
            .register(Box::new(metrics.leader.clone()))?;
        Ok(metrics)
    }

    /// One reconcile came to its end.
    pub fn reconciled(&self, controller: &'static str, outcome: Outcome, took: Duration) {
        let label = match outcome {
            Outcome::Changed => "changed",
            Outcome::Unchanged => "unchanged",
            Outcome::Failed(category) => {
                self.failures
                    .with_label_values(&[controller, category])
                    .inc();
                "failed"
            }
        };
        self.reconciles
            .with_label_values(&[controller, label])
            .inc();
        self.duration
            .with_label_values(&[controller])
            .observe(took.as_secs_f64());
    }

    /// How many custom resources of a kind there are: Ready, not, and those that cannot be read.
    pub fn count_objects(&self, kind: &'static str, ready: i64, unready: i64, unreadable: i64) {
        let counts = [
            ("true", ready),
            ("false", unready),
            ("unreadable", unreadable),
        ];
        for (label, count) in counts {
            self.objects.with_label_values(&[kind, label]).set(count);
        }
    }

    /// In how many organizations which rules are broken; the others hold everywhere.
    pub fn count_broken_rules(&self, broken: &BTreeMap<Invariant, i64>) {
        for rule in Invariant::iter() {
            let times = broken.get(&rule).copied().unwrap_or_default();
            self.broken_rules
                .with_label_values(&[rule.as_ref()])
                .set(times);
        }
    }

    /// Whether this replica leads. One that does not knows nothing about the objects, so that old counts do not stay beside the leader's.
    pub fn leads(&self, leads: bool) {
        self.leader.set(i64::from(leads));
        if !leads {
            self.objects.reset();
            self.broken_rules.reset();
        }
    }

    /// All metrics in Prometheus' text form.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = Vec::new();
        if let Err(error) = TextEncoder::new().encode(&self.registry.gather(), &mut text) {
            tracing::error!(%error, "metrics could not be written");
        }
        String::from_utf8(text).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_leads_no_more_counts_no_objects() {
        let metrics = Metrics::new().unwrap();
        metrics.leads(true);
        metrics.count_objects("organization", 2, 1, 1);
        let unreadable = r#"dpo_operator_objects{kind="organization",ready="unreadable"} 1"#;
        assert!(metrics.text().contains(unreadable));
        metrics.leads(false);
        let text = metrics.text();
        assert!(!text.contains("dpo_operator_objects{") && text.contains("dpo_operator_leader 0"));
    }

    #[test]
    fn every_rule_is_told_whether_it_is_broken_or_not() {
        let metrics = Metrics::new().unwrap();
        metrics.count_broken_rules(&BTreeMap::from([(Invariant::FactsAreOnce, 2)]));
        let text = metrics.text();
        let told = |rule: &str, times: u8| {
            text.contains(&format!(
                r#"dpo_operator_invariants_broken{{invariant="{rule}"}} {times}"#
            ))
        };
        assert!(
            told("facts_are_once", 2) && told("hours_are_once", 0),
            "{text}"
        );
    }

    #[test]
    fn failures_are_counted_by_their_category() {
        let metrics = Metrics::new().unwrap();
        metrics.reconciled(
            "organization",
            Outcome::Failed("DatabaseUnreachable"),
            Duration::from_millis(3),
        );
        metrics.reconciled("organization", Outcome::Unchanged, Duration::from_millis(3));
        let text = metrics.text();
        assert!(text.contains(r#"dpo_operator_reconcile_failures_total{category="DatabaseUnreachable",controller="organization"} 1"#));
        assert!(text.contains(
            r#"dpo_operator_reconciles_total{controller="organization",outcome="unchanged"} 1"#
        ));
    }
}
