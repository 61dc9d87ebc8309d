"""Collects the secrets of a request and masks them in everything a server sends or a view shows.

Secret is everything in a request that is neither the conversation nor known to be harmless: the key, the values of
headers and of the query, the URL's user part, body values with a secret name or shape, cookies, and a proxy's
credentials. Prompts belong to the user: they are sent, kept and exported unchanged, and masked only in bug reports.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import field, fields, is_dataclass, replace
from enum import Enum
from functools import cached_property
from typing import Any, TypeVar

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import ServerError
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.recognize_api_keys import MASK, mask_keys
from tui_chat.core.request_secrets import is_harmless_header, is_secret_name
from tui_chat.wire.secret_search import SecretForms, Stream, without

T = TypeVar("T")

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

_ID_HEADER = lazy_pattern(r"(?:^|-)(?:id|requestid|ray|etag|trace\w*)\Z")
"""Response headers whose random values are not keys."""


@dataclass(frozen=True)
class Secrets:
    """The secrets of one or several requests. Values shorter than eight characters are not included."""

    values: frozenset[str] = field(default=frozenset(), repr=False)

    def __or__(self, other: Secrets) -> Secrets:
        return self if other.values <= self.values else Secrets(self.values | other.values)

    @cached_property
    def forms(self) -> SecretForms:
        return SecretForms(self.values)

    def stream(self, mask: str = MASK) -> Stream:
        """Masks one text that arrives in pieces."""
        return Stream(self.forms, mask)

    def mask(self, text: str) -> str:
        """The text without these secrets, in any encoding. Everything else stays."""
        return without(text, self.forms, MASK)

    def mask_shown(self, text: str, ids: Collection[str] = ()) -> str:
        """Mask for errors and bug reports: also removes everything shaped like a key, except these ids."""
        kept = {re.escape(each) for each in ids if each and not self.found_in(each)}
        parts = re.split(f"({'|'.join(kept)})", self.mask(text)) if kept else [self.mask(text)]
        return "".join(part if at % 2 else mask_keys(part) for at, part in enumerate(parts))

    def found_in(self, text: str) -> bool:
        return self.mask(text) != text

    def mask_header(self, name: str, value: str, *, sent: bool = False) -> str:
        """A header's value for display. Of what was `sent`, only values known to be harmless are left."""
        if is_secret_name(name) or (sent and not is_harmless_header(name, value)):
            return MASK
        return self.mask(value) if _ID_HEADER.search(name.lower()) else self.mask_shown(value)

    def mask_body(self, fields: Mapping[str, str], comma: str = ",", colon: str = ":") -> str:
        """A request's body for display, from its fields as JSON: it stays JSON."""
        shown = ((self.mask_shown(name), self._masked(json.loads(text), name)) for name, text in fields.items())
        return "{" + comma.join(f"{_encode(name)}{colon}{_encode(value)}" for name, value in shown) + "}"

    def _masked(self, value: object, name: str) -> Any:
        match value:
            case dict():
                within = {key: name if is_secret_name(name) else key for key in value}
                return {self.mask_shown(key): self._masked(item, within[key]) for key, item in value.items()}
            case list():
                return [self._masked(item, name) for item in value]
            case str():
                return MASK if value and is_secret_name(name) else self.mask_shown(value)
            case _:
                return value

    def mask_values(self, value: T) -> T:
        """A frozen value with every text in it masked; the same object if nothing changes."""
        return _walked(value, self.mask) if self.forms else value

    def mask_error(self, error: ServerError) -> ServerError:
        """Mask a failure: its sentences may quote what only looks like a key."""
        masked = self.mask_values(error)
        ids = [masked.request_id] if masked.request_id else []
        hint = masked.hint and self.mask_shown(masked.hint, ids)
        return replace(masked, message=self.mask_shown(masked.message, ids), hint=hint)


NONE = Secrets()


def _walked(value: Any, mask: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return value if isinstance(value, Enum) else mask(value)
    if isinstance(value, tuple):
        new = tuple(_walked(item, mask) for item in value)
        return value if new == value else new
    if isinstance(value, list):
        return [_walked(item, mask) for item in value]
    if isinstance(value, dict):
        return {_walked(key, mask): _walked(item, mask) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        old = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
        changed = {name: new for name, item in old.items() if (new := _walked(item, mask)) is not item and new != item}
        return replace(value, **changed) if changed else value
    return value
