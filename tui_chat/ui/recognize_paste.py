"""Whether a paste into the prompt is a curl command that describes an endpoint, a key, or the path of a file."""

from __future__ import annotations

import re

from tui_chat.core.lazy_pattern import lazy_pattern

LONGEST = 65_536
"""Characters: no command is longer, and a longer text is not worth the time to take it apart."""

_URL = lazy_pattern(r"https?://[^\s\"'<>`]+", re.IGNORECASE)

LONGEST_PATH = 1_024
_ROOTS = lazy_pattern(r"(?:~|\.{1,2})?/[^/\s][^/]*/?[^/]|[A-Za-z]:[\\/][^\\/]|~/[^/]|\.{1,2}/[^/]")
_ESCAPE = lazy_pattern(r"\\(.)")


def describes_endpoint(text: str) -> bool:
    """True for a curl command with an address, also for one with a mistake, which the form then names.

    Sent as text, its key would reach a model.
    """
    if len(text) > LONGEST or "curl" not in text.lstrip()[:12].lower():
        return False
    from tui_chat.wire.curl_parse import is_curl, parse  # not needed for the first screen

    if not is_curl(text):
        return False
    found = parse(text)
    if isinstance(found, str):
        return _URL.search(text) is not None
    url = found.config.url  # of "curl is a program" it is "is"
    return "://" in url or any(sign in url.partition("/")[0].strip(".") for sign in (".", ":")) or url == "localhost"


def is_key_alone(text: str) -> bool:
    """Whether a paste is a key and nothing else."""
    from tui_chat.core.recognize_api_keys import looks_like_key

    line = text.strip()
    is_word = len(line) <= LONGEST_PATH and "://" not in line and not any(map(str.isspace, line))
    return is_word and looks_like_key(line)


def pasted_path(text: str) -> str | None:
    """The path in a text as a file manager drops it, without quotes, escapes and `file:`; None for what is no path.

    Nothing is looked up here.
    """
    line = text.strip()
    if not 2 < len(line) <= LONGEST_PATH or "\n" in line or "\r" in line:
        return None
    if line.startswith("file://"):
        from urllib.parse import unquote, urlsplit

        try:
            line = unquote(urlsplit(line).path)
        except ValueError:
            return None
    elif line[0] in "'\"" and line[-1] == line[0]:
        line = line[1:-1]
    elif "\\" in line and not re.match(r"[A-Za-z]:\\", line):
        line = _ESCAPE.sub(r"\1", line)
    if not _ROOTS.match(line) or not line.isprintable() or line.startswith("//"):
        return None
    # `/retry` and `/set x` are commands: a path in the root folder has to be attached by its command.
    return line if "/" in line[1:] or "\\" in line else None
