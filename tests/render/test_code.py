import random
import time
from collections.abc import Callable

import pytest
from rich.segment import Segment

from tests.support.thorough import some
from tui_chat.render.code import CHARACTERS, LONGEST, SLICE, CodeBlock, render_code
from tui_chat.render.lexing import LANGUAGES, ROOT, find_lexer, lex
from tui_chat.render.line import cells_of
from tui_chat.render.styles import dark

PALETTE = dark()
COMMENT = PALETTE.code_block + dict(PALETTE.syntax)["Comment"]
STRING = PALETTE.code_block + dict(PALETTE.syntax)["Literal.String"]
SIGNS = "()[]{}<>'\"`\\/*#@$%^&|;:,.=+-_~?! abcXYZ019\t"


def hostile(kind: int, rand: random.Random) -> str:
    """One slice of text that is no code."""
    lines: list[Callable[[], str]] = [
        lambda: "".join(rand.choice(SIGNS) for _ in range(60)),
        lambda: "a " * 50,
        lambda: '"' * 20 + "\\" * 20 + "'" * 20,
        lambda: "{" * 60,
        lambda: '<a b="c' * 9,
        lambda: "/*" * 30,
    ]
    rows: list[str] = []
    while len(rows) < SLICE and sum(map(len, rows)) < CHARACTERS - LONGEST // 3:
        rows.append(lines[kind]())
    return "\n".join(rows) + "\n"


def segments(language: str, code: str) -> list[Segment]:
    return [segment for line in render_code(code, language, 80, PALETTE) for segment in line.segments]


def style_of(language: str, code: str, text: str) -> object:
    return next(segment.style for segment in segments(language, code) if text in segment.text)


@pytest.mark.parametrize("name", sorted(LANGUAGES))
def test_a_lexer_that_is_used_loses_nothing_and_ends(name: str) -> None:
    lexer = find_lexer(name)
    assert lexer is not None
    rand = random.Random(name)
    lex(lexer, "warm up\n", ROOT)
    for kind in some(range(6), 6, rand.randrange(6)):
        text = hostile(kind, rand)
        began = time.process_time()
        tokens, _ = lex(lexer, text, ROOT)
        assert time.process_time() - began < 4
        assert "".join(value for _, value in tokens) == text


@pytest.mark.parametrize(
    ("language", "code", "text", "style"),
    [
        ("python", 'x = """one\n' + "inside\n" * 60 + '"""\n', "inside", STRING),
        ("javascript", "let a; /* one\n" + "inside\n" * 60 + "*/ let b;\n", "inside", COMMENT),
        ("c", "/* half", "half", COMMENT),
        ("c", 'char *s = "/* no */";\nx\n', "x", PALETTE.code_block),
        ("css", "/* a */ b {}\n" + "/* open\n" + "inside\n" * 40, "inside", COMMENT),
        ("no-such-language", "x = 1\n", "x = 1", PALETTE.code_block),
    ],
)
def test_colours_go_on_over_slices(language: str, code: str, text: str, style: object) -> None:
    assert style_of(language, code, text) == style


@pytest.mark.parametrize(
    "sign", ["1\ufe0f\u20e3", "👩\u200d👩", "👨🏽\u200d🚒", "e\u0301", "🇩🇪", "क\u094d\u200dष", "ศิ"]
)
@pytest.mark.parametrize("language", ["c", "java", "python", "json", "html", "bash"])
def test_what_is_drawn_as_one_is_not_cut_into_colours(language: str, sign: str) -> None:
    code = f"{sign * 20}\nx = '{sign}' # {sign}\n"
    for line in render_code(code, language, 20, PALETTE):
        assert line.cells == cells_of(line.plain) == 20, ascii(line.plain)
    parts = {segment.text for segment in segments(language, code)}
    assert not any(part.startswith(("\ufe0f", "\u20e3", "\u0301", "\u094d", "\u200d", "\u0e34")) for part in parts)


def test_a_comment_that_ends_gives_the_colours_back() -> None:
    code = "/* one\n" + "inside\n" * 60 + '*/ let word = "text";\n'
    assert style_of("javascript", code, "text") == STRING


@pytest.mark.parametrize("language", ["python", "java", ""])
def test_line_by_line_equals_all_at_once(language: str) -> None:
    rand = random.Random(language)
    rows = ["".join(rand.choice(SIGNS + "   ") for _ in range(rand.choice([0, 9, 60, 400]))) for _ in range(200)]
    block = CodeBlock(language, 50, PALETTE)
    for row in rows:
        for end in range(0, len(row), 37):
            block.open_lines(row[:end])
        block.add([row])
    assert block.lines + block.open_lines() == render_code("\n".join(rows) + "\n", language, 50, PALETTE)


def test_a_copy_gives_the_code_as_it_was() -> None:
    code = "def f():\n    return 'long " + "word " * 30 + "'\n\n\tx\n"
    lines = render_code(code, "python", 40, PALETTE)
    text = "".join(line.joint + line.text for line in lines[1:])[1:]
    assert text == code.rstrip("\n").expandtabs(4)
