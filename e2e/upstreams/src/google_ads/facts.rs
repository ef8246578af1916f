//! An account's events as the reporting system books them: every figure on the date, hour, device and network of its click.

use std::ops::AddAssign;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::business::Business;
use crate::business::delivery::{Click, Conversion, Placement};
use crate::calendar::{Span, label};
use crate::micros::Micros;

const LONGEST_WINDOW_DAYS: i64 = 90;

/// Figures booked together.
#[derive(Debug, Clone, Copy)]
pub struct Fact {
    /// Campaign, ad group, device, network.
    pub placement: Placement,
    /// Local date.
    pub date: Date,
    /// Local hour.
    pub hour: i8,
    /// Position of the conversion action, when the figures are conversions.
    pub action: Option<usize>,
    /// The figures.
    pub tally: Tally,
}

/// Sums of metrics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// `metrics.impressions`
    pub impressions: i64,
    /// `metrics.clicks`
    pub clicks: i64,
    /// `metrics.cost_micros`
    pub cost: Micros,
    /// `metrics.conversions`
    pub conversions: Micros,
    /// `metrics.conversions_value`
    pub conversions_value: Micros,
    /// `metrics.all_conversions`
    pub all_conversions: Micros,
    /// `metrics.all_conversions_value`
    pub all_conversions_value: Micros,
    /// `metrics.view_through_conversions`
    pub view_through: i64,
    /// `metrics.conversions_by_conversion_date`
    pub conversions_by_date: Micros,
    /// `metrics.conversions_value_by_conversion_date`
    pub conversions_value_by_date: Micros,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.impressions += other.impressions;
        self.clicks += other.clicks;
        self.cost += other.cost;
        self.conversions += other.conversions;
        self.conversions_value += other.conversions_value;
        self.all_conversions += other.all_conversions;
        self.all_conversions_value += other.all_conversions_value;
        self.view_through += other.view_through;
        self.conversions_by_date += other.conversions_by_date;
        self.conversions_value_by_date += other.conversions_value_by_date;
    }
}

/// Which facts are wanted.
pub struct Wanted<'a> {
    /// Index of the account.
    pub account: usize,
    /// First and last local date.
    pub dates: (Date, Date),
    /// Zone of the account.
    pub zone: &'a TimeZone,
    /// The instant at which reports are read.
    pub now: Timestamp,
    /// Whether conversions are also booked on their own date.
    pub by_conversion_date: bool,
}

/// Positions of the conversion actions.
pub const PURCHASE: usize = 0;
/// See [`PURCHASE`].
pub const SIGN_UP: usize = 1;

/// All facts of an account that reports show.
pub fn facts(business: &Business, wanted: &Wanted<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let span = Span::of_dates(wanted.dates.0, wanted.dates.1, wanted.zone);
    business.each_impressions(wanted.account, span, wanted.now, |shown| {
        let tally = Tally {
            impressions: shown.count,
            ..Tally::default()
        };
        facts.push(wanted.book(shown.placement, shown.at, None, tally));
        if shown
            .view_through_known_at
            .is_some_and(|known| known <= wanted.now)
        {
            let tally = Tally {
                view_through: 1,
                ..Tally::default()
            };
            facts.push(wanted.book(shown.placement, shown.at, Some(PURCHASE), tally));
        }
    });
    business.each_click(wanted.account, span, wanted.now, |click| {
        wanted.clicked(click, &mut facts);
    });
    if wanted.by_conversion_date {
        wanted.converted_on_their_dates(business, span, &mut facts);
    }
    facts
}

impl Wanted<'_> {
    fn book(
        &self,
        placement: Placement,
        at: Timestamp,
        action: Option<usize>,
        tally: Tally,
    ) -> Fact {
        let (date, hour) = label(at, self.zone);
        Fact {
            placement,
            date,
            hour,
            action,
            tally,
        }
    }

    fn clicked(&self, click: &Click, facts: &mut Vec<Fact>) {
        let tally = Tally {
            impressions: 1,
            clicks: 1,
            cost: click.cost,
            ..Tally::default()
        };
        facts.push(self.book(click.placement, click.at, None, tally));
        for conversion in click
            .conversions
            .iter()
            .filter(|conversion| conversion.is_known(self.now))
        {
            facts.push(self.book(
                click.placement,
                click.at,
                Some(action(conversion)),
                on_click_date(conversion),
            ));
        }
    }

    fn converted_on_their_dates(&self, business: &Business, span: Span, facts: &mut Vec<Fact>) {
        let lead = LONGEST_WINDOW_DAYS * 86_400;
        let clicks = Span {
            from: crate::calendar::later(span.from, -lead),
            to: span.to,
        };
        business.each_click(self.account, clicks, self.now, |click| {
            let known = click
                .conversions
                .iter()
                .filter(|one| one.purchase && one.is_known(self.now));
            for conversion in known.filter(|conversion| span.contains(conversion.at)) {
                let tally = Tally {
                    conversions_by_date: conversion.credit,
                    conversions_value_by_date: conversion.value,
                    ..Tally::default()
                };
                facts.push(self.book(click.placement, conversion.at, Some(PURCHASE), tally));
            }
        });
    }
}

fn action(conversion: &Conversion) -> usize {
    if conversion.purchase {
        PURCHASE
    } else {
        SIGN_UP
    }
}

fn on_click_date(conversion: &Conversion) -> Tally {
    let all = Tally {
        all_conversions: conversion.credit,
        all_conversions_value: conversion.value,
        ..Tally::default()
    };
    if conversion.purchase {
        Tally {
            conversions: conversion.credit,
            conversions_value: conversion.value,
            ..all
        }
    } else {
        all
    }
}
