//! Refunds in all the forms that trip readers: in full, in part, goods without money, money that failed or came late.

use jiff::Timestamp;

use super::orders::{Line, Order};
use crate::calendar::later;
use crate::micros::Micros;
use crate::random::Draws;

const DAY: i64 = 86_400;

/// Goods or money that went back.
#[derive(Debug, Clone)]
pub struct Refund {
    /// Numeric part of the global id.
    pub id: u64,
    /// When it was made.
    pub at: Timestamp,
    /// When readers first see it, a little after the order shows its change.
    pub visible_at: Timestamp,
    /// Goods that came back.
    pub lines: Vec<RefundLine>,
    /// Movements of money.
    pub transactions: Vec<RefundTransaction>,
}

/// Goods of a refund.
#[derive(Debug, Clone)]
pub struct RefundLine {
    /// The order's position.
    pub line: Line,
    /// How many came back.
    pub quantity: i64,
    /// Their price, which is not the money returned.
    pub subtotal: Micros,
}

/// A movement of money, or an attempt at one.
#[derive(Debug, Clone)]
pub struct RefundTransaction {
    /// Numeric part of the global id.
    pub id: u64,
    /// `REFUND`, or `VOID` for an authorisation given up.
    pub kind: &'static str,
    /// How much.
    pub amount: Micros,
    /// Its states with the instants from which they hold.
    pub states: Vec<(Timestamp, &'static str)>,
}

/// The forms of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Everything in one movement.
    Full,
    /// Everything in two movements.
    Split,
    /// One position, less a fee.
    Partial,
    /// Some money, no goods.
    Goodwill,
    /// Goods back, no movement of money.
    RestockOnly,
    /// The movement failed.
    Failed,
    /// The movement failed and was repeated later.
    Retried,
    /// The movement took days.
    Pending,
    /// An authorisation was given up; no money moved.
    Voided,
}

impl Form {
    /// A form as often as shops meet them.
    pub fn draw(draws: &mut Draws) -> Self {
        match draws.below(100) {
            0..=24 => Self::Full,
            25..=31 => Self::Split,
            32..=54 => Self::Partial,
            55..=63 => Self::Goodwill,
            64..=75 => Self::RestockOnly,
            76..=82 => Self::Failed,
            83..=88 => Self::Retried,
            89..=96 => Self::Pending,
            _ => Self::Voided,
        }
    }
}

impl RefundTransaction {
    /// Its state, `None` before it exists.
    pub fn status(&self, now: Timestamp) -> Option<&'static str> {
        self.states
            .iter()
            .rev()
            .find(|(from, _)| *from <= now)
            .map(|(_, status)| *status)
    }

    fn has_returned(&self, now: Timestamp) -> bool {
        self.kind == "REFUND" && self.status(now) == Some("SUCCESS")
    }
}

impl Refund {
    /// Money that really went back.
    pub fn returned(&self, now: Timestamp) -> Micros {
        self.transactions
            .iter()
            .filter(|movement| movement.has_returned(now))
            .map(|movement| movement.amount)
            .sum()
    }

    /// Instants at which something about it changed.
    pub fn changes(&self, now: Timestamp) -> impl Iterator<Item = Timestamp> {
        let states = self
            .transactions
            .iter()
            .flat_map(|movement| movement.states.iter().map(|(at, _)| *at));
        states.filter(move |at| *at <= now)
    }

    /// Money that has been returned or may still be.
    fn promised(&self) -> Micros {
        self.transactions
            .iter()
            .filter(|movement| movement.kind == "REFUND")
            .map(|movement| movement.amount)
            .sum()
    }
}

/// A refund of an order in the given form, never above what is left to return.
pub fn refund(
    order: &Order,
    earlier: &[&Refund],
    form: Form,
    at: Timestamp,
    step: Micros,
    draws: &mut Draws,
) -> Refund {
    let promised: Micros = earlier.iter().map(|refund| refund.promised()).sum();
    let left = (order.total(at) - promised).max(Micros::ZERO);
    let number = earlier.len() as u64;
    let lines = goods(order, form, step, draws);
    let amounts = amounts(form, left, &lines, step, draws);
    let transactions = amounts
        .into_iter()
        .enumerate()
        .filter(|(_, amount)| amount.0 > 0)
        .map(|(index, amount)| {
            movement(
                order.id * 1000 + 700 + number * 10 + index as u64,
                form,
                index,
                amount,
                at,
                draws,
            )
        })
        .collect();
    Refund {
        id: order.id * 1000 + 500 + number,
        at,
        visible_at: later(at, draws.between(0, 50)),
        lines,
        transactions,
    }
}

fn goods(order: &Order, form: Form, step: Micros, draws: &mut Draws) -> Vec<RefundLine> {
    let whole = |line: &Line| RefundLine {
        line: line.clone(),
        quantity: line.quantity,
        subtotal: line.total(),
    };
    match form {
        Form::Goodwill | Form::Voided => Vec::new(),
        Form::Full | Form::Split => order.lines.iter().map(whole).collect(),
        _ => {
            let line = draws.pick(&order.lines);
            let subtotal = line.total().share(1, line.quantity, step);
            vec![RefundLine {
                line,
                quantity: 1,
                subtotal,
            }]
        }
    }
}

fn amounts(
    form: Form,
    left: Micros,
    lines: &[RefundLine],
    step: Micros,
    draws: &mut Draws,
) -> Vec<Micros> {
    let goods: Micros = lines.iter().map(|line| line.subtotal).sum();
    let part = goods.share(draws.between(80, 97), 100, step).min(left);
    match form {
        Form::Full => vec![left],
        Form::Split => {
            let first = left.share(draws.between(20, 70), 100, step);
            vec![first, left - first]
        }
        Form::Partial | Form::Failed | Form::Pending => vec![part],
        Form::Retried => vec![part, part],
        Form::Goodwill => vec![left.share(draws.between(5, 20), 100, step)],
        Form::RestockOnly => Vec::new(),
        Form::Voided => vec![left.share(1, 10, step)],
    }
}

fn movement(
    id: u64,
    form: Form,
    index: usize,
    amount: Micros,
    at: Timestamp,
    draws: &mut Draws,
) -> RefundTransaction {
    let states = match (form, index) {
        (Form::Failed, _) | (Form::Retried, 0) => vec![(at, "FAILURE")],
        (Form::Retried, _) => vec![(later(at, draws.between(DAY, 3 * DAY)), "SUCCESS")],
        (Form::Pending, _) => vec![
            (at, "PENDING"),
            (later(at, draws.between(DAY, 4 * DAY)), "SUCCESS"),
        ],
        _ => vec![(at, "SUCCESS")],
    };
    let kind = if form == Form::Voided {
        "VOID"
    } else {
        "REFUND"
    };
    RefundTransaction {
        id,
        kind,
        amount,
        states,
    }
}
