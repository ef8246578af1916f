//! Google's two grants: a user's refresh token, and a service account's signed assertion.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::credentials::{Credentials, key_missing};
use super::grant::Grant;
use crate::frame::exchange::Request;
use crate::frame::failure::Failure;

const TOKEN_HOST: &str = "oauth2.googleapis.com";
const TOKEN_PATH: &str = "/token";
const ASSERTION_LIFETIME: Duration = Duration::from_hours(1);

/// The grant that a credential allows: a service account's if it holds one, else the refresh token's.
///
/// # Errors
/// `KeyMissing`.
pub fn grant(credentials: &Credentials, scope: &'static str) -> Result<Box<dyn Grant>, Failure> {
    match credentials.get("service_account_json") {
        Some(json) => Ok(Box::new(ServiceAccount::from_json(&json, scope)?)),
        None => Ok(Box::new(RefreshToken::from_credentials(credentials)?)),
    }
}

/// The grant of a user's refresh token. Google's refresh tokens do not rotate.
#[derive(Debug)]
pub struct RefreshToken {
    client_id: SecretString,
    client_secret: SecretString,
    secret_token: SecretString,
}

impl RefreshToken {
    /// Takes client and refresh token from a credential.
    ///
    /// # Errors
    /// `KeyMissing`.
    pub fn from_credentials(credentials: &Credentials) -> Result<Self, Failure> {
        Ok(Self {
            client_id: credentials.require("client_id")?,
            client_secret: credentials.require("client_secret")?,
            secret_token: credentials.require("refresh_token")?,
        })
    }
}

impl Grant for RefreshToken {
    fn request(&self, _now: Timestamp) -> Result<Request, Failure> {
        let form = vec![
            ("grant_type", SecretString::from("refresh_token")),
            ("client_id", self.client_id.clone()),
            ("client_secret", self.client_secret.clone()),
            ("refresh_token", self.secret_token.clone()),
        ];
        Ok(Request::post_form(TOKEN_HOST, TOKEN_PATH, form))
    }
}

/// The parts of a service account's key file that we use. Its `token_uri` is not among them: a tenant must not choose
/// where we connect to.
#[derive(Deserialize)]
struct KeyFile {
    client_email: String,
    private_key: SecretString,
    private_key_id: Option<String>,
}

/// The grant of a service account.
pub struct ServiceAccount {
    email: String,
    key_id: Option<String>,
    key: RsaKeyPair,
    scope: &'static str,
}

impl ServiceAccount {
    /// Reads the key file that Google hands out for a service account.
    ///
    /// # Errors
    /// `KeyMissing`: it is not such a file.
    pub fn from_json(json: &SecretString, scope: &'static str) -> Result<Self, Failure> {
        const NOT_A_KEY_FILE: &str = "service_account_json must hold the whole JSON key file that Google made for the service account";
        let file: KeyFile =
            serde_json::from_str(json.expose_secret()).map_err(|_| key_missing(NOT_A_KEY_FILE))?;
        let key =
            rsa_key(file.private_key.expose_secret()).ok_or_else(|| key_missing(NOT_A_KEY_FILE))?;
        Ok(Self {
            email: file.client_email,
            key_id: file.private_key_id,
            key,
            scope,
        })
    }

    fn assertion(&self, now: Timestamp) -> Result<SecretString, Failure> {
        let mut header = serde_json::json!({"alg": "RS256", "typ": "JWT"});
        if let (Some(header), Some(key_id)) = (header.as_object_mut(), &self.key_id) {
            header.insert("kid".to_owned(), key_id.as_str().into());
        }
        let claims = serde_json::json!({
            "iss": self.email,
            "scope": self.scope,
            "aud": format!("https://{TOKEN_HOST}{TOKEN_PATH}"),
            "iat": now.as_second(),
            "exp": now.as_second().saturating_add_unsigned(ASSERTION_LIFETIME.as_secs()),
        });
        let encode = |part: &serde_json::Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                signed.as_bytes(),
                &mut signature,
            )
            .map_err(|_| {
                key_missing("service_account_json holds a private key that cannot sign")
            })?;
        Ok(SecretString::from(format!(
            "{signed}.{}",
            URL_SAFE_NO_PAD.encode(&signature)
        )))
    }
}

impl Grant for ServiceAccount {
    fn request(&self, now: Timestamp) -> Result<Request, Failure> {
        let form = vec![
            (
                "grant_type",
                SecretString::from("urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ),
            ("assertion", self.assertion(now)?),
        ];
        Ok(Request::post_form(TOKEN_HOST, TOKEN_PATH, form))
    }
}

fn rsa_key(pem: &str) -> Option<RsaKeyPair> {
    let lines = pem
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("-----"));
    let der = STANDARD.decode(lines.collect::<String>()).ok()?;
    RsaKeyPair::from_pkcs8(&der)
        .or_else(|_| RsaKeyPair::from_der(&der))
        .ok()
}
