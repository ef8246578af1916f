//! What really happened, counted from the business's events. Shares no code with the platforms' reports.

mod ads;
mod shop;
mod site;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::business::Business;
use crate::micros::Micros;
use crate::web::{Answer, Request};
use crate::world::World;

/// The longest range of one request, in days.
const LONGEST_RANGE: i32 = 500;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// First local date of each account.
    pub from: Date,
    /// Last local date.
    pub to: Date,
    /// Whether by hour.
    pub hourly: bool,
    /// The instant whose knowledge counts.
    pub now: Timestamp,
}

/// The period of a figure: a local date, and a local hour when asked by the hour.
pub type Period = (Date, Option<i8>);

/// Figures of one account.
pub struct Figures {
    /// `google_ads`, `google_analytics` or `shopify`.
    pub source: &'static str,
    /// Customer, property or shop.
    pub account: String,
    /// Currency of money.
    pub currency: String,
    /// Metrics by level, id and period.
    pub cells: Cells,
}

/// Metrics by level, id and period.
pub type Cells = BTreeMap<(&'static str, String, Period), BTreeMap<&'static str, Micros>>;

impl Question {
    /// The period of a local date and hour, when it lies in the range.
    pub fn period(&self, (date, hour): (Date, i8)) -> Option<Period> {
        (self.from <= date && date <= self.to).then_some((date, self.hourly.then_some(hour)))
    }
}

/// Adds to a metric.
pub fn add(
    cells: &mut Cells,
    level: &'static str,
    id: &str,
    period: Period,
    metric: &'static str,
    amount: Micros,
) {
    *cells
        .entry((level, id.to_owned(), period))
        .or_default()
        .entry(metric)
        .or_default() += amount;
}

/// `GET /truth?business=&source=&account=&level=&from=&to=&grain=&asOf=`.
pub fn answer(world: &World, request: &Request) -> Answer {
    match respond(world, request) {
        Ok(body) => Answer::json(200, &body),
        Err(sentence) => Answer::json(400, &json!({ "error": sentence })),
    }
}

fn respond(world: &World, request: &Request) -> Result<Value, String> {
    let name = request
        .parameter("business")
        .ok_or("Name a business: ?business=….")?;
    let business = world
        .business(&name)
        .ok_or_else(|| format!("There is no business '{name}'."))?;
    let now = known_at(request, world.now())?;
    let question = question(request, now)?;
    let wanted = |parameter: &str, value: &str| {
        request
            .parameter(parameter)
            .is_none_or(|wanted| wanted == value)
    };
    let rows: Vec<Value> = figures(business, &question, wanted)
        .iter()
        .flat_map(|figures| lines(figures, |level| wanted("level", level)))
        .collect();
    Ok(json!({ "business": name, "asOf": question.now.to_string(), "rows": rows }))
}

/// The instant whose knowledge is asked for, now when it is not said.
fn known_at(request: &Request, now: Timestamp) -> Result<Timestamp, String> {
    request.parameter("asOf").map_or(Ok(now), |text| {
        text.parse()
            .map_err(|_| format!("asOf={text} is no instant; write it like 2026-09-01T03:00:00Z."))
    })
}

fn question(request: &Request, now: Timestamp) -> Result<Question, String> {
    let date = |name: &str| -> Result<Date, String> {
        let text = request
            .parameter(name)
            .ok_or_else(|| format!("Give a date: {name}=2026-09-01."))?;
        text.parse()
            .map_err(|_| format!("{name}={text} is no date; write it like 2026-09-01."))
    };
    let (from, to) = (date("from")?, date("to")?);
    let days = to.since(from).map_or(0, |span| span.get_days());
    if !(0..LONGEST_RANGE).contains(&days) {
        return Err(format!(
            "Ask for 1 to {LONGEST_RANGE} days, from the first to the last."
        ));
    }
    match request.parameter("grain").as_deref() {
        None | Some("day") => Ok(Question {
            from,
            to,
            hourly: false,
            now,
        }),
        Some("hour") => Ok(Question {
            from,
            to,
            hourly: true,
            now,
        }),
        Some(other) => Err(format!("grain={other} is unknown; write day or hour.")),
    }
}

/// The figures of the wanted accounts of a business.
fn figures(
    business: &Business,
    question: &Question,
    wanted: impl Fn(&str, &str) -> bool,
) -> Vec<Figures> {
    let spec = &business.spec;
    let asked =
        |source: &str, account: &str| wanted("source", source) && wanted("account", account);
    let ads = spec.google_ads.iter().enumerate();
    let ads = ads.filter(|(_, account)| asked("google_ads", &account.customer_id));
    let ads = ads.map(|(index, _)| ads::figures(business, index, question));
    let site = spec
        .google_analytics
        .iter()
        .filter(|site| asked("google_analytics", &site.id));
    let site = site.map(|site| site::figures(business, site, question));
    let shop = spec
        .shopify
        .iter()
        .filter(|shop| asked("shopify", &shop.domain));
    let shop = shop.map(|shop| shop::figures(business, shop, question));
    ads.chain(site).chain(shop).collect()
}

fn lines(figures: &Figures, wanted: impl Fn(&str) -> bool) -> Vec<Value> {
    let shown = figures.cells.iter().filter(|((level, ..), metrics)| {
        wanted(level) && metrics.values().any(|amount| !amount.is_zero())
    });
    shown
        .map(|((level, id, (date, hour)), metrics)| {
            let texts: Map<String, Value> = metrics
                .iter()
                .map(|(metric, amount)| ((*metric).to_owned(), Value::from(amount.to_string())))
                .collect();
            let mut row = json!({
                "source": figures.source,
                "account": figures.account,
                "level": level,
                "id": id,
                "date": date.to_string(),
                "currency": figures.currency,
                "metrics": texts,
            });
            if let Some(hour) = hour {
                row["hour"] = Value::from(*hour);
            }
            row
        })
        .collect()
}
