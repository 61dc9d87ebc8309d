"""The verdicts of a content filter: passed, annotated, blocked, not run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

from tui_chat.core.quick_dataclass import dataclass

Source = Literal["prompt", "answer"]
FilterWord = Literal["passed", "annotated", "blocked", "not_run", "none"]

SEVERITIES = ("safe", "low", "medium", "high")
"""Azure's scale, mildest first. Servers may use other words; they are kept."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One category's result for one side of the turn.

    `category` is the server's word with `_` for `-`. `blocked` is the server's `filtered`; None if the server could not
    check this category. `detected` is None if the category is graded by `severity` instead, and vice versa. `detail` is
    None or an object of what the server adds: `{"score", "threshold"}`; `ids`, the names of blocklists, topics or kinds
    of personal data; `redacted`, the kinds that were removed, or True, and `redacted_text`; `{"url", "license"}`;
    `spans`, the passages as `[start, end]` in characters; `reason`; `{"error": CODE}`.
    """

    source: Source
    category: str
    blocked: bool | None
    detected: bool | None = None
    severity: str | None = None
    detail: Mapping[str, Any] | None = None

    @property
    def checked(self) -> bool:
        """False if the server says that it could not check this category."""
        return self.blocked is not None

    @property
    def noticed(self) -> bool:
        """True if the filter found something, whether or not it blocked."""
        return self.blocked is True or self.detected is True or self.severity not in (None, "safe")


def filter_word(verdicts: Iterable[Verdict], not_run: Source | None, *, blocked: bool) -> FilterWord:
    """One word for a turn's verdicts. `blocked` is for rejections that named no category."""
    known = tuple(verdicts)
    if blocked or any(v.blocked for v in known):
        return "blocked"
    if not_run is not None:
        return "not_run"
    if any(v.noticed for v in known):
        return "annotated"
    if known and not any(v.checked for v in known):
        return "not_run"
    return "passed" if known else "none"


def merge_verdicts(old: tuple[Verdict, ...], new: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Merge verdicts by (source, category), in order of first appearance.

    A stream repeats categories, chunk by chunk. A later clean chunk never takes a finding back: streams are judged in
    windows, so `safe` is about the last window and not the one before.
    """
    by_key = {(v.source, v.category): v for v in old}
    for verdict in new:
        key = (verdict.source, verdict.category)
        before = by_key.get(key)
        if before is None or _weight(verdict) >= _weight(before):
            by_key[key] = verdict if before is None else _with_places(verdict, before, verdict)
        else:
            by_key[key] = _with_places(before, before, verdict)
    return tuple(by_key.values())


_ADDED_UP = ("ids", "redacted", "spans")
"""Lists in a detail that say where and what: a later window has its own, which are added to these."""

MOST_ADDED_UP = 100


def _with_places(kept: Verdict, before: Verdict, later: Verdict) -> Verdict:
    """The more severe of two verdicts on one category, with the places and names that either has found."""
    if not before.noticed or not later.noticed:
        return kept
    detail = dict(kept.detail or {})
    for name in _ADDED_UP:
        found = [item for each in (before, later) for item in _listed(each, name)]
        if found:
            detail[name] = [item for at, item in enumerate(found) if item not in found[:at]][:MOST_ADDED_UP]
    return kept if detail == (kept.detail or {}) else replace(kept, detail=detail)


def _listed(verdict: Verdict, name: str) -> list[Any]:
    found = (verdict.detail or {}).get(name)
    return found if isinstance(found, list) else []


def _weight(verdict: Verdict) -> tuple[bool, bool, bool, int]:
    word = (verdict.severity or "").lower()
    rank = SEVERITIES.index(word) if word in SEVERITIES else (0 if verdict.severity is None else 1)
    return (verdict.blocked is True, verdict.noticed, verdict.checked, rank)
