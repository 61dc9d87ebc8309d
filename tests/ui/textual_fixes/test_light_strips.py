"""Lines have the same caches as Textual's own, made when they are first used."""

from __future__ import annotations

from importlib.util import find_spec, module_from_spec
from typing import Any

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.cache import FIFOCache
from textual.strip import Strip

from tui_chat.ui.textual_fixes.light_strips import install


def own_strip() -> Any:
    """Textual's class as it is in its file."""
    spec = find_spec("textual.strip")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Strip([Segment("as it is")])


def test_each_line_has_what_textual_gives_it() -> None:
    install()
    own, ours = own_strip(), Strip([Segment("as it is")])
    for name in Strip.__slots__:
        value = getattr(own, name)
        if isinstance(value, FIFOCache):
            assert getattr(ours, name)._maxsize == value._maxsize, name
        else:
            assert getattr(ours, name) == value, name


def test_a_cache_is_made_once_and_used() -> None:
    install()
    line = Strip([Segment("some words", Style(bold=True))])
    assert line.crop(2, 6) is line.crop(2, 6)
    assert line.crop(2, 6).text == "me w"
    with pytest.raises(AttributeError, match="no attribute 'colour'"):
        line.colour  # type: ignore[attr-defined]  # noqa: B018
