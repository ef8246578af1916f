//! The command that a DataSource's CronJob runs.

use clap::Args;
use dpo_crds::DataSourceSpec;
use dpo_warehouse::database::DatabaseError;
use dpo_warehouse::model::{RunClass, RunKind, Source};
use dpo_warehouse::runs::{self, NewRun};
use dpo_warehouse::{Tenant, kill_point};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use secrecy::SecretString;
use std::time::Duration;

use super::{Report, Settings, Sync};
use crate::auth::credentials::Credentials;
use crate::cli::{OpenTenantError, PlatformArgs, TenantArgs};
use crate::connectors::{self, Connected, Vault};
use crate::frame::declaration::Lookback;
use crate::frame::driver::{Driver, Patience};
use crate::frame::failure::{Failure, Reason, Scope};
use crate::frame::plan::Wishes;
use crate::frame::pull::DateRange;
use crate::http::{AnswerLimits, ClientSetupError, HttpClient, InvalidPlatformUrls, PlatformUrls};

/// What a sync is told.
#[derive(Debug, Args)]
pub struct SyncArgs {
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    platform: PlatformArgs,
    /// The `DataSource`'s UID.
    #[arg(long, env = "DPO_SOURCE_UID")]
    source_uid: String,
    /// The `DataSource`'s name.
    #[arg(long, env = "DPO_SOURCE_NAME", default_value = "")]
    source_name: String,
    /// The `DataSource`'s spec as JSON.
    #[arg(long, env = "DPO_SOURCE")]
    source: String,
    /// The key that seals rotated refresh tokens: 32 bytes in base64.
    #[arg(long, env = "DPO_TOKEN_KEY", hide_env_values = true)]
    token_key: Option<SecretString>,
    /// Read every window tier, whenever it was read last.
    #[arg(long)]
    all_tiers: bool,
    /// Read from this local date on, and nothing else (needs --to).
    #[arg(long, requires = "to")]
    from: Option<Date>,
    /// Read up to this local date, included (needs --from).
    #[arg(long, requires = "from")]
    to: Option<Date>,
}

/// Why a sync could not write down how it ended.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The tenant's schema cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenTenantError),
    /// The run's row cannot be written.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Why a run could not begin.
#[derive(Debug, thiserror::Error)]
enum SetupError {
    #[error("the DataSource's spec (DPO_SOURCE) cannot be read: {0}")]
    Spec(#[from] serde_json::Error),
    #[error("the DataSource's spec (DPO_SOURCE) must name exactly one source")]
    NoSource,
    #[error("DPO_PLATFORM_URLS: {0}")]
    PlatformUrls(#[from] InvalidPlatformUrls),
    #[error(transparent)]
    Client(#[from] ClientSetupError),
    #[error("{0}")]
    Credential(#[from] Failure),
}

/// Syncs one DataSource and writes its run row.
///
/// # Errors
/// The run row cannot be written; how the sync itself went is in its class.
pub async fn run(args: &SyncArgs) -> Result<RunClass, SyncError> {
    let tenant = args.tenant.open().await?;
    let run = NewRun {
        name: args.tenant.run_name.clone(),
        kind: RunKind::Sync,
        source_uid: Some(args.source_uid.clone()),
        as_of: args.tenant.now(),
    };
    kill_point("sync.run.before_start");
    let id = runs::start(&tenant, &run).await?;
    kill_point("sync.run.after_start");
    let report = match sync(args, &tenant, &run).await {
        Ok(report) => report,
        Err(SetupError::Credential(failure)) => Report::of_failure(&failure),
        Err(error) => Report::of_failure(&misconfigured(&error)),
    };
    kill_point("sync.run.before_finish");
    runs::finish(&tenant, id, &report.outcome()).await?;
    kill_point("sync.run.after_finish");
    tracing::info!(
        source = args.source_name,
        class = report.class().as_ref(),
        pages = report.pages,
        rows_fetched = report.rows_fetched,
        rows_landed = report.rows_landed,
        message = report.message().unwrap_or_default(),
        "sync finished"
    );
    Ok(report.class())
}

fn misconfigured(error: &SetupError) -> Failure {
    const ADVICE: &str = "The sync was started with settings that it cannot read. The platform team must check the operator's release and settings.";
    Failure::new(
        RunClass::PermanentBug,
        Scope::App,
        Reason::BadRequest,
        ADVICE,
    )
    .with_detail(error.to_string())
}

async fn sync(args: &SyncArgs, tenant: &Tenant, run: &NewRun) -> Result<Report, SetupError> {
    let spec: DataSourceSpec = serde_json::from_str(&args.source)?;
    let settings = spec.settings().ok_or(SetupError::NoSource)?;
    let source: Source = settings
        .source()
        .parse()
        .map_err(|_| SetupError::NoSource)?;
    let credentials = Credentials::from_directory(&args.platform.credentials, source).await?;
    let vault = Vault {
        tenant,
        token_key: args.token_key.as_ref(),
        source_uid: &args.source_uid,
    };
    let Connected { connector, tokens } = connectors::connect(settings, &credentials, &vault)?;
    let platforms = args
        .platform
        .platform_urls
        .as_deref()
        .map(PlatformUrls::from_json)
        .transpose()?
        .unwrap_or_default();
    let http = HttpClient::new(platforms, AnswerLimits::default())?;
    let patience = Patience {
        attempts: args.platform.attempts,
        max_wait: Duration::from_secs(args.platform.max_wait),
    };
    let driver = Driver::new(connector.as_ref(), &http, &tokens, patience);
    let sync = Sync {
        tenant,
        connector: connector.as_ref(),
        driver,
        settings: settings_of(args, &spec, run, connector.as_ref()),
    };
    Ok(sync
        .run()
        .await
        .unwrap_or_else(|error| Report::of_failure(&database_failed(&error))))
}

fn settings_of(
    args: &SyncArgs,
    spec: &DataSourceSpec,
    run: &NewRun,
    connector: &dyn crate::frame::connector::Connector,
) -> Settings {
    let only = args
        .from
        .zip(args.to)
        .map(|(first, last)| DateRange { first, last });
    let backfill_pulls =
        usize::try_from(connector.declaration().budget.backfill_requests()).unwrap_or(1);
    let own_zone = spec
        .time_zone
        .as_deref()
        .and_then(|name| TimeZone::get(name).ok());
    Settings {
        as_of: run.as_of,
        wishes: Wishes {
            all_tiers: args.all_tiers,
            hot_only: false,
            only,
            history_from: spec.history_from,
            backfill_pulls,
        },
        lookback: spec.lookback.as_ref().map(lookback).unwrap_or_default(),
        only_stream: None,
        page_size: None,
        respect_holds: true,
        default_zone: own_zone.unwrap_or_else(|| args.tenant.time_zone.clone()),
    }
}

fn lookback(given: &dpo_crds::Lookback) -> Lookback {
    let days = |days: Option<i64>| days.and_then(|days| u16::try_from(days).ok());
    Lookback {
        hot: days(given.hot_days),
        warm: days(given.warm_days),
        cold: days(given.cold_days),
        weekly: days(given.weekly_days),
    }
}

fn database_failed(error: &DatabaseError) -> Failure {
    const ADVICE: &str = "The organization's database failed during the sync. Nothing to do: the next run goes on; if this stays, the platform team must look at the database.";
    Failure::new(
        RunClass::Transient,
        Scope::App,
        Reason::DatabaseUnreachable,
        ADVICE,
    )
    .with_detail(error.category())
}
