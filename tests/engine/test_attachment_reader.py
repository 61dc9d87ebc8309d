"""Reading what a user attaches: what it is, in which encoding, and what is refused."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.support import pictures
from tui_chat.core import attachment_limits
from tui_chat.core.attachment import attachment
from tui_chat.engine.attachment_reader import encoding_words, no_images, read_attachment
from tui_chat.engine.conversation_files import FileError


def pdf(words: str) -> bytes:
    """A page with these words; none with ""."""
    drawn = f"BT /F1 12 Tf 10 100 Td ({words}) Tj ET" if words else ""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>/MediaBox[0 0 200 200]>>",
        f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    made, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj{each}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"trailer<</Size 6/Root 1 0 R>>\nstartxref\n{len(made)}\n%%EOF\n"
    return f"{made}xref\n0 6\n0000000000 65535 f \n{table}{trailer}".encode()


PDF = pdf("Quarterly report")


@pytest.mark.parametrize(
    ("data", "text", "charset"),
    [
        ("héllo €".encode(), "héllo €", ""),
        ("héllo €".encode("utf-8-sig"), "héllo €", ""),
        ("héllo €".encode("utf-16"), "héllo €", "utf-16"),
        (b"\xfe\xff" + "héllo €".encode("utf-16-be"), "héllo €", "utf-16"),
        ("héllo €".encode("cp1252"), "héllo €", "windows-1252"),
        (b"caf\xe9 \x81", "café \x81", "iso-8859-1"),
        ("これは日本語です。".encode("cp932"), "これは日本語です。", "shift_jis"),
        ("héllo €".encode("utf-16-le"), "héllo €", "utf-16-le"),
        (b"\x1b[31mred\x1b[0m\n", "\x1b[31mred\x1b[0m\n", ""),
    ],
)
def test_a_text_in_any_usual_encoding(tmp_path: Path, data: bytes, text: str, charset: str) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes(data)
    found = read_attachment(file)
    assert (found.text, found.name, found.size) == (text, "notes.txt", len(data))
    assert found.media_type.partition("charset=")[2] == charset
    assert encoding_words(found) == (f"notes.txt is not UTF-8; it was read as {charset}." if charset else "")


def test_what_is_empty_or_damaged_is_told(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    for data, words in ((b"", "notes.txt is empty."), ("a 世".encode()[:-1], "shown as \ufffd")):
        file.write_bytes(data)
        assert words in encoding_words(read_attachment(file))


def test_a_picture_is_one_whatever_it_is_called(tmp_path: Path) -> None:
    file = tmp_path / "photo.txt"
    file.write_bytes(pictures.jpeg(20, 10))
    found = read_attachment(file)
    assert (found.media_type, found.pixels, found.data) == ("image/jpeg", (20, 10), pictures.jpeg(20, 10))


@pytest.mark.parametrize("data", [b"PK\x03\x04\0\0", b"\x7fELF\x02\0", b"\xff\xfe\x00", b"\x89PNG broken \x01\xff"])
def test_a_binary_file_is_refused(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "a.out"
    file.write_bytes(data)
    with pytest.raises(FileError, match="neither a text, a picture"):
        read_attachment(file)


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes there")
def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, words in (
        (tmp_path / "pipe", "a named pipe"),
        (Path("/dev/zero"), "a device"),
        (tmp_path, "a folder"),
        (tmp_path / "nothing", "There is no file"),
    ):
        with pytest.raises(FileError, match=words):
            read_attachment(path)


def test_size_and_pixels_are_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture, text = tmp_path / "x.png", tmp_path / "x.txt"
    picture.write_bytes(pictures.gif(9_000, 10))
    with pytest.raises(FileError, match=r"9000×10 pixels; at most 8,000 a side"):
        read_attachment(picture)
    picture.write_bytes(pictures.png() + b"\0" * 400_000)
    text.write_text("x" * 400_000)
    monkeypatch.setattr(attachment_limits, "MAX_IMAGE", 300_000)
    monkeypatch.setattr(attachment_limits, "MAX_TEXT", 300_000)
    for file in (picture, text):
        with pytest.raises(FileError, match="too large"):
            read_attachment(file)


def test_a_picture_that_was_cut_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "cat.png"
    file.write_bytes(pictures.png(200, 100)[:60])
    with pytest.raises(FileError, match=r"cat.png is not whole: its end is missing.*Copy or download it again"):
        read_attachment(file)


def test_a_pdf_behind_empty_lines_is_one(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"\n\n" + PDF)
    assert read_attachment(tmp_path / "a.pdf").text == "[page 1]\nQuarterly report\n"


def test_a_pdf_gives_its_text(tmp_path: Path) -> None:
    pytest.importorskip("pypdf")
    file = tmp_path / "report.pdf"
    file.write_bytes(PDF)
    found = read_attachment(file)
    assert (found.media_type, found.size) == ("application/pdf", len(PDF))
    assert "[page 1]\nQuarterly report" in found.text


@pytest.mark.parametrize(
    ("data", "words"),
    [(pdf(""), "holds no text"), (b"%PDF-1.4\nnothing", "cannot be read as a PDF")],
)
def test_a_pdf_without_text_is_said(tmp_path: Path, data: bytes, words: str) -> None:
    pytest.importorskip("pypdf")
    file = tmp_path / "report.pdf"
    file.write_bytes(data)
    with pytest.raises(FileError, match=words):
        read_attachment(file)


def test_without_pypdf_the_way_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)
    file = tmp_path / "report.pdf"
    file.write_bytes(PDF)
    with pytest.raises(FileError, match=re.escape('pip install "tui-chat[pdf]"')):
        read_attachment(file)


def test_a_picture_is_not_sent_to_a_model_that_takes_none() -> None:
    picture, text = attachment("cat.png", "image/png", 1, pictures.png()), attachment("x", "text/plain", 1, b"x")
    assert no_images([text], "gpt-3.5-turbo") is None
    assert no_images([text, picture], "gpt-4o") is None
    refused = no_images([text, picture], "gpt-3.5-turbo")
    assert refused is not None
    assert refused.message == "cat.png was not sent: the model gpt-3.5-turbo takes no pictures."
