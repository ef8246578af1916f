//! Passwords reach Postgres as SCRAM verifiers, so that no statement, log or statistics view ever holds one.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

const ITERATIONS: u32 = 4096;

/// The password of a tenant's job login: random text of at least 32 characters, never chosen by people.
#[derive(Clone, Debug)]
pub struct LoginPassword(SecretString);

impl LoginPassword {
    /// Wraps a derived password.
    #[must_use]
    pub fn new(password: SecretString) -> Self {
        Self(password)
    }

    /// What Postgres stores (RFC 5803). The salt follows from the password, so that the same password always gives the same text.
    pub(super) fn verifier(&self) -> String {
        let password = self.0.expose_secret().as_bytes();
        let salt = &Sha256::new()
            .chain_update(b"dpo salt")
            .chain_update(password)
            .finalize()[..16];
        let salted = salted_password(password, salt);
        let stored_key = Sha256::digest(mac(&salted, b"Client Key"));
        let server_key = mac(&salted, b"Server Key");
        let [salt, stored_key, server_key] =
            [salt, &stored_key[..], &server_key[..]].map(|bytes| STANDARD.encode(bytes));
        format!("SCRAM-SHA-256${ITERATIONS}:{salt}${stored_key}:{server_key}")
    }

    /// Tells whether the recorded login is this one; says nothing about the password.
    pub(super) fn fingerprint(&self) -> String {
        hex::encode(&Sha256::digest(self.verifier())[..16])
    }
}

/// PBKDF2 with one block, which is what SCRAM calls `Hi`.
fn salted_password(password: &[u8], salt: &[u8]) -> [u8; 32] {
    let mut round = mac(password, &[salt, &1_u32.to_be_bytes()].concat());
    let mut sum = round;
    for _ in 1..ITERATIONS {
        round = mac(password, &round);
        sum.iter_mut()
            .zip(round)
            .for_each(|(total, byte)| *total ^= byte);
    }
    sum
}

#[allow(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    Hmac::<Sha256>::new_from_slice(key)
        .expect("any length")
        .chain_update(message)
        .finalize()
        .into_bytes()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_password_gives_the_same_verifier_and_another_does_not() {
        let first = LoginPassword::new("a".repeat(40).into());
        assert_eq!(
            first.verifier(),
            LoginPassword::new("a".repeat(40).into()).verifier()
        );
        assert_ne!(
            first.fingerprint(),
            LoginPassword::new("b".repeat(40).into()).fingerprint()
        );
        assert!(!format!("{first:?}").contains("aaaa"));
    }
}
