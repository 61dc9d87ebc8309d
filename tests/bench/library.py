"""A large library: how long lists, searches, opening and saving take, beside plain SQLite on the same file.

    python -m tests.bench.library --messages 1000000 --folder /tmp/library

The library is made where it is not there yet (a million messages take some minutes and 3 GB). Each line is the 95th
percentile of the CPU time of several runs, the same of the plainest SQL for it, and their ratio: on a busy machine both
grow alike.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.library import add_turn
from tui_chat.core.conversation import Node
from tui_chat.core.message import Outcome, Turn
from tui_chat.store.database import open_file
from tui_chat.store.library import Library, Order, Summary
from tui_chat.ui.lazy_library_rows import LazyLibraryRows
from tui_chat.ui.library_row import LibraryRow, headings

PER_CONVERSATION = 100
RUNS = 20
START = datetime(2024, 1, 1, tzinfo=UTC)
SYLLABLES = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er", "in", "ost", "ul")]
CHINESE = "这是一个关于数据库的问题"
_CONVERSATION = "INSERT INTO conversations (id, title, created, updated, settings, head) VALUES (?, ?, ?, ?, '{}', ?)"
_TURN = (
    "INSERT INTO turns (conversation, id, parent, role, text, reasoning, refusal, created, outcome, model, endpoint)"
    " VALUES (?, ?, ?, ?, ?, '', '', ?, ?, ?, ?)"
)


def texts(seed: int = 7) -> Iterator[str]:
    """Messages of 60 to 220 words, which are as unevenly common as those of a language; some begin in Chinese."""
    chance = random.Random(seed)
    words = ["the", "river", "C++", "café"] + ["".join(chance.choices(SYLLABLES, k=4)) for _ in range(30_000)]
    common = list(itertools.accumulate(1 / rank for rank in range(1, len(words) + 1)))
    pool = [" ".join(chance.choices(words, cum_weights=common, k=chance.randint(60, 220))) for _ in range(2_000)]
    while True:
        one, other = chance.choice(pool), chance.choice(pool)
        cut = chance.randrange(len(one))
        yield (CHINESE if chance.random() < 0.02 else "") + one[cut:] + " " + other[:cut]


def make(folder: Path, messages: int) -> None:
    """A library with so many messages, a hundred to a conversation."""
    folder.mkdir(parents=True, exist_ok=True)
    db = open_file(folder / "conversations.db", 5.0)
    source = texts()
    for number in range(messages // PER_CONVERSATION):
        began = START + timedelta(hours=number)
        owner = f"c{number:07d}"
        rows = []
        for turn in range(PER_CONVERSATION):
            answer = turn % 2 == 1
            blocked = answer and (number * PER_CONVERSATION + turn) % 2_003 == 0
            made = ("answer_blocked" if blocked else "complete", "mistral-large", "azure") if answer else (None,) * 3
            created = (began + timedelta(seconds=10 * turn)).isoformat()
            parent = f"t{turn - 1}" if turn else None
            role = "assistant" if answer else "user"
            rows.append((owner, f"t{turn}", parent, role, next(source), created, *made))
        with db.writing(durable=False) as connection:
            micros = round(began.timestamp() * 1_000_000)
            head = f"t{PER_CONVERSATION - 1}"
            connection.execute(_CONVERSATION, (owner, rows[0][4][:50], began.isoformat(), micros, head))
            connection.executemany(_TURN, rows)
    db.connection.close()


@dataclass(frozen=True, slots=True)
class Figure:
    """What is measured, its target in milliseconds, and the plainest SQL that does something like it."""

    name: str
    target_ms: float
    ours: Callable[[], object]
    plain: Callable[[], object]


def figures(library: Library, plain: sqlite3.Connection, middle: str) -> list[Figure]:
    def sql(text: str, *values: object) -> Callable[[], object]:
        return lambda: plain.execute(text, values).fetchall()

    holding = "SELECT t.* FROM words JOIN turns t ON t.row = words.rowid WHERE words MATCH ? ORDER BY"
    newest, ranked = f"{holding} words.rowid DESC LIMIT 100", f"{holding} rank LIMIT 100"
    count = "(SELECT count(*) FROM turns t WHERE t.conversation = c.id)"
    listed = f"SELECT c.*, {count} FROM conversations c ORDER BY updated DESC"
    blocked = "SELECT * FROM turns WHERE outcome <> 'complete' AND outcome = 'answer_blocked' LIMIT 100"
    loaded = "SELECT * FROM turns WHERE conversation = ?"
    number = itertools.count(1)

    def save() -> None:
        turn = Turn("user", "A turn that is saved.", datetime.now(UTC), outcome=Outcome.COMPLETE)
        add_turn(library, middle, Node(f"bench-{time.time_ns()}-{next(number)}", "t0", turn)).now()

    def save_plain() -> None:
        row = (middle, f"plain-{time.time_ns()}-{next(number)}", "t0", "user", "A turn that is saved.", "", *[None] * 3)
        plain.execute(_TURN, row)

    def search(word: str, order: Order = "newest") -> Callable[[], object]:
        return lambda: library.search(word, 100, order).now()

    def show_all() -> None:
        """What is done before the list is painted."""
        rows = LazyLibraryRows(library.listing.outline().now(), library.listing.summaries, listed_row, middle)
        asyncio.run(rows.read(range(60)))
        headings(rows, datetime.now().astimezone())

    def listed_row(one: Summary) -> LibraryRow:
        return LibraryRow(one.id, one.title, one.updated, one.state, pinned=one.pinned, tags=one.tags)

    indexed = {"the": '"the"', "river": '"river"', "C++": '"c c\ue02b\ue02b"', "数据库": '"数据 据库"'}
    return [
        Figure("list", 100, lambda: library.list(200).now(), sql(f"{listed} LIMIT 200")),
        Figure("list, all of it, as ctrl+o does", 100, show_all, sql(listed)),
        *(Figure(f"search {word}, newest first", 50, search(word), sql(newest, indexed[word])) for word in indexed),
        *(
            Figure(f"search {word}, best first", 500, search(word, "best"), sql(ranked, word))
            for word in ("the", "river")
        ),
        Figure("search is:blocked", 50, search("is:blocked"), sql(blocked)),
        Figure("open at a hit", 150, lambda: library.load(middle).now(), sql(loaded, middle)),
        Figure("save a turn", 20, save, save_plain),
    ]


def p95(work: Callable[[], object]) -> float:
    """Milliseconds of CPU, all threads."""
    found = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        found.append((time.process_time() - began) * 1000)
    return sorted(found)[int(RUNS * 0.95) - 1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, required=True, help="where the library is, or is made")
    options = parser.parse_args()
    if not (options.folder / "conversations.db").exists():
        began = time.process_time()
        make(options.folder, options.messages)
        print(f"made {options.messages:,} messages in {time.process_time() - began:.0f} s of CPU")
    library = Library(options.folder)
    library.open().now()
    plain = sqlite3.connect(options.folder / "conversations.db", isolation_level=None)
    (count,) = plain.execute("SELECT count(*) FROM conversations").fetchone()
    (middle,) = plain.execute(
        "SELECT id FROM conversations ORDER BY updated LIMIT 1 OFFSET ?", (count // 2,)
    ).fetchone()
    print(f"{'':34}{'target':>8}{'ours':>9}{'plain':>9}  ratio")
    for figure in figures(library, plain, middle):
        ours, theirs = p95(figure.ours), p95(figure.plain)
        print(f"{figure.name:34}{figure.target_ms:8.0f}{ours:9.1f}{theirs:9.1f}{ours / max(theirs, 0.01):7.1f}")
    library.close().now()
    plain.close()


if __name__ == "__main__":
    main()
