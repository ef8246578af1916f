//! Advertising: every click and what it brought belongs to the click's local date and hour. All conversions are told by day only.

use jiff::Timestamp;

use super::{Cells, Figures, Period, Question, add};
use crate::business::catalogue::Campaign;
use crate::business::delivery::{Click, Placement};
use crate::business::{Business, zone};
use crate::calendar::{Span, label};
use crate::micros::Micros;

struct Counting<'a> {
    campaigns: &'a [Campaign],
    account: &'a str,
    cells: Cells,
}

impl Counting<'_> {
    /// Counts for the account and for the campaign.
    fn count(
        &mut self,
        placement: &Placement,
        period: Period,
        metric: &'static str,
        amount: Micros,
    ) {
        let campaign = self.campaigns[placement.campaign].id.to_string();
        add(
            &mut self.cells,
            "account",
            self.account,
            period,
            metric,
            amount,
        );
        add(
            &mut self.cells,
            "campaign",
            &campaign,
            period,
            metric,
            amount,
        );
    }
}

/// The figures of an account: the account itself and each campaign.
pub fn figures(business: &Business, account: usize, question: &Question) -> Figures {
    let spec = &business.spec.google_ads[account];
    let (zone, now) = (zone(&spec.time_zone), question.now);
    let span = Span::of_dates(question.from, question.to, &zone);
    let period = |at: Timestamp| question.period(label(at, &zone));
    let campaigns = business.campaigns(account);
    let mut counting = Counting {
        campaigns,
        account: &spec.customer_id,
        cells: Cells::new(),
    };
    business.each_impressions(account, span, now, |shown| {
        let Some(period) = period(shown.at) else {
            return;
        };
        counting.count(
            &shown.placement,
            period,
            "impressions",
            Micros::whole(shown.count),
        );
        if shown
            .view_through_known_at
            .is_some_and(|known| known <= now)
        {
            counting.count(
                &shown.placement,
                period,
                "view_through_conversions",
                Micros::whole(1),
            );
        }
    });
    business.each_click(account, span, now, |click| {
        let Some(period) = period(click.at) else {
            return;
        };
        count_click(click, question, |metric, amount| {
            counting.count(&click.placement, period, metric, amount);
        });
    });
    Figures {
        source: "google_ads",
        account: spec.customer_id.clone(),
        currency: spec.currency.clone(),
        cells: counting.cells,
    }
}

fn count_click(click: &Click, question: &Question, mut count: impl FnMut(&'static str, Micros)) {
    count("impressions", Micros::whole(1));
    count("clicks", Micros::whole(1));
    count("spend", click.cost);
    for conversion in &click.conversions {
        if !conversion.is_known(question.now) {
            continue;
        }
        if !question.hourly {
            count("all_conversions", conversion.credit);
            count("all_conversions_value", conversion.value);
        }
        if conversion.purchase {
            count("conversions", conversion.credit);
            count("conversions_value", conversion.value);
        }
    }
}
