"""Synchronizes the frames of several growing answers, so that they reach the terminal together.

Each would have its own timer else, and Textual would put the screen together four times as often.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.ui.widgets.transcript.stream_driver import FRAME, RunningTimer, Timers

Callback = Callable[[], None]


@dataclass(slots=True)
class _Beat:
    """One of those that are called with each frame."""

    frames: SharedFrames
    callback: Callback

    def stop(self) -> None:
        self.frames.leave(self)


@dataclass(eq=False)
class SharedFrames:
    """The timers of several answers. Intervals of a frame are shared, others are the screen's own."""

    _screen: Timers
    _beats: list[_Beat] = field(default_factory=list, init=False)
    _timer: RunningTimer | None = field(default=None, init=False)

    def set_timer(self, delay: float, callback: Callback) -> RunningTimer:
        return self._screen.set_timer(delay, callback)

    def set_interval(self, interval: float, callback: Callback) -> RunningTimer:
        if interval != FRAME:
            return self._screen.set_interval(interval, callback)
        beat = _Beat(self, callback)
        self._beats.append(beat)
        if self._timer is None:
            self._timer = self._screen.set_interval(FRAME, self._frame)
        return beat

    def leave(self, beat: _Beat) -> None:
        """One answer needs no more frames."""
        self._beats = [each for each in self._beats if each is not beat]
        if not self._beats and self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _frame(self) -> None:
        for beat in list(self._beats):
            beat.callback()
