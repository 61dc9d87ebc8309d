"""Comparisons of several answers to one prompt: the syntax, and the labels that tell the answers apart."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import datetime
from itertools import takewhile
from typing import TYPE_CHECKING

from tui_chat.core.fuzzy_matching import did_you_mean, no_such
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import Outcome, Turn
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.recognize_api_keys import looks_like_key
from tui_chat.core.relative_dates import short_time
from tui_chat.core.setting_syntax import read_setting, written
from tui_chat.core.setting_wording import settings_words
from tui_chat.core.settings import FLOATS, NAMES, Settings
from tui_chat.core.short_text import model_label

if TYPE_CHECKING:
    from tui_chat.core.dialects.rules import Rules

LONG_START = 24
"""Characters that texts may have in common at their beginning."""

FEWEST, MOST = 2, 4
"""The fewest and the most answers side by side."""

MODEL, ENDPOINT, PRESET = "model", "endpoint", "preset"
LISTED = 9
"""Versions whose numbers are all named where one is unknown."""

VERSIONS = "versions"
"""The word for comparing existing answers."""

COMPARABLE = (*NAMES, MODEL, ENDPOINT, PRESET)
"""What may differ between answers, as typed."""

_JSON = ("stop", "extra_body")
_PIECE = lazy_pattern(r""" [\[{] | "[^"]*" | '[^']*' | [^\s\[{]\S* """, re.VERBOSE)
_NUMBERS = (*FLOATS, "max_tokens", "seed")
_WORDS = {"temperature": "0.2 1", "top_p": "0.5 1", "max_tokens": "128 1024", "seed": "1 2"} | {
    "presence_penalty": "0 1",
    "frequency_penalty": "0 1",
    "reasoning_effort": "low high",
    "prompt_mode": "none reasoning",
    "safe_prompt": "false true",
}


@dataclass(frozen=True, slots=True)
class Variant:
    """How one answer is requested. `model` None: the endpoint's model."""

    settings: Settings
    endpoint: str
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """The options for a comparison. `fixed` are the endpoints whose model cannot be chosen."""

    base: Variant
    """The next request, which the variants change."""
    endpoints: Sequence[str] = ()
    presets: Mapping[str, Settings] = field(default_factory=dict)
    models: Sequence[str] = ()
    """Known models of the endpoint, the one in use first. Any other name can be typed."""
    fixed: Collection[str] = ()
    rules: Rules | None = None
    """The rules of the server that gets the next request."""


def read_comparison(text: str, choices: Choices) -> tuple[Variant, ...] | str:
    """Parse `NAME VALUE VALUE…` into the variants to request, or return a sentence about what is wrong.

    A value with spaces is quoted; `none` leaves a setting out of the request.
    """
    name, _, rest = text.strip().replace("=", " ", 1).partition(" ")
    name = name.lower().replace("-", "_")
    if name[:1].isdigit():
        return f"/compare {text.strip()}: put the setting before its values, as in /compare temperature {text.strip()}."
    if name not in COMPARABLE:
        names = (*COMPARABLE, "versions")
        meant = did_you_mean(name, names)
        return f"There is nothing to compare by the name {name}{meant}. There are {', '.join(names)}."
    values = _values(name, rest)
    if isinstance(values, str):
        return values
    if len(values) < FEWEST:
        known = example(name, choices)
        return f"/compare {name}: expected two to four values{f', such as /compare {name} {known}' if known else ''}."
    if len(values) > MOST:
        return f"/compare {name}: {len(values)} values are more than fit side by side. Four at most."
    made: list[Variant] = []
    for value in values:
        variant = _variant(name, value, choices)
        if isinstance(variant, str):
            return variant
        if variant in made:
            return f"/compare {name}: {value} is there twice, or changes nothing. The answers would be asked alike."
        made.append(variant)
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Versions:
    """Existing answers to compare, by their numbers from 1, oldest first; empty: the newest ones. `problem` says why
    they cannot be compared."""

    numbers: tuple[int, ...] = ()
    problem: str = ""


def read_versions(text: str, names: Sequence[str]) -> Versions | None:
    """Parse `versions 1 3` or `versions`; None if the text begins otherwise. `names` are those of all answers."""
    name, *typed = text.replace(",", " ").split()
    if name.lower() != VERSIONS:
        return None
    return Versions(tuple(names.index(each) + 1 for each in typed if each in names), _problem(typed, names))


def _problem(typed: Sequence[str], names: Sequence[str]) -> str:
    if len(names) < FEWEST:
        return "There are no versions to compare yet: this prompt was answered once at most, and not edited."
    in_order = len(names) > LISTED or names[-1] == str(len(names))
    known = f"{names[0]} to {names[-1]}" if in_order else ", ".join(names)
    for each in typed:
        if each not in names:
            return f"There is no version {each}. There are {known}."
        if typed.count(each) > 1:
            return f"Version {each} is there twice: two to four different numbers are compared."
    if len(typed) > MOST:
        return f"{len(typed)} versions are more than fit side by side. Four at most."
    return f"One more number, from {known}: two to four are compared." if len(typed) == 1 else ""


def newest(turns: Sequence[Turn], most: int) -> list[int]:
    """The numbers from 1 of the newest answers, oldest first; of those with text, where two have some."""
    numbers = range(1, len(turns) + 1)
    told = [number for number in numbers if not turns[number - 1].blank]
    return (told if len(told) >= FEWEST else list(numbers))[-most:]


def distinct(texts: Sequence[str]) -> list[str]:
    """Texts without the words that all begin with, where these are many: what differs must not be cut off."""
    lines = [" ".join(text.split()) for text in texts]
    if len({*lines}) == 1:
        return lines
    same = takewhile(lambda letters: len({*letters}) == 1, zip(*lines, strict=False))
    alike = "".join(letters[0] for letters in same).rpartition(" ")[0]
    return [f"…{line[len(alike) :].strip()}" for line in lines] if len(alike) > LONG_START else lines


def _values(name: str, text: str) -> list[str] | str:
    if name in _NUMBERS:
        text = text.replace(",", " ")
    if name in _JSON and any(sign in text for sign in "[{"):
        return list(_json_values(text))
    try:
        return shlex.split(text)
    except ValueError:
        return f"/compare {name}: a quotation mark is open. Close it, or put a \\ before it."


def _json_values(text: str) -> Iterator[str]:
    """JSON values one after the other, and words between them. An unfinished one takes the rest of the text."""
    at = 0
    while found := _PIECE.search(text, at):
        at = found.end()
        if found[0][0] in "[{":
            try:
                at = json.JSONDecoder().raw_decode(text, found.start())[1]
            except (ValueError, RecursionError):
                at = len(text)
        yield text[found.start() : at].strip("\"'" if found[0][0] in "\"'" else None)


def _variant(name: str, value: str, choices: Choices) -> Variant | str:
    base = choices.base
    match name:
        case "model":
            return _with_model(base, value, choices)
        case "endpoint":
            endpoint, _, model = (value, "", "") if value in choices.endpoints else value.partition("/")
            if endpoint not in choices.endpoints:
                return _unknown(name, endpoint, choices.endpoints)
            at = replace(base, endpoint=endpoint, model=None)
            return _with_model(at, model, choices) if model else at
        case "preset":
            if value not in choices.presets:
                return _unknown(name, value, choices.presets)
            return replace(base, settings=choices.presets[value].over(base.settings))
        case _:
            read = read_setting(f"{name} {value}", base.settings, choices.rules)
            return (
                read.removesuffix(" Nothing was changed.")
                if isinstance(read, str)
                else replace(base, settings=read.settings)
            )


def _with_model(at: Variant, model: str, choices: Choices) -> Variant | str:
    if at.endpoint in choices.fixed:
        return f"The endpoint {at.endpoint} is built in and has one model. /compare endpoint takes others."
    if looks_like_key(model):
        return "That looks like a key and not like the name of a model, so it is not used."
    return replace(at, model=model)


def _unknown(what: str, name: str, known: Collection[str]) -> str:
    if not known:
        return f"There is no {what} yet."
    return no_such(what, name, known)


def example(name: str, choices: Choices) -> str:
    """Values worth comparing, as typed; "" if fewer than two are known."""
    match name:
        case "model":
            known: Sequence[str] = choices.models
        case "endpoint":
            known = (choices.base.endpoint, *(each for each in choices.endpoints if each != choices.base.endpoint))
        case "preset":
            known = tuple(choices.presets)
        case "stop":
            return 'none "###"'
        case "extra_body":
            return """none '{"top_k": 40}'"""
        case "system":
            return 'none "Answer in one sentence."'
        case _:
            return _WORDS.get(name, "")
    return " ".join(map(shlex.quote, known[:FEWEST])) if len(known) >= FEWEST else ""


def variant_of(turn: Turn) -> Variant:
    """How an answer was requested."""
    return Variant(turn.settings or Settings(), turn.endpoint or "", turn.model)


def version_heads(turns: Sequence[Turn], now: datetime) -> tuple[str, ...]:
    """Labels that tell existing answers apart: their settings, if these differ, and their times."""
    variants = [variant_of(turn) for turn in turns]
    differing, made = _differing(variants), [turn.created.astimezone(now.tzinfo) for turn in turns]
    clock = "%H:%M" if len({f"{then:%j %H:%M}" for then in made}) == len(made) else "%H:%M:%S"
    columns = [_told_apart(name, [*_words_of(variants, name)]) for name in differing]
    return tuple(
        " · ".join((*(column[place] for column in columns), when(then, now, clock))) for place, then in enumerate(made)
    )


def _words_of(variants: Sequence[Variant], name: str) -> Iterator[str]:
    return (words for variant in variants for words in _words(variant, [name]))


def _told_apart(name: str, words: Sequence[str]) -> list[str]:
    """Values without what they all begin with, as two long system prompts do."""
    if name not in NAMES:
        return [*words]
    return [f"{name} {value}" for value in distinct([each.removeprefix(f"{name} ") for each in words])]


def when(made: datetime, now: datetime, clock: str = "%H:%M") -> str:
    """When an answer was made: `14:02`, or `Tue 14:02`."""
    then = made.astimezone(now.tzinfo)
    return f"{'' if then.date() == now.date() else f'{short_time(then, now)} '}{then:{clock}}"


_DATED = lazy_pattern(r"[-@:]\d{4}[\d.-]*")
"""What servers put behind the name of a model that was asked for."""


def is_answer_to(variant: Variant, turn: Turn, model: str | None) -> bool:
    """Whether an answer is whole, and was requested like this. `model` is the endpoint's own."""
    asked, had = variant.model or model or "", turn.model or ""
    is_model = not asked or had == asked or (had.startswith(asked) and _DATED.fullmatch(had, len(asked)) is not None)
    is_whole = turn.outcome in (Outcome.COMPLETE, Outcome.LENGTH) and not turn.blank
    return is_whole and is_model and (turn.endpoint, turn.settings) == (variant.endpoint, variant.settings)


def heads(variants: Sequence[Variant]) -> tuple[str, ...]:
    """The label of each variant: `temperature 0.2`, or its number if nothing differs."""
    made = tuple(" · ".join(_words(each, _differing(variants))) for each in variants)
    if len(set(made)) == len(made):
        return made
    return tuple(f"{number}{f' · {head}' if head else ''}" for number, head in enumerate(made, 1))


def shared(variants: Sequence[Variant]) -> str:
    """What all variants have in common: `mistral-large · azure · temp 0.7`."""
    base, differing = variants[0], _differing(variants)
    asked = [getattr(base, name) for name in (MODEL, ENDPOINT) if name not in differing and getattr(base, name)]
    same = replace(base.settings, **{name: None for name in differing if name in NAMES})
    return " · ".join(part for part in (*dict.fromkeys(asked), settings_words(same)) if part)


def _differing(variants: Sequence[Variant]) -> list[str]:
    """Model None differs from no other: it is unknown, or implied by the endpoint."""
    names = [MODEL] if len({each.model for each in variants} - {None}) > 1 else []
    names += [ENDPOINT] if len({each.endpoint for each in variants}) > 1 else []
    # An endpoint's models are its own: where all endpoints differ, their names say which is which.
    if names == [MODEL, ENDPOINT] and len({each.endpoint for each in variants}) == len(variants):
        names = [ENDPOINT]
    return names + [name for name in NAMES if len({getattr(each.settings, name) for each in variants}) > 1]


def _words(variant: Variant, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        match name:
            case "model":
                yield model_label(variant.model or variant.endpoint)
            case "endpoint":
                yield variant.endpoint
            case _:
                yield f"{name} {written(getattr(variant.settings, name))}"
