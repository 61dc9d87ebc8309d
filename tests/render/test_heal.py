import pytest

from tui_chat.render.document import Document
from tui_chat.render.heal import healed
from tui_chat.render.palette import dark


@pytest.mark.parametrize(
    ("half", "whole"),
    [
        ("plain", "plain"),
        ("a **bold", "a **bold**"),
        ("a **bo *ld", "a **bo *ld***"),
        ("a **", "a"),
        ("a **bold*", "a **bold**"),
        ("a **bold**", "a **bold**"),
        ("a `co", "a `co`"),
        ("a `", "a"),
        ("a ``co`d", "a ``co`d``"),
        ("a ~~gone", "a ~~gone~~"),
        ("a [text](https://exa", "a [text](#)"),
        ("a [text](https://exa)", "a [text](https://exa)"),
        ("**a [text](h", "**a [text](#)**"),
        ("2 * 3 and snake_case", "2 * 3 and snake_case"),
        ("\\*no", "\\*no"),
        ("done *yes* and `*` now", "done *yes* and `*` now"),
    ],
)
def test_what_is_open_is_closed(half: str, whole: str) -> None:
    assert healed(half) == whole


@pytest.mark.parametrize(
    "text", ["some **bold** and *it* `code` ~~no~~ words", "see [the page](https://a.example/b) ok"]
)
def test_no_mark_blinks_while_it_is_typed(text: str) -> None:
    """Between any two letters the line shows words and nothing else, save a bracket whose link has not begun."""
    document = Document(80, dark())
    for letter in text:
        document.feed(letter)
        document.update()
        shown = "".join(line.plain for line in document.lines)
        assert not set(shown) & set("*`~()")
        assert "https" not in shown


def test_text_above_a_list_does_not_become_a_heading_for_a_moment() -> None:
    document = Document(80, dark())
    for letter in "These:\n- one\n":
        document.feed(letter)
        document.update()
        assert document.lines[0].segments[0].style == dark().text
