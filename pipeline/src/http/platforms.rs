//! Where a platform's host really is: the platform itself, or what the platform team maps it to.

use std::collections::BTreeMap;
use url::Url;

/// A mapping of hosts that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InvalidPlatformUrls {
    /// Not an object of texts.
    #[error(
        "the platforms' URLs must be a JSON object from host to URL, such as {{\"googleads.googleapis.com\": \"http://upstreams.upstreams:8080\"}}"
    )]
    NotAnObject,
    /// A value is no URL.
    #[error("`{0}` must be an http or https URL with a host")]
    NotAUrl(String),
}

/// Hosts that the platform team maps to other places: exact names, `*.suffix`, or `*` for all.
#[derive(Debug, Clone, Default)]
pub struct PlatformUrls(BTreeMap<String, Url>);

impl PlatformUrls {
    /// Reads the mapping from JSON.
    ///
    /// # Errors
    /// The text is no object from host to URL.
    pub fn from_json(json: &str) -> Result<Self, InvalidPlatformUrls> {
        let given: BTreeMap<String, String> =
            serde_json::from_str(json).map_err(|_| InvalidPlatformUrls::NotAnObject)?;
        given
            .into_iter()
            .map(|(host, url)| Ok((host.to_ascii_lowercase(), base_url(&url)?)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Maps every host to one place.
    ///
    /// # Errors
    /// The text is no URL.
    pub fn everything_at(url: &str) -> Result<Self, InvalidPlatformUrls> {
        Ok(Self(BTreeMap::from([("*".to_owned(), base_url(url)?)])))
    }

    /// Where a host is mapped to; nothing if it is left where it is. The longest pattern that fits wins.
    #[must_use]
    pub fn base_of(&self, host: &str) -> Option<&Url> {
        let host = host.to_ascii_lowercase();
        let exact = self.0.get(&host);
        exact.or_else(|| {
            let fitting = self.0.iter().filter(|(pattern, _)| {
                pattern
                    .strip_prefix('*')
                    .is_some_and(|suffix| host.ends_with(suffix))
            });
            fitting
                .max_by_key(|(pattern, _)| pattern.len())
                .map(|(_, url)| url)
        })
    }
}

fn base_url(text: &str) -> Result<Url, InvalidPlatformUrls> {
    let reject = || InvalidPlatformUrls::NotAUrl(text.to_owned());
    let url = Url::parse(text).map_err(|_| reject())?;
    let usable = matches!(url.scheme(), "http" | "https") && url.has_host();
    if usable { Ok(url) } else { Err(reject()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_names_win_over_suffixes_and_those_over_all() {
        let urls = PlatformUrls::from_json(
            r#"{"googleads.googleapis.com": "http://a:1", "*.googleapis.com": "http://b:2", "*": "http://c:3"}"#,
        )
        .unwrap();
        let host = |name| {
            urls.base_of(name)
                .and_then(|url| url.host_str())
                .map(str::to_owned)
        };
        assert_eq!(host("GoogleAds.googleapis.com").as_deref(), Some("a"));
        assert_eq!(host("oauth2.googleapis.com").as_deref(), Some("b"));
        assert_eq!(host("shop.myshopify.com").as_deref(), Some("c"));
        assert!(
            PlatformUrls::default()
                .base_of("oauth2.googleapis.com")
                .is_none()
        );
    }

    #[test]
    fn a_suffix_does_not_fit_a_longer_name() {
        let urls = PlatformUrls::from_json(r#"{"*.myshopify.com": "http://a:1"}"#).unwrap();
        assert!(urls.base_of("evilmyshopify.com").is_none());
    }

    #[test]
    fn what_is_no_mapping_gets_a_sentence() {
        assert!(
            PlatformUrls::from_json("[]")
                .unwrap_err()
                .to_string()
                .contains("JSON object")
        );
        for url in ["ftp://a", "a.example", "http://"] {
            assert!(PlatformUrls::everything_at(url).is_err(), "{url}");
        }
    }
}
