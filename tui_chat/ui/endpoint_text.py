"""Describes an endpoint in words: address, model, source of the key, source of the configuration. Pure."""

from __future__ import annotations

from tui_chat.core.cost import price_words
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.short_number import short_number
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


def _key(config: EndpointConfig, *, held: bool) -> str:
    if config.api_key_env:
        return f"key from {config.api_key_env}"
    if config.api_key_command:
        return "key from a command"
    if config.api_key_keyring:
        return "key in the keyring"
    return "key typed for this run" if held else "no key"
