"""A dialect, an importer and a theme are one new file each: nothing else has to know of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.importing import read_conversations
from tui_chat.cli.options import parse
from tui_chat.core import dialects
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.message import Message
from tui_chat.core.settings import Settings
from tui_chat.store import importers
from tui_chat.store.config import load_configuration
from tui_chat.store.paths import Paths, theme_folder
from tui_chat.store.portable import PortableError
from tui_chat.store.themes import load_themes
from tui_chat.wire.request import encode
from tui_chat.wire.resolve_endpoint import Endpoint, resolve


@contextmanager
def one_more_file(package: ModuleType, folder: Path, name: str, source: str) -> Iterator[None]:
    """The package with one more module, as if the file lay beside the others."""
    (folder / f"{name}.py").write_text(source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(package, "__path__", [*package.__path__, str(folder)])
        try:
            yield
        finally:
            sys.modules.pop(f"{package.__name__}.{name}", None)


ACME = """
from tui_chat.core.dialects.rules import Host, Rules

DIALECT = Rules("acme", (Host("acme.test", "/chat"),), seed="acme_seed", temperature_max=1.0)
"""


def test_a_dialect(tmp_path: Path) -> None:
    with one_more_file(dialects, tmp_path, "acme", ACME):
        endpoint = resolve(EndpointConfig("e", "https://eu.acme.test"), "k")
        assert isinstance(endpoint, Endpoint)
        assert (endpoint.url, endpoint.dialect) == ("https://eu.acme.test/chat", "acme")
        request = encode((Message("user", "Hi"),), Settings(seed=7), endpoint, stream=True)
        assert request.fields["acme_seed"] == "7"
        assert parse(["ask", "--url", "https://h.test", "--dialect", "acme", "hi"]).dialect == "acme"
        config = tmp_path / "config.toml"
        config.write_text('[endpoints.a]\nurl = "https://h.test"\ndialect = "acme"\n')
        assert load_configuration(Paths(config, tmp_path / "saved.toml", tmp_path), {}).problems == ()


DIARY = """
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Turn
from tui_chat.core.settings import Settings
from tui_chat.store.importers.importer import Importer


def read(source, when, new_id):
    made = Conversation(new_id(), when, "Diary", Settings())
    made.add(Node(new_id(), None, Turn("user", source.text.removeprefix("Dear diary,").strip(), when)))
    return [made]


IMPORTER = Importer("a diary", lambda source: source.text.startswith("Dear diary,"), read)
"""


def test_an_importer(tmp_path: Path) -> None:
    when = datetime(2026, 11, 24, tzinfo=UTC)
    ids = iter("abcdef")
    with one_more_file(importers, tmp_path, "diary", DIARY):
        (found,) = read_conversations("Dear diary, it rains.", when, lambda: next(ids))
        assert [node.turn.text for node in found.path()] == ["it rains."]
        with pytest.raises(PortableError, match="a diary"):
            read_conversations("nonsense", when, lambda: next(ids))


def test_a_theme(tmp_path: Path) -> None:
    text = (theme_folder() / "ember.toml").read_text(encoding="utf-8").replace('"ember"', '"mine"')
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    themes, problems = load_themes([theme_folder(), tmp_path])
    assert problems == []
    assert {theme.name for theme in themes} >= {"ember", "mine"}
