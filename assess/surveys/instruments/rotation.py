"""Which driver modules are asked in which quarter unless HR chooses others."""

import tomllib
from functools import cache
from importlib import resources


def default_modules(cycle: str) -> tuple[str, ...]:
    """Give the two modules of a quarter such as `2026Q4` (instrument.md, Default rotation)."""
    year, quarter = cycle.split("Q")
    return _rotation()["odd_years" if int(year) % 2 else "even_years"][f"Q{quarter}"]


@cache
def _rotation() -> dict[str, dict[str, tuple[str, ...]]]:
    text = resources.files("assess.surveys.instruments").joinpath("rotation.toml").read_text(encoding="utf-8")
    table: dict[str, dict[str, list[str]]] = tomllib.loads(text)
    return {years: {q: tuple(codes) for q, codes in quarters.items()} for years, quarters in table.items()}
