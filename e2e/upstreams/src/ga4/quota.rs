//! What properties have spent of their tokens.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::errors::{Ga4Error, exhausted};
use crate::config::Limits;

/// Spending by property.
#[derive(Debug, Default)]
pub struct Quotas {
    spent: HashMap<String, Spent>,
}

#[derive(Debug, Clone, Default)]
struct Spent {
    day: String,
    day_tokens: i64,
    hour: i64,
    hour_tokens: i64,
}

impl Quotas {
    /// Spends tokens and tells what is left; days end at midnight in California.
    ///
    /// # Errors
    /// The quota that is used up; nothing is spent then.
    pub fn spend(
        &mut self,
        property: &str,
        tokens: i64,
        limits: &Limits,
        now: Timestamp,
    ) -> Result<Value, Ga4Error> {
        let spent = self.spent.entry(property.to_owned()).or_default();
        spent.roll(now);
        let per_project = limits.google_analytics_tokens_per_hour * 35 / 100;
        if spent.day_tokens + tokens > limits.google_analytics_tokens_per_day {
            return Err(exhausted("quota_day"));
        }
        if spent.hour_tokens + tokens > per_project {
            return Err(exhausted("quota_project_hour"));
        }
        spent.day_tokens += tokens;
        spent.hour_tokens += tokens;
        let left = |limit: i64, used: i64| json!({ "consumed": tokens, "remaining": limit - used });
        Ok(json!({
            "tokensPerDay": left(limits.google_analytics_tokens_per_day, spent.day_tokens),
            "tokensPerHour": left(limits.google_analytics_tokens_per_hour, spent.hour_tokens),
            "concurrentRequests": { "remaining": 10 },
            "serverErrorsPerProjectPerHour": { "remaining": 10 },
            "potentiallyThresholdedRequestsPerHour": { "remaining": 120 },
            "tokensPerProjectPerHour": left(per_project, spent.hour_tokens),
        }))
    }
}

impl Spent {
    fn roll(&mut self, now: Timestamp) {
        let pacific = TimeZone::get("America/Los_Angeles").unwrap_or(TimeZone::UTC);
        let day = pacific.to_datetime(now).date().to_string();
        let hour = now.as_second().div_euclid(3600);
        if self.day != day {
            (self.day, self.day_tokens) = (day, 0);
        }
        if self.hour != hour {
            (self.hour, self.hour_tokens) = (hour, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{instant, later};

    #[test]
    fn tokens_run_out_by_the_hour_and_come_back() {
        let mut quotas = Quotas::default();
        let limits = Limits {
            google_analytics_tokens_per_hour: 100,
            ..Limits::default()
        };
        let now = instant(1_790_000_000);
        let left = quotas.spend("1", 30, &limits, now).unwrap();
        assert_eq!(
            left["tokensPerProjectPerHour"],
            json!({"consumed": 30, "remaining": 5})
        );
        assert_eq!(left["tokensPerHour"]["remaining"], 70);
        let refused = quotas.spend("1", 6, &limits, now).unwrap_err();
        assert!(
            refused
                .message
                .starts_with("Exhausted property tokens for a project per hour.")
        );
        assert!(quotas.spend("2", 6, &limits, now).is_ok());
        assert!(quotas.spend("1", 6, &limits, later(now, 3600)).is_ok());
    }
}
