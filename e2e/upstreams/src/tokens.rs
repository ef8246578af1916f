//! Tokens that the simulator hands out. They carry their own data and a check sum, so that a restart forgets none;
//! what a restart forgets are only revocations.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// A credential: position of its business, kind, and position in the business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Login {
    /// Position of the business.
    pub business: usize,
    /// Position of the credential in the business.
    pub index: usize,
}

/// What a token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claims {
    /// Whose.
    pub login: Login,
    /// How many rotations came before.
    pub generation: u32,
    /// Last second at which it works.
    pub expires: i64,
    issued: i64,
}

/// Hands out tokens of one platform and knows which still work.
pub struct Tokens {
    prefix: &'static str,
    states: Mutex<HashMap<Login, State>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct State {
    /// Generation whose refresh token works for certain.
    settled: u32,
    /// Generation that was handed out and not used yet.
    offered: Option<u32>,
    /// Real milliseconds before which access tokens were ended.
    ended_before: i64,
    revoked: bool,
}

/// Why a token does not work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Not one of ours, or changed.
    Unknown,
    /// Its time is over.
    Expired,
    /// The login was revoked.
    Revoked,
    /// A later refresh token took its place.
    Superseded,
}

impl Tokens {
    /// Tokens that begin with a prefix of the platform.
    pub fn new(prefix: &'static str) -> Self {
        Self {
            prefix,
            states: Mutex::default(),
        }
    }

    /// A new access token.
    pub fn access(
        &self,
        login: Login,
        generation: u32,
        secret: &str,
        expires: Timestamp,
    ) -> String {
        self.issue('a', login, generation, secret, expires)
    }

    /// Offers the next refresh token. The one before works until the new access token or the new refresh token is used;
    /// an offer that nobody used is dropped.
    pub fn rotate(&self, login: Login, secret: &str, expires: Timestamp) -> (u32, String) {
        let mut states = self.states();
        let state = states.entry(login).or_default();
        let next = state.offered.unwrap_or(state.settled) + 1;
        state.offered = Some(next);
        drop(states);
        (next, self.issue('r', login, next, secret, expires))
    }

    /// Checks an access token; using it settles the rotation that made it.
    pub fn use_access(
        &self,
        token: &str,
        secret_of: impl Fn(Login) -> Option<String>,
        now: Timestamp,
    ) -> Result<Claims, Refusal> {
        let claims = self.read('a', token, secret_of).ok_or(Refusal::Unknown)?;
        let mut states = self.states();
        let state = states.entry(claims.login).or_default();
        if state.revoked {
            return Err(Refusal::Revoked);
        }
        if claims.expires <= now.as_second() || claims.issued < state.ended_before {
            return Err(Refusal::Expired);
        }
        state.settle(claims.generation);
        Ok(claims)
    }

    /// Checks a refresh token that rotation handed out; using the newest settles it.
    pub fn use_refresh(
        &self,
        token: &str,
        secret_of: impl Fn(Login) -> Option<String>,
        now: Timestamp,
    ) -> Result<Claims, Refusal> {
        let claims = self.read('r', token, secret_of).ok_or(Refusal::Unknown)?;
        if claims.expires <= now.as_second() {
            return Err(Refusal::Expired);
        }
        self.use_generation(claims.login, claims.generation)?;
        Ok(claims)
    }

    /// Checks that the refresh token of a generation still works; zero is the configured one.
    pub fn use_generation(&self, login: Login, generation: u32) -> Result<(), Refusal> {
        let mut states = self.states();
        let state = states.entry(login).or_default();
        if state.revoked {
            return Err(Refusal::Revoked);
        }
        if generation < state.settled
            || state
                .offered
                .is_some_and(|offered| state.settled < generation && generation < offered)
        {
            return Err(Refusal::Superseded);
        }
        state.settle(generation);
        Ok(())
    }

    /// The generation that access tokens of a login carry.
    pub fn generation(&self, login: Login) -> u32 {
        self.states().get(&login).map_or(0, |state| state.settled)
    }

    /// Ends all access tokens of a login.
    pub fn end_access(&self, login: Login) {
        self.states().entry(login).or_default().ended_before =
            Timestamp::now().as_millisecond() + 1;
    }

    /// Revokes a login.
    pub fn revoke(&self, login: Login) {
        self.states().entry(login).or_default().revoked = true;
    }

    /// Forgets what happened to a login: its first refresh token works again, beside the newest.
    pub fn restore(&self, login: Login) {
        self.states().remove(&login);
    }

    /// Whether the login was revoked.
    pub fn is_revoked(&self, login: Login) -> bool {
        self.states().get(&login).is_some_and(|state| state.revoked)
    }

    /// Forgets rotations, revocations and ended tokens.
    pub fn reset(&self) {
        self.states().clear();
    }

    fn states(&self) -> MutexGuard<'_, HashMap<Login, State>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn issue(
        &self,
        kind: char,
        login: Login,
        generation: u32,
        secret: &str,
        expires: Timestamp,
    ) -> String {
        let issued = Timestamp::now().as_millisecond();
        let (business, index, expires) = (login.business, login.index, expires.as_second());
        let text = format!(
            "{}{kind}-{business}-{index}-{generation}-{expires}-{issued}",
            self.prefix
        );
        let check = check_sum(&text, secret);
        format!("{text}-{check}")
    }

    fn read(
        &self,
        kind: char,
        token: &str,
        secret_of: impl Fn(Login) -> Option<String>,
    ) -> Option<Claims> {
        let (text, check) = token.rsplit_once('-')?;
        let parts: Vec<&str> = text
            .strip_prefix(self.prefix)?
            .strip_prefix(kind)?
            .split('-')
            .skip(1)
            .collect();
        let [business, index, generation, expires, issued] = parts[..] else {
            return None;
        };
        let login = Login {
            business: business.parse().ok()?,
            index: index.parse().ok()?,
        };
        let secret = secret_of(login)?;
        (check == check_sum(text, &secret)).then_some(())?;
        Some(Claims {
            login,
            generation: generation.parse().ok()?,
            expires: expires.parse().ok()?,
            issued: issued.parse().ok()?,
        })
    }
}

impl State {
    fn settle(&mut self, generation: u32) {
        self.settled = self.settled.max(generation);
        if self.offered.is_some_and(|offered| offered <= generation) {
            self.offered = None;
        }
    }
}

fn check_sum(text: &str, secret: &str) -> String {
    let digest = Sha256::new()
        .chain_update(secret)
        .chain_update([0])
        .chain_update(text)
        .finalize();
    hex::encode(&digest[..12])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{instant, later};

    const LOGIN: Login = Login {
        business: 0,
        index: 0,
    };

    fn secret(login: Login) -> Option<String> {
        (login == LOGIN).then(|| "made-up".to_owned())
    }

    fn now() -> Timestamp {
        instant(1_790_000_000)
    }

    #[test]
    fn an_access_token_works_until_it_expires_or_is_ended() {
        let tokens = Tokens::new("sim.");
        let token = tokens.access(LOGIN, 0, "made-up", later(now(), 3600));
        assert!(
            tokens
                .use_access(&token, secret, later(now(), 3599))
                .is_ok()
        );
        assert_eq!(
            tokens.use_access(&token, secret, later(now(), 3600)),
            Err(Refusal::Expired)
        );
        assert_eq!(
            tokens.use_access(&format!("{token}0"), secret, now()),
            Err(Refusal::Unknown)
        );
        tokens.end_access(LOGIN);
        assert_eq!(
            tokens.use_access(&token, secret, now()),
            Err(Refusal::Expired)
        );
    }

    #[test]
    fn the_old_refresh_token_lives_until_the_new_access_token_is_used() {
        let tokens = Tokens::new("sim.");
        let until = later(now(), 7_776_000);
        let (first, refresh) = tokens.rotate(LOGIN, "made-up", until);
        let access = tokens.access(LOGIN, first, "made-up", later(now(), 3600));
        assert!(
            tokens.use_generation(LOGIN, 0).is_ok(),
            "a lost answer may be asked for again"
        );
        tokens.use_access(&access, secret, now()).unwrap();
        assert_eq!(tokens.use_generation(LOGIN, 0), Err(Refusal::Superseded));
        assert!(tokens.use_refresh(&refresh, secret, now()).is_ok());
    }

    #[test]
    fn a_newer_offer_ends_the_unused_one() {
        let tokens = Tokens::new("sim.");
        let until = later(now(), 7_776_000);
        let (_, lost) = tokens.rotate(LOGIN, "made-up", until);
        tokens.use_generation(LOGIN, 0).unwrap();
        let (_, kept) = tokens.rotate(LOGIN, "made-up", until);
        assert_eq!(
            tokens.use_refresh(&lost, secret, now()),
            Err(Refusal::Superseded)
        );
        assert!(tokens.use_refresh(&kept, secret, now()).is_ok());
        assert_eq!(tokens.use_generation(LOGIN, 0), Err(Refusal::Superseded));
    }

    #[test]
    fn a_restart_keeps_rotated_tokens() {
        let (_, refresh) = Tokens::new("sim.").rotate(LOGIN, "made-up", later(now(), 100));
        let restarted = Tokens::new("sim.");
        assert!(restarted.use_refresh(&refresh, secret, now()).is_ok());
        assert_eq!(restarted.use_generation(LOGIN, 0), Err(Refusal::Superseded));
    }
}
