//! `dpo-api`: the HTTP API and its administration from a shell.

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "dpo-api", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Print the `OpenAPI` document.
    Openapi,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    match Arguments::parse().command {
        Command::Openapi => print!("{}", dpo_api::openapi::text()?),
    }
    Ok(())
}
