//! The life of a token: rotated, revoked, expired, with a store that is up, down or slow.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says what failed by panicking"
)]

mod age;
#[path = "../common/mod.rs"]
mod common;
mod refused;
mod scene;
mod start;
