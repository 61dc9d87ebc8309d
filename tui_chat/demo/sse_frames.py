"""Single stream events, byte for byte as in the fixtures, as literal templates.

Fields: `id`, `created`, `text` (a JSON string), `results` and `prompt_results` (JSON objects), `finish` and the counts.
"""

from __future__ import annotations

DONE = b"data: [DONE]\n\n"

# azure_mistral_stream: usage comes in the chunk of the finish reason, without being asked for
_MISTRAL = (
    b'data: {"id":"%%(id)s","object":"chat.completion.chunk","created":%%(created)d,"model":"demo","choices":[{'
    b'"index":0,"delta":%s,"finish_reason":%s,"logprobs":null}]%s}\n\n'
)
_USAGE = (
    b',"usage":{"prompt_tokens":%(prompt_tokens)d,"total_tokens":%(total_tokens)d,'
    b'"completion_tokens":%(completion_tokens)d}'
)
MISTRAL_ROLE = _MISTRAL % (b'{"role":"assistant","content":""}', b"null", b"")
MISTRAL_TEXT = _MISTRAL % (b'{"content":%(text)s}', b"null", b"")
MISTRAL_END = _MISTRAL % (b'{"content":""}', b'"%(finish)s"', _USAGE)

# mistral_reasoning_stream: lists of parts while it thinks, one list that closes the thought, then plain strings
_THINKING = (
    b'data: {"id":"%%(id)s","object":"chat.completion.chunk","created":%%(created)d,"model":"demo","choices":[{'
    b'"index":0,"delta":{"content":[%s]},"finish_reason":null}],"p":"abc"}\n\n'
)
_THOUGHT = b'{"type":"thinking","thinking":[{"type":"text","text":""}],"closed":true},{"type":"text","text":%(text)s}'
MISTRAL_THINKING = _THINKING % b'{"type":"thinking","thinking":[{"type":"text","text":%(text)s}]}'
MISTRAL_THOUGHT = _THINKING % _THOUGHT

# azure_default_stream, azure_default_block_midstream
AZURE_PROMPT = (
    b'data: {"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0,'
    b'"content_filter_results":%(prompt_results)s}]}\n\n'
)
_AZURE = (
    b'data: {"choices":[{%s"delta":%s,"finish_reason":%s,"index":0,"logprobs":null}],"created":%%(created)d,'
    b'"id":"%%(id)s","model":"demo","obfuscation":"xYz","object":"chat.completion.chunk","service_tier":"default",'
    b'"system_fingerprint":null,"usage":null}\n\n'
)
_RESULTS = b'"content_filter_results":%(results)s,'
_NO_RESULTS = b'"content_filter_results":{},'
_ROLE = b'{"content":"","refusal":null,"role":"assistant"}'
_TEXT = b'{"content":%(text)s}'
_FINISH = b'"%(finish)s"'
AZURE_ROLE = _AZURE % (_NO_RESULTS, _ROLE, b"null")
AZURE_TEXT = _AZURE % (_RESULTS, _TEXT, b"null")
AZURE_REFUSAL = _AZURE % (_NO_RESULTS, b'{"refusal":%(text)s}', b"null")
AZURE_END = _AZURE % (_NO_RESULTS, b"{}", _FINISH)
AZURE_BLOCKED = _AZURE % (_RESULTS, b"{}", b'"content_filter"')
AZURE_USAGE = (
    b'data: {"choices":[],"created":%(created)d,"id":"%(id)s","latency_checkpoint":{"engine_tbt_ms":5,'
    b'"engine_ttft_ms":95,"engine_ttlt_ms":238,"pre_inference_ms":87,"service_tbt_ms":3,"service_ttft_ms":610,"service_ttlt_ms":705,'
    b'"user_visible_ttft_ms":523},"model":"demo","obfuscation":"Zg","object":"chat.completion.chunk",'
    b'"routing":{"serving_pipereplica":"demo"},"service_tier":"default","system_fingerprint":null,"usage":{'
    b'"completion_tokens":%(completion_tokens)d,"completion_tokens_details":{"accepted_prediction_tokens":0,"audio_tokens":0,'
    b'"reasoning_tokens":0,"rejected_prediction_tokens":0},"prompt_tokens":%(prompt_tokens)d,"prompt_tokens_details":{'
    b'"audio_tokens":0,"cache_write_tokens":0,"cached_tokens":0},"total_tokens":%(total_tokens)d}}\n\n'
)

# azure_async_pass, azure_async_block_after_stop_recorded: deltas without results, results without a delta
LATE_ROLE = _AZURE % (b"", _ROLE, b"null")
LATE_TEXT = _AZURE % (b"", _TEXT, b"null")
LATE_END = _AZURE % (b"", b"{}", _FINISH)
LATE_RESULTS = (
    b'data: {"choices":[{"content_filter_offsets":{"check_offset":%(check)d,"start_offset":%(start)d,'
    b'"end_offset":%(end)d},"content_filter_results":%(results)s,"finish_reason":null,"index":0}],"created":0,"id":"","model":"","object":""}\n\n'
)

# azure_filter_not_run_every_chunk
_UNCHECKED = (
    b'data: {"choices":[{"content_filter_result":{"error":{"code":"content_filter_error",'
    b'"message":"The contents are not filtered"}},"content_filter_results":{},"delta":%s,"finish_reason":%s,"index":0,'
    b'"logprobs":null}],"created":%%(created)d,"id":"%%(id)s","model":"demo","obfuscation":"U99lN",'
    b'"object":"chat.completion.chunk","service_tier":"default","system_fingerprint":"fp_demo"}\n\n'
)
UNCHECKED_ROLE = _UNCHECKED % (_ROLE, b"null")
UNCHECKED_TEXT = _UNCHECKED % (_TEXT, b"null")
UNCHECKED_END = _UNCHECKED % (b"{}", _FINISH)
