"""A file that matters is at any moment the old one or the new one, whole."""

from __future__ import annotations

import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tui_chat.store.atomic_write import write_atomic


def test_text_is_written_as_it_stands_and_the_mode_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomic(path, "a\r\nä\n")
    assert path.read_bytes() == "a\r\nä\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    write_atomic(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.write_text("old")
    (tmp_path / "link").symlink_to(real)
    write_atomic(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert real.read_text() == "new"


@pytest.mark.parametrize("data", ["\ud800", "x" * 100_000])
def test_what_cannot_be_written_leaves_the_old_file_and_no_rest(tmp_path: Path, data: str) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    script = (
        "import sys; from pathlib import Path; from tui_chat.store.atomic_write import write_atomic\n"
        "write_atomic(Path(sys.argv[1]), sys.stdin.buffer.read().decode('utf-8', 'surrogatepass'))\n"
    )

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    text = data.encode("utf-8", "surrogatepass")
    run = subprocess.run([sys.executable, "-c", script, str(path)], input=text, capture_output=True, preexec_fn=limit)
    assert run.returncode == 1
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_kill_leaves_one_whole_version(tmp_path: Path) -> None:
    path = tmp_path / "file"
    script = (
        "import sys; from pathlib import Path; from tui_chat.store.atomic_write import write_atomic\n"
        "for n in range(100000):\n"
        "    write_atomic(Path(sys.argv[1]), str(n % 10) * 200_000)\n"
        "    print(n, flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for _ in range(20):
            writer.stdout.readline()
        writer.kill()
    content = path.read_text()
    assert len(content) == 200_000
    assert len(set(content)) == 1
