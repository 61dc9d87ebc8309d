"""Filter results as JSON objects, byte for byte as in the fixtures: safe, detected, blocked."""

from __future__ import annotations

_SAFE = {
    "hate": b'{"filtered":false,"severity":"safe"}',
    "jailbreak": b'{"filtered":false,"detected":false}',
    "self_harm": b'{"filtered":false,"severity":"safe"}',
    "sexual": b'{"filtered":false,"severity":"safe"}',
    "violence": b'{"filtered":false,"severity":"safe"}',
}
_GRADED = b'{"filtered":true,"severity":"medium"}'
_DETECTED = b'{"filtered":true,"detected":true}'
_ONLY_FOR_PROMPTS = ("jailbreak",)


def _object(results: dict[str, bytes]) -> bytes:
    return b"{" + b",".join(b'"%s":%s' % (name.encode(), value) for name, value in results.items()) + b"}"


def _blocked(category: str) -> bytes:
    return _DETECTED if category == "jailbreak" or category.startswith("protected_material") else _GRADED


def prompt(blocked: str | None = None) -> bytes:
    """The prompt's results: all safe, or one category rejected."""
    return _object(_SAFE | ({blocked: _blocked(blocked)} if blocked else {}))


def answer(blocked: str | None = None) -> bytes:
    """The answer's results: all safe, or one rejected. Jailbreak is for prompts and becomes a protected text."""
    name = "protected_material_text" if blocked in _ONLY_FOR_PROMPTS else blocked
    safe = {key: value for key, value in _SAFE.items() if key not in _ONLY_FOR_PROMPTS}
    return _object(safe | ({name: _blocked(name)} if name else {}))


# azure_openai_completion_annotated
PROMPT_NOTICED = _object(
    _SAFE
    | {
        "indirect_attack": b'{"detected":false,"filtered":false}',
        "profanity": b'{"detected":true,"filtered":false}',
    }
)
ANSWER_NOTICED = (
    b'{"custom_blocklists":{"filtered":false,"details":[]},"hate":{"filtered":false,"severity":"safe"},'
    b'"protected_material_code":{"citation":{"URL":"https://example.invalid/repo","license":"NOASSERTION"},"detected":true,'
    b'"filtered":false},"protected_material_text":{"detected":false,"filtered":false},"self_harm":{"filtered":false,'
    b'"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"low"}}'
)
# azure_async_pass: one filter's results at a time
TEXT_PASSED = b'{"protected_material_text":{"detected":false,"filtered":false}}'
TEXT_BLOCKED = b'{"protected_material_text":{"detected":true,"filtered":true}}'
ANSWER_SAFE = answer()
