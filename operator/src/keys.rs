//! Everything secret of a tenant is derived from the release key, so that it can be applied again without ever being read.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use dpo_warehouse::tenancy::LoginPassword;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Raised when all tenants' passwords are to change.
const ROTATION: u32 = 1;

/// Derives a tenant's secrets.
#[derive(Clone)]
pub struct Keys {
    release_key: SecretString,
}

impl Keys {
    /// Keys of this release.
    #[must_use]
    pub fn new(release_key: SecretString) -> Self {
        Self { release_key }
    }

    /// Password of the tenant's job login: 43 characters, safe in a URL.
    #[must_use]
    pub fn database_password(&self, organization_uid: &str) -> SecretString {
        URL_SAFE_NO_PAD
            .encode(self.derive("database-password", organization_uid))
            .into()
    }

    /// The same for Postgres.
    #[must_use]
    pub fn login(&self, organization_uid: &str) -> LoginPassword {
        LoginPassword::new(self.database_password(organization_uid))
    }

    /// Base64 of the 32 bytes that seal rotated refresh tokens. Not part of the rotation: sealed tokens must stay readable.
    #[must_use]
    pub fn token_key(&self, organization_uid: &str) -> SecretString {
        STANDARD
            .encode(self.hmac(&format!("token-key\0{organization_uid}")))
            .into()
    }

    /// Access key of the tenant's account at the embedded store: no secret, 20 characters.
    #[must_use]
    pub fn store_access_key(&self, organization_uid: &str) -> String {
        hex::encode(&self.derive("store-access-key", organization_uid)[..10])
    }

    /// Secret key of that account.
    #[must_use]
    pub fn store_secret_key(&self, organization_uid: &str) -> SecretString {
        hex::encode(&self.derive("store-secret-key", organization_uid)[..20]).into()
    }

    /// A mark of a Secret's content that tells nothing about it, but changes with it.
    #[must_use]
    pub fn mark(&self, content: &str) -> String {
        hex::encode(&self.hmac(&format!("mark\0{content}"))[..16])
    }

    fn derive(&self, purpose: &str, organization_uid: &str) -> [u8; 32] {
        self.hmac(&format!("{purpose}\0{organization_uid}\0{ROTATION}"))
    }

    #[allow(clippy::expect_used, reason = "HMAC takes keys of any length")]
    fn hmac(&self, message: &str) -> [u8; 32] {
        let key = self.release_key.expose_secret().as_bytes();
        Hmac::<Sha256>::new_from_slice(key)
            .expect("any length")
            .chain_update(message)
            .finalize()
            .into_bytes()
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_and_every_tenant_has_its_own_secret() {
        let keys = Keys::new("release key".into());
        let other_release = Keys::new("another release key".into());
        let password = keys.database_password("uid-1").expose_secret().to_string();
        assert_eq!(password, keys.database_password("uid-1").expose_secret());
        assert_ne!(password, keys.database_password("uid-2").expose_secret());
        assert_ne!(
            password,
            other_release.database_password("uid-1").expose_secret()
        );
        assert_ne!(
            keys.store_secret_key("uid-1").expose_secret(),
            keys.token_key("uid-1").expose_secret()
        );
        assert_eq!(
            (password.len(), keys.store_access_key("uid-1").len()),
            (43, 20)
        );
    }
}
