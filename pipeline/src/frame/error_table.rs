//! Ordered error tables: each source declares which of its errors is what; the first rule that fits decides.

use dpo_warehouse::model::RunClass;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::time::Duration;

use super::exchange::Answer;
use super::failure::{Failure, Reason, Remedy, Scope};
use super::wait;

/// What an answer says about its failure, extracted by the connector.
#[derive(Debug, Clone, Default)]
pub struct ErrorSignal {
    /// The HTTP status.
    pub status: u16,
    /// Error codes in the source's own spelling, such as `quotaError.RESOURCE_EXHAUSTED`.
    pub codes: Vec<String>,
    /// The platform's words.
    pub message: String,
    /// The body is a web page.
    pub html: bool,
    /// The wait that the body or the headers ask for.
    pub wait: Option<Duration>,
    /// How far it reaches, where the body says so.
    pub scope: Option<Scope>,
}

impl ErrorSignal {
    /// The signal of an answer without codes of its own.
    #[must_use]
    pub fn of(answer: &Answer) -> Self {
        let wait = wait::retry_after(&answer.headers, answer.received_at);
        Self {
            status: answer.status,
            html: answer.is_html(),
            wait,
            ..Self::default()
        }
    }
}

/// When a rule fits.
#[derive(Debug, Clone, Copy)]
pub enum When {
    /// The HTTP status is one of a range, bounds included.
    Status(u16, u16),
    /// One of the codes is one of these.
    Code(&'static [&'static str]),
    /// The answer carries no code at all.
    NoCode,
    /// The message contains one of these, in any case.
    Message(&'static [&'static str]),
    /// The body is a web page.
    Html,
    /// All of these fit.
    All(&'static [When]),
    /// Always.
    Always,
}

impl When {
    fn fits(&self, signal: &ErrorSignal) -> bool {
        match self {
            Self::Status(first, last) => (*first..=*last).contains(&signal.status),
            Self::Code(codes) => signal
                .codes
                .iter()
                .any(|code| codes.contains(&code.as_str())),
            Self::NoCode => signal.codes.is_empty(),
            Self::Message(parts) => {
                let message = signal.message.to_lowercase();
                parts
                    .iter()
                    .any(|part| message.contains(&part.to_lowercase()))
            }
            Self::Html => signal.html,
            Self::All(conditions) => conditions.iter().all(|condition| condition.fits(signal)),
            Self::Always => true,
        }
    }
}

/// How long a rule waits where the server does not say.
#[derive(Debug, Clone, Copy)]
pub enum Wait {
    /// As long as the frame's backoff says.
    Backoff,
    /// A number of seconds.
    Seconds(u64),
    /// Until midnight in an IANA zone, from the server's clock.
    Midnight(&'static str),
}

/// One row of an error table.
#[derive(Debug, Clone, Copy)]
pub struct ErrorRule {
    /// When it fits.
    pub when: When,
    /// What it is then.
    pub class: RunClass,
    /// How far it reaches, where the answer does not say.
    pub scope: Scope,
    /// Why.
    pub reason: Reason,
    /// How long to wait, where the answer does not say.
    pub wait: Wait,
    /// What may help, where it is not what the class suggests.
    pub remedy: Option<Remedy>,
    /// At most so many tries, where the platform punishes more.
    pub most_tries: Option<u32>,
    /// What the tenant or the operator should do.
    pub advice: &'static str,
}

impl ErrorRule {
    /// A rule that waits as the server says, or as the backoff does.
    #[must_use]
    pub const fn new(
        when: When,
        class: RunClass,
        scope: Scope,
        reason: Reason,
        advice: &'static str,
    ) -> Self {
        Self {
            when,
            class,
            scope,
            reason,
            wait: Wait::Backoff,
            remedy: None,
            most_tries: None,
            advice,
        }
    }

    /// The same rule with a wait.
    #[must_use]
    pub const fn waiting(self, wait: Wait) -> Self {
        Self { wait, ..self }
    }

    /// The same rule with a remedy.
    #[must_use]
    pub const fn helped_by(self, remedy: Remedy) -> Self {
        Self {
            remedy: Some(remedy),
            ..self
        }
    }

    /// The same rule with at most so many tries.
    #[must_use]
    pub const fn at_most(self, tries: u32) -> Self {
        Self {
            most_tries: Some(tries),
            ..self
        }
    }

    fn apply(&self, signal: &ErrorSignal, server_time: Timestamp) -> Failure {
        let wait = signal.wait.or_else(|| self.own_wait(server_time));
        let failure = Failure::new(
            self.class,
            signal.scope.unwrap_or(self.scope),
            self.reason,
            self.advice,
        );
        let failure = failure.with_detail(&signal.message).with_wait(wait);
        Failure {
            remedy: self.remedy.unwrap_or(failure.remedy),
            most_tries: self.most_tries,
            ..failure
        }
    }

    fn own_wait(&self, server_time: Timestamp) -> Option<Duration> {
        match self.wait {
            Wait::Backoff => None,
            Wait::Seconds(seconds) => Some(Duration::from_secs(seconds)),
            Wait::Midnight(zone) => {
                let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
                Some(wait::until_midnight(server_time, &zone))
            }
        }
    }
}

/// Classifies a failed answer: the source's table first, then what HTTP itself says.
#[must_use]
pub fn classify(table: &[ErrorRule], signal: &ErrorSignal, server_time: Timestamp) -> Failure {
    let rule = table
        .iter()
        .chain(HTTP_RULES)
        .find(|rule| rule.when.fits(signal));
    match rule {
        Some(rule) => rule.apply(signal, server_time),
        None => Failure::unexpected(&signal.message),
    }
}

const UNAVAILABLE: &str = "The platform is unavailable at the moment. Nothing to do: the figures are fetched again in the next run.";

/// What an HTTP status means where the source's own table says nothing.
const HTTP_RULES: &[ErrorRule] = &[
    ErrorRule::new(
        When::Status(429, 429),
        RunClass::RateLimited,
        Scope::Account,
        Reason::RateLimited,
        "The platform slowed us down. Nothing to do: the figures are fetched when the wait is over.",
    ),
    ErrorRule::new(
        When::Status(500, 599),
        RunClass::Transient,
        Scope::Stream,
        Reason::PlatformUnavailable,
        UNAVAILABLE,
    ),
    ErrorRule::new(
        When::Status(408, 408),
        RunClass::Transient,
        Scope::Stream,
        Reason::PlatformUnavailable,
        UNAVAILABLE,
    ),
    ErrorRule::new(
        When::Status(401, 401),
        RunClass::AuthExpired,
        Scope::Credential,
        Reason::AuthExpired,
        "The platform does not accept the access token. If this stays, connect the account again.",
    ),
    ErrorRule::new(
        When::Status(413, 413),
        RunClass::TooMuchData,
        Scope::Stream,
        Reason::TooMuchData,
        "The platform has too much data for one request. Nothing to do: smaller requests follow.",
    ),
    ErrorRule::new(
        When::Html,
        RunClass::Transient,
        Scope::Stream,
        Reason::MalformedAnswer,
        "A web page came instead of figures. Nothing to do: they are fetched again in the next run.",
    ),
    ErrorRule::new(
        When::Status(403, 403),
        RunClass::PermissionDenied,
        Scope::Stream,
        Reason::PermissionDenied,
        "The connected user may not read this. Give the user the missing role or connect the account with a user who has it.",
    ),
    ErrorRule::new(
        When::Always,
        RunClass::PermanentBug,
        Scope::Stream,
        Reason::BadRequest,
        "The platform refused the request. Check the source's fields; if they are right, report it to the platform team with the run's name.",
    ),
];

#[cfg(test)]
mod tests {
    use super::super::exchange::fixtures::{answer, answer_with};
    use super::*;

    fn classified(answer: &Answer) -> Failure {
        classify(&[], &ErrorSignal::of(answer), answer.server_time())
    }

    #[test]
    fn http_alone_decides_where_the_source_says_nothing() {
        let expected = [
            (400, RunClass::PermanentBug),
            (401, RunClass::AuthExpired),
            (403, RunClass::PermissionDenied),
            (404, RunClass::PermanentBug),
            (408, RunClass::Transient),
            (413, RunClass::TooMuchData),
            (429, RunClass::RateLimited),
            (500, RunClass::Transient),
            (502, RunClass::Transient),
            (503, RunClass::Transient),
            (302, RunClass::PermanentBug),
        ];
        for (status, class) in expected {
            assert_eq!(classified(&answer(status, "{}")).class, class, "{status}");
        }
        assert_eq!(
            classified(&answer(404, "<html></html>")).class,
            RunClass::Transient
        );
        assert_eq!(
            classified(&answer(413, "<html></html>")).class,
            RunClass::TooMuchData
        );
    }

    #[test]
    fn the_servers_wait_wins_over_the_rules() {
        let rule = ErrorRule::new(
            When::Always,
            RunClass::RateLimited,
            Scope::App,
            Reason::RateLimited,
            "",
        )
        .waiting(Wait::Seconds(30));
        let silent = answer(429, "{}");
        assert_eq!(
            classify(&[rule], &ErrorSignal::of(&silent), silent.server_time()).wait,
            Some(Duration::from_secs(30))
        );
        let telling = answer_with(429, &[("retry-after", "7")], "{}");
        assert_eq!(
            classify(&[rule], &ErrorSignal::of(&telling), telling.server_time()).wait,
            Some(Duration::from_secs(7))
        );
    }

    #[test]
    fn midnight_counts_from_the_servers_clock() {
        let rule = ErrorRule::new(
            When::Always,
            RunClass::DailyQuota,
            Scope::Account,
            Reason::DailyQuota,
            "",
        )
        .waiting(Wait::Midnight("America/Los_Angeles"));
        let told = answer_with(429, &[("date", "Tue, 01 Sep 2026 06:30:00 GMT")], "{}");
        assert_eq!(
            classify(&[rule], &ErrorSignal::of(&told), told.server_time()).wait,
            Some(Duration::from_mins(30))
        );
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let first = ErrorRule::new(
            When::Code(&["A"]),
            RunClass::AuthRevoked,
            Scope::Credential,
            Reason::AuthRevoked,
            "",
        );
        let second = ErrorRule::new(
            When::All(&[When::Status(400, 499), When::Message(&["Quota"])]),
            RunClass::DailyQuota,
            Scope::App,
            Reason::DailyQuota,
            "",
        );
        let signal = ErrorSignal {
            status: 403,
            codes: vec!["A".into()],
            message: "quota is gone".into(),
            ..ErrorSignal::default()
        };
        assert_eq!(
            classify(&[second, first], &signal, Timestamp::UNIX_EPOCH).class,
            RunClass::DailyQuota
        );
        assert_eq!(
            classify(&[first, second], &signal, Timestamp::UNIX_EPOCH).class,
            RunClass::AuthRevoked
        );
    }
}
