//! TLS settings, built once.
//!
//! Roots are compiled in: reading the system's store means opening about 1,500 files on Amazon
//! Linux, 6 ms of a cold start. A file of further authorities (a company's proxy, a local server)
//! can be added. One crypto provider: ring.

use crate::error::{Error, Result};
use crate::per_process::PerProcess;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::sync::Arc;

/// What is spoken inside the TLS connection, offered in the handshake.
#[derive(Clone, Copy, Debug)]
pub enum Protocol {
    /// gRPC to Momento.
    Http2,
    /// JSON to AWS.
    Http1,
}

/// Settings that trust the compiled-in authorities and those in the file `additional`.
pub fn settings(protocol: Protocol, additional: Option<&Path>) -> Result<Arc<ClientConfig>> {
    // Per process, because sessions to resume are in it, behind a lock.
    static COMPILED_IN: PerProcess<ClientConfig> = PerProcess::new();
    let mut settings = match additional {
        None => COMPILED_IN
            .get_or_try_init(|| build(compiled_in()))?
            .clone(),
        Some(path) => build(with_file(compiled_in(), path)?)?,
    };
    settings.alpn_protocols = vec![match protocol {
        Protocol::Http2 => b"h2".to_vec(),
        Protocol::Http1 => b"http/1.1".to_vec(),
    }];
    Ok(Arc::new(settings))
}

fn compiled_in() -> RootCertStore {
    RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    }
}

fn with_file(mut roots: RootCertStore, path: &Path) -> Result<RootCertStore> {
    let unusable = |what: String| {
        Error::invalid_argument(format!(
            "root certificates {}: {what}; name a PEM file of certificate authorities",
            path.display()
        ))
    };
    let certificates = CertificateDer::pem_file_iter(path)
        .map_err(|error| unusable(error.to_string()))?
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| unusable(error.to_string()))?;
    // Stores of operating systems hold a few that no longer parse: one good one is enough.
    let (added, _) = roots.add_parsable_certificates(certificates);
    if added == 0 {
        return Err(unusable("holds no usable certificate".to_owned()));
    }
    Ok(roots)
}

fn build(roots: RootCertStore) -> Result<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let settings = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| {
            Error::new(
                crate::ErrorCode::Unknown,
                format!("TLS can't be set up: {error}"),
            )
        })?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(settings)
}
