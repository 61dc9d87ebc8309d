"""Any body, status and headers become one failure: the kind, a plain sentence, the wait, the next step, the field."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.test_resolve_endpoint import KEY, OPENAI, made
from tui_chat.core.message import ErrorKind as Kind
from tui_chat.core.message import ServerError
from tui_chat.wire.errors.server_error import REQUEST_IDS, Explained, explain


def error(status: int | None, body: Any = b"", **headers: str) -> ServerError:
    return explained(status, body, **headers).error


def explained(status: int | None, body: Any = b"", **headers: str) -> Explained:
    raw = body if isinstance(body, (bytes, str)) else json.dumps(body).encode()
    return explain(status, [(name.replace("_", "-"), value) for name, value in headers.items()], raw, now=1000.0)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"error": {"message": "Oh no."}}, "Oh no."),
        ({"error": "Oh no."}, "Oh no."),
        ({"status": "error", "reason": "Quota used up."}, "Quota used up."),
        ({"status": "404", "reason": "Gone."}, "Gone."),
        ({"message": "Oh no."}, "Oh no."),
        ({"Message": "Oh no."}, "Oh no."),
        ({"detail": "Oh no."}, "Oh no."),
        (
            {"detail": [{"loc": ["body", "n"], "msg": "Too many"}, {"loc": ["body", "top_p"], "msg": "Bad"}]},
            "Too many: n; Bad: top_p",
        ),
        ({"detail": {"loc": ["body", "messages", 0, "content"], "msg": "Missing"}}, "Missing: messages.0.content"),
        ({"status": "Oh no."}, "Oh no."),
        ({"title": "Oh no.", "status": 400}, "Oh no."),
        ({"title": "Oh no.", "errors": {"top_p": ["too big", "too odd"], "x": []}}, "Oh no. top_p: too big; too odd"),
        ({"title": "Oh no.", "errors": "no object"}, "Oh no."),
        ({"error": {"message": "Oh no.", "details": [{"message": "One."}, {"message": "no"}, 7]}}, "Oh no. One."),
        ({"error": "invalid_token", "error_description": "Oh no."}, "Oh no."),
        ({"fault": {"faultstring": "Oh no.", "detail": {"errorcode": "x"}}}, "Oh no."),
        ({"errorMessage": "Oh no."}, "Oh no."),
        ({"errorCode": "E1", "errorDescription": "Oh no."}, "Oh no."),
        ("Clé refusée".encode("cp1252"), "Clé refusée"),
        ("Clé refusée — é".encode()[:-1], "Clé refusée —"),
        ({"errors": [{"message": "One"}, {"message": "Two"}, {"message": "One"}]}, "One; Two"),
        ({"message": json.dumps({"error": {"message": "Oh no."}})}, "Oh no."),
        ([{"error": {"message": "Oh no.", "status": "X"}}], "Oh no."),
        (
            {"error": {"message": 'litellm.BadRequestError: AzureException - {"error": {"message": "Oh no."}}'}},
            "Oh no.",
        ),
        ({"error": {"message": "{'error': 'Oh no.', 'x': None}"}}, "Oh no."),
        ({"message": 'a { that is {"no json'}, 'a { that is {"no json'),
        ({"message": 'Unknown format: {"type": "xml"}'}, 'Unknown format: {"type": "xml"}'),
        ('Expected {"type": "a"} but got {"type": "b"}.', 'Expected {"type": "a"} but got {"type": "b"}.'),
        ({"error": {"message": "Not allowed: [{'role': 'x'}]"}}, "Not allowed: [{'role': 'x'}]"),
        ({"message": 'Upstream - {"error": {"message": "Oh no."}}'}, "Upstream: Oh no."),
        ({"message": "half \ud83c"}, "half \ufffd"),
        (
            {"error": {"message": "Provider returned error", "metadata": {"raw": '{"message":"busy"}'}}},
            "Provider returned error: busy",
        ),
        ("Oh\r\n\tno.\x1b[31m", "Oh no. [31m"),
        ('{"error": {"message": "Oh no."}}\nReference: https://x', "Oh no."),
        ('\ufeff{"error": {"message": "Oh no."}}', "Oh no."),
        ({"error": {"message": None, "type": "server_error"}}, "gave no reason"),
        ({"success": False}, "gave no reason"),
        (b"", "gave no reason"),
        (b"\x00\x01\x02\xff\xfe" * 50, "gave no reason"),
        ("null", "gave no reason"),
        ("<html><body><p>Some <b>text</b> &amp; more</body></html>", "Some text & more"),
        ("<h1>Blocked</h1><script>alert('x')</script>", "Blocked"),
        ("x" * 5000, "xxx"),
    ],
)
def test_the_sentence(body: Any, says: str) -> None:
    message = error(400, body).message
    assert says in message
    assert len(message) <= 1100
    assert "\n" not in message
    assert "<" not in message


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {}, Kind.BAD_REQUEST),
        (400, {"error": "No auth header present"}, Kind.AUTH),
        (400, [{"error": {"message": "API key not valid. Please pass a valid API key."}}], Kind.AUTH),
        (400, {"error": {"code": "context_length_exceeded"}}, Kind.CONTEXT_LENGTH),
        (
            400,
            {"message": "Prompt contains 40000 tokens, too large for model with 32768 maximum context length"},
            Kind.CONTEXT_LENGTH,
        ),
        (413, {"error": {"code": "tokens_limit_reached", "message": "Request body too large"}}, Kind.CONTEXT_LENGTH),
        (413, "<h1>413 Request Entity Too Large</h1>", Kind.TOO_LARGE),
        (500, {"error": {"message": "the request exceeds the available context size"}}, Kind.CONTEXT_LENGTH),
        (401, {}, Kind.AUTH),
        (402, {"error": {"message": "Insufficient credits"}}, Kind.QUOTA),
        (403, {"error": {"message": "Public access is disabled"}}, Kind.PERMISSION),
        (404, {"detail": "Not Found"}, Kind.NOT_FOUND),
        (403, {"statusCode": 403, "message": "Out of call volume quota."}, Kind.QUOTA),
        (429, {"message": "Monthly token limit exceeded for your workspace"}, Kind.QUOTA),
        (
            429,
            {"error": {"message": "Request too large for m on tokens per min (TPM): Limit 300"}},
            Kind.CONTEXT_LENGTH,
        ),
        (405, {}, Kind.NOT_FOUND),
        (408, {"error": {"code": "Timeout"}}, Kind.TIMEOUT),
        (422, {"detail": []}, Kind.BAD_REQUEST),
        (429, {"error": {"message": "See https://aka.ms/oai/quotaincrease to increase the quota."}}, Kind.RATE_LIMIT),
        (429, {"error": {"code": "insufficient_quota"}}, Kind.QUOTA),
        (500, {}, Kind.SERVER),
        (503, {"error": {"message": "Loading model"}}, Kind.SERVER),
        (504, b"", Kind.SERVER),
        (529, {"type": "overloaded_error"}, Kind.SERVER),
        (302, b"", Kind.REDIRECT),
        (424, {"error": {"message": "x", "status": 401}}, Kind.AUTH),
        (424, {}, Kind.BAD_REQUEST),
        (200, {"error": {"code": 429, "message": "slow down"}}, Kind.RATE_LIMIT),
        (None, {"error": {"code": "500"}}, Kind.SERVER),
        (None, {"error": {"type": "rate_limit_error", "message": "x"}}, Kind.RATE_LIMIT),
        (None, {"error": {"type": "authentication_error"}}, Kind.AUTH),
        (None, {"error": {"message": "the model crashed"}}, Kind.SERVER),
        (400, {"error": {"code": "content_filter"}}, Kind.FILTERED),
        (
            400,
            {
                "error": {
                    "code": "400",
                    "provider_specific_fields": {"innererror": {"code": "ResponsibleAIPolicyViolation"}},
                }
            },
            Kind.FILTERED,
        ),
        (502, {"error": {"message": "x", "metadata": {"raw": '{"error":{"code":"content_filter"}}'}}}, Kind.FILTERED),
        (400, {"error": {"message": "litellm.ContentPolicyViolationError: AzureException"}}, Kind.FILTERED),
        (
            400,
            {"error": {"message": "x was filtered as triggering Microsoft's content management policy."}},
            Kind.FILTERED,
        ),
        (400, {"error": {"message": "No connected db.", "type": "no_db_connection", "code": "400"}}, Kind.AUTH),
        (403, {"guardrails": [{"g": {"action": "block", "categories": {"pii": True}}}]}, Kind.FILTERED),
        (400, {"error": {"code": "content_filter_error", "message": "x"}}, Kind.BAD_REQUEST),
        (400, {"error": {"message": "the word content_filter is not a reason"}}, Kind.BAD_REQUEST),
    ],
)
def test_the_kind(status: int | None, body: Any, kind: Kind) -> None:
    assert error(status, body).kind is kind


def test_the_reset_counts_for_the_limit_only() -> None:
    assert error(404, {}, x_ratelimit_reset_requests="9").retry_after_s is None
    assert error(429, {}, x_ratelimit_reset_requests="9").retry_after_s == 9
    assert error(503, {}, retry_after="4").retry_after_s == 4


@pytest.mark.parametrize("name", REQUEST_IDS)
def test_every_request_id(name: str) -> None:
    assert error(500, {}, **{name.title(): "id-1"}).request_id == "id-1"
    assert error(500, {"request_id": "id-2"}).request_id == "id-2"


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (401, {}, "api_key_env"),
        (404, {"error": {"code": "DeploymentNotFound", "message": "x"}}, "deployment's name"),
        (404, {"error": {"code": "404", "message": "Resource not found"}}, "Check the path"),
        (404, {"error": {"message": "The model `x` does not exist"}}, "model"),
        (400, {"error": "Invalid model name passed in model=nosuch"}, "Check the model"),
        (
            400,
            {"error": {"param": "model", "message": "you must provide a model parameter: it is missing"}},
            "Check the model",
        ),
        (403, {"guardrails": [{"g": {"action": "block", "error": {"message": "x"}}}]}, "filter itself failed"),
        (
            400,
            {
                "error": {
                    "message": "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens"
                    " (4000 in the messages, 1000 in the completion)."
                }
            },
            "904 tokens too long",
        ),
        (
            400,
            {"message": "Prompt contains 40000 tokens, too large for model with 32768 maximum context length"},
            "7,232 tokens too long",
        ),
        (422, {"detail": [{"loc": ["body", "user"], "msg": "x"}]}, "user"),
        (429, {"message": "Try again in 6m0s"}, "6 min"),
        (511, "<title>Hotel</title>", "sign-in"),
    ],
)
def test_the_next_step(status: int, body: Any, says: str) -> None:
    endpoint = made(OPENAI, None)
    hint = explain(status, (), body, endpoint=endpoint).error.hint
    assert hint is not None
    assert says in hint


def test_the_other_form_of_the_key_is_named() -> None:
    hint = explain(401, (), {}, endpoint=made(OPENAI)).error.hint
    assert hint is not None
    assert '"bearer"' in hint
    assert KEY not in hint


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "error",
                    "message",
                    "detail",
                    "code",
                    "status",
                    "loc",
                    "msg",
                    "param",
                    "type",
                    "innererror",
                    "content_filter_results",
                    "guardrails",
                    "metadata",
                    "raw",
                    "choices",
                    "reasons",
                    "x",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(st.integers(100, 599) | st.none(), JSON)
def test_any_json_gives_one_error(status: int | None, body: object) -> None:
    found = explain(status, (), body, endpoint=made(OPENAI), fields=["seed", "stop"])
    assert found.error.message
    assert isinstance(found.error.code, (str, type(None)))
    json.dumps(found.error.message)


@given(st.integers(100, 599), st.binary(max_size=300), st.dictionaries(st.text(), st.text()))
def test_any_bytes_give_one_error(status: int, body: bytes, headers: dict[str, str]) -> None:
    assert explain(status, headers.items(), body).error.message


def test_verdicts_inside_a_string_are_found() -> None:
    inner = {"error": {"code": "content_filter", "innererror": {"content_filter_result": {"hate": {"filtered": True}}}}}
    body = {"error": {"message": "Provider returned error", "metadata": {"raw": json.dumps(inner)}}}
    assert explained(502, body).judged.verdicts[0].category == "hate"


def test_a_hostile_page_takes_no_time() -> None:
    for piece in ("<script", "<h1>", "<", "<title", "{", '{"a":', "retry ", "1 s "):
        begun = time.process_time()
        error(400, piece * (1 << 18))
        # It takes milliseconds; a step that looks back from each place would take minutes.
        assert time.process_time() - begun < 3, piece


def test_a_code_alone_leads_to_its_next_step() -> None:
    hint = explain(400, (), {"error": {"code": "OperationNotSupported", "message": "No."}}).error.hint
    assert hint is not None
    assert "choose another deployment" in hint


def test_an_unknown_content_filter_is_no_rejection_by_one() -> None:
    said = "Your request contains invalid content filter policy. Please provide a valid policy."
    body = {"error": {"code": "InvalidContentFilterPolicy", "message": said}}
    error = explain(400, (), body, endpoint=made(OPENAI, policy="strickt")).error
    assert error.kind == "bad_request"
    assert error.hint is not None
    assert "correct policy under [endpoints.e]" in error.hint


def test_a_key_among_the_headers_is_no_missing_key() -> None:
    hint = explain(401, (), {}, endpoint=made(OPENAI, None, headers={"Api-Key": KEY})).error.hint
    assert hint is not None
    assert "under headers" in hint
    assert KEY not in hint


def test_the_address_that_was_asked_is_named_without_its_query() -> None:
    endpoint = made(f"{OPENAI}?secret=abc")
    hint = explain(404, (), {"error": {"message": "No."}}, endpoint=endpoint).error.hint
    assert hint is not None
    assert f"{endpoint.url.partition('?')[0]} was asked" in hint
    assert "abc" not in hint
