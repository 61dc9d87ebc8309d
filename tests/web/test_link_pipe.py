"""Links that an app in a browser opens: in the visitor's browser, and only http and https."""

from __future__ import annotations

import json
import os
import sys

import pytest

from tests.waiting import until
from tui_chat.core.link_pipe_variable import OPEN_LINKS_FD
from tui_chat.ui.link_safety import Link, open_link
from tui_chat.web.link_pipe import LONGEST, LinkPipe, open_message

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="serve needs pseudo-terminals")


@pytest.mark.parametrize(
    ("url", "opens"),
    [
        ("https://a.example/x?y=1#z", True),
        ("http://a.example", True),
        ("mailto:a@b.example", False),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("https://[", False),
        ("https://a.example/\x1b[2J", False),
        ("https://a.example/ä", False),
        (f"https://a.example/{'x' * LONGEST}", False),
        ("", False),
    ],
)
def test_only_pages_are_opened(url: str, opens: bool) -> None:
    message = open_message(url)
    assert (message is not None) is opens
    if message is not None:
        assert json.loads(message) == ["open_url", {"url": url, "new_tab": True}]


async def test_what_the_app_opens_reaches_the_page_and_no_browser_here(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    pipe = LinkPipe(said.append)
    theirs = os.dup(pipe.write)
    pipe.listen()
    try:
        monkeypatch.setenv(OPEN_LINKS_FD, str(theirs))
        assert open_link(Link("https://a.example/x", "https://a.example/x", "a.example"))
        assert not open_link(Link("mailto:a@b.example", "mailto:a@b.example", "b.example"))
        os.write(theirs, b"y" * 3 * LONGEST + b"\nhttps://b.example\nfile:///x\nhttps://c.exam")
        await until(lambda: len(said) == 2)
        os.write(theirs, b"ple\n")
        await until(lambda: len(said) == 3)
    finally:
        os.close(theirs)
    assert [json.loads(each)[1]["url"] for each in said] == [
        "https://a.example/x", "https://b.example", "https://c.example"
    ]  # fmt: skip
    monkeypatch.setenv(OPEN_LINKS_FD, "no number")
    assert not open_link(Link("https://a.example", "https://a.example", "a.example"))
    pipe.close()
