//! Name resolution that hands over public addresses only, so that the address checked is the address connected to.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::is_public;

/// No public address belongs to the name.
#[derive(Debug, thiserror::Error)]
#[error("the host has no public address")]
pub struct NoPublicAddress;

/// Resolves names and drops every address that is not public.
#[derive(Debug, Clone, Copy, Default)]
pub struct PublicResolver;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let public: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| is_public(address.ip()))
                .collect();
            if public.is_empty() {
                return Err(Box::<dyn std::error::Error + Send + Sync>::from(
                    NoPublicAddress,
                ));
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_of_this_machine_does_not_resolve() {
        let resolved = PublicResolver.resolve("localhost".parse().unwrap()).await;
        assert!(
            resolved
                .err()
                .unwrap()
                .to_string()
                .contains("no public address")
        );
    }
}
