"""Converts a message's Markdown to HTML. Nothing in a message can become markup, script or a request.

Only the tags written in this file are produced; every text goes through `_text`. Pictures become links: showing one
would tell its server who reads the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.export.html_footnotes import Footnotes
from tui_chat.render.alert import alert_of
from tui_chat.render.block import task_box
from tui_chat.render.inline import SCHEMES, with_addresses
from tui_chat.render.parser import DEEP, References, parse_blocks, parse_inline
from tui_chat.render.sanitize import clean, unify_newlines

Token = Any
"""markdown-it's token; only `render` knows its types."""

HEADING_STEP = 2
"""A message's own headings rank below the page's title and the speaker's heading."""

_PLAIN_TAGS = {
    "paragraph": "p",
    "bullet_list": "ul",
    "list_item": "li",
    "blockquote": "blockquote",
    "table": "table",
    "thead": "thead",
    "tbody": "tbody",
    "tr": "tr",
    "strong": "strong",
    "em": "em",
    "s": "s",
}
_ALIGN = lazy_pattern(r"text-align:(left|center|right)")
_BREAK = lazy_pattern(r"<br\s*/?>", re.IGNORECASE)
_LANGUAGE = lazy_pattern(r"[\w+#.-]{1,30}")


def body(text: str, anchor: str = "m") -> str:
    """HTML for one message. Never raises. `anchor` is the prefix of its anchors, unique among the messages of a
    page."""
    references: References = {}
    source = unify_newlines(text).replace("\0", "\ufffd")
    tokens = list(_with_labels(parse_blocks(source, references)))
    parsed = {id(token): parse_inline(token.content, references) for token in tokens if token.type == "inline"}
    return "".join(_Body(parsed, Footnotes.of(tokens, parsed.values(), anchor)).render(tokens))


def _with_labels(tokens: Sequence[Token]) -> Iterator[Token]:
    """The blocks, with the label of each alert in its quote's `info` and without its mark."""
    at = 0
    while at < len(tokens):
        token, inside = tokens[at], tokens[at + 1 : at + 4]
        label, kept = alert_of(inside) if token.type == "blockquote_open" else ("", [])
        yield token.copy(info=label) if label else token
        yield from kept if label else ()
        at += 1 + len(inside) if label else 1


def _text(text: str) -> str:
    """Untrusted text, made harmless for a browser and for a terminal that shows the file."""
    return escape(clean(text))


class _Body:
    """The blocks of one message. `parsed` holds the parts of each `inline` token, by the token's id."""

    def __init__(self, parsed: Mapping[int, Sequence[Token]], notes: Footnotes) -> None:
        self._parsed = parsed
        self._notes = notes
        self._box = ""
        """The box of the task that begins, until its text arrives."""

    def render(self, tokens: Sequence[Token]) -> Iterator[str]:
        for index, token in enumerate(tokens):
            if token.type == "list_item_open":
                self._box = _box(tokens[index + 1 : index + 3])
                yield '<li class="task">' if self._box else "<li>"
            elif token.type == "inline":
                yield "".join(self._inline(token))
            elif token.type in ("fence", "code_block"):
                yield _code(token)
            elif token.type in ("html_block", DEEP):
                yield f'<p class="raw">{_text(token.content.strip(chr(10)))}</p>\n'
            elif token.type == "hr":
                yield "<hr>\n"
            elif token.type == "footnote_open":
                yield self._notes.opening(token)
            elif token.type == "footnote_close":
                yield self._notes.closing()
            else:
                yield _tag(token)

    def _inline(self, token: Token) -> Iterator[str]:
        tokens = self._parsed[id(token)]
        if self._box:
            yield f'<span class="box">{self._box}</span> '
            tokens = [tokens[0].copy(content=tokens[0].content[len("[ ] ") :]), *tokens[1:]]
            self._box = ""
        yield from _Inline(self._notes).render(tokens)


def _box(tokens: Sequence[Token]) -> str:
    """The box of an item that begins with these tokens; "" if it is not a task."""
    if [token.type for token in tokens] != ["paragraph_open", "inline"]:
        return ""
    return task_box(tokens[1].content)


def _code(token: Token) -> str:
    words = token.info.split()
    named = words and _LANGUAGE.fullmatch(words[0])
    label = f' data-language="{_text(words[0])}"' if named else ""
    return f'<pre dir="ltr"{label}><code>{_text(token.content)}</code></pre>\n'


def _tag(token: Token) -> str:
    """The opening or closing tag of a container; "" for the paragraphs of a tight list."""
    kind = token.type.rpartition("_")[0]
    opens = token.nesting > 0
    if kind == "paragraph" and token.hidden:
        return "" if opens else "\n"
    if kind == "heading":
        tag = f"h{min(int(token.tag[1]) + HEADING_STEP, 6)}"
        return f"<{tag}>" if opens else f"</{tag}>\n"
    if kind == "ordered_list":
        return f"<ol{_start(token)}>\n" if opens else "</ol>\n"
    if kind in ("th", "td"):
        return f"<{kind}{_align(token)}>" if opens else f"</{kind}>\n"
    if token.type == "blockquote_open" and token.info:
        return f'<blockquote class="{token.info.lower()}"><p class="label">{token.info}</p>\n'
    tag = _PLAIN_TAGS.get(kind, "")
    if not tag:
        return ""
    return f"<{tag}>" if opens else f"</{tag}>\n"


def _start(token: Token) -> str:
    start = token.attrs.get("start")
    return f' start="{start}"' if isinstance(start, int) and start != 1 else ""


def _align(token: Token) -> str:
    found = _ALIGN.fullmatch(str(token.attrs.get("style", "")))
    return f' style="text-align:{found[1]}"' if found else ""


def link(href: str, shown: str) -> str:
    """HTML with a link, if the address may be opened; else the address is written out."""
    if href.lower().startswith(SCHEMES):
        return f'<a href="{_text(href)}" rel="noopener noreferrer">{shown}</a>'
    return f"{shown} ({_text(href)})" if href and not href.startswith("#") else shown


class _Inline:
    """The tokens of one paragraph as HTML. `_links` are open links, each with its text."""

    def __init__(self, notes: Footnotes) -> None:
        self._notes = notes
        self._links: list[tuple[str, list[str]]] = []

    def render(self, tokens: Iterable[Token]) -> Iterator[str]:
        for token in tokens:
            made = self._token(token)
            if made is None:
                continue
            if self._links:
                self._links[-1][1].append(made)
            else:
                yield made
        while self._links:
            yield link(*self._ended())

    def _ended(self) -> tuple[str, str]:
        href, parts = self._links.pop()
        return href, "".join(parts)

    def _token(self, token: Token) -> str | None:
        match token.type:
            case "text" | "text_special":
                return _text(token.content) if self._links else _with_addresses(token.content)
            case "softbreak":
                return "\n"
            case "hardbreak":
                return "<br>\n"
            case "code_inline":
                return f"<code>{_text(token.content)}</code>"
            case "footnote":
                return self._notes.mark(token)
            case "html_inline":
                return "<br>\n" if _BREAK.fullmatch(token.content) else _text(token.content)
            case "image":
                return self._image(str(token.attrs.get("src", "")), token.content)
            case "link_open":
                self._links.append((str(token.attrs.get("href", "")), []))
                return None
            case "link_close":
                return link(*self._ended())
            case _:
                return self._mark(token)

    def _image(self, src: str, alt: str) -> str:
        shown = _text(alt or src or "image")
        return shown if self._links else link(src, shown)

    def _mark(self, token: Token) -> str:
        tag = _PLAIN_TAGS.get(token.type.rpartition("_")[0], "")
        if not tag:
            return _text(token.content)
        return f"<{tag}>" if token.nesting > 0 else f"</{tag}>"


def _with_addresses(text: str) -> str:
    """Text with bare addresses turned into links."""
    return "".join(link(href, _text(part)) if href else _text(part) for part, href in with_addresses(text))
