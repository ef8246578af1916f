//! `dpo-api serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ArgAction, Args};
use ipnet::IpNet;

use super::Database;
use crate::authentication::cookie::CookiePolicy;
use crate::authentication::password::Passwords;
use crate::http::client_address::proxy_network;
use crate::http::server;
use crate::state::ApiState;
use crate::telemetry::Telemetry;

/// How to serve.
#[derive(Debug, Args)]
pub struct ServeArguments {
    #[command(flatten)]
    database: Database,
    /// Where to listen.
    #[arg(long, env = "DPO_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where to answer `GET /metrics` for Prometheus.
    #[arg(long, env = "DPO_METRICS_LISTEN", default_value = "127.0.0.1:9090")]
    metrics_listen: SocketAddr,
    /// The built dashboard; without it only the API is served.
    #[arg(long, env = "DPO_DASHBOARD_DIRECTORY")]
    dashboard_directory: Option<PathBuf>,
    /// Whether people come by https: the session cookie is then for https alone. `false` for plain http on loopback.
    #[arg(long, env = "DPO_COOKIE_SECURE", action = ArgAction::Set, default_value_t = true)]
    cookie_secure: bool,
    /// The networks of the proxies before the API, whose `X-Forwarded-For` is believed, for example `10.42.0.0/16`.
    #[arg(
        long,
        env = "DPO_TRUSTED_PROXIES",
        value_name = "NETWORKS",
        value_delimiter = ',',
        value_parser = proxy_network
    )]
    trusted_proxies: Vec<IpNet>,
}

pub(super) async fn run(arguments: &ServeArguments) -> Result<(), Box<dyn std::error::Error>> {
    log_as_json();
    let cookies = if arguments.cookie_secure {
        CookiePolicy::Secure
    } else {
        CookiePolicy::Plain
    };
    if let Some(directory) = &arguments.dashboard_directory
        && !directory.join("index.html").is_file()
    {
        return Err(format!(
            "there is no index.html in {}: build the dashboard, or leave out --dashboard-directory",
            directory.display()
        )
        .into());
    }
    let state = ApiState::new(
        arguments.database.access()?,
        Passwords::new()?,
        cookies,
        Telemetry::new()?,
    )
    .behind(arguments.trusted_proxies.clone().into());
    let dashboard = arguments.dashboard_directory.as_deref();
    Ok(server::serve(state, dashboard, arguments.listen, arguments.metrics_listen).await?)
}

fn log_as_json() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        .init();
}
