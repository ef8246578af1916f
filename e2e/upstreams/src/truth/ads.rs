//! Advertising: every click and what it brought belongs to the click's local date and hour.

use super::{Cells, Figures, Period, Question, add};
use crate::business::delivery::{Click, Placement};
use crate::business::{Business, zone};
use crate::calendar::{Span, label};
use crate::micros::Micros;

/// The figures of an account: the account itself and each campaign.
pub fn figures(business: &Business, account: usize, question: &Question) -> Figures {
    let spec = &business.spec.google_ads[account];
    let zone = zone(&spec.time_zone);
    let span = Span::of_dates(question.from, question.to, &zone);
    let mut cells = Cells::new();
    let campaigns = business.campaigns(account);
    let mut count =
        |placement: &Placement, period: Period, metric: &'static str, amount: Micros| {
            add(
                &mut cells,
                "account",
                &spec.customer_id,
                period,
                metric,
                amount,
            );
            add(
                &mut cells,
                "campaign",
                &campaigns[placement.campaign].id.to_string(),
                period,
                metric,
                amount,
            );
        };
    business.each_impressions(account, span, question.now, |shown| {
        let Some(period) = question.period(label(shown.at, &zone)) else {
            return;
        };
        count(
            &shown.placement,
            period,
            "impressions",
            Micros::whole(shown.count),
        );
        if shown
            .view_through_known_at
            .is_some_and(|known| known <= question.now)
        {
            count(
                &shown.placement,
                period,
                "view_through_conversions",
                Micros::whole(1),
            );
        }
    });
    business.each_click(account, span, question.now, |click| {
        if let Some(period) = question.period(label(click.at, &zone)) {
            count_click(click, question, |metric, amount| {
                count(&click.placement, period, metric, amount);
            });
        }
    });
    Figures {
        source: "google_ads",
        account: spec.customer_id.clone(),
        currency: spec.currency.clone(),
        cells,
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
        count("all_conversions", conversion.credit);
        count("all_conversions_value", conversion.value);
        if conversion.purchase {
            count("conversions", conversion.credit);
            count("conversions_value", conversion.value);
        }
    }
}
