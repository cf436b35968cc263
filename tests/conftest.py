"""Every test that touches a database runs on SQLite and on PostgreSQL; `ASSESS_TEST_DATABASES=sqlite` chooses one."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.databases.postgresql_server import MISSING
from tests.databases.stores import POSTGRESQL, SQLITE, Store, open_store, using

# No test fails because of the time it took, nor by the draw: one state of the code gets one verdict. To look for
# examples that nobody has met yet, run `pytest -m hypothesis --hypothesis-profile=search`, as often as you like.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("assess", UNHURRIED, derandomize=True)
settings.register_profile("search", UNHURRIED)
settings.load_profile("assess")

KINDS = os.environ.get("ASSESS_TEST_DATABASES", f"{SQLITE},{POSTGRESQL}").split(",")


@pytest.fixture(autouse=True)
def settings_of_the_process() -> Iterator[None]:
    """Hold every test to leave the settings of this process as they were: the next one would run with them."""
    before = _settings_of_the_process()
    yield
    assert _settings_of_the_process() == before


def _settings_of_the_process() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("ASSESS_")}


@pytest.fixture(params=KINDS)
def each_database(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Let helpers make their databases in one kind of store after the other."""
    store = open_store(request.param)
    with using(store):
        yield store
    store.forget()


def _store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Give a store to a fixture that is built once for many tests; helpers do not see it."""
    store = open_store(request.param)
    yield store
    store.forget()


each_database_of_module = pytest.fixture(params=KINDS, scope="module", name="each_database_of_module")(_store)
each_database_of_session = pytest.fixture(params=KINDS, scope="session", name="each_database_of_session")(_store)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked `only_on` another kind; the mark says why."""
    config.hook.pytest_deselected(items=[item for item in items if _is_for_another_kind(item)])
    items[:] = [item for item in items if not _is_for_another_kind(item)]


def _is_for_another_kind(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("only_on")
    if mark is None or not isinstance(item, pytest.Function):
        return False
    kind, _why = mark.args
    chosen = [value for name, value in item.callspec.params.items() if name.startswith("each_database")]
    return any(value != kind for value in chosen)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud that half of the work was not done, and how to get it done."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if MISSING in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} tests skipped: {MISSING}", yellow=True, bold=True)
