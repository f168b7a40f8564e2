//! What the checks found, as lines to read or as one JSON document.
//!
//! Last line of defence for the token: what a server says goes into messages, so whatever the doctor
//! has read as a secret is cut out of every text before it is kept.

use super::Host;
use serde::Serialize;
use std::fmt::Write as _;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Status {
    Ok,
    Warning,
    Failed,
    Skipped,
}

/// The outcome of a check, before it has a name and a time.
#[derive(Debug)]
pub(super) struct Finding {
    status: Status,
    message: String,
    fix: Option<String>,
}

impl Finding {
    pub(super) fn ok(message: impl Into<String>) -> Self {
        Self::new(Status::Ok, message, None)
    }

    /// Works, but may not everywhere.
    pub(super) fn warning(message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::new(Status::Warning, message, Some(fix.into()))
    }

    pub(super) fn failed(message: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::new(Status::Failed, message, Some(fix.into()))
    }

    pub(super) fn skipped(message: impl Into<String>) -> Self {
        Self::new(Status::Skipped, message, None)
    }

    pub(super) fn is_ok(&self) -> bool {
        self.status == Status::Ok
    }

    fn new(status: Status, message: impl Into<String>, fix: Option<String>) -> Self {
        Self {
            status,
            message: message.into(),
            fix,
        }
    }
}

#[derive(Debug, Serialize)]
struct Check {
    name: String,
    status: Status,
    milliseconds: f64,
    message: String,
    fix: Option<String>,
}

/// All checks of a run, in order.
#[derive(Debug)]
pub(super) struct Report {
    kind: &'static str,
    checks: Vec<Check>,
    secrets: Vec<Zeroizing<String>>,
}

#[derive(Serialize)]
struct Document<'a> {
    version: &'a str,
    language: &'a str,
    kind: &'a str,
    ok: bool,
    checks: &'a [Check],
}

impl Report {
    pub(super) fn new(kind: &'static str) -> Self {
        Self {
            kind,
            checks: Vec::new(),
            secrets: Vec::new(),
        }
    }

    pub(super) fn set_kind(&mut self, kind: &'static str) {
        self.kind = kind;
    }

    /// From now on this text shows in no message.
    pub(super) fn keep_out(&mut self, secret: &str) {
        if !secret.trim().is_empty() {
            self.secrets.push(Zeroizing::new(secret.trim().to_owned()));
        }
    }

    /// Adds a check that began at `begun` and ends now.
    pub(super) fn add(&mut self, name: impl Into<String>, begun: Instant, finding: Finding) {
        let time = begun.elapsed();
        let Finding {
            status,
            message,
            fix,
        } = finding;
        let check = Check {
            name: name.into(),
            status,
            milliseconds: tenths(time),
            message: self.clean(&message),
            fix: fix.map(|fix| self.clean(&fix)),
        };
        self.checks.push(check);
    }

    /// Adds a check that was not made.
    pub(super) fn skip(&mut self, name: impl Into<String>, because: &str) {
        self.add(name, Instant::now(), Finding::skipped(because));
    }

    pub(super) fn is_ok(&self) -> bool {
        self.checks
            .iter()
            .all(|check| check.status != Status::Failed)
    }

    pub(super) fn json(&self, host: &Host) -> String {
        let document = Document {
            version: env!("CARGO_PKG_VERSION"),
            language: host.language.name(),
            kind: self.kind,
            ok: self.is_ok(),
            checks: &self.checks,
        };
        // Texts and numbers only: there is nothing that could not be written.
        serde_json::to_string_pretty(&document).unwrap_or_default()
    }

    pub(super) fn text(&self, host: &Host) -> String {
        let mut text = format!(
            "momento-lambda {} doctor ({}): {}\n",
            env!("CARGO_PKG_VERSION"),
            host.language.name(),
            self.kind
        );
        let width = self.checks.iter().map(|check| check.name.len()).max();
        let width = width.unwrap_or_default();
        for check in &self.checks {
            let status = match check.status {
                Status::Ok => "ok",
                Status::Warning => "warning",
                Status::Failed => "FAILED",
                Status::Skipped => "skipped",
            };
            // Writing into a String can't fail.
            let _ = writeln!(
                text,
                "{status:<8} {:<width$} {:>7.1} ms  {}",
                check.name, check.milliseconds, check.message
            );
            if let Some(fix) = &check.fix {
                let _ = writeln!(text, "{:8} {:width$}             what to do: {fix}", "", "");
            }
        }
        let failed = self.count(Status::Failed);
        let warnings = self.count(Status::Warning);
        let _ = match (failed, warnings) {
            (0, 0) => writeln!(text, "No check failed."),
            (0, _) => writeln!(text, "No check failed; warnings: {warnings}."),
            _ => writeln!(text, "Failed checks: {failed}."),
        };
        text
    }

    fn count(&self, status: Status) -> usize {
        self.checks
            .iter()
            .filter(|check| check.status == status)
            .count()
    }

    /// One line without secrets and without what a terminal would obey.
    fn clean(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            text = text.replace(secret.as_str(), "(removed)");
        }
        text.replace(char::is_control, " ")
    }
}

fn tenths(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_as_a_secret_is_in_no_text() {
        let host = Host::rust();
        let mut report = Report::new("environment");
        report.keep_out("CANARY");
        report.keep_out(" ");
        let finding = Finding::failed("it said CANARY\n\u{1b}[31m", "do not send CANARY");
        report.add("call", Instant::now(), finding);
        for text in [report.json(&host), report.text(&host)] {
            assert!(!text.contains("CANARY"), "{text}");
            assert!(!text.contains('\u{1b}'), "{text}");
            assert!(text.contains("it said (removed)"), "{text}");
        }
        assert!(!report.is_ok());
    }
}
