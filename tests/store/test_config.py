"""The configuration: every mistake is collected, the sound rest holds, and it is settled who wins."""

from __future__ import annotations

import sys
from dataclasses import fields
from pathlib import Path

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from tests.support.thorough import examples
from tui_chat.core.endpoint import EndpointConfig, Price, Timeouts
from tui_chat.core.settings import Settings
from tui_chat.store.config import Configuration, load_configuration
from tui_chat.store.config_file import UI, Ui
from tui_chat.store.config_problem import Problem
from tui_chat.store.config_report import masked_url, report
from tui_chat.store.endpoint_table import any_text, to_table
from tui_chat.store.paths import Paths, find_paths
from tui_chat.store.toml_file import parse_toml
from tui_chat.wire.address import parse

KEY = "sk-THEKEY123"


def load(folder: Path, config: str = "", saved: str = "", env: dict[str, str] | None = None) -> Configuration:
    (folder / "config.toml").write_text(config)
    (folder / "saved.toml").write_text(saved)
    return load_configuration(Paths(folder / "config.toml", folder / "saved.toml", folder / "data"), env or {})


def wrong(url: str) -> str | None:
    found = parse(url)
    return found if isinstance(found, str) else None


def at(configuration: Configuration) -> list[tuple[str, str]]:
    return [(Path(problem.file).name, problem.key) for problem in configuration.problems]


FULL = """
default_endpoint = "azure"

[endpoints.azure]
url = "https://your-endpoint.inference.ai.azure.com/v1/chat/completions"
api_key_env = "AZURE_MISTRAL_KEY"
auth = "raw"
dialect = "azure-serverless"
model = "mistral-large"
headers = { extra-parameters = "pass-through" }
body = { safe_prompt = true }
policy = "strict"
context = 128000
price = { input = 4.0, output = 12.0, currency = "USD" }
timeout = { connect = 10, first_token = 120, idle = 60 }
ca_file = "corporate-ca.pem"

[settings]
system = "You are a helpful assistant."
temperature = 0.7
max_tokens = 1024

[presets.precise]
temperature = 0.1
top_p = 0.9

[ui]
theme = "textual-dark"
show_reasoning = "collapsed"
notify = true
mouse = true

[keys]
"chat.newline" = ["shift+enter", "ctrl+j"]
"""


def test_the_example_of_the_contract_is_read_whole(tmp_path: Path) -> None:
    found = load(tmp_path, FULL)
    assert found.problems == ()
    assert found.endpoints["azure"] == EndpointConfig(
        name="azure",
        url="https://your-endpoint.inference.ai.azure.com/v1/chat/completions",
        api_key_env="AZURE_MISTRAL_KEY",
        auth="raw",
        dialect="azure-serverless",
        model="mistral-large",
        headers={"extra-parameters": "pass-through"},
        body={"safe_prompt": True},
        policy="strict",
        context=128000,
        price=Price(4.0, 12.0, "USD"),
        timeouts=Timeouts(10, 120, 60),
        ca_file=str(tmp_path / "corporate-ca.pem"),
    )
    assert found.settings == Settings("You are a helpful assistant.", 0.7, max_tokens=1024)
    assert found.presets == {"precise": Settings(temperature=0.1, top_p=0.9)}
    assert found.ui == Ui(theme="textual-dark")
    assert found.keys == {"chat.newline": ("shift+enter", "ctrl+j")}
    assert found.default_endpoint == "azure"
    assert found.origins["settings.temperature"] == "config.toml"
    assert found.origins["settings.top_p"] == "default"


def test_many_mistakes_are_all_told_and_the_rest_holds(tmp_path: Path) -> None:
    config = """
default_endpoint = "azur"
temprature = 0.7
[endpoints.azure]
url = "https://x.inference.ai.azure.com"
api_key = "sk-THEKEY123"
dialect = "azure-severless"
timeout = { conect = 10 }
headers = { Authorization = 7 }
model = "m"
[endpoints.two]
url = https://unquoted
[settings]
temperature = 3
top_p = 0.5
[settings]
seed = 1
[ui]
mouse = "yes"
notify = false
"""
    saved = "[settings]\nmax_tokens = 'many'\n[ui]\ntheme = 'mono'\n"
    found = load(tmp_path, config, saved)
    assert at(found) == [
        ("config.toml", "url"),
        ("config.toml", "[settings]"),
        ("config.toml", "temprature"),
        ("config.toml", "settings.temperature"),
        ("config.toml", "ui.mouse"),
        ("config.toml", "endpoints.azure.api_key"),
        ("config.toml", "endpoints.azure.dialect"),
        ("config.toml", "endpoints.azure.timeout.conect"),
        ("config.toml", "endpoints.azure.headers.Authorization"),
        ("config.toml", "default_endpoint"),
        ("saved.toml", "settings.max_tokens"),
    ]
    assert [problem.line for problem in found.problems[:3]] == [12, 16, None]
    told = "\n".join(map(str, found.problems))
    for words in ("expected temperature, below [settings]", "expected api_key_env", "did you mean azure-serverless?"):
        assert words in told
    assert KEY not in told
    assert found.endpoints == {"azure": EndpointConfig("azure", "https://x.inference.ai.azure.com", model="m")}
    assert found.settings == Settings(top_p=0.5)
    assert (found.ui.notify, found.ui.theme) == ("off", "mono")


@pytest.mark.parametrize(
    ("text", "sound", "lines"),
    [
        ("a = 1\nb = \nc = 3", {"a": 1, "c": 3}, [2]),
        ("a = [1,\n 2\nb = 2\n[t]\nc = 3", {"b": 2, "t": {"c": 3}}, [1, 2]),
        ('a = """\nnever closed\n[t]\nb = 1', {"t": {"b": 1}}, [1, 2]),
        ("[t\na = 1\n[u]\nb = [1,\n2]", {"u": {"b": [1, 2]}}, [1]),
        ("a = 1\na = 2", {"a": 1}, [2]),
        ("a = '''x\n[no]\n'''\nb = ?", {"a": "x\n[no]\n"}, [4]),
        ("a.b = 1\r\na = 2\r\nc = 3\r\n", {"a": {"b": 1}, "c": 3}, [2]),
        ("x = " + "[" * 100_000, {}, [1]),
        ("x = " + "9" * 5000 + "\ny = 1", {"y": 1}, [1]),
        ("\ufeff", {}, [1]),
        ("ok = 1\nno no", {"ok": 1}, [2]),
    ],
)
def test_a_slip_costs_its_line(text: str, sound: dict[str, object], lines: list[int]) -> None:
    data, problems = parse_toml("f", text)
    assert data == sound
    assert [problem.line for problem in problems] == lines
    assert all(problem.expected.startswith("expected") for problem in problems)


def test_the_text_of_a_broken_line_is_never_shown() -> None:
    for line in (f"api_key = {KEY}", f"headers = {{ Authorization = {KEY} }}", KEY, f'x = "{KEY}'):
        _, problems = parse_toml("f", line)
        assert problems
        assert KEY not in str(problems[0])


@examples(80)
@given(st.text("[]{}=\"'.,#\n\r\tabc12\\ \0é", max_size=60))
def test_any_text_is_read_as_far_as_it_goes(text: str) -> None:
    data, problems = parse_toml("f", text)
    assert isinstance(data, dict)
    assert all(isinstance(problem, Problem) for problem in problems)


tomls = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
NAMES = ["default_endpoint", "endpoint", "endpoints", "settings", "presets", "ui", "keys", "local", "odd"]
INNER = ["url", "headers", "body", "price", "timeout", "context", "temperature", "stop", "theme", "not_sent", "model"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all examples: making one takes longer than reading what is in it."""
    return tmp_path_factory.mktemp("any")


@examples(70)
@given(st.dictionaries(st.sampled_from(NAMES), tomls | st.dictionaries(st.sampled_from([*NAMES, *INNER]), tomls)))
def test_any_data_is_read_or_reported(folder: Path, data: dict[str, object]) -> None:
    text = tomli_w.dumps(data)
    found = load(folder, text, text)
    assert {name for name in data if name == "odd"} <= {problem.key for problem in found.problems}
    assert report(found, {})


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("", "url"),
        ("url = ''", "url"),
        ("url = 'https://h/ x'", "url"),
        ("url = 7", "url"),
        ("url = 'https://h'\napi_key_env = 'sk-THEKEY123'", "api_key_env"),
        ("url = 'https://h'\napi_key_command = 'pass show'", "api_key_command"),
        ("url = 'https://h'\napi_key_command = []", "api_key_command"),
        ("url = 'https://h'\napi_key_env = 'A'\napi_key_keyring = 'b'", "api_key_keyring"),
        ("url = 'https://h'\napi_key_env = 'A'\nauth = 'entra'", "api_key_env"),
        ("url = 'https://h'\nauth = 'magic'", "auth"),
        ("url = 'https://h'\ncontext = 0", "context"),
        ("url = 'https://h'\ncontext = true", "context"),
        ("url = 'https://h'\nprice = { input = 1 }", "price"),
        ("url = 'https://h'\nprice = { input = nan, output = 1 }", "price.input"),
        ("url = 'https://h'\ntimeout = 5", "timeout"),
        ("url = 'https://h'\ntimeout = { idle = -1 }", "timeout.idle"),
        ("url = 'https://h'\nbody = { when = 2020-01-01 }", "body.when"),
        ("url = 'https://h'\nbody = { deep = [{ x = inf }] }", "body.deep"),
        ("url = 'https://h'\ntoken = 'sk-THEKEY123'", "token"),
        ("url = 'https://h'\nheaders = 'sk-THEKEY123'", "headers"),
    ],
)
def test_mistakes_in_an_endpoint(tmp_path: Path, table: str, key: str) -> None:
    found = load(tmp_path, f"[endpoints.e]\n{table}\n")
    assert at(found) == [("config.toml", f"endpoints.e.{key}")]
    assert KEY not in str(found.problems[0])
    assert ("e" in found.endpoints) == (key != "url")


def test_names_that_are_built_in(tmp_path: Path) -> None:
    found = load(
        tmp_path, '[endpoints.local]\nmodel = "models/x.gguf"\nurl = "x"\n[endpoints.demo]\nurl = "http://h"\n'
    )
    assert found.local.model == tmp_path / "models" / "x.gguf"
    assert at(found) == [("config.toml", "endpoints.local.url"), ("config.toml", "endpoints")]
    assert found.names == ("local", "demo")


def test_who_wins(tmp_path: Path) -> None:
    config = """
default_endpoint = "a"
[endpoints.a]
url = "http://config"
[endpoints.b]
url = "http://b"
[settings]
temperature = 0.1
top_p = 0.2
seed = 3
[ui]
theme = "light"
escape_ms = 20
[keys]
help = "f1"
"""
    saved = """
endpoint = "b"
default_endpoint = "b"
[endpoints.a]
url = "http://saved"
[settings]
temperature = 0.9
not_sent = ["seed", "nonsense"]
[ui]
theme = "mono"
escape_ms = 30
vim = true
settings_width = 50
[keys]
help = "f5"
palette = "ctrl+k"
"""
    found = load(tmp_path, config, saved)
    assert found.problems == ()
    assert (found.default_endpoint, found.last_endpoint) == ("a", "b")
    assert found.endpoints["a"].url == "http://saved"
    assert found.settings == Settings(temperature=0.9, top_p=0.2)
    assert found.config_settings == Settings(temperature=0.1, top_p=0.2, seed=3)
    assert (found.ui.theme, found.ui.escape_ms, found.ui.vim, found.ui.settings_width) == ("mono", 20, True, 50)
    assert found.keys == {"help": ("f1",), "palette": ("ctrl+k",)}
    wanted = {"temperature": "saved.toml", "top_p": "config.toml", "seed": "saved.toml", "stop": "default"}
    assert {name: found.origins[f"settings.{name}"] for name in wanted} == wanted
    assert found.origins["ui.escape_ms"] == "config.toml"

    options = Settings(seed=9, temperature=0.0)
    over = load_configuration(found.paths, {}, options=options)
    assert over.settings == Settings(temperature=0.0, top_p=0.2, seed=9)
    assert over.origins["settings.seed"] == "option"


def test_endpoint_is_a_key_of_saved_toml_only(tmp_path: Path) -> None:
    assert at(load(tmp_path, 'endpoint = "x"\n')) == [("config.toml", "endpoint")]


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda path: path.write_bytes(b"[ui]\nmouse = false\n# \xff\n"), "the text"),
        (lambda path: path.mkdir(), "the file"),
        (lambda path: path.write_bytes(b"\xef\xbb\xbf[ui]\r\nmouse = false\r\n"), None),
        (lambda path: path.write_bytes(b"#" * 5_000_000), "the file"),
        (lambda path: None, "the file"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, make: object, key: str | None) -> None:
    path = tmp_path / "given.toml"
    make(path)  # type: ignore[operator]
    found = load_configuration(find_paths(str(path), None, {}), {})
    assert at(found) == ([] if key is None else [("given.toml", key)])


def test_a_default_file_need_not_exist(tmp_path: Path) -> None:
    paths = find_paths(None, None, {"TUI_CHAT_DATA_DIR": str(tmp_path)})
    assert (paths.data, paths.config_given, paths.config.name) == (tmp_path, False, "config.toml")
    assert load_configuration(Paths(tmp_path / "c", tmp_path / "s", tmp_path), {}).problems == ()
    given = find_paths("a.toml", "b", {"TUI_CHAT_CONFIG": "c", "TUI_CHAT_DATA_DIR": "d"})
    assert (given.config, given.saved, given.data) == (
        Path.cwd() / "a.toml",
        Path.cwd() / "saved.toml",
        Path.cwd() / "b",
    )
    assert find_paths(None, None, {"TUI_CHAT_CONFIG": "/x/c.toml"}).saved == Path("/x/saved.toml")


def test_key_ids_are_checked_where_they_are_known(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[keys]\n"chat.sned" = "enter"\nhelp = []\n')
    paths = Paths(tmp_path / "config.toml", tmp_path / "saved.toml", tmp_path)
    found = load_configuration(paths, {}, key_ids=["chat.send", "help"])
    assert at(found) == [("config.toml", "keys.chat.sned")]
    assert found.problems[0].expected == "expected chat.send"
    assert found.keys == {"help": ()}


def test_the_report_names_everything_and_shows_no_key(tmp_path: Path) -> None:
    config = f"""
[endpoints.e]
url = "https://user:{KEY}@h/v1?api-version=1&api-key={KEY}"
api_key_command = ["echo", "{KEY}"]
headers = {{ X-Api-Key = "{KEY}", Plain = "{KEY}" }}
body = {{ token = "{KEY}", n = 2, deep = {{ key = "{KEY}" }} }}
[settings]
temperature = 0.5
"""
    env = {"MISTRAL_API_KEY": KEY, "AZURE_MISTRAL_ENDPOINT": "https://a b", "AZURE_MISTRAL_KEY": KEY}
    found = load(tmp_path, config, env=env)
    entries = report(found, env)
    assert KEY not in repr(entries)
    assert KEY not in repr(found.problems)
    seen = {entry.key: (entry.value, entry.origin) for entry in entries}
    assert seen["endpoints.e.url"][0] == "https://***@h/v1?api-version=1&api-key=***"
    assert seen["endpoints.e.body.n"] == ("2", "config.toml")
    assert seen["endpoints.mistral.api_key_env"] == ("MISTRAL_API_KEY (set)", "environment")
    assert seen["settings.temperature"] == ("0.5", "config.toml")
    assert seen["settings.seed"] == ("not sent", "default")
    assert seen["files.config"] == (str(tmp_path / "config.toml"), "found")
    assert at(found) == [
        ("config.toml", "endpoints.e.api_key_command"),
        ("config.toml", "endpoints.e.headers.Plain"),
        ("config.toml", "endpoints.e.body.deep"),
        ("environment", "AZURE_MISTRAL_ENDPOINT"),
    ]


@pytest.mark.parametrize("file", ["config.toml", "saved.toml"])
@pytest.mark.parametrize(
    ("text", "key", "usable"),
    [
        ("url = 'KEY'", "endpoints.e.url", False),
        ("url = 'https://KEY/v1'", "endpoints.e.url", False),
        ("url = 'https://h'\napi_key_env = 'KEY'", "endpoints.e.api_key_env", True),
        ("url = 'https://h'\napi_key_keyring = 'KEY'", "endpoints.e.api_key_keyring", True),
        ("url = 'https://h'\napi_key_command = ['echo', 'KEY']", "endpoints.e.api_key_command", True),
        ("url = 'https://h'\nmodel = 'KEY'", "endpoints.e.model", True),
        ("url = 'https://h'\nca_file = 'KEY'", "endpoints.e.ca_file", True),
        ("url = 'https://h'\ndialect = 'KEY'", "endpoints.e.dialect", True),
        ("url = 'https://h'\nauth = 'KEY'", "endpoints.e.auth", True),
        ("url = 'https://h'\nheaders = { X-Team = 'KEY' }", "endpoints.e.headers.X-Team", True),
        ("url = 'https://h'\nbody = { user = ['KEY'] }", "endpoints.e.body.user", True),
        ("url = 'https://h'\nKEY = 1", "endpoints.e.***", True),
        ("url = 'https://h'\n[endpoints.KEY]\nurl = 'https://h'", "endpoints", True),
        ("url = 'https://h'\n[ui]\ntheme = 'KEY'", "ui.theme", True),
        ("url = 'https://h'\n[settings]\ntemperature = 'KEY'", "settings.temperature", True),
    ],
)
@pytest.mark.parametrize("secret", [KEY, "g7k2m9q4w1z8x5c3v6b0n2a4s6d8f1h3", "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY"])
def test_a_key_that_stands_in_a_file_is_named_once_and_never_shown(
    tmp_path: Path, file: str, text: str, key: str, usable: bool, secret: str
) -> None:
    text = f"[endpoints.e]\n{text}\n".replace("KEY", secret)
    found = load(tmp_path, text) if file == "config.toml" else load(tmp_path, saved=text)
    check = load_configuration(found.paths, {}, check_url=wrong)
    told = [str(problem) for problem in check.problems]
    assert len(told) == 1
    assert told[0].startswith(f"{file}: {key}: found ")
    assert ("e" in check.endpoints) == usable
    assert secret not in "".join(told)
    assert secret not in repr(report(check, {}))


def test_keys_that_older_versions_wrote_are_found_in_what_the_app_writes_itself(tmp_path: Path) -> None:
    text = f"[endpoints.e]\nurl = 'https://h/v1?api-key={KEY}'\nheaders = {{ x-api-key = '{KEY}' }}\n"
    assert at(load(tmp_path, text)) == []  # in the user's own file this is how such a key is given
    found = load(tmp_path, saved=text)
    assert at(found) == [("saved.toml", "endpoints.e.url"), ("saved.toml", "endpoints.e.headers.x-api-key")]
    assert "have your provider replace it, and take it out of the file" in str(found.problems[0])
    assert found.endpoints["e"].headers == {"x-api-key": KEY}
    assert KEY not in repr(report(found, {}))


def test_a_key_of_the_environment_is_masked_wherever_it_was_written(tmp_path: Path) -> None:
    secret = "correct-horse-battery"
    found = load(tmp_path, f"[endpoints.e]\nurl = 'https://h/{secret}'\napi_key_env = 'MY_KEY'\nmodel = '{secret}'\n")
    assert secret not in repr(report(found, {"MY_KEY": secret}))


def test_addresses_are_masked() -> None:
    assert masked_url("http://[::1]:8080/v1") == "http://[::1]:8080/v1"
    assert masked_url("http://[") == "***"


def test_every_field_of_the_ui_can_be_configured() -> None:
    assert tuple(UI) == tuple(field.name for field in fields(Ui))
    assert any_text("https://h") is None


def test_every_deadline_can_be_set(tmp_path: Path) -> None:
    table = "timeout = { connect = 1, first_token = 2, idle = 3, whole = 4, tail = 5 }"
    found = load(tmp_path, f'[endpoints.e]\nurl = "http://h/v1"\n{table}\n')
    assert found.endpoints["e"].timeouts == Timeouts(1, 2, 3, 4, 5)
    assert found.problems == ()


def test_the_repr_of_an_endpoint_holds_no_secret() -> None:
    made = EndpointConfig("e", "https://h/v1?key=SECRET", headers={"x-api-key": "SECRET"}, body={"token": "SECRET"})
    assert "SECRET" not in repr(made)


@pytest.mark.parametrize(("value", "kept"), [("10", 10), ("5000", 5000), ("9", None), ("5001", None), ("'slow'", None)])
def test_the_time_of_the_escape_key(tmp_path: Path, value: str, kept: int | None) -> None:
    found = load(tmp_path, f"[ui]\nescape_ms = {value}\n")
    assert found.ui.escape_ms == kept
    assert [str(problem).endswith("expected a whole number from 10 to 5000") for problem in found.problems] == (
        [True] if kept is None else []
    )


@pytest.mark.parametrize(
    ("value", "kept"),
    [("true", "auto"), ("false", "off"), ('"osc99"', "osc99"), ('"bell"', "bell"), ('"loud"', "auto"), ("1", "auto")],
)
def test_attention_is_drawn_as_the_terminal_knows_it_or_as_it_is_said(tmp_path: Path, value: str, kept: str) -> None:
    found = load(tmp_path, f"[ui]\nnotify = {value}\n")
    assert found.ui.notify == kept
    assert [problem.key for problem in found.problems] == (["ui.notify"] if value in ('"loud"', "1") else [])


def test_a_sign_in_is_shown_and_written_as_one(tmp_path: Path) -> None:
    found = load(tmp_path, "[endpoints.e]\nurl = 'https://example.services.ai.azure.com'\nauth = 'entra'\n")
    assert not found.problems
    assert found.endpoints["e"].auth == "entra"
    assert ("endpoints.e.auth", "entra") in [(entry.key, entry.value) for entry in report(found, {})]
    assert to_table(found.endpoints["e"])["auth"] == "entra"


def test_a_missing_library_for_signing_in_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = load(tmp_path, "[endpoints.e]\nurl = 'https://example.services.ai.azure.com'\nauth = 'entra'\n")
    monkeypatch.setitem(sys.modules, "azure", None)
    monkeypatch.setitem(sys.modules, "azure.identity", None)  # another test may have loaded it
    told = {entry.key: entry.value for entry in report(found, {})}
    assert "not installed" in told["endpoints.e.auth.library"]


def test_a_page_of_the_portal_in_the_environment_is_named_with_what_to_paste(tmp_path: Path) -> None:
    half = load(tmp_path, "", env={"AZURE_MISTRAL_ENDPOINT": "https://example.services.ai.azure.com"})
    assert [str(problem) for problem in half.problems] == [
        "environment: AZURE_MISTRAL_KEY: found no key, expected the key that goes with AZURE_MISTRAL_ENDPOINT; or sign"
        " in without one: --auth entra"
    ]
    paths = Paths(tmp_path / "config.toml", tmp_path / "saved.toml", tmp_path / "data")
    env = {"AZURE_MISTRAL_ENDPOINT": "https://example.services.ai.azure.com"}
    signed = load_configuration(paths, env, check_url=wrong, signs_in=True)
    assert (list(signed.environment), signed.problems) == (["azure"], ())
    env = {"AZURE_MISTRAL_ENDPOINT": "https://ai.azure.com/build", "AZURE_MISTRAL_KEY": "k" * 20}
    (problem,) = load_configuration(paths, env, check_url=wrong).problems
    assert "a page of the Foundry portal" in str(problem)
    assert "https://NAME.services.ai.azure.com" in str(problem)


def test_a_page_of_the_portal_in_a_file_is_named_with_what_to_paste(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[endpoints.e]\nurl = "https://portal.azure.com/#home"\n')
    paths = Paths(tmp_path / "config.toml", tmp_path / "saved.toml", tmp_path / "data")
    (problem,) = load_configuration(paths, {}, check_url=wrong).problems
    assert problem.key == "endpoints.e.url"
    assert "a page of the Azure portal" in problem.found
    assert "Keys and Endpoint" in problem.expected


def test_a_scope_goes_with_a_sign_in(tmp_path: Path) -> None:
    table = "[endpoints.a]\nurl = 'https://gateway.example.org'\nauth = 'entra'\nscope = 'api://app/.default'\n"
    found = load(tmp_path, table)
    assert (found.endpoints["a"].scope, found.problems) == ("api://app/.default", ())
    assert to_table(found.endpoints["a"])["scope"] == "api://app/.default"
    for wrong, expected in (("'app'", "a scope such as"), ("'a /b'", "a scope such as"), ("7", "a scope such as")):
        assert expected in str(load(tmp_path, table.replace("'api://app/.default'", wrong)).problems[0])
    alone = load(tmp_path, table.replace("auth = 'entra'", ""))
    assert 'expected auth = "entra"' in str(alone.problems[0])
    assert alone.endpoints["a"].scope is None
