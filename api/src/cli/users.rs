//! `dpo-api users`: passwords for invited people.

use std::io::{IsTerminal as _, Read as _};

use clap::{Args, Subcommand};
use dpo_warehouse::access::AccessError;
use dpo_warehouse::identity::UserAccount;
use secrecy::{ExposeSecret as _, SecretString};

use super::Database;
use crate::authentication::login::normal_email;
use crate::authentication::password::{self, HashingError, LONGEST, Passwords, WeakPassword};
use crate::authentication::token::NoRandomness;

#[derive(Debug, Subcommand)]
pub enum UsersCommand {
    /// Set a person's password and end their sessions. Reads the password from standard input; when that is empty or a
    /// terminal, makes one up and prints it once.
    SetPassword(SetPassword),
    /// List everybody who was invited.
    List(ListUsers),
}

#[derive(Debug, Args)]
pub struct SetPassword {
    #[command(flatten)]
    database: Database,
    /// The e-mail address that an Organization names as owner.
    #[arg(long)]
    email: String,
}

#[derive(Debug, Args)]
pub struct ListUsers {
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, thiserror::Error)]
pub enum UsersError {
    #[error("{0:?} is no e-mail address")]
    NoEmail(String),
    #[error(
        "nobody was invited as {0}: add the address to `spec.owners` of an Organization, wait until it is Ready, and try again"
    )]
    NotInvited(String),
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    #[error("the password on standard input cannot be read: {0}")]
    Input(#[from] std::io::Error),
    #[error(transparent)]
    Hashing(#[from] HashingError),
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
    #[error(transparent)]
    Database(#[from] AccessError),
}

pub(super) async fn run(command: UsersCommand) -> Result<(), UsersError> {
    match command {
        UsersCommand::SetPassword(arguments) => set_password(&arguments).await,
        UsersCommand::List(arguments) => list(&arguments).await,
    }
}

async fn set_password(arguments: &SetPassword) -> Result<(), UsersError> {
    let email =
        normal_email(&arguments.email).map_err(|_| UsersError::NoEmail(arguments.email.clone()))?;
    let given = given_password()?;
    let (password, made_up) = match given {
        Some(password) => (password, false),
        None => (password::generate()?, true),
    };
    password::check(password.expose_secret(), &email)?;
    let hash = Passwords::new()?.hash(password.clone()).await?;
    let mut identity = arguments.database.access()?.identity().await?;
    if !identity.set_password(&email, &hash).await? {
        return Err(UsersError::NotInvited(email));
    }
    identity.commit().await?;
    eprintln!("The password of {email} is set; their sessions ended.");
    if made_up {
        println!("{}", password.expose_secret());
    }
    Ok(())
}

/// The first line of standard input; none where there is nobody to write it.
fn given_password() -> Result<Option<SecretString>, std::io::Error> {
    let input = std::io::stdin();
    if input.is_terminal() {
        return Ok(None);
    }
    let mut text = String::new();
    let limit = u64::try_from(LONGEST).unwrap_or(u64::MAX) + 2;
    input.take(limit).read_to_string(&mut text)?;
    let line = text.lines().next().unwrap_or_default();
    Ok((!line.is_empty()).then(|| line.into()))
}

async fn list(arguments: &ListUsers) -> Result<(), UsersError> {
    let users = arguments
        .database
        .access()?
        .identity()
        .await?
        .users()
        .await?;
    println!("{:<40} {:<12} ORGANIZATIONS", "EMAIL", "STATE");
    for user in users {
        println!(
            "{:<40} {:<12} {}",
            user.profile.email,
            state(&user),
            user.memberships
        );
    }
    Ok(())
}

const fn state(user: &UserAccount) -> &'static str {
    match (user.disabled, user.password_hash.is_some()) {
        (true, _) => "disabled",
        (false, true) => "active",
        (false, false) => "no password",
    }
}
