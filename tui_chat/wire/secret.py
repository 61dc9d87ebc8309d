"""Keys out of texts. This file owns what is masked in everything that is shown, logged or copied."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

MASK = "***"
SECRET_HEADERS = re.compile(
    r"authorization|cookie|(?:^|[-_])(?:key|token|secret|signature|password|sig)$", re.IGNORECASE
)
_SHAPED = re.compile(
    r"(?i:\b(?:bearer|basic)\s+)(?=\S*\d)[^\s\"',;<>]{6,}"
    r"|\b(?:sk|pk|gsk|xai|hf|ghp|gho|github_pat|glpat|AIza)[-_][A-Za-z0-9_*-]{8,}|\bAIza[\w-]{20,}"
    r"|\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*"
)
_IN_QUERY = re.compile(r"(?i)([?&](?:[\w-]*(?:key|token|secret|sig|signature|password|code))=)[^&\s\"'#]+")


def mask(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without these secrets and without anything that is shaped like a key. Servers echo keys in errors."""
    for secret in sorted({s for s in secrets if len(s) >= 4}, key=len, reverse=True):
        text = text.replace(secret, MASK).replace(quote(secret, safe=""), MASK)
    text = _SHAPED.sub(MASK, text)
    return _IN_QUERY.sub(rf"\1{MASK}", text)


def mask_header(name: str, value: str, secrets: Iterable[str] = ()) -> str:
    """A header's value for showing: nothing is left of it where its name says that it is secret."""
    return MASK if SECRET_HEADERS.search(name) else mask(value, secrets)
