//! `dpo-api`: the HTTP API, the dashboard's files, and administration from a shell.

use clap::Parser as _;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    match dpo_api::cli::run(dpo_api::cli::Arguments::parse()).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dpo-api: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
