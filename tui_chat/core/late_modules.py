"""Modules that others import at their top and use late, or never: they are loaded when something in them is used.

Python loads about four hundred modules until the app shows its first frame. A good part is there for what does not
happen by then: TLS, the parser of Python's own code, the command palette of Textual.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

SELDOM_USED = {"tokenize": "", "traceback": "", "urllib.parse": "quote_from_bytes"}
"""What `inspect`, `logging` and `pathlib` import, with what is imported from it."""


@contextmanager
def postponed(modules: Mapping[str, str], known: Mapping[str, Mapping[str, object]] = {}) -> Iterator[None]:
    """What is imported meanwhile gets stand-ins for these modules. Whoever imports them afterwards gets the modules.

    The values of `modules` are names of functions that others import from the module (`from uuid import uuid4`), with
    spaces in between: they get a function that calls the real one. `known` has values that are no functions, by module.
    Any other name loads the module at once, so a missing one costs time, and nothing else. Modules that were loaded
    before stay as they are.
    """
    wanted = [name for name in modules if name not in sys.modules]
    stand_ins = [_LateModule(name, modules[name], known.get(name, {})) for name in wanted]
    sys.modules.update(zip(wanted, stand_ins, strict=True))
    try:
        yield
    finally:
        for stand_in in stand_ins:
            stand_in._withdraw()


class _LateModule(ModuleType):
    """Has every name of the module for which it stands. Any thread may use it: loading is left to Python's import."""

    def __init__(self, name: str, functions: str, known: Mapping[str, object]) -> None:
        super().__init__(name)
        vars(self).update({function: self._late(function) for function in functions.split()}, **known)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)  # what Python's import and `inspect` ask of any module
        self._withdraw()
        return getattr(import_module(self.__name__), name)

    def _withdraw(self) -> None:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]

    def _late(self, function: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            return self.__getattr__(function)(*args, **kwargs)

        return call
