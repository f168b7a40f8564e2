//! The token in AWS Systems Manager Parameter Store, through AWS's own SDK.
//!
//! A version or a label stands after the name, `name:3` or `name:label`, which is also how the API
//! wants it. Only single texts are taken: of a list nobody could say which element is the key.

use super::aws::{Question, Service};
use crate::error::{Error, ErrorCode, Result};
use aws_sdk_ssm::Client;
use aws_sdk_ssm::types::ParameterType;
use zeroize::Zeroizing;

pub(super) const SERVICE: Service = Service {
    name: "AWS Systems Manager Parameter Store",
    item: "parameter",
    host: "ssm",
    arn: "arn:aws:ssm:REGION:ACCOUNT:parameter/NAME",
    endpoint_variable: "AWS_ENDPOINT_URL_SSM",
    action: "ssm:GetParameter",
    resource,
};

/// Reads a parameter, decrypted.
pub(super) async fn read(question: &Question<'_>) -> Result<Zeroizing<String>> {
    let reply = Client::new(&question.configuration()?)
        .get_parameter()
        .name(question.name)
        .with_decryption(true)
        .send()
        .await
        .map_err(|error| question.explain(error))?;
    let origin = question.origin;
    let Some(parameter) = reply.parameter else {
        return Err(Error::new(
            ErrorCode::ServerUnavailable,
            format!("{origin}: {} answered without a parameter", SERVICE.name),
        ));
    };
    let value = Zeroizing::new(parameter.value.unwrap_or_default());
    match parameter.r#type {
        None | Some(ParameterType::SecureString | ParameterType::String) => Ok(value),
        Some(kind) => Err(Error::invalid_argument(format!(
            "{origin}: the parameter is a {kind}; store the API key, or a JSON object with it, as a SecureString"
        ))),
    }
}

/// A name or an ARN, and the version or label that stands after it.
pub(super) fn split_version(name: &str) -> (&str, Option<&str>) {
    // Five colons belong to an ARN; names, versions and labels have none.
    let own_colons = if name.starts_with("arn:") { 5 } else { 0 };
    match name.match_indices(':').nth(own_colons) {
        Some((position, _)) => (&name[..position], Some(&name[position + 1..])),
        None => (name, None),
    }
}

/// Permissions are for a parameter, whatever its version. The slash that begins a path is the ARN's.
fn resource(name: &str, region: &str) -> String {
    let (name, _) = split_version(name);
    if name.starts_with("arn:") {
        name.to_owned()
    } else {
        format!(
            "arn:aws:ssm:{region}:*:parameter/{}",
            name.trim_start_matches('/')
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resource_is_the_parameter_without_its_version() {
        let arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/a/b";
        for (name, expected) in [
            ("/a/b", "arn:aws:ssm:eu-west-1:*:parameter/a/b"),
            ("a", "arn:aws:ssm:eu-west-1:*:parameter/a"),
            ("/a/b:3", "arn:aws:ssm:eu-west-1:*:parameter/a/b"),
            (arn, arn),
            (&format!("{arn}:live"), arn),
        ] {
            assert_eq!(resource(name, "eu-west-1"), expected);
        }
        assert_eq!(split_version("/a:live"), ("/a", Some("live")));
        assert_eq!(split_version(&format!("{arn}:3")), (arn, Some("3")));
    }
}
