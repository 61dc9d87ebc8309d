"""A module that is postponed is loaded when something in it is used, and is the same one for all."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tui_chat.core.late_modules import postponed


@pytest.fixture(autouse=True)
def _modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "late_one.py").write_text("LIMIT = 7\nheld = []\ndef add(*, to=0): return LIMIT + to\n")
    (tmp_path / "user_of_it.py").write_text(
        "import late_one\nfrom late_one import LIMIT, add\ndef limit(): return late_one.LIMIT\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in ("late_one", "user_of_it"):
        sys.modules.pop(name, None)


def loaded() -> bool:
    return hasattr(sys.modules.get("late_one"), "__file__")


def user_of_it() -> Any:
    with postponed({"late_one": "add"}, {"late_one": {"LIMIT": 7}}):
        return import_module("user_of_it")


def test_it_is_loaded_when_something_in_it_is_used() -> None:
    user = user_of_it()
    assert "late_one" not in sys.modules
    assert user.LIMIT == 7
    assert user.limit() == 7  # a known value
    assert not loaded()
    assert user.add(to=2) == 9
    assert loaded()


def test_whoever_imports_it_afterwards_has_the_same_one() -> None:
    user = user_of_it()
    user.late_one.held.append("by the stand-in")
    late_one = import_module("late_one")
    assert late_one.held == ["by the stand-in"]
    with pytest.raises(AttributeError, match="nothing_like_it"):
        print(user.late_one.nothing_like_it)


def test_another_name_loads_it_at_once() -> None:
    with postponed({"late_one": ""}):
        user_of_it = import_module("user_of_it")
        assert loaded()
    assert loaded()
    assert user_of_it.add is sys.modules["late_one"].add


def test_what_was_loaded_before_stays_as_it_is() -> None:
    late_one = import_module("late_one")
    assert user_of_it().late_one is late_one
    assert sys.modules["late_one"] is late_one
