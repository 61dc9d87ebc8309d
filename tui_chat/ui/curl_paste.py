"""Whether a paste into the prompt is a curl command that describes an endpoint: sent as text, its key would reach a
model."""

from __future__ import annotations

import re

LONGEST = 65_536
"""Characters: no command is longer, and a longer text is not worth the time to take it apart."""

_URL = re.compile(r"https?://[^\s\"'<>`]+", re.IGNORECASE)


def describes_endpoint(text: str) -> bool:
    """True for a command with an address, also for one with a mistake, which the form then names."""
    if len(text) > LONGEST or "curl" not in text.lstrip()[:12].lower():
        return False
    from tui_chat.wire.curl_parse import is_curl, parse  # not needed for the first screen

    if not is_curl(text):
        return False
    found = parse(text)
    if isinstance(found, str):
        return _URL.search(text) is not None
    url = found.config.url  # of "curl is a program" it is "is"
    return "://" in url or any(sign in url.partition("/")[0].strip(".") for sign in (".", ":")) or url == "localhost"
