import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.color import Color

from tui_chat.ui.textual_fixes.output_guard import OutputGuard

BLACK = Color(0, 0, 0)
TROUBLE = [
    "\x1b[2J",
    "\x00",
    "\x9b",
    "\u202e",
    "\u200b",
    "a\u200db",
    "\u0301" * 20,
    "\ud800",
    "\t",
    "\n",
    "漢",
    "é",
    "x",
]


@given(st.lists(st.sampled_from(TROUBLE) | st.text(max_size=5), max_size=8))
def test_text_is_harmless_and_as_wide_as_before(parts: list[str]) -> None:
    before = [Segment(part, Style(bold=True)) for part in parts if part]
    after = OutputGuard().apply(before, BLACK)
    assert [cell_len(s.text) for s in after] == [cell_len(s.text) for s in before]
    text = "".join(s.text for s in after)
    text.encode()
    assert not any(c < " " or "\x7f" <= c < "\xa0" or c in "\u202e\u200b" for c in text)


def test_plain_lines_cost_nothing() -> None:
    line = [Segment("plain", None), Segment(" text", Style(bold=True))]
    assert OutputGuard().apply(line, BLACK) is line


def test_control_segments_stay() -> None:
    control = Segment("\x1b[2J", None, [(ControlType.CLEAR,)])
    assert OutputGuard().apply([control, Segment("\x1b", None)], BLACK) == [control, Segment("", None)]


@pytest.mark.parametrize("link", ["https://a/\x1b]52;c;aa\x07", "https://a/\u202eb", "x\x9cy"])
def test_a_link_cannot_smuggle_bytes(link: str) -> None:
    (segment,) = OutputGuard().apply([Segment("here", Style(link=link))], BLACK)
    assert segment.text == "here"
    assert segment.style is not None
    assert segment.style.link is None


def test_honest_links_stay() -> None:
    (segment,) = OutputGuard().apply([Segment("here", Style(link="https://example.org/?q=1"))], BLACK)
    assert segment.style is not None
    assert segment.style.link == "https://example.org/?q=1"
