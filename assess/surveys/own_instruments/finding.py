"""Finding a questionnaire by its code: built in, or kept by the organisation."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.surveys.instruments import BUILT_IN, Instrument, instrument_source, load_instrument, parse_text
from assess.surveys.own_instruments.models import OwnInstrument


@dataclass(frozen=True)
class SourcedInstrument:
    """A questionnaire with the text of its file."""

    instrument: Instrument
    source: str
    kept_at: datetime | None = None
    """When the organisation sent it; None for what is built in or comes from a file."""


def known_instrument(session: Session, code: str) -> SourcedInstrument | None:
    """Find a built-in questionnaire or a kept one; None where there is neither."""
    if code in BUILT_IN:
        return SourcedInstrument(load_instrument(code), instrument_source(code))
    row = session.get(OwnInstrument, code)
    return None if row is None else _sourced(row)


def own_instruments(session: Session) -> list[SourcedInstrument]:
    """List the kept ones by code."""
    return [_sourced(row) for row in session.scalars(select(OwnInstrument).order_by(OwnInstrument.code))]


def chosen_instrument(session: Session, code_or_path: str) -> SourcedInstrument:
    """Find a known questionnaire, or read a file. Errors: InputError as `load_instrument` has them."""
    known = known_instrument(session, code_or_path)
    return known or SourcedInstrument(load_instrument(code_or_path), instrument_source(code_or_path))


def _sourced(row: OwnInstrument) -> SourcedInstrument:
    return SourcedInstrument(_parsed(row.code, row.source), row.source, row.kept_at)


@lru_cache(maxsize=64)
def _parsed(code: str, source: str) -> Instrument:
    return parse_text(f"{code}.toml", source)
