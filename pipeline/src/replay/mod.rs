//! Replay: the production sync against recorded answers, in a throwaway schema, with everything that landed printed as
//! JSON lines. For people who debug a connector.

mod config;
mod help;
mod print;

use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use dpo_warehouse::Tenant;
use dpo_warehouse::database::{ConnectError, DatabaseError};
use dpo_warehouse::model::{RunClass, Source};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use secrecy::SecretString;
use tokio::signal::unix::{SignalKind, signal};

use crate::connectors::{self, Connected, Vault};
use crate::frame::declaration::{Lookback, StreamDeclaration};
use crate::frame::driver::{Driver, Patience};
use crate::frame::plan::Wishes;
use crate::frame::pull::DateRange;
use crate::http::{AnswerLimits, ClientSetupError, HttpClient, InvalidPlatformUrls, PlatformUrls};
use crate::sync::{Report, Settings, Sync};
use config::{InvalidConfig, ReplayConfig};

pub use help::command_with_source_help;

/// What a replay is told.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// The connector: `google_ads`, `google_analytics` (or `ga4`), `shopify`.
    #[arg(long)]
    source: Source,
    /// A JSON file with the source's fields and its credentials; `replay --source X --help` documents both.
    #[arg(long)]
    config: PathBuf,
    /// Where all of the platform's hosts are; paths stay as they are, X-Forwarded-Host names the host that was meant.
    #[arg(long)]
    upstream: String,
    /// The first local date of the account.
    #[arg(long)]
    from: Date,
    /// The last local date of the account, included.
    #[arg(long)]
    to: Date,
    /// A Postgres database in which the login may create schemas. One is made and dropped.
    #[arg(long, hide_env_values = true)]
    database: SecretString,
    /// Pull one stream; the account's own comes along where figures need its zone and currency.
    #[arg(long)]
    stream: Option<String>,
    /// Rows a page, where the source pages by size.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=250_000))]
    page_size: Option<u32>,
    /// How often to pull; all passes land on one state, which is printed before the last outcome.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100))]
    passes: u32,
    /// The longest wait in seconds; a longer one ends the pass.
    #[arg(long, default_value_t = 60)]
    max_wait: u64,
    /// How often a request is tried; more failures end the pass.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=20))]
    attempts: u32,
}

/// Why a replay cannot take place.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// `--to` is before `--from`.
    #[error("--to ({to}) is before --from ({from})")]
    Dates {
        /// The first date.
        from: Date,
        /// The last date.
        to: Date,
    },
    /// The configuration is not usable.
    #[error("--config: {0}")]
    Config(#[from] InvalidConfig),
    /// `--upstream` is no URL.
    #[error("--upstream: {0}")]
    Upstream(#[from] InvalidPlatformUrls),
    /// `--stream` is none of the source's.
    #[error("--stream: {connector} has no stream {name}; it has {known}")]
    Stream {
        /// The connector.
        connector: Source,
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The database cannot be used.
    #[error("--database: {0}")]
    Connect(#[from] ConnectError),
    /// The database failed on the way.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// TLS cannot be set up.
    #[error(transparent)]
    Client(#[from] ClientSetupError),
    /// Somebody ended it.
    #[error("the replay was interrupted; its schema is dropped")]
    Interrupted,
    /// Nobody reads what is printed.
    #[error("the output was closed")]
    Output(#[from] std::io::Error),
}

/// Replays and gives the last pass's class.
///
/// # Errors
/// The replay cannot take place; how a pull went is in the outcome lines.
pub async fn run(args: &ReplayArgs) -> Result<RunClass, ReplayError> {
    if args.to < args.from {
        return Err(ReplayError::Dates {
            from: args.from,
            to: args.to,
        });
    }
    let config = ReplayConfig::read(&args.config, args.source).await?;
    let only_stream = stream(args)?;
    let http = HttpClient::new(
        PlatformUrls::everything_at(&args.upstream)?,
        AnswerLimits::default(),
    )?;
    let mut terminated = signal(SignalKind::terminate())?;
    let tenant = Tenant::create_throwaway(&args.database, "UTC", &config::any_currency()).await?;
    let token_key = SecretString::from(STANDARD.encode(rand::random::<[u8; 32]>()));
    let replay = Replay {
        args,
        config: &config,
        tenant: &tenant,
        http: &http,
        only_stream,
        token_key,
    };
    let class = tokio::select! {
        class = replay.passes() => class,
        _ = tokio::signal::ctrl_c() => Err(ReplayError::Interrupted),
        _ = terminated.recv() => Err(ReplayError::Interrupted),
    };
    tenant.drop_throwaway().await?;
    class
}

fn stream(args: &ReplayArgs) -> Result<Option<&'static StreamDeclaration>, ReplayError> {
    let Some(name) = &args.stream else {
        return Ok(None);
    };
    let declaration = connectors::declaration(args.source);
    let known = || {
        declaration
            .streams
            .iter()
            .map(|stream| stream.name)
            .collect::<Vec<_>>()
            .join(", ")
    };
    match declaration.stream(name) {
        Some(stream) => Ok(Some(stream)),
        None => Err(ReplayError::Stream {
            connector: args.source,
            name: name.clone(),
            known: known(),
        }),
    }
}

struct Replay<'a> {
    args: &'a ReplayArgs,
    config: &'a ReplayConfig,
    tenant: &'a Tenant,
    http: &'a HttpClient,
    only_stream: Option<&'static StreamDeclaration>,
    token_key: SecretString,
}

impl Replay<'_> {
    async fn passes(&self) -> Result<RunClass, ReplayError> {
        let mut class = RunClass::EmptyOk;
        for pass in 1..=self.args.passes {
            let report = self.pass().await?;
            class = report.class();
            if pass == self.args.passes {
                print::landed(self.tenant, self.range()).await?;
            }
            print::outcome(pass, &report)?;
        }
        Ok(class)
    }

    async fn pass(&self) -> Result<Report, ReplayError> {
        let vault = Vault {
            tenant: self.tenant,
            token_key: Some(&self.token_key),
            source_uid: "replay",
        };
        let Connected { connector, tokens } = match self.config.connect(&vault) {
            Ok(connected) => connected,
            Err(failure) => return Ok(Report::of_failure(&failure)),
        };
        let patience = Patience {
            attempts: self.args.attempts,
            max_wait: Duration::from_secs(self.args.max_wait),
        };
        let driver = Driver::new(connector.as_ref(), self.http, &tokens, patience);
        let sync = Sync {
            tenant: self.tenant,
            connector: connector.as_ref(),
            driver,
            settings: self.settings(),
        };
        Ok(sync.run().await?)
    }

    fn settings(&self) -> Settings {
        Settings {
            as_of: Timestamp::now(),
            wishes: Wishes {
                only: Some(self.range()),
                ..Wishes::default()
            },
            lookback: Lookback::default(),
            only_stream: self.only_stream,
            page_size: self.args.page_size,
            respect_holds: false,
            default_zone: TimeZone::UTC,
        }
    }

    fn range(&self) -> DateRange {
        DateRange {
            first: self.args.from,
            last: self.args.to,
        }
    }
}
