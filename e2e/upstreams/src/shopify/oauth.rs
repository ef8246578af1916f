//! Shopify's token endpoint: expiring offline tokens that rotate, and client credentials.

use serde_json::json;

use super::errors::{not_found, token_refusal};
use super::shop_of;
use crate::calendar::later;
use crate::tokens::Refusal;
use crate::web::{Answer, Request};
use crate::world::{ShopLogin, World};

const OFFLINE_SECONDS: i64 = 3600;
const REFRESH_SECONDS: i64 = 90 * 86_400;
const CLIENT_SECONDS: i64 = 86_399;

/// `POST /admin/oauth/access_token`.
pub fn answer(world: &World, request: &Request) -> Answer {
    let fields = request.fields();
    let field = |name: &str| {
        fields
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str())
    };
    let of_client = |shop: &ShopLogin<'_>| {
        !field("client_id").is_empty()
            && shop.app.client_id == field("client_id")
            && shop.app.client_secret == field("client_secret")
    };
    if request.platform_host().is_some() && shop_of(world, request).is_none() {
        return not_found();
    }
    let named = shop_of(world, request);
    let in_shop = |shop: &ShopLogin<'_>| {
        named
            .as_ref()
            .is_none_or(|domain| *domain == domain_of(shop))
    };
    let Some(shop) = world
        .shop_logins()
        .find(|shop| of_client(shop) && in_shop(shop))
    else {
        return token_refusal("invalid_client");
    };
    match field("grant_type") {
        "refresh_token" => refresh(world, shop, field("refresh_token")),
        "client_credentials" => client_credentials(world, shop),
        "" => token_refusal("invalid_request"),
        _ => token_refusal("unsupported_grant_type"),
    }
}

fn domain_of(shop: &ShopLogin<'_>) -> String {
    shop.business
        .spec
        .shopify
        .as_ref()
        .map_or_else(String::new, |shop| shop.domain.clone())
}

fn refresh(world: &World, shop: ShopLogin<'_>, token: &str) -> Answer {
    match check(world, shop, token) {
        Ok(()) => rotated(world, shop),
        Err(_) => token_refusal("invalid_grant"),
    }
}

fn check(world: &World, shop: ShopLogin<'_>, token: &str) -> Result<(), Refusal> {
    if shop.app.refresh_token.as_deref() == Some(token) {
        return world.shopify.use_generation(shop.login, 0);
    }
    let claims = world
        .shopify
        .use_refresh(token, |login| world.shop_secret(login), world.now())?;
    if claims.login == shop.login {
        Ok(())
    } else {
        Err(Refusal::Unknown)
    }
}

fn rotated(world: &World, shop: ShopLogin<'_>) -> Answer {
    let now = world.now();
    let secret = world.shop_secret(shop.login).unwrap_or_default();
    let (generation, refresh) =
        world
            .shopify
            .rotate(shop.login, &secret, later(now, REFRESH_SECONDS));
    let access = world
        .shopify
        .access(shop.login, generation, &secret, later(now, OFFLINE_SECONDS));
    Answer::json(
        200,
        &json!({
            "access_token": access,
            "scope": shop.app.scopes.join(","),
            "expires_in": OFFLINE_SECONDS,
            "refresh_token": refresh,
            "refresh_token_expires_in": REFRESH_SECONDS,
        }),
    )
}

fn client_credentials(world: &World, shop: ShopLogin<'_>) -> Answer {
    if !shop.app.client_credentials || world.shopify.is_revoked(shop.login) {
        return token_refusal("invalid_client");
    }
    let secret = world.shop_secret(shop.login).unwrap_or_default();
    let expires = later(world.now(), CLIENT_SECONDS);
    let generation = world.shopify.generation(shop.login);
    let access = world
        .shopify
        .access(shop.login, generation, &secret, expires);
    Answer::json(
        200,
        &json!({ "access_token": access, "scope": shop.app.scopes.join(","), "expires_in": CLIENT_SECONDS }),
    )
}
