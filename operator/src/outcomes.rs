//! What runs left behind, in the words of conditions: a reason, and a sentence that says what to do. Pure.

use dpo_crds::Reason;
use dpo_warehouse::{model::RunClass, tenancy::FinishedRun};

/// The pod names a more exact reason where it knows one, such as a missing Secret or a full store; the error that made the run's class counts first.
pub fn reason_of(run: &FinishedRun) -> Reason {
    let errors = || run.errors.as_array().into_iter().flatten();
    let decided = errors().filter(|error| error["class"] == run.class.as_ref());
    let mut words = decided
        .chain(errors())
        .filter_map(|error| error["reason"].as_str());
    words
        .find_map(|word| word.parse().ok())
        .unwrap_or_else(|| reason_of_class(run.class))
}

fn reason_of_class(class: RunClass) -> Reason {
    match class {
        RunClass::Ok => Reason::Succeeded,
        RunClass::EmptyOk => Reason::NoData,
        RunClass::Transient => Reason::Transient,
        RunClass::RateLimited => Reason::RateLimited,
        RunClass::DailyQuota => Reason::DailyQuota,
        RunClass::TooMuchData => Reason::TooMuchData,
        RunClass::AuthExpired => Reason::AuthExpired,
        RunClass::PermissionDenied => Reason::PermissionDenied,
        RunClass::AccountDisabled => Reason::AccountDisabled,
        RunClass::AuthRevoked => Reason::AuthRevoked,
        RunClass::ApiVersionSunset => Reason::ApiVersionSunset,
        RunClass::PermanentBug => Reason::PermanentBug,
    }
}

/// The pod's own sentence, which knows the account; else one for the class. Successes get a fixed one, or the condition would change with each run.
pub fn message_of(run: &FinishedRun) -> String {
    let own = run
        .message
        .clone()
        .filter(|message| !run.class.is_ok() && !message.is_empty());
    own.unwrap_or_else(|| general_message(run.class).to_owned())
}

fn general_message(class: RunClass) -> &'static str {
    match class {
        RunClass::Ok => "The last sync landed its figures.",
        RunClass::EmptyOk => "The last sync ended well; the platform had no figures.",
        RunClass::Transient => "The platform had a hiccup; the next sync tries again.",
        RunClass::RateLimited => "The platform asked for a pause; the sync goes on by itself.",
        RunClass::DailyQuota => {
            "The platform's allowance for today is used up; the sync goes on when it is renewed."
        }
        RunClass::TooMuchData => {
            "The platform cannot deliver so much at once; the next sync asks for smaller pieces."
        }
        RunClass::AuthExpired => {
            "The access expired and could not be renewed. Authorize the account again and update the Secret."
        }
        RunClass::PermissionDenied => {
            "The credentials may not read this account. Give them access on the platform, or correct the account's id in a new DataSource."
        }
        RunClass::AccountDisabled => {
            "The platform has disabled the account. Its owner has to reactivate it there."
        }
        RunClass::AuthRevoked => {
            "The platform withdrew the authorization. Authorize the account again and update the Secret."
        }
        RunClass::ApiVersionSunset => {
            "The platform no longer serves this version of its API. The platform team must upgrade the product."
        }
        RunClass::PermanentBug => {
            "The sync met something that it does not understand. The platform team should report it with the pod's log."
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_error_that_made_the_class_gives_the_reason() {
        let errors = json!([
            {"class": "rate_limited", "reason": "RateLimited"},
            {"class": "permanent_bug", "reason": "ArchiveStoreFull"},
        ]);
        let run = FinishedRun {
            name: "x".into(),
            class: RunClass::PermanentBug,
            finished_at: jiff::Timestamp::UNIX_EPOCH,
            message: None,
            errors,
        };
        assert_eq!(reason_of(&run), Reason::ArchiveStoreFull);
        assert_eq!(
            reason_of(&FinishedRun {
                errors: json!([]),
                ..run
            }),
            Reason::PermanentBug
        );
    }
}
