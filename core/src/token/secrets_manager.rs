//! The token in AWS Secrets Manager, through AWS's own SDK.
//!
//! `AWSCURRENT` is asked for by name: without it some implementations stay on an older version
//! after a rotation. `AWSPREVIOUS` is the one before: a rotation that moves the stages before Momento
//! knows the new key leaves it as the one that is let in.

use super::Wanted;
use super::aws::{Question, Service};
use crate::error::{Error, Result};
use aws_sdk_secretsmanager::Client;
use zeroize::Zeroizing;

pub(super) const SERVICE: Service = Service {
    name: "AWS Secrets Manager",
    item: "secret",
    host: "secretsmanager",
    arn: "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME",
    endpoint_variable: "AWS_ENDPOINT_URL_SECRETS_MANAGER",
    action: "secretsmanager:GetSecretValue",
    resource,
};

/// Reads a version of a secret.
pub(super) async fn read(question: &Question<'_>) -> Result<Zeroizing<String>> {
    let reply = Client::new(&question.configuration()?)
        .get_secret_value()
        .secret_id(question.name)
        .version_stage(match question.wanted {
            Wanted::Current | Wanted::Uncached => "AWSCURRENT",
            Wanted::Previous => "AWSPREVIOUS",
        })
        .send()
        .await
        .map_err(|error| question.explain(error))?;
    if let Some(text) = reply.secret_string {
        return Ok(Zeroizing::new(text));
    }
    let bytes = reply
        .secret_binary
        .map(|blob| Zeroizing::new(blob.into_inner()));
    bytes
        .and_then(|bytes| std::str::from_utf8(&bytes).map(|text| Zeroizing::new(text.to_owned())).ok())
        .ok_or_else(|| {
            Error::invalid_argument(format!(
                "{}: the secret holds no text; store the API key, or a JSON object with it, as the secret string",
                question.origin
            ))
        })
}

/// AWS adds a hyphen and six characters to a name.
fn resource(name: &str, region: &str) -> String {
    if name.starts_with("arn:") {
        name.to_owned()
    } else {
        format!("arn:aws:secretsmanager:{region}:*:secret:{name}-??????")
    }
}
