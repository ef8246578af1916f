//! Shopify's three kinds of credentials: a lasting token, an expiring one that rotates, and client credentials.

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};

use super::credentials::{Credentials, wrong_platform};
use super::grant::Grant;
use crate::frame::exchange::Request;
use crate::frame::failure::Failure;

const TOKEN_PATH: &str = "/admin/oauth/access_token";

/// Which kind of credential a Secret holds.
pub enum ShopCredential {
    /// A token that does not expire.
    Lasting(SecretString),
    /// A refresh token that the platform replaces with each use.
    Rotating(RefreshClient),
    /// Client id and secret of an app of the shop's own organisation.
    Client(ClientCredentials),
}

/// Tells what kind of credential it is, and that it belongs to this shop.
///
/// # Errors
/// `KeyMissing`, `WrongPlatform`.
pub fn credential(credentials: &Credentials, shop: &str) -> Result<ShopCredential, Failure> {
    if let Some(named) = credentials.get("shop")
        && !named.expose_secret().eq_ignore_ascii_case(shop)
    {
        return Err(wrong_platform(&format!(
            "it belongs to the shop {}, needed is {shop}",
            named.expose_secret()
        )));
    }
    if let Some(refresh_token) = credentials.get("refresh_token") {
        let client = Client::from_credentials(credentials, shop)?;
        return Ok(ShopCredential::Rotating(RefreshClient {
            client,
            refresh_token,
        }));
    }
    match credentials.get("access_token") {
        Some(token) => Ok(ShopCredential::Lasting(token)),
        None => Ok(ShopCredential::Client(ClientCredentials(
            Client::from_credentials(credentials, shop)?,
        ))),
    }
}

/// The app as the shop knows it.
struct Client {
    shop: String,
    id: SecretString,
    secret: SecretString,
}

impl Client {
    fn from_credentials(credentials: &Credentials, shop: &str) -> Result<Self, Failure> {
        Ok(Self {
            shop: shop.to_owned(),
            id: credentials.require("client_id")?,
            secret: credentials.require("client_secret")?,
        })
    }

    fn request(
        &self,
        grant_type: &'static str,
        further: Vec<(&'static str, SecretString)>,
    ) -> Request {
        let mut form = vec![
            ("grant_type", SecretString::from(grant_type)),
            ("client_id", self.id.clone()),
            ("client_secret", self.secret.clone()),
        ];
        form.extend(further);
        Request::post_form(self.shop.clone(), TOKEN_PATH, form)
    }
}

/// The grant of an app of the shop's own organisation.
pub struct ClientCredentials(Client);

impl Grant for ClientCredentials {
    fn request(&self, _now: Timestamp) -> Result<Request, Failure> {
        Ok(self.0.request("client_credentials", Vec::new()))
    }
}

/// An app with a refresh token that rotates.
pub struct RefreshClient {
    client: Client,
    refresh_token: SecretString,
}

impl RefreshClient {
    /// The refresh token that the tenant put into the Secret.
    #[must_use]
    pub fn first_refresh_token(&self) -> &SecretString {
        &self.refresh_token
    }

    /// The request that turns a refresh token into an access token and the next refresh token.
    #[must_use]
    pub fn request(&self, refresh_token: &SecretString) -> Request {
        self.client.request(
            "refresh_token",
            vec![("refresh_token", refresh_token.clone())],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::credentials::fixtures::credentials;
    use super::*;
    use crate::frame::failure::Reason;

    const SHOP: &str = "saigon-coffee.myshopify.com";

    fn kind(pairs: &[(&str, &str)]) -> &'static str {
        match credential(&credentials(pairs), SHOP) {
            Ok(ShopCredential::Lasting(_)) => "lasting",
            Ok(ShopCredential::Rotating(_)) => "rotating",
            Ok(ShopCredential::Client(_)) => "client",
            Err(failure) => failure.reason.into(),
        }
    }

    #[test]
    fn the_keys_tell_the_kind() {
        assert_eq!(kind(&[("access_token", "shpat_1")]), "lasting");
        assert_eq!(
            kind(&[
                ("client_id", "i"),
                ("client_secret", "s"),
                ("refresh_token", "r")
            ]),
            "rotating"
        );
        assert_eq!(
            kind(&[
                ("client_id", "i"),
                ("client_secret", "s"),
                ("refresh_token", "r"),
                ("access_token", "a")
            ]),
            "rotating"
        );
        assert_eq!(
            kind(&[("client_id", "i"), ("client_secret", "s")]),
            "client"
        );
        assert_eq!(kind(&[("refresh_token", "r")]), Reason::KeyMissing.as_ref());
        assert_eq!(kind(&[]), Reason::KeyMissing.as_ref());
    }

    #[test]
    fn a_credential_of_another_shop_is_refused() {
        assert_eq!(
            kind(&[("access_token", "a"), ("shop", "other.myshopify.com")]),
            Reason::WrongPlatform.as_ref()
        );
        assert_eq!(
            kind(&[
                ("access_token", "a"),
                ("shop", "Saigon-Coffee.myshopify.com")
            ]),
            "lasting"
        );
    }
}
