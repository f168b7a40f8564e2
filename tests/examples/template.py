"""Reads a CloudFormation template: what its conditions come to for given parameters, and what a function's role allows.

Problem: each tool writes the role, the policies and the conditions in its own way, and the tests ask one question of
all: which actions on which ARN. Choice: the intrinsic functions that the tools use here are worked out, what points to
another resource stays as it is, and policies are found by following those pointers from the function.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # comes with moto, without types

PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": "123456789012"}
NOTHING = object()
FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")
POLICIES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Knows the short forms, such as !Ref."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        raise ValueError(f"!{suffix} of a mapping is not expected")
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)


class Template:
    def __init__(self, path: Path, parameters: Mapping[str, str] | None = None) -> None:
        # JSON is YAML too.
        self._document: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), _Loader)
        declared = self._document.get("Parameters", {})
        defaults = {name: one["Default"] for name, one in declared.items() if "Default" in one}
        self._values = {**PSEUDO, **defaults, **(parameters or {})}
        self.resources: dict[str, dict[str, Any]] = self._resolve(self._document["Resources"])

    def functions(self) -> dict[str, dict[str, Any]]:
        """Logical name -> resource, with the defaults that SAM takes from Globals."""
        shared = self._resolve(self._document.get("Globals", {}).get("Function", {}))
        found = {}
        for name, resource in self.resources.items():
            if resource["Type"] in FUNCTIONS:
                found[name] = {**resource, "Properties": {**shared, **resource["Properties"]}}
        return found

    def statements(self, function: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Everything that the role of the function allows, as far as it stands in the template."""
        properties = function["Properties"]
        reached = set(_pointers([properties.get("Role"), properties.get("Policies")]))
        for name, resource in self.resources.items():
            if resource["Type"] in POLICIES and reached & set(_pointers(resource["Properties"].get("Roles"))):
                reached.add(name)
        documents = [
            policy["PolicyDocument"] for policy in properties.get("Policies", []) if "PolicyDocument" in policy
        ]
        for name in reached:
            found = self.resources[name]["Properties"]
            documents += [policy["PolicyDocument"] for policy in found.get("Policies", [])]
            documents += [found["PolicyDocument"]] if "PolicyDocument" in found else []
        return [statement for document in documents for statement in document["Statement"]]

    def _resolve(self, value: Any) -> Any:
        if isinstance(value, list):
            items = (self._resolve(item) for item in value)
            return [item for item in items if item is not NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, argument),) = value.items()
            if name in ("Ref", "Condition", "Fn::If", "Fn::Equals", "Fn::Not", "Fn::Sub", "Fn::Join"):
                return self._intrinsic(name, argument)
        entries = ((name, self._resolve(item)) for name, item in value.items())
        return {name: item for name, item in entries if item is not NOTHING}

    def _intrinsic(self, name: str, argument: Any) -> Any:
        if name == "Ref":
            return NOTHING if argument == "AWS::NoValue" else self._values.get(argument, {"Ref": argument})
        if name == "Condition":
            return self._resolve(self._document["Conditions"][argument])
        if name == "Fn::If":
            condition, yes, no = argument
            return self._resolve(yes if self._resolve({"Condition": condition}) else no)
        if name == "Fn::Not":
            return not self._resolve(argument[0])
        if name == "Fn::Sub" and isinstance(argument, str):
            return re.sub(r"\$\{([A-Za-z0-9:]+)\}", lambda found: str(self._values.get(found[1], found[0])), argument)
        resolved = self._resolve(argument)
        if name == "Fn::Equals":
            return resolved[0] == resolved[1]
        if name == "Fn::Join" and all(isinstance(part, str) for part in resolved[1]):
            return str(resolved[0]).join(resolved[1])
        return {name: resolved}


def _pointers(value: Any) -> Iterator[str]:
    """The resources that are referred to."""
    if isinstance(value, dict):
        for name, argument in value.items():
            if name == "Ref":
                yield argument
            elif name == "Fn::GetAtt":
                yield argument[0] if isinstance(argument, list) else argument.split(".")[0]
            else:
                yield from _pointers(argument)
    elif isinstance(value, list):
        for item in value:
            yield from _pointers(item)


def permissions(statements: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """(action, resource) of each statement that is not about the function's own log."""
    found = set()
    for statement in statements:
        assert statement["Effect"] == "Allow" and set(statement) <= {"Effect", "Action", "Resource"}, statement
        for action in _as_list(statement["Action"]):
            for resource in _as_list(statement["Resource"]):
                text = resource if isinstance(resource, str) else json.dumps(resource)
                if not action.startswith("logs:"):
                    found.add((action, text))
    return found


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
