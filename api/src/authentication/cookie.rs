//! The session cookie.

use http::{HeaderMap, HeaderValue, header};

use super::SESSION_LIMITS;
use super::token::SessionToken;

/// How the session cookie is named and marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookiePolicy {
    /// `__Host-dpo`, for https alone.
    Secure,
    /// `dpo` without `Secure`, for plain http on loopback.
    Plain,
}

impl CookiePolicy {
    /// The cookie's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Secure => "__Host-dpo",
            Self::Plain => "dpo",
        }
    }

    /// The header that gives the browser its token.
    ///
    /// # Errors
    /// Never: tokens are base64url.
    pub fn set(self, token: &SessionToken) -> Result<HeaderValue, header::InvalidHeaderValue> {
        self.header(token.expose(), SESSION_LIMITS.absolute.as_secs())
    }

    /// The header that takes the token away.
    ///
    /// # Errors
    /// Never.
    pub fn clear(self) -> Result<HeaderValue, header::InvalidHeaderValue> {
        self.header("", 0)
    }

    /// The token that the browser sent, if any.
    #[must_use]
    pub fn read(self, headers: &HeaderMap) -> Option<SessionToken> {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, _)| *name == self.name())
            .and_then(|(_, value)| SessionToken::read(value))
    }

    fn header(self, value: &str, seconds: u64) -> Result<HeaderValue, header::InvalidHeaderValue> {
        let secure = match self {
            Self::Secure => "; Secure",
            Self::Plain => "",
        };
        let name = self.name();
        let mut cookie = HeaderValue::from_str(&format!(
            "{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"
        ))?;
        cookie.set_sensitive(true);
        Ok(cookie)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_carry_every_flag() {
        let token = SessionToken::generate().unwrap();
        let text = CookiePolicy::Secure
            .set(&token)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        assert_eq!(
            text,
            format!(
                "__Host-dpo={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=28800; Secure",
                token.expose()
            )
        );
        let plain = CookiePolicy::Plain.clear().unwrap();
        assert_eq!(plain, "dpo=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let token = SessionToken::generate().unwrap();
        let mut headers = HeaderMap::new();
        let value = format!("theme=dark; __Host-dpo={}; x=y", token.expose());
        headers.insert(header::COOKIE, value.parse().unwrap());
        assert_eq!(
            CookiePolicy::Secure.read(&headers).unwrap().hash(),
            token.hash()
        );
        assert!(CookiePolicy::Plain.read(&headers).is_none());
    }
}
