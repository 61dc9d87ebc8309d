# ruff: noqa: N807 (what is made here are methods of that name)
"""The standard library's `dataclass` without its compiler, so that importing a module takes a tenth of the time.

`dataclasses.dataclass` compiles up to six methods for each class, which takes about a millisecond. The app has three
hundred such classes at its first frame, and has instantiated a third of them. Here `__init__` is compiled with the
first instance, and the other methods are closures. Everything else is the standard decorator's (fields, slots,
`__match_args__`), so that `fields`, `replace` and `asdict` work; a type checker sees only that one.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import MISSING, Field, FrozenInstanceError
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

Fields = Mapping[str, Field[Any]]

_standard: Any = dataclasses.dataclass


def _dataclass(
    cls: type[Any] | None = None,
    /,
    *,
    frozen: bool = False,
    eq: bool = True,
    slots: bool = False,
    kw_only: bool = False,
) -> Any:
    """`dataclasses.dataclass`, with only the options used here."""
    if cls is None:
        return lambda named: _dataclass(named, frozen=frozen, eq=eq, slots=slots, kw_only=kw_only)
    cls.__doc__ = cls.__doc__ or cls.__name__  # the standard decorator would work out a signature
    hashed = cls.__dict__.get("__hash__") is not None
    cls = _standard(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(cls)
    fields: Fields = {field.name: field for field in dataclasses.fields(cls)}
    methods = [_init(cls, fields, frozen), _repr(fields)]
    if eq:
        methods.append(_eq(fields))
    if frozen:
        methods += _unchanging(cls, fields)
    for method in methods:
        if method.__name__ not in cls.__dict__:
            method.__qualname__ = f"{cls.__qualname__}.{method.__name__}"
            setattr(cls, method.__name__, method)
    if eq and not hashed:
        cls.__hash__ = _hash(fields) if frozen else None
    return cls


@contextmanager
def quick_everywhere() -> Iterator[None]:
    """Classes that are made meanwhile with the standard decorator are made without its compiler, too.

    For modules of others that are imported meanwhile. Where they use `InitVar`, or an option that is not known here,
    they get what the standard decorator makes.
    """

    def either(cls: type[Any] | None = None, /, **options: Any) -> Any:
        if cls is None:
            return lambda named: either(named, **options)
        return (_dataclass if _is_plain(cls, options) else _standard)(cls, **options)

    dataclasses.dataclass = either
    try:
        yield
    finally:
        dataclasses.dataclass = _standard


def _is_plain(cls: type[Any], options: Mapping[str, Any]) -> bool:
    try:
        annotations = inspect.get_annotations(cls).values()
    except NameError:  # one that is there for type checking alone
        return False
    return options.keys() <= {"frozen", "eq", "slots", "kw_only"} and "InitVar" not in str(annotations)


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    dataclass = _dataclass


def _init(cls: type[Any], fields: Fields, frozen: bool) -> Callable[..., Any]:
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        # Two threads may do this at the same time: both make the same.
        compiled = _compiled_init(cls, fields, frozen)
        cls.__init__ = compiled
        compiled(self, *args, **kwargs)

    return __init__


def _compiled_init(cls: type[Any], fields: Fields, frozen: bool) -> Callable[..., None]:
    names: dict[str, Any] = {"_set": object.__setattr__, "_missing": MISSING}
    positional, by_name, body = ["self"], ["*"], []
    for name, field in fields.items():
        value = _value(field, names, slots="__slots__" in cls.__dict__)
        if field.init:
            default = f"=_default_{name}" if f"_default_{name}" in names else ""
            (by_name if field.kw_only else positional).append(name + default)
        if value:
            body.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    parameters = ", ".join(positional + (by_name if len(by_name) > 1 else []))
    exec(f"def __init__({parameters}):\n " + "\n ".join(body or ["pass"]), names)
    init: Callable[..., None] = names["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    return init


def _value(field: Field[Any], names: dict[str, Any], *, slots: bool) -> str:
    """The source for a field's value in `__init__`; adds what it refers to to `names`."""
    name = field.name
    if field.default_factory is not MISSING:
        names |= {f"_make_{name}": field.default_factory, f"_default_{name}": MISSING}
        return f"_make_{name}() if {name} is _missing else {name}" if field.init else f"_make_{name}()"
    if field.default is not MISSING:
        names[f"_default_{name}"] = field.default
        if not field.init:
            return f"_default_{name}" if slots else ""  # without slots it is an attribute of the class
    return name if field.init else ""


def _repr(fields: Fields) -> Callable[..., str]:
    @recursive_repr()
    def __repr__(self: Any) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name, field in fields.items() if field.repr)
        return f"{self.__class__.__qualname__}({', '.join(shown)})"

    return __repr__


def _eq(fields: Fields) -> Callable[..., Any]:
    key = _key(name for name, field in fields.items() if field.compare)

    def __eq__(self: Any, other: Any) -> Any:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _hash(fields: Fields) -> Callable[..., int]:
    key = _key(name for name, field in fields.items() if (field.compare if field.hash is None else field.hash))

    def __hash__(self: Any) -> int:
        return hash(key(self))

    return __hash__


def _key(names: Iterable[str]) -> Callable[[Any], Any]:
    compared = tuple(names)
    return attrgetter(*compared) if compared else lambda _: ()


def _unchanging(cls: type[Any], fields: Fields) -> list[Callable[..., Any]]:
    """The methods that freeze and copy an instance."""

    def __setattr__(self: Any, name: str, value: object) -> None:
        if type(self) is cls or name in fields:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def __delattr__(self: Any, name: str) -> None:
        if type(self) is cls or name in fields:
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    def __getstate__(self: Any) -> list[Any]:
        return [getattr(self, name) for name in fields]

    def __setstate__(self: Any, state: list[Any]) -> None:
        for name, value in zip(fields, state, strict=True):
            object.__setattr__(self, name, value)

    return [__setattr__, __delattr__, __getstate__, __setstate__]
