import random
import re
from typing import Any

import pytest
from rich.cells import cell_len

from tui_chat.render.document import render
from tui_chat.render.inline import HREF
from tui_chat.render.parser import formula_end
from tui_chat.render.styles import dark

PALETTE = dark()
FORMULA = re.compile(
    r"\\\(.+?\\\)|\\\[.+?\\\]|\$\$.+?\$\$|(?<!a)\$(?![\s$])(?:[^$\\\n]|\\.)*?(?<![\s\\])\$(?!a)", re.DOTALL
)
"""What a formula is, for short texts whose only letter is an a."""


def shown(text: str, width: int = 80) -> str:
    return "\n".join(line.plain for line in render(text, width, PALETTE))


def links(text: str) -> list[tuple[str, str]]:
    return [
        (segment.text, segment.style.meta[HREF])
        for line in render(text, 80, PALETTE)
        for segment in line.segments
        if segment.style is not None and HREF in segment.style.meta
    ]


@pytest.mark.parametrize(
    "formula",
    ["$a*b*c$", r"\(a_1*b*c_2\)", r"\[\sum_{i=1}^n *x* \]", "$$x*y*z$$", r"$\alpha_{i} \* \beta$", "$$\na*b*c\n$$"],
)
def test_a_formula_stays_as_it_was_written(formula: str) -> None:
    assert shown(f"See {formula} here.") == f"See {formula} here."


def test_what_is_remembered_of_a_text_changes_no_formula() -> None:
    """The parser asks about a place again, and about less of the text, where brackets may be a link."""
    rand = random.Random(1)
    for _ in range(3000):
        memory: dict[str, Any] = {}
        text = "".join(rand.choice(["\\(", "\\)", "\\[", "\\]", "$", "$$", "a", " "]) for _ in range(20))
        for _ in range(20):
            start, stop = sorted(rand.sample(range(len(text) + 1), 2))
            found = FORMULA.match(text, start, stop)
            wanted = found.end() if found and "a" in found[0] else None
            assert formula_end(text, start, stop, memory) == wanted, (text, start, stop)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("It costs $5 and *then* $10.", "It costs $5 and then $10."),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("![a *cat*](c.png) ![](d.png)", "a cat d.png"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](vscode://y/z)", "x (vscode://y/z)"),
        ("&lt;b&gt; \\*no\\* `a  b`", "<b> *no* a  b"),
        ("~~gone~~ ~kept~", "gone ~kept~"),
        ("one\ntwo  \nthree", "one two\nthree"),
        ("a [](./b.md)", "a  (./b.md)"),
    ],
)
def test_what_stands_on_the_screen(text: str, plain: str) -> None:
    assert shown(text) == plain


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a](https://b.example/c)", [("a", "https://b.example/c")]),
        ("see https://b.example/c?d=1, ok", [("https://b.example/c?d=1", "https://b.example/c?d=1")]),
        ("(see https://b.example/a_(b))", [("https://b.example/a_(b)", "https://b.example/a_(b)")]),
        ("https://b.example/a(b).) ", [("https://b.example/a(b)",) * 2]),
        (
            "https://b.example/a).,)!) https://b.example/(.)",
            [("https://b.example/a",) * 2, ("https://b.example/(.)",) * 2],
        ),
        ("www.b.example.", [("www.b.example", "https://www.b.example")]),
        ("write me.too@b.example.", [("me.too@b.example", "mailto:me.too@b.example")]),
        ("no: me@b, @b.example, a@b-.example- me@b.example_", []),
        ("HTTPS://B.example/ and https://b.example/、ok", [("HTTPS://B.example/",) * 2, ("https://b.example/",) * 2]),
        ("[](https://b.example) [*](https://c.example)", [("https://b.example",) * 2, ("*", "https://c.example")]),
        ("<me@b.example>", [("me@b.example", "mailto:me@b.example")]),
        ("[a][r]\n\n[r]: https://late.example", [("a", "https://late.example")]),
        ("[a](file:///etc/passwd) [b](ssh://h) `https://no.example`", []),
    ],
)
def test_links_that_may_be_opened_carry_their_address(text: str, found: list[tuple[str, str]]) -> None:
    assert links(text) == found


@pytest.mark.parametrize(
    "text", ["क्\u200dष " * 40, "👩\u200d👩\u200d👧" * 30, "ශ්\u200dරී ලංකා " * 20, "漢字\u3001" * 40, "e\u0301" * 90]
)
@pytest.mark.parametrize("width", [7, 20])
def test_lines_fit_as_a_terminal_counts(text: str, width: int) -> None:
    """A joiner between letters joins nothing that is drawn narrower; between pictures it does."""
    for line in render(text, width, PALETTE):
        drawn = line.plain if "👩" in line.plain else line.plain.replace("\u200d", "")
        assert cell_len(drawn) <= width
        assert line.cells == cell_len(drawn)
    assert "".join(shown(text, width).split()) == "".join(text.split())
