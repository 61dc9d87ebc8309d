"""Splits a `delta` or `message` into text by channel, whatever the type of its `content`.

Sources: openai-python types/chat, mistralai platform-docs reasoning, OpenRouter, vLLM, recordings of mlx-vlm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

Channel = Literal["text", "reasoning", "refusal"]

_REASONING = ("reasoning_content", "reasoning", "thinking", "thought", "reasoning_details", "thinking_blocks")
"""Several of these may carry the same text in one chunk: only the first that is not empty counts."""

_DEPTH = 6


def pieces(delta: Mapping[str, Any]) -> Iterator[tuple[Channel, str]]:
    """(channel, text) in display order. Empty pieces are left out."""
    thought = next((text for key in _REASONING if key in delta and (text := plain(delta[key]))), "")
    if thought:
        yield "reasoning", thought
    yield from _content(delta.get("content"), skip_reasoning=bool(thought))
    audio = delta.get("audio")
    if isinstance(audio, dict) and isinstance(audio.get("transcript"), str) and audio["transcript"]:
        yield "text", audio["transcript"]
    refusal = delta.get("refusal")
    if isinstance(refusal, str) and refusal:
        yield "refusal", refusal


def _content(content: object, *, skip_reasoning: bool) -> Iterator[tuple[Channel, str]]:
    match content:
        case str():
            if content:
                yield "text", content
        case bool() | None:
            return
        case int() | float():
            yield "text", str(content)
        case list():
            for part in content:
                yield from _part(part, skip_reasoning=skip_reasoning)
        case dict():
            yield from _part(content, skip_reasoning=skip_reasoning)


def _part(part: object, *, skip_reasoning: bool) -> Iterator[tuple[Channel, str]]:
    if not isinstance(part, dict):
        yield from _content(part if isinstance(part, str) else None, skip_reasoning=skip_reasoning)
        return
    kind = str(part.get("type", "")).lower()
    if "think" in kind or "reasoning" in kind or ("thinking" in part and "text" not in part):
        text = plain(part)
        if text and not skip_reasoning:
            yield "reasoning", text
    elif kind == "refusal":
        if text := plain(part.get("refusal")) or plain(part.get("text")):
            yield "refusal", text
    elif kind == "image_url":
        if text := _image(part.get("image_url")):
            yield "text", text
    elif text := plain(part.get("text")) or plain(part.get("content")):
        yield "text", text


def _image(value: object) -> str:
    """An image as a Markdown link; an embedded one is named, not spelled out."""
    url = value.get("url") if isinstance(value, dict) else value
    if not isinstance(url, str) or not url:
        return ""
    return "[image]" if url.startswith("data:") else f"![image]({url})"


def plain(value: object, depth: int = _DEPTH) -> str:
    """The text in a string, a list of parts, or a part with its text under one of the usual names."""
    if depth < 0:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(plain(item, depth - 1) for item in value)
    if isinstance(value, dict):
        keys = ("text", "thinking", "summary", "content", "value", "reasoning")
        return next((text for key in keys if (text := plain(value.get(key), depth - 1))), "")
    return ""
