"""Questionnaires as TOML and their loader."""

from assess.surveys.instruments.loader import (
    BUILT_IN,
    instrument_source,
    instrument_text,
    load_instrument,
    parse_text,
)
from assess.surveys.instruments.model import (
    CommentPrompt,
    Dimension,
    Instrument,
    Item,
    Outcome,
    ResponseScale,
    Texts,
)
from assess.surveys.instruments.rotation import default_modules

__all__ = [
    "BUILT_IN",
    "CommentPrompt",
    "Dimension",
    "Instrument",
    "Item",
    "Outcome",
    "ResponseScale",
    "Texts",
    "default_modules",
    "instrument_source",
    "instrument_text",
    "load_instrument",
    "parse_text",
]
