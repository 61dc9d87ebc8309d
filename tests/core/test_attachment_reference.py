"""What stands in a prompt for a file, and where a file is being named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.trees import attachments
from tui_chat.core.attachment import Attachment, attachment
from tui_chat.core.attachment_reference import (
    read_reference,
    reference,
    references,
    shown_references,
    with_references,
    without_references,
)
from tui_chat.core.mention import mention_at

LOG = reference(attachment("app.log", "text/plain", 8, b"one\ntwo\n"), 5_120)
OLD = reference(attachment("old.txt", "text/plain; charset=windows-1252", 8, b"x"), 1)


@given(attachments)
def test_a_reference_comes_back_equal(attached: Attachment) -> None:
    made = reference(attached, 12)
    assert read_reference(made.text) == made
    assert made.with_data(attached.data) == attached


@given(st.text())
def test_no_text_becomes_a_reference_by_itself(text: str) -> None:
    if "](attachment:" not in text:
        assert references(text) == []
        assert without_references(text) == text


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        (f"Why does {LOG.text} fail?", "Why does app.log fail?"),
        (f"{LOG.text} {OLD.text}\nWhy?", "Why?"),
        (f"Why?\n{LOG.text}", "Why?"),
        (f"{LOG.text} {OLD.text} why?", "why?"),
        (f"{LOG.text} {OLD.text} ", "app.log, old.txt"),
        ("[a link](attachment:none)", "[a link](attachment:none)"),
    ],
)
def test_what_is_said_beside_the_files(prompt: str, said: str) -> None:
    assert without_references(prompt) == said


def test_it_is_painted_in_words_and_written_back_for_editing() -> None:
    assert shown_references(f"Why does {LOG.text} fail?") == "Why does [app.log · 2 lines · ~5.1k tok] fail?"
    edited = with_references("Why?", [LOG, OLD])
    assert references(edited) == [LOG, OLD]
    assert without_references(edited) == "Why?"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("@", ""),
        ("see @app", "app"),
        ("(@src/ma", "src/ma"),
        ("line\n@~/no", "~/no"),
        ('see @"my no', "my no"),
        ("see @app and", None),
        ("me@example", None),
        ("@@app", None),
        ("", None),
    ],
)
def test_where_a_file_is_named(text: str, path: str | None) -> None:
    found = mention_at(text, len(text))
    assert (None if found is None else found.path) == path
    if found is not None:
        assert text[found.start] == "@"
        assert found.end == len(text)
