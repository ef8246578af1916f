//! What a sync has to say in the end.

use std::time::Duration;

use dpo_warehouse::model::{AccountId, RunClass};
use dpo_warehouse::runs::{Outcome, RunError};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::frame::declaration::{SourceDeclaration, StreamDeclaration, StreamKind};
use crate::frame::failure::{Failure, Reason, Scope, heals_by_itself};
use crate::frame::pull::Batch;

/// One failure with the place it happened at.
#[derive(Debug, Clone)]
pub struct StreamFailure {
    /// The stream.
    pub stream: String,
    /// The account; empty where all are meant.
    pub account: String,
    /// What happened.
    pub class: RunClass,
    /// How far it reaches.
    pub scope: Scope,
    /// Why.
    pub reason: Reason,
    /// How long to wait.
    pub wait: Option<Duration>,
    /// What to do.
    pub sentence: String,
}

/// What a sync did and what went wrong.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Answers read.
    pub pages: u64,
    /// Records, facts and entities read.
    pub rows_fetched: u64,
    /// Figures among them.
    pub figures_fetched: u64,
    /// Whether a stream of figures was read at all.
    pub read_figures: bool,
    /// Rows written.
    pub rows_landed: u64,
    /// What went wrong.
    pub failures: Vec<StreamFailure>,
    /// What the operator should know although nothing went wrong.
    pub notes: Vec<String>,
}

impl Report {
    /// A sync that ended before it began.
    #[must_use]
    pub fn of_failure(failure: &Failure) -> Self {
        let mut report = Self::default();
        report.add("", "", failure);
        report
    }

    /// Notes a failure.
    pub fn add(&mut self, account: &str, stream: &str, failure: &Failure) {
        self.failures.push(StreamFailure {
            stream: stream.to_owned(),
            account: account.to_owned(),
            class: failure.class,
            scope: failure.scope,
            reason: failure.reason,
            wait: failure.wait,
            sentence: failure.sentence(),
        });
    }

    pub(super) fn add_failure(
        &mut self,
        account: &AccountId,
        stream: &StreamDeclaration,
        failure: &Failure,
    ) {
        self.add(account.as_str(), stream.name, failure);
    }

    pub(super) fn add_batch(&mut self, stream: &StreamDeclaration, batch: &Batch) {
        self.rows_fetched += batch.rows();
        if !matches!(stream.kind, StreamKind::Snapshot { .. }) {
            self.read_figures = true;
            self.figures_fetched += batch.figures();
        }
        for note in &batch.notes {
            if !self.notes.contains(note) {
                self.notes.push(note.clone());
            }
        }
    }

    pub(super) fn note_version(
        &mut self,
        declaration: &SourceDeclaration,
        served: Option<String>,
        as_of: Timestamp,
    ) {
        let today = as_of.to_zoned(TimeZone::UTC).date();
        self.notes
            .extend(declaration.version.warning(declaration.source, today));
        if let Some(served) = served {
            let pinned = declaration.version.name;
            self.notes.push(format!("{} answered with version {served} instead of {pinned}: install a newer release of dpo", declaration.source));
        }
    }

    /// The worst class; without failures whether there was anything.
    #[must_use]
    pub fn class(&self) -> RunClass {
        let worst = self.failures.iter().map(|failure| failure.class).max();
        let rows = if self.read_figures {
            self.figures_fetched
        } else {
            self.rows_fetched
        };
        worst.unwrap_or(if rows == 0 {
            RunClass::EmptyOk
        } else {
            RunClass::Ok
        })
    }

    /// The longest wait that a platform asked for.
    #[must_use]
    pub fn wait_seconds(&self) -> Option<u64> {
        self.failures
            .iter()
            .filter_map(|failure| failure.wait)
            .max()
            .map(|wait| wait.as_secs())
    }

    /// Whether a later run may do better without anybody doing anything.
    #[must_use]
    pub fn retry(&self) -> bool {
        !self.failures.is_empty() && heals_by_itself(self.class())
    }

    /// What to do, in words: about the worst failure, else what the operator should know.
    #[must_use]
    pub fn message(&self) -> Option<String> {
        let class = self.class();
        let worst = self.failures.iter().find(|failure| failure.class == class);
        let notes = (!self.notes.is_empty()).then(|| self.notes.join(". "));
        worst.map(|failure| failure.sentence.clone()).or(notes)
    }

    /// The row of the run.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        Outcome {
            class: self.class(),
            wait_seconds: self.wait_seconds().map(signed),
            pages: signed(self.pages),
            rows_fetched: signed(self.rows_fetched),
            rows_landed: signed(self.rows_landed),
            errors: self.failures.iter().map(run_error).collect(),
            message: self.message(),
        }
    }
}

fn run_error(failure: &StreamFailure) -> RunError {
    RunError {
        stream: failure.stream.clone(),
        account: failure.account.clone(),
        class: failure.class,
        scope: Some(failure.scope.to_string()),
        reason: Some(failure.reason.to_string()),
        wait_seconds: failure
            .wait
            .map(|wait| i64::try_from(wait.as_secs()).unwrap_or(i64::MAX)),
        message: Some(failure.sentence.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(class: RunClass, wait: Option<u64>) -> Failure {
        Failure::new(class, Scope::Stream, Reason::RateLimited, "Wait.")
            .with_wait(wait.map(Duration::from_secs))
    }

    #[test]
    fn the_worst_class_and_the_longest_wait_are_told() {
        let mut report = Report::default();
        report.add("1", "a", &failure(RunClass::RateLimited, Some(30)));
        report.add("1", "b", &failure(RunClass::DailyQuota, Some(900)));
        assert_eq!(report.class(), RunClass::DailyQuota);
        assert_eq!(report.wait_seconds(), Some(900));
        assert!(report.retry());
        report.add("2", "a", &failure(RunClass::AuthRevoked, None));
        assert_eq!(report.class(), RunClass::AuthRevoked);
        assert!(!report.retry());
        assert_eq!(report.outcome().errors.len(), 3);
    }

    #[test]
    fn nothing_read_is_empty_and_something_is_ok() {
        let mut report = Report {
            rows_fetched: 3,
            ..Report::default()
        };
        assert_eq!(report.class(), RunClass::Ok);
        report.read_figures = true;
        assert_eq!(
            report.class(),
            RunClass::EmptyOk,
            "names alone are no figures"
        );
        report.figures_fetched = 1;
        assert_eq!(
            (report.class(), report.retry(), report.message()),
            (RunClass::Ok, false, None)
        );
    }
}
