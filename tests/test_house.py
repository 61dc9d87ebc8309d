"""The shape of the code, measured: no class becomes the program, no name means two things, no import goes in a circle.

There is no list of exceptions.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
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


@cache
def nodes(module: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(modules()[module]))


@cache
def classes() -> dict[str, ast.ClassDef]:
    """Every class of the package by its module and name."""
    return {
        f"{module}.{node.name}": node
        for module in modules()
        for node in nodes(module)
        if isinstance(node, ast.ClassDef)
    }


@cache
def names_in(module: str) -> dict[str, str]:
    """What the names that a module imports stand for, also under another name."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}" if isinstance(node, ast.ImportFrom) else alias.name
        for node in nodes(module)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }


@cache
def bases(name: str) -> tuple[str, ...]:
    """A class's bases that are ours."""
    module = name.rpartition(".")[0]
    found = []
    for base in classes()[name].bases:
        written = ast.unparse(base).partition("[")[0]
        first, dot, rest = written.partition(".")
        found += [written, names_in(module).get(first, f"{module}.{first}") + dot + rest]
    return tuple({base for base in found if base in classes()})


def own_methods(name: str) -> dict[str, ast.AST]:
    """A class's methods, also those below a condition, and those that are a lambda."""
    found: dict[str, ast.AST] = {}
    waiting: list[ast.AST] = [*classes()[name].body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found[node.name] = node
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Lambda):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update((ast.unparse(target), node.value) for target in targets)
        elif not isinstance(node, (ast.ClassDef, ast.expr)):
            waiting += ast.iter_child_nodes(node)
    return found


def methods(name: str) -> set[str]:
    """Names of a class's methods, with those that it inherits from classes of ours."""
    return set(own_methods(name)).union(*(methods(base) for base in bases(name)))


def imports() -> dict[str, set[str]]:
    """Module → modules of ours that it imports, also for type checking only, or by a text that names them."""
    found: dict[str, set[str]] = defaultdict(set)
    trees = modules()
    for name in trees:
        for node in nodes(name):
            if isinstance(node, ast.Import):
                found[name] |= {alias.name for alias in node.names if alias.name in trees}
            elif isinstance(node, ast.ImportFrom) and node.module is not None and node.module in trees:
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                found[name] |= (inner & trees.keys()) or {node.module}
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in trees:
                found[name].add(node.value)  # of `import_module`
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
    assert {name for name in classes() if len(methods(name)) > MOST_METHODS} == set()


def test_a_public_class_name_means_one_thing() -> None:
    where = Counter(name.rpartition(".")[2] for name in classes())
    assert {name for name, count in where.items() if count > 1 and not name.startswith("_")} == set()


def test_no_base_asks_for_what_it_does_not_have() -> None:
    """Nothing raises NotImplementedError or is abstract, and nothing empty is filled in by a class below it."""
    open_ones = [name for name in classes() for method in own_methods(name).values() if is_left_open(method)]
    filled_in = [
        f"{base}.{method}"
        for name in classes()
        for base in bases(name)
        if not is_protocol(base)
        for method in own_methods(base).keys() & own_methods(name).keys()
        if is_empty(own_methods(base)[method])
    ]
    assert open_ones + filled_in == []


def is_left_open(method: ast.AST) -> bool:
    raised = (node.exc for node in ast.walk(method) if isinstance(node, ast.Raise) and node.exc)
    decorators = method.decorator_list if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)) else []
    return any("NotImplementedError" in ast.unparse(each) for each in raised) or any(
        "abstract" in ast.unparse(each) for each in decorators
    )


def is_empty(method: ast.AST) -> bool:
    return isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)) and all(
        isinstance(each, ast.Pass) or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        for each in method.body
    )


def is_protocol(name: str) -> bool:
    return any("Protocol" in ast.unparse(base) for base in classes()[name].bases)


def test_no_import_goes_in_a_circle() -> None:
    """Those for type checking are counted."""
    assert in_a_circle(imports()) == set()


def test_no_controller_knows_a_screen_or_the_app() -> None:
    foreign = ("textual", "tui_chat.ui.screens", "tui_chat.ui.app")
    known = [
        (module, name)
        for module in modules()
        if module.startswith("tui_chat.ui.controllers")
        for name in names_in(module).values()
        if f"{name}.".startswith(tuple(f"{each}." for each in foreign))
    ]
    assert known == []


def test_every_controller_has_tests_that_need_no_app() -> None:
    folder = Path(__file__).parent / "ui" / "controllers"
    tests = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("test_*.py")}
    controllers = {path.stem for path in (PACKAGE / "ui" / "controllers").glob("*.py")} - {"__init__"}
    assert {name for name in controllers if not asserts(tests.get(f"test_{name}", ""))} == set()
    assert [name for name, text in tests.items() if "tests.ui.harness" in text or "run_test" in text] == []


def asserts(source: str) -> bool:
    tests = (node for node in ast.parse(source).body if "test_" in getattr(node, "name", ""))
    return any(isinstance(inner, ast.Assert) for test in tests for inner in ast.walk(test))


def test_dataclasses_are_the_quick_ones() -> None:
    """The standard decorator's compiler would take a fifth of the start. `web` stands alone and has its own."""
    slow = [
        name
        for name in modules()
        if not name.startswith(("tui_chat.web", "tui_chat.core.quick_dataclass"))
        for meant in names_in(name).values()
        if meant in ("dataclasses", "dataclasses.dataclass")
    ]
    assert slow == []


def test_no_module_compiles_a_pattern_when_it_is_imported() -> None:
    """`core/lazy_pattern.py` puts that off. `web` stands alone."""
    eager = [
        f"{name}:{node.lineno}"
        for name, tree in modules().items()
        if not name.startswith("tui_chat.web")
        for node in run_at_import(tree)
        if isinstance(node, ast.Call)
        if (called := ast.unparse(node.func)) == "re.compile" or names_in(name).get(called) == "re.compile"
    ]
    assert eager == []


def run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """All that runs when a module is imported: with the bodies of classes, and the defaults of functions."""
    yield node
    for name, value in ast.iter_fields(node):
        if not (name == "body" and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from run_at_import(child)
