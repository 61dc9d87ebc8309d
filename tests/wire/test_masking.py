"""What is secret in a request, and that it is found in every encoding, whole or cut, and nothing else is."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests.support.canary import CANARY, ENCODINGS, found_in
from tests.wire.test_resolve_endpoint import KEY, OPENAI, made
from tui_chat.core import event as ev
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.core.recognize_api_keys import MASK
from tui_chat.core.request_secrets import is_ordinary, is_secret_name, secret_values
from tui_chat.core.verdict import Verdict
from tui_chat.wire.event_masking import SAID, EventMask
from tui_chat.wire.masking import NONE, Secrets
from tui_chat.wire.secret_search import SecretForms

OWN = Secrets(frozenset({CANARY}))
AROUND = ("The 5% of AT&T: ", " was refused & \\alpha followed.")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_is_masked_and_nothing_beside_it(encoding: str) -> None:
    secret = ENCODINGS[encoding](CANARY)
    before, after = AROUND
    assert found_in(secret), "the test sees the secret that it looks for"
    masked = OWN.mask(f"{before}{secret}{after}")
    assert not found_in(masked)
    assert masked.startswith(before[:-1])
    assert masked.endswith(after)
    assert MASK in masked
    assert not found_in(OWN.mask(secret))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_stream_is_masked_wherever_it_is_cut(encoding: str) -> None:
    before, after = AROUND
    text = f"{before}{ENCODINGS[encoding](CANARY)}{after}"
    whole = OWN.mask(text)
    assert not found_in(whole)
    pieces = [(text[:cut], text[cut:]) for cut in range(len(text) + 1)]
    for each in (*pieces, tuple(text), tuple(text[at : at + 4] for at in range(0, len(text), 4))):
        stream = OWN.stream()
        out = "".join(map(stream.feed, each)) + stream.flush()
        # where it is cut within the first three characters, these are out already
        assert out == whole or not found_in(out), each
        assert out.startswith(before[:-1]), each
        assert out.endswith(after), each


def test_a_secret_that_is_cut_off_is_masked_too() -> None:
    for cut in range(8, len(CANARY)):
        assert OWN.mask(f"Wrong key {CANARY[:cut]}…") == f"Wrong key {MASK}…"
        stream = OWN.stream()
        assert stream.feed(f"Wrong key {CANARY[:cut]}") + stream.flush() == f"Wrong key {MASK}"


def test_what_is_no_secret_comes_through_at_once() -> None:
    """Nothing is held back but the beginning of a secret, from its fourth character on."""
    text = "Snacks, 100% of them &c. \\frac{1}{2} cn cnr CN7 Q&A; ends in c"
    stream = OWN.stream()
    assert [stream.feed(char) for char in text] == list(text)
    assert stream.feed(CANARY[:3]) == CANARY[:3]
    assert stream.feed(CANARY[3:6]) == ""
    assert stream.feed(" is not it") == f"{CANARY[3:6]} is not it"


@pytest.mark.parametrize("end", [ev.Finished("stop"), ev.Closed(done=True), ev.Relabeled()])
def test_what_was_held_back_comes_before_the_end(end: ev.Event) -> None:
    mask = EventMask(OWN)
    told = [each for event in (ev.TextDelta(f"a {CANARY[:5]}"), end) for each in mask.feed(event)]
    half = ev.TextDelta(CANARY[:5])
    assert told == [ev.TextDelta("a "), ev.Held((half,)), half, ev.Held(), end]


def test_verdicts_between_two_halves_change_nothing() -> None:
    mask = EventMask(OWN)
    halves = (ev.TextDelta(CANARY[:9]), ev.Judged((Verdict("answer", "hate", False),)), ev.TextDelta(CANARY[9:] + "!"))
    told = [each for event in halves for each in mask.feed(event)]
    assert told == [ev.Held((ev.TextDelta(SAID),)), halves[1], ev.TextDelta(f"{SAID}!"), ev.Held()]


def test_every_field_of_every_event_is_masked() -> None:
    error = ServerError(ErrorKind.AUTH, f"no {CANARY}", 401, CANARY, CANARY, hint=f"not {CANARY}")
    verdict = Verdict("prompt", CANARY, True, severity=CANARY, detail={"ids": [CANARY], CANARY: 1})
    events: list[ev.Event] = [
        ev.Started(CANARY, f"m {CANARY}"),
        ev.ReasoningDelta(f"{CANARY} "),
        ev.RefusalDelta(f"{CANARY} "),
        ev.ToolCallDelta(0, f"{CANARY} ", f'{{"a": "{CANARY}"}}'),
        ev.Judged((verdict,)),
        ev.Noted(CANARY),
        ev.Waiting("patience", 1.0, error),
        ev.Finished(CANARY),
        ev.Failed(error),
    ]
    for event in events:
        told = list(EventMask(OWN).feed(event))
        assert {type(each) for each in told} == {type(event)}
        assert not found_in(repr(told))
        assert MASK in repr(told) or SAID in repr(told)
    assert next(iter(EventMask(OWN).feed(ev.Failed(error)))) == ev.Failed(
        replace(error, message="no ***", code=MASK, request_id=MASK, hint="not ***")
    )


def test_shapes_of_keys_are_masked_in_errors_only() -> None:
    said = "Incorrect key sk-abcdefgh12345678, see https://x/?api_key=hunter2&b=1, id 4bf92f3577b34da6a3ce929d0e0e4736"
    error = ServerError(ErrorKind.AUTH, said, 401, request_id="4bf92f3577b34da6a3ce929d0e0e4736")
    masked = NONE.mask_error(error)
    assert masked.message == f"Incorrect key {MASK}, see https://x/?api_key={MASK}&b=1, id {error.request_id}"
    assert masked.request_id == error.request_id
    assert list(EventMask(OWN).feed(ev.TextDelta(said))) == [ev.TextDelta(said)]


@pytest.mark.parametrize(
    ("config", "secrets"),
    [
        ({"headers": {"x-custom": CANARY}}, {CANARY}),
        ({"headers": {"Authorization": f"Token {CANARY}"}}, {CANARY, f"Token {CANARY}"}),
        ({"headers": {"authorization": "Basic dXNlcm5hbWU6aHVudGVyMjI="}}, {"dXNlcm5hbWU6aHVudGVyMjI=", "hunter22"}),
        ({"headers": {"Cookie": f"a={CANARY}; theme=dark"}}, {CANARY, f"a={CANARY}; theme=dark"}),
        ({"headers": {"user-agent": "sk-abcdefgh12345678abcd"}}, {"sk-abcdefgh12345678abcd"}),
        ({"headers": {"extra-parameters": "pass-through", "x-team": "Payments", "x-debug": "true"}}, set()),
        ({"headers": {"x-app": "https://app.example.com", "OpenAI-Beta": "assistants=v2"}}, set()),
        ({"body": {"safe_prompt": True, "model": "mistral-large-2407", "reasoning_effort": "medium"}}, set()),
        ({"body": {"password": "correcthorse"}}, {"correcthorse"}),
        ({"body": {"auth": {"user": "somebody", "pin": 12345678}}}, {"somebody", "12345678"}),
        ({"body": {"metadata": ["sk-abcdefgh12345678abcd"]}}, {"sk-abcdefgh12345678abcd"}),
        ({"body": {"prompt": "a sentence with a word like secretary in it"}}, set()),
        ({"url": "https://h.test/v1?code=abcdefgh&api-version=2024-10-21&x=Ab3dE5gH9"}, {"abcdefgh", "Ab3dE5gH9"}),
        ({"url": "https://alice:hunter%2F22@h.test/v1"}, {"hunter/22", "alice:hunter/22"}),
        ({"url": "https://0123456789abcdef@h.test/v1"}, {"0123456789abcdef"}),
        ({"url": "https://h.test/sk-abcdefgh12345678abcd/v1"}, {"sk-abcdefgh12345678abcd"}),
        ({"url": "https://h.openai.azure.com/openai/deployments/gpt-4o-2024-08-06-0a1b2c"}, set()),
        ({"key": "lm-studio"}, set()),
        ({"key": "Password"}, set()),
        ({"key": "short"}, set()),
        ({"key": "allletterskey"}, {"allletterskey"}),
    ],
)
def test_what_is_secret(config: dict[str, object], secrets: set[str]) -> None:
    url, key = config.pop("url", "https://h.test/v1"), config.pop("key", None)
    found = made(str(url), str(key) if key else None, **config).secrets.values
    assert secrets <= found
    assert bool(secrets) == bool(found)


def test_a_proxy_has_secrets() -> None:
    assert "hunter22" in secret_values(url="http://bob:hunter22@proxy.test:3128")
    assert secret_values(url="http://proxy.test:3128") == frozenset()
    assert secret_values(url="http://[") == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "true",
        "pass-through",
        "gpt-4o-mini",
        "mistral-large-2407",
        "2024-10-21-preview",
        "My App",
        "v1.2.3",
    ],
)
def test_ordinary_values(text: str) -> None:
    assert is_ordinary(text)


@pytest.mark.parametrize("text", ["hunter2hunter2", "ab12-cd34-ef56-gh78", "topsecretcanaryvalue", CANARY, "123456789"])
def test_values_that_may_be_secret(text: str) -> None:
    assert not is_ordinary(text)


def test_names() -> None:
    secret = "Authorization api-key X-Api-Key Set-Cookie Ocp-Apim-Subscription-Key clientSecret accesskey sig api_keys"
    for name in [*secret.split(), "subscriptionKey", "x-authentication", "cookies", "passphrase"]:
        assert is_secret_name(name)
        assert OWN.mask_header(name, "v") == MASK
    public = "max_tokens x-ratelimit-remaining-tokens keywords author monkey x-error-code keys first_token tokenizer"
    for name in [*public.split(), "stop_token_ids", "prompt_cache_key", "keyboard"]:
        assert not is_secret_name(name)
    assert OWN.mask_header("x-request-id", "4bf92f3577b34da6a3ce929d0e0e4736") == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert OWN.mask_header("x-own", "Ab3dE5gH9", sent=True) == MASK
    assert OWN.mask_header("x-own", "Ab3dE5gH9") == "Ab3dE5gH9"


def test_repr_shows_none() -> None:
    endpoint = made(OPENAI, KEY, headers={"x-custom": CANARY})
    assert not found_in(repr(endpoint) + repr(endpoint.secrets))
    assert KEY not in repr(endpoint.secrets)


def test_the_quick_look_never_overlooks_a_beginning() -> None:
    """Whatever piece a secret begins in, the quick look sends it on to the search."""
    forms = SecretForms([CANARY])
    for encode in ENCODINGS.values():
        text = encode(CANARY)
        stream = OWN.stream()
        assert stream.feed(f"word {text[:1]}") == f"word {text[:1]}"
        assert forms.may_begin(text) or not found_in(text)


@pytest.mark.parametrize(
    "text", ["word & 5% of it ", 'a["x"] = b\\n & c &amp; %20 ', "\\", "%25", "&amp;", "&", CANARY[:9]]
)
def test_a_long_text_is_looked_through_once(text: str) -> None:
    """Processor time for 100,000 characters of the worst kinds; what grows with its square takes minutes."""
    long = text * (100_000 // len(text)) + " end"
    before = time.process_time()
    assert OWN.mask(long) == long
    stream = OWN.stream()
    assert stream.feed(long) + stream.flush() == long
    assert time.process_time() - before < 2


def test_an_answer_that_ends_adds_no_empty_piece() -> None:
    mask = EventMask(Secrets(frozenset({"sk-abcdefghij"})))
    found = [*mask.feed(ev.TextDelta("Hi.")), *mask.feed(ev.Closed(done=True))]
    assert found == [ev.TextDelta("Hi."), ev.Closed(done=True)]
