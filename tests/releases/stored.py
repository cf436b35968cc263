"""Rows of earlier quarters as publication leaves them, with hardly anything in them."""

from collections.abc import Sequence
from hashlib import sha256
from secrets import token_hex

from assess.extensions import Database
from assess.releases.models import ResultDocument
from tests.releases.results import NOW


def fill_documents(database: Database, quarters: Sequence[str]) -> None:
    """Store a result and records for each quarter, the latter with a text of their own."""
    with database.writing() as session:
        for quarter in quarters:
            for kind, body in (
                ("result", f'{{"quarter":"{quarter}"}}'),
                ("statistics", f"records of {quarter} {token_hex(20_000)}"),
            ):
                session.add(
                    ResultDocument(
                        cycle_id=sha256(quarter.encode()).digest()[:16],
                        quarter=quarter,
                        kind=kind,
                        body=body.encode(),
                        sha256=sha256(body.encode()).hexdigest(),
                        frozen_at=NOW,
                        is_published=True,
                    )
                )
