//! Google's token endpoint: refresh tokens with or without rotation, and service accounts' assertions.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::calendar::later;
use crate::config::GoogleCredential;
use crate::tokens::{Login, Refusal};
use crate::web::{Answer, Request};
use crate::world::{GoogleLogin, World};

const ACCESS_SECONDS: i64 = 3600;
const REFRESH_SECONDS: i64 = 180 * 86_400;
const ASSERTION_GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// `POST /token`.
pub fn answer(world: &World, request: &Request) -> Answer {
    let fields = request.fields();
    let field = |name: &str| {
        fields
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str())
    };
    match field("grant_type") {
        "refresh_token" => refresh(
            world,
            field("client_id"),
            field("client_secret"),
            field("refresh_token"),
        ),
        ASSERTION_GRANT => assertion(world, field("assertion")),
        "" => refusal(
            400,
            "invalid_request",
            "Missing required parameter: grant_type",
        ),
        other => refusal(
            400,
            "unsupported_grant_type",
            &format!("Invalid grant_type: {other}"),
        ),
    }
}

/// `{"error", "error_description"}` as the endpoint words it.
pub fn refusal(status: u16, error: &str, description: &str) -> Answer {
    Answer::json(
        status,
        &json!({ "error": error, "error_description": description }),
    )
}

/// The answer to a refresh token that no longer works.
pub fn invalid_grant() -> Answer {
    refusal(400, "invalid_grant", "Token has been expired or revoked.")
}

fn refresh(world: &World, client: &str, secret: &str, token: &str) -> Answer {
    let of_client = |google: &GoogleCredential| !client.is_empty() && google.client_id == client;
    if !world
        .google_logins()
        .any(|(_, google)| of_client(google.credential))
    {
        return refusal(401, "invalid_client", "The OAuth client was not found.");
    }
    if !world.google_logins().any(|(_, google)| {
        of_client(google.credential) && google.credential.client_secret == secret
    }) {
        return refusal(401, "invalid_client", "Unauthorized");
    }
    if token.is_empty() {
        return refusal(
            400,
            "invalid_request",
            "Missing required parameter: refresh_token",
        );
    }
    match find(world, client, token) {
        Ok((login, google)) => granted(world, login, google),
        Err(_) => invalid_grant(),
    }
}

fn find<'a>(
    world: &'a World,
    client: &str,
    token: &str,
) -> Result<(Login, GoogleLogin<'a>), Refusal> {
    let configured = world.google_logins().find(|(_, google)| {
        google.credential.client_id == client && google.credential.refresh_token == token
    });
    let login = match configured {
        Some((login, _)) => {
            world.google.use_generation(login, 0)?;
            login
        }
        None => world.google_rotated(token)?.login,
    };
    let google = world
        .google_login(login)
        .filter(|google| google.credential.client_id == client);
    google.map(|google| (login, google)).ok_or(Refusal::Unknown)
}

fn granted(world: &World, login: Login, google: GoogleLogin<'_>) -> Answer {
    let now = world.now();
    let secret = world.google_secret(login).unwrap_or_default();
    let mut body = json!({ "expires_in": ACCESS_SECONDS, "scope": scope(google.credential), "token_type": "Bearer" });
    let generation = if google.credential.rotate {
        let (next, token) = world
            .google
            .rotate(login, &secret, later(now, REFRESH_SECONDS));
        body["refresh_token"] = Value::from(token);
        next
    } else {
        world.google.generation(login)
    };
    body["access_token"] = Value::from(world.google.access(
        login,
        generation,
        &secret,
        later(now, ACCESS_SECONDS),
    ));
    Answer::json(200, &body)
}

fn scope(credential: &GoogleCredential) -> String {
    let full = |short: &String| format!("https://www.googleapis.com/auth/{short}");
    credential
        .scopes
        .iter()
        .map(full)
        .collect::<Vec<_>>()
        .join(" ")
}

#[derive(Deserialize)]
struct Assertion {
    iss: String,
    scope: String,
    iat: i64,
    exp: i64,
}

/// A service account's assertion. The signature must be there but is not checked: the simulator knows no public keys.
fn assertion(world: &World, text: &str) -> Answer {
    let Some(claims) = read_assertion(text) else {
        return refusal(400, "invalid_grant", "Invalid JWT Signature.");
    };
    if !is_timely(&claims, world.now()) {
        let reason = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. \
                      Check your iat and exp values in the JWT claim.";
        return refusal(400, "invalid_grant", reason);
    }
    let owner = world
        .google_logins()
        .find(|(_, google)| google.credential.service_account.as_ref() == Some(&claims.iss));
    match owner {
        Some((login, google)) if !world.google.is_revoked(login) => {
            let granted_all = claims
                .scope
                .split(' ')
                .all(|asked| scope(google.credential).split(' ').any(|one| one == asked));
            if granted_all {
                granted(world, login, google)
            } else {
                refusal(
                    401,
                    "unauthorized_client",
                    "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.",
                )
            }
        }
        _ => refusal(400, "invalid_grant", "Invalid grant: account not found"),
    }
}

fn read_assertion(text: &str) -> Option<Assertion> {
    let mut parts = text.split('.');
    let (_, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if signature.is_empty() {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

/// Whether the assertion is short-lived and of now, by the simulator's or by the real clock.
fn is_timely(claims: &Assertion, now: Timestamp) -> bool {
    let short = (1..=ACCESS_SECONDS).contains(&(claims.exp - claims.iat));
    let near =
        |clock: Timestamp| claims.iat - 600 <= clock.as_second() && clock.as_second() < claims.exp;
    short && (near(now) || near(Timestamp::now()))
}
