"""Runs each deployment tool as its README says, and tells where it put the two functions and what their role may do."""

from __future__ import annotations

import shutil
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]  # comes with moto, without types
from template import Template, permissions
from workspace import MACHINES, Workspace

LANGUAGES = ("python", "node")


@dataclass(frozen=True)
class Order:
    """What a user decides: the architecture, and which secret or parameter holds the key, under which KMS key."""

    architecture: str
    secret_arn: str = ""
    parameter_name: str = ""
    kms_key_arn: str = ""

    @property
    def parameter_arn(self) -> str:
        return f"arn:aws:ssm:us-east-1:123456789012:parameter{self.parameter_name}"

    @property
    def names(self) -> set[str]:
        """Under which the key may be looked up."""
        return {self.secret_arn} if self.secret_arn else {self.parameter_name, self.parameter_arn}

    @property
    def allowed(self) -> set[tuple[str, str]]:
        """All that the role may do besides writing its log."""
        if self.secret_arn:
            found = {("secretsmanager:GetSecretValue", self.secret_arn)}
        else:
            found = {("ssm:GetParameter", self.parameter_arn)}
        return found | ({("kms:Decrypt", self.kms_key_arn)} if self.kms_key_arn else set())

    @property
    def sources(self) -> list[dict[str, str]]:
        """The variables, of which a function must have the one or the other."""
        if self.secret_arn:
            return [{"MOMENTO_SECRET_ID": self.secret_arn}]
        return [{"MOMENTO_TOKEN_SOURCE": f"ssm:{name}"} for name in self.names]


@dataclass(frozen=True)
class Built:
    """One function as it would be deployed."""

    task_root: Path
    handler: str
    architectures: list[str]
    variables: dict[str, str]
    allowed: set[tuple[str, str]]


Builds = dict[str, Built]
Tool = Callable[[Workspace, Order, str], Builds]


def language_of(properties: dict[str, Any]) -> str:
    return "python" if properties["Runtime"].startswith("python") else "node"


def from_template(template: Template, task_root: Callable[[str, dict[str, Any]], Path]) -> Builds:
    """`task_root` is told the function's logical name and the resource."""
    found = {}
    for name, function in template.functions().items():
        properties = function["Properties"]
        found[language_of(properties)] = Built(
            task_root(name, function),
            properties["Handler"],
            properties["Architectures"],
            properties["Environment"]["Variables"],
            permissions(template.statements(function)),
        )
    assert set(found) == set(LANGUAGES), f"the template has functions for {sorted(found)}"
    return found


def unpacked(archive: Path) -> Path:
    folder = archive.with_suffix("")
    shutil.rmtree(folder, ignore_errors=True)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder


def sam(workspace: Workspace, order: Order, _aws: str) -> Builds:
    workspace.change("sam/template.yaml", r"Runtime: python3\.\d+", f"Runtime: python{workspace.python_version}")
    values = {
        "Architecture": order.architecture,
        "SecretArn": order.secret_arn,
        "ParameterName": order.parameter_name,
        "KmsKeyArn": order.kms_key_arn,
    }
    parameters = {name: value for name, value in values.items() if value}
    overrides = [f"{name}={value}" for name, value in parameters.items()]
    _, cpu = MACHINES[order.architecture]
    npm = {"npm_config_os": "linux", "npm_config_libc": "glibc", "npm_config_cpu": cpu}
    workspace.run("sam", "build", "--parameter-overrides", *overrides, folder="sam", variables=npm)
    folder = workspace.folder / "sam" / ".aws-sam" / "build"
    return from_template(Template(folder / "template.yaml", parameters), lambda name, _: folder / name)


def serverless(workspace: Workspace, order: Order, _aws: str) -> Builds:
    workspace.with_node_tools("serverless")
    _, cpu = MACHINES[order.architecture]
    npm = ["npm", "install", "--prefix", "node_function", "--os=linux", f"--cpu={cpu}", "--libc=glibc"]
    workspace.run(*npm, folder="serverless")
    values = {"secretArn": order.secret_arn, "parameterName": order.parameter_name, "kmsKeyArn": order.kms_key_arn}
    given = [f"--param={name}={value}" for name, value in values.items() if value]
    workspace.run("serverless", "package", *given, f"--param=architecture={order.architecture}", folder="serverless")
    folder = workspace.folder / "serverless" / ".serverless"

    def task_root(_name: str, function: dict[str, Any]) -> Path:
        return unpacked(folder / Path(function["Properties"]["Code"]["S3Key"]).name)

    return from_template(Template(folder / "cloudformation-template-update-stack.json"), task_root)


def cdk(folder: str, workspace: Workspace, order: Order) -> Builds:
    values = {
        "architecture": order.architecture,
        "secretArn": order.secret_arn,
        "parameterName": order.parameter_name,
        "kmsKeyArn": order.kms_key_arn,
    }
    context = [word for name, value in values.items() if value for word in ("-c", f"{name}={value}")]
    # The types are checked by a test of its own.
    said = workspace.run("cdk", "synth", "--quiet", *context, folder=folder, variables={"TS_NODE_TRANSPILE_ONLY": "1"})
    assert "Docker is tried" not in said, said
    out = workspace.folder / folder / "cdk.out"

    def task_root(_name: str, function: dict[str, Any]) -> Path:
        return out / str(function["Metadata"]["aws:asset:path"])

    return from_template(Template(out / "MomentoLambdaExample.template.json"), task_root)


def cdk_typescript(workspace: Workspace, order: Order, _aws: str) -> Builds:
    workspace.with_node_tools("cdk-typescript")
    return cdk("cdk-typescript", workspace, order)


def cdk_python(workspace: Workspace, order: Order, _aws: str) -> Builds:
    return cdk("cdk-python", workspace, order)


def architect(workspace: Workspace, order: Order, aws: str) -> Builds:
    workspace.with_node_tools("architect")
    # npm can't complete a lock file that should name a package which is nowhere, as that for macOS, and refuses it the
    # next time.
    (workspace.folder / "architect/src/custom/node/package-lock.json").unlink(missing_ok=True)
    workspace.change("architect/app.arc", r"architecture \w+", f"architecture {order.architecture}")
    values = {
        "MOMENTO_SECRET_ARN": order.secret_arn,
        "MOMENTO_PARAMETER_NAME": order.parameter_name,
        "MOMENTO_KMS_KEY_ARN": order.kms_key_arn,
    }
    given = {name: value for name, value in values.items() if value}
    workspace.run("arc", "deploy", "--dry-run", folder="architect", variables={"AWS_ENDPOINT_URL": aws, **given})

    def task_root(_name: str, function: dict[str, Any]) -> Path:
        return Path(function["Properties"]["CodeUri"])

    return from_template(Template(workspace.folder / "architect" / "sam.json"), task_root)


def plain_zip(workspace: Workspace, order: Order, aws: str) -> Builds:
    prefix = f"example-{uuid.uuid4().hex}"
    given = {"TOKEN_ARN": order.secret_arn or order.parameter_arn, "NAME": prefix, "AWS_ENDPOINT_URL": aws}
    if order.kms_key_arn:
        given["KMS_KEY_ARN"] = order.kms_key_arn

    cloud = {"endpoint_url": aws, "region_name": "us-east-1", "aws_access_key_id": "A", "aws_secret_access_key": "S"}
    iam, functions = boto3.client("iam", **cloud), boto3.client("lambda", **cloud)
    found = {}
    for language in LANGUAGES:
        name = f"{prefix}-{language}"
        workspace.run("./package", language, order.architecture, folder="zip")
        workspace.run("./deploy", language, order.architecture, folder="zip", variables=given)
        function = functions.get_function_configuration(FunctionName=name)
        role = function["Role"].rpartition("/")[2]
        statements: list[dict[str, Any]] = []
        for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            answer = iam.get_role_policy(RoleName=role, PolicyName=policy)
            statements += answer["PolicyDocument"]["Statement"]
        managed = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        assert [policy["PolicyName"] for policy in managed] == ["AWSLambdaBasicExecutionRole"]
        found[language] = Built(
            unpacked(workspace.folder / "zip" / f"{language}.zip"),
            function["Handler"],
            function["Architectures"],
            function["Environment"]["Variables"],
            permissions(statements),
        )
    return found


TOOLS: dict[str, Tool] = {
    "sam": sam,
    "serverless": serverless,
    "zip": plain_zip,
    "cdk-typescript": cdk_typescript,
    "cdk-python": cdk_python,
    "architect": architect,
}
