//! HTTP around the routes: what every request and every answer must have.

pub mod client_address;
pub mod extract;
pub mod health;
pub mod same_origin;
pub mod security_headers;
pub mod server;
pub mod static_files;
