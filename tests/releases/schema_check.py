"""The part of JSON Schema (draft 2020-12) that docs/score.schema.json uses; anything else in a schema is an error."""

import re
from collections.abc import Callable, Iterator
from typing import Any

IGNORED = {"$schema", "$defs", "title", "description"}
TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "null": lambda v: v is None,
    "boolean": lambda v: isinstance(v, bool),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
}


def faults(value: Any, schema: Any, root: Any, at: str = "$") -> Iterator[str]:
    """List what is wrong with a value, each with its place."""
    if schema is True:
        return
    for keyword, rule in schema.items():
        if keyword not in IGNORED:
            yield from KEYWORDS[keyword](value, rule, schema, root, at)


def _type(value: Any, rule: Any, _schema: Any, _root: Any, at: str) -> Iterator[str]:
    names = [rule] if isinstance(rule, str) else rule
    if not any(TYPES[name](value) for name in names):
        yield f"{at}: {value!r} is not {' or '.join(names)}"


def _ref(value: Any, rule: Any, _schema: Any, root: Any, at: str) -> Iterator[str]:
    yield from faults(value, root["$defs"][rule.removeprefix("#/$defs/")], root, at)


def _any_of(value: Any, rule: Any, _schema: Any, root: Any, at: str) -> Iterator[str]:
    found = [list(faults(value, option, root, at)) for option in rule]
    if all(found):
        yield f"{at}: none of {len(rule)} options fits: {[option[0] for option in found]}"


def _required(value: Any, rule: Any, _schema: Any, _root: Any, at: str) -> Iterator[str]:
    yield from (f"{at}: {name} is missing" for name in rule if isinstance(value, dict) and name not in value)


def _properties(value: Any, rule: Any, _schema: Any, root: Any, at: str) -> Iterator[str]:
    for name in rule.keys() & (value if isinstance(value, dict) else {}):
        yield from faults(value[name], rule[name], root, f"{at}.{name}")


def _additional(value: Any, rule: Any, schema: Any, root: Any, at: str) -> Iterator[str]:
    for name in (value if isinstance(value, dict) else {}).keys() - schema.get("properties", {}).keys():
        if rule is False:
            yield f"{at}: {name} is not allowed"
        else:
            yield from faults(value[name], rule, root, f"{at}.{name}")


def _items(value: Any, rule: Any, _schema: Any, root: Any, at: str) -> Iterator[str]:
    for place, entry in enumerate(value if isinstance(value, list) else []):
        yield from faults(entry, rule, root, f"{at}[{place}]")


def _simple(holds: Callable[[Any, Any], bool], kind: type | tuple[type, ...] | None) -> Callable[..., Iterator[str]]:
    def check(value: Any, rule: Any, _schema: Any, _root: Any, at: str) -> Iterator[str]:
        if (kind is None or isinstance(value, kind)) and not holds(value, rule):
            yield f"{at}: {value!r} against {rule!r}"

    return check


KEYWORDS: dict[str, Callable[..., Iterator[str]]] = {
    "type": _type,
    "$ref": _ref,
    "anyOf": _any_of,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional,
    "items": _items,
    "enum": _simple(lambda value, rule: value in rule, None),
    "pattern": _simple(lambda value, rule: re.search(rule, value) is not None, str),
    "minimum": _simple(lambda value, rule: bool(value >= rule), (int, float)),
    "maximum": _simple(lambda value, rule: bool(value <= rule), (int, float)),
}
