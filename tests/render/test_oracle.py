"""All text that the parser finds is drawn, in order: checked against the tokens of the parser's own HTML path."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.render.corpus import PARTS, mixture
from tui_chat.render.document import render
from tui_chat.render.palette import dark
from tui_chat.render.safe import join_surrogates, safe_text, unify_newlines

PALETTE = dark()
TASK = re.compile(r"^\[[ xX]\] ")


def texts_of(tokens: Sequence[Token]) -> Iterator[str]:
    """Text, code, HTML and image descriptions of a parse."""
    for token in tokens:
        if token.type in ("fence", "code_block", "html_block"):
            yield token.content
        for child in token.children or ():
            if child.type in ("text", "code_inline", "image") or (
                child.type == "html_inline" and not child.content.startswith("<br")
            ):
                yield child.content


def bare(text: str) -> str:
    """Without white space, and without the backslashes that formulas keep."""
    return "".join(safe_text(text).replace("\\", "").split())


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("width", [200, 30])
def test_no_text_is_lost(seed: int, width: int) -> None:
    oracle = MarkdownIt("commonmark", {"maxNesting": 40}).enable(["table", "strikethrough"])
    for source in [*PARTS, *(mixture(seed) for seed in range(240))][seed::8]:
        text = join_surrogates(unify_newlines(source)).replace("\0", "␀")
        drawn = "".join(line.text for line in render(source, width, PALETTE))
        found, at = bare(drawn), 0
        for wanted in texts_of(oracle.parse(text)):
            plain = TASK.sub("", wanted)
            # In a narrow pane the cells of a table stand side by side, so only the beginnings of words are whole.
            for word in [bare(plain)] if width > 100 else [bare(word)[:8] for word in plain.split()]:
                at = found.find(word, at if width > 100 else 0)
                assert at >= 0, (source, word)
                at += len(word)


@pytest.mark.parametrize("mark", ["> ", "- ", "1. ", "> - "])
def test_what_is_nested_too_deeply_is_kept(mark: str) -> None:
    lines = render(mark * 500 + "the end\n\nafter", 80, PALETTE)
    shown = bare("".join(line.text for line in lines))
    assert "theend" in shown
    assert "after" in shown
