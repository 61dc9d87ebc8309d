"""Decides which links may be opened, formats them for the confirmation, and hands them to the browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from tui_chat.core.link_pipe_variable import OPEN_LINKS_FD
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.render.sanitize import safe_line

SCHEMES = ("http", "https", "mailto")

LONGEST = 8_000
"""Characters of an address. Longer ones fit neither the question nor what browsers take."""

TIMEOUT = 10.0
"""Seconds until a browser must have been started."""

_OPEN = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"


@dataclass(frozen=True, slots=True)
class Link:
    """An address that may be opened after asking. `shown` is all of it, in ASCII; `where` is the host it leads to."""

    url: str
    shown: str
    where: str


def checked(address: str) -> Link | str:
    """The address as it would be opened, or a sentence that says why it is not.

    What cannot be seen, letters that look like others and spaces are written out (%…, xn--…): what is shown is what is
    opened.
    """
    shown = safe_line(address)[:200]
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname or ""
        port = parts.port
    except ValueError:
        return f"{shown} is no address that can be opened."
    scheme = parts.scheme.lower()
    if scheme not in SCHEMES:
        kind = f"begins with {safe_line(scheme)}:" if scheme else "names no protocol"
        return f"Not opened: {shown} {kind}; only http, https and mailto are opened."
    if len(address) > LONGEST:
        return "Not opened: the address is longer than 8,000 characters."
    if scheme == "mailto":
        url = f"mailto:{_written_out(address.strip().partition(':')[2])}"
        return Link(url, url, _written_out(parts.path))
    plain = _plain_host(host)
    if plain is None:
        return f"Not opened: {shown} names no host."
    place = f"{plain}:{port}" if port is not None else plain
    user = parts.netloc.rpartition("@")[0]
    netloc = f"{_written_out(user)}@{place}" if user else place
    rest = f"{_written_out(parts.path)}{_with('?', parts.query)}{_with('#', parts.fragment)}"
    url = f"{scheme}://{netloc}{rest}"
    return Link(url, url, place)


def _plain_host(host: str) -> str | None:
    """A host in ASCII. A brand spelt with another alphabet's letters is seen for what it is."""
    if ":" in host:  # IPv6
        return f"[{host}]"
    try:
        plain = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        return None
    return plain if plain and all(c.isalnum() or c in "-._" for c in plain) else None


def _with(mark: str, text: str) -> str:
    return f"{mark}{_written_out(text)}" if text else ""


def _written_out(text: str) -> str:
    return quote(text, safe="/:?#[]@!$&'()*+,;=%~-._", errors="replace")


def open_link(link: Link) -> bool:
    """Hand an address to the browser; False where there is none. Blocks.

    In a window of `tui-chat serve` that is the visitor's browser, which gets http and https, and never this machine's.
    """
    if (pipe := os.environ.get(OPEN_LINKS_FD)) is not None:
        return _pass_on(link, pipe)
    return run_quietly([sys.executable, "-c", _OPEN, link.url])


def run_quietly(command: Sequence[str]) -> bool:
    """Run a program of the desktop, in a process of its own without the terminal. False where that fails. Blocks.

    Its complaints would be written over the screen, and without a desktop `webbrowser` would start a text browser in
    the terminal (it looks for one where TERM is set).
    """
    environ = {name: value for name, value in os.environ.items() if name != "TERM"}
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(
            command,
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
            env=environ,
            timeout=TIMEOUT,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        return True  # some programs stay in the foreground
    except OSError:
        return False
    return done.returncode == 0


def _pass_on(link: Link, pipe: str) -> bool:
    try:
        return link.url.startswith("http") and os.write(int(pipe), f"{link.url}\n".encode()) > 0
    except (OSError, ValueError):
        return False
