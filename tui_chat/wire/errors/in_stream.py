"""Recognizes errors inside an answer with status 200. An empty error object is not one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def is_error(chunk: Mapping[str, Any]) -> bool:
    """An error object with empty texts is not an error; an object without choices is one only if it says so."""
    error = chunk.get("error")
    if isinstance(error, dict):
        return any(value not in (None, "", "None") for value in error.values())
    if error:
        return True
    if "choices" in chunk:
        return False
    says = str(chunk.get("object", "")).lower() == "error" or str(chunk.get("type", "")).endswith("error")
    return says or any(chunk.get(key) for key in ("detail", "statusCode", "error_message"))


def choice_error(chunk: Mapping[str, Any]) -> dict[str, Any] | None:
    """An error inside a choice, as OpenRouter sends it."""
    choices = chunk.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        error = choice.get("error") if isinstance(choice, dict) else None
        if error and is_error({"error": error}):
            return {"error": error}
    return None
