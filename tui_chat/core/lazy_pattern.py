"""Regular expressions compiled on first use: each takes up to half a millisecond, which the first frame would pay."""

from __future__ import annotations

import re
from typing import Any, AnyStr, Generic, cast


def lazy_pattern(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """A `re.compile` that is delayed until the pattern is used. The functions of `re` do not accept it."""
    return cast("re.Pattern[AnyStr]", _LazyPattern(pattern, flags))


class _LazyPattern(Generic[AnyStr]):
    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self._uncompiled: tuple[AnyStr, int] = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        """Called once for each name: afterwards the compiled pattern's method is an attribute."""
        if name.startswith("__"):
            raise AttributeError(name)
        found = getattr(re.compile(*self._uncompiled), name)  # `re` keeps what it has compiled
        setattr(self, name, found)
        return found
