"""Collects one object from each module of a package, so that adding a file is enough to register it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache
from typing import Any


def one_per_file(package: str, folders: Iterable[str], name: str) -> tuple[Any, ...]:
    """What the modules of a package call `name`, in the order of their files; those without it are left out.

    `folders` is the package's `__path__`. They are imported at the first call.
    """
    return _found(package, tuple(folders), name)


@cache
def _found(package: str, folders: tuple[str, ...], name: str) -> tuple[Any, ...]:
    modules = [importlib.import_module(f"{package}.{found.name}") for found in pkgutil.iter_modules(folders)]
    return tuple(getattr(module, name) for module in modules if hasattr(module, name))
