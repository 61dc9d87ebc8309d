"""Collects one object from each module of a package, so that adding a file is enough to register it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache
from typing import Any


def one_per_file(package: str, folders: Iterable[str], name: str) -> tuple[Any, ...]:
    """The object called `name` of each module in a package, in file order; modules without it are skipped.

    `folders` is the package's `__path__`. The modules are imported at the first call.
    """
    return _found(package, tuple(folders), name)


@cache
def _found(package: str, folders: tuple[str, ...], name: str) -> tuple[Any, ...]:
    modules = [importlib.import_module(f"{package}.{found.name}") for found in pkgutil.iter_modules(folders)]
    return tuple(getattr(module, name) for module in modules if hasattr(module, name))
