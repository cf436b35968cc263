"""Everything a database says, row by row: what an operator with the right to read sees."""

from collections import Counter

from sqlalchemy import inspect, text

from assess.extensions import Database


def dump(database: Database) -> Counter[str]:
    """Return every row of every table; on PostgreSQL with its place, the transaction that wrote and one that locked it.

    A row that was only touched, or written anew with the same content, is therefore another row.
    """
    hidden = "" if database.is_sqlite else "ctid, xmin, xmax, "
    lines: Counter[str] = Counter()
    with database.engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            rows = connection.execute(text(f"SELECT {hidden}* FROM {table}"))  # noqa: S608 - names from the database
            lines.update(f"{table}: {tuple(row)!r}" for row in rows)
    return lines
