"""Parses TOML leniently: a mistake costs its line, not the file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.regular_file import read_regular_file
from tui_chat.store.config_problem import Problem
from tui_chat.store.paths import MAX_SIZE

_HEADER = lazy_pattern(r"\s*\[")
_KEY = lazy_pattern(r"\s*([\w.\"'-]+)\s*=")
_PLACE = lazy_pattern(r"\s*\(at (?:line \d+, column \d+|end of document)\)")
_OPENERS = ("[", "{", '"""', "'''")
_MAX_PROBLEMS = 20
_MAX_STATEMENT = 200
"""Lines that one value may span when a broken file is parsed piece by piece."""
_MAX_PARSED = 4_000_000
"""Characters that are parsed in all attempts together for a broken file: about two seconds."""


def read_toml(path: Path, *, must_exist: bool = False) -> tuple[dict[str, Any], list[Problem]]:
    """The file's data and its mistakes. A missing file is empty, and a problem if it must exist."""
    name = str(path)
    try:
        raw = read_regular_file(path, MAX_SIZE)
    except (FileNotFoundError, NotADirectoryError):
        return {}, [Problem(name, "the file", "nothing there", "expected a file to read")] if must_exist else []
    except OSError as error:
        cause = error.strerror or type(error).__name__
        return {}, [Problem(name, "the file", cause, "expected a file that can be read")]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        text = raw.decode("utf-8-sig", "replace")
        data, problems = parse_toml(name, text)
        return data, [Problem(name, "the text", "bytes that are not UTF-8", "expected UTF-8", line), *problems]
    return parse_toml(name, text)


def parse_toml(name: str, text: str) -> tuple[dict[str, Any], list[Problem]]:
    """The data of a text, and its mistakes by line."""
    text = text.replace("\r\n", "\n")
    data = _try(text)
    if isinstance(data, dict):
        return data, []
    return _Salvage(name, text).run()


def _try(text: str) -> dict[str, Any] | str:
    """The data, or the parser's message."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        return "a value that is nested too deeply"
    except ValueError as error:
        return _PLACE.sub("", str(error))


class _Salvage:
    """Parses a broken text statement by statement, and keeps those with which it is still valid."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._lines = text.split("\n")
        self._sound = ""
        self._data: dict[str, Any] = {}
        self._problems: list[Problem] = []
        self._parsed = 0

    def run(self) -> tuple[dict[str, Any], list[Problem]]:
        at = 0
        skipping = False  # below a broken header: its keys must not fall to the table before it
        while at < len(self._lines) and len(self._problems) < _MAX_PROBLEMS:
            line = self._lines[at]
            header = _HEADER.match(line) is not None
            if not line.strip() or line.lstrip().startswith("#") or (skipping and not header):
                at += 1
                continue
            if self._parsed > _MAX_PARSED:
                self._problems.append(
                    Problem(self._name, "the rest", "a mistake in a very long file", "expected valid TOML", at + 1)
                )
                break
            taken = self._take(at)
            skipping = header and not taken
            at += taken or 1
        return self._data, self._problems

    def _take(self, at: int) -> int:
        """Take the statement at a line; returns its number of lines, 0 if it is broken."""
        end = at + 1
        said = self._add(end, at)
        first = said
        many = any(opener in self._lines[at].partition("=")[2] for opener in _OPENERS)
        while said is not None and many and end < min(len(self._lines), at + _MAX_STATEMENT):
            end += 1
            said = self._add(end, at)
        if said is None:
            return end - at
        self._report(at, first or said)
        return 0

    def _add(self, end: int, at: int) -> str | None:
        candidate = self._sound + "\n".join(self._lines[at:end]) + "\n"
        self._parsed += len(candidate)
        data = _try(candidate)
        if isinstance(data, str):
            return data
        self._sound, self._data = candidate, data
        return None

    def _report(self, at: int, said: str) -> None:
        """Report the key and not the value, which may be a secret without its quotes."""
        line = self._lines[at]
        key = _KEY.match(line)
        header = line.strip()[:60] if _HEADER.match(line) else "this line"
        where = key.group(1) if key else header
        self._problems.append(Problem(self._name, where, f"a mistake: {said}", "expected valid TOML", at + 1))
