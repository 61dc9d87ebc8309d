"""Standard input in the encodings that shells write."""

from __future__ import annotations

import codecs
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.run import environment
from tui_chat.cli.stdin_text import decoded

TEXTS = ["Why?", "Grüße\nan dich", "日本語のテキスト\n二行目", "a", "x" * 5000, "🎉 party\n", "русский текст"]
TEXTS += [
    "这是一个测试文本",
    "한국어로 답해 주세요",
    "😀 ok",
    "שלום\nעולם",
    "これはテストです",
    "中文，English 混在 1, 2, 3",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_encoding_with_and_without_its_mark(text: str, ends: str) -> None:
    written = text.replace("\n", ends)
    for encoding, mark in (("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE)):
        data = written.encode(encoding)
        assert decoded(mark + data) == (text, "")
        assert decoded(data) == (text, "")
    assert decoded(written.encode()) == decoded(codecs.BOM_UTF8 + written.encode()) == (text, "")
    assert decoded(codecs.BOM_UTF32_LE + written.encode("utf-32-le")) == (text, "")
    assert decoded(written.encode("utf-32-be")) == (text, "")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"a\0b, with one zero", "a\0b, with one zero"),
        (b"a\0b", "a\0b"),
        (b"one.py\0two.py\0", "one.py\0two.py\0"),
        (codecs.BOM_UTF16_LE + b"a\0b", "a\ufffd"),
        ("é".encode() * 3000, "é" * 3000),
    ],
)
def test_what_is_neither(data: bytes, text: str) -> None:
    assert decoded(data) == (text, "")


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        ("café", "latin-1", "windows-1252"),
        ("Voilà une très longue phrase, n'est-ce pas ?", "latin-1", "windows-1252"),
        ("Être ou ne pas être, voilà la question. " * 60, "latin-1", "windows-1252"),
        ("“quoted”", "cp1252", "windows-1252"),
        ("これは日本語です。", "cp932", "shift_jis"),
        ("これは日本語です。\n二行目", "euc_jp", "euc-jp"),
        ("这是中文测试文件。", "gbk", "gb18030"),
        ("이것은 한국어 시험입니다.", "cp949", "euc-kr"),
        ("Привет, мир. Это тест.", "cp1251", "windows-1251"),
    ],
)
def test_older_encodings_are_read_and_named(text: str, codec: str, name: str) -> None:
    assert decoded(text.encode(codec)) == (text, name)


def test_an_open_pipe_is_told_and_its_text_asked_once_it_ends(tmp_path: Path) -> None:
    reading, write_end = os.pipe()
    # Closed before the process is waited for, which reads until then.
    with subprocess.Popen(
        [sys.executable, "-m", "tui_chat", "ask", "--endpoint", "demo", "echo this:"],
        stdin=reading,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(tmp_path),
    ) as process:
        os.close(reading)
        with os.fdopen(write_end, "wb") as writing:
            assert process.stderr is not None
            assert b"waiting for the end of standard input" in process.stderr.readline()
            writing.write("späte Zeile".encode("utf-16"))
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert out
