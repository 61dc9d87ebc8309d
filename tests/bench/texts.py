"""The texts that are measured: answers of each kind, and a conversation of any length to read from."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau".split()

TOKEN = 4
"""Characters."""

PIECE = """### A list and a table

Some *emphasis*, **strong words**, `code` and [a link](https://example.org/page).

- first item
- second item with more words
  - a nested one

1. one
2. two

> A quotation of one line.

| name | value |
|:-----|------:|
| left | 17 |
| more | 4 |

```python
def double(value: int) -> int:
    return value * 2  # twice
```
"""


def words(rand: random.Random, count: int) -> str:
    return " ".join(rand.choice(WORDS) for _ in range(count))


def _mixed(rand: random.Random) -> str:
    return f"## {words(rand, 3)}\n\n{words(rand, 60)}\n\n{PIECE}\n\n"


def _fence(rand: random.Random) -> str:
    return f'{rand.choice(WORDS)} = {rand.choice(WORDS)}({rand.random():.6f}, "x")  # {rand.choice(WORDS)}\n'


def _table(rand: random.Random) -> str:
    return f"| {words(rand, 2)} | {words(rand, 4)} |\n"


def _list(rand: random.Random) -> str:
    return f"- {words(rand, 7)}\n"


KINDS: dict[str, tuple[str, Callable[[random.Random], str], str]] = {
    "mixed": ("", _mixed, "\n\n{}"),
    "fence": ("```python\n", _fence, "{} = 1\n"),
    "table": ("| a | b |\n|---|---|\n", _table, "| {} | b |"),
    "list": ("", _list, "- {}"),
}
"""How an answer begins, what it repeats, and how its last word is put."""


def answer(kind: str, pieces: int, length: int, last: str) -> list[str]:
    """An answer in tokens: `pieces` of its kind, no two alike, or where that is 0 whole lines of about `length`
    characters."""
    rand = random.Random(kind)
    head, piece, end = KINDS[kind]
    parts = [head]
    size = len(head)
    while len(parts) <= pieces or size < length:
        parts.append(piece(rand))
        size += len(parts[-1])
    text = "".join(parts)
    text = text if pieces else text[: text.rindex("\n", 0, length) + 1]
    return [*(text[at : at + TOKEN] for at in range(0, len(text), TOKEN)), end.format(last)]


LENGTHS = {"user": 80, "assistant": 1_500}


def conversation(messages: int, last: str) -> str:
    """A file for `tui-chat import`: so many messages by turns, all different; the last one ends in the word `last`."""
    rand = random.Random(messages)
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    turns: list[dict[str, object]] = []
    for index in range(messages):
        role = "assistant" if index % 2 else "user"
        source = words(rand, 20) if role == "user" else f"{words(rand, 30)}\n\n{PIECE}\n\n{words(rand, 200)}"
        text = f"{index} {source}"[: LENGTHS[role]]
        turn: dict[str, object] = {
            "id": f"turn-{messages}-{index}",
            "parent": f"turn-{messages}-{index - 1}" if index else None,
            "role": role,
            "text": text if index + 1 < messages else f"{text[: -len(last) - 2]}\n\n{last}",
            "created": (begun + timedelta(minutes=index)).isoformat(),
            "outcome": "complete" if role == "assistant" else None,
        }
        turns.append(turn)
    whole = {"format": "tui-chat/1", "id": f"bench-{messages}", "title": f"{messages} messages", "settings": {}}
    return json.dumps(whole | {"created": begun.isoformat(), "turns": turns})
