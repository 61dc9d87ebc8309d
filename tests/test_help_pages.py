"""The manual: its pages are whole, and true as far as that can be checked."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from tests.cli.test_answer_report import CODES
from tests.cli.test_json_events import OBJECTS
from tests.support.help_pages import FEATURES, MADE, spelled
from tui_chat.cli.options import parse
from tui_chat.cli.subcommands import COMMANDS
from tui_chat.help_pages import FOLDER, HelpPage, help_pages, pages_about
from tui_chat.store.config import load_configuration
from tui_chat.store.paths import find_paths
from tui_chat.ui.command_table import BY_ID
from tui_chat.ui.command_table import COMMANDS as APP_COMMANDS

PAGES = help_pages()
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def text_of(topic: str) -> str:
    return next(page.text for page in PAGES if page.topic == topic)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.topic)
def test_a_page_has_a_title_and_one_sentence_about_it(page: HelpPage) -> None:
    assert page.text.startswith(f"# {page.title}\n\n")
    assert 20 < len(page.summary) < 130
    assert page.summary.endswith(".")
    assert page.text.endswith("\n")
    assert pages_about(page.topic, PAGES) == [page]


@pytest.mark.parametrize("name", MADE)
def test_a_page_that_is_made_is_up_to_date(name: str) -> None:
    made = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert made == MADE[name](), "python -m tests.support.help_pages writes it again"


def test_every_command_stands_on_the_page_of_its_feature() -> None:
    named = {each for ids in FEATURES.values() for each in ids.split()}
    groups = {command.group for command in APP_COMMANDS}
    assert [command.id for command in APP_COMMANDS if not {command.id, command.group} & named] == []
    assert named <= {command.id for command in APP_COMMANDS} | groups


KEY = re.compile(r"(?:(?:ctrl|alt|shift)\+)+(?:\w+|[,.])|f\d+")
OF_A_LIST = (
    "ctrl+r ctrl+t ctrl+z ctrl+d ctrl+s alt+p alt+a alt+d alt+s alt+t alt+b alt+f shift+down ctrl+a ctrl+w".split()
)
"""Keys of the library's list, of forms, of the text area and of browsers."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.topic)
def test_a_key_that_a_page_names_is_one(page: HelpPage) -> None:
    """What stands between backquotes and looks like a key."""
    prose = FENCE.sub("", page.text)
    known = {spelled(key) for command in BY_ID.values() for key in command.keys} | set(OF_A_LIST)
    assert {each for each in re.findall(r"`([^`\n]+)`", prose) if KEY.fullmatch(each)} <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.topic)
def test_every_command_line_in_a_page_can_be_typed(page: HelpPage) -> None:
    """The arguments are parsed: an option that is gone or a command that is misspelled fails."""
    fenced = [line for kind, body in FENCE.findall(page.text) if not kind for line in body.splitlines()]
    inline = re.findall(r"`((?:uv run )?tui-chat [^`]*)`", page.text)
    for line in (*fenced, *inline):
        command = re.sub(r"^.*?(?=tui-chat )", "", line.partition("#")[0]) if "tui-chat " in line else ""
        words = shlex.split(re.split(r" [|<>] |;|\|\| ", command)[0])[1:]
        if words[:1] in ([name] for name in COMMANDS) and len(words) == 1 and line in inline:
            continue  # named, and not to be typed as it is
        if words and not re.match(r"COMMAND|NAME|TOPIC", words[0]):
            parse(words)


SYMPTOMS = {
    "Colours look wrong.",
    "Copying does nothing.",
    "Escape is slow, or is taken for other keys.",
    "shift+enter sends.",
    "Debian's and Homebrew's Python refuse `pip install`.",
}
"""What people see, and no message of ours."""


def test_every_message_in_troubleshooting_is_one_of_the_program() -> None:
    bold = {" ".join(each.split()) for each in re.findall(r"\*\*(.+?)\*\*", text_of("troubleshooting"), re.DOTALL)}
    assert bold > SYMPTOMS
    pieces = [piece.strip(" .,;") for each in bold - SYMPTOMS for piece in each.split("…")]
    said = "\n".join(text for path in sorted(FOLDER.parent.rglob("*.py")) for text in strings_of(path)).lower()
    assert len(pieces) > 40
    assert [piece for piece in pieces if piece.removeprefix("is ").lower() not in said] == []


def strings_of(path: Path) -> list[str]:
    """The texts in a file's code; in the place of a value stands an ellipsis."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    put = [node for node in nodes if isinstance(node, ast.JoinedStr)]
    made = ["".join(str(p.value) if isinstance(p, ast.Constant) else "…" for p in each.values) for each in put]
    return made + [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def test_every_configuration_in_the_manual_is_valid(tmp_path: Path) -> None:
    tables = [(page.topic, body) for page in PAGES for kind, body in FENCE.findall(page.text) if kind == "toml"]
    assert len(tables) > 3
    for topic, body in tables:
        tomllib.loads(body)
        if topic != "themes":
            (tmp_path / "config.toml").write_text(body)
            paths = find_paths(str(tmp_path / "config.toml"), str(tmp_path), {})
            assert load_configuration(paths, {}, key_ids=BY_ID).problems == (), body


def test_the_page_about_the_shell_names_every_event_and_exit_code() -> None:
    shell = text_of("shell")
    named = set(re.findall(r"^\| `(\w+)` \|", shell, re.MULTILINE))
    assert named == {known["event"] for _, known in OBJECTS if known} | {"answer"}
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", shell, re.MULTILINE)}
    assert codes == {*CODES.values(), 2, 75}


@pytest.mark.parametrize(
    ("words", "topics"),
    [
        ("azure", ["azure"]),
        ("Screen Reader", ["screen-reader"]),
        ("shortcuts", ["keys"]),
        ("chatgpt", ["importing"]),
        ("error", ["troubleshooting"]),
        ("NO_PROXY", ["troubleshooting"]),
        ("no such thing anywhere", []),
        ("", []),
        ("?!", []),
    ],
)
def test_a_page_is_found_by_other_words(words: str, topics: list[str]) -> None:
    assert [page.topic for page in pages_about(words, PAGES)] == topics


def test_what_several_pages_name_lists_them() -> None:
    assert len(pages_about("config.toml", PAGES)) > 2
