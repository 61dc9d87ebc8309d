"""`tui-chat config` and `tui-chat themes`."""

from __future__ import annotations

from pathlib import Path

from tests.cli.run import tui_chat

KEY = "sk-THEKEY123"

CONFIG = """
[endpoints.azure]
url = "https://user:sk-THEKEY123@x.inference.ai.azure.com/v1?key=sk-THEKEY123"
api_key_env = "MY_TOKEN"
headers = { extra-parameters = "sk-THEKEY123" }

[settings]
temperature = 0.7
max_tokens = "many"

[ui]
theme = "ember"
"""


def test_config_tells_values_and_where_they_come_from_and_no_key(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(CONFIG)
    done = tui_chat(tmp_path, "config", "--config", str(file), "--top-p", "0.5", env={"MY_TOKEN": KEY})
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    for line in (
        f"files.config = {file}  (found)",
        f"files.data = {tmp_path / 'library'}  (not there)",
        "endpoints.azure.api_key_env = MY_TOKEN (set)  (config.toml)",
        "endpoints.azure.headers.extra-parameters = ***  (config.toml)",
        "settings.temperature = 0.7  (config.toml)",
        "settings.top_p = 0.5  (option)",
        "settings.seed = not sent  (default)",
        "ui.theme = ember  (config.toml)",
    ):
        assert line in lines
    assert KEY not in done.stdout + done.stderr
    assert "settings.max_tokens" in done.stderr
    assert not (tmp_path / "library").exists()


def test_a_key_given_as_an_argument_is_not_quoted_back(tmp_path: Path) -> None:
    key = "g7k2m9q4w1z8x5c3v6b0n2a4s6d8f1h3"
    for code, command, *argv in (
        (2, "doctor", "--url", key),
        (2, "doctor", "--url", "https://h.example", "--dialect", key),
        (1, "chat", "--open", key),
        (2, "chat", "--model", key),
        (2, key),
    ):
        done = tui_chat(tmp_path, str(command), *map(str, argv))
        assert done.returncode == code, (command, done.stderr)
        assert key not in done.stdout + done.stderr
    assert not any(key.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_themes_marks_the_chosen_one(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[ui]\ntheme = "ember"\n')
    done = tui_chat(tmp_path, "themes", "--config", str(tmp_path / "own.toml"))
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.startswith("*")] == ["* ember"]
    assert {"  textual-dark", "  tui-chat-light", "  high-contrast"} <= set(lines)
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "own.toml").write_text('name = "my own"\nprimary = "#ff8800"\n')
    listed = tui_chat(tmp_path, "themes", "--config", str(tmp_path / "own.toml")).stdout.splitlines()
    assert listed[0] == "  tui-chat-dark", "ours first, then the user's, then Textual's"
    assert listed.index("  linen") < listed.index("  my own") < listed.index("  textual-dark")
    done = tui_chat(tmp_path, "--theme", "pink", "themes")
    assert 'found "pink"' in done.stderr
    assert "*" not in done.stdout
    assert "ember" in done.stdout
