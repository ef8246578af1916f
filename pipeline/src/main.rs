//! `dpo-pipeline`: what the jobs of a tenant run.

use std::process::ExitCode;

use clap::FromArgMatches as _;
use dpo_pipeline::cli::{Cli, Command};
use dpo_pipeline::{archive, replay, rollup, sync};
use dpo_warehouse::model::RunClass;
use tracing_subscriber::EnvFilter;

/// A run that ended with a failure that its run row explains.
const FAILED: u8 = 1;
/// A run that could not write down how it ended, or was called in a way that makes no sense.
const UNUSABLE: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let matches = replay::command_with_source_help(&arguments).get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    start_logging();
    match run(cli.command).await {
        Ok(class) if class.is_ok() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(FAILED),
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::from(UNUSABLE)
        }
    }
}

async fn run(command: Command) -> Result<RunClass, Box<dyn std::error::Error>> {
    Ok(match command {
        Command::Sync(args) => sync::run(&args).await?,
        Command::Rollup(args) => rollup::run(&args).await?,
        Command::Archive(args) => archive::run(&args).await?,
        Command::Replay(args) => replay::run(&args).await?,
    })
}

/// JSON lines on standard error; standard output belongs to replays.
fn start_logging() {
    let filter =
        EnvFilter::try_from_env("DPO_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
