"""Describes an endpoint in words: address, model, source of the key, source of the configuration. Pure."""

from __future__ import annotations

from tui_chat.core.cost import price_words
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.short_number import short_number
from tui_chat.render.sanitize import safe_line
from tui_chat.store.config_report import masked_url

OWN_FILE = "config.toml"


def summary(config: EndpointConfig) -> str:
    """`mistral-large · host.example`, for one line."""
    from urllib.parse import urlsplit

    try:
        host = urlsplit(config.url).hostname or ""
    except ValueError:
        host = ""
    return " · ".join(filter(None, (config.model or "", host)))


def described(config: EndpointConfig, dialect: str, origin: str, *, held: bool) -> str:
    """The endpoint's details, in two or three lines. `held`: its key was typed for this run."""
    facts = (
        f"model {config.model}" if config.model else "",
        f"speaks {dialect}" if dialect else "",
        _key(config, held=held),
        f"context {short_number(config.context)}" if config.context else "",
        f"{price_words(config.price)} per million tokens" if config.price else "",
    )
    return "\n".join(filter(None, (masked_url(config.url), " · ".join(filter(None, facts)), whose(origin))))


def whose(origin: str) -> str:
    """Where it is configured, and so where it can be changed."""
    match origin:
        case "config.toml":
            return f"From {OWN_FILE}: change it there."
        case "environment":
            return "From your environment's variables: change it there."
        case "saved.toml":
            return "Added in the app, kept in saved.toml."
        case _:
            return "For this run only."


def key_lasts(config: EndpointConfig, origin: str, *, keyring: bool) -> str:
    """How long a key lasts that is typed, and what keeps it longer. `keyring`: there is one to choose."""
    variable = config.api_key_env
    match origin:
        case "saved.toml":
            ring = "choose the keyring" if keyring else "install the extra keyring"
            ways = f"{f'set the variable {variable}, ' if variable else ''}use api_key_command, or {ring}"
        case "config.toml" if variable:
            ways = f"set the variable {variable}, or use api_key_command or api_key_keyring in {OWN_FILE}"
        case "config.toml":
            ways = f"use api_key_env, api_key_command or api_key_keyring in {OWN_FILE}"
        case _ if variable:
            ways = f"set the variable {variable}"
        case _:
            ways = "name a variable that holds it with --key-env"
    return f"The key is kept until tui-chat ends. To keep it longer: {ways}."


def change_words(old: EndpointConfig, new: EndpointConfig, *, new_key: bool) -> str:
    """What was changed about an endpoint: a sentence for each kind of change, one for several, one for none."""
    name = safe_line(new.name)
    sources = [(each.api_key_env, each.api_key_command, each.api_key_keyring, each.auth) for each in (old, new)]
    kinds = {
        "name": f"{safe_line(old.name)} is called {name} now." if old.name != name else "",
        "address": f"The address of {name} is {masked_url(new.url)} now." if old.url != new.url else "",
        "key": _key_change(new, name, new_key=new_key) if new_key or sources[0] != sources[1] else "",
        "model": _model_change(new, name) if old.model != new.model else "",
        "price": _price_change(new, name) if old.price != new.price else "",
        "request": f"What is sent to {name} besides is changed." if _besides(old) != _besides(new) else "",
    }
    changed = [kind for kind, sentence in kinds.items() if sentence]
    if len(changed) <= 1:
        return kinds[changed[0]] if changed else f"Nothing about {name} was changed."
    return f"{name} has another {', '.join(changed[:-1])} and {changed[-1]} now."


def _besides(config: EndpointConfig) -> tuple[object, ...]:
    return config.headers, config.body, config.ca_file


def _key_change(config: EndpointConfig, name: str, *, new_key: bool) -> str:
    if new_key:
        return f"{name} has another key."
    if config.auth == "entra":
        return f"{name} signs in to Azure now."
    if config.api_key_env or config.api_key_command or config.api_key_keyring:
        return f"The key of {name} comes from another place now: {_key(config, held=False).removeprefix('key ')}."
    return f"No key is sent to {name} any more."


def _model_change(config: EndpointConfig, name: str) -> str:
    return f"{name} is asked for {safe_line(config.model)} now." if config.model else f"{name} names no model any more."


def _price_change(config: EndpointConfig, name: str) -> str:
    if config.price is None:
        return f"{name} has no price any more."
    return f"A million tokens of {name} cost {price_words(config.price)}."


def _key(config: EndpointConfig, *, held: bool) -> str:
    if config.api_key_env:
        return f"key from {config.api_key_env}"
    if config.api_key_command:
        return "key from a command"
    if config.api_key_keyring:
        return "key in the keyring"
    return "key typed for this run" if held else "no key"
