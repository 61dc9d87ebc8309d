"""How an answer ended, in words that every front end and export uses."""

from __future__ import annotations

USED_UP = (
    "max_tokens was used up before the answer began; the model may have spent it on thinking. "
    "Raise max_tokens, or lower the reasoning effort, and answer again."
)
