"""The house's walls, proven twice: by reading the imports, and by importing all that lies below the interface."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "tui_chat"

MAY_IMPORT: dict[str, set[str]] = {
    "core": set(),
    "wire": {"core"},
    "client": {"core", "wire"},
    "local": {"core", "wire", "client"},
    "demo": {"core", "wire", "client"},
    "store": {"core"},
    "engine": {"core", "wire", "client", "local", "demo", "store"},
    "render": {"core"},
    "export": {"core", "render"},
    "web": {"core"},
    "ui": {"core", "wire", "client", "local", "demo", "store", "engine", "render", "export"},
    "cli": {"core", "wire", "client", "local", "demo", "store", "engine", "render", "export", "ui", "web"},
}
"""Room → rooms it may use. `client` and `store` do not know each other."""

ONLY_IN: dict[str, set[str]] = {
    "textual": {"ui"},
    "httpx": {"client", "demo", "local", "wire"},
    "httpx_sse": {"client", "wire"},
    "sqlite3": {"store"},
    "tomli_w": {"store"},
    "xllamacpp": {"local"},
    "markdown_it": {"render"},
    "aiohttp": {"web"},
    "textual_serve": {"web"},
}

MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "tui_chat" and len(parts) > 1 else None


@cache
def imports_of(path: Path) -> list[str]:
    names: list[str] = []
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    for node in ast.walk(tree) if re.search("[\"']tui_chat[.]", source) else statements(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.append(node.module or "")
            if node.module == "tui_chat":
                names += [f"tui_chat.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("tui_chat."):
            names.append(node.value)  # of `import_module`
    return names


def statements(tree: ast.Module) -> Iterator[ast.AST]:
    """All of them, without what they are made of: imports are no part of an expression."""
    todo: list[ast.AST] = [tree]
    while todo:
        yield (node := todo.pop())
        for name in ("body", "orelse", "handlers", "finalbody", "cases"):
            todo += getattr(node, name, ())


def own_room(path: Path) -> str | None:
    inside = path.relative_to(PACKAGE).parts
    return inside[0] if len(inside) > 1 else None


def test_a_module_imports_only_what_its_room_may() -> None:
    assert [f"{path.relative_to(PACKAGE)} imports {name}" for path in MODULES for name in forbidden(path)] == []


def forbidden(path: Path) -> Iterator[str]:
    """What a module imports and may not."""
    room = own_room(path)
    if room is None:
        return
    for name in imports_of(path):
        target, top = room_of(name), name.split(".")[0]
        in_order = target not in MAY_IMPORT or target == room or target in MAY_IMPORT[room]
        if not in_order or room not in ONLY_IN.get(top, {room}):
            yield name


def test_core_needs_the_standard_library_only() -> None:
    for path in (PACKAGE / "core").glob("*.py"):
        for name in imports_of(path):
            top = name.split(".")[0]
            assert top == "tui_chat" or top in sys.stdlib_module_names, f"{path.name} imports {name}"
            assert top not in {"asyncio", "time", "sqlite3", "socket", "os", "pathlib"}, f"{path.name} does I/O: {name}"


def test_every_room_is_known() -> None:
    rooms = {p.name for p in PACKAGE.iterdir() if p.is_dir() and (p / "__init__.py").exists()}
    assert rooms <= set(MAY_IMPORT)


def test_nothing_below_the_interface_loads_textual() -> None:
    below = [
        ".".join(("tui_chat", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
        for path in MODULES
        if own_room(path) not in ("ui", None) and path.name != "__main__.py" and "server.py" not in path.name
    ]
    script = (
        "import importlib, sys\n"
        f"for name in {below!r}: importlib.import_module(name)\n"
        "loaded = [m for m in sys.modules if m == 'textual' or m.startswith('textual.')]\n"
        "assert not loaded, loaded[:5]\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
