//! Making a list of conditions that does not flap: times change only when a status does.

use dpo_crds::{ConditionType, Reason};
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};

/// A condition as a reconcile found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub condition: ConditionType,
    /// `None` is `Unknown`.
    pub status: Option<bool>,
    pub reason: Reason,
    pub message: String,
}

impl Finding {
    /// A condition that holds.
    pub fn holds(condition: ConditionType, reason: Reason, message: impl Into<String>) -> Self {
        Self {
            condition,
            status: Some(true),
            reason,
            message: message.into(),
        }
    }

    /// One that does not.
    pub fn fails(condition: ConditionType, reason: Reason, message: impl Into<String>) -> Self {
        Self {
            condition,
            status: Some(false),
            reason,
            message: message.into(),
        }
    }

    /// One that nobody can tell yet.
    pub fn unknown(condition: ConditionType, reason: Reason, message: impl Into<String>) -> Self {
        Self {
            condition,
            status: None,
            reason,
            message: message.into(),
        }
    }
}

/// The new list: types that were not found this time keep their old entry, times are kept where the status is the same.
pub fn merged(
    old: &[Condition],
    findings: &[Finding],
    generation: Option<i64>,
    now: Timestamp,
) -> Vec<Condition> {
    let mut conditions = old.to_vec();
    for finding in findings {
        let status = match finding.status {
            Some(true) => "True",
            Some(false) => "False",
            None => "Unknown",
        };
        let kind = finding.condition.as_str();
        let since = conditions
            .iter()
            .find(|old| old.type_ == kind && old.status == status)
            .map(|old| old.last_transition_time.clone());
        let condition = Condition {
            type_: kind.to_owned(),
            status: status.to_owned(),
            reason: finding.reason.as_str().to_owned(),
            message: finding.message.chars().take(1024).collect(),
            observed_generation: generation,
            last_transition_time: since.unwrap_or(Time(whole_seconds(now))),
        };
        match conditions.iter_mut().find(|old| old.type_ == kind) {
            Some(old) => *old = condition,
            None => conditions.push(condition),
        }
    }
    conditions
}

/// The API server keeps whole seconds; anything finer would differ from what it stored.
pub fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}

/// The condition of this type.
pub fn of(conditions: &[Condition], kind: ConditionType) -> Option<&Condition> {
    conditions
        .iter()
        .find(|condition| condition.type_ == kind.as_str())
}

/// Whether it is there and holds.
pub fn holds(conditions: &[Condition], kind: ConditionType) -> bool {
    of(conditions, kind).is_some_and(|condition| condition.status == "True")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_changes_with_the_status_only() {
        let early = "2026-11-23T01:00:00Z".parse().unwrap();
        let late = "2026-11-23T02:00:00.5Z".parse().unwrap();
        let ready = |reason| Finding::holds(ConditionType::Ready, reason, "x");
        let first = merged(&[], &[ready(Reason::Reconciled)], Some(1), early);
        let second = merged(&first, &[ready(Reason::Accepted)], Some(2), late);
        assert_eq!(
            second[0].last_transition_time,
            first[0].last_transition_time
        );
        assert_eq!(
            (second[0].reason.as_str(), second[0].observed_generation),
            ("Accepted", Some(2))
        );
        let third = merged(
            &second,
            &[Finding::fails(ConditionType::Ready, Reason::Forbidden, "y")],
            Some(2),
            late,
        );
        assert_eq!(
            third[0].last_transition_time,
            Time("2026-11-23T02:00:00Z".parse().unwrap())
        );
    }

    #[test]
    fn the_same_findings_give_the_same_list() {
        let now = Timestamp::now();
        let findings = [Finding::unknown(
            ConditionType::Synced,
            Reason::Pending,
            "x",
        )];
        let first = merged(&[], &findings, Some(1), now);
        assert_eq!(
            merged(
                &first,
                &findings,
                Some(1),
                now + jiff::SignedDuration::from_secs(90)
            ),
            first
        );
    }
}
