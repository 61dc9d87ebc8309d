"""Complete JSON bodies, byte for byte as in the fixtures: rejections, failures, and answers in one piece.

They are literal templates on purpose. Were they built with `wire/`, a fault that both sides share would not show.
Each is named for the fixture whose keys it has.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import field
from typing import Any

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.demo.request_fields import FieldProblem


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP response that is not a chat completion: status, body and relevant headers."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


# azure_serverless_422_extra_forbidden
_DETAIL = b'{"type":%(type)s,"loc":%(loc)s,"msg":%(msg)s,"input":%(input)s,"url":"https://errors.pydantic.dev/2.6/v/%(kind)s"}'

# azure_422_parameter_not_supported
_NOT_SUPPORTED = (
    b'{"status":422,"code":"parameter_not_supported","detail":{"loc":["body",%(name)s],"input":%(input)s},'
    b'"message":"One of the parameters contain invalid values."}'
)

# Mistral's code 3230 (REFERENCE 5.2)
_ORDER = b'{"object":"error","message":%(message)s,"type":"invalid_request_message_order","param":null,"code":"3230"}'

# azure_serverless_prompt_filtered_microsoft
_PROMPT_FILTERED = (
    b'{"error":{"message":"The response was filtered due to the prompt triggering Microsoft\'s content management '
    b'policy. Please modify your prompt and retry.","type":null,"param":"prompt","code":"content_filter","status":400,'
    b'"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":%(results)s}}}'
)

# azure_429_retry_after
_RATE_LIMITED = (
    b'{"error":{"code":"429","message":"Requests to the ChatCompletions_Create Operation have exceeded the token rate '
    b'limit of the demo. Please retry after %(seconds)d seconds."}}'
)

_SERVER_ERROR = (
    b'{"error":{"message":"The server had an error processing your request. This one belongs to the demo.",'
    b'"type":"server_error","param":null,"code":null}}'
)
_NOT_FOUND = b'{"detail":"Not Found"}'
_WRONG_METHOD = b'{"detail":"Method Not Allowed"}'

# azure_info
INFO = b'{"model_name":"demo","model_type":"chat-completions","model_provider_name":"tui-chat"}'

# azure_serverless_mistral_completion
MISTRAL_WHOLE = (
    b'{"id":"%(id)s","object":"chat.completion","created":%(created)d,"model":"demo","choices":[{"index":0,'
    b'"message":{"role":"assistant","content":%(content)s,"tool_calls":null},"finish_reason":"%(finish)s","logprobs":null}],'
    b'"usage":{"prompt_tokens":%(prompt_tokens)d,"total_tokens":%(total_tokens)d,"completion_tokens":%(completion_tokens)d}}'
)

# mistral_reasoning_completion: the content of the message is a list
THINKING_CONTENT = (
    b'[{"type":"thinking","thinking":[{"type":"text","text":%(reasoning)s}]},{"type":"text","text":%(text)s}]'
)

# azure_openai_completion_annotated, azure_output_filtered_nonstream, openai_refusal
AZURE_WHOLE = (
    b'{"choices":[{"content_filter_results":%(results)s,"finish_reason":"%(finish)s","index":0,"logprobs":null,"message":'
    b'{"content":%(content)s,"refusal":%(refusal)s,"role":"assistant"}}],"created":%(created)d,"id":"%(id)s","model":"demo",'
    b'"object":"chat.completion","prompt_filter_results":[{"prompt_index":0,"content_filter_results":%(prompt_results)s}],'
    b'"system_fingerprint":"fp_demo","usage":{"completion_tokens":%(completion_tokens)d,"prompt_tokens":%(prompt_tokens)d,'
    b'"total_tokens":%(total_tokens)d}}'
)

# azure_filter_not_run_singular
UNCHECKED_WHOLE = (
    b'{"choices":[{"content_filter_result":{"error":{"code":"content_filter_error",'
    b'"message":"The contents are not filtered"}},"finish_reason":"%(finish)s","index":0,"message":{"role":"assistant",'
    b'"content":%(content)s}}],"created":%(created)d,"id":"%(id)s","model":"demo","object":"chat.completion",'
    b'"usage":{"completion_tokens":%(completion_tokens)d,"prompt_tokens":%(prompt_tokens)d,"total_tokens":%(total_tokens)d}}'
)


def quoted(value: Any) -> bytes:
    """A JSON value in ASCII: other characters escaped, as Azure does it, and half surrogate pairs kept as they are."""
    return json.dumps(value).encode()


def invalid(problems: Sequence[FieldProblem]) -> Refusal:
    """A 422 with all mistakes of a request."""
    details = [
        _DETAIL
        % {
            b"type": quoted(problem.type),
            b"loc": quoted(list(problem.place)),
            b"msg": quoted(problem.message),
            b"input": quoted(problem.found),
            b"kind": problem.type.encode(),
        }
        for problem in problems
    ]
    return Refusal(422, b'{"detail":[' + b",".join(details) + b"]}")


def not_supported(name: str, value: Any) -> Refusal:
    """422 for a parameter that the model behind the endpoint cannot follow."""
    body = _NOT_SUPPORTED % {b"name": quoted(name), b"input": quoted(value)}
    return Refusal(422, body, {"x-ms-error-code": "parameter_not_supported"})


def wrong_order(message: str) -> Refusal:
    return Refusal(400, _ORDER % {b"message": quoted(message)})


def prompt_filtered(results: bytes) -> Refusal:
    """400: the filter rejected the prompt. `results` is a JSON object of categories."""
    return Refusal(400, _PROMPT_FILTERED % {b"results": results})


def rate_limited(seconds: float) -> Refusal:
    """429 with both of Azure's headers; the one in milliseconds is exact."""
    whole = max(1, -int(-seconds // 1))
    headers = {
        "retry-after": str(whole),
        "retry-after-ms": str(round(seconds * 1000)),
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-remaining-tokens": "-1",
        "policy-id": "DeploymentRatelimit-Token",
    }
    return Refusal(429, _RATE_LIMITED % {b"seconds": whole}, headers)


def server_error() -> Refusal:
    return Refusal(500, _SERVER_ERROR)


def not_found() -> Refusal:
    return Refusal(404, _NOT_FOUND)


def wrong_method() -> Refusal:
    return Refusal(405, _WRONG_METHOD, {"allow": "POST"})
