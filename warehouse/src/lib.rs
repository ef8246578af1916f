//! The only crate that knows table names.
