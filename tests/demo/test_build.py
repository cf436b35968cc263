"""The demo company takes the real path and tells what was planted."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy import table as sql_table

from assess.config import Settings, load_settings
from assess.demo.build import Demo, build_demo, demo_settings, planted_truth
from assess.demo.company import CLOSED_QUARTER, LEADERS, SHOP, TEAMS
from assess.extensions import open_database
from assess.reports.cycle_reports import reported_cycle

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("demo")
    return demo_settings(load_settings({"ASSESS_DATA_DIR": str(folder / "data")}))


@pytest.fixture(scope="module")
def demo(settings: Settings) -> Demo:
    return build_demo(settings, now=NOW, reset=False, say=lambda _sentence: None)


@pytest.fixture(scope="module")
def cycle(demo: Demo, settings: Settings) -> Iterator[Any]:
    assert demo.built
    database = open_database(settings)
    with database.reading() as session:
        yield reported_cycle(session, CLOSED_QUARTER).cycle
    database.close()


def test_every_team_is_published_with_the_answers_it_was_given(cycle: Any) -> None:
    found = {entry["team"]: (entry["n"], entry["headcount"]) for entry in cycle["teams"]}
    assert found == {team.name: (team.answering, len(team.people)) for team in TEAMS}
    assert cycle["organisation"]["n"] == sum(team.answering for team in TEAMS) + len(LEADERS)


def test_the_planted_truth_lies_inside_nearly_every_comparing_interval(cycle: Any) -> None:
    truth = planted_truth()
    hits = [
        figures["compare_low_100"] <= truth[entry["team"]][code] <= figures["compare_high_100"]
        for entry in cycle["teams"]
        for code, figures in entry["dimensions"].items()
    ]
    assert len(hits) == 20
    assert sum(hits) >= 18  # 95 % intervals: three or more misses of twenty would be a fault, not luck


def test_customer_service_is_told_that_communication_is_its_lowest(cycle: Any) -> None:
    service = next(entry for entry in cycle["teams"] if entry["team"].startswith("Customer service"))
    scores = {code: figures["score_100"] for code, figures in service["dimensions"].items()}
    assert min(scores, key=lambda code: scores[code]) == "COM"


def test_merchandise_is_the_team_whose_roles_are_low_beyond_chance(cycle: Any) -> None:
    low = [
        (entry["team"], code)
        for entry in cycle["teams"]
        for code, figures in entry["dimensions"].items()
        if figures["compare_high_100"] < 50
    ]
    assert ("Merchandise 商品", "ROL") in low
    assert {team for team, _code in low} <= {"Merchandise 商品", "Customer service 客服"}


def test_no_single_answer_and_no_key_of_the_closed_quarter_is_left(cycle: Any, settings: Settings) -> None:
    database = open_database(settings)
    with database.reading() as session:
        for table in ("envelopes", "sealed_answers", "responses", "comments"):
            assert session.scalar(select(func.count()).select_from(sql_table(table))) == 0
    database.close()
    keys = [path.name for path in settings.key_dir.rglob("*.key")]
    assert sorted(keys) == ["link.key", "opening.key"]  # those of the open quarter only


def test_a_second_run_finds_the_company_and_the_same_links(demo: Demo, settings: Settings) -> None:
    again = build_demo(settings, now=NOW, reset=False, say=lambda _sentence: pytest.fail("nothing is built again"))
    assert not again.built
    assert again.links == demo.links
    assert {group.group for group in demo.links} == {team.name for team in TEAMS} | {SHOP}


def test_the_planted_truth_is_stored_beside_the_company(demo: Demo, settings: Settings) -> None:
    stored = json.loads((settings.data_dir / "demo.json").read_text())
    assert stored["truth"] == planted_truth()
    assert demo.links


def test_a_broken_build_is_built_anew(settings: Settings, tmp_path: Path) -> None:
    other = demo_settings(load_settings({"ASSESS_DATA_DIR": str(tmp_path / "data")}))
    other.data_dir.mkdir(parents=True)
    (other.data_dir / "assess.sqlite").write_bytes(b"half a database")
    assert build_demo(other, now=NOW, reset=False, say=lambda _sentence: None).built
