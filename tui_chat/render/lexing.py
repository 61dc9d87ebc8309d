"""Lexers for code that can resume where a slice of code ended."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pygments.lexer import Lexer

Stack = tuple[str, ...]
ROOT: Stack = ("root",)

IN_COMMENT = "/*"
"""On top of a stack: the slice ended inside a comment that its lexer only matches whole."""

Tokens = list[tuple[Any, str]]

LANGUAGES = frozenset(
    """
    ada arduino awk bash bat c c# c++ clojure cmake coffeescript common-lisp css d dart diff docker elixir elm
    erlang f# fortran gdscript glsl go graphql groovy haskell html http ini java javascript json json5 jsx julia kotlin
    less lua make makefile markdown matlab mysql nasm nginx nim nix objective-c ocaml octave pascal perl php
    postgresql powershell prolog properties protobuf python r rst ruby rust sass scala scheme scss solidity sparql
    sql swift tcl terraform tex toml ts tsx typescript vb.net verilog vhdl vim vue wast xml yaml zig
    console pycon pytb ps1con shell-session text
    """.split()
)
"""Languages that are highlighted, by Pygments' alias. Others are unchecked and may have rules of unbounded time."""


@lru_cache(64)
def find_lexer(language: str) -> Lexer | None:
    """The lexer for a fence's language; None if there is none, or none that is trusted."""
    name = language.lower().strip("{}.,:")
    if not name or not name.isascii() or len(name) > 40:
        return None
    from pygments.lexers import get_all_lexers, get_lexer_by_name

    # Without plug-ins: looking for those reads all of the environment's metadata, and they are code of strangers.
    for _, aliases, _, _ in get_all_lexers(plugins=False):
        if name in aliases:
            known = LANGUAGES.intersection(aliases)
            return get_lexer_by_name(aliases[0], stripnl=False, ensurenl=False) if known else None
    return None


def lex(lexer: Lexer, text: str, stack: Stack) -> tuple[Tokens, Stack]:
    """(token type, text) of one slice, continued from `stack`; and the stack to continue with.

    A lexer that fails leaves the slice without colours: highlighting only decorates.
    """
    from pygments.lexer import ExtendedRegexLexer, RegexLexer
    from pygments.token import Token

    try:
        if isinstance(lexer, RegexLexer) and not isinstance(lexer, ExtendedRegexLexer):
            return _with_comments(lexer, text, stack)
        return [(kind, value) for _, kind, value in lexer.get_tokens_unprocessed(text)], stack
    except Exception:
        return [(Token.Text, text)], stack


def _with_comments(lexer: Any, text: str, stack: Stack) -> tuple[Tokens, Stack]:
    """Continue lexing, with care for `/* … */`: many lexers match such a comment only once its end is there."""
    from pygments.token import Comment

    head: Tokens = []
    if stack[-1] == IN_COMMENT:
        end = text.find("*/") + 2
        if end == 1:
            return [(Comment.Multiline, text)], stack
        head, text, stack = [(Comment.Multiline, text[:end])], text[end:], stack[:-1]
    tokens, after = _lex_on(lexer, text, stack)
    opened = _unclosed(tokens) if "/*" in text else None
    if opened is None:
        return head + tokens, after
    index, at = opened
    return [*head, *tokens[:index], (Comment.Multiline, text[at:])], (*after, IN_COMMENT)


def _unclosed(tokens: Tokens) -> tuple[int, int] | None:
    """(index of the token, offset) where a comment begins that was lexed as two operators."""
    from pygments.token import Error, Operator, Punctuation

    at, before = 0, ""
    for index, (kind, value) in enumerate(tokens):
        if kind in Operator or kind in Error or kind in Punctuation:
            if value.startswith("/*"):
                return index, at
            if before == "/" and value.startswith("*"):
                return index - 1, at - 1
            before = value
        else:
            before = ""
        at += len(value)
    return None


def _lex_on(lexer: Any, text: str, stack: Stack) -> tuple[list[tuple[Any, str]], Stack]:
    """The loop of a lexer by rules, from a given stack of states; it returns the last stack.

    Pygments' own loop takes a stack and keeps what it ends with to itself.
    """
    from pygments.token import Error, Whitespace

    out: list[tuple[Any, str]] = []
    states, at = list(stack), 0
    rules = lexer._tokens
    while at < len(text):
        for matches, action, change in rules[states[-1]]:
            match = matches(text, at)
            if match is None or (match.end() == at and change is None):
                continue
            out.extend(_tokens(lexer, action, match))
            at = match.end()
            if change is not None:
                _change(states, change)
            break
        else:
            newline = text[at] == "\n"
            out.append((Whitespace if newline else Error, text[at]))
            states = list(ROOT) if newline else states
            at += 1
    return out, tuple(states)


def _tokens(lexer: Any, action: Any, match: Any) -> Iterator[tuple[Any, str]]:
    from pygments.token import _TokenType

    if action is None:
        return
    if isinstance(action, _TokenType):
        yield action, match[0]
        return
    for _, kind, value in action(lexer, match):
        yield kind, value


def _change(states: list[str], change: Any) -> None:
    """Pygments' ways to name the next state: a name, a number of states to leave, `#push`, or several of these."""
    for step in change if isinstance(change, tuple) else (change,):
        if step == "#pop" or (isinstance(step, int) and step < 0):
            count = 1 if step == "#pop" else -step
            del states[max(len(states) - count, 1) :]
        elif step == "#push":
            states.append(states[-1])
        else:
            states.append(step)
