"""Writes `saved.toml`. Concurrent instances keep each other's keys, and those of newer versions.

The file is read, changed and replaced under a lock. All functions raise ConfigurationError, and then the file is
unchanged.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, MutableMapping
from pathlib import Path
from typing import Any

from tui_chat.core import serialize
from tui_chat.core import settings as knobs
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.settings import Settings
from tui_chat.core.surrogates import repair_surrogates
from tui_chat.regular_file import read_regular_file
from tui_chat.store.atomic_write import locked, write_atomic
from tui_chat.store.config_file import UI
from tui_chat.store.config_problem import ConfigurationError
from tui_chat.store.endpoint_table import to_table
from tui_chat.store.paths import MAX_SIZE

_HEADER = "# Written by tui-chat. What you set here by hand is kept, comments are not.\n\n"


def save_last_endpoint(path: Path, name: str) -> None:
    """Save the endpoint chosen in the app."""
    _change(path, lambda data: data.update(endpoint=repair_surrogates(name)))


def save_ui(path: Path, **values: object) -> None:
    """Save theme, panes and their sizes: fields of `Ui`."""
    unknown = set(values) - set(UI)
    if unknown:
        raise KeyError(*unknown)
    valid = {name: UI[name](value) for name, value in values.items()}
    _change(path, lambda data: _table(data, "ui").update(valid))


def save_settings(path: Path, settings: Settings) -> None:
    """Save the defaults of a new conversation, all of them: *not sent* overrides config.toml, too."""

    def edit(data: dict[str, Any]) -> None:
        table = _table(data, "settings")
        for name in knobs.NAMES:
            table.pop(name, None)
        table.update(_settings_table(settings))
        table["not_sent"] = [name for name in knobs.NAMES if getattr(settings, name) is None]

    _change(path, edit)


def save_model(path: Path, endpoint: str, model: str | None) -> None:
    """Save the model that an endpoint starts with from now on; "" for none, None for the endpoint's own."""

    def edit(data: dict[str, Any]) -> None:
        _drop_model(data, endpoint)
        if model is not None:
            _table(data, "models")[endpoint] = repair_surrogates(model)

    _change(path, edit)


def _drop_model(data: dict[str, Any], endpoint: str) -> None:
    models = _table(data, "models")
    models.pop(endpoint, None)
    if not models:
        del data["models"]


def _settings_table(settings: Settings) -> dict[str, Any]:
    """Settings for TOML, which has no null. Additions to the body are saved as JSON text."""
    table = serialize.from_settings(settings)
    return table | ({"extra_body": settings.extra_body} if settings.extra_body else {})


def save_preset(path: Path, name: str, settings: Settings) -> None:
    """Save a preset, replacing one saved under this name before."""
    table = _settings_table(settings)
    _change(path, lambda data: _table(data, "presets").update({repair_surrogates(name): table}))


def forget_preset(path: Path, name: str) -> None:
    """Remove a preset saved in the app, so that one of config.toml shows again."""
    _change(path, lambda data: _table(data, "presets").pop(name, None))


def forget_settings(path: Path, names: Collection[str] = knobs.NAMES) -> None:
    """Return these settings to what config.toml says."""

    def edit(data: dict[str, Any]) -> None:
        table = _table(data, "settings")
        for name in names:
            table.pop(name, None)
        left = [name for name in table.get("not_sent", ()) if name not in names]
        table["not_sent"] = left
        if not left:
            del table["not_sent"]

    _change(path, edit)


def save_endpoint(
    path: Path, endpoint: EndpointConfig, keys: Collection[str] = (), *, chosen: str | None = None
) -> None:
    """Save an endpoint added in the app, and make it the one to start with if `chosen`, in one step.

    An endpoint that may hold a key in plain text, or one of these keys, is refused.
    """
    table = to_table(endpoint, keys)

    def edit(data: dict[str, Any]) -> None:
        _table(data, "endpoints")[endpoint.name] = serialize.jsonable(table)
        _drop_model(data, endpoint.name)
        if chosen is not None:
            data["endpoint"] = repair_surrogates(chosen)

    _change(path, edit)


def forget_endpoint(path: Path, name: str) -> None:
    """Remove an endpoint added in the app, so that one of config.toml shows again."""

    def edit(data: dict[str, Any]) -> None:
        _table(data, "endpoints").pop(name, None)
        _drop_model(data, name)
        if data.get("endpoint") == name:
            del data["endpoint"]

    _change(path, edit)


def _table(data: MutableMapping[str, Any], name: str) -> dict[str, Any]:
    """The table of this name; anything else in its place is replaced."""
    found = data.get(name)
    if not isinstance(found, dict):
        found = data[name] = {}
    return found


def _change(path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    import tomli_w

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(path.with_name(f".{path.name}.lock")):
            data = _read(path)
            before = repr(data)
            edit(data)
            if repr(data) != before:
                write_atomic(path, _HEADER + tomli_w.dumps(data, multiline_strings=False))
    except OSError as error:
        cause = error.strerror or type(error).__name__
        raise ConfigurationError(
            f"{path} could not be written ({cause}).",
            "Make its folder writable or free some space. The change still applies to this run.",
        ) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_regular_file(path, MAX_SIZE).decode("utf-8-sig").replace("\r\n", "\n"))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError):
        # Writing over it would lose what can still be mended by hand.
        raise ConfigurationError(
            f"{path} has a mistake in it, so nothing was saved to it.", "Correct it, or move it to another place."
        ) from None
