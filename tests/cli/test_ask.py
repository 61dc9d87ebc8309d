"""`tui-chat ask` as a script meets it: standard output, standard error, exit codes."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.run import environment, tui_chat
from tests.cli.strict import strict_server
from tests.support.pictures import png

KEYS = (
    "outcome text reasoning finish_reason verdicts filter usage citations error model endpoint request_id attempts "
    "first_token_ms total_ms"
).split()  # fmt: skip
DEMO = ("ask", "--endpoint", "demo")


def test_an_answer_goes_to_stdout_and_nothing_else_does(tmp_path: Path) -> None:
    done = tui_chat(tmp_path, *DEMO, "hello there")
    assert done.returncode == 0
    assert len(done.stdout) > 20
    assert done.stdout.endswith("\n")
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("prompt", "code", "outcome", "word"),
    [
        ("hello", 0, "complete", "passed"),
        ("block prompt", 3, "prompt_blocked", "blocked"),
        ("block answer", 4, "answer_blocked", "blocked"),
        ("withdraw answer", 4, "answer_blocked", "blocked"),
    ],
)
def test_the_filter_decides_the_exit_code(tmp_path: Path, prompt: str, code: int, outcome: str, word: str) -> None:
    done = tui_chat(tmp_path, *DEMO, "--json", prompt)
    told = json.loads(done.stdout)
    assert (done.returncode, told["outcome"], told["filter"]) == (code, outcome, word)
    assert list(told) == KEYS
    if code:
        assert any(v["blocked"] for v in told["verdicts"])
        plain = tui_chat(tmp_path, *DEMO, prompt)
        assert plain.returncode == code
        assert "blocked by the content filter" in plain.stderr
        assert "blocked by the content filter" not in plain.stdout
    assert (told["error"] is not None) == (code == 3)
    if code == 4:
        assert told["text"]


def test_the_prompt_and_a_pipe_are_joined_by_an_empty_line(tmp_path: Path) -> None:
    tui_chat(tmp_path, *DEMO, "--save", "Read this:", stdin="one\ntwo\n")
    rows = sqlite3.connect(tmp_path / "library" / "conversations.db")
    texts = [t for (t,) in rows.execute("SELECT text FROM turns WHERE role = 'user'")]
    rows.close()
    assert texts == ["Read this:\n\none\ntwo"]


def test_a_conversation_is_continued(tmp_path: Path) -> None:
    tui_chat(tmp_path, *DEMO, "--save", "first")
    rows = sqlite3.connect(tmp_path / "library" / "conversations.db")
    ((conversation,),) = rows.execute("SELECT DISTINCT conversation FROM turns").fetchall()
    rows.close()
    done = tui_chat(tmp_path, *DEMO, "--conversation", conversation[:8], "second")
    assert done.returncode == 0
    rows = sqlite3.connect(tmp_path / "library" / "conversations.db")
    count = rows.execute("SELECT count(*) FROM turns WHERE conversation = ?", (conversation,)).fetchone()
    rows.close()
    assert count == (4,)


def test_the_last_conversation_is_continued(tmp_path: Path) -> None:
    none = tui_chat(tmp_path, *DEMO, "-c", "and now?")
    assert (none.returncode, none.stdout) == (1, "")
    assert "no conversation to continue" in none.stderr
    tui_chat(tmp_path, *DEMO, "--save", "first")
    assert tui_chat(tmp_path, *DEMO, "-c", "second").returncode == 0
    rows = sqlite3.connect(tmp_path / "library" / "conversations.db")
    texts = [t for (t,) in rows.execute("SELECT text FROM turns WHERE role = 'user' ORDER BY row")]
    conversations = rows.execute("SELECT count(*) FROM conversations").fetchone()
    rows.close()
    assert (texts, conversations) == (["first", "second"], (1,))


def test_nothing_is_written_unless_asked(tmp_path: Path) -> None:
    assert tui_chat(tmp_path, *DEMO, "hello").returncode == 0
    assert not (tmp_path / "library").exists()


@pytest.mark.parametrize(
    ("argv", "env", "names", "code"),
    [
        (["--endpoint", "nowhere", "x"], {}, ["nowhere", "demo"], 2),
        (["--url", "not a url", "x"], {}, ["URL", "a space"], 2),
        (["--url", "http://127.0.0.1:9/v1", "--key-env", "NO_SUCH_KEY", "x"], {}, ["NO_SUCH_KEY"], 2),
        (
            ["--url", "http://127.0.0.1:9/v1", "--key-env", "BAD"],
            {"BAD": "sk-1\x1b[2Jsecret"},
            ["control character"],
            2,
        ),
        (["--endpoint", "demo"], {}, ["nothing to ask"], 2),
        (["--endpoint", "demo", "--conversation", "zzz", "x"], {}, ["zzz"], 1),
    ],
)
def test_a_mistake_is_named_and_nothing_is_asked(
    tmp_path: Path, argv: list[str], env: dict[str, str], names: list[str], code: int
) -> None:
    prompt = [] if "BAD" not in env else ["x"]
    done = tui_chat(tmp_path, "ask", *argv, *prompt, env=env)
    assert done.returncode == code
    assert done.stdout == ""
    for name in names:
        assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr
    as_json = json.loads(tui_chat(tmp_path, "ask", "--json", *argv, *prompt, env=env).stdout)
    assert as_json["outcome"] == "failed"
    assert as_json["error"]["kind"] == "configuration"


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    done = tui_chat(tmp_path, "ask", "--json", "--url", "http://127.0.0.1:9/v1", "x")
    told = json.loads(done.stdout)
    assert (done.returncode, told["outcome"], told["error"]["kind"]) == (75, "failed", "connection")
    assert told["attempts"] == 3
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("content", [b"junk" * 5000, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_library_is_named_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (library / "conversations.db").write_bytes(content)
    done = tui_chat(tmp_path, *DEMO, "--save", "hello")
    assert done.returncode == 1
    assert "conversations.db" in done.stderr
    assert "Traceback" not in done.stderr
    assert (library / "conversations.db").read_bytes() == content


def test_a_closed_pipe_ends_the_run_quietly(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tui_chat", *DEMO, "long answer"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(tmp_path),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def test_an_interrupt_ends_with_130_and_keeps_what_came(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tui_chat", *DEMO, "--save", "long answer"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(tmp_path),
    ) as process:
        assert process.stdout is not None
        first = os.read(process.stdout.fileno(), 4096)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in err
    rows = sqlite3.connect(tmp_path / "library" / "conversations.db")
    kept = rows.execute("SELECT text FROM turns WHERE role = 'assistant'").fetchone()
    rows.close()
    assert kept[0].startswith(first.decode())
    assert kept[0].strip() == (first + out).decode().strip()


def test_asking_loads_no_interface(tmp_path: Path) -> None:
    script = (
        "import sys; from tui_chat.cli import main\n"
        "code = main(['ask', '--endpoint', 'demo', 'hello'])\n"
        "assert code == 0 and not [m for m in sys.modules if m.split('.')[0] in ('textual', 'rich', 'sqlite3')]"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=environment(tmp_path),
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_what_does_not_fit_the_context_is_left_out_and_noted(tmp_path: Path) -> None:
    with strict_server() as server:
        config = tmp_path / "config.toml"
        config.write_text(f'[endpoints.e]\nurl = "{server.url}"\ncontext = 400\n')
        base = ("--config", str(config), "ask")
        first = tui_chat(tmp_path, *base, "--save", "word " * 150)
        listed = tui_chat(tmp_path, "list", "--json")
        name = json.loads(listed.stdout)[0]["id"]
        second = tui_chat(tmp_path, *base, "--conversation", name, "and now?")
    assert (first.returncode, first.stderr) == (0, f"tui-chat: saved as {name}\n")
    assert (second.returncode, second.stdout) == (0, "You said: and now?\n")
    assert "the oldest 2 turns were not sent" in second.stderr
    assert [m["content"] for m in server.asked[-1]["messages"]] == ["and now?"]


def test_a_preset_is_used_and_options_go_before_it(tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text("[presets.precise]\ntemperature = 0.1\ntop_p = 0.9\n")
    own = (*DEMO, "--config", str(config))
    done = tui_chat(tmp_path, *own, "--preset", "precise", "-t", "0.3", "hello")
    assert "`temperature`: `0.3`" in done.stdout
    assert "`top_p`: `0.9`" in done.stdout
    wrong = tui_chat(tmp_path, *own, "--preset", "precize", "hello")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert 'no preset "precize" (did you mean precise?)' in wrong.stderr


def test_files_go_with_the_prompt_and_are_kept_with_it(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text("one\ntwo\n")
    (tmp_path / "cat.png").write_bytes(png())
    files = ("-a", str(tmp_path / "app.log"), "--attach", str(tmp_path / "cat.png"))
    done = tui_chat(tmp_path, *DEMO, "--save", *files, "Why does this fail?")
    assert (done.returncode, done.stderr.startswith("tui-chat: saved as ")) == (0, True)
    exported = json.loads(tui_chat(tmp_path, "export").stdout)
    (asked, _) = exported[0]["turns"]
    assert asked["text"] == "Why does this fail?"
    assert [each["name"] for each in asked["attachments"]] == ["app.log", "cat.png"]
    assert asked["attachments"][0]["text"] == "one\ntwo\n"


def test_a_file_that_cannot_be_attached_is_said_and_nothing_is_asked(tmp_path: Path) -> None:
    done = tui_chat(tmp_path, *DEMO, "--json", "-a", str(tmp_path), "Why?")
    assert done.returncode == 1
    assert json.loads(done.stdout)["attempts"] == 0
    assert "is a folder." in done.stderr
    assert "Name a file in it." in done.stderr


SCHEMA = '{"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}'


def test_events_are_a_line_each_and_the_last_one_is_the_answer(tmp_path: Path) -> None:
    done = tui_chat(tmp_path, *DEMO, "--json", "--events", "annotate answer")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    *news, last = events
    assert done.returncode == 0
    assert list(last) == ["event", *KEYS, "exit_code"]
    assert (last["event"], last["exit_code"], last["filter"]) == ("answer", 0, "annotated")
    assert "".join(each["text"] for each in news if each["event"] == "text") == last["text"]
    kinds = [each["event"] for each in news]
    assert kinds[0] == "request"
    assert kinds.index("started") < kinds.index("text") < kinds.index("finish")
    assert {"verdicts", "usage"} <= set(kinds)
    refused = tui_chat(tmp_path, "ask", "--endpoint", "nowhere", "--json", "--events", "x")
    (told,) = (json.loads(line) for line in refused.stdout.splitlines())
    assert (told["event"], told["exit_code"], told["error"]["kind"]) == ("answer", 2, "configuration")


@pytest.mark.parametrize(
    ("prompt", "code", "out", "err"),
    [
        ('{"n": 5}', 0, 'You said: {"n": 5}', ""),
        ("no", 1, "", "not as the schema wants it: the answer is not JSON"),
        ('{"n": "x"}', 1, "", "/n: expected integer"),
    ],
)
def test_an_answer_that_the_schema_forbids_stays_away_from_standard_output(
    tmp_path: Path, prompt: str, code: int, out: str, err: str
) -> None:
    schema = tmp_path / "s.json"
    schema.write_text(SCHEMA)
    with strict_server(prefix="") as server:
        done = tui_chat(tmp_path, "ask", "--url", server.url, "--schema", str(schema), prompt)
        as_json = tui_chat(tmp_path, "ask", "--url", server.url, "--schema", str(schema), "--json", prompt)
    assert done.returncode == code
    assert done.stdout == (f"{prompt}\n" if code == 0 else "")
    assert err in done.stderr
    assert (prompt in done.stderr) == bool(code)  # what the model said is not lost
    told = json.loads(as_json.stdout)
    assert (as_json.returncode, told["text"]) == (code, prompt)
    assert bool(told["schema_errors"]) == bool(code)
    # This server knows no response_format: it is left out, and the words say it.
    first, second, *_ = server.asked
    assert first["response_format"]["json_schema"]["schema"] == json.loads(SCHEMA)
    assert "response_format" not in second
    assert SCHEMA[:20] in second["messages"][0]["content"].replace("\n", "")


def test_a_schema_that_cannot_be_used_asks_nothing(tmp_path: Path) -> None:
    schema = tmp_path / "s.json"
    schema.write_text('{"type": "wrong"}')
    done = tui_chat(tmp_path, *DEMO, "--schema", str(schema), "hello")
    assert (done.returncode, done.stdout) == (2, "")
    assert "s.json cannot be used: /type" in done.stderr


def test_rendered_into_a_pipe_has_no_markup_left(tmp_path: Path) -> None:
    plain = tui_chat(tmp_path, *DEMO, "hello", env={"NO_COLOR": "1"})
    rendered = tui_chat(tmp_path, *DEMO, "--render", "hello", env={"NO_COLOR": "1", "COLUMNS": "50"})
    assert "**scripted demo**" in plain.stdout
    assert "**" not in rendered.stdout
    assert "scripted demo" in rendered.stdout
