"""Turns any pasted URL into the address of its chat completions, without doubling a suffix."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from tui_chat.core.dialects import find
from tui_chat.core.dialects.rules import COMPLETIONS, NO_VERSION, V1, Host, Rules
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.recognize_api_keys import looks_like_key
from tui_chat.wire.curl_parse import CurlCommand, is_curl
from tui_chat.wire.curl_parse import parse as parse_curl
from tui_chat.wire.foreign_address import foreign

_SCHEME = lazy_pattern(r"[A-Za-z][A-Za-z0-9+.-]*://")
_ONE_SLASH = lazy_pattern(r"(https?):(?!//)/?(?=[^/])", re.IGNORECASE)
_MISTYPED = lazy_pattern(r"(?!https?:)[a-z][a-z0-9+-]*:/(?!/)", re.IGNORECASE)
_VERSION = lazy_pattern(r"/v\d+[a-z0-9]*(?=/|$)", re.IGNORECASE)
_TWICE = lazy_pattern(r"(/v\d+[a-z0-9]*)\1+(?=/|$)", re.IGNORECASE)
_FULL = lazy_pattern(r"/chat/completions(?:(?:/v\d+[a-z0-9]*)?/chat/completions)*(?:/v\d+[a-z0-9]*)?$", re.IGNORECASE)
_OTHER_ROUTE = lazy_pattern(
    r"/(?:(?:fim/)?completions|responses|embeddings|models|messages|chat|files|batches)$", re.IGNORECASE
)
_PROJECT = lazy_pattern(r"/api/projects/[^/]+$")
_ASSIGNED = lazy_pattern(r"\A(?:(?:export\s+)?[A-Za-z_]\w*\s*=|[A-Za-z][A-Za-z ]{1,30}:)\s*(?=[\"']?https?://)")
"""The beginning of a pasted line that sets a variable."""
_BACKSLASH = lazy_pattern(r"\\(?=[A-Za-z0-9])")
_EMPTY_VERSION = lazy_pattern(r"&?api-version=(?=&|$)", re.IGNORECASE)
_QUOTES = "\"'`<>“”‘’«»"
_HOST = lazy_pattern(r"[^\s/\\?#@\[\]<>\"'`{}|^%]+|\[[0-9A-Fa-f:.]+\]")


@dataclass(frozen=True, slots=True)
class Address:
    """`url` is complete and holds no user name; `userinfo` is the part before the @, decoded, or None."""

    url: str
    rules: Rules
    host: Host
    userinfo: str | None = None


def parse(text: str) -> Address | str:
    """The address in a pasted text, or what is wrong with it ("…, expected …" or "…; paste …")."""
    if is_curl(text):
        command = parse_curl(text)
        return (
            parse(command.config.url)
            if isinstance(command, CurlCommand)
            else f"is a curl command that cannot be used: {command}"
        )
    pasted = unlabelled(text)
    pasted = _BACKSLASH.sub("/", pasted).replace("\\", "")  # the others escape a sign for a shell
    if not pasted:
        return "is empty"
    if any(ord(c) < 33 or ord(c) == 127 for c in pasted):
        return "holds a space or a control character"
    if mistyped := _MISTYPED.match(pasted):
        return f"begins with {mistyped[0]}, expected http:// or https://"
    try:
        parts = urlsplit(_with_scheme(pasted))
        port = parts.port
    except ValueError:
        return "has an invalid host or port"
    if parts.scheme not in ("http", "https"):
        return f"begins with {parts.scheme}://, expected http:// or https://"
    if looks_like_key(f"//{parts.netloc.rpartition('@')[2]}") or looks_like_key(parts.scheme):
        return "is a key, not an address"
    hostname = (parts.hostname or "").rstrip(".")
    if not hostname or not _HOST.fullmatch(f"[{hostname}]" if ":" in hostname else hostname):
        return "names no host"
    return foreign(hostname, parts.path, f"{parts.query}#{parts.fragment}") or _address(parts, hostname, port)


def unlabelled(text: str) -> str:
    """A pasted address without what often surrounds it: `Target URI:`, `NAME=`, quotes."""
    return _ASSIGNED.sub("", text.strip()).strip(_QUOTES).strip().rstrip(",;.").strip(_QUOTES)


def advice(wrong: str) -> tuple[str, str | None]:
    """Split what `parse` says of an unusable address: what is wrong, and what to paste if known."""
    what, _, paste = wrong.partition("; paste ")
    return what, paste or None


def _address(parts: SplitResult, hostname: str, port: int | None) -> Address:
    if hostname == "0.0.0.0":  # what servers print as their own address; it cannot be connected to everywhere
        hostname = "127.0.0.1"
    rules, host = find(hostname, port, local=is_loopback(hostname))
    path = complete(parts.path, host)
    query = _with_version(parts.query, path, host)
    scheme = parts.scheme
    if scheme == "http" and host.suffix and rules.name.startswith("azure-"):
        # Azure answers over TLS alone: asked in clear, it would only be shown the key.
        scheme, port = "https", None if port == 80 else port
    netloc = (f"[{hostname}]" if ":" in hostname else hostname) + (f":{port}" if port is not None else "")
    user, at, _ = parts.netloc.rpartition("@")
    return Address(urlunsplit((scheme, netloc, path, query, "")), rules, host, unquote(user) if at else None)


def _with_scheme(text: str) -> str:
    text = _ONE_SLASH.sub(r"\1://", text, count=1) if _ONE_SLASH.match(text) else text
    if _SCHEME.match(text):
        return text
    rest = text.lstrip("/")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    host = authority.partition("]")[0].lstrip("[") if authority.startswith("[") else authority.partition(":")[0]
    plain = (is_loopback(host) or _is_private(host) or "." not in host) and not authority.endswith(":443")
    return ("http://" if plain else "https://") + rest


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, by name or number."""
    if host.lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _is_private(host: str) -> bool:
    if host.endswith((".local", ".lan", ".internal", ".home.arpa")):
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False


def complete(path: str, host: Host) -> str:
    """The path with `/chat/completions` at its end exactly once, wherever the pasted path stopped."""
    path = _TWICE.sub(r"\1", re.sub(r"/{2,}", "/", path).rstrip("/"))
    if (known := _known(path, host)) is not None:
        return known
    if (full := _FULL.search(path)) is not None:
        return path[: full.start()] + COMPLETIONS
    path = _OTHER_ROUTE.sub("", path)
    if (known := _known(path, host)) is not None:
        return known
    if _PROJECT.search(path):  # an Azure AI Foundry project
        path += "/openai"
    complete_base = _VERSION.search(path) or "/deployments/" in path or path.endswith("/inference")
    return path + (COMPLETIONS if complete_base else V1)


def _known(path: str, host: Host) -> str | None:
    if path.endswith("/score"):  # Azure's managed endpoints take the same body there
        return path
    bare = not path or (host.bare is not None and re.fullmatch(host.bare, path))
    return host.home if bare else host.prefixes.get(path)


def _with_version(query: str, path: str, host: Host) -> str:
    version = next((version for pattern, version in host.versions if re.fullmatch(pattern, path)), None)
    if version == NO_VERSION:
        return "&".join(each for each in query.split("&") if not each.lower().startswith("api-version="))
    if version is None or re.search(r"api-version=[^&]", query, re.IGNORECASE):
        return query
    query = _EMPTY_VERSION.sub("", query)
    return f"{query}&api-version={version}".lstrip("&")


def other_route(url: str) -> str | None:
    """The host's other address for chat completions, if it may have one: tried if this one is not found."""
    parts = urlsplit(url)
    host = find(parts.hostname or "", None, local=False)[1]
    there = next((there for pattern, there in host.routes if re.fullmatch(pattern, parts.path)), None)
    if there is None:
        return None
    query = "&".join(each for each in parts.query.split("&") if not each.lower().startswith("api-version="))
    return urlunsplit(parts._replace(path=there, query=_with_version(query, there, host)))


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port, which a redirect must not change."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def wrong_address(text: str) -> str | None:
    """Why this is no address of chat completions; None if it is one."""
    found = parse(text)
    return found if isinstance(found, str) else None
