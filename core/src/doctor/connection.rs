//! From the addresses to an answer: DNS, TCP, TLS and a call, each on its own.
//!
//! A call proves everything at once but hides where it stopped, so the steps of the dial come first.
//! The call is the client's own. Without the name of a cache it lists the caches, which a token for
//! data alone may not: a refusal for that reason proves the token as well.

use super::arguments::Options;
use super::environment::{explain, failed, patience};
use super::report::{Finding, Report};
use super::{Host, Language};
use crate::client::CacheClient;
use crate::config::Configuration;
use crate::error::{Error, ErrorCode, Result};
use crate::operation::{Reply, Request};
use crate::options::{Agent, ClientOptions};
use crate::token::{Credential, Endpoint};
use crate::transport::{Attempt, Protocol, tls_settings};
use std::time::Instant;

/// The key that is asked for. Nobody has to set it: a miss is as good an answer as a hit.
const KEY: &str = "momento-lambda-doctor";

/// From a name to a connection.
const STEPS: [&str; 3] = ["DNS", "TCP", "TLS"];

pub(super) async fn check(
    report: &mut Report,
    credential: Option<Credential>,
    options: &Options,
    host: &Host,
    deadline: Instant,
) {
    let Some(credential) = credential else {
        for service in ["cache", "control"] {
            for step in STEPS {
                report.skip(format!("{service} {step}"), "there is no credential");
            }
        }
        report.skip("call", "there is no credential");
        return;
    };
    let endpoints = credential.endpoints().clone();
    let cache = Dial {
        report,
        service: "cache",
        endpoint: &endpoints.cache,
        options,
        deadline,
    };
    let cache = cache.run().await;
    let control = if endpoints.control == endpoints.cache {
        for step in STEPS {
            report.skip(format!("control {step}"), "the address is the cache's");
        }
        cache
    } else {
        let control = Dial {
            report,
            service: "control",
            endpoint: &endpoints.control,
            options,
            deadline,
        };
        control.run().await
    };
    match client(credential, options, host, deadline) {
        Err(error) => report.add("call", Instant::now(), failed(&error)),
        Ok(client) => match &options.cache {
            Some(name) if cache => get(report, &client, name).await,
            None if control => list(report, &client, cache).await,
            _ => report.skip("call", "there is no connection"),
        },
    }
}

/// Reads in the cache that the user named.
async fn get(report: &mut Report, client: &CacheClient, cache: &str) {
    let begun = Instant::now();
    let finding = match read(client, cache).await {
        Ok(reply) => Finding::ok(format!("get in the cache {cache:?}: {reply}")),
        Err(error) => match error.code() {
            ErrorCode::NotFound => Finding::failed(
                format!(
                    "get: NOT_FOUND_ERROR, there is no cache {cache:?} in this account and region"
                ),
                format!(
                    "create it, once: client.create_cache({cache:?}) in Python, client.createCache({cache:?}) in Node, or in Momento's console; or correct --cache"
                ),
            ),
            ErrorCode::Permission => Finding::failed(
                format!(
                    "get: PERMISSION_ERROR, the token was accepted but may not read in the cache {cache:?}: {}",
                    error.details()
                ),
                format!(
                    "make a key that may read and write in {cache:?}, and store it in the token source"
                ),
            ),
            _ => called("get", &error),
        },
    };
    report.add("call", begun, finding);
}

/// Lists the caches and reads in the first.
async fn list(report: &mut Report, client: &CacheClient, cache_is_reachable: bool) {
    let begun = Instant::now();
    let caches = match client.execute(Request::ListCaches {}).await {
        Ok(Reply::Caches(caches)) => caches,
        Ok(_) => Vec::new(),
        Err(error) if error.code() == ErrorCode::Permission => {
            let message = "list_caches: PERMISSION_ERROR, so the token was accepted; it may not list caches, --cache NAME checks more";
            report.add("call", begun, Finding::ok(message));
            return;
        }
        Err(error) => {
            report.add("call", begun, called("list_caches", &error));
            return;
        }
    };
    let message = format!(
        "list_caches: the token was accepted, caches: {}",
        caches.len()
    );
    report.add("call", begun, Finding::ok(message));
    let Some(first) = caches.first() else {
        return report.skip(
            "get",
            "there is no cache yet; create one, and name it with --cache",
        );
    };
    if !cache_is_reachable {
        return report.skip("get", "there is no connection");
    }
    let (begun, name) = (Instant::now(), &first.name);
    let finding = match read(client, name).await {
        Ok(reply) => Finding::ok(format!("get in the cache {name:?}, the first: {reply}")),
        Err(error) if error.code() == ErrorCode::Permission => Finding::ok(format!(
            "get in the cache {name:?}, the first: PERMISSION_ERROR; --cache NAME checks the one that the function uses"
        )),
        Err(error) => called("get", &error),
    };
    report.add("get", begun, finding);
}

async fn read(client: &CacheClient, cache: &str) -> Result<&'static str> {
    client.get(cache, KEY).await.map(|found| match found {
        Some(_) => "hit",
        None => "miss, as it should be",
    })
}

/// A call that failed, with the official code.
fn called(call: &str, error: &Error) -> Finding {
    let (message, fix) = explain(error);
    Finding::failed(format!("{call}: {}: {message}", error.code()), fix)
}

/// The steps to one address.
struct Dial<'a> {
    report: &'a mut Report,
    service: &'static str,
    endpoint: &'a Endpoint,
    options: &'a Options,
    deadline: Instant,
}

impl Dial<'_> {
    /// Whether all steps went well; those after a failure are skipped by name.
    async fn run(mut self) -> bool {
        let mut taken = 0;
        let reached = self.steps(&mut taken).await.is_some();
        for step in &STEPS[taken..] {
            self.skip(step, "comes after what failed");
        }
        reached
    }

    async fn steps(&mut self, taken: &mut usize) -> Option<()> {
        let [dns, tcp, tls] = STEPS;
        let begun = begin(taken);
        let addresses = self.attempt().resolve().await;
        let host = &self.endpoint.host;
        let addresses = self.record(dns, begun, addresses, |found| {
            format!("{host} has addresses: {}", found.len())
        })?;
        let begun = begin(taken);
        let stream = self.attempt().connect(&addresses).await;
        let stream = self.record(tcp, begun, stream, |stream| {
            let peer = stream.peer_addr().map(|peer| peer.to_string());
            format!("connected to {}", peer.unwrap_or_default())
        })?;
        let begun = begin(taken);
        if !self.endpoint.secure {
            self.skip(tls, "plaintext, on this machine only");
            return Some(());
        }
        let roots = self.options.root_certificates.as_deref();
        let settings = || tls_settings(Protocol::Http2, roots);
        let stream = self.attempt().secure(stream, settings).await;
        self.record(tls, begun, stream, |stream| {
            let session = stream.get_ref().1;
            let version = session
                .protocol_version()
                .and_then(|version| version.as_str());
            let spoken = session.alpn_protocol().map(String::from_utf8_lossy);
            format!(
                "{}, certificate trusted, {}",
                version.unwrap_or("TLS"),
                spoken.as_deref().unwrap_or("no protocol chosen")
            )
        })
        .map(drop)
    }

    fn attempt(&self) -> Attempt<'_> {
        Attempt::new(self.endpoint, patience(self.deadline))
    }

    fn record<T>(
        &mut self,
        step: &str,
        begun: Instant,
        outcome: Result<T>,
        message: impl FnOnce(&T) -> String,
    ) -> Option<T> {
        let finding = match &outcome {
            Ok(found) => Finding::ok(message(found)),
            Err(error) => refused(error, self.endpoint, step),
        };
        self.report
            .add(format!("{} {step}", self.service), begun, finding);
        outcome.ok()
    }

    fn skip(&mut self, step: &str, because: &str) {
        self.report
            .skip(format!("{} {step}", self.service), because);
    }
}

fn begin(taken: &mut usize) -> Instant {
    *taken += 1;
    Instant::now()
}

fn refused(error: &Error, endpoint: &Endpoint, step: &str) -> Finding {
    let fix = match (error.code(), step) {
        (ErrorCode::InvalidArgument, _) => return failed(error),
        (ErrorCode::Timeout, _) => {
            "check the network of the function: a VPC needs a NAT or an endpoint for Momento, and security groups that let port and answer through".to_owned()
        }
        (_, "DNS") => format!(
            "check the endpoint: {} comes from MOMENTO_ENDPOINT, the secret or the key; a VPC also needs a resolver",
            endpoint.host
        ),
        (_, "TCP") => format!(
            "check host and port of the endpoint, and the network of the function: nobody answers at {}",
            endpoint.authority()
        ),
        _ => "see who answers there: for a company's proxy or a server of your own, name its authority's PEM file in the client's configuration, and in --root-certificates here".to_owned(),
    };
    Finding::failed(error.details(), fix)
}

fn client(
    credential: Credential,
    options: &Options,
    host: &Host,
    deadline: Instant,
) -> Result<CacheClient> {
    let mut configuration = Configuration::lambda().with_deadline(patience(deadline));
    configuration.control_deadline = configuration.deadline;
    configuration
        .root_certificates
        .clone_from(&options.root_certificates);
    let language = match host.language {
        Language::Node => "nodejs",
        language => language.name(),
    };
    let agent = Agent {
        name: format!("{language}:momento-lambda:{}", env!("CARGO_PKG_VERSION")),
        runtime_version: host.runtime_version.clone(),
    };
    let options = ClientOptions::new(credential)
        .with_configuration(configuration)
        .with_agent(agent);
    CacheClient::new(options)
}
