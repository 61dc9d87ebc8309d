"""Which encoding a text is in that has no mark and is not UTF-8."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.thorough import examples
from tui_chat.engine.text_encoding import decode_unmarked, utf16_of

JAPANESE = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"
CHINESE = "学而时习之，不亦说乎？有朋自远方来，不亦乐乎？"
TRADITIONAL = "學而時習之，不亦說乎？有朋自遠方來，不亦樂乎？"
KOREAN = "나라의 말이 중국과 달라 한자와는 서로 통하지 아니하므로"
RUSSIAN = "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему."

TEXTS = [
    (JAPANESE, "cp932", "shift_jis"),
    (JAPANESE, "euc_jp", "euc-jp"),
    (JAPANESE, "iso2022_jp", "iso-2022-jp"),
    (CHINESE, "gbk", "gb18030"),
    (TRADITIONAL, "cp950", "big5"),
    (KOREAN, "cp949", "euc-kr"),
    (RUSSIAN, "cp1251", "windows-1251"),
    (RUSSIAN, "koi8_r", "koi8-r"),
    (RUSSIAN, "cp866", "cp866"),
]
WESTERN = [
    "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. Grüße",
    "Dès Noël où un zéphyr haï me vêt de glaçons würmiens, je dîne d’exquis rôtis de bœuf.",
    "À noite, vovô Kowalsky vê o ímã cair no pé do pinguim; são lições e ações, corações e pães.",
    "El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia y frío, añoraba a su querido cachorro.",
    "Kæmi ný öxi hér, ykist þjófum nú bæði víl og ádrepa. Það er þá þó löngu orðið þáþrá.",
    "Törkylempijävongahdus. Hääyöaie, pöytään, yötyö, ääliö älä lyö, ööliä läikkyy!",
    "“Quotes” – dashes — and €5…",
    "GRÜSSE, ÉTÉ, ÇA, ÅÄÖ ÅÄÖ",
    "Größe",
]


@pytest.mark.parametrize(("text", "codec", "name"), TEXTS)
def test_a_text_of_its_language(text: str, codec: str, name: str) -> None:
    assert decode_unmarked(text.encode(codec)) == (text, name)
    with_ascii = f"# README\r\n\r\nprint('x')  # {text}\r\n" * 3
    assert decode_unmarked(with_ascii.encode(codec)) == (with_ascii, name)


@pytest.mark.parametrize(("text", "codec", "name"), TEXTS)
def test_the_sample_may_end_within_a_character(text: str, codec: str, name: str) -> None:
    for shift in ("", "a"):
        long = shift + text * 3000
        assert decode_unmarked(long.encode(codec)) == (long, name)


@pytest.mark.parametrize("text", WESTERN)
def test_western_texts_stay_western(text: str) -> None:
    assert decode_unmarked(text.encode("cp1252")) == (text, "windows-1252")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Schluss: 世".encode()[:-1], "Schluss: \ufffd"),
        ("Grüße, größer, für".encode() + b"\xff", "Grüße, größer, für\ufffd"),
    ],
)
def test_utf8_that_was_cut_or_damaged(data: bytes, text: str) -> None:
    assert decode_unmarked(data) == (text, "utf-8")


@pytest.mark.parametrize("text", ["hello\n", "# Überschrift\r\n\tx", JAPANESE + "\n"])
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark(text: str, codec: str) -> None:
    assert utf16_of(text.encode(codec)) == codec


@pytest.mark.parametrize("data", [b"", b"a\0b", b"\0\0", b"\x01\0\x02\0", b"\x7fELF\x02\x01\x01\0\0\0", b"a\0\0b"])
def test_what_has_zeros_and_is_no_text(data: bytes) -> None:
    assert utf16_of(data) is None


@examples(200)
@given(st.binary(max_size=60))
def test_any_bytes_are_some_text(data: bytes) -> None:
    text, name = decode_unmarked(data)
    assert name or text.encode() == data
    utf16_of(data)
