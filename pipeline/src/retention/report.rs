//! What a roll-up or archive job has to say in the end.

use dpo_crds::Reason;
use dpo_warehouse::archive::{ArchiveError, StoreError};
use dpo_warehouse::database::DatabaseError;
use dpo_warehouse::invariants::Finding;
use dpo_warehouse::model::RunClass;
use dpo_warehouse::rollup::RecomputeFailure;
use dpo_warehouse::runs::{Outcome, RunError};

use super::{InvalidPolicy, StoreUnusable};

/// What a job did and what went wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobReport {
    /// What was done, with how often: `computed 3 partitions`.
    done: Vec<(u64, &'static str)>,
    /// Rows written.
    rows: u64,
    problems: Vec<Problem>,
}

/// One thing that went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The step or stream.
    pub place: String,
    /// The account; empty where all are meant.
    pub account: String,
    /// How bad it is.
    pub class: RunClass,
    /// The word that the operator's conditions use.
    pub reason: Reason,
    /// What to do.
    pub sentence: String,
}

impl JobReport {
    /// Notes something that was done `times` times; zero is not worth a word.
    pub fn did(&mut self, times: u64, what: &'static str) {
        if times > 0 {
            self.done.push((times, what));
        }
    }

    /// Counts written rows.
    pub const fn wrote(&mut self, rows: u64) {
        self.rows += rows;
    }

    /// Notes what went wrong.
    pub fn failed(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// The worst class.
    #[must_use]
    pub fn class(&self) -> RunClass {
        let worst = self.problems.iter().map(|problem| problem.class).max();
        worst.unwrap_or(if self.done.is_empty() {
            RunClass::EmptyOk
        } else {
            RunClass::Ok
        })
    }

    /// The run row's end.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        Outcome {
            class: self.class(),
            wait_seconds: None,
            pages: 0,
            rows_fetched: 0,
            rows_landed: i64::try_from(self.rows).unwrap_or(i64::MAX),
            errors: self.problems.iter().map(Problem::to_run_error).collect(),
            message: Some(self.message()),
        }
    }

    /// The worst problem's sentence, or what was done.
    #[must_use]
    pub fn message(&self) -> String {
        if let Some(worst) = self.problems.iter().max_by_key(|problem| problem.class) {
            return worst.sentence.clone();
        }
        if self.done.is_empty() {
            return "Nothing was due.".to_owned();
        }
        let parts: Vec<String> = self
            .done
            .iter()
            .map(|(times, what)| format!("{what}: {times}"))
            .collect();
        format!("{}.", parts.join(", "))
    }
}

impl Problem {
    fn to_run_error(&self) -> RunError {
        RunError {
            stream: self.place.clone(),
            account: self.account.clone(),
            class: self.class,
            scope: None,
            reason: Some(self.reason.as_str().to_owned()),
            wait_seconds: None,
            message: Some(self.sentence.clone()),
        }
    }

    fn of_job(place: &str, class: RunClass, reason: Reason, sentence: String) -> Self {
        Self {
            place: place.to_owned(),
            account: String::new(),
            class,
            reason,
            sentence,
        }
    }

    /// A failing database.
    #[must_use]
    pub fn database(place: &str, error: &DatabaseError) -> Self {
        let reason = match error {
            DatabaseError::Unreachable(_) => Reason::DatabaseUnreachable,
            DatabaseError::Denied(_) | DatabaseError::Full(_) | DatabaseError::Failed(_) => {
                Reason::DatabaseError
            }
        };
        Self::of_job(place, RunClass::Transient, reason, error.to_string())
    }

    /// A step of the archive that failed.
    #[must_use]
    pub fn archive(error: &ArchiveError) -> Self {
        let (class, reason) = match error {
            ArchiveError::Database(error) => return Self::database("archive", error),
            ArchiveError::Store(error) => store_problem(error),
            ArchiveError::File(_) | ArchiveError::Corrupt { .. } => {
                (RunClass::Transient, Reason::Transient)
            }
            ArchiveError::Damaged { .. } => (RunClass::PermanentBug, Reason::PermanentBug),
        };
        Self::of_job("archive", class, reason, error.to_string())
    }

    /// A store that cannot be opened.
    #[must_use]
    pub fn store(error: &StoreUnusable) -> Self {
        let (class, reason) = match error {
            StoreUnusable::SecretMissing => (RunClass::PermissionDenied, Reason::SecretMissing),
            StoreUnusable::KeyMissing(_) => (RunClass::PermissionDenied, Reason::KeyMissing),
            StoreUnusable::Store(error) => store_problem(error),
        };
        Self::of_job("archive", class, reason, error.to_string())
    }

    /// A policy that cannot be read.
    #[must_use]
    pub fn policy(error: &InvalidPolicy) -> Self {
        Self::of_job(
            "retention",
            RunClass::PermanentBug,
            Reason::PolicyInvalid,
            error.to_string(),
        )
    }

    /// A day that could not be computed.
    #[must_use]
    pub fn recompute(failure: &RecomputeFailure) -> Self {
        let account = failure.partition.account.to_string();
        let sentence = format!(
            "{} of {} could not be computed: {}",
            failure.partition.stream, failure.partition.date, failure.error
        );
        let place = failure.partition.stream.to_string();
        Self {
            place,
            account,
            class: RunClass::PermanentBug,
            reason: Reason::PermanentBug,
            sentence,
        }
    }

    /// An archived object that is gone or has another size.
    #[must_use]
    pub fn missing_object(path: &str) -> Self {
        let sentence = format!(
            "The archived object {path} is missing in the archive store or has another size. Restore it from a copy of the bucket."
        );
        Self::of_job(
            "archive",
            RunClass::PermanentBug,
            Reason::PermanentBug,
            sentence,
        )
    }

    /// A rule of the warehouse that is broken.
    #[must_use]
    pub fn invariant(finding: Finding) -> Self {
        let Finding {
            invariant,
            violations,
        } = finding;
        let sentence = format!(
            "The check {invariant} counts {violations} violations. Report this to the makers of dpo, with the run's name."
        );
        Self::of_job(
            &invariant.place(),
            RunClass::PermanentBug,
            Reason::PermanentBug,
            sentence,
        )
    }
}

const fn store_problem(error: &StoreError) -> (RunClass, Reason) {
    match error {
        StoreError::Full(_) => (RunClass::Transient, Reason::ArchiveStoreFull),
        StoreError::Unreachable(_) | StoreError::Failed(_) => {
            (RunClass::Transient, Reason::ArchiveStoreUnreachable)
        }
        StoreError::Denied(_) | StoreError::Missing(_) => {
            (RunClass::PermissionDenied, Reason::ArchiveStoreUnreachable)
        }
        StoreError::Settings(_) => (RunClass::PermissionDenied, Reason::InvalidSpec),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dpo_warehouse::invariants::Invariant;

    #[test]
    fn an_idle_job_is_empty_and_a_busy_one_says_what_it_did() {
        let mut report = JobReport::default();
        assert_eq!(
            (report.class(), report.message().as_str()),
            (RunClass::EmptyOk, "Nothing was due.")
        );
        report.did(0, "closed days");
        report.did(3, "computed partitions");
        report.did(1, "closed days");
        assert_eq!(
            (report.class(), report.message().as_str()),
            (RunClass::Ok, "computed partitions: 3, closed days: 1.")
        );
    }

    #[test]
    fn a_full_store_has_its_condition_and_a_sentence() {
        let mut report = JobReport::default();
        report.did(2, "archived days");
        report.failed(Problem::archive(&ArchiveError::Store(StoreError::Full(
            "507".into(),
        ))));
        let outcome = report.outcome();
        assert_eq!(outcome.class, RunClass::Transient);
        assert_eq!(
            outcome.errors[0].reason.as_deref(),
            Some("ArchiveStoreFull")
        );
        assert!(outcome.message.unwrap().contains("enlarge it"));
    }

    #[test]
    fn the_worst_problem_speaks() {
        let mut report = JobReport::default();
        report.failed(Problem::archive(&ArchiveError::Store(
            StoreError::Unreachable("refused".into()),
        )));
        report.failed(Problem::invariant(Finding {
            invariant: Invariant::FactsAreOnce,
            violations: 2,
        }));
        assert_eq!(report.class(), RunClass::PermanentBug);
        assert!(report.message().contains("facts_are_once counts 2"));
        let place = &report.outcome().errors[1].stream;
        assert_eq!(Invariant::of_place(place), Some(Invariant::FactsAreOnce));
    }
}
