//! Identifiers are text; those with a fixed form are checked when they are made.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Text that does not have the form its type asks for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be {form}, but is {given:?}")]
pub struct InvalidIdentifier {
    what: &'static str,
    form: &'static str,
    given: String,
}

/// The schema of one Organization, `t_` and 20 hexadecimal digits: safe to put into SQL and into role names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TenantId(String);

/// An account of a source: a Google Ads customer, a GA4 property, a shop's domain. Opaque text, never empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountId(String);

/// An ISO 4217 code such as `VND`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(String);

/// A stream of a source, such as `campaign_daily` or `orders`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StreamId(Cow<'static, str>);

impl StreamId {
    /// A stream that a connector declares.
    #[must_use]
    pub const fn from_static(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The stream's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for StreamId {
    fn from(name: String) -> Self {
        Self(Cow::Owned(name))
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

fn is_tenant(text: &str) -> bool {
    text.strip_prefix("t_").is_some_and(|rest| {
        rest.len() == 20
            && rest
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

impl TenantId {
    /// The tenant of the Organization with this Kubernetes UID: `t_` and the first 20 hexadecimal digits.
    ///
    /// # Errors
    /// Where the UID is no UUID.
    pub fn from_organization_uid(uid: &str) -> Result<Self, InvalidIdentifier> {
        let digits: String = uid
            .chars()
            .filter(|letter| *letter != '-')
            .take(20)
            .collect();
        format!("t_{}", digits.to_ascii_lowercase()).parse()
    }
}

macro_rules! checked_text {
    ($name:ident, $what:literal, $form:literal, $check:expr) => {
        impl $name {
            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidIdentifier;

            fn try_from(given: String) -> Result<Self, Self::Error> {
                let check: fn(&str) -> bool = $check;
                if check(&given) {
                    Ok(Self(given))
                } else {
                    Err(InvalidIdentifier {
                        what: $what,
                        form: $form,
                        given,
                    })
                }
            }
        }

        impl FromStr for $name {
            type Err = InvalidIdentifier;

            fn from_str(given: &str) -> Result<Self, Self::Err> {
                given.to_owned().try_into()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

checked_text!(
    TenantId,
    "a tenant",
    "t_ and 20 hexadecimal digits",
    is_tenant
);
checked_text!(
    AccountId,
    "an account",
    "text of 1 to 200 characters",
    |text| (1..=200).contains(&text.len())
);
checked_text!(
    Currency,
    "a currency",
    "an ISO 4217 code of three capital letters",
    is_currency
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_comes_from_the_uid() {
        let tenant =
            TenantId::from_organization_uid("0A1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9").unwrap();
        assert_eq!(tenant.as_str(), "t_0a1b2c3d4e5f60718293");
    }

    #[test]
    fn sql_cannot_be_smuggled_into_a_tenant() {
        for text in [
            "t_0a1b2c3d4e5f6071829",
            "t_0a1b2c3d4e5f6071829\"",
            "x_0a1b2c3d4e5f60718293",
            "",
        ] {
            assert!(text.parse::<TenantId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_wrong_currency_gets_a_sentence() {
        let error = "vnd".parse::<Currency>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "a currency must be an ISO 4217 code of three capital letters, but is \"vnd\""
        );
    }
}
