//! Closed lists of the data model as the API writes them.

use dpo_warehouse::{identity, model};

use super::figures::Grain;
use super::value::{ChannelId, SourceId};
use crate::policy::Role;

impl From<model::Source> for SourceId {
    fn from(source: model::Source) -> Self {
        match source {
            model::Source::GoogleAds => Self::GoogleAds,
            model::Source::GoogleAnalytics => Self::GoogleAnalytics,
            model::Source::Shopify => Self::Shopify,
        }
    }
}

impl From<SourceId> for model::Source {
    fn from(source: SourceId) -> Self {
        match source {
            SourceId::GoogleAds => Self::GoogleAds,
            SourceId::GoogleAnalytics => Self::GoogleAnalytics,
            SourceId::Shopify => Self::Shopify,
        }
    }
}

impl From<model::Channel> for ChannelId {
    fn from(channel: model::Channel) -> Self {
        match channel {
            model::Channel::GoogleAds => Self::GoogleAds,
            model::Channel::Website => Self::Website,
            model::Channel::Shop => Self::Shop,
        }
    }
}

impl From<ChannelId> for model::Channel {
    fn from(channel: ChannelId) -> Self {
        match channel {
            ChannelId::GoogleAds => Self::GoogleAds,
            ChannelId::Website => Self::Website,
            ChannelId::Shop => Self::Shop,
        }
    }
}

impl From<Grain> for model::Grain {
    fn from(grain: Grain) -> Self {
        match grain {
            Grain::Day => Self::Day,
            Grain::Hour => Self::Hour,
        }
    }
}

impl From<identity::Role> for Role {
    fn from(role: identity::Role) -> Self {
        match role {
            identity::Role::Ceo => Self::Ceo,
            identity::Role::Director => Self::Director,
            identity::Role::Staff => Self::Staff,
        }
    }
}
