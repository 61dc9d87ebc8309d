"""The error of the library, without what works on its file."""

from __future__ import annotations


class LibraryError(Exception):
    """The library could not be opened, read or written. What was there before is still there.

    `message` names the file and the cause, `hint` the next step; both are plain sentences. `locked`: only another
    process is in the way, so a later try may work.
    """

    def __init__(self, message: str, hint: str, *, locked: bool = False) -> None:
        super().__init__(f"{message} {hint}")
        self.message = message
        self.hint = hint
        self.locked = locked
