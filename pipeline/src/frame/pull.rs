//! A pull reads one slice of one stream. It is a value that is fed answers; it never touches the network.

use dpo_warehouse::model::{AccountId, Currency, EntityRow, LedgerFact, QualityFlag, RawRecord};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::collections::{HashSet, VecDeque};

use super::exchange::{Answer, Request};
use super::failure::Failure;

/// What a pull asks for.
#[derive(Debug, Clone)]
pub struct Slice {
    /// Of which account.
    pub account: AccountId,
    /// The zone of the account's dates.
    pub zone: TimeZone,
    /// The currency of the account, if it is known.
    pub currency: Option<Currency>,
    /// What part of the stream.
    pub span: Span,
    /// The page size, where it is not the declared one.
    pub page_size: Option<u32>,
}

/// A part of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// The present state.
    Now,
    /// Local dates, both included.
    Days(DateRange),
    /// What changed at or after one instant and before another.
    Changes {
        /// From here on.
        since: Timestamp,
        /// Up to here, not included.
        until: Timestamp,
    },
}

/// Local dates, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateRange {
    /// The first.
    pub first: Date,
    /// The last.
    pub last: Date,
}

impl DateRange {
    /// The number of dates.
    #[must_use]
    pub fn days(&self) -> i32 {
        (self.last - self.first).get_days() + 1
    }

    /// Whether a date is one of them.
    #[must_use]
    pub fn contains(&self, date: Date) -> bool {
        self.first <= date && date <= self.last
    }

    /// Every date, in order.
    pub fn dates(&self) -> impl Iterator<Item = Date> {
        let last = self.last;
        self.first
            .series(1.day())
            .take_while(move |date| *date <= last)
    }

    /// The only date, if there is but one.
    #[must_use]
    pub fn single(&self) -> Option<Date> {
        (self.first == self.last).then_some(self.first)
    }

    /// The same dates in ranges of at most `days`.
    #[must_use]
    pub fn split(&self, days: u16) -> Vec<Self> {
        let days = i64::from(days.max(1));
        let mut parts = Vec::new();
        let mut first = self.first;
        while first <= self.last {
            let last = first.saturating_add((days - 1).days()).min(self.last);
            parts.push(Self { first, last });
            first = last.saturating_add(1.day());
        }
        parts
    }

    /// Two halves, unless it is one date.
    #[must_use]
    pub fn halves(&self) -> Option<(Self, Self)> {
        let days = self.days();
        if days < 2 {
            return None;
        }
        let middle = self.first.saturating_add((days / 2 - 1).days());
        Some((
            Self {
                first: self.first,
                last: middle,
            },
            Self {
                first: middle.saturating_add(1.day()),
                last: self.last,
            },
        ))
    }
}

/// A raw record and the local date it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedRecord {
    /// The partition.
    pub date: Date,
    /// The record.
    pub record: RawRecord,
}

/// A quality flag for one date, or for every date of the slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RaisedFlag {
    /// Which date; nothing for all.
    pub date: Option<Date>,
    /// Which flag.
    pub flag: QualityFlag,
}

/// What a pull has read.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// Names and states.
    pub entities: Vec<EntityRow>,
    /// Records of a window stream.
    pub records: Vec<DatedRecord>,
    /// Facts of an event stream.
    pub facts: Vec<LedgerFact>,
    /// Payloads that the facts come from.
    pub payloads: Vec<RawRecord>,
    /// Quality flags.
    pub flags: Vec<RaisedFlag>,
    /// What the operator should know although nothing went wrong.
    pub notes: Vec<String>,
    /// The platform's allowance is nearly used up: only the newest days should still be read.
    pub quota_is_low: bool,
}

impl Batch {
    /// Takes over what another batch holds.
    pub fn absorb(&mut self, other: Self) {
        self.entities.extend(other.entities);
        self.records.extend(other.records);
        self.facts.extend(other.facts);
        self.payloads.extend(other.payloads);
        self.notes.extend(other.notes);
        for flag in other.flags {
            if !self.flags.contains(&flag) {
                self.flags.push(flag);
            }
        }
        self.quota_is_low |= other.quota_is_low;
    }

    /// How many rows it holds.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.entities.len() as u64 + self.figures()
    }

    /// How many of them are figures.
    #[must_use]
    pub fn figures(&self) -> u64 {
        (self.records.len() + self.facts.len()) as u64
    }
}

/// Reading one slice, request by request.
pub trait Pull: Send {
    /// The next request; nothing when all is read.
    fn next_request(&mut self) -> Option<Request>;

    /// Takes the answer to the last request.
    ///
    /// # Errors
    /// The answer is malformed, unexpected, or pages go round in circles.
    fn accept(&mut self, answer: &Answer) -> Result<(), Failure>;

    /// Makes the last request smaller; false if it cannot be.
    fn ask_for_less(&mut self) -> bool;

    /// Forgets what was read and begins again.
    fn restart(&mut self);

    /// What was read and not yet taken.
    fn take(&mut self) -> Batch;
}

/// Where a paged stream goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Nowhere.
    Done,
    /// At this token.
    Token(String),
    /// At this row.
    Offset(u64),
}

/// One page of a paged stream.
#[derive(Debug)]
pub struct Page {
    /// What it holds.
    pub batch: Batch,
    /// Where it goes on.
    pub next: Next,
}

/// Where a request of a paged stream stands.
#[derive(Debug, Clone)]
pub struct Position {
    /// The place to go on at.
    pub at: Next,
    /// The page size, where the source has one.
    pub size: Option<u32>,
}

/// The pure parts of a stream that is read page by page.
pub trait PagedStream: Send {
    /// The request for one page of a span.
    fn request(&self, span: &Span, position: &Position) -> Request;

    /// Reads one page.
    ///
    /// # Errors
    /// The answer is malformed or unexpected.
    fn read(&self, span: &Span, position: &Position, answer: &Answer) -> Result<Page, Failure>;
}

const MOST_PAGES: usize = 10_000;
const SMALLEST_PAGE: u32 = 10;

/// Notices pages that repeat or never end.
#[derive(Debug, Default)]
pub struct PageGuard {
    seen: HashSet<String>,
}

impl PageGuard {
    /// Notes the place of the next page.
    ///
    /// # Errors
    /// The place was already visited, or there are more pages than any honest answer has.
    pub fn visit(&mut self, place: &str) -> Result<(), Failure> {
        if self.seen.len() >= MOST_PAGES {
            return Err(Failure::unexpected(format!("more than {MOST_PAGES} pages")));
        }
        if self.seen.insert(place.to_owned()) {
            return Ok(());
        }
        Err(Failure::unexpected(
            "the next page is one that was already read",
        ))
    }
}

/// A part of the slice that is still to be read: which of the streams' parts, and which span.
#[derive(Debug, Clone)]
struct Task {
    part: usize,
    span: Span,
}

/// Reads paged streams: all pages of each part, with ranges halved where the platform finds them too large.
/// A stream has more than one part where its fields do not fit one request.
pub struct PagedPull {
    parts: Vec<Box<dyn PagedStream>>,
    whole: Span,
    todo: VecDeque<Task>,
    position: Position,
    guard: PageGuard,
    pages: Batch,
    finished: Batch,
}

impl PagedPull {
    /// Reads all parts over one span.
    #[must_use]
    pub fn new(parts: Vec<Box<dyn PagedStream>>, span: Span, page_size: Option<u32>) -> Self {
        let position = Position {
            at: Next::Done,
            size: page_size,
        };
        let mut pull = Self {
            parts,
            whole: span,
            todo: VecDeque::new(),
            position,
            guard: PageGuard::default(),
            pages: Batch::default(),
            finished: Batch::default(),
        };
        pull.restart();
        pull
    }

    fn begin_task(&mut self) {
        self.position.at = Next::Done;
        self.guard = PageGuard::default();
        self.pages = Batch::default();
    }

    fn go_on(&mut self, next: Next) -> Result<(), Failure> {
        match &next {
            Next::Done => {
                self.finished.absorb(std::mem::take(&mut self.pages));
                self.todo.pop_front();
                self.begin_task();
                return Ok(());
            }
            Next::Token(token) => self.guard.visit(token)?,
            Next::Offset(offset) => self.guard.visit(&offset.to_string())?,
        }
        self.position.at = next;
        Ok(())
    }
}

impl Pull for PagedPull {
    fn next_request(&mut self) -> Option<Request> {
        let task = self.todo.front()?;
        self.parts
            .get(task.part)
            .map(|part| part.request(&task.span, &self.position))
    }

    fn accept(&mut self, answer: &Answer) -> Result<(), Failure> {
        let Some(task) = self.todo.front() else {
            return Ok(());
        };
        let Some(part) = self.parts.get(task.part) else {
            return Ok(());
        };
        let page = part.read(&task.span, &self.position, answer)?;
        self.pages.absorb(page.batch);
        self.go_on(page.next)
    }

    fn ask_for_less(&mut self) -> bool {
        let Some(task) = self.todo.front().cloned() else {
            return false;
        };
        if let Span::Days(range) = task.span
            && let Some((first, second)) = range.halves()
        {
            self.todo.pop_front();
            self.todo.push_front(Task {
                part: task.part,
                span: Span::Days(second),
            });
            self.todo.push_front(Task {
                part: task.part,
                span: Span::Days(first),
            });
            self.begin_task();
            return true;
        }
        match self.position.size {
            Some(size) if size > SMALLEST_PAGE => {
                self.position.size = Some((size / 2).max(SMALLEST_PAGE));
                self.begin_task();
                true
            }
            _ => false,
        }
    }

    fn restart(&mut self) {
        self.todo = (0..self.parts.len())
            .map(|part| Task {
                part,
                span: self.whole.clone(),
            })
            .collect();
        self.finished = Batch::default();
        self.begin_task();
    }

    fn take(&mut self) -> Batch {
        std::mem::take(&mut self.finished)
    }
}

#[cfg(test)]
mod tests {
    use super::super::exchange::fixtures::answer;
    use super::*;
    use jiff::civil::date;

    /// A stream whose pages are `<place>` in the body; each page names the next.
    struct Numbered;

    impl PagedStream for Numbered {
        fn request(&self, span: &Span, position: &Position) -> Request {
            Request::get("example.com", format!("/{span:?}/{position:?}"))
        }

        fn read(
            &self,
            span: &Span,
            _position: &Position,
            answer: &Answer,
        ) -> Result<Page, Failure> {
            let Span::Days(range) = span else {
                return Err(Failure::unexpected("no days"));
            };
            let next: Option<String> = answer.json()?;
            let record = RawRecord {
                key: next.clone().unwrap_or_default(),
                payload: String::new(),
            };
            let batch = Batch {
                records: vec![DatedRecord {
                    date: range.first,
                    record,
                }],
                ..Batch::default()
            };
            Ok(Page {
                batch,
                next: next.map_or(Next::Done, Next::Token),
            })
        }
    }

    fn ten_days() -> DateRange {
        DateRange {
            first: date(2026, 9, 1),
            last: date(2026, 9, 10),
        }
    }

    fn pull() -> PagedPull {
        PagedPull::new(vec![Box::new(Numbered)], Span::Days(ten_days()), None)
    }

    #[test]
    fn pages_are_followed_to_the_last() {
        let mut pull = pull();
        for body in [r#""b""#, r#""c""#, "null"] {
            assert!(pull.next_request().is_some());
            pull.accept(&answer(200, body)).unwrap();
        }
        assert!(pull.next_request().is_none());
        assert_eq!(pull.take().records.len(), 3);
    }

    #[test]
    fn a_page_that_names_itself_ends_the_pull() {
        let mut pull = pull();
        pull.accept(&answer(200, r#""b""#)).unwrap();
        assert!(pull.accept(&answer(200, r#""b""#)).is_err());
    }

    #[test]
    fn nothing_is_handed_over_before_the_last_page() {
        let mut pull = pull();
        pull.accept(&answer(200, r#""b""#)).unwrap();
        assert_eq!(pull.take().rows(), 0);
    }

    #[test]
    fn a_range_is_halved_down_to_one_day_and_what_was_read_of_it_is_forgotten() {
        let mut pull = pull();
        pull.accept(&answer(200, r#""b""#)).unwrap();
        let mut halvings = 0;
        while pull.ask_for_less() {
            halvings += 1;
        }
        assert_eq!(halvings, 3, "10 days, 5, 2, 1");
        let mut tasks = 0;
        while pull.next_request().is_some() {
            pull.accept(&answer(200, "null")).unwrap();
            tasks += 1;
        }
        let dates: Vec<_> = pull
            .take()
            .records
            .into_iter()
            .map(|record| record.date.day())
            .collect();
        assert_eq!(tasks, 4);
        assert_eq!(dates, [1, 2, 3, 6]);
    }

    #[test]
    fn ranges_split_without_gap_or_overlap() {
        let parts = ten_days().split(4);
        let dates: Vec<_> = parts.iter().flat_map(DateRange::dates).collect();
        assert_eq!(parts.len(), 3);
        assert_eq!(dates, ten_days().dates().collect::<Vec<_>>());
        assert_eq!(ten_days().days(), 10);
    }

    #[test]
    fn endless_pages_are_refused() {
        let mut guard = PageGuard::default();
        assert!((0..MOST_PAGES).all(|page| guard.visit(&page.to_string()).is_ok()));
        assert!(guard.visit("one more").is_err());
    }
}
