"""saved.toml: what is saved is read back, and nobody's keys are lost."""

from __future__ import annotations

import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import tomli_w
from hypothesis import given

from tests.store import trees
from tests.support.thorough import examples
from tui_chat.core import serialize
from tui_chat.core.endpoint import EndpointConfig, Price, Timeouts
from tui_chat.core.settings import Settings, with_value
from tui_chat.store import app_state
from tui_chat.store.config import Configuration, load_configuration
from tui_chat.store.config_problem import ConfigurationError
from tui_chat.store.paths import Paths

LIKE_A_KEY = "g7k2m9q4w1z8x5c3v6b0n2a4s6d8f1h3"


def load(folder: Path) -> Configuration:
    found = load_configuration(Paths(folder / "config.toml", folder / "saved.toml", folder), {})
    assert found.problems == ()
    return found


def test_everything_that_is_saved_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "saved.toml"
    endpoint = EndpointConfig(
        "mine",
        "http://127.0.0.1:11434/v1",
        api_key_command=("pass", "show"),
        auth="bearer",
        dialect="ollama",
        model="llama",
        policy="strict",
        headers={"X-Team": "a"},
        body={"safe_prompt": True},
        context=4096,
        price=Price(1, 2),
        timeouts=Timeouts(idle=5),
        ca_file="/ca.pem",
    )
    app_state.save_last_endpoint(path, "mine")
    app_state.save_endpoint(path, endpoint)
    app_state.save_ui(path, theme="mono", settings_pane=True, library_width=40)
    found = load(tmp_path / "new")
    assert found.last_endpoint == "mine"
    assert found.endpoints == {"mine": endpoint}
    assert (found.ui.theme, found.ui.settings_pane, found.ui.library_width) == ("mono", True, 40)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    app_state.forget_endpoint(path, "mine")
    assert (load(tmp_path / "new").endpoints, load(tmp_path / "new").last_endpoint) == ({}, None)


def test_presets_are_saved_beside_those_of_config_toml_and_forgotten(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[presets.mine]\ntemperature = 0.1\n", encoding="utf-8")
    path = tmp_path / "saved.toml"
    wild = with_value(Settings(temperature=1.2, safe_prompt=True), "extra_body", {"top_k": 40, "user": None})
    app_state.save_preset(path, "wild", wild)
    app_state.save_preset(path, "mine", Settings(temperature=0.9))
    found = load(tmp_path)
    assert found.presets == {"wild": wild, "mine": Settings(temperature=0.1)}
    assert (found.origins["presets.wild"], found.origins["presets.mine"]) == ("saved.toml", "config.toml")
    app_state.forget_preset(path, "wild")
    assert list(load(tmp_path).presets) == ["mine"]


@examples(60)
@given(trees.settings, trees.settings)
def test_default_settings_win_over_config_toml_and_can_be_taken_back(
    tmp_path_factory: pytest.TempPathFactory, config: Settings, wanted: Settings
) -> None:
    folder = tmp_path_factory.mktemp("s", numbered=True)
    (folder / "config.toml").write_text(tomli_w.dumps({"settings": serialize.from_settings(config)}))
    app_state.save_settings(folder / "saved.toml", wanted)
    assert load(folder).settings == wanted
    app_state.forget_settings(folder / "saved.toml", ["temperature"])
    assert load(folder).settings.temperature == config.temperature
    assert load(folder).settings.seed == wanted.seed
    app_state.forget_settings(folder / "saved.toml")
    assert load(folder).settings == config


def test_a_model_saved_as_default_wins_until_it_is_forgotten_or_its_endpoint_is_saved_anew(tmp_path: Path) -> None:
    own = EndpointConfig("mine", "https://api.mistral.ai/v1", model="m")
    path = tmp_path / "saved.toml"
    (tmp_path / "config.toml").write_text('[endpoints.mine]\nurl = "https://api.mistral.ai/v1"\nmodel = "m"\n')
    for wanted, model in (("n", "n"), ("", None), (None, "m")):
        app_state.save_model(path, "mine", wanted)
        assert (load(tmp_path).endpoints["mine"].model, load(tmp_path).own_models["mine"]) == (model, "m")
    assert "models" not in path.read_text()
    app_state.save_model(path, "gone", "x")
    assert list(load(tmp_path).endpoints) == ["mine"], "the model of an endpoint that is gone makes none"
    change: Callable[[], None]
    for change in (partial(app_state.save_endpoint, path, own), partial(app_state.forget_endpoint, path, "mine")):
        app_state.save_model(path, "mine", "n")
        change()
        assert load(tmp_path).endpoints["mine"].model == "m"
    path.write_text("[models]\nmine = 3\n")
    (tmp_path / "config.toml").write_text("[models]\nmine = 'n'\n")
    found = load_configuration(Paths(tmp_path / "config.toml", path, tmp_path), {})
    assert [(each.key, each.found) for each in found.problems] == [
        ("models", "an unknown key"),
        ("models.mine", "3"),
    ]


def test_unknown_keys_stay(tmp_path: Path) -> None:
    path = tmp_path / "saved.toml"
    path.write_text("future = 2030-01-01\n[ui]\nhologram = true\n[newer.table]\nx = [1, 2]\n")
    app_state.save_ui(path, theme="mono")
    app_state.save_last_endpoint(path, "a")
    data = tomllib.loads(path.read_text())
    assert data["ui"] == {"hologram": True, "theme": "mono"}
    assert data["newer"] == {"table": {"x": [1, 2]}}
    assert (str(data["future"]), data["endpoint"]) == ("2030-01-01", "a")


def test_a_broken_file_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "saved.toml"
    path.write_text("[ui\ntheme = 1")
    with pytest.raises(ConfigurationError, match="mistake"):
        app_state.save_ui(path, theme="mono")
    assert path.read_text() == "[ui\ntheme = 1"


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match=r"saved\.toml could not be written"):
        app_state.save_ui(tmp_path / "file" / "saved.toml", theme="mono")


@pytest.mark.parametrize(
    "endpoint",
    [
        EndpointConfig("e", "https://user:pw@h/v1"),
        EndpointConfig("e", "https://h/v1?api-key=x"),
        EndpointConfig("e", "https://h/v1", headers={"Authorization": "Bearer x"}),
        EndpointConfig("e", "https://h/v1", body={"access_token": "x"}),
        EndpointConfig("e", "https://h/v1", body={"user": ["x", LIKE_A_KEY]}),
        EndpointConfig("e", "https://h/v1", headers={"X-Team": LIKE_A_KEY}),
        EndpointConfig("e", f"https://h/{LIKE_A_KEY}/v1"),
        EndpointConfig("e", "https://h/v1", model=LIKE_A_KEY),
        EndpointConfig("e", "https://h/v1", ca_file=LIKE_A_KEY),
        EndpointConfig("e", "https://h/v1", api_key_env=LIKE_A_KEY),
        EndpointConfig("e", "https://h/v1", api_key_keyring=LIKE_A_KEY),
        EndpointConfig("e", "https://h/v1", api_key_command=("echo", LIKE_A_KEY)),
        EndpointConfig(LIKE_A_KEY, "https://h/v1"),
    ],
)
def test_a_key_is_never_written(tmp_path: Path, endpoint: EndpointConfig) -> None:
    with pytest.raises(ConfigurationError, match="may hold a key") as refused:
        app_state.save_endpoint(tmp_path / "saved.toml", endpoint)
    assert LIKE_A_KEY not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_where_nothing_changes(tmp_path: Path) -> None:
    path = tmp_path / "saved.toml"
    app_state.save_ui(path, theme="mono")
    before = path.stat()
    app_state.save_ui(path, theme="mono")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_name_that_is_none_is_a_bug(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="colour"):
        app_state.save_ui(tmp_path / "saved.toml", colour="red")


def test_instances_side_by_side_lose_nothing(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tui_chat.store import app_state\n"
        "from tui_chat.core.endpoint import EndpointConfig\n"
        "for n in range(25):\n"
        "    app_state.save_endpoint(Path(sys.argv[1]), EndpointConfig(f'{sys.argv[2]}{n}', 'http://h'))\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "saved.toml")]
    writers = [subprocess.Popen([*command, name]) for name in "abc"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert len(load(tmp_path).endpoints) == 75
