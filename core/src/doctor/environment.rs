//! From the addon to the token: the look-up, one step at a time.
//!
//! The steps are the look-up's own (token/mod.rs), with its words. What failed keeps its sentence,
//! what comes after it is skipped by name, so that a reader sees how far it got.

use super::Host;
use super::arguments::Options;
use super::connection;
use super::report::{Finding, Report};
use crate::error::{Error, ErrorCode, Result};
use crate::token::{EndpointChoice, Endpoints, Place, Store, TokenSource, Wanted, steps};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Of one step on the network; a client's own look-up takes no longer.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is left for a step before the whole run must end.
pub(super) fn patience(deadline: Instant) -> Duration {
    PATIENCE.min(deadline.saturating_duration_since(Instant::now()))
}

/// A variable; an empty one counts as unset.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

pub(super) fn check(report: &mut Report, options: &Options, host: &Host, deadline: Instant) {
    addon(report, host);
    let begun = Instant::now();
    let outcome = crate::runtime::block_on(async {
        let all = async {
            let credential = match source(report, options) {
                Some((source, choice)) => look_up(report, &source, &choice, deadline).await,
                None => None,
            };
            connection::check(report, credential, options, host, deadline).await;
        };
        // Each step has its own time; this is for what they take together.
        Ok(tokio::time::timeout_at(deadline.into(), all).await)
    });
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(_)) => report.add(
            "time",
            begun,
            Finding::failed(
                "the run was ended before the last check",
                "give a larger --timeout, after what failed above is set right",
            ),
        ),
        Err(error) => report.add("runtime", begun, failed(&error)),
    }
}

/// An error as a message and what to do. The library's sentences end with it.
pub(super) fn explain(error: &Error) -> (String, String) {
    let details = error.details();
    let told = |fix: &str| (details.to_owned(), fix.to_owned());
    if let Some((message, settings)) = details.split_once(": set ") {
        return (message.to_owned(), format!("set {settings}"));
    }
    match error.code() {
        ErrorCode::Authentication if error.grpc().is_some() => told(
            "store a valid API key for this endpoint's region in the token source: this one is malformed, expired, revoked or for another region",
        ),
        _ => match details.rsplit_once("; ") {
            Some((message, fix)) if error.grpc().is_none() => (message.to_owned(), fix.to_owned()),
            _ => told(match error.code() {
                ErrorCode::Timeout => {
                    "check the network of the function: VPC, NAT, security groups, a proxy between"
                }
                ErrorCode::ServerUnavailable => {
                    "check the address and the network of the function, then try again"
                }
                ErrorCode::LimitExceeded => "wait and try again, or have the limit raised",
                _ => "set right what the message names, then run the doctor again",
            }),
        },
    }
}

/// A check that ended in an error.
pub(super) fn failed(error: &Error) -> Finding {
    let (message, fix) = explain(error);
    Finding::failed(message, fix)
}

fn addon(report: &mut Report, host: &Host) {
    let file = host.addon.as_ref().map_or_else(
        || "linked into this program".to_owned(),
        |path| path.display().to_string(),
    );
    let message = format!(
        "version {} for {}, {} on {}: {file}",
        env!("CARGO_PKG_VERSION"),
        host.runtime_version,
        std::env::consts::ARCH,
        std::env::consts::OS,
    );
    report.add("addon", Instant::now(), Finding::ok(message));
}

fn source(report: &mut Report, options: &Options) -> Option<(TokenSource, EndpointChoice)> {
    let begun = Instant::now();
    let parsed = match &options.token_source {
        Some(text) => text
            .parse()
            .map(|source: TokenSource| (source, "--token-source")),
        None => TokenSource::from_environment(variable).map(|source| {
            let setting =
                TokenSource::setting(variable).map_or("the environment", |(name, _)| name);
            (source, setting)
        }),
    };
    let (source, named_by) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            report.add("token source", begun, failed(&error));
            return None;
        }
    };
    let message = format!("{source}, named by {named_by}");
    report.add("token source", begun, Finding::ok(message));
    let explicit = options
        .endpoint
        .as_deref()
        .map(|text| Endpoints::parse(text, "--endpoint"));
    let explicit = match explicit.transpose() {
        Ok(explicit) => explicit,
        Err(error) => {
            report.add("endpoint", Instant::now(), failed(&error));
            return None;
        }
    };
    let choice = EndpointChoice {
        explicit,
        variable: variable("MOMENTO_ENDPOINT").filter(|value| !value.trim().is_empty()),
    };
    Some((source, choice))
}

async fn look_up(
    report: &mut Report,
    source: &TokenSource,
    choice: &EndpointChoice,
    deadline: Instant,
) -> Option<crate::token::Credential> {
    let origin = source.to_string();
    let value = match &source.place {
        Place::Environment(name) => local(report, "variable", steps::read_variable(name, &origin)),
        Place::File(path) => local(report, "file", steps::read_file(path, &origin)),
        Place::Aws(store, name) => {
            let stored = Stored {
                store: *store,
                name,
                origin: &origin,
                deadline,
            };
            stored.read(report).await
        }
        Place::Extension(store, name) => {
            let stored = Stored {
                store: *store,
                name,
                origin: &origin,
                deadline,
            };
            stored.read_through_extension(report).await
        }
    };
    let Some(value) = value else {
        report.skip("format", "there is no value to look at");
        return None;
    };
    report.keep_out(&value);
    let begun = Instant::now();
    match steps::describe(&value, source.field.as_deref(), choice, &origin) {
        Ok((credential, found)) => {
            report.keep_out(credential.expose_token());
            let place = found.field.map_or_else(
                || "the plain key".to_owned(),
                |field| format!("a JSON object, the key from its field {field}"),
            );
            let message = format!(
                "{place}, of the kind {}; the endpoint from {}",
                found.key, found.endpoint
            );
            report.add("format", begun, Finding::ok(message));
            Some(credential)
        }
        Err(error) => {
            report.add("format", begun, failed(&error));
            None
        }
    }
}

fn local(
    report: &mut Report,
    name: &str,
    value: Result<Zeroizing<String>>,
) -> Option<Zeroizing<String>> {
    let begun = Instant::now();
    match value {
        Ok(value) => {
            report.add(name, begun, Finding::ok("is there and readable"));
            Some(value)
        }
        Err(error) => {
            report.add(name, begun, failed(&error));
            None
        }
    }
}

/// A token in a store of AWS's.
struct Stored<'a> {
    store: Store,
    name: &'a str,
    origin: &'a str,
    deadline: Instant,
}

impl Stored<'_> {
    fn action(&self) -> &'static str {
        match self.store {
            Store::SecretsManager => "secretsmanager:GetSecretValue",
            Store::ParameterStore => "ssm:GetParameter",
        }
    }

    async fn read_through_extension(&self, report: &mut Report) -> Option<Zeroizing<String>> {
        let begun = Instant::now();
        let budget = patience(self.deadline);
        let asked = steps::ask_extension(self.store, self.name, self.origin, budget).await;
        match asked {
            Ok(Ok(value)) => {
                let message = "answered with the value, from its cache or with the function's role";
                report.add("extension", begun, Finding::ok(message));
                for name in [
                    "aws region",
                    "aws credentials",
                    self.action(),
                    "kms:Decrypt",
                ] {
                    report.skip(name, "not needed: the extension gave the value");
                }
                Some(value)
            }
            Ok(Err(reason)) => {
                let message = format!(
                    "{reason}; a client falls back to {} itself, which is asked next",
                    self.action()
                );
                let fix = "add the layer AWS-Parameters-and-Secrets-Lambda-Extension to the function and see that its role may read the value, or leave out extension: in the token source";
                report.add("extension", begun, Finding::failed(message, fix));
                self.read(report).await
            }
            Err(error) => {
                report.add("extension", begun, failed(&error));
                None
            }
        }
    }

    async fn read(&self, report: &mut Report) -> Option<Zeroizing<String>> {
        let region = self.region(report);
        let credentials = region.is_some() && self.credentials(report).await;
        let (Some(region), true) = (region, credentials) else {
            for name in [self.action(), "kms:Decrypt"] {
                report.skip(name, "can't be asked without AWS region and credentials");
            }
            return None;
        };
        let begun = Instant::now();
        let budget = patience(self.deadline);
        match steps::read_store(self.store, self.name, Wanted::Current, self.origin, budget).await {
            Ok(value) => {
                report.add(
                    self.action(),
                    begun,
                    Finding::ok(format!("gave the value of {}", self.origin)),
                );
                report.add(
                    "kms:Decrypt",
                    Instant::now(),
                    Finding::ok("the value came decrypted"),
                );
                Some(value)
            }
            Err(error) if steps::is_denied_by_key(&error) => {
                let message = format!("allowed; the key of {} was not", self.origin);
                report.add(self.action(), begun, Finding::ok(message));
                report.add("kms:Decrypt", begun, failed(&error));
                None
            }
            Err(error) => {
                report.add(self.action(), begun, self.refused(&error, &region));
                report.skip("kms:Decrypt", "comes after what failed");
                None
            }
        }
    }

    /// The region that will be asked.
    fn region(&self, report: &mut Report) -> Option<String> {
        let begun = Instant::now();
        match steps::region(self.store, self.name, variable, self.origin) {
            Ok((region, named_by)) => {
                report.add(
                    "aws region",
                    begun,
                    Finding::ok(format!("{region}, named by {named_by}")),
                );
                Some(region)
            }
            Err(error) => {
                report.add("aws region", begun, failed(&error));
                report.skip("aws credentials", "comes after what failed");
                None
            }
        }
    }

    async fn credentials(&self, report: &mut Report) -> bool {
        let begun = Instant::now();
        let budget = patience(self.deadline);
        let got = tokio::time::timeout(budget, steps::check_credentials(self.origin));
        let finding = match got.await {
            Ok(Ok(named_by)) => Finding::ok(format!("got by {named_by}")),
            Ok(Err(error)) => failed(&error),
            Err(_) => Finding::failed(
                format!("none within {} ms", budget.as_millis()),
                "see whether the address in AWS_CONTAINER_CREDENTIALS_FULL_URI answers",
            ),
        };
        let good = finding.is_ok();
        report.add("aws credentials", begun, finding);
        good
    }

    fn refused(&self, error: &Error, region: &str) -> Finding {
        let missing = ["ResourceNotFoundException", "ParameterNotFound"];
        if missing.iter().any(|code| error.details().contains(code)) {
            let fix = if self.name.starts_with("arn:") {
                format!(
                    "check the ARN: it names the region {region}, which was asked, and must hold the whole name"
                )
            } else {
                format!(
                    "{region} was asked: check the name, and if the value is in another region, set AWS_REGION or name it by its ARN, which holds the region"
                )
            };
            return Finding::failed(error.details(), fix);
        }
        failed(error)
    }
}
