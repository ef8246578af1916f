//! What `dpo-api` does from a shell.

mod serve;
mod users;

use clap::{Args, Parser, Subcommand};
use dpo_warehouse::access::{Access, AccessError, AccessLimits};
use secrecy::SecretString;

/// The HTTP API of the Digital Performance Optimizer, and its administration from a shell.
#[derive(Debug, Parser)]
#[command(name = "dpo-api", version)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve API and dashboard until SIGTERM.
    Serve(serve::ServeArguments),
    /// Manage the people who sign in with a password.
    #[command(subcommand)]
    Users(users::UsersCommand),
    /// Print the `OpenAPI` document.
    Openapi,
    /// Print the policy table as Markdown.
    Roles,
}

/// How to reach the database.
#[derive(Debug, Args)]
struct Database {
    /// The database, with the login `dpo_api`: `postgres://dpo_api:password@host:5432/dpo`.
    #[arg(
        long = "database",
        env = "DPO_DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    url: SecretString,
    /// The most database connections at once.
    #[arg(
        long = "database-connections",
        env = "DPO_DATABASE_CONNECTIONS",
        default_value_t = 10
    )]
    connections: u32,
}

impl Database {
    fn access(&self) -> Result<Access, AccessError> {
        Access::new(
            &self.url,
            AccessLimits {
                connections: self.connections,
                ..AccessLimits::default()
            },
        )
    }
}

/// Does what the arguments say.
///
/// # Errors
/// The reason in a sentence.
pub async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    match arguments.command {
        Command::Serve(arguments) => serve::run(&arguments).await,
        Command::Users(command) => Ok(users::run(command).await?),
        Command::Openapi => {
            print!("{}", crate::openapi::text()?);
            Ok(())
        }
        Command::Roles => {
            print!("{}", crate::policy::markdown());
            Ok(())
        }
    }
}
