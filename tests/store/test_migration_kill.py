"""A migration that is killed: the library is the old one or the new one, whole, and the next start goes on."""

from __future__ import annotations

import contextlib
import shutil
import signal
import sqlite3
import subprocess
from pathlib import Path

from tests.store.test_search import _library_of_version_5, _wait_for_index
from tests.support import forked
from tui_chat.store.library import Library
from tui_chat.store.schema_migrations import MIGRATIONS

TEXTS = ["使用Python", "plain words", "I like C++"] * 400

_MIGRATES = """
import os, signal, sys, threading
from pathlib import Path
from tui_chat.store.library import Library
left = before = 1_000_000 if sys.argv[2] == "count" else int(sys.argv[2])
def trace(frame, event, arg):
    global left
    if frame.f_code.co_name not in ("_migrate", "_keep_copy", "_open_to_write"):
        return None
    left -= event == "line"
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return trace
threading.settrace(trace)
library = Library(Path(sys.argv[1]))
library.open().now()
print(before - left)
library.close().now()
"""


def migrated(folder: Path, step: int | str) -> subprocess.CompletedProcess[str]:
    return forked.run(["-c", _MIGRATES, str(folder), str(step)])


def test_the_next_start_goes_on_where_a_migration_was_killed(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    old = _library_of_version_5(tmp_path / "old", TEXTS)
    (tmp_path / "count").mkdir()
    shutil.copy(old, tmp_path / "count")
    counted = migrated(tmp_path / "count", "count")
    assert counted.returncode == 0, counted.stderr
    lines = int(counted.stdout)
    versions = set()
    for step in range(lines // 5, lines, lines // 5):
        folder = tmp_path / str(step)
        folder.mkdir()
        path = Path(shutil.copy(old, folder))
        assert migrated(folder, step).returncode == -signal.SIGKILL
        migrated(folder, step // 2)  # a second one, at what remains
        with contextlib.closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            versions.add(connection.execute("PRAGMA user_version").fetchone()[0])
            assert [row[0] for row in connection.execute("SELECT text FROM turns ORDER BY row")] == TEXTS
        library = Library(folder)
        library.open().now()
        assert [node.turn.text for node in library.load("c").now().nodes.values()] == TEXTS
        _wait_for_index(library)
        assert len(library.search("Python", 2000).now()) == len(library.search("C++", 2000).now()) == 400
        library.close().now()
        assert len(list(folder.glob("conversations.v5*.db"))) <= 1, "one copy of the old file, not one for each kill"
    assert versions <= {5, len(MIGRATIONS)}
