"""Parts of a message for the clipboard, as they were written: this file owns what a code block is when copied."""

from __future__ import annotations

from tui_chat.render.parser import parse_blocks
from tui_chat.render.safe import unify_newlines


def code_blocks(source: str) -> list[tuple[str, str]]:
    """(language, code) of every fenced or indented block, in order, also those inside lists and quotes.

    The language is "" where none is named; the code has no decoration and ends without a newline.
    """
    tokens = parse_blocks(unify_newlines(source).replace("\0", "\ufffd"), {})
    blocks = [token for token in tokens if token.type in ("fence", "code_block")]
    return [((token.info.split() or [""])[0], token.content.removesuffix("\n")) for token in blocks]
