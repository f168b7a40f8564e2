"""What can be said of the examples' files without building them: copies, linters, types, and what a mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import skip_if
from template import Template, permissions
from tools import Order
from workspace import EXAMPLES, HERE, Workspace, missing_artefacts, missing_tools

HANDLERS = {"app.py": "python_function", "requirements.txt": "python_function"}
HANDLERS |= {"index.mjs": "node_function", "package.json": "node_function"}
# Architect finds a Python handler under certain names only.
COPIES = {
    **{EXAMPLES / "serverless" / folder / name: EXAMPLES / folder / name for name, folder in HANDLERS.items()},
    EXAMPLES / "architect/src/custom/python/handler.py": EXAMPLES / "python_function/app.py",
    EXAMPLES / "architect/src/custom/python/requirements.txt": EXAMPLES / "python_function/requirements.txt",
    EXAMPLES / "architect/src/custom/node/index.mjs": EXAMPLES / "node_function/index.mjs",
    EXAMPLES / "architect/src/custom/node/package.json": EXAMPLES / "node_function/package.json",
}


@pytest.mark.parametrize("copy", COPIES, ids=lambda path: str(path.relative_to(EXAMPLES)))
def test_a_copy_is_like_its_original(copy: Path) -> None:
    assert copy.read_bytes() == COPIES[copy].read_bytes()


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    skip_if([*missing_tools(), *missing_artefacts(HERE or "x86_64")])
    workspace = Workspace(tmp_path_factory.mktemp("sources"))
    workspace.with_node_tools("cdk-typescript")
    return workspace


@pytest.mark.parametrize(
    ("command", "folder"),
    [
        (("sam", "validate", "--lint"), "sam"),
        (("cfn-lint", "template.yaml"), "sam"),
        (("tsc", "--noEmit"), "cdk-typescript"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else value,
)
def test_the_tool_has_no_complaint(workspace: Workspace, command: tuple[str, ...], folder: str) -> None:
    workspace.run(*command, folder=folder)


SERVERLESS = (
    "require('./token.js')({resolveVariable: async () => ''}).catch(e => { console.log(e.message); process.exit(1) })"
)
ARCHITECT = "require('./src/plugins/momento-lambda.js').set.env()"


@pytest.mark.parametrize(
    ("command", "folder", "names"),
    [
        (("node", "-e", SERVERLESS), "serverless", ("secretArn", "parameterName")),
        (("node", "-e", ARCHITECT), "architect", ("MOMENTO_SECRET_ARN", "MOMENTO_PARAMETER_NAME")),
        (("python3", "app.py"), "cdk-python", ("secretArn", "parameterName")),
        (("ts-node", "bin/app.ts"), "cdk-typescript", ("secretArn", "parameterName")),
        (("./deploy", "python"), "zip", ("TOKEN_ARN",)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_who_names_no_key_is_told(
    workspace: Workspace, command: tuple[str, ...], folder: str, names: tuple[str, ...]
) -> None:
    variables = {"CDK_CONTEXT_JSON": '{"architecture": "arm64"}', "TS_NODE_TRANSPILE_ONLY": "1"}
    with pytest.raises(AssertionError) as caught:
        workspace.run(*command, folder=folder, variables=variables)
    said = str(caught.value)
    assert all(name in said for name in names), said


@pytest.mark.parametrize("architecture", ["x86", "aarch64"])
def test_an_architecture_that_lambda_does_not_have(workspace: Workspace, architecture: str) -> None:
    with pytest.raises(AssertionError, match=f"arm64 or x86_64, not {architecture}"):
        workspace.run("./package", "python", architecture, folder="zip")


TOO_MUCH = """
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Role.Arn}
  Role:
    Type: AWS::IAM::Role
    Properties: {Policies: []}
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      Roles: [!Ref Role]
      PolicyDocument:
        Statement: [{Effect: Allow, Action: [secretsmanager:GetSecretValue], Resource: !If [Any, '*', !Ref Name]}]
  Other:
    Type: AWS::IAM::Policy
    Properties:
      Roles: [!Ref AnotherRole]
      PolicyDocument: {Statement: [{Effect: Allow, Action: kms:Decrypt, Resource: '*'}]}
Parameters:
  Name: {Type: String, Default: one}
Conditions:
  Any: !Equals [!Ref Name, any]
"""


@pytest.mark.parametrize(("name", "resource"), [("any", "*"), ("one", "one")])
def test_the_reader_of_templates_sees_a_role_that_may_do_too_much(tmp_path: Path, name: str, resource: str) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(TOO_MUCH, encoding="utf-8")
    template = Template(path, {"Name": name})
    (function,) = template.functions().values()
    found = permissions(template.statements(function))
    assert found == {("secretsmanager:GetSecretValue", resource)}
    assert (found == Order("arm64", secret_arn="one").allowed) is (name == "one")
