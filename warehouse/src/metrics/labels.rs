//! What closed lists are called, in Vietnamese and English.

use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString};

use crate::model::{Channel, Level, Source};

/// A language of the product.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Language {
    /// Vietnamese.
    Vi,
    /// English.
    En,
}

/// What a figure is called and what it means, in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Texts {
    /// A few words for a heading.
    pub label: &'static str,
    /// One or two sentences for a reader without a marketing education.
    pub explanation: &'static str,
}

impl Texts {
    pub(super) const fn new(label: &'static str, explanation: &'static str) -> Self {
        Self { label, explanation }
    }
}

/// A text id that has a name for people.
pub trait Label {
    /// The name in one language.
    fn label(self, language: Language) -> &'static str;
}

const fn choose(language: Language, vi: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Vi => vi,
        Language::En => en,
    }
}

impl Label for Source {
    fn label(self, language: Language) -> &'static str {
        match self {
            Self::GoogleAds => "Google Ads",
            Self::GoogleAnalytics => "Google Analytics",
            Self::Shopify => choose(language, "Cửa hàng Shopify", "Shopify shop"),
        }
    }
}

impl Label for Channel {
    fn label(self, language: Language) -> &'static str {
        match self {
            Self::GoogleAds => choose(language, "Quảng cáo Google", "Google advertising"),
            Self::Website => choose(language, "Trang web", "Website"),
            Self::Shop => choose(language, "Cửa hàng", "Shop"),
        }
    }
}

impl Label for Level {
    fn label(self, language: Language) -> &'static str {
        match self {
            Self::Account => choose(language, "Tài khoản", "Account"),
            Self::Campaign => choose(language, "Chiến dịch", "Campaign"),
            Self::ChannelGroup => choose(language, "Nhóm kênh", "Channel group"),
            Self::SourceMedium => choose(language, "Nguồn / phương tiện", "Source / medium"),
        }
    }
}
