"""Finds the request fields a server rejects by name, in every shape servers use."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.wire.body import leading
from tui_chat.wire.errors.server_message import error_message, path_of

_DEPTH = 8
_REFUSAL = lazy_pattern(
    r"unsupported|not (?:be )?(?:supported|permitted|allowed|accepted|valid|recogni[sz]ed|implemented)|unknown"
    r"|unrecogni[sz]ed|unexpected|extra (?:inputs?|fields?|param)|forbidden|invalid|must be|should be"
    r"|does ?n[o']t support|only the default|out of range|less than|greater than|at most|at least|no such",
    re.IGNORECASE,
)
_VALUE = lazy_pattern(
    r"less than|greater than|between|out of range|at most|at least|must be|should be|only the default"
    r"|does not support \S*\d|(?:invalid|unsupported)[ _](?:\w+ )?value|supported(?: values are)?:|values are"
    r"|minimum|maximum|too (?:large|small|high|low|big)",
    re.IGNORECASE,
)
_LISTED = lazy_pattern(r"parameters?:? \[([^\]]*)\]", re.IGNORECASE)
_QUOTED = lazy_pattern(r"['\"`‘“]([A-Za-z_][\w.\[\]-]*)['\"`’”]")
_BARE = lazy_pattern(
    r"(?:parameters?|arguments?(?: supplied)?|fields?|propert(?:y|ies)|keys?|inputs?(?: are not permitted)?)"
    r"(?: name[d]?)?:? ([A-Za-z_][\w.]*)",
    re.IGNORECASE,
)


def rejected_fields(body: object, fields: Collection[str] | None = None) -> tuple[str, ...]:
    """The top-level request fields that the body rejects, in its order.

    If `fields` (the names that were sent) is given, only those; a name in a sentence counts only if it was sent.
    """
    found = list(_structured(body, _DEPTH))
    text = error_message(body)
    if fields is not None and _REFUSAL.search(text):
        found += _in_words(text, fields)
    names = dict.fromkeys(_root(name) for name in found)
    return tuple(name for name in names if name and (fields is None or name in fields))


def about_value(body: object) -> bool:
    """Whether the field is known and only its value is rejected, so that another value may work."""
    return bool(_VALUE.search(error_message(body)))


def _root(name: str) -> str:
    return re.split(r"[.\[]", name, maxsplit=1)[0]


def _structured(value: object, depth: int) -> Iterator[str]:
    """A validator's `loc`, OpenAI's `param`, and the list in Azure's message, at any depth."""
    if depth < 0:
        return
    match value:
        case str():
            yield from _in_string(value, depth)
        case Mapping():
            if (path := path_of(value)) and not str(value.get("type", "")).endswith("missing"):
                yield path[0]
            for key in ("param", "parameter"):
                if isinstance(name := value.get(key), str) and name not in ("None", ""):
                    yield name
            for item in value.values():
                yield from _structured(item, depth - 1)
        case list():
            for item in value[:50]:
                yield from _structured(item, depth - 1)
        case _:
            return


def _in_string(text: str, depth: int) -> Iterator[str]:
    if text.lstrip()[:1] in ("{", "["):
        inner = leading(text)
        if not isinstance(inner, str):
            yield from _structured(inner, depth - 1)
            return
    for names in _LISTED.findall(text[:4096]):
        yield from re.findall(r"[\w.-]+", names)


def _in_words(text: str, fields: Collection[str]) -> Iterator[str]:
    """Names in quotes or after a word such as *parameter*; a name with an underscore can be no ordinary word."""
    for name in (*_QUOTED.findall(text), *_BARE.findall(text)):
        if _root(name) in fields:
            yield name
    for name in fields:
        if re.search(
            _UNQUOTED.format(name=re.escape(name)) if "_" not in name else _spelled(name), text, re.IGNORECASE
        ):
            yield name


_UNQUOTED = (
    r"(?<![\w.]){name} (?:is|are|was) (?:not |un)"
    r"|(?:not|n't) (?:support|allow|accept|permit)(?: the)?(?: parameter)? {name}(?![\w ]*[a-z])"
)
"""A name that is also an ordinary word, only where it must mean the field."""


def _spelled(name: str) -> str:
    """A name with an underscore can be no ordinary word, however it is written. Ollama calls an effort *reasoning
    value*."""
    words = re.escape(name).replace("_", "[_ ]")
    also = r"|\breasoning value" if name == "reasoning_effort" else ""
    return rf"(?<![\w.]){words}(?!\w){also}"
