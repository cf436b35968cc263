"""The bench of the member flow takes turns, counts what failed, and notices an envelope that is not in the box."""

import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import delete, update

from assess.surveys.envelopes.models import Envelope
from assess.surveys.models import Level
from tests.databases.stores import Store

BENCH = Path(__file__).parents[2] / "bench"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import it as when it is started: beside its parts."""
    monkeypatch.setattr(sys, "path", [str(BENCH), *sys.path])
    spec = importlib.util.spec_from_file_location("bench_member_flow", BENCH / "member_flow.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)  # dataclasses look themselves up
    spec.loader.exec_module(module)
    yield module
    for name in ("member_site", "serving", "visitors"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize("level", list(Level))
def test_every_step_prints_a_line_and_nothing_fails(
    bench: ModuleType, level: Level, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "CROWD", 12)
    monkeypatch.setattr(sys, "argv", ["member_flow.py", "--level", level, "--members", "12", "--rounds", "2"])
    bench.main()
    lines: list[dict[str, Any]] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == {"level": level, "database": "sqlite"}
    assert [line.get("round") for line in lines[1:3]] == [1, 2]
    assert lines[3]["median"]["ratio"] > 0
    assert [(line["open_loop"], line["errors"]) for line in lines[4:6]] == [("site", 0), ("yardstick", 0)]
    assert (lines[6]["at_once"], lines[6]["errors"]) == (12, 0)
    assert lines[7] == {"acknowledged": 5 * 12, "lost": 0}


def test_a_missing_envelope_and_an_older_one_are_counted(
    bench: ModuleType, tmp_path_factory: pytest.TempPathFactory, each_database: Store
) -> None:
    url = each_database.migrated(tmp_path_factory.mktemp("database"))
    box = bench.box_of(tmp_path_factory.mktemp("site"), 3, Level.ANONYMOUS, url)
    with bench.gunicorn("wsgi:application", box.environment) as server:
        visits = bench.all_at_once(server.port, bench.members_of(box, 3))
    assert [visit.good for visit in visits] == [True] * 3
    assert box.lost(visits) == 0
    with box.database.writing() as session:
        first, second, _third = session.query(Envelope.key).all()
        session.execute(delete(Envelope).where(Envelope.key == first.key))
        session.execute(update(Envelope).where(Envelope.key == second.key).values(body=bytes(box.envelope_bytes)))
    assert box.lost(visits) == 2
    box.database.close()
