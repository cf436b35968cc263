"""Which nodes of a survey belong to which teams, whether few or many are asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from assess.surveys import led_nodes
from assess.surveys.led_nodes import nodes_of_teams
from assess.teams.models import Team
from tests.databases.stores import Store
from tests.surveys.shop import Shop, open_shop

TEAMS = (("Lantern", None, 0), *((f"Team {place:02}", "Lantern", 6) for place in range(1, 13)), ("Small", "Lantern", 2))


@pytest.fixture
def shop(tmp_path: Path, each_database: Store) -> Iterator[Shop]:
    shop = open_shop(tmp_path, teams=TEAMS)
    yield shop
    shop.database.close()


def ids(session: Session, *names: str) -> list[int]:
    return list(session.scalars(select(Team.id).where(Team.name.in_(names))))


@pytest.mark.parametrize("looked_for", [50, 0])
def test_a_team_finds_its_own_node_and_no_other_whose_id_looks_alike(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, looked_for: int
) -> None:
    monkeypatch.setattr(led_nodes, "_LOOKED_FOR", looked_for)
    cycle = shop.cycle()
    with shop.database.reading() as session:
        every = {name: team_id for team_id, name in session.execute(select(Team.id, Team.name))}
        for place in range(2, 13):
            found = nodes_of_teams(session, cycle, [every[f"Team {place:02}"]])
            assert [node.name for node in found] == [f"Team {place:02}"]
        assert {1, 2, 12} <= set(every.values()), "one is the beginning or the end of another"
        assert [node.name for node in nodes_of_teams(session, cycle, [every["Lantern"]])] == ["Lantern"]
        merged = nodes_of_teams(session, cycle, [every["Small"]])
        assert merged == [node for node in merged if "Small" in node.name]
        assert len(merged) == 1
        two = nodes_of_teams(session, cycle, [every["Team 02"], every["Team 03"]])
        assert [node.name for node in two] == ["Team 02", "Team 03"]
        assert nodes_of_teams(session, cycle, []) == []
