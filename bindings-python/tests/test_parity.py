"""Every row of the operation table is in both clients, with its arguments and defaults, and in the documentation."""

from __future__ import annotations

import inspect
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from momento_lambda import CacheClient, CacheClientAsync

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS: list[dict[str, Any]] = json.loads((ROOT / "tests/parity/operations.json").read_text())["operations"]
DOCUMENTED = (ROOT / "docs/operations.md").read_text()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation["name"])
@pytest.mark.parametrize("client", [CacheClient, CacheClientAsync])
def test_an_operation_of_the_table_is_in_the_client(client: type, operation: dict[str, Any]) -> None:
    method = getattr(client, operation["name"])
    assert inspect.iscoroutinefunction(method) == (client is CacheClientAsync)
    found = [
        (parameter.name, parameter.default is not inspect.Parameter.empty)
        for parameter in inspect.signature(method).parameters.values()
    ]
    wanted = [(argument["name"], argument["optional"]) for argument in operation["arguments"]]
    assert found == [("self", False), *wanted]
    documentation = inspect.getdoc(method) or ""
    assert documentation.startswith(operation["doc"])
    assert "Example:" in documentation


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation["name"])
def test_an_operation_of_the_table_has_its_response_and_its_place_in_the_documentation(
    operation: dict[str, Any],
) -> None:
    response = getattr(import_module("momento_lambda.responses"), operation["response"])
    assert response is getattr(import_module(f"momento_lambda.responses.{operation['module']}"), operation["response"])
    assert hasattr(response, "Error")
    assert f"## {operation['name']} / " in DOCUMENTED
