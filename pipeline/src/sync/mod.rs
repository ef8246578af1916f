//! One sync: plans what is due, pulls it, lands it, computes the figures it touched. Streams of one account fail apart
//! from each other; a failure that reaches further ends what it reaches.

mod account;
mod command;
mod land;
mod report;

use dpo_warehouse::database::{DatabaseError, Tenant};
use dpo_warehouse::model::{AccountId, RunClass, StreamKey};
use dpo_warehouse::rollup;
use dpo_warehouse::watermarks::{self, Watermark};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::connectors::Projections;
use crate::frame::connector::Connector;
use crate::frame::declaration::{Lookback, StreamDeclaration, StreamKind};
use crate::frame::driver::Driver;
use crate::frame::failure::{Failure, Reason, Scope};
use crate::frame::plan::{self, Now, Step, Wishes};
use crate::frame::pull::{Batch, Slice};

pub use account::AccountContext;
pub use command::{SyncArgs, SyncError, run};
pub use land::Bookmark;
pub use report::{Report, StreamFailure};

/// What a sync is told besides its connector.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The run's time.
    pub as_of: Timestamp,
    /// Which tiers and dates.
    pub wishes: Wishes,
    /// Other numbers of days than the declared ones.
    pub lookback: Lookback,
    /// One stream instead of all.
    pub only_stream: Option<&'static StreamDeclaration>,
    /// The page size, where it is not the declared one.
    pub page_size: Option<u32>,
    /// Whether to keep off what is to be left alone for a while.
    pub respect_holds: bool,
    /// The zone of accounts that do not tell theirs.
    pub default_zone: TimeZone,
}

/// One sync of one DataSource.
pub struct Sync<'a> {
    /// Where to land.
    pub tenant: &'a Tenant,
    /// What to pull.
    pub connector: &'a dyn Connector,
    /// How to pull it.
    pub driver: Driver<'a>,
    /// What it is told.
    pub settings: Settings,
}

/// Why the whole sync ends.
#[derive(Debug)]
enum Stop {
    /// The tenant's database fails.
    Database(DatabaseError),
    /// One stream failed; the others may go on.
    Stream(Box<Failure>),
}

impl From<DatabaseError> for Stop {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Stream(Box::new(failure))
    }
}

impl Sync<'_> {
    /// Syncs all accounts.
    ///
    /// # Errors
    /// The tenant's database fails; every other failure is in the report.
    pub async fn run(&self) -> Result<Report, DatabaseError> {
        let mut report = Report::default();
        for account in self.connector.accounts() {
            let reaches_all = self.sync_account(&account, &mut report).await?;
            if reaches_all {
                break;
            }
        }
        report.pages = self.driver.pages();
        report.note_version(
            self.connector.declaration(),
            self.driver.other_version(),
            self.settings.as_of,
        );
        Ok(report)
    }

    /// Syncs one account; true if a failure reaches the other accounts too.
    async fn sync_account(
        &self,
        account: &AccountId,
        report: &mut Report,
    ) -> Result<bool, DatabaseError> {
        let mut context =
            AccountContext::load(self.tenant, self.connector.declaration().source, account).await?;
        let mut outcome = None;
        for stream in self.streams() {
            let failure = match self
                .sync_stream(account, stream, &mut context, report)
                .await
            {
                Ok(()) => continue,
                Err(Stop::Database(error)) => return Err(error),
                Err(Stop::Stream(failure)) => *failure,
            };
            tracing::warn!(
                account = account.as_str(),
                stream = stream.name,
                class = failure.class.as_ref(),
                reason = failure.reason.as_ref(),
                "{failure}"
            );
            self.hold(account, stream, &failure).await?;
            context.note(stream, &failure);
            report.add_failure(account, stream, &failure);
            if failure.scope != Scope::Stream {
                outcome = Some(failure.scope);
                break;
            }
        }
        self.recompute(account, report).await?;
        Ok(matches!(outcome, Some(Scope::App | Scope::Credential)))
    }

    /// The streams to read, the account's own first; a single one brings the account's along if it needs it.
    fn streams(&self) -> Vec<&'static StreamDeclaration> {
        let declaration = self.connector.declaration();
        let wanted = |stream: &&'static StreamDeclaration| match self.settings.only_stream {
            None => true,
            Some(only) => {
                only.name == stream.name
                    || (only.needs_account && stream.name == declaration.account_stream)
            }
        };
        declaration.streams.iter().filter(wanted).collect()
    }

    async fn sync_stream(
        &self,
        account: &AccountId,
        stream: &'static StreamDeclaration,
        context: &mut AccountContext,
        report: &mut Report,
    ) -> Result<(), Stop> {
        let key = self.key(account, stream);
        let watermark = watermarks::load(self.tenant, &key).await?;
        self.check_hold(&watermark)?;
        if stream.needs_account {
            context.complete(self.tenant, key.source, account).await?;
        }
        context.check(stream)?;
        // What has no dates does not depend on the account's zone, which it may be the first to tell.
        let zone = match stream.kind {
            StreamKind::Snapshot { .. } => TimeZone::UTC,
            StreamKind::Window(_) | StreamKind::Event(_) => {
                context.zone_or(&self.settings.default_zone)
            }
        };
        let now = Now {
            instant: self.settings.as_of,
            zone: zone.clone(),
        };
        let bookmark = Bookmark::read(&watermark, &zone);
        let wishes = Wishes {
            hot_only: self.settings.wishes.hot_only || context.quota_is_low,
            ..self.settings.wishes.clone()
        };
        let kind = stream.kind.with_lookback(self.settings.lookback);
        for step in plan::steps(&kind, &bookmark.tiers, bookmark.until, &now, &wishes) {
            let slice = Slice {
                account: account.clone(),
                zone: zone.clone(),
                currency: context.currency.clone(),
                span: step.span.clone(),
                page_size: self.settings.page_size,
            };
            self.take_step(&key, stream, slice, &step, context, report)
                .await?;
        }
        Ok(())
    }

    async fn take_step(
        &self,
        key: &StreamKey,
        stream: &'static StreamDeclaration,
        slice: Slice,
        step: &Step,
        context: &mut AccountContext,
        report: &mut Report,
    ) -> Result<(), Stop> {
        let begun = Timestamp::now();
        let batch = self
            .driver
            .run(self.connector.pull(stream, slice.clone()))
            .await?;
        report.add_batch(stream, &batch);
        context.learn(stream, &batch);
        let step = &step
            .clone()
            .behind_clock(&stream.kind, self.driver.server_time());
        let landed = self.land(key, stream, &slice, step, batch, begun).await?;
        report.rows_landed += landed.rows;
        if landed.unconfirmed.is_empty() {
            return Ok(());
        }
        // Figures that vanish altogether are believed when a second pull says the same.
        let begun = Timestamp::now();
        let again: Batch = self
            .driver
            .run(self.connector.pull(stream, slice.clone()))
            .await?;
        report.add_batch(stream, &again);
        report.rows_landed += self
            .land(key, stream, &slice, step, again, begun)
            .await?
            .rows;
        Ok(())
    }

    fn key(&self, account: &AccountId, stream: &StreamDeclaration) -> StreamKey {
        StreamKey {
            source: self.connector.declaration().source,
            account: account.clone(),
            stream: stream.id(),
        }
    }

    fn check_hold(&self, watermark: &Watermark) -> Result<(), Failure> {
        const HELD: &str = "The platform asked us to wait. Nothing to do: the figures are fetched when the wait is over.";
        let Some(until) = watermark
            .not_before
            .filter(|until| self.settings.respect_holds && *until > self.settings.as_of)
        else {
            return Ok(());
        };
        let class = watermark.blocked.unwrap_or(RunClass::RateLimited);
        let reason = if class == RunClass::DailyQuota {
            Reason::DailyQuota
        } else {
            Reason::RateLimited
        };
        let wait = until.duration_since(self.settings.as_of).unsigned_abs();
        Err(Failure::new(class, Scope::Stream, reason, HELD).with_wait(Some(wait)))
    }

    /// Writes down until when to leave alone what a failure reaches.
    async fn hold(
        &self,
        account: &AccountId,
        stream: &'static StreamDeclaration,
        failure: &Failure,
    ) -> Result<(), DatabaseError> {
        let Some(wait) = failure.wait else {
            return Ok(());
        };
        let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::from_hours(24));
        let until = self
            .settings
            .as_of
            .checked_add(wait)
            .unwrap_or(Timestamp::MAX);
        let declaration = self.connector.declaration();
        let (accounts, streams) = match failure.scope {
            Scope::Stream => (vec![account.clone()], vec![stream]),
            Scope::Account => (vec![account.clone()], declaration.streams.iter().collect()),
            Scope::App | Scope::Credential => (
                self.connector.accounts(),
                declaration.streams.iter().collect(),
            ),
        };
        for account in &accounts {
            for stream in &streams {
                watermarks::hold(
                    self.tenant,
                    &self.key(account, stream),
                    Some(until),
                    failure.class,
                )
                .await?;
            }
        }
        Ok(())
    }

    async fn recompute(
        &self,
        account: &AccountId,
        report: &mut Report,
    ) -> Result<(), DatabaseError> {
        let source = self.connector.declaration().source;
        let recomputed = rollup::recompute_account(
            self.tenant,
            &Projections,
            (source, account),
            self.settings.as_of,
        )
        .await?;
        for failure in recomputed.failures {
            let failed = Failure::unexpected(failure.error.to_string());
            report.add(account.as_str(), failure.partition.stream.as_str(), &failed);
        }
        Ok(())
    }
}
