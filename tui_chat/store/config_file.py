"""The keys of a configuration file and the validators of their values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, Literal

from tui_chat.core import settings as knobs
from tui_chat.core.endpoint import DEMO, LOCAL, EndpointConfig
from tui_chat.core.escape_delay import ESCAPE_MS
from tui_chat.core.fuzzy_matching import nearest
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.settings import Settings
from tui_chat.store import validators
from tui_chat.store.config_problem import A_KEY, REPLACE_IT, expected_name, is_key, shown
from tui_chat.store.endpoint_table import LocalConfig, UrlCheck, read_endpoint, read_local
from tui_chat.store.toml_file import read_toml
from tui_chat.store.validators import Check, Collector

TABLES = ("endpoints", "settings", "presets", "ui", "keys", "models")
NAMES = ("default_endpoint", "endpoint", *TABLES)
APP_S = frozenset({"endpoint", "models"})
"""Keys that only saved.toml has."""


@dataclass(frozen=True, slots=True)
class Ui:
    """How the app looks. Widths are in cells."""

    theme: str = "tui-chat-dark"
    show_reasoning: Literal["collapsed", "open", "hidden"] = "collapsed"
    notify: str = "auto"
    """How the app asks for attention: auto, off, or a form. The file may say true and false for the first two."""
    reduced_motion: bool = False
    mouse: bool = True
    vim: bool = False
    settings_pane: bool = False
    settings_width: int = 40
    library_pane: bool = False
    library_width: int = 34
    recent: tuple[str, ...] = ()
    """Recent choices in the palette, newest first."""
    contexts: Mapping[str, int] = field(default_factory=dict)
    """Context lengths that servers' lists gave, by `ENDPOINT/MODEL`."""
    hint_read: bool = False
    """The banner about the missing endpoint was dismissed."""
    budget: float | None = None
    """The cost of a conversation above which the app asks, in the currency of the endpoint's price; None: no limit."""
    escape_ms: int | None = None
    """How long an escape waits for the rest of a key's sequence; None: longer over SSH than locally."""


UI: dict[str, Check] = {
    "theme": validators.text,
    "show_reasoning": validators.one_of("collapsed", "open", "hidden"),
    "notify": validators.notify,
    "reduced_motion": validators.flag,
    "mouse": validators.flag,
    "vim": validators.flag,
    "settings_pane": validators.flag,
    "settings_width": validators.whole(10, 400),
    "library_pane": validators.flag,
    "library_width": validators.whole(10, 400),
    "recent": validators.any_texts,
    "contexts": validators.lengths,
    "hint_read": validators.flag,
    "budget": validators.number(0.0001, 1e9),
    "escape_ms": validators.whole(*ESCAPE_MS),
}
SAVED_UI = (
    *("theme", "settings_pane", "settings_width", "library_pane", "library_width", "recent", "hint_read"),
    "contexts",
    *("vim", "reduced_motion", "notify", "mouse", "show_reasoning"),
)
"""The keys that the app saves itself, for which saved.toml has precedence."""


@dataclass(slots=True)
class ConfigFile:
    """The valid part of one file. `not_sent` names settings that were saved as *not sent*."""

    endpoints: dict[str, EndpointConfig] = field(default_factory=dict)
    local: LocalConfig | None = None
    default_endpoint: str | None = None
    endpoint: str | None = None
    settings: Settings = field(default_factory=Settings)
    not_sent: tuple[str, ...] = ()
    presets: dict[str, Settings] = field(default_factory=dict)
    models: dict[str, str] = field(default_factory=dict)
    """The saved default models by endpoint; "" for none."""
    ui: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read_config_file(
    collector: Collector, path: Path, check_url: UrlCheck, key_ids: Collection[str] | None, *, must_exist: bool = False
) -> ConfigFile:
    """Read the valid part of the file; the collector gets the problems."""
    data, problems = read_toml(path, must_exist=must_exist)
    collector.problems.extend(problems)
    own = NAMES if path.name == "saved.toml" else tuple(name for name in NAMES if name not in APP_S)
    for name, value in data.items():
        if name not in own:
            collector.report(name, "an unknown key", _home_of(name, value) or expected_name(name, own))
    tables = {name: collector.table(data.get(name, {}) if name in own else {}, name) for name in TABLES}
    names = collector.take(
        {k: data[k] for k in own if k in data and k not in TABLES}, "", dict.fromkeys(own, validators.text)
    )
    file = ConfigFile(**names)
    file.settings, file.not_sent = _read_settings(collector, tables["settings"], "settings", saved="endpoint" in own)
    for name, value in tables["presets"].items():
        key = f"presets.{name}"
        file.presets[name], _ = _read_settings(collector, collector.table(value, key), key)
    file.ui = collector.take(tables["ui"], "ui.", UI)
    file.models = collector.take(tables["models"], "models.", dict.fromkeys(tables["models"], validators.any_text))
    key_checks = dict.fromkeys(key_ids or tables["keys"], validators.keys)
    file.keys = collector.take(tables["keys"], "keys.", key_checks, "`tui-chat help keys`")
    _read_endpoints(collector, file, tables["endpoints"], path.parent, check_url)
    return file


def _home_of(name: str, value: object) -> str:
    """The table a misplaced key belongs to: keys are often written above it."""
    tables: dict[str, Collection[str]] = {"settings": knobs.NAMES, "ui": UI}
    for table, names in tables.items():
        if not isinstance(value, dict) and (near := nearest(name, names)) is not None:
            return f"expected {near}, below [{table}]"
    return ""


def _read_settings(
    collector: Collector, table: dict[str, Any], key: str, *, saved: bool = False
) -> tuple[Settings, tuple[str, ...]]:
    table = dict(table)
    listed = table.pop("not_sent", None) if saved else None
    not_sent = [name for name in listed if name in knobs.NAMES] if isinstance(listed, list) else []
    settings, problems = knobs.from_mapping(table)
    for name, found, expected in problems:
        at = f"{key}.{name}"
        if name in knobs.NAMES:
            collector.report(at, shown(at, found), expected)
        else:
            collector.report(at, "an unknown key", expected_name(name, knobs.NAMES))
    return settings, tuple(name for name in not_sent if getattr(settings, name) is None)


def _read_endpoints(
    collector: Collector, file: ConfigFile, table: dict[str, Any], folder: Path, check_url: UrlCheck
) -> None:
    for name, value in table.items():
        if is_key(name):
            collector.report("endpoints", f"{A_KEY} as the name of an endpoint", REPLACE_IT)
        elif name == LOCAL:
            file.local = read_local(collector, value, folder)
        elif name == DEMO or not name.strip() or not name.isprintable():
            expected = "expected another name: demo is built in" if name == DEMO else "expected a printable name"
            collector.report("endpoints", repr(name[:40]), expected)
        elif (endpoint := read_endpoint(collector, name, value, folder, check_url)) is not None:
            file.endpoints[name] = endpoint
