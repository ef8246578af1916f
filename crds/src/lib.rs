//! The custom resources of the Digital Performance Optimizer as Rust types.
