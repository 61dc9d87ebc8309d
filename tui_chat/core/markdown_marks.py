"""The comments that let an exported Markdown file be imported again.

`<!-- tui-chat turn {"role": "user", …} -->`: a name, a kind, and plain data as JSON in ASCII. A text may contain
anything, even such comments; so the name is one that occurs in no text of the conversation (`tui-chat-1`, …).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args

from tui_chat.core import serialize
from tui_chat.core.lazy_pattern import lazy_pattern

Kind = Literal["conversation", "turn", "reasoning", "text", "file", "end", "details"]
"""`conversation` opens one; `turn` opens a message and `end` closes its text, which begins after `turn`, or after
`text` if `reasoning` comes between. `file` opens a file of the message above, with its text between fences. One empty
line on either side of a text is not part of it. `details` comes last: the settings, and by turn id everything that
readers do not need (verdicts, tokens, …)."""

NAME = "tui-chat"
FORMAT = "tui-chat-md/1"
EDGE = "\n\n"
CLOSED = "closed"
"""Key in the data of the mark before a text: a line added below it to close a fence or an HTML block in it."""


def name_for(texts: Iterable[str]) -> str:
    """The first name whose marks occur in none of the texts."""
    taken = {found[0] for text in texts if "<!-- tui-chat" in text for found in _NAMES.finditer(text)}
    number = 0
    while (name := f"{NAME}-{number}" if number else NAME) in taken:
        number += 1
    return name


_NAMES = lazy_pattern(r"(?<=<!-- )tui-chat(?:-\d+)?(?= )")


def mark(name: str, kind: Kind, data: Mapping[str, Any] | None = None) -> str:
    """One comment, on one line. Anything that would end a comment is escaped."""
    packed = ""
    if data:
        written = json.dumps(serialize.jsonable(data), separators=(",", ":"))
        packed = " " + written.replace(">", "\\u003e").replace("<", "\\u003c").replace("--", "-\\u002d")
    return f"<!-- {name} {kind}{packed} -->"


def pattern(name: str | None = None) -> re.Pattern[str]:
    """Finds marks, each alone on its line: the groups `name`, `kind`, `data` (JSON or None). None: of any name."""
    names = r"tui-chat(?:-\d+)?" if name is None else re.escape(name)
    kinds = "|".join(get_args(Kind))
    return re.compile(rf"^<!-- (?P<name>{names}) (?P<kind>{kinds})(?: (?P<data>{{.*}}))? -->$", re.MULTILINE)


def quoted(text: str) -> str:
    """The text as a Markdown quote, line by line, so that nothing in it can end the quote. `unquoted` reverses it."""
    return "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))


def unquoted(quote: str) -> str:
    """The text of a quote; lines outside it are dropped."""
    lines = (line for line in quote.split("\n") if line.startswith(">"))
    return "\n".join(line[2:] if line.startswith("> ") else line[1:] for line in lines)
