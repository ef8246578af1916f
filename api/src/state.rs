//! What every request shares.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dpo_warehouse::access::Access;

use crate::authentication::cookie::CookiePolicy;
use crate::authentication::password::Passwords;
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
            draining: Arc::default(),
        }
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
