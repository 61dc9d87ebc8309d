"""What the package and its tests import is declared, with the oldest and the newest release that may be installed."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.test_layers import imports_of

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
OPTIONAL = PROJECT["project"]["optional-dependencies"]
GROUPS = PROJECT["dependency-groups"]
OWN = {"tui_chat", "tests"}
FOR_TYPES_ONLY = {"_typeshed"}
"""Comes with the type checker, and is imported for it alone."""

WITHOUT_INSTALLING = {
    "keyring": "keyring",
    "xllamacpp": "xllamacpp",
    "textual_serve": "textual-serve",
    "pypdf": "pypdf",
    "aiohttp": "aiohttp",
}
"""Modules of the extras, which need not be installed where the tests run."""


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-") for requirement in requirements}


def distributions(folder: str) -> set[str]:
    """What has to be installed for the modules in a folder, by the names that one gives to pip."""
    modules = {name.partition(".")[0] for path in (ROOT / folder).rglob("*.py") for name in imports_of(path)}
    known = {module: found[0] for module, found in packages_distributions().items()} | WITHOUT_INSTALLING
    foreign = modules - OWN - FOR_TYPES_ONLY - set(sys.stdlib_module_names) - {""}
    assert foreign <= set(known), "imported, but not installed"
    return {known[module].lower().replace("_", "-") for module in foreign}


def test_what_the_package_imports_is_declared() -> None:
    declared = names(PROJECT["project"]["dependencies"]) | names([one for extra in OPTIONAL.values() for one in extra])
    assert distributions("tui_chat") <= declared


def test_what_the_tests_import_is_declared() -> None:
    declared = names(PROJECT["project"]["dependencies"]) | names(GROUPS["dev"])
    assert distributions("tests") <= declared


@pytest.mark.parametrize(
    "requirement",
    [
        *PROJECT["project"]["dependencies"],
        *[one for extra in OPTIONAL.values() for one in extra],
        *GROUPS["dev"],
        *PROJECT["build-system"]["requires"],
    ],
)
def test_every_requirement_has_an_oldest_and_a_newest_release(requirement: str) -> None:
    versions = requirement.partition(";")[0]
    assert "==" in versions or (">=" in versions and "<" in versions)
