//! Session tokens: 32 random bytes, of which the database knows the hash alone.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dpo_warehouse::identity::TokenHash;
use rand::TryRng as _;
use rand::rngs::SysRng;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

/// The secret that a browser keeps.
#[derive(Debug, Clone)]
pub struct SessionToken(SecretString);

/// The operating system gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoRandomness;

impl SessionToken {
    /// A new token.
    ///
    /// # Errors
    /// Where the operating system gives no randomness.
    pub fn generate() -> Result<Self, NoRandomness> {
        let mut bytes = [0_u8; 32];
        SysRng
            .try_fill_bytes(&mut bytes)
            .map_err(|_| NoRandomness)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes).into()))
    }

    /// Reads what a browser sent; none where it cannot be a token of ours.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let decoded = URL_SAFE_NO_PAD.decode(text).ok()?;
        (decoded.len() == 32).then(|| Self(text.into()))
    }

    /// What the database keeps.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0.expose_secret().as_bytes()).into())
    }

    /// The text for the cookie.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn tokens_do_not_repeat() {
        let tokens: BTreeSet<String> = (0..10_000)
            .map(|_| SessionToken::generate().unwrap().expose().to_owned())
            .collect();
        assert_eq!(tokens.len(), 10_000);
        assert!(tokens.iter().all(|token| token.len() == 43));
    }

    #[test]
    fn only_tokens_are_read() {
        let token = SessionToken::generate().unwrap();
        assert_eq!(
            SessionToken::read(token.expose()).unwrap().hash(),
            token.hash()
        );
        for text in [
            "",
            "short",
            "'; DROP TABLE control.sessions; --",
            &"A".repeat(44),
        ] {
            assert!(SessionToken::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_token_is_not_printed() {
        let token = SessionToken::generate().unwrap();
        assert!(!format!("{token:?}").contains(token.expose()));
    }
}
