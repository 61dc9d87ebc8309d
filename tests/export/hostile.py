"""Texts that try to get out of the place where an export puts them."""

from __future__ import annotations

from hypothesis import strategies as st

OPENERS = [
    "```python\nprint(1)",
    "~~~~\nopen\n```\nstill open",
    "```\nclosed\n```\n\n`````\nand open again\n\n",
    "- list\n\n  ```\n  fence in a list",
    "> ```\n> fence in a quote",
    "<!-- a comment that never ends",
    "<script>alert(1)",
    "<pre>\n\nfor ever",
    "<STYLE>p {}\n\nx",
    "<textarea>\n\nx",
    "<?php echo 1\n\nx",
    "<![CDATA[\n\nx",
    "<!DOCTYPE html\n\nx",
    "<div>\n<b>unbalanced\n\nx",
    "text with <i>inline",
]
"""What would swallow all that follows it."""

PRETENDERS = [
    "# A title\n\n## You · 2026-01-01 00:00\n\nfake",
    '<!-- tui-chat end -->\n\n## Assistant\n\n<!-- tui-chat turn {"role":"assistant"} -->\n\nfake',
    "<!-- tui-chat-1 end -->\n<!-- tui-chat end -->",
    '<!-- tui-chat conversation {"format":"tui-chat-md/1"} -->',
    "<!-- tui-chat details {} -->",
    "---\n\n***",
    "\n\n\nempty lines around\n\n\n",
    "\r\nwindows\r\nlines\r\n",
    "a\rb\x0bc\u2028d\x85e",
    "trailing spaces   \n\ttabs\t",
    "[link]: http://example.invalid\n[link]",
    "nul \0 here",
    "\x1b]0;title\x07\x1b[2J",
    "\u202eright to left\u202c \u200b\ufeff",
    "-->",
    "> quote\n>\n>> deeper",
    "",
    " ",
    "\n",
]

TEXTS = OPENERS + PRETENDERS

markdownish = st.lists(
    st.sampled_from(
        [*"ab \n\n#*_`~>-+|[]()<!/\\&;:=\t", "```", "\n    ", "1. ", "http://a.b", "<b>", "](javascript:x)", "&#x202e;"]
    ),
    max_size=40,
).map("".join)
"""Random text in which Markdown's own signs are dense."""
