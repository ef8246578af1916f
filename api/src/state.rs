//! What every request shares.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dpo_warehouse::access::Access;

use crate::authentication::cookie::CookiePolicy;
use crate::authentication::password::Passwords;
use crate::http::client_address::TrustedProxies;
use crate::telemetry::Telemetry;

/// What every request shares.
#[derive(Debug, Clone)]
pub struct ApiState {
    /// The only way to the database.
    pub access: Access,
    /// Password hashing.
    pub passwords: Passwords,
    /// How the session cookie is marked.
    pub cookies: CookiePolicy,
    /// Metrics.
    pub telemetry: Telemetry,
    /// Who may say where a request comes from.
    pub proxies: TrustedProxies,
    draining: Arc<AtomicBool>,
}

impl ApiState {
    /// The state of a server that has just started.
    #[must_use]
    pub fn new(
        access: Access,
        passwords: Passwords,
        cookies: CookiePolicy,
        telemetry: Telemetry,
    ) -> Self {
        Self {
            access,
            passwords,
            cookies,
            telemetry,
            proxies: TrustedProxies::default(),
            draining: Arc::default(),
        }
    }

    /// The same state behind these proxies.
    #[must_use]
    pub fn behind(self, proxies: TrustedProxies) -> Self {
        Self { proxies, ..self }
    }

    /// From now on the server is not ready: it is about to stop.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Whether the server is about to stop.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}
