"""Extracts code blocks and other parts of a message for the clipboard, exactly as written."""

from __future__ import annotations

from tui_chat.render.parser import parse_blocks
from tui_chat.render.sanitize import unify_newlines
from tui_chat.render.top_level_units import FIRST, units_of


def code_blocks(source: str) -> list[tuple[str, str]]:
    """(language, code) of every fenced or indented block, in order, also those inside lists and quotes.

    The language is "" where none is named; the code has no decoration and ends without a newline.
    """
    tokens = parse_blocks(unify_newlines(source).replace("\0", "\ufffd"), {})
    blocks = [token for token in tokens if token.type in ("fence", "code_block")]
    return [((token.info.split() or [""])[0], token.content.removesuffix("\n")) for token in blocks]


def source_blocks(source: str) -> list[str]:
    """The Markdown of each part that is separate on the screen: a block, and what follows it without a gap."""
    text = unify_newlines(source).replace("\0", "\ufffd")
    rows = text.split("\n")
    units = units_of(parse_blocks(text, {}), FIRST)
    starts = [unit.start if index else 0 for index, unit in enumerate(units) if unit.gap or not index]
    ends = [*starts[1:], len(rows)][: len(starts)]
    return ["\n".join(rows[start:end]).strip("\n") for start, end in zip(starts, ends, strict=True)]
