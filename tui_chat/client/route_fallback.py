"""Falls back to the other route of a Foundry resource, which serves chat completions under v1, `/models`, or both.

Only a request shows which: the inference route is being retired, and older resources have no v1.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from tui_chat.core.message import ServerError
from tui_chat.wire.resolve_endpoint import Endpoint

NOT_FOUND = frozenset({404, 410})


def is_named(error: ServerError) -> bool:
    """Whether an error names what is missing, as DeploymentNotFound does."""
    return error.code is not None and not error.code.isdigit() and error.code.lower() not in ("notfound", "not_found")


def neither(error: ServerError, missed: Endpoint, tried: Endpoint) -> ServerError:
    """The failure if neither route is served and no answer names what is missing: it is not the path that is wrong."""
    if is_named(error):
        return error
    host, paths = urlsplit(tried.url).hostname, [urlsplit(each.url).path for each in (missed, tried)]
    return replace(
        error,
        hint=f"{host} serves neither {paths[0]} nor {paths[1]}: copy the endpoint of {tried.name} again from the page"
        " of its deployment in the portal.",
    )


def route_note(missed: Endpoint, answering: Endpoint) -> str:
    """The note for the user: which of two addresses works."""
    old, new = (endpoint.url.partition("?")[0] for endpoint in (missed, answering))
    path = old.partition("://")[2].partition("/")[2]
    return f"/{path} is not served here; {new} answers and is asked from now on: make it the url of {answering.name}"
