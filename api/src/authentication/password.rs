//! Passwords: what is accepted, and argon2id without starving the server.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, PasswordHash, Version};
use rand::TryRng as _;
use rand::rngs::SysRng;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;

/// Memory of one hash in KiB, passes, lanes: OWASP's minimum.
const COST: (u32, u32, u32) = (19_456, 2, 1);
/// Hashes at the same time: 19 MiB each.
const AT_ONCE: usize = 4;
/// How long a login waits for its turn.
const TURN: Duration = Duration::from_secs(5);

const SHORTEST: usize = 8;
/// The longest password in bytes.
pub const LONGEST: usize = 1_024;

/// Passwords that every attacker tries first, in lower case, one a line.
const COMMON: &str = include_str!("common_passwords.txt");

/// Why a password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Too short.
    #[error("the password is too short: use at least {SHORTEST} characters")]
    TooShort,
    /// Too long.
    #[error("the password is too long: use at most {LONGEST} bytes")]
    TooLong,
    /// Everybody uses it.
    #[error(
        "the password is one of the most common ones: choose another, a few words in a row are good"
    )]
    Common,
    /// It is the address.
    #[error("the password is contained in the e-mail address or contains it: choose another")]
    LikeEmail,
}

/// Why no hash was computed.
#[derive(Debug, thiserror::Error)]
pub enum HashingError {
    /// Too many logins at once.
    #[error("too many logins at once")]
    Busy,
    /// A fault of ours.
    #[error("the password could not be hashed: {0}")]
    Internal(String),
}

/// Whether a password may be set.
///
/// # Errors
/// The reason why not.
pub fn check(password: &str, email: &str) -> Result<(), WeakPassword> {
    let password = normal(password);
    let password = password.expose_secret();
    let lower = password.to_lowercase();
    let name = email.split('@').next().unwrap_or_default();
    if password.chars().count() < SHORTEST {
        Err(WeakPassword::TooShort)
    } else if password.len() > LONGEST {
        Err(WeakPassword::TooLong)
    } else if COMMON.lines().any(|common| common == lower) {
        Err(WeakPassword::Common)
    } else if email.contains(&lower) || (name.len() >= 4 && lower.contains(name)) {
        Err(WeakPassword::LikeEmail)
    } else {
        Ok(())
    }
}

/// Letters and digits that are not mistaken for each other.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz123456789";

/// A random password of 100 bits in groups of five.
///
/// # Errors
/// Where the operating system gives no randomness.
pub fn generate() -> Result<SecretString, super::token::NoRandomness> {
    let mut bytes = [0_u8; 20];
    SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(|_| super::token::NoRandomness)?;
    let letters: Vec<String> = bytes
        .chunks(5)
        .map(|group| {
            group
                .iter()
                .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
                .collect()
        })
        .collect();
    Ok(letters.join("-").into())
}

/// Hashes and verifies passwords, a few at a time, off the request threads.
#[derive(Debug, Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// What unknown users are checked against, so that they take as long as known ones.
    nobody: SecretString,
}

impl Passwords {
    /// Prepares the hash that stands in for unknown users.
    ///
    /// # Errors
    /// Where the operating system gives no randomness.
    pub fn new() -> Result<Self, HashingError> {
        let nobody = hash(&generate().map_err(|error| HashingError::Internal(error.to_string()))?)?;
        Ok(Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            nobody,
        })
    }

    /// Whether the password is right. Without a stored hash the answer is no, after the same work.
    ///
    /// # Errors
    /// Where too many are at it.
    pub async fn verify(
        &self,
        password: SecretString,
        stored: Option<&SecretString>,
    ) -> Result<bool, HashingError> {
        let known = stored.is_some();
        let against = stored.unwrap_or(&self.nobody).clone();
        let right = self.in_turn(move || verify(&password, &against)).await?;
        Ok(right && known)
    }

    /// The PHC string to store for a password.
    ///
    /// # Errors
    /// Where too many are at it.
    pub async fn hash(&self, password: SecretString) -> Result<SecretString, HashingError> {
        self.in_turn(move || hash(&password)).await?
    }

    /// Runs `work` on a blocking thread; the turn lasts as long as the work, even when the request is gone.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashingError> {
        let turn = tokio::time::timeout(TURN, Arc::clone(&self.turns).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else {
            return Err(HashingError::Busy);
        };
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(turn);
            result
        });
        done.await
            .map_err(|error| HashingError::Internal(error.to_string()))
    }
}

/// The same text however a keyboard composes its letters (NFKC, as NIST SP 800-63B asks).
fn normal(password: &str) -> SecretString {
    password.nfkc().collect::<String>().into()
}

fn hasher() -> Result<Argon2<'static>, HashingError> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None)
        .map_err(|error| HashingError::Internal(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &SecretString) -> Result<SecretString, HashingError> {
    let password = normal(password.expose_secret());
    let hash = hasher()?
        .hash_password(password.expose_secret().as_bytes())
        .map_err(|error| HashingError::Internal(error.to_string()))?;
    Ok(hash.to_string().into())
}

fn verify(password: &SecretString, stored: &SecretString) -> bool {
    let Ok(hasher) = hasher() else { return false };
    let password = normal(password.expose_secret());
    PasswordHash::new(stored.expose_secret()).is_ok_and(|hash| {
        hasher
            .verify_password(password.expose_secret().as_bytes(), &hash)
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused_with_the_reason() {
        let email = "lan.nguyen@example.com";
        for (password, expected) in [
            ("ngắn", Err(WeakPassword::TooShort)),
            ("Password123", Err(WeakPassword::Common)),
            ("matkhau123", Err(WeakPassword::Common)),
            ("lan.nguyen2026", Err(WeakPassword::LikeEmail)),
            ("cà phê sữa đá", Ok(())),
            ("correct horse battery staple", Ok(())),
        ] {
            assert_eq!(check(password, email), expected, "{password}");
        }
        assert_eq!(
            check(&"a".repeat(LONGEST + 1), email),
            Err(WeakPassword::TooLong)
        );
    }

    #[test]
    fn the_list_is_as_the_check_needs_it() {
        assert!(COMMON.lines().count() > 150);
        for line in COMMON.lines() {
            assert_eq!(line, line.to_lowercase());
            assert!(
                line.chars().count() >= SHORTEST,
                "{line} is refused for its length anyway"
            );
        }
    }

    #[test]
    fn generated_passwords_are_strong() {
        let password = generate().unwrap();
        assert_eq!(password.expose_secret().len(), 23);
        assert!(check(password.expose_secret(), "a@b.c").is_ok());
        assert_ne!(
            password.expose_secret(),
            generate().unwrap().expose_secret()
        );
    }

    #[tokio::test]
    async fn only_the_right_password_of_a_known_user_passes() {
        let passwords = Passwords::new().unwrap();
        let stored = passwords.hash("cà phê sữa đá".into()).await.unwrap();
        assert!(
            stored
                .expose_secret()
                .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
        );
        assert!(
            passwords
                .verify("cà phê sữa đá".into(), Some(&stored))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify("cà phê sữa".into(), Some(&stored))
                .await
                .unwrap()
        );
        assert!(
            !passwords
                .verify("cà phê sữa đá".into(), None)
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn a_password_is_the_same_however_its_letters_are_composed() {
        let (composed, decomposed) = (
            "c\u{e0} ph\u{ea} s\u{1eef}a",
            "ca\u{300} phe\u{302} su\u{31b}\u{303}a",
        );
        assert_ne!(composed, decomposed);
        let passwords = Passwords::new().unwrap();
        for (set, typed) in [(composed, decomposed), (decomposed, composed)] {
            let stored = passwords.hash(set.into()).await.unwrap();
            assert!(passwords.verify(typed.into(), Some(&stored)).await.unwrap());
        }
        assert_eq!(check("nga\u{306}\u{301}n he\u{323}n", "a@b.c"), Ok(()));
        assert_eq!(
            check("nga\u{306}\u{301}n", "a@b.c"),
            Err(WeakPassword::TooShort)
        );
    }

    #[tokio::test]
    async fn an_unknown_user_costs_the_same_work() {
        let passwords = Passwords::new().unwrap();
        let cost = |hash: &SecretString| hash.expose_secret().split('$').nth(3).map(str::to_owned);
        let stored = passwords.hash("cà phê sữa đá".into()).await.unwrap();
        assert_eq!(cost(&passwords.nobody), cost(&stored));
        assert_eq!(cost(&stored).as_deref(), Some("m=19456,t=2,p=1"));
    }
}
