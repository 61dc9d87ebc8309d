"""The words for what a content filter found: severities, verdicts, findings; shared by front ends and exports."""

from __future__ import annotations

from collections.abc import Iterable

from tui_chat.core.filter_categories import category_words
from tui_chat.core.filter_details import briefly, details
from tui_chat.core.symbols import Sign
from tui_chat.core.verdict import SEVERITIES, Source, Verdict

NO_CATEGORY = "no category given"
NOT_CHECKED = "not checked by the filter"


def not_checked(source: Source) -> str:
    """The sentence for a side that the server's filter did not check."""
    return f"{source} {NOT_CHECKED}"


def unchecked_words(verdicts: Iterable[Verdict]) -> str:
    """The categories that the server could not check, in one line; "" if there are none."""
    names = dict.fromkeys(category_words(verdict.category) for verdict in verdicts if not verdict.checked)
    return f"{', '.join(names)}: {NOT_CHECKED}" if names else ""


def severity_steps(severity: str | None) -> int | None:
    """The steps (0 to 3) of a severity's bar: safe 0 … high 3. None for a severity off the scale, or none."""
    word = (severity or "").lower().replace("-", "_")
    if word == "very_low":
        return 1
    return SEVERITIES.index(word) if word in SEVERITIES else None


def severity_bar(severity: str | None) -> str | None:
    """The scale as three signs of different shape: `■■□`. None without a scale."""
    steps = severity_steps(severity)
    return None if steps is None else Sign.FULL * steps + Sign.REST * (len(SEVERITIES) - 1 - steps)


def finding(verdict: Verdict) -> str:
    """Severity and action: `medium, blocked` · `detected, not blocked` · `safe`."""
    if not verdict.checked:
        return "not checked"
    parts: list[str] = []
    if verdict.severity is not None:
        parts.append(_graded(verdict.severity))
    elif verdict.detected is not None:
        parts.append("detected" if verdict.detected else "not detected")
    if verdict.blocked:
        parts.append("blocked")
    elif verdict.noticed:
        parts.append("not blocked")
    return ", ".join(parts) or "passed"


def in_short(verdict: Verdict) -> str:
    """One verdict within a sentence: `violence (medium)`, `blocklist (your-list)`, `jailbreak attempt`."""
    extra = " · ".join(part for part in (_graded(verdict.severity), briefly(verdict)) if part)
    return f"{category_words(verdict.category)} ({extra})" if extra else category_words(verdict.category)


def _graded(severity: str | None) -> str:
    return (severity or "").lower().replace("_", " ")


def in_full(verdict: Verdict, text: str = "") -> str:
    """One verdict on a line of its own: `violence (answer): medium, blocked`, with what the server adds.

    `text` is the answer's, for quoting passages.
    """
    line = f"{category_words(verdict.category)} ({verdict.source}): {finding(verdict)}"
    extra = details(verdict, text)
    return f"{line} · {extra}" if extra else line
