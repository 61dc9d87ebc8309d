"""Which field a server refuses, in every way of saying it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tui_chat.wire.errors.rejected_fields import rejected_fields
from tui_chat.wire.errors.server_error import explain


@pytest.mark.parametrize(
    ("body", "fields", "names"),
    [
        ({"detail": [{"type": "extra_forbidden", "loc": ["body", "user"], "msg": "Extra"}]}, ["user"], ("user",)),
        ({"detail": [{"loc": ["body", "a"]}, {"loc": ["body", "b"]}]}, ["a", "b"], ("a", "b")),
        ({"detail": [{"loc": ["body", "messages", 1, "name"], "msg": "Extra"}]}, ["name", "messages"], ("messages",)),
        ({"detail": [{"type": "missing", "loc": ["body", "input"], "msg": "Field required"}]}, ["input"], ()),
        ({"detail": {"loc": ["body", "response_format"]}}, ["response_format"], ("response_format",)),
        ({"message": json.dumps({"detail": [{"loc": ["body", "seed"], "msg": "x"}]})}, ["seed"], ("seed",)),
        (
            {"message": {"detail": [{"loc": ["body", "stream_options"], "msg": "x"}]}},
            ["stream_options"],
            ("stream_options",),
        ),
        (
            {"detail": "Extra parameters ['n', 'user'] are not allowed when extra-parameters is not set"},
            ["n", "user"],
            ("n", "user"),
        ),
        ({"error": {"param": "stop", "message": "x"}}, ["stop"], ("stop",)),
        ({"error": {"param": "stream_options.include_usage", "message": "x"}}, ["stream_options"], ("stream_options",)),
        ({"error": {"param": "messages[0].content"}}, ["content", "messages"], ("messages",)),
        ({"error": {"message": "Unrecognized request argument supplied: top_p"}}, ["top_p"], ("top_p",)),
        ({"error": {"message": "Unknown parameter: 'stop'."}}, ["stop"], ("stop",)),
        (
            {"error": "'response_format.type' must be 'json_schema' or 'text'"},
            ["response_format"],
            ("response_format",),
        ),
        ({"error": 'json: unknown field "seed"'}, ["seed"], ("seed",)),
        ({"message": "property 'seed' is unsupported"}, ["seed"], ("seed",)),
        ({"message": "create() got an unexpected keyword argument 'seed'"}, ["seed"], ("seed",)),
        ({"message": "presence_penalty is not supported by this model"}, ["presence_penalty"], ("presence_penalty",)),
        ({"message": "The stream broke. Please stop and seed again."}, ["stream", "stop", "seed"], ()),
        ({"detail": [{"loc": ["body", "user"], "msg": "Extra"}]}, ["seed"], ()),
        ({"message": "Extra inputs are not permitted: user"}, ["user"], ("user",)),
        ({"message": "temperature is not supported when thinking is enabled"}, ["temperature"], ("temperature",)),
        ({"message": "This model does not support temperature."}, ["temperature"], ("temperature",)),
        ({"message": "The answer is not supported by any temperature record"}, ["temperature"], ()),
        ({"message": "Reasoning effort low is not supported here"}, ["reasoning_effort"], ("reasoning_effort",)),
        ({"message": 'invalid reasoning value: "xhigh" (must be "high")'}, ["reasoning_effort"], ("reasoning_effort",)),
        ({"message": "unsupported: the reasoning was too long"}, ["reasoning_effort"], ()),
    ],
)
def test_the_refused_field(body: Any, fields: list[str], names: tuple[str, ...]) -> None:
    assert rejected_fields(body, fields) == names


def test_the_other_name_of_the_token_limit() -> None:
    said = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    body = {"error": {"message": said, "param": "max_tokens", "code": "unsupported_parameter"}}
    assert explain(400, (), body, fields=["max_tokens"]).wants == "max_completion_tokens"
    strict = {"detail": [{"type": "extra_forbidden", "loc": ["body", "max_completion_tokens"], "msg": "Extra"}]}
    assert explain(422, (), strict, fields=["max_completion_tokens"]).wants == "max_tokens"


def test_a_value_that_is_refused_is_no_field_that_is_unknown() -> None:
    high = {"detail": [{"loc": ["body", "temperature"], "msg": "Input should be less than or equal to 1.5"}]}
    assert explain(422, (), high).value_only is True
    extra = {"detail": [{"loc": ["body", "temperature"], "msg": "Extra inputs are not permitted"}]}
    assert explain(422, (), extra).value_only is False


@pytest.mark.parametrize(
    ("said", "value_only"),
    [
        ("Unsupported value: 'reasoning_effort' does not support 'minimal'. Supported values are: 'low'.", True),
        ("Invalid value: 'xhigh' for reasoning_effort. Supported values are: 'low', 'medium', and 'high'.", True),
        ("Reasoning effort low is not supported for this model. Supported: none, high", True),
        ('invalid reasoning value: "xhigh" (must be "high" or "none")', True),
        ("reasoning_effort is not supported by this model", False),
        ("Unsupported parameter: 'reasoning_effort' is not supported with this model.", False),
    ],
)
def test_a_word_that_a_model_does_not_take_leaves_the_others(said: str, value_only: bool) -> None:
    found = explain(400, (), {"error": {"message": said}}, fields=["messages", "reasoning_effort"])
    assert found.rejected_fields == ("reasoning_effort",)
    assert found.value_only is value_only
