//! Refresh tokens that the platform replaces with each use. The new one is stored, sealed, before the access token that
//! came with it is used; a row lock keeps two runs from spending the same one.

use dpo_warehouse::Tenant;
use dpo_warehouse::model::RunClass;
use dpo_warehouse::tokens::{self, TokenError, TokenKey};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::grant::{Granted, RECONNECT};
use super::shopify::RefreshClient;
use super::tokens::{ask, is_fresh};
use crate::frame::driver::Patience;
use crate::frame::failure::{Failure, Reason, Scope};
use crate::http::HttpClient;

const NOT_STORED: &str = "The rotated token could not be stored in the database. Nothing to do: the next run tries again.";
const SPENT: &str = "The platform no longer accepts the refresh token: access was revoked, or a new token was lost when a run was cut off. Connect the shop again and put the new refresh token into the Secret.";

/// A rotating refresh token and where it is kept.
pub struct RotatingToken {
    client: RefreshClient,
    tenant: Tenant,
    key: TokenKey,
    source_uid: String,
}

/// What is kept of a rotation: the next refresh token, and the access token for the runs until it expires.
#[derive(Serialize, Deserialize)]
struct Kept {
    refresh_token: String,
    access_token: String,
    expires_at: Option<Timestamp>,
}

impl Kept {
    /// The Secret's own token is plain text, a kept one is this JSON.
    fn read(sealed: &SecretString) -> Option<Self> {
        serde_json::from_str(sealed.expose_secret()).ok()
    }

    fn granted(self) -> Granted {
        Granted {
            access_token: self.access_token.into(),
            expires_at: self.expires_at,
            refresh_token: Some(self.refresh_token.into()),
        }
    }
}

impl RotatingToken {
    /// The token of one DataSource.
    #[must_use]
    pub fn new(client: RefreshClient, tenant: Tenant, key: TokenKey, source_uid: String) -> Self {
        Self {
            client,
            tenant,
            key,
            source_uid,
        }
    }

    /// The access token that is kept, if it is still good and not the stale one; else a new one.
    ///
    /// # Errors
    /// The platform refuses the refresh token, or the database does not take the new one.
    pub async fn obtain(
        &self,
        http: &HttpClient,
        patience: &Patience,
        stale: Option<&SecretString>,
    ) -> Result<Granted, Failure> {
        let locked = tokens::lock(
            &self.tenant,
            &self.key,
            &self.source_uid,
            self.client.first_refresh_token(),
        )
        .await
        .map_err(not_stored)?;
        let kept = Kept::read(locked.current());
        let refresh_token = match kept {
            Some(kept) if is_usable(&kept, stale) => return Ok(kept.granted()),
            Some(kept) => SecretString::from(kept.refresh_token),
            None => locked.current().clone(),
        };
        let granted = ask(http, patience, || Ok(self.client.request(&refresh_token)))
            .await
            .map_err(spent)?;
        let kept = Kept {
            refresh_token: granted
                .refresh_token
                .as_ref()
                .unwrap_or(&refresh_token)
                .expose_secret()
                .to_owned(),
            access_token: granted.access_token.expose_secret().to_owned(),
            expires_at: granted.expires_at,
        };
        let text = serde_json::to_string(&kept)
            .map_err(|_| Failure::unexpected("the token cannot be kept"))?;
        locked
            .store(&SecretString::from(text))
            .await
            .map_err(not_stored)?;
        Ok(granted)
    }
}

fn is_usable(kept: &Kept, stale: Option<&SecretString>) -> bool {
    let is_stale = stale.is_some_and(|stale| stale.expose_secret() == kept.access_token);
    let granted = Granted {
        access_token: kept.access_token.as_str().into(),
        expires_at: kept.expires_at,
        refresh_token: None,
    };
    !is_stale && kept.expires_at.is_some() && is_fresh(&granted, Timestamp::now())
}

/// A refusal of the token itself may come from a rotation that was lost; other refusals say what is wrong.
fn spent(failure: Failure) -> Failure {
    if failure.advice == RECONNECT {
        Failure {
            advice: SPENT,
            ..failure
        }
    } else {
        failure
    }
}

fn not_stored(error: TokenError) -> Failure {
    match error {
        TokenError::InvalidKey | TokenError::Seal => Failure::new(
            RunClass::PermanentBug,
            Scope::Credential,
            Reason::KeyMissing,
            "The key that seals rotated tokens is not usable. The platform team must check the Secret dpo-tenant-database.",
        ),
        TokenError::Database(error) => Failure::new(
            RunClass::Transient,
            Scope::Credential,
            Reason::DatabaseUnreachable,
            NOT_STORED,
        )
        .with_detail(error.category()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::grant::read_token;
    use super::*;
    use crate::frame::exchange::fixtures::answer;

    #[test]
    fn only_a_refused_token_may_have_been_lost() {
        let advice = |code: &str| {
            let body = format!(r#"{{"error": "{code}"}}"#);
            spent(read_token(&answer(400, &body)).unwrap_err()).advice
        };
        assert_eq!(advice("invalid_grant"), SPENT);
        assert_eq!(advice("invalid_request"), SPENT);
        assert_ne!(advice("invalid_client"), SPENT);
        assert_ne!(advice("app_not_installed"), SPENT);
    }
}
