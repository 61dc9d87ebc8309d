"""What is written for people who work on the code is true: the picture of the house, and every file that is named."""

from __future__ import annotations

import re
import shlex
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.house_picture import PICTURE, direct, draw, floors
from tui_chat.cli.options import parse
from tui_chat.help_pages import help_pages

ROOT = Path(__file__).parent.parent
DOCUMENTS = [
    path for path in ("tui_chat/README.md", "tests/README.md", ".github/CONTRIBUTING.md") if (ROOT / path).exists()
]

_NAMED = re.compile(r"(?<![\w/-])([\w.-]*[\w-]/[\w./-]*|[\w-]+\.(?:py|md|toml|json|svg|yml))(?:::\w+)?")
"""A file or a folder, as `wire/stream.py`, `tests/pty/` or `.ci/run`."""

_MARKED = re.compile(r"^```\n(.+?)^```|`([^`]+)`", re.MULTILINE | re.DOTALL)

OF_OTHERS = ("pip", "apt-get", "uv build", "uv publish", "uv run ruff", "uv run mypy")
"""Commands that are not ours, and are not tried here."""


def marked(document: str) -> list[str]:
    """What stands in code marks, and each line of a block, without its comment."""
    found = _MARKED.findall((ROOT / document).read_text(encoding="utf-8"))
    lines = (line for block, inline in found for line in block.splitlines() or [inline])
    return [" ".join(line.partition("  #")[0].split()) for line in lines if line.strip()]


def test_the_picture_of_the_house_is_that_of_the_imports() -> None:
    assert PICTURE.read_text(encoding="utf-8") == draw(), "python -m tests.support.house_picture draws it again"


def test_a_room_stands_below_all_that_import_it_and_implied_arrows_are_left_out() -> None:
    graph: dict[str, set[str]] = {"roof": {"hall", "cellar"}, "hall": {"cellar"}, "shed": {"cellar"}, "cellar": set()}
    assert floors(graph) == [["roof", "shed"], ["hall"], ["cellar"]]
    assert direct(graph) == {"roof": {"hall"}, "hall": {"cellar"}, "shed": {"cellar"}, "cellar": set()}


def test_the_readme_leads_to_every_page_of_the_manual_and_to_no_other() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    linked = re.findall(r"\]\(tui_chat/help/([\w-]+)\.md\) \|", readme)
    assert linked == [page.topic for page in help_pages()]
    for target in re.findall(r"\]\(([\w./-]+)\)", readme):
        assert (ROOT / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_a_document_names_exists(document: str) -> None:
    named = {name for text in marked(document) for name in _NAMED.findall(text) if not name.startswith(("http", "/"))}
    places = (ROOT, ROOT / "tui_chat", (ROOT / document).parent)
    assert named
    assert [name for name in named if not any((place / name).exists() for place in places)] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_a_document_names_can_be_run(document: str) -> None:
    commands = [part for text in marked(document) for part in text.split(" && ")]
    assert [
        each for each in commands if each.startswith(("uv ", "python ", "bash ", "tui-chat ")) and not runs(each)
    ] == []


def runs(command: str) -> bool:
    """Whether the task, the module, the script or the program's own words exist."""
    words = shlex.split(command.removeprefix("uv run "))
    match words:
        case ["poe", task]:
            return task in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["poe"]["tasks"]
        case ["python", "-m", module]:
            return find_spec(module) is not None
        case ["python" | "bash", script, *_]:
            return (ROOT / script).exists()
        case ["tui-chat", *arguments]:
            return tried(arguments)
        case ["pytest", *_]:
            return True  # its files are looked for above
        case _:
            return command.startswith(OF_OTHERS)


def tried(arguments: list[str]) -> bool:
    try:
        parse(arguments)
    except SystemExit as ended:
        return ended.code == 0
    return True


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_name_of_the_code_that_a_document_names_is_in_it(document: str) -> None:
    names = {name for text in marked(document) if (name := text.partition("(")[0]).isidentifier() and "_" in name}
    names |= {name for text in marked(document) if (name := text.partition("(")[0]).isupper() and name.isidentifier()}
    source = "\n".join(
        path.read_text(encoding="utf-8") for folder in ("tui_chat", "tests") for path in (ROOT / folder).rglob("*.py")
    )
    assert [name for name in names if not re.search(rf"\b{name}\b", source)] == []
