"""A PostgreSQL database of its own for one test, on the server of this machine; without one the test is skipped aloud.

`ASSESS_TEST_POSTGRES` names a server where databases may be created; default: postgres on 127.0.0.1 without a password.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError

SERVER = os.environ.get("ASSESS_TEST_POSTGRES", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


@contextmanager
def postgres_database() -> Iterator[str]:
    """Create an empty database and give its address; it is dropped afterwards."""
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    name = f"assess_operations_{token_hex(6)}"
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        engine.dispose()
        pytest.skip(f"no PostgreSQL server where a database may be created: {SERVER} (set ASSESS_TEST_POSTGRES)")
    try:
        yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()
