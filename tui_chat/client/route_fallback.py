"""Falls back to the other route of a Foundry resource, which serves chat completions under v1, `/models`, or both.

Only a request shows which: the inference route is being retired, and older resources have no v1.
"""

from __future__ import annotations

from tui_chat.core.message import ServerError
from tui_chat.wire.endpoint import Endpoint

NOT_FOUND = frozenset({404, 410})


def is_named(error: ServerError) -> bool:
    """Whether an error names what is missing, as DeploymentNotFound does."""
    return error.code is not None and not error.code.isdigit() and error.code.lower() not in ("notfound", "not_found")


def route_note(missed: Endpoint, answering: Endpoint) -> str:
    """The note for the user: which of two addresses works."""
    old, new = (endpoint.url.partition("?")[0] for endpoint in (missed, answering))
    path = old.partition("://")[2].partition("/")[2]
    return f"/{path} is not served here; {new} answers and is asked from now on: make it the url of {answering.name}"
