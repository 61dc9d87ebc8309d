"""What is written for people who work on the code is true: the picture of the house, and every file that is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.house_picture import PICTURE, direct, draw, floors
from tui_chat.help_pages import help_pages

ROOT = Path(__file__).parent.parent
DOCUMENTS = [
    path for path in ("tui_chat/README.md", "tests/README.md", ".github/CONTRIBUTING.md") if (ROOT / path).exists()
]

_NAMED = re.compile(r"`([\w./-]+(?:\.(?:py|md|toml|json|svg|yml)|/))`")
"""A file or a folder in code marks, as `wire/stream.py` or `tests/pty/`."""


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
    named = _NAMED.findall((ROOT / document).read_text(encoding="utf-8"))
    places = (ROOT, ROOT / "tui_chat", (ROOT / document).parent)
    assert named
    assert [name for name in named if not any((place / name).exists() for place in places)] == []
