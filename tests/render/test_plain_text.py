import pytest
from rich.style import Style

from tui_chat.render.plain_text import GrowingText, PlainText, plain_lines
from tui_chat.render.preload import warm


@pytest.mark.parametrize(
    "text", ["word " * 4000, "漢字かな、交じり文。" * 1200, "x" * 20_000, "a\n\nb\n" * 3000, "", "é " * 9000]
)
@pytest.mark.parametrize("width", [7, 80, 5000])
def test_slices_wrap_like_the_whole(text: str, width: int) -> None:
    plain = PlainText(width, Style())
    plain.feed(text)
    calls = 0
    while not plain.done:
        plain.update(0.0)
        calls += 1
    assert calls > 1 or len(text) < 5000 or width == 5000
    whole = plain_lines(text.rstrip("\n"), Style(), width) if text else []
    assert [(line.plain, line.joint) for line in plain.lines] == [(line.plain, line.joint) for line in whole]


def test_markup_is_shown_as_it_was_typed() -> None:
    plain = PlainText(80, Style())
    plain.feed("# no *title* [red]x[/red]\n\ttab \x1b[2J\n")
    plain.update()
    assert [line.plain for line in plain.lines] == ["# no *title* [red]x[/red]", "    tab ␛[2J"]


def test_warming_up_raises_nothing() -> None:
    warm()


@pytest.mark.parametrize("text", ["word " * 300, "漢字かな、交じり文。" * 60, "x" * 900, "a\nb  c " * 90])
@pytest.mark.parametrize("width", [7, 80])
def test_growing_text_wraps_like_the_whole(text: str, width: int) -> None:
    growing = GrowingText(width, Style())
    for at in range(0, len(text), 11):
        lines = growing.feed(text[at : at + 11])
        so_far = plain_lines(text[: at + 11].replace("\n", " "), Style(), width)
        assert [line.plain.rstrip() for line in lines] == [line.plain.rstrip() for line in so_far]
    assert growing.length == len(text)
