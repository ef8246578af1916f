//! Refresh tokens that a platform rotated: sealed with the tenant's token key and stored before their first use.
//!
//! Exchanging a refresh token happens under a row lock, so that two runs never spend the same token. A changed Secret
//! supersedes what was rotated from the old one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use sha2::{Digest as _, Sha256};
use sqlx::{Postgres, Row as _, Transaction};

use crate::database::{DatabaseError, Tenant};
use crate::kill_point;

const NONCE_LENGTH: usize = 12;

/// Why a token cannot be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The key is not 32 bytes in base64.
    #[error(
        "DPO_TOKEN_KEY must be 32 bytes in base64; the operator writes it into the Secret dpo-tenant-database"
    )]
    InvalidKey,
    /// Sealing failed.
    #[error("the rotated token could not be sealed")]
    Seal,
    /// The database fails.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<sqlx::Error> for TokenError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// The tenant's token key.
pub struct TokenKey(SecretBox<[u8; 32]>);

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TokenKey([redacted])")
    }
}

impl TokenKey {
    /// Reads the key from base64.
    ///
    /// # Errors
    /// Where it is not 32 bytes in base64.
    pub fn from_base64(text: &SecretString) -> Result<Self, TokenError> {
        let bytes = STANDARD
            .decode(text.expose_secret().trim())
            .map_err(|_| TokenError::InvalidKey)?;
        let key: [u8; 32] = bytes.try_into().map_err(|_| TokenError::InvalidKey)?;
        Ok(Self(SecretBox::new(Box::new(key))))
    }

    fn seal(&self, token: &SecretString, bound_to: &str) -> Result<Vec<u8>, TokenError> {
        let nonce: [u8; NONCE_LENGTH] = rand::random();
        let payload = Payload {
            msg: token.expose_secret().as_bytes(),
            aad: bound_to.as_bytes(),
        };
        let sealed = self
            .cipher()
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_| TokenError::Seal)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// `None` where the seal is broken, made with another key or for another row.
    fn open(&self, sealed: &[u8], bound_to: &str) -> Option<SecretString> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LENGTH)?;
        let nonce: [u8; NONCE_LENGTH] = nonce.try_into().ok()?;
        let payload = Payload {
            msg: sealed,
            aad: bound_to.as_bytes(),
        };
        let token = self.cipher().decrypt(&Nonce::from(nonce), payload).ok()?;
        Some(String::from_utf8(token).ok()?.into())
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(self.0.expose_secret().into())
    }
}

/// The locked refresh token of one DataSource. Dropping it without storing gives the lock back and changes nothing.
#[derive(Debug)]
pub struct LockedToken<'a> {
    tx: Transaction<'static, Postgres>,
    tenant: &'a Tenant,
    key: &'a TokenKey,
    source_uid: String,
    fingerprint: String,
    current: SecretString,
}

/// Waits for the token's lock and gives the token to use: the newest rotated one, or the Secret's where nothing was
/// rotated from it yet.
///
/// # Errors
/// Where the database fails.
pub async fn lock<'a>(
    tenant: &'a Tenant,
    key: &'a TokenKey,
    source_uid: &str,
    secret_token: &SecretString,
) -> Result<LockedToken<'a>, TokenError> {
    let fingerprint = hex::encode(Sha256::digest(secret_token.expose_secret().as_bytes()));
    let mut tx = tenant.begin().await?;
    sqlx::query(tenant.sql(
        "INSERT INTO {schema}.rotated_tokens (source_uid, secret_fingerprint, sealed, stored_at)
         VALUES ($1, $2, '', now()) ON CONFLICT (source_uid) DO NOTHING",
    ))
    .bind(source_uid)
    .bind(&fingerprint)
    .execute(&mut *tx)
    .await?;
    let row = sqlx::query(tenant.sql(
        "SELECT secret_fingerprint, sealed FROM {schema}.rotated_tokens WHERE source_uid = $1 FOR UPDATE",
    ))
    .bind(source_uid)
    .fetch_one(&mut *tx)
    .await?;
    let (stored_fingerprint, sealed): (String, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
    let rotated = (stored_fingerprint == fingerprint && !sealed.is_empty()).then(|| {
        let opened = key.open(&sealed, &bound_to(tenant, source_uid, &fingerprint));
        if opened.is_none() {
            tracing::warn!(
                source_uid,
                "the rotated token was sealed with another key; the Secret's token is tried"
            );
        }
        opened
    });
    let current = rotated.flatten().unwrap_or_else(|| secret_token.clone());
    Ok(LockedToken {
        tx,
        tenant,
        key,
        source_uid: source_uid.to_owned(),
        fingerprint,
        current,
    })
}

impl LockedToken<'_> {
    /// The refresh token to exchange.
    #[must_use]
    pub const fn current(&self) -> &SecretString {
        &self.current
    }

    /// Stores the refresh token that the platform gave in exchange and gives the lock back. Call it before the access
    /// token that came with it is used.
    ///
    /// # Errors
    /// Where the database fails; then the rotated token is lost, and the platform's grace for the old one decides.
    pub async fn store(mut self, rotated: &SecretString) -> Result<(), TokenError> {
        let sealed = self.key.seal(
            rotated,
            &bound_to(self.tenant, &self.source_uid, &self.fingerprint),
        )?;
        sqlx::query(self.tenant.sql(
            "UPDATE {schema}.rotated_tokens SET secret_fingerprint = $2, sealed = $3, stored_at = now()
             WHERE source_uid = $1",
        ))
        .bind(&self.source_uid)
        .bind(&self.fingerprint)
        .bind(sealed)
        .execute(&mut *self.tx)
        .await?;
        kill_point("token.before_commit");
        self.tx.commit().await?;
        kill_point("token.after_commit");
        Ok(())
    }
}

/// A sealed token is worth nothing in another row, tenant or after another Secret.
fn bound_to(tenant: &Tenant, source_uid: &str, fingerprint: &str) -> String {
    format!("{}/{source_uid}/{fingerprint}", tenant.id())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> TokenKey {
        TokenKey::from_base64(&STANDARD.encode([byte; 32]).into()).unwrap()
    }

    fn text(token: &SecretString) -> &str {
        token.expose_secret()
    }

    #[test]
    fn a_seal_opens_only_with_its_key_in_its_place() {
        let sealed = key(1).seal(&"rt-1".into(), "t/a/f").unwrap();
        assert!(!sealed.windows(4).any(|window| window == b"rt-1"));
        assert_eq!(text(&key(1).open(&sealed, "t/a/f").unwrap()), "rt-1");
        assert!(key(2).open(&sealed, "t/a/f").is_none());
        assert!(key(1).open(&sealed, "t/b/f").is_none());
        assert!(key(1).open(b"short", "t/a/f").is_none());
    }

    #[test]
    fn a_key_must_have_32_bytes_and_is_never_shown() {
        assert!(TokenKey::from_base64(&"YWJj".into()).is_err());
        assert_eq!(format!("{:?}", key(1)), "TokenKey([redacted])");
    }

    #[tokio::test]
    async fn a_rotated_token_is_used_until_the_secret_changes() {
        let tenant = crate::testing::tenant("UTC", "USD").await;
        let (key, secret) = (key(1), SecretString::from("from-secret"));
        let first = lock(&tenant, &key, "uid", &secret).await.unwrap();
        assert_eq!(text(first.current()), "from-secret");
        first.store(&"rotated-1".into()).await.unwrap();
        let second = lock(&tenant, &key, "uid", &secret).await.unwrap();
        assert_eq!(text(second.current()), "rotated-1");
        drop(second);
        let changed = SecretString::from("new-secret");
        let third = lock(&tenant, &key, "uid", &changed).await.unwrap();
        assert_eq!(text(third.current()), "new-secret");
        third.store(&"rotated-2".into()).await.unwrap();
        assert_eq!(
            text(
                lock(&tenant, &key, "uid", &changed)
                    .await
                    .unwrap()
                    .current()
            ),
            "rotated-2"
        );
    }

    #[tokio::test]
    async fn a_second_run_waits_for_the_first() {
        let tenant = crate::testing::tenant("UTC", "USD").await;
        let (key, secret) = (key(1), SecretString::from("from-secret"));
        let first = lock(&tenant, &key, "uid", &secret).await.unwrap();
        let waiting = lock(&tenant, &key, "uid", &secret);
        tokio::pin!(waiting);
        let patience = std::time::Duration::from_millis(200);
        assert!(
            tokio::time::timeout(patience, &mut waiting).await.is_err(),
            "the lock is held"
        );
        first.store(&"rotated".into()).await.unwrap();
        assert_eq!(text(waiting.await.unwrap().current()), "rotated");
    }
}
