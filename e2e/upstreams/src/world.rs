//! Everything that the simulator knows: businesses, clock, tokens, faults, log.

use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use jiff::Timestamp;

use crate::business::Business;
use crate::clock::Clock;
use crate::config::{Config, GoogleCredential, Limits, ShopApp};
use crate::control::faults::Faults;
use crate::control::log::RequestLog;
use crate::ga4::quota::Quotas;
use crate::shopify::bucket::Buckets;
use crate::tokens::{Claims, Login, Refusal, Tokens};

/// The state behind all platforms.
pub struct World {
    /// The businesses.
    pub(crate) businesses: Vec<Business>,
    /// The clock.
    pub(crate) clock: Clock,
    /// Google's tokens.
    pub(crate) google: Tokens,
    /// Shopify's tokens.
    pub(crate) shopify: Tokens,
    limits: RwLock<Limits>,
    starting_limits: Limits,
    faults: Mutex<Faults>,
    log: Mutex<RequestLog>,
    quotas: Mutex<Quotas>,
    buckets: Mutex<Buckets>,
}

/// A Google login that a request came with.
#[derive(Clone, Copy)]
pub struct GoogleLogin<'a> {
    /// Its business.
    pub business: &'a Business,
    /// Its credential.
    pub credential: &'a GoogleCredential,
}

/// A shop that a request came for, with the app that asks.
#[derive(Clone, Copy)]
pub struct ShopLogin<'a> {
    /// Its business.
    pub business: &'a Business,
    /// The app.
    pub app: &'a ShopApp,
    /// Which credential that is.
    pub login: Login,
}

impl World {
    /// A world that nobody has looked at yet.
    pub fn new(config: Config) -> Self {
        Self {
            businesses: config.businesses.into_iter().map(Business::new).collect(),
            clock: Clock::new(config.clock),
            google: Tokens::new("ya29.sim"),
            shopify: Tokens::new("shpat_sim"),
            limits: RwLock::new(config.limits.clone()),
            starting_limits: config.limits,
            faults: Mutex::default(),
            log: Mutex::default(),
            quotas: Mutex::default(),
            buckets: Mutex::default(),
        }
    }

    /// The instant to answer at.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The platforms' limits as they stand.
    pub(crate) fn limits(&self) -> Limits {
        self.limits
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Changes the platforms' limits.
    pub(crate) fn set_limits(&self, limits: Limits) {
        *self.limits.write().unwrap_or_else(PoisonError::into_inner) = limits;
    }

    /// Planned failures.
    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was asked so far.
    pub(crate) fn log(&self) -> MutexGuard<'_, RequestLog> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What GA4 properties have spent.
    pub(crate) fn quotas(&self) -> MutexGuard<'_, Quotas> {
        self.quotas.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What shops have left.
    pub(crate) fn buckets(&self) -> MutexGuard<'_, Buckets> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A business by name.
    pub(crate) fn business(&self, name: &str) -> Option<&Business> {
        self.businesses
            .iter()
            .find(|business| business.spec.name == name)
    }

    /// The credential of a Google login.
    pub(crate) fn google_login(&self, login: Login) -> Option<GoogleLogin<'_>> {
        let business = self.businesses.get(login.business)?;
        Some(GoogleLogin {
            business,
            credential: business.spec.google.get(login.index)?,
        })
    }

    /// All Google logins.
    pub(crate) fn google_logins(&self) -> impl Iterator<Item = (Login, GoogleLogin<'_>)> {
        self.businesses
            .iter()
            .enumerate()
            .flat_map(|(position, business)| {
                business
                    .spec
                    .google
                    .iter()
                    .enumerate()
                    .map(move |(index, credential)| {
                        (
                            Login {
                                business: position,
                                index,
                            },
                            GoogleLogin {
                                business,
                                credential,
                            },
                        )
                    })
            })
    }

    /// The Google login of an access token.
    pub(crate) fn google_access(&self, token: &str) -> Result<GoogleLogin<'_>, Refusal> {
        let claims =
            self.google
                .use_access(token, |login| self.google_secret(login), self.now())?;
        self.google_login(claims.login).ok_or(Refusal::Unknown)
    }

    /// What a refresh token that rotation handed out says.
    pub(crate) fn google_rotated(&self, token: &str) -> Result<Claims, Refusal> {
        self.google
            .use_refresh(token, |login| self.google_secret(login), self.now())
    }

    /// What signs the tokens of a Google login.
    pub(crate) fn google_secret(&self, login: Login) -> Option<String> {
        let credential = self.google_login(login)?.credential;
        let account = credential.service_account.as_deref().unwrap_or_default();
        Some(format!(
            "{}{}{account}",
            credential.client_secret, credential.refresh_token
        ))
    }

    /// The app of a shop login.
    pub(crate) fn shop_login(&self, login: Login) -> Option<ShopLogin<'_>> {
        let business = self.businesses.get(login.business)?;
        let app = business.spec.shopify.as_ref()?.apps.get(login.index)?;
        Some(ShopLogin {
            business,
            app,
            login,
        })
    }

    /// All apps of all shops.
    pub(crate) fn shop_logins(&self) -> impl Iterator<Item = ShopLogin<'_>> {
        self.businesses
            .iter()
            .enumerate()
            .flat_map(|(position, business)| {
                let apps = business
                    .spec
                    .shopify
                    .iter()
                    .flat_map(|shop| shop.apps.iter().enumerate());
                apps.map(move |(index, app)| ShopLogin {
                    business,
                    app,
                    login: Login {
                        business: position,
                        index,
                    },
                })
            })
    }

    /// The shop and app of an access token, which an administrator made or the token endpoint handed out.
    pub(crate) fn shop_access(&self, token: &str) -> Result<ShopLogin<'_>, Refusal> {
        let made = self
            .shop_logins()
            .find(|shop| shop.app.access_token.as_deref() == Some(token));
        if let Some(shop) = made {
            return if self.shopify.is_revoked(shop.login) {
                Err(Refusal::Revoked)
            } else {
                Ok(shop)
            };
        }
        let claims = self
            .shopify
            .use_access(token, |login| self.shop_secret(login), self.now())?;
        self.shop_login(claims.login).ok_or(Refusal::Unknown)
    }

    /// What signs the tokens of a shop's app.
    pub(crate) fn shop_secret(&self, login: Login) -> Option<String> {
        let shop = self.shop_login(login)?;
        let domain = &shop.business.spec.shopify.as_ref()?.domain;
        Some(format!("{}{domain}", shop.app.client_secret))
    }

    /// Back to the start: real or configured clock stays, everything else that tests did is forgotten.
    pub(crate) fn reset(&self) {
        self.businesses
            .iter()
            .for_each(Business::forget_alterations);
        self.google.reset();
        self.shopify.reset();
        self.set_limits(self.starting_limits.clone());
        *self.faults() = Faults::default();
        *self.log() = RequestLog::default();
        *self.quotas() = Quotas::default();
        *self.buckets() = Buckets::default();
    }
}
