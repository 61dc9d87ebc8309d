"""An endpoint as it is typed → one that can be used. This file owns the sentence for each mistake in it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import urlsplit

from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.message import ServerError
from tui_chat.wire.address import is_loopback
from tui_chat.wire.address import parse as parse_address
from tui_chat.wire.endpoint import resolve
from tui_chat.wire.pasted import Pasted, is_curl
from tui_chat.wire.pasted import parse as parse_curl

KeyFrom = Literal["none", "variable", "command", "keyring", "typed"]
KEY_FROM: tuple[tuple[str, KeyFrom], ...] = (
    ("no key", "none"),
    ("an environment variable", "variable"),
    ("what a command prints", "command"),
    ("the keyring", "keyring"),
    ("typed here, for this run only", "typed"),
)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SHARED = frozenset({"api", "www", "models", "chat", "inference", "ai"})


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in the fields. `base` holds what a curl command said beside them: headers, body, auth."""

    url: str = ""
    key_from: KeyFrom = "none"
    key: str = field(default="", repr=False)
    name: str = ""
    model: str = ""
    base: EndpointConfig | None = None


def taken_apart(form: Form) -> Form | str:
    """The form with a curl command's parts in their fields; fields that were filled keep what they hold. Or what is
    wrong with the command. A form without one comes back as it is."""
    if not is_curl(form.url):
        return form
    found = parse_curl(form.url)
    if isinstance(found, str):
        return f"The curl command cannot be used: {found}."
    filled = replace(form, url=found.config.url, base=found.config, model=form.model or found.config.model or "")
    return filled if form.key else _keyed(filled, found)


def _keyed(form: Form, found: Pasted) -> Form:
    if found.config.api_key_env:
        return replace(form, key_from="variable", key=found.config.api_key_env)
    return replace(form, key_from="typed", key=found.key) if found.key else form


def proposed_name(url: str, taken: Collection[str]) -> str:
    """A name for an endpoint: of the host, without what all hosts have. "" where the URL is none yet."""
    address = parse_address(url)
    if isinstance(address, str):
        return ""
    host = urlsplit(address.url).hostname or ""
    labels = [label for label in host.split(".")[:-1] if label not in _SHARED]
    name = "here" if is_loopback(host) else (labels[0] if labels else host)
    return name if name not in taken else next(n for i in range(2, 10_000) if (n := f"{name}-{i}") not in taken)


def described(form: Form, taken: Collection[str]) -> tuple[EndpointConfig, str | None] | str:
    """The endpoint and its key, if that was typed; or the first mistake as a sentence with the next step."""
    form_or_mistake = taken_apart(form)
    if isinstance(form_or_mistake, str):
        return form_or_mistake
    form = form_or_mistake
    if not form.url.strip():
        return "Paste the address of the endpoint, or a whole curl command."
    wrong = parse_address(form.url)
    if isinstance(wrong, str):
        return f"The address {wrong}: paste it as your provider shows it."
    mistake = _name(form.name.strip(), taken)
    if mistake is not None:
        return mistake
    config = replace(
        form.base or EndpointConfig("", ""),
        name=form.name.strip(),
        url=form.url.strip(),
        model=form.model.strip() or None,
        api_key_env=None,
    )
    return _with_key(config, form)


def _name(name: str, taken: Collection[str]) -> str | None:
    if not name:
        return "Give the endpoint a name: it is how you choose it later."
    if not name.isprintable():
        return "The name holds a character that cannot be shown: type another one."
    return f"There is an endpoint {name} already: choose another name." if name in taken else None


def _with_key(config: EndpointConfig, form: Form) -> tuple[EndpointConfig, str | None] | str:
    text, key = form.key.strip(), None
    missing = {
        "variable": "Name the environment variable that holds the key.",
        "command": "Give the command that prints the key.",
        "keyring": "Name the service under which the keyring holds the key.",
        "typed": "Type the key, or choose another place where it comes from.",
    }
    if form.key_from != "none" and not text:
        return missing[form.key_from]
    match form.key_from:
        case "variable":
            text = text.removeprefix("$")
            if not _VARIABLE.fullmatch(text):
                return "That is not the name of a variable. To use a key itself, choose: typed here, for this run only."
            config = replace(config, api_key_env=text)
        case "command":
            try:
                config = replace(config, api_key_command=tuple(shlex.split(text)))
            except ValueError:
                return "A quote in the command is not closed."
        case "keyring":
            config = replace(config, api_key_keyring=text)
        case "typed":
            key = text
        case "none":
            config = replace(config, auth=None)
    found = resolve(config, key)
    if isinstance(found, ServerError):
        return " ".join(filter(None, (found.message, found.hint)))
    return config, key
