"""The categories of content filters: their names and what each means, for first-time readers."""

from __future__ import annotations

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
