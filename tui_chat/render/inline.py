"""Renders emphasis, code, links and images inside a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.style import Style

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.render.line import Run
from tui_chat.render.parser import References, parse_inline
from tui_chat.render.sanitize import clean
from tui_chat.render.styles import Palette

if TYPE_CHECKING:
    from markdown_it.token import Token

HREF = "href"
"""The key in a style's meta that holds a link's address."""

SCHEMES = ("http:", "https:", "mailto:")
_ADDRESS = lazy_pattern(
    r"\b(?:https?://|www\.)[^\s<>\"`、。，；：！？）」』】》]{2,}(?<![.,;:!?*_~'|])"
    r"|(?a:(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9_-]+\.)+[a-z0-9_-]*[a-z0-9](?![\w-]))",
    re.IGNORECASE,
)
"""Bare addresses in a text. `www.` becomes https: with http, as on GitHub, everybody could see what is visited."""

_ENTITY = lazy_pattern(r"&[a-zA-Z0-9]+$")
_BREAK = lazy_pattern(r"<br\s*/?>", re.IGNORECASE)


def render_inline(content: str, base: Style, palette: Palette, references: References) -> list[Run]:
    """A paragraph's source as runs; a newline in a run is a hard line break."""
    if not _SPECIAL.search(content) or content.count("[") > BRACKETS:
        return [(safe_run(content.replace("\n", " ")), base)]
    return _Inline(palette, base).render(parse_inline(content, references))


_SPECIAL = lazy_pattern(r"[\\`*_~\[\]!<&$@]|://|www\.|\n[ \t]|[ \t]\n")
"""Without one of these a paragraph is plain words, and needs no inline parser."""


BRACKETS = 300
"""Opening brackets in one paragraph above which none is a link: for each the parser scans the whole rest."""


def safe_run(text: str) -> str:
    return clean(text.replace("\t", "    ") if "\t" in text else text)


class _Inline:
    def __init__(self, palette: Palette, base: Style) -> None:
        self._palette = palette
        self._styles = [base]
        self._hrefs: list[str] = []

    def render(self, tokens: Sequence[Token]) -> list[Run]:
        runs: list[Run] = []
        for index, token in enumerate(tokens):
            runs.extend(self._token(token))
            if token.type == "link_open":
                following = tokens[index + 1]
                if following.type == "link_close":
                    runs.extend(self._bare_link())
                if self._palette.addresses and following.content in ("", self._hrefs[-1]):
                    self._hrefs[-1] = ""  # its text is the address
        return runs

    def _token(self, token: Token) -> Iterator[Run]:
        match token.type:
            case "text" | "text_special":
                yield from self._text(token.content)
            case "softbreak":
                yield " ", self._styles[-1]
            case "hardbreak":
                yield "\n", self._styles[-1]
            case "code_inline":
                yield safe_run(token.content), self._styles[-1] + self._palette.code
            case "image":
                yield from self._image(token)
            case "footnote":
                yield safe_run(token.content), self._styles[-1] + self._palette.marker
            case "math":
                yield safe_run(token.content), self._styles[-1] + self._palette.emphasis
            case "html_inline":
                yield from self._html(token.content)
            case _:
                yield from self._nest(token)

    def _nest(self, token: Token) -> Iterator[Run]:
        match token.type:
            case "strong_open":
                self._push(self._palette.strong)
            case "em_open":
                self._push(self._palette.emphasis)
            case "s_open":
                self._push(self._palette.strike)
            case "link_open":
                href = str(token.attrs.get("href", ""))
                self._hrefs.append(href)
                self._push(link_style(self._palette.link, href))
            case "link_close":
                self._styles.pop()
                yield from self._destination(self._hrefs.pop())
            case _ if token.nesting < 0:
                self._styles.pop()

    def _push(self, style: Style) -> None:
        self._styles.append(self._styles[-1] + style)

    def _bare_link(self) -> Iterator[Run]:
        """A link without a text shows its address; one that cannot be clicked is always written after the text."""
        href = self._hrefs[-1]
        if href.lower().startswith(SCHEMES) or href.startswith("#"):
            yield safe_run(href), self._styles[-1]

    def _destination(self, href: str) -> Iterator[Run]:
        """Write out an address that cannot be clicked."""
        clickable = href.lower().startswith(SCHEMES) and not self._palette.addresses
        if href and not clickable and not href.startswith("#"):
            yield f" ({safe_run(href)})", self._styles[-1] + self._palette.muted

    def _image(self, token: Token) -> Iterator[Run]:
        source = str(token.attrs.get("src", ""))
        alt = safe_run(_plain(token.children or ())) or safe_run(source) or "image"
        yield alt.replace("\n", " "), self._styles[-1] + link_style(self._palette.link, source)

    def _html(self, content: str) -> Iterator[Run]:
        if _BREAK.fullmatch(content):
            yield "\n", self._styles[-1]
        else:
            yield safe_run(content).replace("\n", " "), self._styles[-1] + self._palette.muted

    def _text(self, content: str) -> Iterator[Run]:
        """Text, with its bare addresses as links."""
        style = self._styles[-1]
        for part, href in with_addresses(content) if not self._hrefs else [(content, "")]:
            yield safe_run(part), style + link_style(self._palette.link, href) if href else style


def with_addresses(text: str) -> Iterator[tuple[str, str]]:
    """Text in parts, each with its link target: bare addresses have one, everything else has ""."""
    if not any(mark in text for mark in ("://", "www.", "@")):
        yield text, ""
        return
    at = 0
    for match in _ADDRESS.finditer(text):
        address = _balanced(match[0])
        yield text[at : match.start()], ""
        yield address, _href(address)
        at = match.start() + len(address)
    yield text[at:], ""


def _plain(tokens: Sequence[Token]) -> str:
    """The words of a description, without its marks."""
    return "".join(
        "\n" if token.type.endswith("break") else _plain(token.children) if token.children else token.content
        for token in tokens
    )


def _href(address: str) -> str:
    if "://" in address:
        return address
    return f"https://{address}" if address.lower().startswith("www.") else f"mailto:{address}"


def _balanced(address: str) -> str:
    """Without closing brackets that the sentence around it opened."""
    end, left_over = len(address), address.count(")") - address.count("(")
    while left_over > 0 and address[end - 1] == ")":
        end, left_over = end - 1, left_over - 1
        while address[end - 1] in ".,;:!?":
            end -= 1
    return _ENTITY.sub("", address[:end])


@lru_cache(1024)
def link_style(style: Style, href: str) -> Style:
    """The style of a link, with its address if it may be opened."""
    return style + Style(meta={HREF: href}) if href.lower().startswith(SCHEMES) else style
