"""Whether a paste into the prompt may be the path of a file, as a file manager drops one. Nothing is looked up here."""

from __future__ import annotations

import re

LONGEST = 1_024
_ROOTS = re.compile(r"(?:~|\.{1,2})?/[^/\s][^/]*/?[^/]|[A-Za-z]:[\\/][^\\/]|~/[^/]|\.{1,2}/[^/]")
_ESCAPE = re.compile(r"\\(.)")


def pasted_path(text: str) -> str | None:
    """The path that this may be; None for what is none. Quotes, escapes and `file:` are taken off."""
    line = text.strip()
    if not 2 < len(line) <= LONGEST or "\n" in line or "\r" in line:
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
