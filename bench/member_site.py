"""A site with one open cycle for the benches of the member flow, its members' forms, and a count of what was lost."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes, token_hex
from urllib.parse import urlencode

from sqlalchemy import select
from visitors import Member, Visit

from assess.extensions import Base, Database
from assess.surveys.envelopes.links import envelope_key, read_code
from assess.surveys.envelopes.models import BODY_LENGTHS, Envelope
from assess.surveys.instruments import load_instrument
from assess.surveys.models import Level
from tests.databases.stores import SqliteStore, using
from tests.surveys.member.member_cast import HOLDERS, build_site

FORM_BYTES = 24_576
"""To which length the page at level `confidential` fills every form."""


@dataclass
class Box:
    """The database of a site, the paths of its members, and what each of them sent last."""

    level: Level
    database: Database
    paths: tuple[str, ...]
    environment: Mapping[str, str]

    @property
    def envelope_bytes(self) -> int:
        """How long a sealed envelope of this cycle is."""
        return BODY_LENGTHS[len(HOLDERS) - 1 if self.level == Level.ANONYMOUS else 0]

    def lost(self, visits: Sequence[Visit]) -> int:
        """Count members whose last acknowledged envelope is not the one in the box.

        At level `confidential` the server seals, so all that can be said is whether there is one.
        """
        last = {visit.member.path: visit.member.form for visit in visits if visit.good}
        with self.database.reading() as session:
            stored = {row.key: row.body for row in session.execute(select(Envelope.key, Envelope.body))}
        return sum(not self._is_there(path, form, stored) for path, form in last.items())

    def _is_there(self, path: str, form: bytes, stored: Mapping[bytes, bytes]) -> bool:
        body = stored.get(envelope_key(read_code(path.rpartition("/")[2]) or b""))
        return body is not None and (self.level != Level.ANONYMOUS or sealed_form(body) == form)


def box_of(folder: Path, members: int, level: Level, url: str) -> Box:
    """Build a site in `folder`; where `url` is another database than its own, everything is copied there."""
    with using(SqliteStore()):
        site = build_site(folder, members=members, level=level)
    database = site.database
    if not database.is_sqlite or url != site.settings.database_url:
        database = Database(url)
        _copy(site.database, database)
    environment = {
        "ASSESS_DATA_DIR": str(folder),
        "ASSESS_DATABASE_URL": url,
        "ASSESS_BASE_URL": "http://127.0.0.1",
        "ASSESS_SECRET_KEY": token_hex(32),
    }
    return Box(level, database, tuple(f"/s/{code}" for code in site.codes), environment)


def members_of(box: Box, count: int) -> list[Member]:
    """Write the forms of the first members; a sealed one is new every time."""
    if box.level == Level.ANONYMOUS:
        head = bytes([1, len(HOLDERS)])
        return [Member(path, sealed_form(head + token_bytes(box.envelope_bytes - 2))) for path in box.paths[:count]]
    return [Member(path, plain_form()) for path in box.paths[:count]]


def sealed_form(body: bytes) -> bytes:
    """Write the one field of level `anonymous` as the sealing script does."""
    return urlencode({"sealed": base64.urlsafe_b64encode(body).decode().rstrip("=")}).encode()


def plain_form() -> bytes:
    """Write a full form as a browser sends it, with the filler that gives every body the same length."""
    asked = load_instrument("team24").effective(("LOAD", "REVW"))
    fields = {rating.code: "4" for rating in asked.ratings}
    fields |= {"CMT1": "Short stand-ups keep us in step.", "CMT2": "Fewer tools, please.", "filler": ""}
    fields["filler"] = "x" * (FORM_BYTES - len(urlencode(fields)))
    return urlencode(fields).encode()


def _copy(source: Database, target: Database) -> None:
    Base.metadata.create_all(target.engine)
    with source.reading() as old, target.writing() as new:
        for table in Base.metadata.sorted_tables:
            rows = [dict(row) for row in old.execute(table.select()).mappings()]
            if rows:
                new.execute(table.insert(), rows)
