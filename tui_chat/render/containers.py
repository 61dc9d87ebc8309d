"""Lists and quotes that are still open while their first blocks are already committed (drawn once).

A numbered step may hold most of an answer, and without this it would be drawn again as a whole until the next step. The
parser needs the containers to tell which lines still belong to them, so the rest of the source opens them again around
a stub, an empty fence, for what is drawn:

    source so far           committed               the source continues as

    > - first paragraph     ▎ • first paragraph     > - ```         the path: quote and item, with the stub
    >                                               >   ```
    >   second parag                                >   second parag

`containers` describes such a path and marks it in the parsed tokens. `container_cut` finds where a container is cut,
and `nested_block` lets code and tables inside of containers grow line by line. A document of its own for the inside
lost: it would have to find out by itself where the inside ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass

if TYPE_CHECKING:
    from markdown_it.token import Token

STUB = "stub"
"""The type of the token that represents drawn blocks and draws nothing."""

ON = "continues"
"""The key in the meta of a container's token that began above. Its value is the mark that was drawn there."""

STANDS_FOR = "stands for"
"""The key in the meta of a stub: the type of the block above, or `ITEM`. The gap to the next block depends on it."""

ITEM = "list_item_open"

LABEL = "label"
"""The label of an alert, on a line of its own."""

_FENCE = "```"
_QUOTE = lazy_pattern(r" *> ?")
"""The mark of a line in an open quote, which may be indented as far as it likes."""


class ContainerLevel(NamedTuple):
    """An open container. `opening` is how its first line begins and `indent` how the others do; an item has the `mark`
    that is drawn (a quote has none) and, in a numbered list, its `number`."""

    opening: str
    indent: str
    mark: str = ""
    number: int | None = None

    def inside(self, row: str) -> str | None:
        """The part of a source line inside the container; None if the line is outside. It must not begin with a tab."""
        if not self.mark:
            quoted = _QUOTE.match(row)
            return None if quoted is None else row[quoted.end() :]
        return None if row[: len(self.indent)].strip(" ") else self.behind(row)

    def behind(self, row: str) -> str:
        """The part of the container's first line that is inside it."""
        return self.inside(row) or "" if not self.mark else row[len(self.indent) :]


@dataclass(frozen=True, slots=True)
class ContainerPath:
    """The open containers, from the outermost, and what was drawn last in the innermost.

    `kind` is the type of that block, or `ITEM` for an item of a list that continues; then `number` is the number of the
    next item.
    """

    levels: tuple[ContainerLevel, ...]
    kind: str
    number: int | None = None

    def rows(self) -> list[str]:
        """The source lines of the containers with the stub."""
        return [
            "".join(level.opening for level in self.levels) + _FENCE,
            "".join(level.indent for level in self.levels) + _FENCE,
        ]


def reopen(tokens: Sequence[Token], path: ContainerPath) -> None:
    """Mark the stub and the containers that continue, in the tokens of a source that begins with `path.rows()`.

    Tokens of any other source are left alone.
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
    """Set a list's first number: the source has any, because the item that set it is gone."""
    if number is not None:
        token.attrs["start"] = number


def kind_of(block: Sequence[Token]) -> str:
    """The type of a block, or of the block that a stub represents."""
    return str(block[0].meta.get(STANDS_FOR, block[0].type))
