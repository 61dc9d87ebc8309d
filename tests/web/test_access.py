"""Who may come in: tokens, cookies, hosts and origins, as tables."""

from __future__ import annotations

import pytest

from tui_chat.web.access import Access, is_local

LOOPBACK = Access("127.0.0.1", 8123)


def test_every_run_has_secrets_of_its_own() -> None:
    other = Access("127.0.0.1", 8123)
    assert len({LOOPBACK.token, LOOPBACK.pass_, other.token, other.pass_}) == 4
    assert LOOPBACK.token not in repr(LOOPBACK)
    assert LOOPBACK.pass_ not in repr(LOOPBACK)
    assert LOOPBACK.address == f"http://127.0.0.1:8123/?token={LOOPBACK.token}"
    assert Access("::1", 8123).address.startswith("http://[::1]:8123/?token=")


def test_only_the_token_opens_and_only_the_cookie_is_known() -> None:
    assert LOOPBACK.opens(LOOPBACK.token)
    assert not any(map(LOOPBACK.opens, ("", "x", LOOPBACK.token[:-1], LOOPBACK.pass_, "é", "\udcff")))
    assert LOOPBACK.knows({"tui-chat-8123": LOOPBACK.pass_})
    for cookies in ({}, {"tui-chat-8123": LOOPBACK.token}, {"tui-chat-1": LOOPBACK.pass_}, {"tui-chat-8123": "é"}):
        assert not LOOPBACK.knows(cookies)


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("127.0.0.1:8123", True),
        ("localhost:8123", True),
        ("[::1]:8123", True),
        ("evil.example:8123", False),
        ("localhost.evil.example:8123", False),
        ("127.0.0.1.evil.example", False),
        ("192.168.0.7:8123", False),
        ("user@127.0.0.1:8123", False),
        ("127.0.0.1:port", False),
        ("", False),
    ],
)
def test_a_name_that_leads_here_is_not_enough(host: str, allowed: bool) -> None:
    """The defence against DNS rebinding."""
    assert (LOOPBACK.refusal(host, None, websocket=False) is None) == allowed


@pytest.mark.parametrize(
    ("origin", "websocket", "allowed"),
    [
        (None, False, True),
        (None, True, False),
        ("http://127.0.0.1:8123", True, True),
        ("https://127.0.0.1:8123", True, True),  # a proxy with TLS in front
        ("http://127.0.0.1:9999", True, False),
        ("http://evil.example", True, False),
        ("http://evil.example", False, False),
        ("null", True, False),
    ],
)
def test_a_page_of_somebody_else_is_refused(origin: str | None, websocket: bool, allowed: bool) -> None:
    assert (LOOPBACK.refusal("127.0.0.1:8123", origin, websocket=websocket) is None) == allowed


@pytest.mark.parametrize(
    ("listening", "host", "allowed"),
    [
        ("0.0.0.0", "192.168.0.7:80", True),
        ("0.0.0.0", "localhost:80", True),
        ("0.0.0.0", "evil.example:80", False),
        ("192.168.0.7", "192.168.0.7:80", True),
        ("192.168.0.7", "192.168.0.8:80", False),
        ("box.example", "box.example:80", True),
        ("box.example", "other.example:80", False),
    ],
)
def test_elsewhere_the_address_has_to_be_the_one_that_was_asked_for(listening: str, host: str, allowed: bool) -> None:
    assert (Access(listening, 80).refusal(host, None, websocket=False) is None) == allowed


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("127.0.0.2", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False),
     ("192.168.0.7", False), ("box.example", False)],
)  # fmt: skip
def test_what_is_reached_from_this_machine_alone(host: str, local: bool) -> None:
    assert is_local(host) == local
