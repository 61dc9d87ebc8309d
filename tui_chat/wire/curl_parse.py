"""Parses a pasted curl command, code or `.env` file into address, model and key."""

from __future__ import annotations

import base64
import re
import shlex
from collections.abc import Mapping
from dataclasses import field, replace
from typing import Any

from tui_chat.core.endpoint import Auth, EndpointConfig
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.recognize_api_keys import looks_like_key, pasted_keys
from tui_chat.core.settings import NAMES, Settings, from_mapping
from tui_chat.wire.body import leading

_COMMAND = lazy_pattern(r"^\s*(?:\$\s+|>\s*)?curl(?:\.exe)?(?:\s|$)", re.IGNORECASE)
_CONTINUED = lazy_pattern(r"[\\^`][ \t]*\r?\n")
_VARIABLE = lazy_pattern(r"\$env:([A-Za-z_]\w*)|\$\{?([A-Za-z_]\w*)\}?|%([A-Za-z_]\w*)%")
_WITH_VALUE = {
    "-H": "header", "--header": "header", "-d": "data", "--data": "data", "--data-raw": "data", "--data-binary": "data",
    "--data-ascii": "data", "--json": "data", "--url": "url", "-u": "user", "--user": "user", "--cacert": "cacert",
    "--oauth2-bearer": "bearer", "-X": "", "--request": "", "-o": "", "--output": "", "-m": "", "--max-time": "",
    "-x": "", "--proxy": "", "--connect-timeout": "", "--retry": "", "-A": "",
    "--user-agent": "", "-w": "", "--write-out": "",
    "-b": "cookie", "--cookie": "cookie",
    "-e": "", "--referer": "", "--resolve": "", "-T": "", "--retry-delay": "", "-c": "",
}  # fmt: skip
_KINDS = frozenset(_WITH_VALUE.values())
_URL = lazy_pattern(r"https?://[^\s\"'<>`]+", re.IGNORECASE)
_MODEL = lazy_pattern(r"\bmodel[\"']?\s*[=:]\s*[\"']([^\s\"']+)[\"']", re.IGNORECASE)
_READ = lazy_pattern(r"(?:environ(?:\.get)?|getenv|process\.env)[\[(.]+\s*[\"']?(\w+)")
_IN_BODY = ("system", "prompt_mode", "safe_prompt", "extra_body")
"""Settings that have no field of their own in a request, or may stay in the endpoint's body."""
_SIGNS_IN = lazy_pattern(r"(?:\$\(|`)\s*(?:az\s+account\s+get-access-token|azd\s+auth\s+token)\b", re.IGNORECASE)
_CREDENTIAL = lazy_pattern(r"\b(?:DefaultAzureCredential|AzureCliCredential|get_bearer_token_provider)\b")
_OURS = frozenset({"content-type", "accept", "accept-encoding", "user-agent", "content-length", "host", "connection"})


@dataclass(frozen=True, slots=True)
class CurlCommand:
    """A parsed command. `key` is the literal key, if the command has one; a variable is named in `config` instead."""

    config: EndpointConfig
    key: str | None = field(default=None, repr=False)
    settings: Settings = field(default_factory=Settings)


UNCLOSED = "a quote is not closed"


def is_curl(text: str) -> bool:
    """Whether a text is a curl command, also after a prompt sign."""
    return _COMMAND.match(text) is not None


def is_whole(text: str) -> bool:
    """Whether no line of a command is missing behind this: a quote in it may be open."""
    return not (is_curl(text) and (text.rstrip(" ").endswith("\\") or parse(text) == UNCLOSED))


def parse(text: str, name: str = "pasted") -> CurlCommand | str:
    """The endpoint that a command calls, or what is wrong with it."""
    try:
        words = shlex.split(_CONTINUED.sub(" ", _COMMAND.sub("", text)))
    except ValueError:
        return UNCLOSED
    found = _options(words)
    urls = found["url"]
    if not urls:
        return "it names no URL"
    if variable := _variable(urls[0]):
        return f"its URL holds the variable {variable}: put the address itself there"
    body = leading("&".join(found["data"])) if found["data"] else {}
    if not isinstance(body, dict):
        return "its data is not a JSON object"
    pasted = _pasted(name, urls[0], found, body)
    for header, value in pasted.config.headers.items():
        if variable := _variable(value):
            return (
                f"its header {header} holds the variable {variable}, which only the key may: put the value itself there"
            )
    return pasted


def _options(words: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    rest = iter(words)
    for word in rest:
        option, joined, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if option in _WITH_VALUE:
            found[_WITH_VALUE[option]].append(value if joined else next(rest, ""))
        elif word[:2] in _WITH_VALUE and len(word) > 2 and word[1] != "-":
            found[_WITH_VALUE[word[:2]]].append(word[2:])
        elif not word.startswith("-"):
            found["url"].append(word)
    return found


def _pasted(name: str, url: str, found: dict[str, list[str]], body: dict[str, Any]) -> CurlCommand:
    headers = {n.strip(): v.strip() for n, _, v in (h.partition(":") for h in found["header"]) if n.strip()}
    if found["bearer"]:
        headers["Authorization"] = f"Bearer {found['bearer'][0]}"
    elif found["user"] and not any(name.lower() == "authorization" for name in headers):
        headers["Authorization"] = "Basic " + base64.b64encode(found["user"][0].encode()).decode()
    if cookies := [value for value in found["cookie"] if "=" in value]:  # else it is the name of a file
        headers["Cookie"] = "; ".join(cookies)
    auth, key = _key(headers)
    carries = {"authorization", "api-key"} if auth != "subscription-key" else {"ocp-apim-subscription-key"}
    kept = {n: v for n, v in headers.items() if n.lower() not in _OURS | carries}
    variable = _variable(key or "")
    model = body.pop("model", None)
    knobs = {n: v for n, v in body.items() if n in NAMES and n not in _IN_BODY}
    settings, _ = from_mapping(_listed(knobs))
    skipped = {"messages", "stream", "stream_options", *knobs}
    config = EndpointConfig(
        name=name,
        url=url,
        api_key_env=variable,
        auth=auth if key or auth == "entra" else None,
        model=model if isinstance(model, str) and model else None,
        headers=kept,
        body={n: v for n, v in body.items() if n not in skipped},
        ca_file=next(iter(found["cacert"]), None),
    )
    return CurlCommand(config, None if variable else key, settings)


@dataclass(frozen=True, slots=True)
class Snippet:
    """What was found in code or in a file of variables; "" for the rest. At most one of `key` and `variable`.

    `signs_in`: the code signs in with Entra ID.
    """

    url: str = ""
    model: str = ""
    variable: str = ""
    key: str = field(default="", repr=False)
    signs_in: bool = False


def snippet(text: str) -> Snippet | None:
    """What a text says about an endpoint, if it contains a key, its variable or a sign-in; else None."""
    keys, read = pasted_keys(text), _READ.search(text)
    url, model = _address(text), _MODEL.search(text)
    if url is not None and _CREDENTIAL.search(text) and not any(map(looks_like_key, keys)):
        return Snippet(url[0].rstrip(".,;)"), model[1] if model else "", signs_in=True)
    if not keys and read is None:
        return None
    return Snippet(
        url=url[0].rstrip(".,;)") if url else "",
        model=model[1] if model else "",
        variable=read[1] if read and not keys else "",
        key=keys[0] if keys else "",
    )


def _address(text: str) -> re.Match[str] | None:
    """The first address that is not one for requesting tokens."""
    return next((found for found in _URL.finditer(text) if not found[0].rstrip(".,;)").endswith("/.default")), None)


def _listed(knobs: Mapping[str, Any]) -> dict[str, Any]:
    """`stop` may be a single text on the wire."""
    return {n: [v] if n == "stop" and isinstance(v, str) else v for n, v in knobs.items()}


def _key(headers: Mapping[str, str]) -> tuple[Auth | None, str | None]:
    low = {name.lower(): value for name, value in headers.items()}
    if value := low.get("api-key"):
        return "api-key", value
    if value := low.get("ocp-apim-subscription-key"):
        return "subscription-key", value
    value = low.get("authorization", "")
    if _SIGNS_IN.search(value):
        return "entra", None  # a token that the shell fetches
    if value[:7].lower() == "bearer ":
        return "bearer", value[7:].strip() or None
    return ("raw", value) if value else (None, None)


def _variable(text: str) -> str | None:
    found = _VARIABLE.search(text)
    return next((name for name in found.groups() if name), None) if found else None


def expand(config: EndpointConfig) -> tuple[EndpointConfig, str | None] | str:
    """Expand a table whose URL is a curl command, and return the key in it; or what is wrong.

    The table's own values override the command's.
    """
    if not is_curl(config.url):
        return config, None
    found = parse(config.url, config.name)
    if isinstance(found, str):
        return found
    own, pasted = config, found.config
    keyed = own.api_key_env or own.api_key_command or own.api_key_keyring
    made = replace(
        own,
        url=pasted.url,
        api_key_env=own.api_key_env if keyed else pasted.api_key_env,
        auth=own.auth or (None if keyed else pasted.auth),
        model=own.model or pasted.model,
        headers={**pasted.headers, **own.headers},
        body={**pasted.body, **own.body},
        ca_file=own.ca_file or pasted.ca_file,
    )
    return made, None if keyed else found.key
