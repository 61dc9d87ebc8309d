"""The words for what a content filter found: categories, severities, verdicts; shared by front ends and exports."""

from __future__ import annotations

from collections.abc import Iterable

from tui_chat.core.filter_details import briefly, details
from tui_chat.core.symbols import Sign
from tui_chat.core.verdict import SEVERITIES, Source, Verdict

NO_CATEGORY = "no category given"
NOT_CHECKED = "not checked by the filter"

CATEGORIES = {
    "hate": "hate",
    "self_harm": "self-harm",
    "sexual": "sexual",
    "violence": "violence",
    "jailbreak": "jailbreak attempt",
    "indirect_attack": "indirect attack",
    "indirect_attack_spotlighting": "indirect attack (spotlighting)",
    "profanity": "profanity",
    "protected_material_text": "protected text",
    "protected_material_code": "protected code",
    "custom_blocklists": "blocklist",
    "custom_topics": "custom topic",
    "personally_identifiable_information": "personal data",
    "ungrounded_material": "ungrounded statement",
    "task_adherence": "task adherence",
}


_ALSO = {
    "pii": "personally_identifiable_information",
    "jailbreaking": "jailbreak",
    "blocklist": "custom_blocklists",
    "groundedness": "ungrounded_material",
    "spotlighting": "indirect_attack_spotlighting",
}
_KNOWN = {name.replace("_", ""): words for name, words in CATEGORIES.items()}
_KNOWN |= {also: CATEGORIES[name] for also, name in _ALSO.items()}
"""Spelled without separators: services write `self_harm`, `SelfHarm` and `selfharm`."""


def category_words(category: str) -> str:
    """A category in words; an unknown one keeps the server's name."""
    known = _KNOWN.get("".join(ch for ch in category.lower() if ch.isalnum()))
    return known or " ".join(category.replace("_", " ").lower().split()) or "unnamed category"


_MEANT = {
    "hate": "attacks on people for who they are",
    "self_harm": "hurting oneself",
    "sexual": "sexual content",
    "violence": "weapons, injury or killing",
    "jailbreak": "wording that looks like an attempt to make the model break its rules",
    "indirect_attack": "a pasted text or document that seems to give the model orders",
    "indirect_attack_spotlighting": "orders inside a document, which is marked for the model as not to be trusted",
    "profanity": "swear words",
    "protected_material_text": "wording close to a published work such as a song or an article",
    "protected_material_code": "code that is in a public repository",
    "custom_blocklists": "a word on a list that the owner of the endpoint made",
    "custom_topics": "a topic that the owner of the endpoint ruled out",
    "personally_identifiable_information": "names, numbers or addresses that point to a person",
    "ungrounded_material": "a claim that the given documents do not support",
    "task_adherence": "something outside the task that the model was given",
}
_MEANINGS = {CATEGORIES[name]: meaning for name, meaning in _MEANT.items()} | {
    "hate and discrimination": _MEANT["hate"],
    "violence and threats": _MEANT["violence"],
    "dangerous": "what may seriously hurt someone",
    "criminal": "what the law forbids",
    "health": "medical advice",
    "financial": "financial advice",
    "law": "legal advice",
}
"""The second part are Mistral's categories, in its own words."""


def meaning(category: str) -> str | None:
    """What a filter means by a category, for first-time readers. None for unknown ones."""
    return _MEANINGS.get(category_words(category))


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
