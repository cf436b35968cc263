"""A PostgreSQL database of its own for one test, whatever kind the test itself runs on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.databases.stores import POSTGRESQL, open_store


@contextmanager
def postgres_database() -> Iterator[str]:
    """Create an empty database and give its address; it is dropped afterwards. Skipped where there is no PostgreSQL."""
    store = open_store(POSTGRESQL)
    yield store.empty(Path())
    store.forget()
