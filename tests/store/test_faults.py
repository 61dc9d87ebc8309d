"""Files that are damaged, newer, foreign, locked or cannot grow: a clear error, and nothing of them changes."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.store.faults import locked
from tests.store.trees import answer, prompt, talk
from tests.support.forked import run
from tests.support.library import add_turn, raw_connection, set_title
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Outcome
from tui_chat.store import database
from tui_chat.store.database import open_file
from tui_chat.store.library import Library, LibraryError
from tui_chat.store.schema_migrations import MIGRATIONS, statements

BEFORE = talk(("question", "an answer " * 500), ("again", "and more " * 500))


def made(folder: Path) -> Path:
    library = Library(folder)
    library.open().now()
    library.create(BEFORE).now()
    library.close().now()
    return folder / "conversations.db"


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def refused(folder: Path, busy_s: float = 0.1) -> LibraryError:
    library = Library(folder, busy_s=busy_s)
    with pytest.raises(LibraryError) as caught:
        library.open().now()
    library.close().now()
    assert str(folder / "conversations.db") in caught.value.message
    assert caught.value.hint
    return caught.value


def _newer(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")


def _foreign(path: Path) -> None:
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE other (x)")


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "newer": (_newer, "newer version"),
    "foreign": (_foreign, "is damaged, or is not a library"),
    "text": (lambda path: path.write_text("Dear diary,\n" * 500), "damaged"),
    "short": (lambda path: path.write_bytes(b"x"), "damaged"),
    "zeros": (lambda path: path.write_bytes(bytes(8192)), "damaged"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_file_that_is_not_ours_to_touch_is_refused_byte_for_byte(tmp_path: Path, name: str) -> None:
    damage, words = DAMAGE[name]
    damage(made(tmp_path))
    before = files(tmp_path)
    assert words in refused(tmp_path).message
    assert files(tmp_path) == before


def test_a_newer_file_whose_version_is_still_in_the_wal_is_left_alone(tmp_path: Path) -> None:
    path = made(tmp_path)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA wal_autocheckpoint = 0")
    holder.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for name in ("conversations.db", "conversations.db-wal"):
        (crashed / name).write_bytes((tmp_path / name).read_bytes())
    holder.close()
    before = files(crashed)
    assert "newer version" in refused(crashed).message
    after = files(crashed)
    assert {name: after[name] for name in before} == before


def test_a_library_of_which_nothing_is_left_is_set_aside(tmp_path: Path) -> None:
    path = made(tmp_path)
    path.write_bytes(before := path.read_bytes()[:5000])
    library = Library(tmp_path)
    library.open().now()
    assert library.list().now() == []
    library.close().now()
    assert "Nothing in it could be read" in library.news[0]
    assert [each.read_bytes() for each in tmp_path.glob("conversations.damaged-*.db")] == [before]


def test_a_folder_or_file_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be used" in refused(tmp_path / "file").message
    (tmp_path / "taken" / "conversations.db").mkdir(parents=True)
    assert "not a library" in refused(tmp_path / "taken").message
    (tmp_path / "away").mkdir()
    (tmp_path / "away" / "conversations.db").symlink_to(tmp_path / "unplugged" / "conversations.db")
    assert "a link to something that is not there" in refused(tmp_path / "away").message


def test_a_migration_keeps_a_copy_and_all_or_nothing(tmp_path: Path) -> None:
    path = made(tmp_path)
    broken = (*MIGRATIONS, "CREATE TABLE extra (x);\nCREATE TABLE extra (x);\n")
    with pytest.raises(sqlite3.OperationalError):
        open_file(path, 0.1, broken)
    library = Library(tmp_path)
    library.open().now()
    assert library.load("talk").now() == BEFORE
    # The old program has it open while the new one migrates.
    db = open_file(path, 0.1, (*MIGRATIONS, "ALTER TABLE turns ADD COLUMN stars INTEGER;\n"))
    assert db.rows("SELECT count(*), max(stars) FROM turns") == [(4, None)]
    db.connection.close()
    with pytest.raises(LibraryError, match="newer version"):
        set_title(library, "talk", "x").now()
    library.close().now()
    copies = sorted(tmp_path.glob(f"conversations.v{len(MIGRATIONS)}*.db"))
    assert len(copies) == 1, "the second one would be the same"
    for copy in copies:
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("SELECT count(*) FROM turns").fetchone() == (4,)
            assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    refused(tmp_path)


def test_a_migration_takes_the_lock_before_it_reads(tmp_path: Path) -> None:
    """Read first and written later, two of them would take the same step, or fail in the middle."""
    path = made(tmp_path)
    said: list[str] = []
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.set_trace_callback(said.append)
        database._migrate(connection, (*MIGRATIONS, "ALTER TABLE turns ADD COLUMN stars INTEGER;\n"))
    begun = said.index("BEGIN IMMEDIATE")
    assert begun < next(at for at, sql in enumerate(said) if sql.startswith("ALTER TABLE"))
    assert any("user_version" in sql for sql in said[begun + 1 :])


def test_what_was_acknowledged_survives_a_power_cut(tmp_path: Path) -> None:
    """In WAL mode only FULL syncs the log with each commit."""
    db = open_file(made(tmp_path), 0.1)
    said: list[str] = []
    db.connection.set_trace_callback(said.append)
    with contextlib.closing(db.connection):
        with db.writing() as connection:
            assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert "BEGIN IMMEDIATE" in said


def test_a_lock_held_by_another_is_waited_for_then_said(tmp_path: Path) -> None:
    path = made(tmp_path)
    library = Library(tmp_path, busy_s=0.05)
    library.open().now()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(LibraryError, match="locked"):
            set_title(library, "talk", "x").now()
        assert library.load("talk").now() == BEFORE
        holder.execute("ROLLBACK")
    set_title(library, "talk", "x").now()
    assert library.load("talk").now().title == "x"
    library.close().now()


async def test_a_write_that_fails_after_its_wait_was_cancelled_is_no_failure_of_the_app(tmp_path: Path) -> None:
    """An answer ends while a piece of it still waits for another process. The app took the late failure for a bug."""
    made(tmp_path)
    failures: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context["message"]))
    library = Library(tmp_path, busy_s=0.2)
    await library.open()
    with locked(tmp_path):
        waiting = asyncio.ensure_future(set_title(library, "talk", "x"))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        with pytest.raises(LibraryError, match="locked"):
            await set_title(library, "talk", "y")
    gc.collect()
    assert failures == []
    await library.close()


def test_an_exclusive_lock_at_the_start(tmp_path: Path) -> None:
    path = made(tmp_path)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        assert "locked" in refused(tmp_path).message
        holder.execute("ROLLBACK")


def test_a_full_disk_loses_nothing_and_the_next_write_works(tmp_path: Path) -> None:
    made(tmp_path)
    library = Library(tmp_path)
    library.open().now()
    pages = library._worker.submit(lambda db: db.rows("PRAGMA page_count")[0][0]).now()
    library._worker.submit(lambda db: db.rows(f"PRAGMA max_page_count = {pages}")).now()
    with pytest.raises(LibraryError, match="disk is full"):
        add_turn(library, "talk", Node("n", "a1", prompt("x" * 100_000))).now()
    assert library.load("talk").now() == BEFORE
    library._worker.submit(lambda db: db.rows("PRAGMA max_page_count = 100000")).now()
    add_turn(library, "talk", Node("n", "a1", prompt("x" * 100_000))).now()
    library.close().now()


_LIMITED = """
import signal, sys
from pathlib import Path
from tests.store.faults import locked
from tests.store.trees import answer, prompt
from tests.support.library import add_turn
from tui_chat.core.conversation import Conversation, Node
from tui_chat.store.library import Library, LibraryError
library = Library(Path(sys.argv[1]))
try:
    library.open().now()
    kept = int(sys.argv[2])
    while True:
        add_turn(library, "talk", Node(f"n{kept}", "a1", prompt("words " * 2000))).now()
        kept += 1
        print(kept, flush=True)
except LibraryError as error:
    print(error.message, flush=True)
    print(len(library.load("talk").now().nodes), flush=True)
library.close().now()
"""


def test_a_file_that_cannot_grow_keeps_all_that_was_acknowledged(tmp_path: Path) -> None:
    """As on a full disk, with the system's own error: the process may not write beyond 400 kB."""
    made(tmp_path)
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))  # noqa: E731
    command = [sys.executable, "-c", _LIMITED, str(tmp_path), "0"]
    run = subprocess.run(command, capture_output=True, text=True, preexec_fn=limit, timeout=120)
    *counts, message, loaded = run.stdout.splitlines()
    assert run.returncode == 0, run.stderr
    assert str(tmp_path) in message
    assert int(loaded) == 4 + len(counts)
    library = Library(tmp_path)
    library.open().now()
    assert len(library.load("talk").now().nodes) == 4 + len(counts)
    library.close().now()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user may enter, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


UNREADABLE = 77
"""The exit code of the reader where it can no longer read the packages that it needs."""

_READER = """
import importlib.util, os, sys
import platformdirs
from pathlib import Path
from datetime import UTC, datetime
from tests.support.library import add_turn
from tui_chat.core.conversation import Node
from tui_chat.core.message import Turn
from tui_chat.cli import exporting, main  # imported while the interpreter's own files can be read
from tui_chat.store.library import Library, LibraryError
platformdirs.user_config_dir("x")  # loads what it needs of the standard library
if os.geteuid() == 0: os.setuid(65534)
if importlib.util.find_spec("platformdirs") is None: sys.exit(77)
library = Library(Path(sys.argv[1]))
library.open().now()
print(library.read_only, len(library.load("talk").now().nodes), len(library.search("question").now()), library.notes)
try:
    add_turn(library, "talk", Node("n", "a1", Turn("user", "x", datetime.now(UTC)))).now()
except LibraryError as error:
    print(error.message, error.hint)
library.close().now()
for argv in (["list"], ["search", "question"], ["export", "--format", "md"]):
    assert main([*argv, "--data-dir", sys.argv[1]]) == 0
"""


def _old_version(path: Path) -> None:
    triggers = [step for step in statements(MIGRATIONS[0]) if step.startswith("CREATE TRIGGER")]
    with contextlib.closing(raw_connection(path)) as connection:
        connection.executescript(
            "DROP TRIGGER turns_added; DROP TRIGGER turns_removed; DROP TRIGGER turns_changed;"
            f"{''.join(triggers)} DROP TABLE tags; DROP TABLE indexing; DROP TABLE indexing_marks;"
            " DROP TABLE unindexed;"
            " DROP INDEX turns_not_complete; ALTER TABLE conversations DROP COLUMN pinned;"
            " ALTER TABLE conversations DROP COLUMN archived; DROP TABLE attachments; DROP TABLE files;"
            " DROP TABLE drafts; ALTER TABLE turns DROP COLUMN citations; DROP INDEX conversations_deleted;"
            " DROP TABLE deleted_branches; ALTER TABLE turns DROP COLUMN name;"
            " ALTER TABLE conversations DROP COLUMN deleted; PRAGMA user_version = 2;"
        )


def _left_wal(path: Path) -> None:
    """A process that was killed left its last turns beside the file."""
    holder = raw_connection(path)
    holder.execute("PRAGMA wal_autocheckpoint = 0")
    holder.execute("UPDATE turns SET text = 'question from the WAL' WHERE id = 'p0'")
    copies = {name: (path.parent / name).read_bytes() for name in (path.name, f"{path.name}-wal")}
    holder.close()
    for name, data in copies.items():
        (path.parent / name).write_bytes(data)


@pytest.mark.skipif(os.geteuid() != 0 and not os.access("/proc", os.R_OK), reason="needs a system with file modes")
@pytest.mark.parametrize("before", [None, _old_version, _left_wal], ids=["whole", "old", "killed"])
@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o555, 0o444), (0o555, 0o666), (0o777, 0o444)])
def test_what_cannot_be_written_can_be_read(
    open_folder: Path, folder_mode: int, file_mode: int, before: Callable[[Path], None] | None
) -> None:
    folder = open_folder / "data"
    path = made(folder)
    if before is not None:
        before(path)
    left = files(folder)
    for name in left:
        (folder / name).chmod(file_mode)
    folder.chmod(folder_mode)
    done = run(["-c", _READER, str(folder)])
    folder.chmod(0o700)
    if done.returncode == UNREADABLE or "ModuleNotFoundError" in done.stderr:
        pytest.skip("another user than root cannot read this checkout or its environment")
    assert done.returncode == 0, done.stderr
    facts, refusal, *shown = done.stdout.splitlines()
    assert facts.startswith("True 4 1 ")
    assert "can only be read" in facts
    assert "cannot be written" in refusal
    assert "--data-dir" in refusal
    assert any("from the WAL" in line for line in shown) == (before is _left_wal)
    if folder_mode == 0o555:
        assert files(folder) == left


def test_an_empty_file_is_a_new_library(tmp_path: Path) -> None:
    (tmp_path / "conversations.db").write_bytes(b"")
    library = Library(tmp_path)
    library.open().now()
    library.create(Conversation("c", BEFORE.created)).now()
    add_turn(library, "c", Node("1", None, answer("x", outcome=Outcome.COMPLETE))).now()
    assert library.latest().now() == "c"
    library.close().now()
