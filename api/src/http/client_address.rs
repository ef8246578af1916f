//! Where a request comes from: the peer, or what trusted proxies say of it. Anybody can write `X-Forwarded-For`, so that it
//! is read from the right, as far as trusted proxies wrote it.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Once;

use axum::extract::{ConnectInfo, FromRequestParts};
use dpo_warehouse::identity::ClientNetwork;
use http::HeaderMap;
use http::request::Parts;
use ipnet::IpNet;

use crate::state::ApiState;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The proxies before the API, whose word on where a request comes from is taken.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl From<Vec<IpNet>> for TrustedProxies {
    fn from(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }
}

impl TrustedProxies {
    /// The client's address; none where it is unknown: a trusted proxy does not tell it, or no proxy is named and the peer
    /// is at a private address, as an Ingress controller's pod is, behind which everybody would count as one client.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
        let peer = peer.to_canonical();
        if self.0.is_empty() {
            return is_public(peer).then_some(peer);
        }
        if !self.trusts(peer) {
            return Some(peer);
        }
        for hop in forwarded_for(headers) {
            let address = hop?;
            if !self.trusts(address) {
                return Some(address);
            }
        }
        None
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// The addresses in the header from the right; none for what is no address.
fn forwarded_for(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let lines: Vec<&[u8]> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .map(http::HeaderValue::as_bytes)
        .collect();
    lines
        .into_iter()
        .rev()
        .flat_map(|line| line.rsplit(|&byte| byte == b','))
        .map(address)
}

/// Some proxies write the port as well.
fn address(hop: &[u8]) -> Option<IpAddr> {
    let hop = str::from_utf8(hop).ok()?.trim();
    let bare = || hop.parse::<IpAddr>().ok();
    let with_port = || hop.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    bare().or_else(with_port).map(|found| found.to_canonical())
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let shared_by_carriers = first == 100 && second & 0b1100_0000 == 64;
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_unspecified()
                || shared_by_carriers)
        }
        IpAddr::V6(address) => {
            !(address.is_unique_local()
                || address.is_loopback()
                || address.is_unicast_link_local()
                || address.is_unspecified())
        }
    }
}

/// A network of proxies as an argument.
///
/// # Errors
/// Where it is no network, or all addresses.
pub fn proxy_network(text: &str) -> Result<IpNet, String> {
    let network: IpNet = text.trim().parse().map_err(|_| {
        format!("{text:?} is no network; write it like 10.42.0.0/16 or 203.0.113.7/32")
    })?;
    if network.prefix_len() == 0 {
        return Err(format!(
            "{text:?} is every address, so that every client could say that it is another; name your proxies alone"
        ));
    }
    Ok(network)
}

/// The network that failed logins are counted for; none where it is unknown.
#[derive(Debug, Clone, Copy)]
pub struct Client(pub Option<ClientNetwork>);

impl FromRequestParts<ApiState> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Infallible> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(peer)| peer.ip());
        let client = peer.and_then(|peer| state.proxies.client(peer, &parts.headers));
        if client.is_none() {
            say_once_that_it_is_unknown(peer);
        }
        Ok(Self(client.map(ClientNetwork::from)))
    }
}

fn say_once_that_it_is_unknown(peer: Option<IpAddr>) {
    static SAID: Once = Once::new();
    SAID.call_once(|| {
        tracing::warn!(
            ?peer,
            "where logins come from is unknown, so that failed ones are limited by account alone: name the proxies before the \
             API in api.trustedProxies, and see that they send X-Forwarded-For"
        );
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.to_vec().try_into().unwrap());
        }
        headers
    }

    fn proxies(networks: &[&str]) -> TrustedProxies {
        let networks: Vec<IpNet> = networks
            .iter()
            .map(|network| proxy_network(network).unwrap())
            .collect();
        networks.into()
    }

    #[test]
    fn the_header_is_believed_as_far_as_trusted_proxies_wrote_it() {
        /// The peer, the header's lines, the client.
        type Case = (&'static str, &'static [&'static [u8]], Option<&'static str>);
        let trusted = proxies(&["10.42.0.0/16", "2001:db8:ffff::/48"]);
        let cases: [Case; 17] = [
            ("203.0.113.7", &[], Some("203.0.113.7")),
            ("203.0.113.7", &[b"198.51.100.1"], Some("203.0.113.7")),
            ("10.9.9.9", &[b"198.51.100.1"], Some("10.9.9.9")),
            ("10.42.1.1", &[b"198.51.100.1"], Some("198.51.100.1")),
            (
                "::ffff:10.42.1.1",
                &[b"::ffff:198.51.100.1"],
                Some("198.51.100.1"),
            ),
            (
                "2001:db8:ffff::1",
                &[b"2001:db8:1::1"],
                Some("2001:db8:1::1"),
            ),
            (
                "10.42.1.1",
                &[b"192.0.2.66, 198.51.100.1"],
                Some("198.51.100.1"),
            ),
            (
                "10.42.1.1",
                &[b"192.0.2.66,198.51.100.1 ,10.42.7.7"],
                Some("198.51.100.1"),
            ),
            (
                "10.42.1.1",
                &[b"192.0.2.66", b"198.51.100.1"],
                Some("198.51.100.1"),
            ),
            (
                "10.42.1.1",
                &[b"\xff\xfe, 198.51.100.1"],
                Some("198.51.100.1"),
            ),
            (
                "10.42.1.1",
                &[b"\xff\xfe", b"198.51.100.1"],
                Some("198.51.100.1"),
            ),
            ("10.42.1.1", &[b"198.51.100.1:4711"], Some("198.51.100.1")),
            (
                "10.42.1.1",
                &[b"[2001:db8:1::1]:4711"],
                Some("2001:db8:1::1"),
            ),
            ("10.42.1.1", &[], None),
            ("10.42.1.1", &[b"10.42.2.2"], None),
            ("10.42.1.1", &[b"198.51.100.1, unknown"], None),
            ("10.42.1.1", &[b""], None),
        ];
        for (peer, lines, client) in cases {
            let client: Option<IpAddr> = client.map(|client| client.parse().unwrap());
            let found = trusted.client(peer.parse().unwrap(), &headers(lines));
            assert_eq!(found, client, "{peer} {lines:?}");
        }
    }

    #[test]
    fn without_proxies_a_public_peer_is_the_client_and_a_private_one_is_unknown() {
        let nobody = TrustedProxies::default();
        let forged = headers(&[b"192.0.2.66"]);
        for peer in [
            "203.0.113.7",
            "100.63.0.1",
            "100.128.0.1",
            "172.32.0.1",
            "2001:db8:1::1",
        ] {
            let peer: IpAddr = peer.parse().unwrap();
            assert_eq!(nobody.client(peer, &forged), Some(peer));
        }
        for peer in [
            "127.0.0.1",
            "10.42.1.1",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.1.1",
            "::ffff:10.42.1.1",
            "::1",
            "fd00::1",
            "fe80::1",
        ] {
            let peer: IpAddr = peer.parse().unwrap();
            assert_eq!(nobody.client(peer, &forged), None, "{peer}");
        }
    }

    #[test]
    fn networks_of_proxies_are_read_or_refused_with_a_sentence() {
        assert_eq!(
            proxy_network(" 10.42.0.0/16 ").unwrap().to_string(),
            "10.42.0.0/16"
        );
        for (text, words) in [
            ("10.42.0.0", "is no network"),
            ("ingress", "is no network"),
            ("0.0.0.0/0", "is every address"),
            ("::/0", "is every address"),
        ] {
            let refusal = proxy_network(text).unwrap_err();
            assert!(refusal.contains(words), "{text}: {refusal}");
        }
    }
}
