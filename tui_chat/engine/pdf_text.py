"""Extracts the text of a PDF with pypdf (extra `pdf`), loaded when the first PDF is attached."""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import Any

from tui_chat.engine.conversation_files import FileError

MAX_PAGES = 2_000
MAX_CHARACTERS = 16 * 2**20


def pdf_text(path: Path, data: bytes) -> str:
    """All pages, each below a line with its number. Raises FileError."""
    try:
        from pypdf import PdfReader
    except ImportError:
        raise FileError(
            f"{path} is a PDF, and reading one needs pypdf, which is not installed.",
            'Install it with: pip install "tui-chat[pdf]", or attach the text of the PDF.',
        ) from None
    # It would write what it finds odd about a file to standard error, and so over the screen.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise FileError(f"{path} is locked with a password.", "Save it without one, then attach it again.")
        text = _pages(reader)
    except FileError:
        raise
    except Exception as error:  # a damaged file raises whatever its bytes lead to
        raise FileError(
            f"{path} cannot be read as a PDF ({type(error).__name__}).", "Attach its text instead."
        ) from None
    if not any(line.strip() and not line.startswith("[page ") for line in text.splitlines()):
        raise FileError(f"{path} holds no text; its pages are probably scanned.", "Attach its pages as pictures.")
    return text


def _pages(reader: Any) -> str:
    parts: list[str] = []
    size = 0
    for number, page in enumerate(reader.pages, 1):
        text = page.extract_text().strip()
        parts.append(f"[page {number}]\n{text}\n")
        size += len(text)
        if number >= MAX_PAGES or size > MAX_CHARACTERS:
            break
    return "\n".join(parts)
