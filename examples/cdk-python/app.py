from __future__ import annotations

import sys

from aws_cdk import App
from example_stack import ExampleStack


def main() -> None:
    app = App()

    def context(name: str) -> str:
        return str(app.node.try_get_context(name) or "")

    architecture = context("architecture")
    if architecture not in ("arm64", "x86_64"):
        sys.exit(f"architecture must be arm64 or x86_64, not {architecture!r}")
    secret_arn, parameter_name = context("secretArn"), context("parameterName")
    if bool(secret_arn) == bool(parameter_name):
        sys.exit("give -c secretArn=... or -c parameterName=/..., one of the two")

    ExampleStack(
        app,
        "MomentoLambdaExample",
        architecture=architecture,
        secret_arn=secret_arn,
        parameter_name=parameter_name,
        kms_key_arn=context("kmsKeyArn"),
    )
    app.synth()


main()
