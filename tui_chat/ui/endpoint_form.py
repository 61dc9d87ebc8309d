"""An endpoint as it is typed → one that can be used. This file owns the sentence for each mistake in it."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field, replace
from typing import Literal
from urllib.parse import urlsplit

from tui_chat.core.endpoint import KEYRING_SERVICE, EndpointConfig
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import ServerError
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.recognize_api_keys import holds_any, looks_like_key, pasted_keys
from tui_chat.core.short_number import counted
from tui_chat.ui.known_endpoint import difference, joined, known_endpoint
from tui_chat.ui.price_fields import PriceFields, price_fields, read_price
from tui_chat.wire.address import advice, is_loopback, unlabelled
from tui_chat.wire.address import parse as parse_address
from tui_chat.wire.curl_parse import is_curl, snippet
from tui_chat.wire.curl_parse import parse as parse_curl
from tui_chat.wire.resolve_endpoint import resolve

Described = tuple[EndpointConfig, str | None]
"""An endpoint and the key that was typed for it."""

KeyFrom = Literal["none", "variable", "command", "entra", "keyring", "typed"]
KEY_FROM: tuple[tuple[str, KeyFrom], ...] = (
    ("no key", "none"),
    ("an environment variable", "variable"),
    ("what a command prints", "command"),
    ("a sign-in to Azure with Entra ID, such as az login", "entra"),
    ("the keyring, which is to hold it", "keyring"),
    ("typed here, for this run only", "typed"),
)
TAKES_NOTHING: tuple[KeyFrom, ...] = ("none", "entra")
TAKES_KEY: tuple[KeyFrom, ...] = ("keyring", "typed")
"""Where the key itself is typed. What is typed for the others is written to a file."""

OF_DEPLOYMENTS = (".openai.azure.com", ".services.ai.azure.com", ".cognitiveservices.azure.com")
"""Hosts that serve one deployment or another, by its name."""

UNLISTED = "Type the name of the deployment: the portal has it under Deployments."

SHORTEST_KEY = 8
_VARIABLE = lazy_pattern(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBERS = lazy_pattern(r"[0-9.]+")
_SHARED = frozenset({"api", "www", "models", "chat", "inference", "ai"})
_MISSING: dict[KeyFrom, str] = {
    "variable": "Name the environment variable that holds the key.",
    "command": "Give the command that prints the key.",
    "keyring": "Type the key that the keyring is to hold, or choose another place where it comes from.",
    "typed": "Type the key, or choose another place where it comes from.",
}


@dataclass(frozen=True, slots=True)
class EndpointForm:
    """The values of the fields. `base` holds what else a curl command said: headers, body, auth.

    `key` is what was typed for `key_from`; `others` what was typed for the other sources, so that no value wanders
    from one to another. `seen` are the keys that were pasted or typed in this run.
    """

    url: str = field(default="", repr=False)
    key_from: KeyFrom = "none"
    key: str = field(default="", repr=False)
    name: str = ""
    model: str = ""
    base: EndpointConfig | None = None
    others: Mapping[KeyFrom, str] = field(default_factory=dict, repr=False)
    seen: frozenset[str] = field(default=frozenset(), repr=False)
    kept: Mapping[KeyFrom, str] = field(default_factory=dict)
    """Where an edited endpoint has its key: it stays there while nothing is typed. For a keyring its service."""
    price: PriceFields = PriceFields()
    known: tuple[EndpointConfig, ...] = field(default=(), repr=False)
    """The endpoints that there are: one of them may be described again."""
    at: str = "url"
    """The field to begin in."""

    @property
    def again(self) -> EndpointConfig | None:
        """The known endpoint that this describes."""
        return known_endpoint(self.url, self.model, self.known) if self.known else None


def form_of(config: EndpointConfig, *, held: bool) -> EndpointForm:
    """An endpoint as it is edited. Its key is in no field. `held` says that one was typed, for this run: it is the key
    that is used, also where a variable is named for the next start."""
    source: KeyFrom = "typed" if held else "none"
    text, kept = "", {source: ""} if held else {}
    others: dict[KeyFrom, str] = {}
    if config.api_key_env and held:
        others = {"variable": config.api_key_env}
    elif config.api_key_env:
        source, text = "variable", config.api_key_env
    elif config.api_key_command:
        source, text = "command", shlex.join(config.api_key_command)
    elif config.api_key_keyring:
        source, kept = "keyring", {"keyring": config.api_key_keyring}
    elif config.auth == "entra":
        source = "entra"
    base = replace(config, api_key_env=None, api_key_command=None, api_key_keyring=None)
    price = price_fields(config.price)
    return EndpointForm(config.url, source, text, config.name, config.model or "", base, others, kept=kept, price=price)


def switched(form: EndpointForm, key_from: KeyFrom) -> EndpointForm:
    """The form with another source of the key, and with what was typed for that one before."""
    others = {**form.others, form.key_from: form.key}
    return replace(form, key_from=key_from, key=others.pop(key_from, ""), others=others)


def typed_source(keyring: bool) -> KeyFrom:
    """Where a key goes that is typed or pasted."""
    return "keyring" if keyring else "typed"


def remembered(form: EndpointForm) -> EndpointForm:
    """The form with what was typed as a key among the keys that were seen. A short text may be a slip."""
    values = {**form.others, form.key_from: form.key}
    keys = {values.get(source, "").strip() for source in TAKES_KEY}
    return replace(form, seen=form.seen | {key for key in keys if len(key) >= SHORTEST_KEY})


def is_secret(form: EndpointForm, text: str) -> bool:
    """Whether a text must not be shown or written: it looks like a key, sets one, or holds one that was seen."""
    return bool(pasted_keys(text)) or holds_any(text, form.seen)


def is_secret_command(form: EndpointForm, text: str) -> bool:
    """The same for a command, where `-u NAME` is no password."""
    return looks_like_key(text) or holds_any(text, form.seen)


def is_secret_source(form: EndpointForm, text: str) -> bool:
    """The same for what is typed of where the key comes from."""
    return (is_secret_command if form.key_from == "command" else is_secret)(form, text)


def missing_model(form: EndpointForm) -> str:
    """The label of the model where Azure needs the name of a deployment that nothing says; else ""."""
    address = parse_address(form.url)
    if form.model.strip() or isinstance(address, str):
        return ""
    parts = urlsplit(address.url)
    if not (parts.hostname or "").endswith(OF_DEPLOYMENTS) or "/deployments/" in parts.path:
        return ""
    return "Model: Azure needs the name of your deployment"


def what_to_choose(form: EndpointForm, listed: Sequence[str], *, passed: bool) -> str:
    """What is said beside the names that the server lists; "" where none of them has to be chosen. `passed`: a check
    has."""
    if missing_model(form):
        return f"{counted(len(listed), 'deployment')} found: choose one." if listed else UNLISTED
    count, model = counted(len(listed), "model"), form.model.strip()
    if not model and len(listed) > 1:
        return f"The server lists {count}: choose one, or go on without where it has a default."
    if model and listed and model not in listed and not passed:
        return f"The server lists {count}, and {model} is none of them: choose one."
    return ""


def lacking(form: EndpointForm) -> str:
    """The first field that something is missing from, by its id; "" where nothing is."""
    if isinstance(parse_address(form.url), str):
        return "url"
    takes_key = form.key_from not in TAKES_NOTHING and form.key_from not in form.kept
    if takes_key and not form.key.strip():
        return "key"
    if not form.name.strip():
        return "name"
    return "model" if missing_model(form) else ""


def wants_key(form: EndpointForm) -> bool:
    """Whether the address is one of a provider, and nothing is said of a key yet."""
    address = parse_address(form.url)
    if form.key_from != "none" or form.again is not None or isinstance(address, str):
        return False
    return address.url.startswith("https:") and not is_loopback(urlsplit(address.url).hostname or "")


def with_key_source(form: EndpointForm, *, keyring: bool) -> EndpointForm:
    """The form with a key to be typed, where one is wanted."""
    return switched(form, typed_source(keyring)) if wants_key(form) else form


def with_name(form: EndpointForm, taken: Collection[str]) -> EndpointForm:
    """The form with the name that is proposed for it."""
    again = form.again
    return replace(form, name=proposed_name(form.url, taken) if again is None else again.name)


def what_differs(form: EndpointForm) -> str:
    """What tells the endpoint from a known one at its address, or from the one that has its name without the number."""
    plain = proposed_name(form.url, ())
    same = known_endpoint(form.url, "", form.known)
    known = same or next((each for each in form.known if each.name == plain), None)
    is_numbered = form.name.startswith(f"{plain}-")
    if known is None or form.again is not None or not (same or is_numbered):
        return ""
    called = f" So this one is called {form.name}; any other name will do." if is_numbered else ""
    return f"{difference(form.url, form.model.strip(), known)}{called}"


def next_step(form: EndpointForm, found: Described | str, tried: Described | None) -> str:
    """What comes next: the field that lacks something, `try`, or `use` where that is what a check has passed."""
    field = lacking(form)
    if field and not (field == "url" and form.url.strip()):
        return field
    return "use" if tried is not None and tried == found else "try"


def named_variable(form: EndpointForm) -> str | None:
    """The variable that was named before a key was typed in its place: it is to hold the key at the next start."""
    name = form.others.get("variable", "").strip().removeprefix("$")
    return name if _VARIABLE.fullmatch(name) and not is_secret(form, name) else None


def taken_apart(form: EndpointForm, *, keyring: bool = False) -> EndpointForm | str:
    """The form with the parts of a curl command, of code or of a `.env` file in their fields; fields that were filled
    keep what they hold. Or what is wrong with the command. A form with a plain address comes back as it is.

    `keyring` says whether there is a keyring that can hold a key.
    """
    if not is_curl(form.url):
        return _picked(form, keyring)
    seen = form.seen | set(pasted_keys(form.url))
    found = parse_curl(form.url)
    if isinstance(found, str):
        return f"The curl command cannot be used: {found}."
    filled = replace(form, url=found.config.url, base=found.config, model=form.model or found.config.model or "")
    if found.config.auth == "entra":
        return _signing_in(replace(filled, seen=seen))
    return _keyed(replace(filled, seen=seen), found.config.api_key_env or "", found.key or "", keyring)


def _picked(form: EndpointForm, keyring: bool) -> EndpointForm:
    """For a text that is no single address, the fields found in it."""
    text = form.url.strip()
    whole = not any(map(str.isspace, text)) and ("://" in text or "?" in text)
    if (plain := unlabelled(text)) != text and not isinstance(parse_address(text), str):
        return replace(form, url=plain)
    if not text or (whole and not isinstance(parse_address(text), str)) or (found := snippet(text)) is None:
        return form
    filled = replace(form, url=found.url, model=form.model or found.model, seen=form.seen | set(pasted_keys(text)))
    if found.signs_in:
        return _signing_in(filled)
    return _keyed(filled, found.variable, found.key, keyring)


def _signing_in(form: EndpointForm) -> EndpointForm:
    """The form with a sign-in in place of a key, unless a source was chosen and filled."""
    return form if form.key else switched(form, "entra")


def _keyed(form: EndpointForm, variable: str, key: str, keyring: bool) -> EndpointForm:
    """The form with a key that was pasted, in every place that takes one, or with the name of its variable.

    A source that was chosen and filled stays.
    """
    if key:
        form = replace(form, seen=form.seen | {key}, others={**form.others, **dict.fromkeys(TAKES_KEY, key)})
    if form.key or not (variable or key):
        return form
    form = switched(form, "variable" if variable else typed_source(keyring))
    return replace(form, key=variable) if variable else form


def proposed_name(url: str, taken: Collection[str]) -> str:
    """A name for an endpoint: its host without common parts. "" if the URL is incomplete."""
    address = parse_address(url)
    if isinstance(address, str):
        return ""
    parts = urlsplit(address.url)
    host = parts.hostname or ""
    labels = [label for label in host.split(".")[:-1] if label not in _SHARED]
    if is_loopback(host) or ":" in host or _NUMBERS.fullmatch(host):
        name = parts.netloc.rpartition("@")[2]
    else:
        name = labels[0] if labels else host
    if looks_like_key(name):  # the host of a function, or a key in place of an address
        name = "endpoint"
    return name if name not in taken else next(n for i in range(2, 10_000) if (n := f"{name}-{i}") not in taken)


def described(form: EndpointForm, taken: Collection[str]) -> tuple[EndpointConfig, str | None] | str:
    """The endpoint and its key, if that was typed; or the first mistake as a sentence with the next step.

    No sentence quotes a key. A key that the keyring is to hold comes with `api_key_keyring` naming our service.
    """
    form_or_mistake = taken_apart(form)
    if isinstance(form_or_mistake, str):
        return form_or_mistake
    form = remembered(form_or_mistake)
    if not form.url.strip():
        return "Paste the address of the endpoint, or a whole curl command."
    wrong = parse_address(form.url)
    if isinstance(wrong, str):
        what, paste = advice(wrong)
        return f"The address {what}: paste {paste or 'it as your provider shows it'}."
    again = form.again
    others = [name for name in taken if again is None or name != again.name]
    mistake = _exposed(form) or _name(form.name.strip(), others)
    if mistake is not None:
        return mistake
    price = read_price(form.price)
    if isinstance(price, str):
        return price
    config = replace(
        form.base or EndpointConfig("", ""),
        name=form.name.strip(),
        url=form.url.strip(),
        model=form.model.strip() or None,
        api_key_env=None,
        price=price,
    )
    found = _with_key(config, form)
    if isinstance(found, str) or again is None or again.name != config.name:
        return found
    return joined(again, found[0], keyed=form.key_from not in ("none", "typed")), found[1]


def _exposed(form: EndpointForm) -> str | None:
    """The first field with a key in it that would be shown and written."""
    fields = {
        "name": form.name,
        "model": form.model,
        "currency": form.price.currency,
        "path of the certificates": (form.base.ca_file if form.base else None) or "",
    }
    command = form.key if form.key_from == "command" else ""
    where = "command" if is_secret_command(form, command) else None
    where = where or next((label for label, text in fields.items() if text and is_secret(form, text)), None)
    if where is None:
        return None
    return (
        f"The {where} is a key, or looks like one, and would be shown and written to a file: "
        f"take it out there. A key belongs where it is typed, under: {KEY_FROM[-1][0]}."
    )


def _name(name: str, taken: Collection[str]) -> str | None:
    if not name:
        return "Give the endpoint a name: it is how you choose it later."
    if not name.isprintable():
        return "The name holds a character that cannot be shown: type another one."
    return f"There is an endpoint {name} already: choose another name." if name in taken else None


def _with_key(config: EndpointConfig, form: EndpointForm) -> tuple[EndpointConfig, str | None] | str:
    text = form.key.strip()
    if not text and form.key_from in form.kept:
        variable = named_variable(form) if form.key_from == "typed" else None
        return replace(config, api_key_keyring=form.kept[form.key_from] or None, api_key_env=variable), None
    if form.key_from not in TAKES_NOTHING and not text:
        return _MISSING[form.key_from]
    placed = _key_source(replace(config, auth=None) if config.auth == "entra" else config, form, text)
    return placed if isinstance(placed, str) else _usable(*placed)


def _key_source(config: EndpointConfig, form: EndpointForm, text: str) -> Described | str:
    """The endpoint with the source that was chosen, and the key that was typed; or the mistake."""
    key = None
    match form.key_from:
        case "entra":
            config = replace(config, auth="entra")
        case "variable":
            text = text.removeprefix("$")
            if not _VARIABLE.fullmatch(text) or is_secret(form, text):
                like = ", and looks like a key" if is_secret(form, text) else ""
                return f"That is not the name of a variable{like}. To use a key itself, choose: {KEY_FROM[-1][0]}."
            config = replace(config, api_key_env=text)
        case "command":
            try:
                config = replace(config, api_key_command=tuple(shlex.split(text)))
            except ValueError:
                return "A quote in the command is not closed."
        case "keyring":
            config, key = replace(config, api_key_keyring=KEYRING_SERVICE), text
        case "typed":
            key = text
            config = replace(config, api_key_env=named_variable(form))  # for the next start
        case "none":
            config = replace(config, auth=None)
    return config, key


def _usable(config: EndpointConfig, key: str | None) -> Described | str:
    found = resolve(config, key)
    if isinstance(found, ServerError):
        return " ".join(filter(None, (found.message, found.hint)))
    if config.auth == "entra" and not found.dialect.startswith("azure-"):
        return (
            "Entra ID signs in to Azure only, and this address is not one of Azure's: choose where its key comes from."
        )
    return config, key
