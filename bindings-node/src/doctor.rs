//! The doctor's command line: its arguments in, exit code and text out.

use momento_lambda_core::doctor::{Host, Language, run};
use napi_derive::napi;
use std::ffi::OsString;

/// How the command ended.
#[napi(object, object_from_js = false)]
pub struct NativeOutcome {
    /// 0, 1 or 2.
    pub exit_code: u8,
    /// What it prints.
    pub text: String,
}

/// Runs `doctor` with what follows that word on the command line. Blocks: nothing else runs then.
#[napi]
#[must_use]
pub fn doctor(
    arguments: Vec<String>,
    runtime_version: String,
    addon: Option<String>,
) -> NativeOutcome {
    let host = Host {
        language: Language::Node,
        runtime_version,
        addon: addon.map(Into::into),
    };
    let outcome = run(arguments.into_iter().map(OsString::from), &host);
    NativeOutcome {
        exit_code: outcome.exit_code,
        text: outcome.text,
    }
}
