"""Prompt templates: texts with `{placeholders}`. `{input}` is the text after the template's name; `{{` is a brace.

Only a letter followed by letters, digits, spaces, `_` and `-` between braces is a placeholder: code and JSON in a
template stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.spans import common_start

INPUT = "input"

_NAME = r"[^\W\d_][\w -]{0,59}"
_PART = lazy_pattern(rf"\{{\{{(?P<literal>{_NAME})\}}\}}|(?P<brace>\{{\{{)|\{{(?P<name>{_NAME})\}}")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """The place of a placeholder in the text: from `start` up to `end`, including its braces."""

    name: str
    start: int
    end: int

    def shifted(self, by: int) -> Placeholder:
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True)
class TemplateText:
    """The text of a template, and its unfilled placeholders in order.

    `current` is the one being filled: it grows with what is typed there.
    """

    text: str
    left: tuple[Placeholder, ...] = ()
    current: Placeholder | None = None

    def edited(self, text: str) -> TemplateText:
        """The state after an edit, derived from the old and the new text. A placeholder that was changed is done."""
        if text == self.text:
            return self
        start = common_start(self.text, text)
        end = len(self.text) - common_start(self.text[start:][::-1], text[start:][::-1])
        by = len(text) - len(self.text)
        kept = (_kept(each, text, start, by) for each in self.left)
        current = _grown(self.current, start, end, by) if not self._typed_on(text) else self._wider(by)
        return TemplateText(text, tuple(each for each in kept if each is not None), current)

    def _typed_on(self, text: str) -> bool:
        """Whether the edit may have been at the end of the current one. A space before a space could be either."""
        if self.current is None:
            return False
        old, end, by = self.text, self.current.end, len(text) - len(self.text)
        if by > 0:
            return text[:end] == old[:end] and text[end + by :] == old[end:]
        return end + by >= self.current.start and old[: end + by] + old[end:] == text

    def _wider(self, by: int) -> Placeholder | None:
        return None if self.current is None else replace(self.current, end=self.current.end + by)

    def advanced(self) -> TemplateText:
        """Go to the next placeholder. The text typed for the current one fills all placeholders of its name."""
        done = self._filled_alike()
        if not done.left:
            return TemplateText(done.text)
        return TemplateText(done.text, done.left[1:], done.left[0])

    def _filled_alike(self) -> TemplateText:
        current = self.current
        if current is None:
            return self
        value = self.text[current.start : current.end]
        others = [each for each in self.left if each.name == current.name]
        if not value or value == f"{{{current.name}}}":
            return self
        text, left = self.text, list(self.left)
        for other in reversed(others):
            text = text[: other.start] + value + text[other.end :]
            by = len(value) - (other.end - other.start)
            left = [each.shifted(by) if each.start > other.start else each for each in left if each != other]
        return TemplateText(text, tuple(left))


def _kept(place: Placeholder, text: str, start: int, by: int) -> Placeholder | None:
    """Its place after an edit from `start` on; None if the edit removed it."""
    if place.end <= start:
        return place
    moved, written = place.shifted(by), f"{{{place.name}}}"
    return moved if moved.start >= 0 and text[moved.start : moved.end] == written else None


def _grown(place: Placeholder | None, start: int, end: int, by: int) -> Placeholder | None:
    if place is None:
        return None
    if place.start <= start and end <= place.end:
        return replace(place, end=place.end + by)
    if end <= place.start:
        return place.shifted(by)
    return place if start >= place.end else None


def _parts(template: str) -> Iterator[tuple[str, str]]:
    """(literal text, name of the placeholder after it); the last has no name."""
    text, last = "", 0
    for found in _PART.finditer(template):
        text += template[last : found.start()]
        last = found.end()
        if found["name"]:
            yield text, found["name"]
            text = ""
        else:
            text += "{" if found["brace"] else f"{{{found['literal']}}}"
    yield text + template[last:], ""


def placeholders(template: str) -> tuple[str, ...]:
    """The placeholders' names, each once, in order."""
    return tuple(dict.fromkeys(name for _, name in _parts(template) if name))


def expand(template: str, rest: str = "", values: Mapping[str, str] | None = None) -> TemplateText:
    """Fill in the known values. `rest` follows the template's name: without a place for it, it is appended, because the
    user typed it to be sent."""
    known = {**(values or {}), **({INPUT: rest} if rest else {})}
    text, left = "", []
    for literal, name in _parts(template):
        text += literal
        if name in known:
            text += known[name]
        elif name:
            left.append(Placeholder(name, len(text), len(text) + len(name) + 2))
            text += f"{{{name}}}"
    if rest and INPUT not in placeholders(template):
        text = f"{text.rstrip()}\n\n{rest}"
    return TemplateText(text, tuple(left))
