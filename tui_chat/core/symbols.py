"""The signs of the screen: each has one meaning everywhere. Bullets, dashes, the dots between facts and drawn lines are
not signs."""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class Sign(StrEnum):
    CURRENT = "●"
    BUSY = "◐"
    READY = "○"
    NEW = "✱"
    CHANGED = "◆"
    SELECTED = "☑"
    POINTED = "❯"
    FOLDED = "▸"
    UNFOLDED = "▾"
    DONE = "✓"
    FAILED = "✗"
    BLOCKED = "✖"
    ATTENTION = "!"
    UNKNOWN = "?"
    FULL = "■"
    REST = "□"
    OLDER = "‹"
    NEWER = "›"
    LEADS = "→"
    REMOVE = "×"
    FILE = "@"


MEANINGS: dict[Sign, str] = {
    Sign.CURRENT: "in use, or on the screen now",
    Sign.BUSY: "an answer is under way",
    Sign.READY: "nothing is under way",
    Sign.NEW: "an answer has ended that was not looked at",
    Sign.CHANGED: "a setting differs from its default, or has just been turned",
    Sign.SELECTED: "taken into a selection of several",
    Sign.POINTED: "enter acts on this line",
    Sign.FOLDED: "unfolds",
    Sign.UNFOLDED: "folds",
    Sign.DONE: "came to its end as it should",
    Sign.FAILED: "failed",
    Sign.BLOCKED: "the content filter blocked it",
    Sign.ATTENTION: "is not as it should be, and goes on all the same",
    Sign.UNKNOWN: "could not be told",
    Sign.FULL: "a step of a severity",
    Sign.REST: "a step that a severity has not reached",
    Sign.OLDER: "one at the left, or an older version",
    Sign.NEWER: "one at the right, or a newer version",
    Sign.LEADS: "what comes next",
    Sign.REMOVE: "a click takes it away",
    Sign.FILE: "a file",
}
