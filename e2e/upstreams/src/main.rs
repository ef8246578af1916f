//! `dpo-upstreams --listen 127.0.0.1:8080 [--config businesses.yaml]`.

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Parser;
use dpo_upstreams::{Config, World, serve};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Plays Google Ads, GA4 and Shopify for tests and demonstrations.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Address to listen on.
    #[arg(long, env = "UPSTREAMS_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// YAML or JSON with the businesses; the demo's two when absent.
    #[arg(long, env = "UPSTREAMS_CONFIG")]
    config: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    let config = match &arguments.config {
        Some(path) => Config::parse(&tokio::fs::read_to_string(path).await?)?,
        None => Config::demo()?,
    };
    let listener = TcpListener::bind(arguments.listen).await?;
    tracing::info!(address = %listener.local_addr()?, "listening");
    serve(Arc::new(World::new(config)), listener, stopped()).await?;
    tracing::info!("stopped");
    Ok(())
}

/// Done when the process is asked to end.
async fn stopped() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
