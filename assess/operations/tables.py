"""Which tables a backup holds and which it never does; a test fails when a new table is in neither list.

Envelopes are in it: they are sealed, and without them a lost disk would cost everybody's answers. What has been
shuffled or opened is not: there must be no second copy that outlives publication (anonymity.md, Storage).
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Connection, Date, DateTime, LargeBinary, MetaData, Table, event

KEPT = (
    "teams",
    "team_changes",
    "people",
    "accounts",
    "authenticator_apps",
    "passkeys",
    "provider_identities",
    "holder_keys",
    "cycles",
    "cycle_groups",
    "invitations",
    "envelopes",
    "result_documents",
    "withdrawals",
    "own_instruments",
    "looks",
    "chosen_settings",
    "actions",
    "action_steps",
    "advice_facts",
    "jobs",
    "audit_entries",
    "mail_rounds",
)
ANSWERS = ("sealed_answers", "responses", "comments", "openings", "opening_pieces")
"""Left out: answers after the shuffle, and the staging of an opening."""
USED_ONCE = (
    "sign_ins",
    "half_sign_ins",
    "account_links",
    "recovery_codes",
    "spent_challenges",
    "waiting_imports",
    "last_imports",
    "roster_confirmations",
    "outbox",
)
"""Left out: what must not come to life again after it has been used up or has ended, copies of rosters among it."""


def reflected(connection: Connection) -> MetaData:
    """Read the tables as they are in this database, whatever version of Assess made them."""
    metadata = MetaData()
    event.listen(metadata, "column_reflect", _null_is_null)
    metadata.reflect(connection)
    return metadata


def _null_is_null(_inspector: object, _table: object, column: dict[str, Any]) -> None:
    """Keep an empty JSON column empty: by default `None` would be stored as the JSON word null."""
    if isinstance(column["type"], JSON):
        column["type"].none_as_null = True


@dataclass(frozen=True)
class Kind:
    """How values of one kind of column are written as JSON and read back."""

    name: str
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _same(value: Any) -> Any:  # noqa: ANN401 - whatever the column holds
    return value


_PLAIN = Kind("plain", _same, _same)
_KINDS: Mapping[type, Kind] = {
    LargeBinary: Kind("bytes", lambda value: b64encode(value).decode("ascii"), b64decode),
    DateTime: Kind("time", lambda value: value.isoformat(), datetime.fromisoformat),
    Date: Kind("date", lambda value: value.isoformat(), date.fromisoformat),
}


def kind_of(column: Column[Any]) -> Kind:
    """Say how the values of a column are written: bytes as base 64, instants and days as ISO text."""
    return next((kind for base, kind in _KINDS.items() if isinstance(column.type, base)), _PLAIN)


def write_row(row: tuple[Any, ...], kinds: tuple[Kind, ...]) -> list[Any]:
    """Turn one row into what JSON can hold."""
    return [None if value is None else kind.write(value) for value, kind in zip(row, kinds, strict=True)]


def read_row(table: Table, columns: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """Turn one line of a backup back into the values of a row."""
    return {
        name: None if value is None else kind_of(table.columns[name]).read(value)
        for name, value in zip(columns, values, strict=True)
    }
