"""Validates a JSON value against the parts of JSON Schema that are used for model output.

Unsupported keywords are reported before anything is requested: ignoring half of a schema would call wrong answers
valid. A library would support the whole language, for five more dependencies.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tui_chat.core.json_schema_keywords import ARGUMENTS, KEYWORDS, brief, is_pattern

ANNOTATIONS = frozenset(
    "$schema $id $comment $anchor title description default examples deprecated readOnly writeOnly format "
    "contentEncoding contentMediaType $defs definitions".split()
)
"""Annotations, which describe a value and forbid nothing. By the standard, `format` is one of them."""

MOST_ERRORS = 20


def unusable(schema: object) -> str | None:
    """Why this schema cannot be checked, with the place; None if it can."""
    try:
        return next(_unusable(schema, "", schema), None)
    except RecursionError:
        return "the schema is nested too deeply"


def errors(value: object, schema: object) -> list[str]:
    """The schema's violations, a sentence each; [] if the value is valid."""
    try:
        return [found for found, _ in zip(_errors(value, schema, "", schema), range(MOST_ERRORS), strict=False)]
    except RecursionError:
        return ["the answer or the schema is nested too deeply to be checked"]


def _unusable(schema: object, at: str, root: object) -> Iterator[str]:
    if isinstance(schema, bool):
        return
    if not isinstance(schema, dict):
        yield f"{at or 'the schema'}: expected an object, found {brief(schema)}"
        return
    for name, argument in schema.items():
        place = f"{at}/{name}"
        if name in _SUBSCHEMAS:
            yield from _unusable_inside(name, argument, place, root)
        elif name == "$ref":
            if not isinstance(argument, str) or _resolved(argument, root) is None:
                yield f"{place}: {brief(argument)} leads nowhere in this file; other files are not read"
        elif name in KEYWORDS:
            expected, valid = ARGUMENTS[name]
            if not valid(argument):
                yield f"{place}: expected {expected}, found {brief(argument)}"
        elif name not in ANNOTATIONS:
            yield f"{place}: tui-chat cannot check this keyword"


def _unusable_inside(name: str, argument: object, place: str, root: object) -> Iterator[str]:
    kind = _SUBSCHEMAS[name]
    if kind == "one":
        yield from _unusable(argument, place, root)
    elif kind == "list" and isinstance(argument, list) and argument:
        for index, each in enumerate(argument):
            yield from _unusable(each, f"{place}/{index}", root)
    elif kind == "table" and isinstance(argument, dict):
        for key, each in argument.items():
            if name == "patternProperties" and not is_pattern(key):
                yield f"{place}: {brief(key)} is no regular expression"
            yield from _unusable(each, f"{place}/{key}", root)
    else:
        yield f"{place}: expected {'a list' if kind == 'list' else 'a table'} of schemas, found {brief(argument)}"


_SUBSCHEMAS: Mapping[str, str] = {
    **dict.fromkeys("items additionalProperties contains propertyNames not if then else".split(), "one"),
    **dict.fromkeys("prefixItems anyOf oneOf allOf".split(), "list"),
    **dict.fromkeys("properties patternProperties dependentSchemas $defs definitions".split(), "table"),
}


def _errors(value: object, schema: object, at: str, root: object) -> Iterator[str]:
    if schema is False:
        yield f"{at or 'the answer'}: nothing is allowed here"
    if not isinstance(schema, dict):
        return
    for name, argument in schema.items():
        check = KEYWORDS.get(name)
        if check is not None:
            yield from (f"{at or 'the answer'}: {each}" for each in check(value, argument))
    yield from _applied(value, schema, at, root)
    if isinstance(value, dict):
        yield from _in_object(value, schema, at, root)
    if isinstance(value, list):
        yield from _in_list(value, schema, at, root)


def _applied(value: object, schema: Mapping[str, Any], at: str, root: object) -> Iterator[str]:
    """Violations of the schemas that apply to the value itself."""
    here = at or "the answer"
    if "$ref" in schema:
        yield from _errors(value, _resolved(schema["$ref"], root), at, root)
    for each in schema.get("allOf", ()):
        yield from _errors(value, each, at, root)
    if "anyOf" in schema and not any(_valid(value, each, root) for each in schema["anyOf"]):
        yield f"{here}: fits none of the {len(schema['anyOf'])} kinds that are allowed (anyOf)"
    if "oneOf" in schema and (fits := sum(_valid(value, each, root) for each in schema["oneOf"])) != 1:
        yield f"{here}: fits {fits} of the {len(schema['oneOf'])} kinds of which it has to fit one (oneOf)"
    if "not" in schema and _valid(value, schema["not"], root):
        yield f"{here}: is what the schema forbids (not)"
    if "if" in schema:
        branch = "then" if _valid(value, schema["if"], root) else "else"
        yield from _errors(value, schema.get(branch, True), at, root)


def _in_object(value: Mapping[str, Any], schema: Mapping[str, Any], at: str, root: object) -> Iterator[str]:
    named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    for key, item in value.items():
        place = f"{at}/{key}"
        if "propertyNames" in schema:
            yield from _errors(key, schema["propertyNames"], place, root)
        fitting = [each for pattern, each in patterns.items() if re.search(pattern, key)]
        if key in named:
            fitting.append(named[key])
        if not fitting and schema.get("additionalProperties") is False:
            yield f"{place}: this property is not in the schema"
            continue
        for each in fitting or [schema.get("additionalProperties", True)]:
            yield from _errors(item, each, place, root)
    for key, each in schema.get("dependentSchemas", {}).items():
        if key in value:
            yield from _errors(value, each, at, root)


def _in_list(value: list[Any], schema: Mapping[str, Any], at: str, root: object) -> Iterator[str]:
    first = schema.get("prefixItems", ())
    for index, item in enumerate(value):
        each = first[index] if index < len(first) else schema.get("items", True)
        yield from _errors(item, each, f"{at}/{index}", root)
    if "contains" in schema:
        found = sum(_valid(item, schema["contains"], root) for item in value)
        least, most = schema.get("minContains", 1), schema.get("maxContains", math.inf)
        if not least <= found <= most:
            yield f"{at or 'the answer'}: {found} of its items are as `contains` wants them"


def _valid(value: object, schema: object, root: object) -> bool:
    return next(_errors(value, schema, "", root), None) is None


def _resolved(reference: str, root: object) -> object | None:
    """The part of the schema that a reference such as `#/$defs/name` points to; None if there is none."""
    if reference != "#" and not reference.startswith("#/"):
        return None
    found = root
    for part in reference.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and key in found:
            found = found[key]
        elif isinstance(found, list) and key.isdigit() and int(key) < len(found):
            found = found[int(key)]
        else:
            return None
    return found if isinstance(found, (dict, bool)) else None
