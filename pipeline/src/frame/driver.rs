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

/// What was tried besides sending a request again.
#[derive(Debug, Default)]
struct Tries {
    /// How often the pull began again.
    restarts: u32,
    /// How often the last request was too dear and could not be made smaller.
    unchanged: u32,
}

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
                Some(wait) if failure.remedy == Remedy::Retry => tokio::time::sleep(wait).await,
                _ => return Err(failure),
            }
        }
    }

    fn wait_before_next(&self, failure: &Failure, failures: u32) -> Option<Duration> {
        let tries = failure
            .most_tries
            .unwrap_or(self.attempts)
            .min(self.attempts);
        let wait = match (failure.wait, failure.class) {
            (Some(told), _) => told,
            // Trying again at once does not bring a day's allowance back.
            (None, RunClass::DailyQuota) => return None,
            (None, _) => wait::backoff(failures, self.max_wait),
        };
        (failures < tries && self.may_wait(failure)).then_some(wait)
    }

    fn may_wait(&self, failure: &Failure) -> bool {
        failure.wait.is_none_or(|wait| wait <= self.max_wait)
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

    /// The platform's clock in its first answer.
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
        let mut tries = Tries::default();
        while let Some(request) = pull.next_request() {
            let attempt = async || {
                let answer = self.exchange(&request).await;
                answer.or_else(|failure| do_without(&request, failure))
            };
            let outcome = self.patience.persist(attempt).await;
            match outcome.and_then(|answer| pull.accept(&answer)) {
                Ok(()) => tries.unchanged = 0,
                Err(failure) => self.recover(pull.as_mut(), failure, &mut tries).await?,
            }
        }
        Ok(pull.take())
    }

    async fn recover(
        &self,
        pull: &mut dyn Pull,
        failure: Failure,
        tries: &mut Tries,
    ) -> Result<(), Failure> {
        match failure.remedy {
            Remedy::AskForLess => self.ask_for_less(pull, failure, tries).await,
            Remedy::Restart
                if tries.restarts < MOST_RESTARTS
                    && tries.restarts + 1 < self.patience.attempts =>
            {
                tries.restarts += 1;
                pull.restart();
                Ok(())
            }
            _ => Err(failure),
        }
    }

    /// What is too large is made smaller at once; what is too dear is waited for, too, and tried again when it is as
    /// small as can be.
    async fn ask_for_less(
        &self,
        pull: &mut dyn Pull,
        failure: Failure,
        tries: &mut Tries,
    ) -> Result<(), Failure> {
        let smaller = self.patience.may_wait(&failure) && pull.ask_for_less();
        if failure.class != RunClass::RateLimited {
            return if smaller { Ok(()) } else { Err(failure) };
        }
        if !smaller {
            tries.unchanged += 1;
        }
        match self.patience.wait_before_next(&failure, tries.unchanged) {
            Some(wait) => tokio::time::sleep(wait).await,
            None => return Err(failure),
        }
        Ok(())
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
        seen.server_time.get_or_insert_with(|| answer.server_time());
        if let Some(served) = self.connector.served_version(answer)
            && served != pinned
        {
            seen.other_version = Some(served);
        }
    }
}

/// A failure of what is not needed is none.
fn do_without(request: &Request, failure: Failure) -> Result<Answer, Failure> {
    if request.dispensable.contains(&failure.class) {
        Ok(Answer::nothing())
    } else {
        Err(failure)
    }
}
