"""Receives the links that an app in a window wants opened: lines on a pipe next to its terminal, which carries no text
of a model. The visitor's browser opens them, and only http and https are passed on."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from urllib.parse import urlsplit

from tui_chat.core.link_pipe_variable import OPEN_LINKS_FD

LONGEST = 10_000
"""Bytes of a line; a longer one is no address."""


class LinkPipe:
    """`opened` gets each message for the page, as textual-serve's page knows it."""

    def __init__(self, opened: Callable[[str], object]) -> None:
        self._opened = opened
        self._read, self.write = os.pipe()
        os.set_blocking(self._read, False)
        self._rest = b""

    @property
    def environ(self) -> dict[str, str]:
        """What the app has to know."""
        return {OPEN_LINKS_FD: str(self.write)}

    def listen(self) -> None:
        """The app has the other end now."""
        os.close(self.write)
        asyncio.get_running_loop().add_reader(self._read, self._take)

    def close(self) -> None:
        if self._read >= 0:
            asyncio.get_running_loop().remove_reader(self._read)
            os.close(self._read)
            self._read = -1

    def abandon(self) -> None:
        """There is no app after all."""
        os.close(self._read)
        os.close(self.write)

    def _take(self) -> None:
        try:
            data = os.read(self._read, LONGEST)
        except BlockingIOError:
            return
        if not data:
            self.close()
            return
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest if len(rest) <= LONGEST else b""
        for line in lines:
            if (message := open_message(line.decode("utf-8", "replace"))) is not None:
                self._opened(message)


def open_message(url: str) -> str | None:
    """The message that makes the page open an address; None for one that is not http or https."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    valid = parts.scheme in ("http", "https") and parts.hostname and url.isascii() and url.isprintable()
    return json.dumps(["open_url", {"url": url, "new_tab": True}]) if valid and len(url) <= LONGEST else None
