"""Opening by file: everything sealed in one download, everything opened in one upload."""

import json
from typing import Any

from assess.config import Settings
from assess.extensions import Database
from assess.surveys.holders.handed_back import Counts
from assess.surveys.holders.opening import (
    complete_opening,
    keep_piece,
    keys_of_holder,
    sealed_piece,
    start_opening,
)
from assess.surveys.holders.sealed_file import no_such_file, read_opened_file, sealed_file


def download_sealed(database: Database, quarter: str, account_id: bytes) -> bytes:
    """Start an opening and write all it needs into one JSON file."""
    started = start_opening(database, quarter, account_id)
    sealed: list[list[Any]] = []
    with database.reading() as session:
        for number in range(started.pieces):
            sealed += sealed_piece(session, quarter, account_id, started.opening, number)
        keys = [(key.public_key, key.wrapped_key) for key in keys_of_holder(session, account_id)]
    return json.dumps(sealed_file(quarter, started, sealed, keys), separators=(",", ":")).encode()


def hand_back(database: Database, settings: Settings, quarter: str, account_id: bytes, text: bytes) -> None:
    """Take over a file of opened answers; errors as of `complete_opening`, InputError for what is no such file."""
    content = read_opened_file(text)
    try:
        opening = bytes.fromhex(content["opening"])
        counts = Counts(int(content["readable"]), int(content["unreadable"]), int(content["copies"]), 1, 1)
    except (TypeError, ValueError) as error:
        raise no_such_file() from error
    for kind in ("ratings", "comments"):
        body = json.dumps(content[kind], ensure_ascii=False).encode()
        keep_piece(database, quarter, account_id, opening, kind=kind, number=0, body=body)
    complete_opening(database, settings, quarter, account_id, opening, counts)
