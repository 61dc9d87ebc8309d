"""How one message is looked at: what the user folded, unfolded or wants to see more of."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Seen:
    """`raw`: the Markdown source instead of what it means. `detailed`: all that is known about the answer.

    `folds` is the user's word on long code blocks by number; `fold` holds for those it does not name.
    """

    raw: bool = False
    detailed: bool = False
    fold: bool = True
    folds: dict[int, bool] = field(default_factory=dict)
