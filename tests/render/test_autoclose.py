import pytest

from tui_chat.render.autoclose import autoclosed
from tui_chat.render.document import Document
from tui_chat.render.styles import dark


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
        ("a [te", "a [te](#)"),
        ("a [", "a"),
        ("a [**", "a"),
        ("a [**te", "a [**te**](#)"),
        ("a [text]", "a [text](#)"),
        ("a [text][na", "a [text](#)"),
        ("a [text](", "a [text](#)"),
        ("a [text](x_(y)", "a [text](#)"),
        ("a [text](x_(y)) *b", "a [text](x_(y)) *b*"),
        ('a [text](x "ti', "a [text](#)"),
        ('a [text](x "ti"', "a [text](#)"),
        ("a [text](<x y", "a [text](#)"),
        ("a [text](<x y>", "a [text](#)"),
        ("a [text](x_y) b_", "a [text](x_y) b"),
        ("a [](x", "a"),
        ("a ![al", "a ![al](#)"),
        ("a !", "a"),
        ("![](u", ""),
        ("[![al](u)](v", "[![al](u)](#)"),
        ("[![al", "[![al](#)](#)"),
        ("a [note] b *c", "a [note] b *c*"),
        ("a [1", "a [1"),
        ("a [1, 2]", "a [1, 2]"),
        ("a[i", "a[i"),
        ("a[i](x", "a[i](#)"),
        ("a [ ] b", "a [ ] b"),
        ("a [^1", "a [^1"),
        ("a [ " + "word " * 40, "a [ " + "word " * 39 + "word"),
        ("a [" + "word " * 40, "a [" + "word " * 39 + "word"),
        ("a **b [c** d", "a **b [c** d"),
        ("a \\", "a"),
        ("a \\[ x*y*z", "a \\[ x*y*z \\]"),
        ("a\n\\[\nx_1 + \\", "a\n\\[\nx_1 +\n\\]"),
        ("\\[\nx\n\\] *b", "\\[\nx\n\\] *b*"),
        ("$$\nx\n$", "$$\nx\n$$"),
        ("$$", ""),
        ("a \\(x", "a \\(x\\)"),
        ("costs $5 or $$ *b", "costs $5 or $$ *b*"),
        ("f\\[0 and *b", "f\\[0 and *b*"),
        ("f**(x", "f**(x"),
        ("这是**「重", "这是**「重**"),
        ("2 * 3 and snake_case", "2 * 3 and snake_case"),
        ("\\*no", "\\*no"),
        ("done *yes* and `*` now", "done *yes* and `*` now"),
    ],
)
def test_what_is_open_is_closed(half: str, whole: str) -> None:
    assert autoclosed(half) == whole


@pytest.mark.parametrize(
    "text",
    [
        "some **bold** and *it* `code` ~~no~~ words",
        "see [the page](https://a.example/b) ok",
        'see **[the *page*](https://a.example/b_(c) "title (1)")** ok',
        "[one](<https://a.example/b>) ![two](https://b.example)",
        "[![one](https://a.example)](https://b.example) ok",
    ],
)
def test_no_mark_blinks_while_it_is_typed(text: str) -> None:
    """Between any two letters the line shows words and nothing else."""
    document = Document(80, dark())
    for letter in text:
        document.feed(letter)
        document.update()
        shown = "".join(line.plain for line in document.lines)
        assert not set(shown) & set('*`~()[]!<>"')
        assert "https" not in shown


def test_text_above_a_list_does_not_become_a_heading_for_a_moment() -> None:
    document = Document(80, dark())
    for letter in "These:\n- one\n":
        document.feed(letter)
        document.update()
        assert document.lines[0].segments[0].style == dark().text


def test_a_formula_has_its_lines_and_its_stars_from_the_first_on() -> None:
    document = Document(80, dark())
    for letter in "So\n\\[\na*b = c*d\n":
        document.feed(letter)
        document.update()
        lines = [line.plain for line in document.lines]
        assert lines[1:] == [] or (lines[0], lines[-1]) == ("So \\[", "\\]")
    assert lines == ["So \\[", "a*b = c*d", "\\]"]
