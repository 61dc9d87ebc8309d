"""The filter's findings in words. This file owns how a category, a severity and a verdict are said to a person."""

from __future__ import annotations

from tui_chat.core.verdict import SEVERITIES, Verdict

CATEGORIES = {
    "hate": "hate",
    "self_harm": "self-harm",
    "sexual": "sexual",
    "violence": "violence",
    "jailbreak": "jailbreak attempt",
    "indirect_attack": "indirect attack (instructions hidden in a document)",
    "profanity": "profanity",
    "protected_material_text": "protected text",
    "protected_material_code": "protected code",
    "custom_blocklists": "blocklist",
    "custom_topics": "custom topic",
    "personally_identifiable_information": "personal data",
    "ungrounded_material": "ungrounded statement",
    "task_adherence": "task adherence",
}


def category_words(category: str) -> str:
    """A category for a person; one that is not known is said in the server's word."""
    return CATEGORIES.get(category.lower(), category.replace("_", " ").lower())


def severity_steps(severity: str | None) -> int | None:
    """Steps of four that a bar shows: safe 1 … high 4. None for a severity that is not on the scale, or none."""
    word = (severity or "").lower().replace("-", "_")
    if word == "very_low":
        return 1
    return SEVERITIES.index(word) + 1 if word in SEVERITIES else None


def finding(verdict: Verdict) -> str:
    """How bad it was and what was done: `medium, blocked` · `detected, not blocked` · `safe`."""
    parts: list[str] = []
    if verdict.severity is not None:
        parts.append(verdict.severity.lower().replace("_", " "))
    elif verdict.detected is not None:
        parts.append("detected" if verdict.detected else "not detected")
    if verdict.blocked:
        parts.append("blocked")
    elif verdict.noticed:
        parts.append("not blocked")
    return ", ".join(parts) or "passed"


def details(verdict: Verdict) -> str | None:
    """What the server adds: score and threshold, names of blocklists, a citation. None where it adds nothing."""
    detail = verdict.detail or {}
    if "score" in detail:
        score, threshold = detail.get("score"), detail.get("threshold")
        return f"score {score}" + (f", blocked from {threshold}" if threshold is not None else "")
    if detail.get("ids"):
        return ", ".join(str(name) for name in detail["ids"])
    if detail.get("url") or detail.get("license"):
        return " · ".join(str(part) for part in (detail.get("url"), detail.get("license")) if part)
    return None


def in_short(verdict: Verdict) -> str:
    """One verdict within a sentence: `violence (medium)`, `blocklist (your-list)`, `jailbreak attempt`."""
    extra = details(verdict) if verdict.detail else verdict.severity
    return f"{category_words(verdict.category)} ({extra})" if extra else category_words(verdict.category)
