//! Shopify: the token endpoint and the GraphQL Admin API.

pub mod bucket;
pub mod errors;
pub mod oauth;

use crate::web::{Answer, Request};
use crate::world::World;

/// The shop that a request is for: by host, otherwise by token or client.
pub fn shop_of(world: &World, request: &Request) -> Option<String> {
    let domain = |shop: crate::world::ShopLogin<'_>| {
        shop.business
            .spec
            .shopify
            .as_ref()
            .map(|shop| shop.domain.clone())
    };
    if let Some(host) = request.platform_host() {
        return world
            .shop_logins()
            .filter_map(domain)
            .find(|domain| domain == host);
    }
    if let Some(token) = request.header("x-shopify-access-token") {
        return world.shop_access(token).ok().and_then(domain);
    }
    let fields = request.fields();
    let client = fields
        .iter()
        .find(|(name, _)| name == "client_id")
        .map(|(_, value)| value.as_str())?;
    world
        .shop_logins()
        .find(|shop| shop.app.client_id == client)
        .and_then(domain)
}

/// Anything under `/admin/api`.
pub fn answer(_world: &World, _request: &Request) -> Answer {
    errors::not_found()
}
