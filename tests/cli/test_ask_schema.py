"""`ask --schema`: which schemas are taken, how a server is asked, and what counts as an answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tui_chat.cli.ask_schema import AnswerSchema, read_schema
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.core.request_secrets import secret_values

NUMBER = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}


@pytest.mark.parametrize(
    ("answer", "text", "problem"),
    [
        ('{"n": 1}', '{"n": 1}', ""),
        (' {"n": 1}\n', '{"n": 1}', ""),
        ('```json\n{"n": 1}\n```', '{"n": 1}', ""),
        ('```\n{"n": 1}```\n', '{"n": 1}', ""),
        ('{"n": "1"}', '{"n": "1"}', "/n: expected integer"),
        ('Here it is: {"n": 1}', 'Here it is: {"n": 1}', "not JSON (line 1, column 1)"),
        ('{"n": NaN}', '{"n": NaN}', "not JSON"),
        ("", "", "not JSON"),
        ("[" * 100_000, "[" * 100_000, "not JSON"),
    ],
)
def test_an_answer_is_checked(answer: str, text: str, problem: str) -> None:
    found, problems = AnswerSchema("n", NUMBER).checked(answer)
    assert found == text
    assert problem in "".join(problems)
    assert bool(problems) == bool(problem)


@pytest.mark.parametrize(
    ("schema", "strict"),
    [
        (NUMBER, True),
        ({**NUMBER, "required": []}, False),
        ({"type": "object", "properties": {"n": {}}}, False),
        ({"type": "array", "items": NUMBER}, True),
        ({"type": "array", "items": {"type": "object"}}, False),
    ],
)
def test_strict_is_asked_for_where_the_schema_allows_it(schema: Any, strict: bool) -> None:
    """OpenAI refuses a strict schema with an optional property, and holds to other ones less exactly."""
    assert AnswerSchema("n", schema).response_format["json_schema"]["strict"] is strict


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"{", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b'"text"', "expected an object"),
        (b'{"type": "wrong"}', "/type"),
        (b"[" * 200_000, "nested too deeply"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_schema_is_named(tmp_path: Path, content: bytes | None, named: str) -> None:
    path = tmp_path / "s.json"
    if content is not None:
        path.write_bytes(content)
    found = read_schema(str(path))
    assert isinstance(found, ServerError)
    assert found.kind is ErrorKind.CONFIGURATION
    assert named in found.message
    assert "s.json" in found.message


def test_the_name_is_one_that_servers_take(tmp_path: Path) -> None:
    path = tmp_path / "my file.v2.json"
    for schema, name in (
        ({}, "my_file_v2"),
        ({"title": "Ein Fluß, zwei"}, "Ein_Flu_zwei"),
        ({"title": "¿?"}, "answer"),
    ):
        path.write_text(json.dumps(schema))
        found = read_schema(str(path))
        assert isinstance(found, AnswerSchema)
        assert found.name == name


def test_words_of_a_schema_are_no_secrets() -> None:
    """What is secret in a request's body is masked in the answer."""
    schema = AnswerSchema("n", {"properties": {"password": {"description": "as typed by them", "type": "string"}}})
    assert secret_values(body={"response_format": schema.response_format}) == frozenset()
