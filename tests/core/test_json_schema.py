"""Answers against JSON schemas: what is wrong is named with its place, and nothing of a schema is passed over."""

from __future__ import annotations

from typing import Any

import pytest

from tui_chat.core.json_schema import errors, unusable

PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "age": {"type": "integer", "minimum": 0, "maximum": 150},
        "tags": {"type": "array", "items": {"enum": ["a", "b", 1]}, "uniqueItems": True, "maxItems": 3},
        "friend": {"$ref": "#"},
    },
    "required": ["name"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"name": "Ada"}, []),
        ({"name": "Ada", "age": 36.0, "tags": ["a", 1.0]}, []),
        ({"name": "Ada", "friend": {"name": "Eve", "friend": {"name": "Al"}}}, []),
        ({"age": 3}, ["the answer: the property name is missing"]),
        ([], ["the answer: expected object, found []"]),
        ({"name": "", "age": True}, ["/name: expected a length of at least 1", "/age: expected integer, found true"]),
        ({"name": "x", "age": 200}, ["/age: expected at most 150, found 200"]),
        ({"name": "x", "tags": ["a", "c"]}, ['/tags/1: expected one of "a", "b", 1, found "c"']),
        ({"name": "x", "tags": [1, "b", 1]}, ["/tags: item 2 is there twice"]),
        ({"name": "x", "tags": [True]}, ["/tags/0: expected one of"]),
        ({"name": "x", "size": 1}, ["/size: this property is not in the schema"]),
        ({"name": "x", "friend": {"age": 1}}, ["/friend: the property name is missing"]),
    ],
)
def test_what_is_wrong_with_an_answer_is_named_with_its_place(value: Any, found: list[str]) -> None:
    told = errors(value, PERSON)
    assert len(told) == len(found)
    assert all(one.startswith(other) for one, other in zip(told, found, strict=True))


@pytest.mark.parametrize(
    ("schema", "right", "wrong"),
    [
        (True, 1, None),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, None, 1),
        ({"oneOf": [{"type": "integer"}, {"minimum": 2}]}, 1, 3),
        ({"allOf": [{"minimum": 2}, {"maximum": 3}]}, 2.5, 4),
        ({"not": {"type": "string"}}, 1, "1"),
        ({"if": {"type": "integer"}, "then": {"minimum": 5}, "else": {"type": "string"}}, 5, 4),
        ({"const": {"a": [1, {"b": None}]}}, {"a": [1.0, {"b": None}]}, {"a": [1, {"b": 0}]}),
        ({"multipleOf": 0.01}, 19.99, 0.005),
        ({"exclusiveMinimum": 1, "exclusiveMaximum": 2}, 1.5, 2),
        ({"pattern": "^a+$"}, "aaa", "ab"),
        ({"patternProperties": {"^x": {"type": "integer"}}, "additionalProperties": {"type": "string"}},
         {"x1": 1, "y": "s"}, {"x1": "s"}),
        ({"propertyNames": {"maxLength": 2}}, {"ab": 1}, {"abc": 1}),
        ({"prefixItems": [{"type": "string"}], "items": {"type": "integer"}}, ["a", 1], ["a", "b"]),
        ({"contains": {"const": 1}, "maxContains": 1}, [1, 2], [1, 1]),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1, "b": 2}, {"a": 1}),
        ({"dependentSchemas": {"a": {"minProperties": 2}}}, {"a": 1, "b": 2}, {"a": 1}),
        ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"type": "null"}}}, None, 0),
        ({"type": ["string", "null"], "format": "date"}, "no date", 1),
    ],
)  # fmt: skip
def test_every_keyword_tells_right_from_wrong(schema: Any, right: Any, wrong: Any) -> None:
    assert unusable(schema) is None
    assert errors(right, schema) == []
    assert wrong is None or errors(wrong, schema) != []


@pytest.mark.parametrize(
    ("schema", "named"),
    [
        ([], "the schema: expected an object"),
        ({"type": "text"}, "/type: expected one of object, array"),
        ({"properties": {"a": {"type": "string", "unevaluatedItems": False}}}, "/properties/a/unevaluatedItems"),
        ({"items": [{"type": "string"}]}, "/items: expected an object"),
        ({"anyOf": []}, "/anyOf: expected a list of schemas"),
        ({"$ref": "https://example.com/other.json"}, "other files are not read"),
        ({"$ref": "#/$defs/missing"}, "leads nowhere"),
        ({"pattern": "("}, "/pattern: expected a regular expression"),
        ({"patternProperties": {"(": True}}, "is no regular expression"),
        ({"minLength": -1}, "/minLength: expected a whole number"),
        ({"exclusiveMinimum": True}, "/exclusiveMinimum: expected a number"),
        ({"required": "name"}, "/required: expected a list of names"),
        ({"multipleOf": 0}, "/multipleOf: expected a number above 0"),
    ],
)
def test_a_schema_that_cannot_be_checked_is_refused_by_name(schema: Any, named: str) -> None:
    assert named in (unusable(schema) or "")


def test_a_schema_without_an_end_is_an_error_and_no_crash() -> None:
    assert "too deeply" in errors(1, {"$ref": "#"})[0]
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    endless = {"items": {"$ref": "#"}}
    assert "too deeply" in errors(deep, endless)[0]


def test_a_long_list_of_mistakes_is_cut() -> None:
    assert len(errors([1] * 1000, {"items": {"type": "string"}})) == 20
