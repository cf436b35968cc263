"""Addresses that fit the rules of the url map."""

import re
from collections.abc import Mapping

_PLACE = re.compile(r"<(?:any\((?P<first>\w+)[^)]*\):|(?P<number>int):)?(?P<name>\w+)>")


def fill(rule: str, values: Mapping[str, str], otherwise: str) -> str:
    """Put something into every place of a rule: first of a choice, the number 0, a value by name, or `otherwise`."""

    def value(place: re.Match[str]) -> str:
        return place["first"] or ("0" if place["number"] else values.get(place["name"], otherwise))

    address = _PLACE.sub(value, rule)
    assert "<" not in address, rule
    return address
