import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_chat.render.combining_marks import character_class
from tui_chat.render.sanitize import MAX_MARKS, safe_line, safe_text

HOSTILE = [chr(c) for c in (*range(0x20), *range(0x7F, 0xA0), 0xAD, 0x61C, 0x200B, 0x200E, 0x200F, 0xFEFF)]
HOSTILE += [chr(c) for c in (*range(0x2028, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE0E), 0x3164, 0xFFA0)]
HOSTILE += ["\ud800", "\udc00", "\ufdd0", "\uffff", "\U0010eeee", "\U000e0041", "\U000e0100", "\U0001d173", "\u202e"]


@pytest.mark.parametrize("char", HOSTILE, ids=ascii)
def test_no_hostile_character_passes(char: str) -> None:
    shown = safe_text(f"A{char}B")
    assert shown.startswith("A")
    assert shown.endswith("B")
    assert char == "\n" or char not in shown
    assert char not in safe_line(f"A{char}B")


def test_every_character_that_formats_or_controls_is_taken_out() -> None:
    """All of Cc, Cf, Cs, by the tables of the running Python; visible number signs of Arabic and Kaithi stay."""
    signs = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    kept = [
        c
        for c in range(0x110000)
        if unicodedata.category(chr(c)) in ("Cc", "Cf", "Cs") and chr(c) in safe_text(f"A{chr(c)}B") and chr(c) != "\n"
    ]
    assert set(kept) <= signs


@pytest.mark.parametrize(
    "text",
    [
        "שלום עולם — مرحبا بالعالم",
        "می\u200cخواهم",
        "क्\u200dष हिन्दी தமிழ் ไทย བོད",
        "👩\u200d👩\u200d👧\u200d👦 🏳️\u200d🌈 👨🏽\u200d🚒 🇩🇪🇫🇷 1️⃣ ❤️\u200d🔥 ☎\ufe0e",
        "naïve café Việt Nam e\u0301",
        "漢字かな交じり文 한국어 ｆｕｌｌ",
        "icons \ue0b0 \U000f0001 [red]x[/red] <b> &amp;",
        "שָׁ֖לֽוֹם",
    ],
)
def test_honest_text_is_intact(text: str) -> None:
    assert safe_text(text) == text
    assert safe_line(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\r\nb\rc\nd\u2028e", "a\nb\nc\nd\ne"),
        ("a\tb", "a   b"),
        ("\x1b[2J", "␛[2J"),
        ("\x07\x7f\x9b", "␇␡\ufffd"),
        ("\ud83d\ude00 \ud83d", "😀 \ufffd"),
        ("a\u200db \u200c", "ab "),
        ("‼\u200d\u3164 \u2060\u200d❤ \u0627\u200d\u115f", "‼ ❤ \u0627"),
        ("Z" + "\u0301" * 50 + "end", "Z" + "\u0301" * MAX_MARKS + "end"),
    ],
)
def test_what_is_shown_instead(text: str, shown: str) -> None:
    assert safe_text(text) == shown


def test_one_line_stays_one_line() -> None:
    assert safe_line("a\r\n\nb\tc\n") == "a⏎b c"


@given(st.text(st.characters(), max_size=40) | st.text(st.sampled_from([*HOSTILE, "a", "é", "\u200d", "❤", "\u0301"])))
def test_any_text_becomes_printable_and_stays_so(text: str) -> None:
    once = safe_text(text)
    assert not set(once) & (set(HOSTILE) - {"\n", "\t"})
    once.encode()
    assert "\n" not in safe_line(text)
    assert safe_text(once) == once


def test_the_table_of_marks_agrees_with_this_python() -> None:
    import re

    table = re.compile(f"[{character_class()}]")
    selectors = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
    wrong = [
        c
        for c in range(0x1F000)
        if c not in selectors
        and (unicodedata.category(chr(c))[0] == "M") != bool(table.match(chr(c)))
        and unicodedata.category(chr(c)) != "Cn"
    ]
    assert len(wrong) < (1 if unicodedata.unidata_version == "14.0.0" else 200)


@pytest.mark.parametrize("piece", ["\x1b[2J", "a\u200d", "\u0301", "漢", "\r", "\u202e", "x \t"], ids=ascii)
def test_cleaning_is_linear(piece: str) -> None:
    def took(count: int) -> float:
        began = time.process_time()
        safe_text(piece * count)
        return time.process_time() - began

    took(10)
    assert took(100_000) < 60 * max(took(10_000), 0.001)
