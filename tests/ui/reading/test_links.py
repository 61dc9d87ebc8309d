from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.waiting import until
from tui_chat.ui.link_safety import Link, checked, open_link


@pytest.mark.parametrize(
    ("address", "url", "where"),
    [
        ("https://a.example/b?c=d&e#f", "https://a.example/b?c=d&e#f", "a.example"),
        ("HTTP://A.Example:8080", "http://a.example:8080", "a.example:8080"),
        ("https://paypal.example@evil.example/x", "https://paypal.example@evil.example/x", "evil.example"),
        ("https://аpple.example/", "https://xn--pple-43d.example/", "xn--pple-43d.example"),
        ("https://a.example/\u202egpj.exe", "https://a.example/%E2%80%AEgpj.exe", "a.example"),
        ("https://a.example/ü b%20c", "https://a.example/%C3%BC%20b%20c", "a.example"),
        ("http://[::1]:80/", "http://[::1]:80/", "[::1]:80"),
        ("mailto:me@a.example?subject=x y", "mailto:me@a.example?subject=x%20y", "me@a.example"),
    ],
)
def test_what_is_shown_is_what_is_opened(address: str, url: str, where: str) -> None:
    assert checked(address) == Link(url, url, where)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "vscode://x", "ssh://host", "a.example",
        "//a.example/x", "", "https://", "https:///path", "http://[::1", "http://a b.example/", "http://a.example:x/",
        "http://\x1b]0;x\x07/", "https://a.example/" + "x" * 9_000, "ftp://a.example/", "-v", "http://-\x00",
    ],
)  # fmt: skip
def test_everything_else_is_refused_with_a_harmless_sentence(address: str) -> None:
    said = checked(address)
    assert isinstance(said, str)
    assert said.endswith(".")
    assert said.isprintable()


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "file:///etc/passwd", "file://localhost/etc/passwd", "data://a.example/x", "vscode://a.example/x",
     "ssh://a.example", "ftp://a.example/", "smb://a.example/share", "tel://a.example"],
)  # fmt: skip
def test_only_three_schemes_are_opened(address: str) -> None:
    said = checked(address)
    assert isinstance(said, str)
    assert "only http, https and mailto are opened" in said


async def test_the_browser_gets_the_address_and_no_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, got = tmp_path / "browser", tmp_path / "got"
    browser.write_text(f'#!/bin/sh\n(printf "%s\\n" "$1"; test -t 0 || echo none; echo "TERM=$TERM") > {got}.part\n'
                       f"echo noise; echo noise >&2; mv {got}.part {got}\n")  # fmt: skip
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", str(browser))
    link = checked("https://a.example/?a=1&b='%s';touch+x")
    assert isinstance(link, Link)
    assert open_link(link)
    await until(got.exists)
    assert got.read_text().split("\n")[:3] == [link.url, "none", "TERM="]


def test_without_a_browser_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("TERM", "xterm")
    assert "TERM" in os.environ
    assert not open_link(Link("https://a.example/", "https://a.example/", "a.example"))
