"""The commands on saved conversations as a script meets them. Most run in this process: nothing more is proven by one
of their own."""

from __future__ import annotations

import json
import os
import pty
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.cli.run import environment, tui_chat
from tests.store.trees import prompt, talk
from tests.support.importing import read_conversations
from tui_chat.cli import main
from tui_chat.cli.exporting import file_name
from tui_chat.core.conversation import Conversation, Node
from tui_chat.store import portable
from tui_chat.store.library import Library

Run = Callable[..., tuple[int, str, str]]

RIVERS = talk(("Where do rivers begin?", "At a **spring**."), id="0abc111111111", title="Rivers")
HOSTILE = talk(
    ("line one\nline two \x1b[2J", "answer \u202e \U0001f600"), id="0abd222222222", title="Bad\x1b[2J\ntitle"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("TUI_CHAT_CONFIG", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*argv: str | Path) -> tuple[int, str, str]:
        try:
            code = main(list(map(str, argv)))
        except SystemExit as end:
            code = int(end.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def kept(folder: Path, *conversations: Conversation) -> None:
    library = Library(folder / "library")
    library.open().now()
    for conversation in conversations:
        library.create(conversation).now()
    library.close().now()


def test_list(run: Run, folder: Path) -> None:
    late = talk(("later", "x"), id="6f1c8e2a-0000-4000-8000-123456789012")
    late.add(Node("open", late.head, prompt("no answer yet", 90)))
    kept(folder, RIVERS, HOSTILE, late)
    code, out, err = run("list")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert [line.split()[0] for line in lines] == ["6f1c8e2a-0000", HOSTILE.id, RIVERS.id]
    assert [line.split()[3:5] for line in lines] == [["3", "unanswered"], ["2", "complete"], ["2", "complete"]]
    assert lines[1].endswith("Bad␛[2J⏎title")
    assert [line.split()[0] for line in run("list", "--limit", "1")[1].splitlines()] == ["6f1c8e2a-0000"]
    found = json.loads(run("list", "--json")[1])
    assert [list(item) for item in found] == [["id", "title", "created", "updated", "turns", "state"]] * 3
    assert [item["id"] for item in found] == [late.id, HOSTILE.id, RIVERS.id]
    assert [item["state"] for item in found] == [None, "complete", "complete"]
    assert found[1]["title"] == HOSTILE.title


def test_search(run: Run, folder: Path) -> None:
    kept(folder, RIVERS, HOSTILE)
    code, out, err = run("search", "spring")
    assert (code, err) == (0, "")
    assert out.split()[0] == RIVERS.id
    assert out.endswith("assistant  At a spring.\n")
    (found,) = json.loads(run("search", "spring", "--json")[1])
    assert list(found) == ["id", "turn", "title", "role", "created", "snippet", "marks"]
    assert (found["id"], found["turn"], found["role"], found["marks"]) == (RIVERS.id, "a0", "assistant", [[5, 11]])
    assert "\x1b" not in run("search", "line")[1]
    assert run("search", "nowhere to be found", "--json")[:2] == (0, "[]\n")
    assert run("search", '"( AND', "--limit", "3")[0] == 0
    code, out, err = run("search", "spring is:bloked", "--order", "best")
    assert (code, out.split()[0]) == (0, RIVERS.id)
    assert "Did you mean is:blocked?" in err


def test_without_a_library_nothing_is_made(run: Run, folder: Path) -> None:
    assert run("list")[:2] == (0, "")
    assert run("list", "--json")[:2] == (0, "[]\n")
    assert run("export")[:2] == (0, "[]\n")
    code, out, err = run("export", "0abc")
    assert (code, out) == (1, "")
    assert "0abc" in err
    assert not (folder / "library").exists()


@pytest.mark.parametrize("path", ["~nobody-of-this-name/x", "n" * 300, "/dev/null/x", "~nobody-of-this-name/x/"])
def test_a_path_that_cannot_be_is_told(run: Run, folder: Path, path: str) -> None:
    kept(folder, RIVERS)
    for command in (("export", "-o", path), ("import", path)):
        code, out, err = run(*command)
        assert (code, out) == (1, "")
        assert path.rstrip("/") in err
        assert not list(folder.glob("~*"))
    assert run("export", "-o", "/dev/null/x/")[0] == 1


def test_export_to_standard_output(run: Run, folder: Path) -> None:
    kept(folder, RIVERS, HOSTILE)
    code, out, err = run("export")
    assert (code, err) == (0, "")
    assert [portable.from_plain(item) for item in json.loads(out)] == [HOSTILE, RIVERS]
    assert [item["id"] for item in json.loads(run("export", "0abc", "0ABC1", RIVERS.id)[1])] == [RIVERS.id]
    code, out, err = run("export", "--format", "md")
    assert (code, err) == (0, "")
    assert read_conversations(out, RIVERS.created, lambda: "x") == [HOSTILE, RIVERS]
    assert run("export", "--format", "html", "0abc")[1].startswith("<!doctype html>")
    code, out, err = run("export", "--format", "html")
    assert (code, out) == (2, "")
    assert "-o" in err


def test_export_to_a_file(run: Run, folder: Path) -> None:
    kept(folder, RIVERS, HOSTILE)
    for name, begins in (("x.html", "<!doctype html>"), ("x.md", "<!-- tui-chat"), ("x.chat.json", "{"), ("x", "{")):
        assert run("export", "0abc", "-o", name)[:2] == (0, "")
        assert (folder / name).read_text().startswith(begins)
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert portable.loads((folder / "x").read_text()) == RIVERS
    assert run("export", "-o", "all.json")[0] == 0
    assert len(json.loads((folder / "all.json").read_text())) == 2
    assert run("export", "-o", "all.html")[0] == 2
    assert run("export", "-o", "missing/x.json")[0] == 1
    assert "no folder" in run("export", "-o", "missing/x.json")[2]
    assert not (folder / "missing").exists()
    assert run("export", "0ab", "-o", "two.json")[0] == 1
    assert not (folder / "two.json").exists()


def test_export_to_a_folder(run: Run, folder: Path) -> None:
    kept(
        folder, RIVERS, HOSTILE, talk(("q", "a"), id="../../up", title="../..//etc/passwd"), talk(("q", "a"), id="CON")
    )
    for kind, suffix in (("json", ".chat.json"), ("md", ".md"), ("html", ".html")):
        assert run("export", "-o", f"out/{kind}/", "--format", kind)[:2] == (0, "")
        names = sorted(path.name for path in (folder / "out" / kind).iterdir())
        assert names == [
            f"Bad-2J-title-0abd222222222{suffix}",
            f"Rivers-0abc111111111{suffix}",
            f"etc-passwd-up{suffix}",
            f"q-CON{suffix}",
        ]
    assert run("export", "0abc", "-o", "out")[0] == 0
    assert (folder / "out" / "Rivers-0abc111111111.chat.json").exists()
    (folder / "taken").write_text("x")
    assert run("export", "-o", "taken/")[0] == 1
    assert (folder / "taken").read_text() == "x"


@pytest.mark.parametrize(
    "title", ["", "../..", "a" * 500, "🏞️ Flüsse — où?", "..", "CON", "a/b\\c:d*e", "\ud800", "日本" * 60]
)
def test_any_title_makes_a_file_name(title: str, tmp_path: Path) -> None:
    name = file_name(title, "0abc111111111")
    assert name.endswith("0abc111111111")
    assert len(name.encode()) < 100
    (tmp_path / name).write_text("x")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_import(run: Run, folder: Path) -> None:
    (folder / "one.chat.json").write_text(portable.dumps(RIVERS))
    (folder / "messages.json").write_text(json.dumps([{"role": "user", "content": "What is\x1b[2J a delta?"}]))
    (folder / "bad.json").write_text('{"name": 1}')
    code, out, err = run("import", "one.chat.json", "bad.json", "gone.json", "messages.json")
    assert code == 1
    first, second = out.splitlines()
    assert first == f"{RIVERS.id}  Rivers"
    assert second.endswith("  What is [2J a delta?")
    assert "bad.json" in err.splitlines()[0]
    assert "gone.json" in err.splitlines()[1]
    assert len(json.loads(run("list", "--json")[1])) == 2
    code, out, err = run("import", "one.chat.json", "bad.json", "--json")
    assert code == 1
    told = json.loads(out)
    assert [item["status"] for item in told] == ["existing", "failed"]
    assert told[0] == {"file": "one.chat.json", "id": RIVERS.id, "title": "Rivers", "turns": 2, "status": "existing"}
    assert told[1]["id"] is None


def test_all_is_deleted_and_comes_back_from_the_export(run: Run, folder: Path) -> None:
    kept(folder, RIVERS, HOSTILE)
    run("export", "-o", "all.json")
    assert run("delete", "0abc", "0abd", "--yes")[0] == 0
    assert run("list", "--json")[1] == "[]\n"
    assert run("import", "all.json")[0] == 0
    assert [portable.from_plain(item) for item in json.loads(run("export")[1])] == [HOSTILE, RIVERS]


def test_delete(run: Run, folder: Path) -> None:
    kept(folder, RIVERS, HOSTILE)
    code, out, err = run("delete", "0abc")
    assert (code, out) == (2, "")
    assert "--yes" in err
    for wrong in ("0ab", "zzz", ""):
        code, out, err = run("delete", "0abc", wrong, "--yes")
        assert (code, out) == (1, "")
        assert wrong in err
    assert len(json.loads(run("list", "--json")[1])) == 2
    code, out, err = run("delete", "0ABC", RIVERS.id, "--yes")
    assert (code, out) == (0, f"deleted {RIVERS.id}  Rivers\n")
    assert err.endswith(f"30 days this brings it back: tui-chat delete --restore {RIVERS.id}\n")
    assert [item["id"] for item in json.loads(run("list", "--json")[1])] == [HOSTILE.id]


def test_what_was_deleted_is_named_listed_and_restored(run: Run, folder: Path) -> None:
    kept(folder, RIVERS, HOSTILE)
    assert run("delete", "--restore") == (
        0,
        "",
        "tui-chat: There is no deleted conversation that can be brought back.\n",
    )
    run("delete", "0abc", "--yes")
    for argv in (
        ["export", "0abc"],
        ["delete", "0abc", "--yes"],
    ):
        code, out, err = run(*argv)
        assert (code != 0, out) == (True, "")
        assert "`tui-chat delete --restore 0abc` brings it back." in err
    assert "Rivers" not in run("export")[1]
    code, out, err = run("delete", "--restore")
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == [RIVERS.id]
    for wrong in ("0abd", "zzz"):
        code, out, err = run("delete", "--restore", "0abc", wrong)
        assert (code, out) == (1, "")
        assert wrong in err
    assert len(json.loads(run("list", "--json")[1])) == 1, "a wrong id restores none"
    assert run("delete", "--restore", "0ABC") == (0, f"restored {RIVERS.id}  Rivers\n", "")
    assert [portable.from_plain(item) for item in json.loads(run("export", "0abc")[1])] == [RIVERS]


def test_for_good_removes_what_is_listed_and_what_was_deleted(run: Run, folder: Path) -> None:
    kept(folder, RIVERS, HOSTILE)
    run("delete", "0abc", "--yes")
    code, out, _ = run("delete", "--for-good", "0abc")
    assert (code, out) == (2, ""), "it asks, and there is no terminal"
    code, out, err = run("delete", "--for-good", "0abc", "0abd", "--yes")
    assert (code, out.count("removed "), err) == (0, 2, "")
    assert run("delete", "--restore", "0abc")[0] == 1
    assert b"spring" not in (folder / "library" / "conversations.db").read_bytes()


def test_importing_what_was_deleted_brings_it_back(run: Run, folder: Path) -> None:
    kept(folder, RIVERS)
    (folder / "one.chat.json").write_text(portable.dumps(RIVERS))
    (folder / "other.chat.json").write_text(portable.dumps(talk(("q", "a"), id=RIVERS.id, title="Another")))
    run("delete", "0abc", "--yes")
    code, out, _ = run("import", "other.chat.json")
    assert (code, out.endswith("Another  (copied)\n")) == (0, True), "what was deleted is another one"
    assert run("import", "one.chat.json") == (0, f"{RIVERS.id}  Rivers  (restored)\n", "")
    assert {item["title"] for item in json.loads(run("list", "--json")[1])} == {"Rivers", "Another"}


@pytest.mark.parametrize(
    ("argv", "names"),
    [
        (["list", "--limit", "0"], "from 1"),
        (["list", "--limit", "x"], "from 1"),
        (["search"], "QUERY"),
        (["export", "--format", "pdf"], "pdf"),
        (["import"], "FILE"),
        (["delete"], "ID"),
        (["delete", "--restore", "--for-good", "x"], "--for-good"),
        (["list", "extra"], "extra"),
    ],
)
def test_wrong_use_is_told_and_ends_with_2(run: Run, argv: list[str], names: str) -> None:
    code, out, err = run(*argv)
    assert (code, out) == (2, "")
    assert names in err


@pytest.mark.parametrize("argv", [["list"], ["search", "x"], ["export"], ["delete", "x"], ["import", "f"]])
@pytest.mark.parametrize("content", [b"junk" * 5000, "newer"])
def test_a_library_that_cannot_be_used_is_named(run: Run, folder: Path, argv: list[str], content: Any) -> None:
    kept(folder, RIVERS)
    file = folder / "library" / "conversations.db"
    if content == "newer":
        import sqlite3

        connection = sqlite3.connect(file)
        connection.execute("PRAGMA user_version = 99")
        connection.close()
    else:
        file.write_bytes(content)
    before = file.read_bytes()
    code, out, err = run(*argv)
    assert (code, out) == (1, "")
    assert "conversations.db" in err
    assert file.read_bytes() == before


def test_a_configuration_that_is_broken_keeps_nobody_from_the_conversations(run: Run, folder: Path) -> None:
    kept(folder, RIVERS)
    (folder / "c.toml").write_text("= broken")
    assert run("--config", "c.toml", "list")[0] == 0


def test_into_a_pipe_the_text_is_exact(folder: Path) -> None:
    kept(folder, HOSTILE)
    done = tui_chat(folder, "export", env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert [portable.from_plain(item) for item in json.loads(done.stdout)] == [HOSTILE]


def test_a_closed_pipe_ends_the_run_quietly(folder: Path) -> None:
    kept(folder, talk(("q", "a " * 1_000_000)))
    with subprocess.Popen(
        [sys.executable, "-m", "tui_chat", "export"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(folder),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.wait(60) == 0


def in_terminal(folder: Path, *argv: str, columns: int = 60, typed: str = "") -> tuple[int, str]:
    """Run the command with a terminal at both ends; its exit code and all that it wrote."""
    master, slave = pty.openpty()
    import fcntl
    import struct
    import termios

    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.write(master, typed.encode())
    argv = (sys.executable, "-m", "tui_chat", *argv)
    with (
        os.fdopen(master, "rb", buffering=0) as terminal,
        subprocess.Popen(argv, stdin=slave, stdout=slave, stderr=slave, env=environment(folder)) as process,
    ):
        os.close(slave)
        data = b""
        with suppress(OSError):  # Linux: the other end is closed
            while piece := terminal.read(65536):
                data += piece
    return process.returncode, data.decode().replace("\r\n", "\n")


def test_in_a_terminal_lines_fit_and_nothing_drives_it(folder: Path) -> None:
    kept(folder, HOSTILE, talk(("日本語" * 30, "x"), id="0abe333333333", title="日本語" * 30))
    code, out = in_terminal(folder, "list")
    assert code == 0
    first, second = sorted(out.splitlines())
    assert first.endswith("Bad␛[2J⏎ti…")
    assert (len(first), len(second) < 60) == (60, True)
    assert second.endswith("…")
    code, out = in_terminal(folder, "export", "--format", "md")
    assert code == 0
    assert "line one\nline two ␛[2J" in out
    assert not {"\x1b", "\u202e"} & set(out)


@pytest.mark.parametrize(("typed", "code", "left"), [("y\n", 0, 0), ("\n", 1, 1)])
def test_delete_asks_in_a_terminal(folder: Path, run: Run, typed: str, code: int, left: int) -> None:
    kept(folder, RIVERS)
    done, out = in_terminal(folder, "delete", "0abc", typed=typed)
    assert done == code
    assert "Rivers (2 turns)" in out
    assert "[y/N]" in out
    assert len(json.loads(run("list", "--json")[1])) == left


def test_the_library_is_neither_overwritten_nor_imported_as_a_file(folder: Path, run: Run) -> None:
    kept(folder, RIVERS)
    library = folder / "library" / "conversations.db"
    code, _, err = run("export", "--data-dir", library.parent, "-o", library)
    assert code == 1
    assert "cannot be written: it is a database that a program has open" in err
    code, _, err = run("import", "--data-dir", library.parent, library)
    assert code == 1
    assert "is a database that a program has open. Export what you need" in err
    code, out, _ = run("list", "--data-dir", library.parent)
    assert "Rivers" in out
