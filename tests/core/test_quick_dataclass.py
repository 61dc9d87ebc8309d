"""The quick decorator makes what the standard one makes. A table of classes, each made by both."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, field
from typing import Any, ClassVar

import pytest

from tui_chat.core import quick_dataclass

quick: Any = quick_dataclass._dataclass


class Frozen:
    a: int
    b: str = "b"
    c: tuple[int, ...] = field(default=(), compare=False, repr=False)


class Changing:
    a: int
    made: list[int] = field(default_factory=list)
    inside: int = field(default=7, init=False)
    made_inside: dict[str, int] = field(default_factory=dict, init=False)
    later: str = field(init=False)

    def __post_init__(self) -> None:
        self.later = f"later {self.a}"


OPTIONS: list[dict[str, bool]] = [
    {},
    {"slots": True},
    {"eq": False},
    {"frozen": True},
    {"frozen": True, "slots": True},
    {"frozen": True, "slots": True, "eq": False},
    {"frozen": True, "slots": True, "kw_only": True, "eq": False},
]


def seen(make: Any, shape: type[Any], options: dict[str, bool]) -> list[object]:
    """All that can be seen of a class made by `make`."""
    body = {name: value for name, value in vars(shape).items() if name not in ("__dict__", "__weakref__")}
    cls = make(**options)(type(shape.__name__, (), body))
    first, second, other = cls(a=1), cls(a=1), cls(a=2)
    found: list[object] = [repr(first), first == second, first == other, first == 1, cls.__match_args__]
    found += [first.__dict__ if hasattr(first, "__dict__") else "slots", copy.copy(first).a, copy.deepcopy(other).a]
    found += [dataclasses.asdict(dataclasses.replace(first, a=3)), [f.name for f in dataclasses.fields(cls)]]
    found.append("no hash" if cls.__hash__ is None else len({first, second, other}))
    for call in (lambda: setattr(first, "a", 5), lambda: delattr(first, "a"), lambda: cls(), lambda: cls(1, 2)):
        try:
            call()
            found.append(getattr(first, "a", "gone"))
        except (AttributeError, TypeError) as error:
            found.append((type(error), str(error)))
    return found


CASES = [
    (shape, options)
    for shape in (Frozen, Changing)
    for options in OPTIONS
    if shape is Frozen or "frozen" not in options
]
"""Without those whose `__post_init__` could not set anything."""


@pytest.mark.parametrize(("shape", "options"), CASES)
def test_classes_are_as_the_standard_decorator_makes_them(shape: type[Any], options: dict[str, bool]) -> None:
    assert seen(quick, shape, options) == seen(dataclasses.dataclass, shape, options)


@quick_dataclass.dataclass(frozen=True, slots=True)
class Base:
    a: int = 1


@quick_dataclass.dataclass(frozen=True, slots=True)
class Derived(Base):
    b: int = 2

    def total(self) -> int:
        return self.a + self.b


def test_a_class_derived_from_one_has_the_fields_of_both() -> None:
    derived = Derived(5, b=6)
    assert (derived.total(), derived == Derived(5, 6), derived == Base(5)) == (11, True, False)
    assert not hasattr(derived, "__dict__")
    assert pickle.loads(pickle.dumps(derived)) == derived
    with pytest.raises(FrozenInstanceError):
        derived.a = 7  # type: ignore[misc]


def test_a_method_that_is_written_out_stays() -> None:
    @quick
    class Own:
        a: int

        def __init__(self) -> None:
            self.a = 9

        def __repr__(self) -> str:
            return "own"

        def __hash__(self) -> int:
            return 4

    own: Any = Own()
    assert (own.a, repr(own), hash(own)) == (9, "own", 4)


def test_what_holds_itself_can_be_shown() -> None:
    @quick
    class Ring:
        inner: object = None

    ring: Any = Ring()
    ring.inner = ring
    assert repr(ring).endswith("Ring(inner=...)")


class Shared:
    limit: ClassVar[int] = 3
    a: int = 1


class Given:
    a: int
    twice: dataclasses.InitVar[int] = 0  # type: ignore[assignment]  # it becomes a dataclass below

    def __post_init__(self, twice: int) -> None:
        self.a += 2 * twice


@pytest.mark.parametrize(
    ("shape", "options"),
    [
        (Frozen, {}),
        (Frozen, {"frozen": True}),
        (Shared, {}),
        (Frozen, {"order": True}),
        (Given, {}),
    ],
)
def test_the_classes_of_others_are_as_the_standard_decorator_makes_them(
    shape: type[Any], options: dict[str, Any]
) -> None:
    def make() -> type[Any]:
        return dataclasses.dataclass(**options)(type(shape.__name__, (), dict(vars(shape))))

    standard = make()
    with quick_dataclass.quick_everywhere():
        quick = make()
    assert dataclasses.dataclass is quick_dataclass._standard
    made = [(str(cls(5)), cls(5) == cls(5), cls.__match_args__, hasattr(cls(5), "__lt__")) for cls in (standard, quick)]
    assert made[0] == made[1]
    assert [f.name for f in dataclasses.fields(quick)] == [f.name for f in dataclasses.fields(standard)]


def test_one_without_arguments_is_quick_too() -> None:
    with quick_dataclass.quick_everywhere():

        @dataclasses.dataclass
        class Plain:
            a: int = 1

    assert Plain.__init__.__code__.co_filename == quick_dataclass.__file__
    assert (Plain(), Plain(2).a) == (Plain(1), 2)
