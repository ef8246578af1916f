//! End-to-end proofs.
