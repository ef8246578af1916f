//! The command line. Every value that a pod gets from its environment can be given as a flag too.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use dpo_warehouse::Tenant;
use dpo_warehouse::database::ConnectError;
use dpo_warehouse::model::{Currency, InvalidIdentifier, TenantId};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use secrecy::SecretString;

use crate::archive::ArchiveArgs;
use crate::replay::ReplayArgs;
use crate::rollup::RollupArgs;
use crate::sync::SyncArgs;

/// Fetches, lands and computes the figures of one organization.
#[derive(Debug, Parser)]
#[command(name = "dpo-pipeline", version, about, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the pipeline can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Fetch what is due of one DataSource, land it, and compute the hours and days it touches.
    Sync(Box<SyncArgs>),
    /// Compute what is left, close days that are over, fold hours, and let go what the retention policy lets go.
    Rollup(Box<RollupArgs>),
    /// Move days that the retention policy no longer keeps in Postgres to the archive.
    Archive(Box<ArchiveArgs>),
    /// Run a connector against recorded answers in a throwaway schema and print what landed (JSON lines).
    Replay(Box<ReplayArgs>),
}

/// What every job of a tenant is told.
#[derive(Debug, Clone, Args)]
pub struct TenantArgs {
    /// The tenant's database, with its login: `postgres://user:password@host:5432/database`.
    #[arg(long, env = "DPO_DATABASE_URL", hide_env_values = true)]
    pub database_url: SecretString,
    /// The tenant's schema.
    #[arg(long, env = "DPO_TENANT")]
    pub tenant: String,
    /// The organization's IANA time zone.
    #[arg(long, env = "DPO_TIME_ZONE", default_value = "UTC", value_parser = time_zone)]
    pub time_zone: TimeZone,
    /// The organization's currency (ISO 4217).
    #[arg(long, env = "DPO_CURRENCY", value_parser = currency)]
    pub currency: Option<Currency>,
    /// The name of the Job, under which the run's row is written.
    #[arg(long, env = "DPO_RUN_NAME", default_value = "shell")]
    pub run_name: String,
    /// The `RetentionPolicy`'s spec as JSON; without it nothing is deleted or archived.
    #[arg(long, env = "DPO_RETENTION")]
    pub retention: Option<String>,
    /// Run as if it were this time (RFC 3339, never in the future).
    #[arg(long, value_parser = past_instant)]
    pub as_of: Option<Timestamp>,
}

/// Why a tenant's database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenTenantError {
    /// `--tenant` is no tenant's name.
    #[error("--tenant (DPO_TENANT): {0}")]
    Name(#[from] InvalidIdentifier),
    /// The database refuses or is of another version.
    #[error(transparent)]
    Connect(#[from] ConnectError),
}

impl TenantArgs {
    /// The run's time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.as_of.unwrap_or_else(Timestamp::now)
    }

    /// Connects to the tenant's schema.
    ///
    /// # Errors
    /// The name is malformed, or the database refuses or is of another version.
    pub async fn open(&self) -> Result<Tenant, OpenTenantError> {
        let tenant: TenantId = self.tenant.parse()?;
        Ok(Tenant::connect(&self.database_url, tenant).await?)
    }
}

/// Where the archive's credentials are mounted.
pub const ARCHIVE_DIRECTORY: &str = "/etc/dpo/archive";

/// Where a source's credentials are mounted.
pub const CREDENTIALS_DIRECTORY: &str = "/etc/dpo/credentials";

/// How to reach the platforms and how long to try.
#[derive(Debug, Clone, Args)]
pub struct PlatformArgs {
    /// Hosts that are elsewhere, as a JSON object from host or `*.suffix` to URL. For the platform team only.
    #[arg(long, env = "DPO_PLATFORM_URLS")]
    pub platform_urls: Option<String>,
    /// The mounted credential.
    #[arg(long, env = "DPO_CREDENTIALS_DIRECTORY", default_value = CREDENTIALS_DIRECTORY)]
    pub credentials: PathBuf,
    /// The longest wait in seconds that a run sits out; after a longer one the next run goes on.
    #[arg(long, default_value_t = 90)]
    pub max_wait: u64,
    /// How often a request is tried.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=20))]
    pub attempts: u32,
}

fn time_zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name).map_err(|_| {
        format!("{name} is no name of the IANA time zone database, such as Asia/Ho_Chi_Minh")
    })
}

fn currency(code: &str) -> Result<Currency, String> {
    code.parse()
        .map_err(|error: InvalidIdentifier| error.to_string())
}

fn past_instant(text: &str) -> Result<Timestamp, String> {
    let instant: Timestamp = text
        .parse()
        .map_err(|_| format!("{text} is no time such as 2026-09-01T12:00:00Z"))?;
    if instant > Timestamp::now() {
        return Err(format!(
            "{text} is in the future; nothing can be known of it yet"
        ));
    }
    Ok(instant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_future_is_refused() {
        assert!(
            past_instant("2999-01-01T00:00:00Z")
                .unwrap_err()
                .contains("in the future")
        );
        assert!(past_instant("yesterday").is_err());
        assert!(past_instant("2026-01-01T00:00:00Z").is_ok());
    }

    #[test]
    fn an_unknown_zone_is_refused() {
        assert!(time_zone("Asia/Saigonn").unwrap_err().contains("IANA"));
    }
}
