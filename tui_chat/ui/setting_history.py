"""The history of setting changes, for undo. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, replace
from time import monotonic

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.settings import Settings, differing

PAUSE_S = 1.5
"""Seconds of rest that part two changes of one setting. A bar that is dragged, or a word that is typed, is one."""

MOST = 100


@dataclass(frozen=True, slots=True)
class SettingStep:
    """One change, of these settings, in a conversation."""

    conversation: str
    before: Settings
    after: Settings
    names: tuple[str, ...]
    at: float


@dataclass
class SettingHistory:
    """The changes of this run, the newest last."""

    clock: Callable[[], float] = monotonic
    _steps: list[SettingStep] = field(default_factory=list, init=False)

    def changed(self, conversation: str, before: Settings, after: Settings) -> None:
        """The user has changed settings."""
        step = SettingStep(conversation, before, after, differing(before, after), self.clock())
        last = self._steps[-1] if self._steps else None
        if last is not None and _is_one(last, step):
            self._steps[-1] = replace(step, before=last.before)
        else:
            self._steps = [*self._steps[1 - MOST :], step]

    def undo(self, conversation: str, now: Settings) -> Settings | None:
        """The settings before the last change of this conversation; None where there is none to take back."""
        while self._steps:
            step = self._steps.pop()
            if step.conversation == conversation and step.after == now and step.before != now:
                return step.before
        return None


def _is_one(last: SettingStep, step: SettingStep) -> bool:
    """Whether a change only carries on the one before it."""
    same = (last.conversation, last.after, last.names) == (step.conversation, step.before, step.names)
    return same and len(step.names) == 1 and step.at - last.at < PAUSE_S
