//! The shapes of the HTTP API. JSON keys are camelCase. Every figure is an exact decimal as text with its currency
//! beside it; `null` means "not reported", never zero. Dates are ISO local dates, instants RFC 3339 in UTC, ids text.

pub mod channel;
mod convert;
pub mod dictionary;
pub mod figures;
pub mod freshness;
pub mod overview;
pub mod period;
pub mod problem;
pub mod session;
pub mod source;
pub mod value;
