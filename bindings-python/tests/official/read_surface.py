"""Writes surface.json: the public names and the clients' signatures of the official package.

    python read_surface.py FOLDER     (of an unpacked or installed package `momento`)

Read from its syntax, so that neither it nor what it needs has to be there when the tests run.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any


def all_of(tree: ast.Module) -> list[str] | None:
    """What `__all__` names."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names: list[str] = ast.literal_eval(node.value)
            return names
    return None


def defined(tree: ast.Module) -> list[str]:
    """The public names that a module makes itself."""
    names = []
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            names.append(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names += [target.id for target in targets if isinstance(target, ast.Name)]
    return [name for name in names if not name.startswith("_")]


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[list[Any]]:
    """Name, whether by keyword only, and default of each parameter."""
    arguments = function.args
    required = len(arguments.args) - len(arguments.defaults)
    found: list[list[Any]] = []
    for place, argument in enumerate(arguments.args):
        default = None if place < required else ast.unparse(arguments.defaults[place - required])
        found.append([argument.arg, False, default])
    for argument, value in zip(arguments.kwonlyargs, arguments.kw_defaults):
        found.append([argument.arg, True, None if value is None else ast.unparse(value)])
    return found


def members(node: ast.ClassDef) -> dict[str, Any]:
    """The classes inside a response class, with their fields and properties."""
    found: dict[str, Any] = {}
    for inner in node.body:
        if isinstance(inner, ast.ClassDef):
            fields = [
                part.target.id
                for part in inner.body
                if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
            ]
            properties = [
                part.name
                for part in inner.body
                if isinstance(part, ast.FunctionDef)
                and any(ast.unparse(decorator) == "property" for decorator in part.decorator_list)
            ]
            found[inner.name] = {"fields": [name for name in fields if name[0] != "_"], "properties": properties}
    return found


def main(folder: Path) -> None:
    modules: dict[str, list[str]] = {}
    signatures: dict[str, Any] = {}
    responses: dict[str, Any] = {}
    for file in sorted(folder.rglob("*.py")):
        place = ".".join(file.relative_to(folder).with_suffix("").parts).removesuffix("__init__").rstrip(".")
        if place.split(".")[0] == "internal":
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        modules[place] = sorted(all_of(tree) or defined(tree))
        for node in tree.body:
            if not isinstance(node, ast.ClassDef):
                continue
            if node.name in ("CacheClient", "CacheClientAsync", "CredentialProvider", "CollectionTtl"):
                methods = [each for each in node.body if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))]
                signatures[node.name] = {
                    method.name: parameters(method) for method in methods if not method.name.startswith("_")
                }
            if place.startswith("responses.") and members(node):
                responses[f"{place}.{node.name}"] = members(node)
    surface = {"modules": modules, "signatures": signatures, "responses": responses}
    text = json.dumps(surface, indent=1, sort_keys=True)
    Path(__file__).with_name("surface.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
