"""All text is drawn, in order, and links are links: checked against HTML that other programs made of the same text."""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from html import escape, unescape
from html.parser import HTMLParser
from itertools import groupby
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import table
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from tests.render.corpus import PARTS, mixture
from tests.render.examples import FILES, examples
from tests.support.thorough import some
from tui_chat.render.document import render
from tui_chat.render.inline import HREF, SCHEMES
from tui_chat.render.sanitize import join_surrogates, safe_text, unify_newlines
from tui_chat.render.styles import dark

PALETTE = dark()
EXAMPLES = examples()
ALERT = re.compile(r"(?<=<blockquote>\n<p>)\[!(note|caution)\](?=\n|</p>)", re.IGNORECASE)
TASK = re.compile(r"^\[[ xX]\] ")


class _Texts(HTMLParser):
    """The texts between the tags of a page, and what stands for its pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append(dict(attrs).get("alt") or "")


def texts_of(html: str) -> list[str]:
    reader = _Texts()
    reader.feed(html)
    reader.close()
    return reader.found


def _as_text(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    """HTML in Markdown is text here, save for a line break."""
    content = tokens[index].content
    return "<br>" if content.startswith("<br") else escape(content)


def page_of(source: str) -> str:
    """What markdown-it, which knows nothing of lines and panes, makes of a text.

    Its rule for tables stands behind those for lists, quotes and headings here, as GitHub has it: before them it takes
    the marks of a list for a cell's text. So the place of tables is no finding of this oracle; examples give it. An
    alert's label is its word.
    """
    markdown = MarkdownIt("commonmark", {"maxNesting": 40}).enable("strikethrough")
    markdown.block.ruler.before("lheading", "gfm_table", table, {"alt": ["paragraph", "reference"]})
    markdown.add_render_rule("html_block", _as_text)
    markdown.add_render_rule("html_inline", _as_text)
    page = str(markdown.render(join_surrogates(unify_newlines(source)).replace("\0", "␀")))
    return ALERT.sub(lambda mark: mark[1].capitalize(), page)


def bare(text: str) -> str:
    """Without white space, and without the backslashes that formulas keep."""
    return "".join(safe_text(text).replace("\\", "").split())


def drawn(source: str, width: int) -> str:
    return bare("".join(line.text for line in render(source, width, PALETTE)))


def first_missing(texts: Sequence[str], found: str) -> str | None:
    """The first of the texts that does not stand behind all before it."""
    at = 0
    for text in texts:
        wanted = bare(TASK.sub("", text))
        at = found.find(wanted, at)
        if at < 0:
            return text
        at += len(wanted)
    return None


SOURCES = [*(example.markdown for example in EXAMPLES), *PARTS, *(mixture(seed) for seed in range(300))]


@pytest.mark.parametrize("seed", range(8))
def test_no_text_is_lost_and_all_stands_in_its_order(seed: int) -> None:
    for source in some(SOURCES[seed::8], 6, seed):
        assert first_missing(texts_of(page_of(source)), drawn(source, 200)) is None, ascii(source)


@pytest.mark.parametrize("seed", range(8))
def test_no_word_is_lost_in_a_narrow_pane(seed: int) -> None:
    """The cells of a table stand side by side there, so that only the beginnings of words are whole, in any order."""
    for source in some(SOURCES[seed::8], 6, seed):
        found = drawn(source, 30)
        for text in texts_of(page_of(source)):
            for word in TASK.sub("", text).split():
                assert bare(word)[:8] in found, ascii((source, word))


@pytest.mark.parametrize("seed", range(4))
def test_the_text_that_a_specification_gives_is_shown(seed: int) -> None:
    for example in some(EXAMPLES[seed::4], 3, seed):
        assert first_missing(texts_of(example.html), drawn(example.markdown, 200)) is None, example


BARE_ADDRESSES = {f"{FILES[0]} {number}" for number in (602, 608, 611, 612)}
"""CommonMark leaves these alone, GFM makes links of them."""


def links_of(source: str) -> list[str]:
    """Where the links in a drawn text lead; one of several runs counts once."""
    found: list[str] = []
    for line in render(source, 200, PALETTE):
        hrefs = [segment.style.meta.get(HREF) if segment.style else None for segment in line.segments]
        found.extend(href for href, _ in groupby(hrefs) if href is not None)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_links_lead_where_a_specification_says(seed: int) -> None:
    for example in some([example for example in EXAMPLES if example.name not in BARE_ADDRESSES][seed::4], 3, seed):
        wanted = [unescape(href) for href in re.findall(r'<a href="([^"]*)"', example.html)]
        wanted = [re.sub("^http://www", "https://www", href) for href in wanted if href.lower().startswith(SCHEMES)]
        assert links_of(example.markdown) == wanted, example


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("- a\n- b | c\n  --|--\n  1 | 2\n- d\n", ["• a", "• b │ c", "  ──┼──", "  1 │ 2", "• d"]),
        ("1. x | y\n   --|--\n", ["1. x │ y", "   ──┼──"]),
        ("> a | b\n> --|--\n", ["▎ a │ b", "▎ ──┼──"]),
        ("> a | b\n--|--\n", ["▎ a | b --|--"]),
        ("# a | b\n--|--\n", ["a | b", "", "--|--"]),
    ],
)
def test_a_table_without_a_line_at_its_left_stays_where_it_was_written(source: str, wanted: list[str]) -> None:
    assert [line.plain.rstrip() for line in render(source, 60, PALETTE)] == wanted


@pytest.mark.parametrize("mark", ["> ", "- ", "1. ", "> - ", "[^1]: "])
def test_what_is_nested_too_deeply_is_kept(mark: str) -> None:
    lines = render(mark * 500 + "the end\n\nafter", 80, PALETTE)
    shown = bare("".join(line.text for line in lines))
    assert "theend" in shown
    assert "after" in shown
