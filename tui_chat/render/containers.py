"""Containers whose first blocks are drawn for good: this file owns how the source behind these opens them again.

What stands inside of an item or a quote means nothing to the parser without it, and only the parser knows which lines
still belong there. So the source that goes on begins with the containers' marks once more, around a stub for what is
drawn: an empty fence, from which no line can be taken to go on with. A document of its own for the inside lost: it
would have to tell by itself where the inside ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from markdown_it.token import Token

STUB = "stub"
"""The type of the token that stands for drawn blocks and draws nothing."""

ON = "goes on"
"""The key in the meta of a container's token that says: it has begun above. Its value is the mark that stands there."""

STANDS_FOR = "stands for"
"""The key in the meta of a stub: the type of the block above, or `ITEM`, on which the distance to the next depends."""

ITEM = "list_item_open"

LABEL = "label"
"""Stands for the label of an alert that has its line for itself."""

_FENCE = "```"
_QUOTE = re.compile(r" *> ?")
"""The mark of a line in a quote that is open: there it may stand as far in as it likes."""


class Level(NamedTuple):
    """A container that is open. `opening` is how its first line begins and `indent` how the others do; an item has
    the `mark` that is drawn (a quote has none) and, where it is counted, its `number`."""

    opening: str
    indent: str
    mark: str = ""
    number: int | None = None

    def inside(self, row: str) -> str | None:
        """What of a source line stands inside; None where the line is outside. It begins with no tab."""
        if not self.mark:
            quoted = _QUOTE.match(row)
            return None if quoted is None else row[quoted.end() :]
        return None if row[: len(self.indent)].strip(" ") else self.behind(row)

    def behind(self, row: str) -> str:
        """What stands inside of the line with which the container begins."""
        return self.inside(row) or "" if not self.mark else row[len(self.indent) :]


@dataclass(frozen=True, slots=True)
class Path:
    """The containers that go on, from the outermost, and what was drawn last in the innermost.

    `kind` is the type of that block, or `ITEM` where it was an item of a list that goes on; then `number` is the number
    of the next one.
    """

    levels: tuple[Level, ...]
    kind: str
    number: int | None = None

    def rows(self) -> list[str]:
        """The source lines of the containers with the stub."""
        return [
            "".join(level.opening for level in self.levels) + _FENCE,
            "".join(level.indent for level in self.levels) + _FENCE,
        ]


def reopen(tokens: Sequence[Token], path: Path) -> None:
    """Mark in a parsed source that begins with `path.rows()` which of its containers go on, and the stub.

    Nothing is marked where the tokens are not those of such a source.
    """
    kinds = [kind for level in path.levels for kind in (("list_open", ITEM) if level.mark else ("blockquote_open",))]
    found = [token.type for token in tokens[: len(kinds) + 1]]
    if len(found) <= len(kinds) or not all(map(str.endswith, found, [*kinds, "fence"])):
        return
    opened = iter(tokens)
    for level in path.levels:
        if level.mark:
            _count_from(next(opened), level.number)
        next(opened).meta[ON] = level.mark
    stub = next(opened)
    stub.type = STUB
    stub.meta[STANDS_FOR] = path.kind
    if path.kind == ITEM and (following := next(opened, None)) is not None:
        _count_from(following, path.number)


def _count_from(token: Token, number: int | None) -> None:
    """The number in the source may be any: only that of the first item counts, which is not there any more."""
    if number is not None:
        token.attrs["start"] = number


def kind_of(block: Sequence[Token]) -> str:
    """The type of a block, or of what a stub stands for."""
    return str(block[0].meta.get(STANDS_FOR, block[0].type))
