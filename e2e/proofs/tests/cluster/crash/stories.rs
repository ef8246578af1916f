//! The tenants whose jobs crash: one with a window source, the other with an event source and a rotating token.
//!
//! A few days are fetched as of 106 days ago, so that they are due for the archive today.

use dpo_proofs::crash::Witness;
use dpo_proofs::environment::Environment;
use dpo_proofs::exactness::day_of;
use dpo_proofs::tenants::{self, Tenant};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::story::Story;

const DAYS_AGO: i64 = 106;

/// The instants of the story; all in the past, or the jobs would refuse them.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    pub fetched: Timestamp,
    pub closed: Timestamp,
    pub archived: Timestamp,
    pub restated: Timestamp,
}

impl Times {
    fn before(now: Timestamp) -> Self {
        let hours = |hours: i64| now - SignedDuration::from_hours(hours);
        let fetched = hours(24 * DAYS_AGO);
        Self {
            fetched,
            closed: fetched + SignedDuration::from_hours(72),
            archived: hours(2),
            restated: hours(1),
        }
    }
}

/// Both tenants.
pub struct Stories {
    environment: Environment,
    pub window: Story,
    event: Story,
}

impl Stories {
    /// Declares the tenants and waits until the operator has made their jobs, which do not run by themselves.
    pub async fn declare(witness: &Witness) -> Self {
        let environment = &witness.environment;
        let times = Times::before(Timestamp::now());
        // Refresh tokens that an earlier run spent are good again.
        environment.simulator.control("reset", &json!({})).await;
        environment.simulator.set_clock(times.archived).await;
        let (window, event) = tokio::join!(
            Story::declare(
                environment,
                window_tenant(&witness.namespace("window")),
                times
            ),
            Story::declare(
                environment,
                event_tenant(&witness.namespace("event")),
                times
            ),
        );
        Self {
            environment: environment.clone(),
            window,
            event,
        }
    }

    /// Hides the tenants from the operator, which would write down how their runs went while its own crashes are counted.
    pub async fn withdraw(&self) {
        tokio::join!(self.window.withdraw(), self.event.withdraw());
    }

    /// Gives the points at which jobs crashed.
    pub async fn prove(&mut self) -> Vec<String> {
        let (window, event) = tokio::join!(self.window.first_act(), self.event.first_act());
        self.restate().await;
        let (again, once_more) = tokio::join!(self.window.second_act(), self.event.second_act());
        // The platforms forget the restatements: what follows begins with the first act's states.
        self.environment
            .simulator
            .control("reset", &json!({}))
            .await;
        [window, event, again, once_more].concat()
    }

    /// Days that are in the archive change at the platforms.
    async fn restate(&self) {
        let simulator = &self.environment.simulator;
        let times = self.window.times;
        simulator
            .set_clock(times.archived + SignedDuration::from_mins(10))
            .await;
        let day = day_of(times.fetched, -1).to_string();
        simulator.control("restate", &json!({"business": self.window.tenant.business, "source": "google_ads", "dates": [day], "seed": 7})).await;
        let refund = json!({"business": self.event.tenant.business, "source": "shopify", "dates": [day], "change": "refund", "seed": 7});
        simulator.control("restate", &refund).await;
        simulator.set_clock(times.restated).await;
    }

    pub async fn clear_away(&self) {
        tokio::join!(self.window.clear_away(), self.event.clear_away());
    }
}

fn window_tenant(namespace: &str) -> Tenant {
    let mut tenant = tenants::berlin(namespace);
    tenant
        .sources
        .retain(|source| source.source == "google_ads");
    tenant
}

/// The shop gives a new refresh token with each access token.
fn event_tenant(namespace: &str) -> Tenant {
    let mut tenant = tenants::saigon(namespace);
    tenant.sources.retain(|source| source.source == "shopify");
    let keys = [
        ("client_id", "app"),
        ("client_secret", "secret"),
        ("refresh_token", "refresh-token"),
    ];
    let credentials = &mut tenant.sources[0].credentials;
    credentials.remove("access_token");
    credentials
        .extend(keys.map(|(key, value)| (key.to_owned(), format!("demo-saigon-shopify-{value}"))));
    tenant
}
