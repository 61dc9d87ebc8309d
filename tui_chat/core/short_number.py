"""Numbers in a few characters, as the screen writes them."""

from __future__ import annotations


def short_number(number: int) -> str:
    """950, 1.2k, 12k, 5M."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            scaled = number / size
            return (f"{scaled:.1f}".removesuffix(".0") if scaled < 9.95 else f"{scaled:.0f}") + letter
    return str(number)


def counted(number: int, noun: str) -> str:
    """A number and its noun: `1 line`, `1,200 lines`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
