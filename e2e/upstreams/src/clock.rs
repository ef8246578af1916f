//! The clock that every answer is computed at; tests set it.

use std::sync::{PoisonError, RwLock};

use jiff::Timestamp;

/// Either the real time or an instant that stands still.
#[derive(Debug, Default)]
pub struct Clock {
    fixed: RwLock<Option<Timestamp>>,
}

impl Clock {
    /// A clock that stands at an instant, or runs with the real time.
    pub fn new(fixed: Option<Timestamp>) -> Self {
        Self {
            fixed: RwLock::new(fixed),
        }
    }

    /// The instant to answer at, in whole seconds.
    pub fn now(&self) -> Timestamp {
        let now = self.fixed().unwrap_or_else(Timestamp::now);
        Timestamp::from_second(now.as_second()).unwrap_or(now)
    }

    /// The instant at which the clock stands.
    pub fn fixed(&self) -> Option<Timestamp> {
        *self.fixed.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets the clock stand at an instant, or run with the real time again.
    pub fn set(&self, fixed: Option<Timestamp>) {
        *self.fixed.write().unwrap_or_else(PoisonError::into_inner) = fixed;
    }
}
