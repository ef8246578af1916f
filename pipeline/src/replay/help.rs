//! `replay --source X --help` documents what the configuration of X holds.

use clap::{Command, CommandFactory as _};
use dpo_warehouse::model::Source;
use strum::IntoEnumIterator as _;

use super::config::example;
use crate::cli::Cli;
use crate::connectors;

/// The command line; the help of `replay` speaks of the source that the arguments name, or of all.
#[must_use]
pub fn command_with_source_help(arguments: &[String]) -> Command {
    let named = source_in(arguments);
    let sources = Source::iter().filter(|source| named.is_none_or(|named| named == *source));
    let text = sources.map(about).collect::<Vec<_>>().join("\n\n");
    Cli::command().mut_subcommand("replay", |replay| replay.after_help(text))
}

fn source_in(arguments: &[String]) -> Option<Source> {
    let given = arguments
        .iter()
        .position(|argument| argument == "--source")
        .and_then(|place| arguments.get(place + 1));
    let joined = || {
        arguments
            .iter()
            .find_map(|argument| argument.strip_prefix("--source="))
    };
    given.map(String::as_str).or_else(joined)?.parse().ok()
}

fn about(source: Source) -> String {
    let declaration = connectors::declaration(source);
    let streams = declaration
        .streams
        .iter()
        .map(|stream| format!("  {:<18} {}", stream.name, stream.about));
    format!(
        "Configuration of {source} (fields as in the DataSource's variant, flat or inside it; credentials as in the Secret):\n{}\n\n\
         Example:\n  {}\n\nStreams of {source} ({}):\n{}",
        fields(source),
        example(source),
        declaration.version.name,
        streams.collect::<Vec<_>>().join("\n")
    )
}

const GOOGLE_CREDENTIALS: &str = "  credentials.client_id      the OAuth client's id
  credentials.client_secret  the OAuth client's secret
  credentials.refresh_token  the connected user's refresh token";

fn fields(source: Source) -> String {
    let fields = match source {
        Source::GoogleAds => {
            "  customerIds      accounts to pull, ten digits each (list)
  loginCustomerId  the manager account through which they are reached, ten digits (optional)
  credentials.developer_token  sent only when set (optional)"
        }
        Source::GoogleAnalytics => {
            "  propertyIds      properties to pull, numeric (list)
  credentials.service_account_json  a service account's key file, instead of client and refresh token"
        }
        Source::Shopify => {
            return "  shop             the shop's domain at Shopify, such as saigon-coffee.myshopify.com
  credentials.access_token   a token that does not expire; or
  credentials.client_id, credentials.client_secret, credentials.refresh_token
                             an expiring token whose refresh token rotates; or
  credentials.client_id, credentials.client_secret
                             an app of the shop's own organisation (client credentials)"
                .to_owned();
        }
    };
    format!("{fields}\n{GOOGLE_CREDENTIALS}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(arguments: &[&str]) -> String {
        let arguments: Vec<String> = arguments
            .iter()
            .map(|&argument| argument.to_owned())
            .collect();
        let mut command = command_with_source_help(&arguments);
        command
            .find_subcommand_mut("replay")
            .unwrap()
            .render_long_help()
            .to_string()
    }

    #[test]
    fn the_help_speaks_of_the_named_source() {
        let ads = help(&["dpo-pipeline", "replay", "--source", "google_ads", "--help"]);
        assert!(
            ads.contains("customerIds")
                && ads.contains("loginCustomerId")
                && ads.contains("credentials.refresh_token")
        );
        assert!(!ads.contains("propertyIds"));
        assert!(help(&["replay", "--source=shopify", "-h"]).contains("credentials.access_token"));
        let all = help(&["replay", "--help"]);
        assert!(
            all.contains("customerIds")
                && all.contains("propertyIds")
                && all.contains("saigon-coffee")
        );
    }

    #[test]
    fn every_field_of_the_variants_is_documented() {
        let documented = |source, schema: schemars::Schema| {
            let properties = schema
                .as_object()
                .unwrap()
                .get("properties")
                .unwrap()
                .as_object()
                .unwrap()
                .clone();
            for name in properties.keys() {
                assert!(fields(source).contains(name.as_str()), "{source} {name}");
            }
        };
        documented(
            Source::GoogleAds,
            schemars::schema_for!(dpo_crds::GoogleAdsSource),
        );
        documented(
            Source::GoogleAnalytics,
            schemars::schema_for!(dpo_crds::GoogleAnalyticsSource),
        );
        documented(
            Source::Shopify,
            schemars::schema_for!(dpo_crds::ShopifySource),
        );
    }
}
