"""The shape of the code, measured: no class becomes the program, no name means two things, no import goes in a circle.

What does not hold yet stands on a list below. A list may only get shorter: an entry that is no longer true fails too.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "tui_chat"

MOST_METHODS = 25
"""Of a class, with those of its bases that are ours."""


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the package by its dotted name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def classes(trees: Iterable[ast.Module]) -> list[ast.ClassDef]:
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def methods(name: str, known: Mapping[str, ast.ClassDef], above: frozenset[str] = frozenset()) -> set[str]:
    """Names of a class's methods, with those that it inherits from classes of ours."""
    if name not in known or name in above:
        return set()
    own = {node.name for node in known[name].body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    bases = [ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in known[name].bases]
    return own.union(*(methods(base, known, above | {name}) for base in bases))


def imports(trees: Mapping[str, ast.Module]) -> dict[str, set[str]]:
    """Module → modules of ours that it imports, also for type checking only."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found[name] |= {alias.name for alias in node.names if alias.name in trees}
            elif isinstance(node, ast.ImportFrom) and node.module is not None and node.module in trees:
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                found[name] |= (inner & trees.keys()) or {node.module}
    return found


def in_a_circle(graph: Mapping[str, set[str]]) -> set[str]:
    """Every module that reaches itself."""
    left = {name: set(targets) for name, targets in graph.items()}
    tied: set[str] = set()
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            circle = set(error.args[1])
            tied |= circle
            # One module for all of the circle, so that others through it are still found.
            first, *others = circle
            for name in others:
                left[first] = left.get(first, set()) | left.pop(name, set())
            for targets in left.values():
                if targets & set(others):
                    targets -= set(others)
                    targets.add(first)
            left.get(first, set()).discard(first)
        else:
            return tied


def test_no_class_becomes_the_program() -> None:
    known = {node.name: node for node in classes(modules().values())}
    assert {name for name in known if len(methods(name, known)) > MOST_METHODS} == set()


def test_a_public_class_name_means_one_thing() -> None:
    where: dict[str, int] = defaultdict(int)
    for node in classes(modules().values()):
        where[node.name] += not node.name.startswith("_")
    assert {name for name, count in where.items() if count > 1} == set()


def test_no_base_asks_for_what_it_does_not_have() -> None:
    assert not [f"{node.name}.{name}" for node in classes(modules().values()) for name in _left_open(node)]


def _left_open(node: ast.ClassDef) -> Iterator[str]:
    for method in node.body:
        if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for inner in ast.walk(method):
                if isinstance(inner, ast.Raise) and inner.exc and "NotImplementedError" in ast.unparse(inner.exc):
                    yield method.name


def test_no_import_goes_in_a_circle() -> None:
    """Those for type checking are counted."""
    assert in_a_circle(imports(modules())) == set()


def test_no_controller_knows_a_screen_or_the_app() -> None:
    for path in sorted((PACKAGE / "ui" / "controllers").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            for name in names:
                assert not name.startswith(("textual.", "tui_chat.ui.screens", "tui_chat.ui.app.")), (path.name, name)


def test_every_controller_has_tests_that_need_no_app() -> None:
    folder = Path(__file__).parent / "ui" / "controllers"
    tests = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("test_*.py")}
    controllers = {path.stem for path in (PACKAGE / "ui" / "controllers").glob("*.py")} - {"__init__"}
    assert {name for name in controllers if "def test_" not in tests.get(f"test_{name}", "")} == set()
    assert [name for name, text in tests.items() if "tests.ui.harness" in text or "run_test" in text] == []


def test_dataclasses_are_the_quick_ones() -> None:
    """The standard decorator's compiler would take a fifth of the start. `web` stands alone and has its own."""
    slow = [
        name
        for name, tree in modules().items()
        if not name.startswith(("tui_chat.web", "tui_chat.core.quick_dataclass"))
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "dataclasses"
        if "dataclass" in {alias.name for alias in node.names}
    ]
    assert slow == []


def test_no_module_compiles_a_pattern_when_it_is_imported() -> None:
    """`core/lazy_pattern.py` puts that off. `web` stands alone."""
    eager = [
        f"{name}:{node.lineno}"
        for name, tree in modules().items()
        if not name.startswith("tui_chat.web")
        for statement in tree.body
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"
    ]
    assert eager == []
