"""Text is wrapped as Textual wraps it, only sooner."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import get_character_cell_size
from textual._wrap import compute_wrap_offsets
from textual.document._document import Document
from textual.document._wrapped_document import WrappedDocument
from textual.expand_tabs import get_tab_widths

from tui_chat.ui.textual_fixes import fast_wrap
from tui_chat.ui.textual_fixes.fast_wrap import SHORT_LINES, FastWrappedDocument, wrap_line

lines = st.text(st.sampled_from("ab     -\t字é"), max_size=60) | st.text(
    st.sampled_from("ab  字한。\u3000“é"), max_size=60
)
FIELDS = ("_wrap_offsets", "_tab_width_cache", "_offset_to_line_info", "_line_index_to_offsets", "height")


def same(ours: WrappedDocument, theirs: WrappedDocument) -> None:
    for name in FIELDS:
        assert getattr(ours, name) == getattr(theirs, name), name
    for number in range(len(ours.document.lines)):
        assert ours.get_sections(number) == theirs.get_sections(number)


@given(lines, st.integers(1, 12))
def test_a_line_is_broken_where_textual_breaks_it(line: str, width: int) -> None:
    assert wrap_line(line, width, 4)[0] == compute_wrap_offsets(
        line, width, 4, precomputed_tab_sections=get_tab_widths(line, 4)
    )


@given(st.lists(lines, min_size=1, max_size=6), st.integers(0, 12), st.sampled_from([1, SHORT_LINES]))
def test_a_text_and_a_change_of_it_are_wrapped_as_textual_does(texts: list[str], width: int, times: int) -> None:
    text, more = "\n".join(texts), "\n".join(texts * times)
    ours, theirs = FastWrappedDocument(Document(text)), WrappedDocument(Document(text))
    for wrapped in (ours, theirs):
        wrapped.wrap(width, 4)
    same(ours, theirs)
    for start, end, put in (((0, 0), (0, 0), more), ((0, 0), (0, 0), "x"), ((0, 0), (len(texts) * times, 0), "")):
        for wrapped in (ours, theirs):
            assert isinstance(wrapped.document, Document)
            result = wrapped.document.replace_range(start, end, put)
            wrapped.wrap_range(start, end, result.end_location)
        same(ours, theirs)


def test_letters_are_as_wide_as_rich_has_them() -> None:
    for letters, cells in ((fast_wrap._NARROW, 1), (fast_wrap._WIDE, 2)):
        known = re.compile(f"[{letters}]")
        assert {get_character_cell_size(each) for each in map(chr, range(0x10000)) if known.match(each)} == {cells}


@pytest.mark.parametrize("text", ["word " * 15 + "\n", "word ", "x", "这是一个问题。", "한국어 낱말 "])
def test_five_megabytes_are_wrapped_in_a_moment(text: str) -> None:
    wrapped = FastWrappedDocument(Document(text * (5_000_000 // len(text.encode()))))
    before = time.process_time()
    wrapped.wrap(94, 4)
    assert time.process_time() - before < 1.5
