"""aichat's sessions (`sessions/NAME.yaml`), and `messages.md`, its log of single questions.

Format: https://github.com/sigoden/aichat, `save` in src/config/session.rs and `save_message` in src/config/mod.rs (0.9
and 0.30, read 2026-11). A session has neither an id nor times: its file's name and its first message stand for it, so
that a session that has grown is recognized.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import yaml

from tui_chat.core.conversation import Conversation
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.serialize import ShapeError
from tui_chat.store.ids import derived_ids
from tui_chat.store.importers.importer import Importer, NewId, Source
from tui_chat.store.importers.message_tree import items_of, moment_of, with_names
from tui_chat.store.importers.messages import from_messages
from tui_chat.store.message_text import call_block, joined, text_of, thought_apart, tool_text
from tui_chat.store.portable import PortableError

_SESSION = lazy_pattern(r"(?:---\s+)?model:.*$(?s:.*)^(?:compressed_)?messages:", re.MULTILINE)
_LOGGED = lazy_pattern(
    r"(?:\A|(?<=--------\n\n))# CHAT: ?(?P<title>.*?) ?\[(?P<when>\d{4}-\d\d-\d\dT[^\]\s]+)\](?: \(.*\))?\n"
)
_RULE = "\n--------\n"
_SCALAR = lazy_pattern(
    r"(?P<null>~|null|)|(?P<bool>true|false)|(?P<int>[-+]?(?:0|[1-9]\d{0,30}))"
    r"|(?P<float>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
)
_AUTOMATIC_NAME = lazy_pattern(r"\d{8}T\d{6}-?")


def matches(source: Source) -> bool:
    begin = source.text[:10_000].replace("\r\n", "\n")
    return source.data is None and bool(_SESSION.match(source.text) or _LOGGED.match(begin))


def read(source: Source, when: datetime, new_id: NewId) -> list[Conversation]:
    text = source.text.replace("\r\n", "\n")
    return _log(text, when) if text.startswith("# CHAT:") else _session(text, source.name, when)


def _log(text: str, when: datetime) -> list[Conversation]:
    heads = list(_LOGGED.finditer(text))
    ends = [*(head.start() for head in heads[1:]), len(text)]
    return [
        _logged(head, text[head.end() : end], moment_of(head["when"], when))
        for head, end in zip(heads, ends, strict=True)
    ]


def _logged(head: re.Match[str], said: str, when: datetime) -> Conversation:
    prompt, _, answer = said.partition(_RULE)
    answer = answer.removesuffix("\n").removesuffix(_RULE)
    messages = [{"role": "user", "content": prompt}, *([_thought_apart("assistant", answer)] if answer else [])]
    return from_messages(messages, {"title": head["title"]}, when, derived_ids([head[0], said]))


def _session(text: str, name: str, when: datetime) -> list[Conversation]:
    data = _parsed(text)
    if not isinstance(data, Mapping):
        raise ShapeError("the file", data, "expected a session of aichat")
    earlier, later = items_of(data.get("compressed_messages")), items_of(data.get("messages"))
    if earlier and later and later[0].get("role") == "system":
        later = later[1:]  # a summary of the earlier ones, which was sent in their place
    urls = data.get("data_urls")
    files = urls if isinstance(urls, Mapping) else {}
    messages = [_message(each, files) for each in (*earlier, *later)]
    if not messages:
        return []
    first = next((each for each in messages if each["role"] == "user"), messages[0])
    about = {**data, "title": _AUTOMATIC_NAME.sub("", name)}
    return [from_messages(messages, about, when, derived_ids([name, first]))]


def _parsed(text: str) -> object:
    """What a text of YAML describes. Raises PortableError, and nothing else, if it is none."""
    try:
        return yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        where = error.problem_mark or error.context_mark
        line = f"Line {where.line + 1} of the YAML" if where else "The YAML"
        raise PortableError(f"{line} cannot be read: {error.problem or error.context}.") from error
    except yaml.YAMLError as error:
        raise PortableError("The YAML holds characters that YAML does not allow.") from error
    except RecursionError as error:
        raise PortableError("The YAML is nested too deeply.") from error


class _Loader(yaml.SafeLoader):
    """Reads YAML 1.2, as aichat writes it: `on` and dates are texts. Refuses references, which can grow without end."""

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: tuple[bool, bool]) -> str:
        if kind is not yaml.ScalarNode or not implicit[0]:
            return str(super().resolve(kind, value, implicit))  # type: ignore[no-untyped-call]
        tag = _SCALAR.fullmatch(value or "")
        return f"tag:yaml.org,2002:{tag.lastgroup if tag else 'str'}"

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            here = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="references are not read", problem_mark=here)
        return super().compose_node(parent, index)


def _message(item: Mapping[str, Any], files: Mapping[object, object]) -> dict[str, object]:
    role, content = item.get("role"), item.get("content")
    if isinstance(content, Mapping):
        results = items_of(content.get("tool_results"))
        return _thought_apart(role, joined([*map(_call, results), text_of(content.get("text"), "text")]))
    if isinstance(content, list):
        pictures = [each["image_url"] for each in items_of(content) if isinstance(each.get("image_url"), Mapping)]
        names = [files.get(url := str(each.get("url")), url) for each in pictures]
        shown = [name if len(str(name)) < 200 else "image" for name in names]
        words = [text_of(each, "content") for each in items_of(content) if "image_url" not in each]
        return _thought_apart(role, with_names(joined(words), shown))
    return _thought_apart(role, text_of(content, "content"))


def _call(result: Mapping[str, Any]) -> str:
    asked = result.get("call")
    call: Mapping[str, Any] = asked if isinstance(asked, Mapping) else {}
    said = result.get("output")
    output = said if isinstance(said, str) else "" if said is None else call_block(None, said)
    return joined([call_block(call.get("name"), call.get("arguments")), tool_text(call.get("name"), output)])


def _thought_apart(role: object, text: str) -> dict[str, object]:
    thought, said = thought_apart(text) if role == "assistant" else ("", text)
    return {"role": role, "content": said} | ({"reasoning": thought} if thought else {})


IMPORTER = Importer("a session or messages.md of aichat", matches, read)
