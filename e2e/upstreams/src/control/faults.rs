//! Failures on demand: which requests they hit, and how often.

use serde::{Deserialize, Serialize};

use super::effects::{Effect, effect, kinds};
use crate::routes::Target;

/// A planned failure as tests write it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FaultSpec {
    /// `google_oauth`, `google_ads`, `google_analytics`, `shopify_oauth` or `shopify`.
    pub source: String,
    /// What happens; `GET /_control/faults` lists the kinds of each source.
    pub kind: String,
    /// Customer, property or shop; all when absent.
    #[serde(default)]
    pub account: Option<String>,
    /// Part of the path.
    #[serde(default)]
    pub path: Option<String>,
    /// Part of the query or body.
    #[serde(default, rename = "match")]
    pub matching: Option<String>,
    /// How many requests it hits; 0 means all.
    #[serde(default = "once")]
    pub count: u64,
    /// How many matching requests pass unharmed before.
    #[serde(default)]
    pub after: u64,
    /// Seconds of a slow body, of `Retry-After` and of `retryDelay`.
    #[serde(default)]
    pub seconds: Option<u64>,
    /// Status of the kind `status`.
    #[serde(default)]
    pub status: Option<u16>,
    /// Body of the kind `status`.
    #[serde(default)]
    pub body: Option<String>,
}

fn once() -> u64 {
    1
}

/// A planned failure and what became of it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// Its number.
    pub id: u64,
    /// The plan.
    #[serde(flatten)]
    pub spec: FaultSpec,
    /// Requests that matched.
    pub seen: u64,
    /// Requests that were hit.
    pub hits: u64,
}

/// All planned failures.
#[derive(Debug, Default)]
pub struct Faults {
    faults: Vec<Fault>,
    made: u64,
}

impl Faults {
    /// Plans a failure.
    ///
    /// # Errors
    /// A sentence that lists the kinds of the source when the kind is unknown.
    pub fn plan(&mut self, spec: FaultSpec) -> Result<u64, String> {
        let kinds = kinds(&spec.source).ok_or_else(|| {
            format!("There is no source '{}'; write google_oauth, google_ads, google_analytics, shopify_oauth or shopify.", spec.source)
        })?;
        if !kinds.contains(&spec.kind) {
            return Err(format!(
                "{} has no fault '{}'; it has {}.",
                spec.source,
                spec.kind,
                kinds.join(", ")
            ));
        }
        self.made += 1;
        self.faults.push(Fault {
            id: self.made,
            spec,
            seen: 0,
            hits: 0,
        });
        Ok(self.made)
    }

    /// Takes a plan back.
    pub fn drop_plan(&mut self, id: u64) -> bool {
        let before = self.faults.len();
        self.faults.retain(|fault| fault.id != id);
        self.faults.len() < before
    }

    /// Takes all plans back.
    pub fn clear(&mut self) {
        self.faults.clear();
    }

    /// All plans with their counts.
    pub fn all(&self) -> &[Fault] {
        &self.faults
    }

    /// What is to happen to a request, with the number of the plan. The first plan that is due wins.
    pub fn strike(&mut self, target: &Target, path: &str, text: &str) -> Option<(u64, Effect)> {
        let mut fitting = self
            .faults
            .iter_mut()
            .filter(|fault| fault.fits(target, path, text));
        let fault = fitting.find_map(|fault| fault.is_due().then_some(fault))?;
        fault.hits += 1;
        Some((fault.id, effect(&fault.spec, target, path)))
    }
}

impl Fault {
    /// Counts a matching request and says whether it is hit.
    fn is_due(&mut self) -> bool {
        let spent = self.spec.count != 0 && self.hits >= self.spec.count;
        if !spent {
            self.seen += 1;
        }
        !spent && self.seen > self.spec.after
    }

    fn fits(&self, target: &Target, path: &str, text: &str) -> bool {
        let spec = &self.spec;
        spec.source == target.source
            && spec
                .account
                .as_ref()
                .is_none_or(|account| target.account.as_ref() == Some(account))
            && spec
                .path
                .as_ref()
                .is_none_or(|part| path.contains(part.as_str()))
            && spec
                .matching
                .as_ref()
                .is_none_or(|part| text.contains(part.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(account: &str) -> Target {
        Target {
            source: "google_ads",
            account: Some(account.to_owned()),
        }
    }

    fn plan(faults: &mut Faults, extra: &serde_json::Value) -> Result<u64, String> {
        let mut spec = serde_json::json!({"source": "google_ads", "kind": "RESOURCE_EXHAUSTED"});
        spec.as_object_mut()
            .unwrap()
            .extend(extra.as_object().unwrap().clone());
        faults.plan(serde_json::from_value(spec).unwrap())
    }

    #[test]
    fn a_plan_hits_after_some_requests_and_so_often() {
        let mut faults = Faults::default();
        plan(
            &mut faults,
            &serde_json::json!({"after": 1, "count": 2, "account": "1", "match": "segments.hour"}),
        )
        .unwrap();
        let mut hit =
            |account: &str, text: &str| faults.strike(&target(account), "/v26", text).is_some();
        assert!(!hit("2", "segments.hour"));
        assert!(!hit("1", "segments.date"));
        assert_eq!(
            [
                hit("1", "segments.hour"),
                hit("1", "segments.hour"),
                hit("1", "segments.hour"),
                hit("1", "segments.hour")
            ],
            [false, true, true, false]
        );
    }

    #[test]
    fn unknown_kinds_are_refused_with_the_list() {
        let mut faults = Faults::default();
        let sentence = plan(&mut faults, &serde_json::json!({"kind": "nonsense"})).unwrap_err();
        assert!(sentence.contains("RESOURCE_TEMPORARILY_EXHAUSTED"));
        assert!(plan(&mut faults, &serde_json::json!({"source": "nobody"})).is_err());
    }
}
