"""Merges configuration from `config.toml` (the user's), `saved.toml` (the app's), the environment and options.

saved.toml has precedence for the last endpoint, the theme and panes, default settings, and endpoints added in the app;
config.toml for everything else. Options override both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import field, replace
from typing import Any, Literal

from tui_chat.core import settings as knobs
from tui_chat.core.endpoint import BUILT_IN, EndpointConfig
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.settings import Settings
from tui_chat.store.config_file import SAVED_UI, UI, ConfigFile, Ui, read_config_file
from tui_chat.store.config_problem import ConfigurationError, Problem, expected_name, shown
from tui_chat.store.endpoint_table import LocalConfig, UrlCheck, any_text
from tui_chat.store.environment_endpoints import environment_endpoints
from tui_chat.store.paths import Paths
from tui_chat.store.preset_file import PresetFile
from tui_chat.store.validators import Collector

__all__ = ["Configuration", "ConfigurationError", "Problem", "Ui", "load_configuration"]

Origin = Literal["config.toml", "saved.toml", "environment", "option", "default"]


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything valid in both files, and all their problems.

    `endpoints` come from the files, `environment` from variables; `own_models` are their models before another one was
    saved as default. `last_endpoint` was chosen in the app. `settings` are the defaults of a new conversation,
    `config_settings` those of config.toml alone, to return to. `origins` maps dotted keys (`settings.temperature`) to
    the place that a value comes from.
    """

    paths: Paths
    endpoints: Mapping[str, EndpointConfig] = field(default_factory=dict)
    environment: Mapping[str, EndpointConfig] = field(default_factory=dict)
    own_models: Mapping[str, str | None] = field(default_factory=dict)
    local: LocalConfig = field(default_factory=LocalConfig)
    default_endpoint: str | None = None
    last_endpoint: str | None = None
    settings: Settings = field(default_factory=Settings)
    config_settings: Settings = field(default_factory=Settings)
    presets: Mapping[str, Settings] = field(default_factory=dict)
    ui: Ui = field(default_factory=Ui)
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every endpoint: from the files, the environment, and built in."""
        return tuple(dict.fromkeys((*self.endpoints, *self.environment, *BUILT_IN)))

    @property
    def preset_file(self) -> PresetFile:
        """The file whose presets can be edited while the program runs."""
        known = (name for name in self.presets if self.origins[f"presets.{name}"] == "config.toml")
        return PresetFile(self.paths.config, known, self.problems)

    def endpoint(self, name: str) -> EndpointConfig | None:
        """An endpoint that is not built in."""
        return self.endpoints.get(name) or self.environment.get(name)


def load_configuration(
    paths: Paths,
    env: Mapping[str, str],
    *,
    options: Settings | None = None,
    preset: str | None = None,
    check_url: UrlCheck = any_text,
    key_ids: Collection[str] | None = None,
    signs_in: bool = False,
) -> Configuration:
    """Read both files. Never raises: what cannot be used is a problem, and the rest counts.

    `options` are settings from the command line, and `preset` is the preset named there, for what they leave open; an
    unknown one changes nothing. `key_ids` are the actions that `[keys]` may name; None allows any. `signs_in`: in
    place of a key.
    """
    mine = Collector(str(paths.config))
    apps = Collector(str(paths.saved))
    config = read_config_file(mine, paths.config, check_url, key_ids, must_exist=paths.config_given)
    saved = read_config_file(apps, paths.saved, check_url, key_ids)
    offered, wrong = environment_endpoints(env, check_url, signs_in=signs_in)
    known = {**config.endpoints, **saved.endpoints, **offered}
    _check_default(mine, config, known)
    problems = (*mine.problems, *apps.problems, *wrong)
    presets = {**saved.presets, **config.presets}
    run = (options or Settings()).over(presets.get(preset or "", Settings()))
    return _joined(paths, config, saved, offered, run, problems)


def _joined(
    paths: Paths,
    config: ConfigFile,
    saved: ConfigFile,
    offered: Mapping[str, EndpointConfig],
    options: Settings,
    problems: tuple[Problem, ...],
) -> Configuration:
    origins: dict[str, Origin] = {}
    own = {**offered, **config.endpoints, **saved.endpoints}
    offered = _with_models(offered, saved.models)
    endpoints = _with_models({**config.endpoints, **saved.endpoints}, saved.models)
    for name in (*offered, *endpoints):
        source: Origin = "config.toml" if name in config.endpoints else "environment"
        origins[f"endpoints.{name}"] = "saved.toml" if name in saved.endpoints else source
    for name in (*saved.presets, *config.presets):
        origins[f"presets.{name}"] = "config.toml" if name in config.presets else "saved.toml"
    ui: dict[str, Any] = {}
    for name in UI:
        first, second = (saved, config) if name in SAVED_UI else (config, saved)
        found = first if name in first.ui else second
        if name in found.ui:
            ui[name] = found.ui[name]
        origins[f"ui.{name}"] = ("saved.toml" if found is saved else "config.toml") if name in found.ui else "default"
    return Configuration(
        paths=paths,
        endpoints=endpoints,
        own_models={name: endpoint.model for name, endpoint in own.items()},
        environment={name: value for name, value in offered.items() if name not in endpoints},
        local=config.local or saved.local or LocalConfig(),
        default_endpoint=config.default_endpoint or saved.default_endpoint,
        last_endpoint=saved.endpoint,
        settings=_settings(config, saved, options, origins),
        config_settings=config.settings,
        presets={**saved.presets, **config.presets},
        ui=Ui(**ui),
        keys={**saved.keys, **config.keys},
        origins=origins,
        problems=problems,
    )


def _with_models(endpoints: Mapping[str, EndpointConfig], models: Mapping[str, str]) -> dict[str, EndpointConfig]:
    """The endpoints with their saved default models."""
    return {
        name: replace(endpoint, model=models[name] or None) if name in models else endpoint
        for name, endpoint in endpoints.items()
    }


def _settings(config: ConfigFile, saved: ConfigFile, options: Settings, origins: dict[str, Origin]) -> Settings:
    values: dict[str, Any] = {}
    for name in knobs.NAMES:
        sources: list[tuple[Origin, Settings]] = [("option", options), ("saved.toml", saved.settings)]
        if name not in saved.not_sent:
            sources.append(("config.toml", config.settings))
        unset: Origin = "saved.toml" if name in saved.not_sent else "default"
        origin = next((where for where, found in sources if getattr(found, name) is not None), unset)
        origins[f"settings.{name}"] = origin
        values[name] = next((v for _, found in sources if (v := getattr(found, name)) is not None), None)
    return Settings(**values)


def _check_default(collector: Collector, config: ConfigFile, known: Collection[str]) -> None:
    names = (*known, *BUILT_IN)
    if config.default_endpoint is not None and config.default_endpoint not in names:
        found = config.default_endpoint
        collector.report("default_endpoint", shown("default_endpoint", found), expected_name(found, names))
        config.default_endpoint = None
