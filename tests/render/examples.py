"""The examples of the CommonMark and GFM specifications; data/README.md names their source and licence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

DATA = Path(__file__).parent / "data"
FILES = ("commonmark-0.31.2.json", "gfm-0.29.json")


class Example(NamedTuple):
    """What a specification gives: a text, and the HTML that it means."""

    name: str
    markdown: str
    html: str


def examples() -> list[Example]:
    """All examples of both specifications, in their order."""
    found: list[Example] = []
    for file in FILES:
        rows = json.loads((DATA / file).read_text(encoding="utf-8"))
        found.extend(Example(f"{file} {row['example']}", row["markdown"], row["html"]) for row in rows)
    return found
