//! Credentials and access tokens.

pub mod credentials;
pub mod google;
pub mod grant;
pub mod rotating;
pub mod shopify;
pub mod tokens;
