"""Numbers of tokens as the screen writes them."""

from __future__ import annotations


def in_short(tokens: int) -> str:
    """`950`, `4.1k`, `128k`."""
    if tokens < 1000:
        return str(tokens)
    thousands = tokens / 1000
    return f"{thousands:.1f}".removesuffix(".0") + "k" if thousands < 10 else f"{round(thousands)}k"


def share(used: int, context: int) -> int:
    """Percent of the context, from 1 to 100: what is there is never nothing, and no more than all can be sent."""
    return max(1, min(100, round(used * 100 / max(context, 1))))
