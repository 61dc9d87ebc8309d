"""How the reader wants one message shown: folded, hidden, with details."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType

from tui_chat.core.quick_dataclass import dataclass

NO_FOLDS: Mapping[int, bool] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """`raw` shows the Markdown source; `detailed` shows everything known about the answer.

    `folds` folds or unfolds single code blocks by number; `fold` applies to all others. `reasoning` shows or hides the
    reasoning, None leaves that to the configuration. `hidden` hides or shows a rejected text, None hides what was
    withdrawn and shows what was cut.
    """

    raw: bool = False
    detailed: bool = False
    fold: bool = True
    folds: Mapping[int, bool] = field(default_factory=lambda: NO_FOLDS)
    reasoning: bool | None = None
    hidden: bool | None = None


DEFAULT = ViewOptions()
