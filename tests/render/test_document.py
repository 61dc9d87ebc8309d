import random
import time
import tracemalloc
from collections.abc import Callable

import pytest

from tests.render.corpus import EDGES, FOOTNOTES, PARTS, held, mixture, pieces
from tests.render.examples import examples
from tests.support.thorough import THOROUGH, some
from tui_chat.render.block import Frame, render_block, render_item
from tui_chat.render.document import Document, render
from tui_chat.render.inline import HREF
from tui_chat.render.line import BLANK, Line
from tui_chat.render.parser import References, parse_blocks
from tui_chat.render.sanitize import join_surrogates, unify_newlines
from tui_chat.render.styles import dark
from tui_chat.render.top_level_units import FIRST, units_of

PALETTE = dark()
WIDTHS = [17, 60]
WIDTHS_OF_PANES = [2, 3, 9, 24, 60, 200]
EXAMPLES = [example.markdown for example in examples()]
NOTED = [mixture(seed, parts=FOOTNOTES * 8 + PARTS) for seed in range(18)]
HELD = [held(seed) for seed in range(36)]
TEXTS = [*PARTS, *FOOTNOTES, *EDGES, *(mixture(seed) for seed in range(48)), *NOTED, *HELD]


def in_one_go(text: str, width: int) -> list[Line]:
    """The text parsed once, as a whole, by none of the ways that a growing one takes."""
    text = join_surrogates(unify_newlines(text)).replace("\0", "␀")
    references: References = {}
    parse_blocks(text, references)
    frame = Frame(width, PALETTE, PALETTE.text, references)
    lines: list[Line] = []
    for unit in units_of(parse_blocks(text, references), FIRST):
        lines.extend([BLANK] if unit.gap else [])
        drawn = render_item(unit.tokens, unit.number, frame) if unit.item else render_block(unit.tokens, frame)
        lines.extend(drawn)
    return lines


def stream(text: str, cuts: list[str], width: int) -> Document:
    document = Document(width, PALETTE)
    for piece in cuts:
        document.feed(piece)
        document.update()
    document.finish()
    document.update()
    assert document.done
    return document


@pytest.mark.parametrize("seed", range(10))
def test_streamed_equals_rendered_whole(seed: int) -> None:
    """Cell by cell, at any cut, at any width."""
    rand = random.Random(seed)
    for index, text in enumerate(some(TEXTS[seed::10], 6, seed)):
        width = rand.choice([1, 5, 20, 47, 80, 200])
        cuts = pieces(text, index, rand.choice([1, 3, 12, 60]))
        assert stream(text, cuts, width).lines == render(text, width, PALETTE), ascii((text, cuts))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("width", WIDTHS)
def test_the_examples_of_the_specifications_at_every_cut(seed: int, width: int) -> None:
    """What is closed opens a fresh rendering of every prefix; at the end all is as parsed in one go."""
    for text in some(EXAMPLES[seed :: 8 if width == WIDTHS[0] else 24], 6, seed):
        document = Document(width, PALETTE)
        closed: list[Line] = []
        for end, character in enumerate(text, 1):
            document.feed(character)
            document.update()
            assert document.lines[: len(closed)] == closed, text[:end]
            opened, closed = len(closed), document.lines[: document.stable]
            # Nothing closed opens anything. What was closed before is looked at behind every third character alone.
            if "]:" not in text and closed and (len(closed) != opened or end % 3 == 0):
                assert closed == render(text[:end], width, PALETTE)[: len(closed)], text[:end]
        document.finish()
        while not document.done:
            document.update()
        assert document.lines == in_one_go(text, width), text


@pytest.mark.parametrize("seed", range(5))
def test_rendered_in_slices_equals_rendered_in_one_go(seed: int) -> None:
    for text in some(TEXTS[seed::5], 6, seed):
        assert render(text, 40, PALETTE) == in_one_go(text, 40), ascii(text)


@pytest.mark.parametrize("seed", range(5))
def test_closed_lines_never_change_until_the_end(seed: int) -> None:
    """Whatever `update` leaves untouched is what was there before; closed lines open every later picture."""
    for text in some(TEXTS[seed::5], 6, seed):
        document = Document(40, PALETTE)
        closed: list[Line] = []
        for piece in pieces(text, seed, 9):
            before = list(document.lines)
            document.feed(piece)
            first = document.update()
            assert document.lines[:first] == before[:first]
            assert document.lines[: len(closed)] == closed
            closed = document.lines[: document.stable]
        if "[late]" not in text and "[ref]" not in text:
            document.finish()
            document.update()
            assert document.lines[: len(closed)] == closed


@pytest.mark.parametrize("seed", range(5))
def test_closed_lines_are_those_of_the_text_so_far(seed: int) -> None:
    """At every cut: what is closed opens a whole rendering of the prefix."""
    for text in some([text for text in TEXTS[seed::5] if "[late]" not in text and "[ref]" not in text], 6, seed):
        document = Document(40, PALETTE)
        prefix = ""
        for piece in pieces(text, seed, 25):
            prefix += piece
            document.feed(piece)
            document.update()
            stable = document.stable
            assert document.lines[:stable] == render(prefix, 40, PALETTE)[:stable], ascii(prefix)


@pytest.mark.parametrize("width", WIDTHS_OF_PANES)
def test_no_line_is_wider_than_the_pane(width: int) -> None:
    for text in some(TEXTS + EXAMPLES, 6, WIDTHS_OF_PANES.index(width)):
        for line in render(text, width, PALETTE):
            assert line.cells <= width, ascii((text, line.plain))


@pytest.mark.parametrize("row", ["|b|", "b", "|", "| |b", "b\\|", "|b|c|d|e|", "\u3000b|"])
def test_a_table_that_lacks_too_many_cells_ends_at_the_same_row_in_any_pieces(
    row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A table is filled up with some ten thousand cells and no more; a hundred here, for the test's speed."""
    monkeypatch.setattr("tui_chat.render.table_rule.MAX_MISSING_CELLS", 100)
    monkeypatch.setattr("tui_chat.render.incremental_block.MAX_MISSING_CELLS", 100)
    text = "a|" * 10 + "a\n" + "-|" * 10 + "-\n" + f"{row}\n" * 20
    whole = in_one_go(text, 80)
    assert render(text, 80, PALETTE) == whole
    assert stream(text, pieces(text, 1, 9), 80).lines == whole


@pytest.mark.parametrize(
    ("above", "indent", "before"),
    [
        ("1. First:\n\n   ```python\n", "   ", "   "),
        ("> Said:\n>\n> ```python\n", "> ", "▎ "),
        ("- one\n\n  > 12. two\n  >\n  >     ~~~python\n", "  >     ", "  ▎     "),
    ],
)
def test_code_in_an_item_is_code_line_by_line_however_long(above: str, indent: str, before: str) -> None:
    document = Document(60, PALETTE)
    document.feed(above)
    for number in range(150):
        document.feed(f"{indent}value_{number} =")
        document.update()
        assert document.lines[-1].plain == f"{before} value_{number} =".ljust(60)
        assert document.lines[-1].code
        document.feed(f" {number}\n")
        document.update()
        assert document.lines[-1].plain == f"{before} value_{number} = {number}".ljust(60)
        if number:
            assert document.lines[-2].plain == f"{before} value_{number - 1} = {number - 1}".ljust(60)


def test_a_long_item_is_closed_block_by_block() -> None:
    document = Document(60, PALETTE)
    document.feed("7. begins\n")
    for number in range(300):
        document.feed(f"\n   - **point {number}** of it\n\n     > said\n")
        document.update()
        assert len(document.lines) - document.stable <= 4
    assert [line.plain for line in document.lines[:4]] == ["7. begins", "   ", "   ◦ point 0 of it", "     "]
    assert document.lines[-1].plain == "     ▎ said"


def test_a_slice_budget_gives_the_same_lines() -> None:
    text = "".join(mixture(seed) for seed in range(60))
    document = Document(60, PALETTE)
    document.feed(text)
    document.finish()
    calls = 0
    while not document.done:
        document.update(0.0)
        calls += 1
    assert calls > 2
    assert document.lines == render(text, 60, PALETTE)


@pytest.mark.parametrize("mark", ["", "- ", "> ", f"|{'a' * 50}|\n|-|\n|"])
def test_a_long_block_shows_its_last_words_while_it_grows(mark: str) -> None:
    """Above some thousand characters a block is redone only now and then; what came since stands below it."""
    text = "\n\n".join(mark + " ".join(f"{name}{n}" for n in range(1900)) for name in ("one", "two", "six"))
    document = Document(60, PALETTE)
    for at in range(0, len(text), 700):
        document.feed(text[at : at + 700])
        document.update()
        last = text[: at + 700].split()[-2]
        assert last in "".join(line.plain for line in document.lines[-16:])
    document.finish()
    document.update()
    assert document.lines == render(text, 60, PALETTE)


def test_a_new_block_of_the_same_length_is_not_taken_for_the_old_one() -> None:
    first, second = "old " * 3000, "new line\n" + "new " * 2400
    document = Document(60, PALETTE)
    for piece in (first[:9000], first[9000:] + "\n\n" + second[:9500]):
        document.feed(piece)
        document.update()
    below = document.lines[document.stable :]
    assert "new" in below[-1].plain
    assert not any("old" in line.plain for line in below)


def test_a_new_row_of_the_same_length_is_not_taken_for_the_old_one() -> None:
    document = Document(60, PALETTE)
    for piece in (f"|{'a' * 50}|\n|-|\n", "|" + "old " * 600, "|\n|" + "new " * 620):
        document.feed(piece)
        document.update()
    assert ["old" in line.plain for line in document.lines].count(True) == 600 // 15
    assert "new" in document.lines[-1].plain


def test_links_that_are_defined_late_are_drawn_in_slices_too() -> None:
    text = "see [Late  One] and [never]\n\n" * 400 + "[late one]: https://late.example\n"
    document = Document(60, PALETTE)
    document.feed(text)
    document.finish()
    calls = 0
    while not document.done:
        document.update(0.0)
        calls += 1
    assert calls > 4
    assert document.lines == render(text, 60, PALETTE)
    assert any(HREF in s.style.meta for s in document.lines[0].segments if s.style is not None)


GROWING: dict[str, Callable[[int], str]] = {
    "paragraphs": lambda n: "words and words and more words\n\n" * n,
    "paragraphs in an item": lambda n: "1. words\n\n" + "   words and words and more words\n\n" * n,
    "items in an item": lambda n: "- words\n" + "  - an item in an item\n" * n,
    "fence in an item": lambda n: "1. do\n\n   ```python\n" + "   value = compute(1, 'two')  # three\n" * n,
    "table in a quote": lambda n: "> | a | b |\n> |---|---|\n" + "> | cell one | cell two |\n" * n,
    "fence": lambda n: "```python\n" + "value = compute(1, 'two')  # three\n" * n,
    "list": lambda n: "- an item of the list\n" * n,
    "table": lambda n: "| a | b |\n|---|---|\n" + "| cell one | cell two |\n" * n,
    "one paragraph": lambda n: "word " * 6 * n,
    "one cell": lambda n: "| a |\n|---|\n| " + "*word* " * n,
    "an address": lambda n: "http://a" + ")" * 20 * n,
    "formulas that do not end": lambda n: "\\(a " * 9 * n,  # a third of that many are in one paragraph yet
    "blank lines": lambda n: "\n" * 20 * n,
    "blank lines in an item": lambda n: "- a\n" + "\n" * 20 * n,
    "one definition again and again": lambda n: "[a]: /b\n" * 3 * n,
    "definitions": lambda n: "".join(f"[a{index}]: /b\n" for index in range(3 * n)),
}


@pytest.mark.parametrize("kind", some([*GROWING], 2))
def test_work_grows_no_faster_than_the_text(kind: str) -> None:
    """Four times the text may take twelve times as long; redoing all of it each time would take sixteen."""

    def took(count: int) -> float:
        text = GROWING[kind](count)
        document = Document(80, PALETTE)
        began = time.process_time()
        for at in range(0, len(text), 40):
            document.feed(text[at : at + 40])
            document.update()
        return time.process_time() - began

    short = 300 if THOROUGH else 100
    took(50)
    most = 12 * max(min(took(short) for _ in range(2)), 0.005)
    assert any(took(4 * short) < most for _ in range(3))


def test_a_piece_of_megabytes_is_not_copied_for_each_slice() -> None:
    document = Document(80, dark())
    document.feed("some words of a line\n\n" * 200_000)
    document.update(0)
    tracemalloc.start()
    try:
        for _ in range(20):
            document.update(0)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    assert not document.done
