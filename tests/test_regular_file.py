"""Files that are named by somebody: only regular ones of a bounded size are read, and nothing is waited for."""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tui_chat.cli.early_config import read_early_config
from tui_chat.cli.options import parse
from tui_chat.client.certificates import context
from tui_chat.core.message import ServerError
from tui_chat.local.find_model import missing
from tui_chat.regular_file import MIB, read_regular_file
from tui_chat.store import app_state
from tui_chat.store.config_problem import ConfigurationError
from tui_chat.store.toml_file import parse_toml, read_toml


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(5 * 1024 * MIB)


def _socket(path: Path) -> None:
    # The name of a socket must be short: it is bound from inside its folder.
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(before)


ODD: dict[str, tuple[Callable[[Path], object], int]] = {
    "a folder": (Path.mkdir, errno.EISDIR),
    "a named pipe": (os.mkfifo, errno.ESPIPE),
    "a socket": (_socket, errno.ESPIPE),
    "a device": (lambda path: path.symlink_to("/dev/zero"), errno.ESPIPE),
    "a file of 5120 MiB": (_sparse, errno.EFBIG),
}


@pytest.fixture(params=ODD)
def odd(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """Something at a path that is no file to read, and what it is."""
    path = tmp_path / "config.toml"
    ODD[request.param][0](path)
    return path, request.param


def test_what_is_no_regular_file_is_told_and_not_read(odd: tuple[Path, str]) -> None:
    path, what = odd
    with pytest.raises(OSError, match=what) as caught:
        read_regular_file(path, 4 * MIB)
    assert caught.value.errno == ODD[what][1]


def test_it_is_a_problem_of_the_configuration_and_the_app_starts(odd: tuple[Path, str], tmp_path: Path) -> None:
    path, what = odd
    data, problems = read_toml(path)
    assert data == {}
    assert [what in str(problem) for problem in problems] == [True]
    assert read_early_config(parse(["--config", str(path)])).mouse
    with pytest.raises(ConfigurationError, match=what):
        app_state.save_ui(path, theme="textual-dark")


def test_a_certificate_file_and_a_model_that_are_none(odd: tuple[Path, str]) -> None:
    path, what = odd
    refused = context(str(path))
    assert isinstance(refused, ServerError)
    assert what in refused.message
    model = missing(path)
    assert model is not None
    assert str(path) in model.message


def test_a_file_is_read_whole_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 200_000)
    assert read_regular_file(path, 200_000) == b"x" * 200_000
    with pytest.raises(OSError, match="more than"):
        read_regular_file(path, 199_999)
    with pytest.raises(OSError, match="not possible"):
        read_regular_file(Path("a\0b"), 10)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs files that tell no size")
def test_a_file_that_tells_no_size_is_counted() -> None:
    assert read_regular_file(Path("/proc/self/status"), MIB).startswith(b"Name:")
    with pytest.raises(OSError, match="without a size"):
        read_regular_file(Path("/proc/self/status"), 10)


def test_a_long_file_with_a_mistake_is_given_up_and_what_was_read_holds() -> None:
    text = "first = 1\nsecond = = 2\n" + "".join(f"key{n} = {n}\n" for n in range(20_000))
    data, problems = parse_toml("config.toml", text)
    assert data["first"] == 1
    assert [problem.key for problem in problems] == ["second", "the rest"]


@pytest.mark.parametrize("suffix", ["", "-shm"])
def test_the_open_library_keeps_its_locks(suffix: str, tmp_path: Path) -> None:
    """Another process that ends would delete the log of a library without locks."""
    path = tmp_path / "conversations.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE turns (text)")
        linked = tmp_path / "linked"
        linked.symlink_to(f"{path}{suffix}")
        with pytest.raises(OSError, match="a database that a program has open"):
            read_regular_file(linked, MIB)
        code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM turns'); c.close()"
        subprocess.run([sys.executable, "-c", code, str(path)], check=True)
        assert path.with_name("conversations.db-wal").exists()
    assert read_regular_file(path, MIB).startswith(b"SQLite format 3")
