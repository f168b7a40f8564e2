//! The Node binding: conversion between JavaScript values and the core's, nothing else.
//!
//! JavaScript makes the promises and the response classes; this side turns arguments into a
//! [`Request`](momento_lambda_core::operation::Request), hands it to the core's bridge and gives
//! finished calls back in batches. One operation costs one call from JavaScript, and a share of one
//! wake and one [`queue::NativeQueue::drain`].

mod client;
mod convert;
pub mod credentials;
pub mod doctor;
mod errors;
mod generated;
pub mod invocation;
mod packed;
mod questions;
mod queue;
mod replies;
mod settings;
