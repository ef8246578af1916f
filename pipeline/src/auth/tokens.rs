//! The access token in use: fetched when needed, renewed once when refused, one refresh at a time.

use dpo_warehouse::model::RunClass;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use url::form_urlencoded;

use super::credentials::Credentials;
use super::grant::{Grant, Granted, read_token};
use super::rotating::RotatingToken;
use crate::frame::driver::Patience;
use crate::frame::exchange::Request;
use crate::frame::failure::{Failure, Reason, Scope};
use crate::http::HttpClient;

/// A token is no longer used when less than this is left of it.
const MARGIN: SignedDuration = SignedDuration::from_mins(2);

const REVOKED: &str = "The platform does not accept the access token any more: the app was uninstalled or access was revoked. Connect the account again and put the new token into the Secret.";

/// Where access tokens come from.
pub enum TokenSource {
    /// The Secret holds one that lasts.
    Lasting(SecretString),
    /// A grant that can be used again and again.
    Grant(Box<dyn Grant>),
    /// A refresh token that is replaced with each use.
    Rotating(Box<RotatingToken>),
}

/// The access tokens of one credential.
pub struct AccessTokens {
    source: TokenSource,
    current: Mutex<Option<Granted>>,
    secrets: Vec<SecretString>,
}

impl AccessTokens {
    /// Tokens of a source; the credential's values are kept out of every message.
    #[must_use]
    pub fn new(source: TokenSource, credentials: &Credentials) -> Self {
        Self {
            source,
            current: Mutex::new(None),
            secrets: credentials.values().map(SecretString::from).collect(),
        }
    }

    /// The token to use now.
    ///
    /// # Errors
    /// The platform gives none.
    pub async fn current(
        &self,
        http: &HttpClient,
        patience: &Patience,
    ) -> Result<SecretString, Failure> {
        if let TokenSource::Lasting(token) = &self.source {
            return Ok(token.clone());
        }
        let mut current = self.current.lock().await;
        if let Some(granted) = current
            .as_ref()
            .filter(|granted| is_fresh(granted, Timestamp::now()))
        {
            return Ok(granted.access_token.clone());
        }
        self.obtain(http, patience, &mut current, None).await
    }

    /// A token to use instead of one that was refused.
    ///
    /// # Errors
    /// There is no other; `auth_revoked` where the credential is a lasting token.
    pub async fn renew(
        &self,
        http: &HttpClient,
        patience: &Patience,
        stale: &SecretString,
        refusal: &Failure,
    ) -> Result<SecretString, Failure> {
        if let TokenSource::Lasting(_) = &self.source {
            let revoked = Failure::new(
                RunClass::AuthRevoked,
                Scope::Credential,
                Reason::AuthRevoked,
                REVOKED,
            );
            return Err(revoked.with_detail(&refusal.detail));
        }
        let mut current = self.current.lock().await;
        match current.as_ref() {
            Some(granted) if granted.access_token.expose_secret() != stale.expose_secret() => {
                Ok(granted.access_token.clone())
            }
            _ => self.obtain(http, patience, &mut current, Some(stale)).await,
        }
    }

    /// A text without any of the credential's values and tokens.
    #[must_use]
    pub fn without_secrets(&self, text: &str, token: Option<&SecretString>) -> String {
        let secrets = self
            .secrets
            .iter()
            .chain(token)
            .map(ExposeSecret::expose_secret);
        secrets
            .filter(|secret| secret.len() >= 8)
            .fold(text.to_owned(), |text, secret| without(&text, secret))
    }

    async fn obtain(
        &self,
        http: &HttpClient,
        patience: &Patience,
        current: &mut Option<Granted>,
        stale: Option<&SecretString>,
    ) -> Result<SecretString, Failure> {
        let granted = match &self.source {
            TokenSource::Lasting(token) => return Ok(token.clone()),
            TokenSource::Grant(grant) => {
                ask(http, patience, || grant.request(Timestamp::now())).await
            }
            TokenSource::Rotating(rotating) => rotating.obtain(http, patience, stale).await,
        };
        let granted = granted.map_err(|failure| {
            let detail = self.without_secrets(&failure.detail, None);
            failure.with_detail(detail)
        })?;
        let token = granted.access_token.clone();
        *current = Some(granted);
        Ok(token)
    }
}

/// Takes a secret out as it is, and as forms carry it.
fn without(text: &str, secret: &str) -> String {
    let in_forms: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    text.replace(secret, "[redacted]")
        .replace(&in_forms, "[redacted]")
}

/// Asks a token endpoint, with the patience of any other request.
///
/// # Errors
/// The endpoint refuses or is not well.
pub async fn ask(
    http: &HttpClient,
    patience: &Patience,
    request: impl Fn() -> Result<Request, Failure>,
) -> Result<Granted, Failure> {
    patience
        .persist(async || read_token(&http.send(&request()?, None).await?))
        .await
}

/// Whether enough is left of a token's life.
#[must_use]
pub fn is_fresh(granted: &Granted, now: Timestamp) -> bool {
    granted
        .expires_at
        .is_none_or(|expires_at| expires_at.duration_since(now) > MARGIN)
}

#[cfg(test)]
mod tests {
    use super::super::credentials::fixtures::credentials;
    use super::*;

    #[test]
    fn secrets_are_taken_out_however_they_are_written() {
        let credentials = credentials(&[("refresh_token", "1//0gcanary+token"), ("short", "abc")]);
        let tokens = AccessTokens::new(TokenSource::Lasting("ya29.canary".into()), &credentials);
        let told = "abc 1//0gcanary+token refresh_token=1%2F%2F0gcanary%2Btoken ya29.canary";
        assert_eq!(
            tokens.without_secrets(told, Some(&"ya29.canary".into())),
            "abc [redacted] refresh_token=[redacted] [redacted]"
        );
    }
}
