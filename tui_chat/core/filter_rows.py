"""The content filter's findings about one turn as table rows, one per category, most severe first.

Shared by the rejection window, the details of an answer and the HTML export.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from tui_chat.core.filter_categories import category_words, meaning
from tui_chat.core.filter_details import details, quotable
from tui_chat.core.filter_wording import severity_steps
from tui_chat.core.message import Outcome, Turn
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.verdict import Source, Verdict

Standing = Literal["blocked", "noticed", "unchecked", "passed"]
_ORDER: tuple[Standing, ...] = ("blocked", "noticed", "unchecked", "passed")

STEPS = 3
"""Steps of a bar above safe: low, medium, high."""

SIDES: dict[Source, str] = {"prompt": "Your message", "answer": "The answer"}
_REJECTED: dict[Outcome, Source] = {Outcome.PROMPT_BLOCKED: "prompt", Outcome.ANSWER_BLOCKED: "answer"}


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One category. Some texts come from the server: callers make them safe before showing them.

    `steps` is the length of the bar, 0 to 3; None if there is no scale. `grade` is the severity and `action` the
    filter's reaction, "" for none. `meaning` explains the category to newcomers, `extra` is what the server adds.
    """

    category: str
    standing: Standing
    steps: int | None
    grade: str
    action: str = ""
    meaning: str = ""
    extra: str = ""

    @property
    def notes(self) -> tuple[str, ...]:
        """The explanation below the row; empty if nothing was found."""
        found = self.standing in ("blocked", "noticed")
        texts = (self.meaning, self.extra) if found else (self.extra,)
        return tuple(text for text in texts if text)


@dataclass(frozen=True, slots=True)
class FilterSide:
    """The rows of one side. `unchecked`: the filter did not run on it. `unnamed`: it was rejected, and the server named
    no category."""

    source: Source
    rows: tuple[CategoryRow, ...]
    unchecked: bool = False
    unnamed: bool = False

    @property
    def title(self) -> str:
        return SIDES[self.source]


def filter_sides(turn: Turn) -> list[FilterSide]:
    """The sides that the filter reported on, the rejected one first."""
    rejected = _REJECTED.get(turn.outcome) if turn.outcome else None
    named = any(verdict.blocked for verdict in turn.verdicts)
    found = []
    for source in SIDES:
        its = [verdict for verdict in turn.verdicts if verdict.source == source]
        side = FilterSide(source, _rows(its, quotable(turn)), turn.not_run == source, rejected == source and not named)
        if its or side.unchecked or side.unnamed:
            found.append(side)
    # Where both were judged, the one that was stopped comes first.
    return sorted(found, key=lambda side: (side.source != rejected, not _is_blocked(side)))


def _is_blocked(side: FilterSide) -> bool:
    return any(row.standing == "blocked" for row in side.rows)


def _rows(verdicts: Iterable[Verdict], text: str) -> tuple[CategoryRow, ...]:
    rows = [category_row(verdict, text) for verdict in verdicts]
    return tuple(sorted(rows, key=lambda row: (_ORDER.index(row.standing), -(row.steps or 0))))


def category_row(verdict: Verdict, text: str = "") -> CategoryRow:
    """`text` is the answer's, for quoting passages."""
    standing = _standing(verdict)
    return CategoryRow(
        category_words(verdict.category),
        standing,
        None if standing == "unchecked" else _steps(verdict),
        _grade(verdict),
        {"blocked": "blocked", "noticed": "not blocked"}.get(standing, ""),
        meaning(verdict.category) or "",
        details(verdict, text) or "",
    )


def _standing(verdict: Verdict) -> Standing:
    if not verdict.checked:
        return "unchecked"
    if verdict.blocked:
        return "blocked"
    return "noticed" if verdict.noticed else "passed"


def _grade(verdict: Verdict) -> str:
    if not verdict.checked:
        return "not checked"
    if verdict.severity is not None:
        return verdict.severity.lower().replace("_", " ")
    if verdict.detected is not None:
        return "detected" if verdict.detected else "not detected"
    return "" if verdict.blocked else "passed"


def _steps(verdict: Verdict) -> int | None:
    steps = severity_steps(verdict.severity)
    return _score_steps(verdict) if steps is None else steps


def _score_steps(verdict: Verdict) -> int | None:
    """A score between 0 and 1 on the scale of the bars. None without a score, or for another kind of number."""
    score = (verdict.detail or {}).get("score")
    if verdict.severity is not None or isinstance(score, bool) or not isinstance(score, (int, float)):
        return None
    return min(int(score * (STEPS + 1)), STEPS) if 0 <= score <= 1 else None
