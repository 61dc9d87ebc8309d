"""Dates in words: times as briefly as their distance from now allows, and the periods that head lists."""

from __future__ import annotations

from datetime import datetime

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTH_NAMES = tuple("January February March April May June July August September October November December".split())
"""In English whatever the locale, like all words on the screen."""


def short_time(then: datetime, now: datetime) -> str:
    """`10:30` today, `Mon` within the last six days, `2 Jan` this year, else `2 Jan 2024`. Both in the same zone."""
    days = (now.date() - then.date()).days
    if days == 0:
        return f"{then:%H:%M}"
    if 0 < days < 7:
        return DAYS[then.weekday()]
    day = f"{then.day} {MONTHS[then.month - 1]}"
    return day if then.year == now.year else f"{day} {then.year}"


def relative_time(then: datetime, now: datetime) -> str:
    """`now`, `5 min`, `3 h` within half a day, else `short_time`, in the zone of `now`."""
    then = then.astimezone(now.tzinfo)
    minutes = int((now - then).total_seconds() // 60)
    if not 0 <= minutes < 12 * 60:
        return short_time(then, now)
    if minutes < 60:
        return f"{minutes} min" if minutes else "now"
    return f"{minutes // 60} h"


def period(then: datetime, now: datetime) -> str:
    """A moment's heading in a list: `Today`, `Yesterday`, `This week`, a month, or a month with its year."""
    days = (now.date() - then.date()).days
    if days < 7:
        return "Today" if days < 1 else "Yesterday" if days == 1 else "This week"
    month = MONTH_NAMES[then.month - 1]
    return month if then.year == now.year else f"{month} {then.year}"
