//! The look-up at Parameter Store, on the wire: what is asked, what each answer becomes.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test says what failed by panicking"
)]

mod common;

use common::{
    Answer, Stub, block_on, client, environment, fails, faults_on_the_way,
    one_look_up_for_many_calls, parameter, refusal, refusals_are_typed_and_forgotten,
    refusing_port, server, works,
};
use momento_lambda_core::ErrorCode;

const SOURCE: &str = "ssm:/momento/token:live";

fn secure(value: &str) -> Answer {
    parameter("SecureString", value)
}

#[test]
fn look_ups() {
    let port = refusing_port();
    environment::set_aws(port);
    block_on(async {
        let error = fails(&client(SOURCE)).await;
        assert_eq!(error.code(), ErrorCode::ServerUnavailable, "{error}");
        for part in [&format!("127.0.0.1:{port}"), SOURCE] {
            assert!(error.details().contains(part), "{error}");
        }
        let (stub, port) = Stub::start(None);
        // The specific variable outranks the general one, where nobody listens.
        let endpoint = format!("http://127.0.0.1:{port}");
        environment::set(&[("AWS_ENDPOINT_URL_SSM", &endpoint)]);
        one_look_up_for_many_calls(&stub, SOURCE, secure).await;
        what_was_asked(&stub, "/momento/token:live", "eu-west-1");
        names_and_types(&stub).await;
        refusals(&stub).await;
        faults_on_the_way(&stub, SOURCE, "InternalServerError", secure).await;
        without_a_region().await;
    });
}

fn what_was_asked(stub: &Stub, name: &str, region: &str) {
    let request = stub.requests()[0].clone();
    for part in [
        &format!("\"Name\":\"{name}\""),
        "\"WithDecryption\":true",
        &format!("/{region}/ssm/aws4_request"),
        "AmazonSSM.GetParameter",
    ] {
        assert!(request.contains(part), "{part}: {request}");
    }
}

async fn names_and_types(stub: &Stub) {
    let (_server, value) = server().await;
    let arn = "arn:aws:ssm:ap-south-1:123456789012:parameter/momento/token:3";
    for (name, region, kind) in [
        ("/momento/token:3", "eu-west-1", "SecureString"),
        ("token", "eu-west-1", "String"),
        (arn, "ap-south-1", "SecureString"),
    ] {
        stub.answer(&[parameter(kind, &value)]);
        works(&client(&format!("ssm:{name}"))).await;
        what_was_asked(stub, name, region);
    }
    // The field after '#' is looked for in the value, and no part of the name.
    stub.answer(&[secure(&value)]);
    works(&client("ssm:token#MOMENTO_API_KEY")).await;
    what_was_asked(stub, "token", "eu-west-1");
}

async fn refusals(stub: &Stub) {
    let kms = "The ciphertext refers to a customer master key that does not exist, or you are not allowed to access";
    let cases = [
        (
            // AWS says no more than this.
            Answer::Json(400, "{\"__type\":\"ParameterNotFound\"}".to_owned()),
            ErrorCode::Authentication,
            "no such parameter in eu-west-1",
        ),
        (
            refusal("ParameterVersionNotFound", "no version"),
            ErrorCode::Authentication,
            "no such version or label",
        ),
        (
            refusal("AccessDeniedException", "not authorized"),
            ErrorCode::Permission,
            "ssm:GetParameter on arn:aws:ssm:eu-west-1:*:parameter/momento/token to",
        ),
        (
            refusal("AccessDeniedException", kms),
            ErrorCode::Permission,
            "kms:Decrypt",
        ),
        (
            refusal("InvalidKeyId", "disabled"),
            ErrorCode::Permission,
            "kms:Decrypt",
        ),
        (
            refusal("ThrottlingException", "Rate exceeded"),
            ErrorCode::LimitExceeded,
            "ThrottlingException",
        ),
        (
            refusal("InternalServerError", "oops"),
            ErrorCode::ServerUnavailable,
            "InternalServerError",
        ),
        (
            refusal("ValidationException", "Invalid name"),
            ErrorCode::InvalidArgument,
            "Invalid name",
        ),
        (
            refusal("ExpiredTokenException", "expired"),
            ErrorCode::Authentication,
            "expired",
        ),
        (
            parameter("StringList", "CANARY,CANARY"),
            ErrorCode::InvalidArgument,
            "the parameter is a StringList; store",
        ),
        (
            parameter("Riddle", "CANARY"),
            ErrorCode::InvalidArgument,
            "SecureString",
        ),
        (
            Answer::Json(200, "{}".to_owned()),
            ErrorCode::ServerUnavailable,
            "without a parameter",
        ),
        (
            secure("{\"other\": \"CANARY\"}"),
            ErrorCode::InvalidArgument,
            "MOMENTO_API_KEY",
        ),
        (secure("CANARY"), ErrorCode::InvalidArgument, "API key"),
    ];
    refusals_are_typed_and_forgotten(stub, SOURCE, &cases, secure).await;
}

async fn without_a_region() {
    environment::set(&[("AWS_REGION", "")]);
    let error = fails(&client(SOURCE)).await;
    assert_eq!(error.code(), ErrorCode::InvalidArgument, "{error}");
    assert!(error.details().contains("AWS_REGION"), "{error}");
}
