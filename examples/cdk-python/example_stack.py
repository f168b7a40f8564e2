from __future__ import annotations

from pathlib import Path

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk.aws_iam import PolicyStatement
from aws_cdk.aws_lambda import Architecture, Function, Runtime
from bundled_code import bundled_code
from constructs import Construct

FUNCTIONS = Path(__file__).resolve().parent.parent


class ExampleStack(Stack):
    """`secret_arn` or `parameter_name` (with its leading slash) says where the Momento key is, the other is empty;
    `kms_key_arn` is the customer managed key that encrypts it, if there is one."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        architecture: str,
        secret_arn: str,
        parameter_name: str,
        kms_key_arn: str,
    ) -> None:
        super().__init__(scope, construct_id)
        source = {"MOMENTO_SECRET_ID": secret_arn} if secret_arn else {"MOMENTO_TOKEN_SOURCE": f"ssm:{parameter_name}"}

        for name, folder, handler, runtime in (
            ("PythonFunction", "python_function", "app.handler", Runtime.PYTHON_3_13),
            ("NodeFunction", "node_function", "index.handler", Runtime.NODEJS_22_X),
        ):
            function = Function(
                self,
                name,
                architecture=Architecture.ARM_64 if architecture == "arm64" else Architecture.X86_64,
                code=bundled_code(FUNCTIONS / folder, runtime, architecture),
                environment=source,
                handler=handler,
                memory_size=256,
                runtime=runtime,
                timeout=Duration.seconds(10),
            )
            for statement in self._statements(secret_arn, parameter_name, kms_key_arn):
                function.add_to_role_policy(statement)
            CfnOutput(self, f"{name}Name", value=function.function_name)

    def _statements(self, secret_arn: str, parameter_name: str, kms_key_arn: str) -> list[PolicyStatement]:
        """Written out, because grant_read allows more than is needed: DescribeSecret, GetParameters and others."""
        if secret_arn:
            read = PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[secret_arn])
        else:
            arn = f"arn:{self.partition}:ssm:{self.region}:{self.account}:parameter{parameter_name}"
            read = PolicyStatement(actions=["ssm:GetParameter"], resources=[arn])
        if not kms_key_arn:
            return [read]
        return [read, PolicyStatement(actions=["kms:Decrypt"], resources=[kms_key_arn])]
