"""Recognizes API keys. Every decision about what looks like a key is made here.

A key has a prefix that a provider gives to its keys, or it is a long run of letters and digits without words in it.
Model names, file names, UUIDs, commit hashes, digests and names of variables pass.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from tui_chat.core.lazy_pattern import lazy_pattern

# The larger patterns are texts: `re` compiles each once, when it is first used, and not while the program starts.

MASK = "***"
DOT = "•"

_PREFIXED = r"""(?x)(?<![A-Za-z0-9])(?:
        [spr]k[-_](?=[\w*-]{0,200}\d)[\w*-]{6,} | sk-[\w*-]{20,}
      | (?:gh[opusr]|github_pat|glpat|xox[abeprs])[-_][\w-]{8,}
      | (?:hf|gsk|r8|fw|jina|npm|rpa|tgp_v1)_[A-Za-z0-9_-]{16,}
      | (?:xai|pplx|csk|tvly(?:-dev|-prod)?)-(?=[a-z]*[A-Z0-9])[A-Za-z0-9]{16,} | nvapi-[\w-]{16,}
      | AIza[\w-]{20,} | (?:AKIA|ASIA)[A-Z0-9]{16} | ya29\.[\w-]{16,} | eyJ[\w-]{8,400}\.[\w-]{4,}(?:\.[\w-]*)?
    )"""
_TOKEN = lazy_pattern(r"[A-Za-z0-9_+~-]{32,}={0,2}")
_BASE64 = lazy_pattern(r"(?<![\w+/=.:~-])[A-Za-z0-9+/]{36,}={0,2}(?![\w+/=-])")
_RUN = lazy_pattern(r"[A-Za-z0-9]{16,}")
_WORD = lazy_pattern(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_COMMIT = lazy_pattern(r"[0-9a-f]{40}")
_HEX = lazy_pattern(r"[0-9a-f]+")
_DIGEST = lazy_pattern(r"(?i:sha\d*|md5)[:=_-]\Z")
_HOST_LABEL = lazy_pattern(r"[a-z0-9]{1,63}")
_HOST = lazy_pattern(r"(?:\.[a-z0-9-]+)+\.[a-z]{2,24}(?![\w.])")
_SPELLED = lazy_pattern(r"[a-z]{5}")
_NUMBERED = lazy_pattern(r"[A-Za-z]+\d{0,4}")
_LONG, _LONG_TOKEN, _LONGEST_WORD = 32, 40, 14

_SCHEME = r"""(?i:\b(?:bearer|basic)\s+)(?P<value>(?=\S*\d)[^\s"',;<>]{6,})"""
_IN_QUERY = r"""(?i)[?&][\w.-]*(?:key|token|secret|sig|signature|password|code|sas)=(?P<value>[^&\s"'#]+)"""
_IN_AUTHORITY = r"""(?i)(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*://(?P<value>[^\s/@"']+)@"""

_SECRET_NAME = r"[\w.-]*(?:key|token|secret|passw(?:or)?d|pwd|credentials?|signature)"
_SCHEMES = r"(?:bearer|basic|token)"
_PUBLIC = r"""(?!\$\{?\w|%\w+%|<[^>]*>|\{|\*\*\*|os\.|process\.|getenv|env\b|None\b|null\b)"""
"""What may stand in for a key: a variable, a placeholder, or the code that reads one."""
_ASSIGNED = rf"""(?ix)
      (?<![\w.-]) {_SECRET_NAME} ["']? [ \t]* [:=]+ [ \t]* ["']? {_PUBLIC} (?P<value>[^\s"',;&]{{4,}})
    | \b(?:set|setx|setenv|export)\s+(?:-\S+\s+){{0,6}}{_SECRET_NAME}\s+["']?{_PUBLIC}(?P<set>[^\s"',;=]{{4,}})
    | \bauthorization["']?\s*[:=]\s*["']?(?:{_SCHEMES}\s+)?
      {_PUBLIC}(?!{_SCHEMES}\b)(?P<header>[^\s"',;]{{4,}})
    | \bcookie["']?\s*[:=]\s*["']?{_PUBLIC}(?P<cookie>[^"'\r\n]{{4,}})
    | (?:^|\s)(?:-u|--user|-U|--proxy-user|--oauth2-bearer|-b|--cookie|--pass)(?:\s+|=|(?<=-u|-U|-b))
      (?:"{_PUBLIC}(?P<double>[^"]{{4,}})"|'{_PUBLIC}(?P<single>[^']{{4,}})'|{_PUBLIC}(?P<option>[^\s"']{{4,}}))
    """


def looks_like_key(text: str) -> bool:
    """Whether a text contains something shaped like a key. For names and other short values, and for addresses."""
    return next(_shaped(text), None) is not None


def mask_keys(text: str) -> str:
    """Mask everything in a text that is shaped like a key, or is in the place of one in an address."""
    return _without(text, [*_shaped(text), *_placed(text)])


def hidden(text: str, known: Collection[str] = ()) -> str:
    """Editable text as drawn: a dot for each character of a key, so that no position moves."""
    spans = _in_pasted(text)
    for key in filter(None, known):
        spans += [found.span() for found in re.finditer(re.escape(key), text)]
    for start, end in _joined(spans):
        text = text[:start] + DOT * (end - start) + text[end:]
    return text


def pasted_keys(text: str) -> tuple[str, ...]:
    """The values in a command, a `.env` file or code that are keys by shape, name or place, each once, in order."""
    return tuple(dict.fromkeys(text[start:end] for start, end in _joined(_in_pasted(text))))


def holds_any(text: str, keys: Collection[str]) -> bool:
    """Whether one of these keys is in the text; a short one counts only if it is the whole text."""
    return any(text.strip() == key or (len(key) >= 8 and key in text) for key in keys if key)


Span = tuple[int, int]


def _shaped(text: str) -> Iterator[Span]:
    for found in re.finditer(_PREFIXED, text):
        yield found.span()
    for found in _TOKEN.finditer(text):
        token = found[0]
        random = len(token) >= _LONG_TOKEN and _both_cases(token) and _word_length(token) < 2.1
        if random or any(_is_random(text, run, len(token)) for run in _RUN.finditer(text, *found.span())):
            yield found.span()
    for found in _BASE64.finditer(text):
        if _both_cases(found[0]) and _word_length(found[0]) < 2.4:
            yield found.span()


def _is_random(text: str, found: re.Match[str], token: int) -> bool:
    """Whether a run of letters and digits is not a name: names have words, and few digits between them."""
    run, (start, end) = found[0], found.span()
    spelled = _SPELLED.search(run) is not None
    if len(run) < _LONG:
        return token >= _LONG and _both_cases(run) and _word_length(run) < (2.2 if spelled else 2.7)
    if run.isdigit() or _COMMIT.fullmatch(run) or _DIGEST.search(text, max(start - 8, 0), start):
        return False
    if _HEX.fullmatch(run) and text[start - 1 : start] == "/" == text[end : end + 1]:
        return False  # an account within an address, as Cloudflare's have one
    if _HOST.match(text, end) and _HOST_LABEL.fullmatch(run) and (start == 0 or text[:start].endswith("//")):
        return False  # the first label of a host, as AWS Lambda gives them
    if not _both_cases(run[1:]):
        return _NUMBERED.fullmatch(run) is None
    words = _WORD.findall(run)
    limit = 2.4 if run.isalpha() else 3.2 if spelled else 4
    return len(run) / len(words) < limit or max(map(len, words)) > _LONGEST_WORD


def _both_cases(run: str) -> bool:
    return run.upper() != run != run.lower()


def _word_length(text: str) -> float:
    return len(text) / max(len(_WORD.findall(text)), 1)


def _placed(text: str) -> Iterator[Span]:
    for pattern in (_SCHEME, _IN_QUERY, _IN_AUTHORITY):
        for found in re.finditer(pattern, text):
            yield found.span("value")


def _in_pasted(text: str) -> list[Span]:
    assigned = [found.span(found.lastgroup or 0) for found in re.finditer(_ASSIGNED, text)]
    return [*_shaped(text), *_placed(text), *assigned]


def _joined(spans: list[Span]) -> Iterator[Span]:
    """The spans in order, with overlapping ones merged."""
    start = end = -1
    for first, last in sorted(spans):
        if first >= end:
            if end > start:
                yield start, end
            start, end = first, last
        end = max(end, last)
    if end > start:
        yield start, end


def _without(text: str, spans: list[Span]) -> str:
    pieces, at = [], 0
    for start, end in _joined(spans):
        pieces += [text[at:start], MASK]
        at = end
    return "".join([*pieces, text[at:]])
