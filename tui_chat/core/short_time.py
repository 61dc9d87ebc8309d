"""A moment in as few words as tell it apart from others near it."""

from __future__ import annotations

from datetime import datetime

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""In English whatever the locale says, as all words on the screen."""


def short_time(then: datetime, now: datetime) -> str:
    """`10:30` today, `Mon` within the last six days, `2 Jan` this year, else `2 Jan 2024`. Both in the same zone."""
    days = (now.date() - then.date()).days
    if days == 0:
        return f"{then:%H:%M}"
    if 0 < days < 7:
        return DAYS[then.weekday()]
    day = f"{then.day} {MONTHS[then.month - 1]}"
    return day if then.year == now.year else f"{day} {then.year}"
