"""How long to wait, in every way in which servers say it."""

from __future__ import annotations

import pytest

from tui_chat.wire.errors.retry_after import retry_after


@pytest.mark.parametrize(
    ("headers", "sentence", "seconds"),
    [
        ({}, "", None),
        ({"retry-after": "3"}, "", 3),
        ({"retry-after": "1.5"}, "retry after 9 seconds", 1.5),
        ({"retry-after": "3", "retry-after-ms": "2500"}, "", 2.5),
        ({"retry-after": "Thu, 01 Jan 1970 00:17:00 GMT"}, "", 20),
        ({"retry-after": "Thu, 01 Jan 1970 00:17:00 GMT", "date": "Thu, 01 Jan 1970 00:16:55 GMT"}, "", 5),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, "", None),
        ({"retry-after": "0"}, "", None),
        ({"retry-after": "0", "retry-after-ms": "0"}, "", None),
        ({"retry-after-ms": "0", "retry-after": "4"}, "", 4),
        ({"retry-after": "0"}, "Please retry after 7 seconds.", 7),
        ({"retry-after": "soon"}, "Please retry after 7 seconds.", 7),
        ({"retry-after": "-1"}, "", None),
        ({"retry-after": "nan"}, "", None),
        ({"retry-after": "1700000000"}, "", None),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, "", None),
        ({"retry-after-ms": "inf", "retry-after": "2"}, "", 2),
        ({}, "Rate limit is exceeded. Try again in 12 seconds.", 12),
        ({}, "Please try again in 6m0s.", 360),
        ({}, "Please try again in 20ms", 0.02),
        ({}, "try again in 1h 30 min", 5400),
        ({}, "Out of call volume quota. Quota will be replenished in 01:23:45.", 5025),
        ({}, "Out of bandwidth quota. Quota will be replenished in 6.02:14:00.", 526_440),
        ({}, "Token quota is exceeded. Try again in 3 days.", 259_200),
        ({}, "Please wait 2 minutes", 120),
        ({}, "Please retry after 86400 seconds.", 86400),
        ({}, "You sent 33 seconds of audio", None),
        ({}, "try again. 5 seconds", None),
    ],
)
def test_the_wait(headers: dict[str, str], sentence: str, seconds: float | None) -> None:
    assert retry_after(headers, sentence, 1000.0) == seconds
