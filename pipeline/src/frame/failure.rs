//! The one error taxonomy of all sources: what failed, how far it reaches, how long to wait, what to do.

use dpo_warehouse::model::RunClass;
use serde::Serialize;
use std::time::Duration;
use strum::{AsRefStr, Display, EnumString, IntoStaticStr};

/// How far a failure reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, AsRefStr, Display, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Scope {
    /// Everything that our application asks of the platform, of every tenant.
    App,
    /// Everything that this credential may read.
    Credential,
    /// One account.
    Account,
    /// One stream of one account.
    Stream,
}

/// Why, in a closed list: condition reasons and metric labels are made from it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, AsRefStr, Display, EnumString, IntoStaticStr,
)]
pub enum Reason {
    /// No credential is mounted.
    SecretMissing,
    /// The credential lacks a key, or a key is empty or malformed.
    KeyMissing,
    /// The credential belongs to another platform or another shop.
    WrongPlatform,
    /// The access token is not accepted (any more).
    AuthExpired,
    /// The platform refuses the credential for good.
    AuthRevoked,
    /// A role or a scope is missing.
    PermissionDenied,
    /// Our application is not admitted by the platform.
    ApplicationNotApproved,
    /// The account is closed, suspended, frozen or unknown.
    AccountDisabled,
    /// The account is a manager and has no figures of its own.
    ManagerAccount,
    /// Too many requests in a short time.
    RateLimited,
    /// The day's allowance is used up.
    DailyQuota,
    /// The answer would be or is too large.
    TooMuchData,
    /// The platform could not be reached or failed on its side.
    PlatformUnavailable,
    /// The answer is cut off or is no JSON.
    MalformedAnswer,
    /// A page token is no longer valid; the pull starts again.
    PagingInterrupted,
    /// The pinned version of the interface has ended.
    ApiVersionSunset,
    /// The platform does not accept the request as it was built.
    BadRequest,
    /// The answer does not have the form that the stream declares.
    UnexpectedAnswer,
    /// The address may not be connected to.
    AddressRefused,
    /// The tenant's database refused or failed.
    DatabaseUnreachable,
}

/// What to try with a request that failed, besides waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: the same request will fail again.
    Stop,
    /// The same request again, after a wait.
    Retry,
    /// The same request with a fresh access token, once.
    RefreshToken,
    /// A smaller window or page.
    AskForLess,
    /// The pull from its first page.
    Restart,
}

/// A request, or a whole pull, that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct Failure {
    /// Which class of the taxonomy.
    pub class: RunClass,
    /// How far it reaches.
    pub scope: Scope,
    /// Why.
    pub reason: Reason,
    /// How long the platform asks to wait, if it says so.
    pub wait: Option<Duration>,
    /// What may help.
    pub remedy: Remedy,
    /// At most so many tries, where the platform punishes more.
    pub most_tries: Option<u32>,
    /// What the tenant or the operator should do.
    pub advice: &'static str,
    /// The platform's own words on one line; empty if none.
    pub detail: String,
}

/// So much of the platform's words is shown.
const LONGEST_DETAIL: usize = 300;
/// So much of them is kept, so that a secret among them is whole when secrets are taken out.
const LONGEST_KEPT: usize = 16 << 10;

impl Failure {
    /// A failure without the platform's words.
    #[must_use]
    pub fn new(class: RunClass, scope: Scope, reason: Reason, advice: &'static str) -> Self {
        Self {
            class,
            scope,
            reason,
            wait: None,
            remedy: remedy_of(class),
            most_tries: None,
            advice,
            detail: String::new(),
        }
    }

    /// Adds the platform's words: one line without control characters.
    #[must_use]
    pub fn with_detail(mut self, detail: impl AsRef<str>) -> Self {
        let one_line: String = detail
            .as_ref()
            .chars()
            .map(|letter| if letter.is_control() { ' ' } else { letter })
            .collect();
        self.detail = one_line.trim().chars().take(LONGEST_KEPT).collect();
        self
    }

    /// Sets how long the platform asks to wait.
    #[must_use]
    pub fn with_wait(mut self, wait: Option<Duration>) -> Self {
        self.wait = wait;
        self
    }

    /// Sets what may help, where it is not what the class suggests.
    #[must_use]
    pub fn with_remedy(mut self, remedy: Remedy) -> Self {
        self.remedy = remedy;
        self
    }

    /// A body that is cut off or no JSON.
    #[must_use]
    pub fn malformed(detail: impl AsRef<str>) -> Self {
        const ADVICE: &str = "The platform sent an answer that is cut off or is no JSON. Nothing to do: it is fetched again.";
        Self::new(
            RunClass::Transient,
            Scope::Stream,
            Reason::MalformedAnswer,
            ADVICE,
        )
        .with_detail(detail)
    }

    /// An answer that is sound JSON, but not what the stream declares.
    #[must_use]
    pub fn unexpected(detail: impl AsRef<str>) -> Self {
        const ADVICE: &str = "The platform's answer has a form that this version does not know. Report it to the platform team with the run's name.";
        Self::new(
            RunClass::PermanentBug,
            Scope::Stream,
            Reason::UnexpectedAnswer,
            ADVICE,
        )
        .with_detail(detail)
    }

    /// Whether a later run may succeed without anybody doing anything.
    #[must_use]
    pub fn heals_by_itself(&self) -> bool {
        heals_by_itself(self.class)
    }

    /// The advice with the platform's words, cut short.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self.detail.as_str() {
            "" => self.advice.to_owned(),
            detail => {
                let shown: String = detail.chars().take(LONGEST_DETAIL).collect();
                format!("{} ({})", self.advice, shown.trim_end())
            }
        }
    }
}

/// Whether a class goes away with time alone.
#[must_use]
pub const fn heals_by_itself(class: RunClass) -> bool {
    matches!(
        class,
        RunClass::Transient
            | RunClass::RateLimited
            | RunClass::DailyQuota
            | RunClass::AuthExpired
            | RunClass::TooMuchData
    )
}

const fn remedy_of(class: RunClass) -> Remedy {
    match class {
        RunClass::Transient | RunClass::RateLimited | RunClass::DailyQuota => Remedy::Retry,
        RunClass::AuthExpired => Remedy::RefreshToken,
        RunClass::TooMuchData => Remedy::AskForLess,
        _ => Remedy::Stop,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platforms_words_are_one_short_line() {
        let failure = Failure::malformed("first\nsecond\u{1b}[31m").with_detail("a\nb");
        assert_eq!(failure.detail, "a b");
        let long = Failure::malformed("x".repeat(1 << 20));
        assert_eq!(long.detail.len(), LONGEST_KEPT);
        assert_eq!(
            long.sentence().len(),
            long.advice.len() + LONGEST_DETAIL + " ()".len()
        );
        assert!(failure.sentence().ends_with(" (a b)"));
    }

    #[test]
    fn remedies_follow_the_class() {
        let remedy = |class| Failure::new(class, Scope::Stream, Reason::BadRequest, "").remedy;
        assert_eq!(remedy(RunClass::Transient), Remedy::Retry);
        assert_eq!(remedy(RunClass::AuthExpired), Remedy::RefreshToken);
        assert_eq!(remedy(RunClass::TooMuchData), Remedy::AskForLess);
        assert_eq!(remedy(RunClass::DailyQuota), Remedy::Retry);
        assert_eq!(remedy(RunClass::AuthRevoked), Remedy::Stop);
    }
}
