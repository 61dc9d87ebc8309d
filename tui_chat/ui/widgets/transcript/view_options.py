"""How one message is looked at: what the user folded, unfolded, hid or wants to see more of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NOTHING_SAID: Mapping[int, bool] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """`raw`: the Markdown source instead of what it means. `detailed`: all that is known about the answer.

    `folds` is the user's word on long code blocks by number; `fold` holds for those it does not name. `thought` is
    their word on showing the thinking, None where it is shown as the configuration says. `hidden` is their word on
    hiding a rejected text; None: what was withdrawn is hidden, what was cut is not.
    """

    raw: bool = False
    detailed: bool = False
    fold: bool = True
    folds: Mapping[int, bool] = field(default_factory=lambda: NOTHING_SAID)
    thought: bool | None = None
    hidden: bool | None = None


AS_EVER = ViewOptions()
"""Looked at as everything is."""
