//! Runs pulls against a platform: tokens, retries, waits, smaller requests. The only loop that sends requests.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use dpo_warehouse::model::RunClass;
use jiff::Timestamp;
use secrecy::SecretString;

use super::connector::Connector;
use super::error_table::classify;
use super::exchange::{Answer, Authentication, Request};
use super::failure::{Failure, Remedy};
use super::pull::{Batch, Pull};
use super::wait;
use crate::auth::tokens::AccessTokens;
use crate::http::HttpClient;

/// How long and how often to try.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Tries of one request, the first included.
    pub attempts: u32,
    /// A longer wait ends the pull.
    pub max_wait: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 5,
            max_wait: Duration::from_secs(90),
        }
    }
}

const MOST_RESTARTS: u32 = 3;

impl Patience {
    /// Tries until it succeeds, the failure is none that time heals, the tries are used up, or the wait is too long.
    ///
    /// # Errors
    /// The last failure.
    pub async fn persist<T>(
        &self,
        mut attempt: impl AsyncFnMut() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut failures = 0;
        loop {
            let failure = match attempt().await {
                Ok(success) => return Ok(success),
                Err(failure) => failure,
            };
            failures += 1;
            match self.wait_before_next(&failure, failures) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(failure),
            }
        }
    }

    fn wait_before_next(&self, failure: &Failure, failures: u32) -> Option<Duration> {
        let tries = failure
            .most_tries
            .unwrap_or(self.attempts)
            .min(self.attempts);
        let may_retry = failure.remedy == Remedy::Retry && failures < tries;
        let wait = failure
            .wait
            .unwrap_or_else(|| wait::backoff(failures, self.max_wait));
        (may_retry && wait <= self.max_wait).then_some(wait)
    }
}

/// Sends the requests of one credential.
pub struct Driver<'a> {
    connector: &'a dyn Connector,
    http: &'a HttpClient,
    tokens: &'a AccessTokens,
    patience: Patience,
    pages: AtomicU64,
    seen: Mutex<Seen>,
}

/// What answers told in passing.
#[derive(Debug, Clone, Default)]
struct Seen {
    server_time: Option<Timestamp>,
    other_version: Option<String>,
}

impl<'a> Driver<'a> {
    /// A driver for one connector and its credential.
    #[must_use]
    pub fn new(
        connector: &'a dyn Connector,
        http: &'a HttpClient,
        tokens: &'a AccessTokens,
        patience: Patience,
    ) -> Self {
        Self {
            connector,
            http,
            tokens,
            patience,
            pages: AtomicU64::new(0),
            seen: Mutex::default(),
        }
    }

    /// How many answers were read so far.
    #[must_use]
    pub fn pages(&self) -> u64 {
        self.pages.load(Ordering::Relaxed)
    }

    /// The platform's clock in its last answer.
    #[must_use]
    pub fn server_time(&self) -> Option<Timestamp> {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .server_time
    }

    /// The version that the platform answers with, where it is not the one we asked for.
    #[must_use]
    pub fn other_version(&self) -> Option<String> {
        self.seen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .other_version
            .clone()
    }

    /// Reads a whole pull.
    ///
    /// # Errors
    /// The failure that ended it; what was read until then is dropped.
    pub async fn run(&self, mut pull: Box<dyn Pull>) -> Result<Batch, Failure> {
        let mut restarts = 0;
        while let Some(request) = pull.next_request() {
            let outcome = self
                .patience
                .persist(async || self.exchange(&request).await)
                .await;
            let outcome = if request.optional {
                outcome.or_else(do_without)
            } else {
                outcome
            };
            match outcome.and_then(|answer| pull.accept(&answer)) {
                Ok(()) => {}
                Err(failure) => self.recover(pull.as_mut(), failure, &mut restarts).await?,
            }
        }
        Ok(pull.take())
    }

    async fn recover(
        &self,
        pull: &mut dyn Pull,
        failure: Failure,
        restarts: &mut u32,
    ) -> Result<(), Failure> {
        match failure.remedy {
            Remedy::AskForLess if self.may_wait(&failure) && pull.ask_for_less() => {
                if failure.class == RunClass::RateLimited {
                    tokio::time::sleep(
                        failure
                            .wait
                            .unwrap_or_else(|| wait::backoff(1, self.patience.max_wait)),
                    )
                    .await;
                }
                Ok(())
            }
            Remedy::Restart
                if *restarts < MOST_RESTARTS && *restarts + 1 < self.patience.attempts =>
            {
                *restarts += 1;
                pull.restart();
                Ok(())
            }
            _ => Err(failure),
        }
    }

    fn may_wait(&self, failure: &Failure) -> bool {
        failure
            .wait
            .is_none_or(|wait| wait <= self.patience.max_wait)
    }

    async fn exchange(&self, request: &Request) -> Result<Answer, Failure> {
        let token = self.token(request).await?;
        let failure = match self.send(request, token.as_ref()).await {
            Ok(answer) => return Ok(answer),
            Err(failure) => failure,
        };
        match (failure.remedy, token) {
            (Remedy::RefreshToken, Some(stale)) => {
                let fresh = self
                    .tokens
                    .renew(self.http, &self.patience, &stale, &failure)
                    .await?;
                self.send(request, Some(&fresh)).await
            }
            _ => Err(failure),
        }
    }

    async fn token(&self, request: &Request) -> Result<Option<SecretString>, Failure> {
        match request.authentication {
            Authentication::None => Ok(None),
            Authentication::Bearer | Authentication::Header(_) => self
                .tokens
                .current(self.http, &self.patience)
                .await
                .map(Some),
        }
    }

    async fn send(
        &self,
        request: &Request,
        token: Option<&SecretString>,
    ) -> Result<Answer, Failure> {
        let answer = self.http.send(request, token).await?;
        self.note(&answer);
        match self.connector.signal(&answer) {
            None => {
                answer.check_json()?;
                self.pages.fetch_add(1, Ordering::Relaxed);
                Ok(answer)
            }
            Some(signal) => {
                let failure = classify(
                    self.connector.declaration().errors,
                    &signal,
                    answer.server_time(),
                );
                let detail = self.tokens.without_secrets(&failure.detail, token);
                Err(failure.with_detail(detail))
            }
        }
    }

    fn note(&self, answer: &Answer) {
        let pinned = self.connector.declaration().version.name;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.server_time = Some(answer.server_time());
        if let Some(served) = self.connector.served_version(answer)
            && served != pinned
        {
            seen.other_version = Some(served);
        }
    }
}

/// A refusal of what is not needed is no failure; trouble on the way is.
fn do_without(failure: Failure) -> Result<Answer, Failure> {
    match failure.class {
        RunClass::PermissionDenied | RunClass::PermanentBug => Ok(Answer::nothing()),
        _ => Err(failure),
    }
}
