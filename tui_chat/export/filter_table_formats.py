"""The content filter's verdicts as CSV, JSON and plain text."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from tui_chat.core import serialize
from tui_chat.core.filter_categories import category_words
from tui_chat.core.filter_details import details
from tui_chat.core.filter_table import FilterRow, Total, totals
from tui_chat.core.filter_wording import NO_CATEGORY, finding, not_checked, severity_bar
from tui_chat.core.short_number import counted
from tui_chat.core.verdict import Source
from tui_chat.render.sanitize import safe_line
from tui_chat.render.wrap import wrap

FORMAT = "tui-chat-filter/1"
NOTHING = "The content filter has said nothing about this conversation."

COLUMNS = (
    "turn", "turn_id", "time", "shown", "source", "category", "finding", "blocked", "detected", "severity",
    "score", "threshold", "ids", "url", "license", "model", "endpoint", "request_id", "more",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_INDENT = "    "


def as_csv(table: Iterable[FilterRow]) -> str:
    """One line per verdict, below a line of column names. Unknown values are empty; several ids are joined by spaces.

    `more` describes what has no column of its own, such as what was redacted, where, and why. A text that a spreadsheet
    would run as a formula gets an apostrophe before it: servers name categories and models.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in table:
        values = _values(row)
        detail = values.pop("detail") or {}
        values |= {name: detail.get(name) for name in ("score", "threshold", "ids", "url", "license")}
        ids = values["ids"]
        values["ids"] = " ".join(map(str, ids)) if isinstance(ids, list) else ids
        values["more"] = details(row.verdict) if row.verdict else None
        writer.writerow([_cell(values.get(name)) for name in COLUMNS])
    return out.getvalue()


def as_json(table: Iterable[FilterRow]) -> str:
    """`{"format", "totals", "rows"}`; the keys of a verdict are those of `ask --json`."""
    known = list(table)
    sums = totals(known)
    data = {
        "format": FORMAT,
        "totals": {
            "answers": sums.answers,
            "blocked": sums.blocked,
            "detected": sums.detected,
            "unchecked": sums.unchecked,
            "by_category": [_total(total) for total in sums.by_category],
        },
        "rows": [_values(row) for row in known],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def as_text(table: Iterable[FilterRow], width: int) -> str:
    """Lines of at most `width` cells for a terminal or a screen reader: turn by turn, then the totals.

    Passed categories are joined in one line per side. Foreign words are made safe.
    """
    known = list(table)
    if not known:
        return "\n".join(_wrapped(NOTHING, width))
    lines: list[str] = []
    for (turn, _), group in groupby(known, key=lambda row: (row.turn, row.turn_id)):
        its = list(group)
        lines += _wrapped(f"Turn {turn}" + ("" if its[0].shown else " (another branch)"), width)
        for text in _told(its):
            lines += _wrapped(text, width, "  ")
    lines += _wrapped("Totals", width)
    for text in totals_in_words(known):
        lines += _wrapped(text, width, "  ")
    return "\n".join(lines)


def totals_in_words(table: Sequence[FilterRow]) -> list[str]:
    """`3 answers judged · 1 blocked · …`, then a line for each category with findings."""
    sums = totals(table)
    parts = [f"{counted(sums.answers, 'answer')} judged"]
    counts = ((sums.blocked, "blocked"), (sums.detected, "with findings that blocked nothing"))
    parts += [f"{count} {word}" for count, word in (*counts, (sums.unchecked, "not checked")) if count]
    if len(parts) == 1:
        parts.append("nothing found")
    noticed = [total for total in sums.by_category if total.category and (total.blocked or total.detected)]
    return [" · ".join(parts), *(_total_in_words(total) for total in noticed)]


def row_in_words(row: FilterRow) -> str:
    """`violence: ■■□ medium, blocked`, `no category given: blocked`, `not checked by the filter`."""
    if row.verdict is None:
        return f"{NO_CATEGORY}: blocked" if row.finding == "blocked" else not_checked(row.source)
    bar = severity_bar(row.verdict.severity)
    said = f"{category_words(row.verdict.category)}: {f'{bar} ' if bar else ''}{finding(row.verdict)}"
    extra = details(row.verdict)
    return f"{said} · {extra}" if extra else said


def _total_in_words(total: Total) -> str:
    counts = ((total.blocked, "blocked"), (total.detected, "detected only"), (total.passed, "passed"))
    parts = [f"{count} {word}" for count, word in counts if count]
    highest = f", highest {total.highest.lower()}" if total.highest else ""
    return f"{category_words(total.category or NO_CATEGORY)} ({total.source}): {', '.join(parts)}{highest}"


def _told(group: Sequence[FilterRow]) -> Iterator[str]:
    sides: tuple[Source, ...] = ("prompt", "answer")
    for source in sides:
        its = [row for row in group if row.source == source]
        for row in its:
            if row.finding == "not_checked":
                yield not_checked(row.source)
            elif row.finding != "passed":
                yield f"{source} · {row_in_words(row)}"
        passed = [category_words(row.category) for row in its if row.finding == "passed" and row.category]
        if passed:
            yield f"{source} · passed: {', '.join(passed)}"


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Lines that fit; continuation lines are indented further."""
    line = safe_line(text)
    room = max(width - len(indent), 1)
    if room <= len(_INDENT) * 2:
        return [line[span[0] : span[1]] for span in wrap(line, max(width, 1))]
    first, *_ = wrap(line, room)
    rest = line[first[1] :].strip()
    more = [rest[span[0] : span[1]] for span in wrap(rest, room - len(_INDENT))] if rest else []
    return [indent + line[first[0] : first[1]].rstrip(), *(indent + _INDENT + part.rstrip() for part in more)]


def _values(row: FilterRow) -> dict[str, Any]:
    """A row as plain data, in the order of the columns."""
    verdict = row.verdict
    said = {} if verdict is None else serialize.from_verdict(verdict)
    return {
        "turn": row.turn,
        "turn_id": row.turn_id,
        "time": row.when.isoformat(),
        "shown": row.shown,
        "source": row.source,
        "category": said.get("category"),
        "finding": row.finding,
        "blocked": row.finding == "blocked",
        "detected": said.get("detected"),
        "severity": said.get("severity"),
        "detail": said.get("detail"),
        "model": serialize.jsonable(row.model),
        "endpoint": serialize.jsonable(row.endpoint),
        "request_id": serialize.jsonable(row.request_id),
    }


def _total(total: Total) -> dict[str, Any]:
    return {
        "source": total.source,
        "category": serialize.jsonable(total.category),
        "blocked": total.blocked,
        "detected": total.detected,
        "passed": total.passed,
        "not_checked": total.not_checked,
        "highest": serialize.jsonable(total.highest),
    }


def _cell(value: object) -> object:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str() if value.startswith(_FORMULA):
            return f"'{value}"
        case _:
            return value
