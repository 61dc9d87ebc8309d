"""`ask --schema`: reads the schema, requests answers of its shape, and validates them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from tui_chat.core.json_schema import errors, unusable
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.regular_file import MIB, read_regular_file

LARGEST = MIB
_FENCED = lazy_pattern(r"\s*```[\w-]*[ \t]*\n(.*?)\n?[ \t]*```\s*", re.DOTALL)
_NOT_IN_NAMES = lazy_pattern(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class AnswerSchema:
    """A supported schema. `name` is sent along, because servers require one."""

    name: str
    schema: Any

    @property
    def response_format(self) -> dict[str, Any]:
        """The request field that holds the answer to the schema."""
        described = {"name": self.name, "schema": self.schema, "strict": _is_strict(self.schema)}
        return {"type": "json_schema", "json_schema": described}

    @property
    def in_words(self) -> str:
        """The schema in words, for a server that may not know the field."""
        return (
            "Answer with a single JSON value and nothing else: no explanation, no code fence. "
            f"It has to be valid against this JSON schema:\n{json.dumps(self.schema, ensure_ascii=False)}"
        )

    def checked(self, answer: str) -> tuple[str, list[str]]:
        """The JSON in an answer, without a code fence around it, and its violations."""
        fenced = _FENCED.fullmatch(answer)
        text = (fenced[1] if fenced else answer).strip()
        try:
            value = json.loads(text, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            where = f" (line {error.lineno}, column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
            return text, [f"the answer is not JSON{where}"]
        return text, errors(value, self.schema)


def read_schema(path: str) -> AnswerSchema | ServerError:
    """Read the schema in a file; an error of the kind *configuration* if there is none, or it is not supported."""
    try:
        data = read_regular_file(Path(path).expanduser(), LARGEST)
    except (OSError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "there is no such user"
        return _unusable(path, f"it cannot be read: {reason}", "Name a file that holds a JSON schema.")
    try:
        schema = json.loads(data.decode("utf-8-sig"))
    except RecursionError:
        return _unusable(path, "it is nested too deeply", "Simplify it.")
    except UnicodeDecodeError:
        return _unusable(path, "it is not UTF-8", "Save it in that encoding.")
    except ValueError as error:
        return _unusable(path, f"it is not JSON: {error}", "Correct it there.")
    if (problem := unusable(schema)) is not None:
        return _unusable(path, problem, "Change it there; tui-chat help shell lists what can be checked.")
    title = schema.get("title") if isinstance(schema, dict) else None
    name = _NOT_IN_NAMES.sub("_", title if isinstance(title, str) else Path(path).stem).strip("_")[:64]
    return AnswerSchema(name or "answer", schema)


def _unusable(path: str, problem: str, hint: str) -> ServerError:
    return ServerError(ErrorKind.CONFIGURATION, f"The schema {path} cannot be used: {problem}.", hint=hint)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _is_strict(schema: object) -> bool:
    """Whether OpenAI accepts it as strict: each object names all its properties, requires them and allows no others."""
    if isinstance(schema, list):
        return all(map(_is_strict, schema))
    if not isinstance(schema, Mapping):
        return True
    named = schema.get("properties")
    if schema.get("type") == "object" or isinstance(named, Mapping):
        required = schema.get("required")
        names = set(named) if isinstance(named, Mapping) else set()
        if schema.get("additionalProperties") is not False or set(required or ()) != names:
            return False
    return all(map(_is_strict, schema.values()))
