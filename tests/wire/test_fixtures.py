"""Every answer among the fixtures gives what it should, however its bytes are cut."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from tests.support.thorough import THOROUGH, some
from tests.wire.fixtures import FOLDER, NO_ANSWERS, Case, cases, check, raw
from tui_chat.core import event as ev
from tui_chat.core.message import ErrorKind
from tui_chat.core.reply import Reply
from tui_chat.wire.errors.server_error import explain
from tui_chat.wire.stream import StreamDecoder

ALL = cases()
OK = [case for case in ALL if case.status == 200]
REFUSED = [case for case in ALL if case.status != 200]


def decoded(case: Case, parts: Iterable[bytes]) -> tuple[list[ev.Event], Reply]:
    decoder = StreamDecoder(case.headers.get("content-type", ""))
    events: list[ev.Event] = []
    for part in parts:
        events += decoder.feed(part)
        if decoder.over:
            break
    events += decoder.close()
    reply = Reply()
    for event in events:
        reply.feed(event)
    return events, reply


def test_there_are_86_answers() -> None:
    assert len(ALL) == 86
    assert len(list(FOLDER.glob("*.json"))) == 86 + len(NO_ANSWERS)


@pytest.mark.parametrize("case", OK, ids=str)
def test_whole(case: Case) -> None:
    events, reply = decoded(case, [case.body])
    check(events, reply, case.expect)
    assert isinstance(events[-1], ev.Closed)
    assert sum(isinstance(event, ev.Closed) for event in events) == 1


SHORT = 450 if THOROUGH else 150
"""Bytes of an answer up to which it is cut everywhere; longer ones repeat what is in them."""


def cuts_of(case: Case) -> list[int]:
    """Everywhere; in a long answer around each end of a line and in each long character, and in places drawn by lot."""
    every = range(1, len(case.body))
    if len(every) <= SHORT:
        return [*every]
    odd = [at for at, byte in enumerate(case.body) if byte > 0x7F or byte in b"\r\n"]
    edges = {at + by for at in some(odd, 3) for by in (0, 1, 2)}
    return sorted(edges.intersection(every) | {*random.Random(case.name).sample(every, SHORT // 2)})


@pytest.mark.parametrize("case", OK, ids=str)
def test_every_cut_in_two_gives_the_same_events(case: Case) -> None:
    whole, _ = decoded(case, [case.body])
    for cut in cuts_of(case):
        events, _ = decoded(case, [case.body[:cut], case.body[cut:]])
        assert events == whole, cut


@pytest.mark.parametrize("case", OK, ids=str)
def test_byte_by_byte_and_random_cuts(case: Case) -> None:
    whole, _ = decoded(case, [case.body])
    size = len(case.body)
    assert decoded(case, [case.body[at : at + 1] for at in range(size)])[0] == whole
    for seed in some(range(20), 4):
        cuts = sorted(random.Random(seed).choices(range(size), k=12))
        parts = [case.body[a:b] for a, b in zip([0, *cuts], [*cuts, size], strict=True)]
        assert decoded(case, parts)[0] == whole, seed


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_refused(case: Case) -> None:
    explained = explain(case.status, case.headers.items(), case.body)
    reply = Reply()
    events = (explained.judged, ev.Failed(explained.error), ev.Closed(False))
    for event in events:
        reply.feed(event)
    check(events, reply, case.expect)
    if "parameter" in case.expect:
        assert explained.rejected_fields == (case.expect["parameter"],)
    assert explained.error.status == case.status


def test_the_wait_of_an_error_in_the_text_is_found_without_any_header() -> None:
    body = raw("azure_429_text_only")["body"]
    assert explain(429, (), body).error.retry_after_s == 45
    assert explain(429, (), body).error.kind is ErrorKind.RATE_LIMIT
