"""From opened answers to frozen documents: what is hidden at closing stays hidden, and checksums hold."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from assess.errors import RefusalError
from assess.releases.models import ResultDocument
from assess.releases.store import read_frozen
from assess.surveys.envelopes.models import Response, SealedAnswer
from assess.surveys.models import State
from tests.releases.stored import fill_documents
from tests.surveys.shop import Shop, open_shop


def result(shop: Shop, kind: str = "result") -> dict[str, Any]:
    with shop.database.reading() as session:
        document, _checksum = read_frozen(session, cycle_id=shop.cycle().id, kind=kind)
    return document


def entries(shop: Shop, kind: str) -> dict[str, dict[str, Any]]:
    (cycle,) = result(shop)["scores"]["cycles"]
    return {entry["team"]: entry for entry in cycle[kind]}


def labels(shop: Shop) -> list[str]:
    with shop.database.reading() as session:
        return sorted(session.scalars(select(SealedAnswer.group_id)))


def test_a_group_with_too_few_envelopes_loses_its_label_at_closing(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    shop.everybody_answers("Box")
    shop.everybody_answers("Care", 3)
    shop.close()
    contract = json.loads(shop.cycle().contract or b"")
    ids = {group["name"]: group["id"] for group in contract["groups"]}
    top = contract["units"][0]["id"]
    assert labels(shop) == sorted([ids["Ads"]] * 8 + [top] * 10), "Box is hidden too: Care would follow from the rest"
    shop.open()
    shop.publish()
    teams = entries(shop, "teams")
    assert teams["Ads"]["n"] == 8
    assert teams["Care"] == {"team": "Care", "suppressed": "too_few"}
    assert teams["Box"] == {"team": "Box", "suppressed": "protects_others"}
    (cycle,) = result(shop)["scores"]["cycles"]
    assert [(other["parent"], other["n"]) for other in cycle["others"]] == [("Lantern", 10)]
    assert cycle["organisation"]["n"] == 18


@pytest.mark.usefixtures("each_database")
def test_a_unit_keeps_its_response_rate_when_some_of_its_teams_are_hidden_at_closing(tmp_path: Path) -> None:
    shop = open_shop(
        tmp_path, (("Lantern", None, 6), ("North", "Lantern", 0), *(("Team " + n, "North", 9) for n in "abc"))
    )
    shop.everybody_answers("Team a")
    shop.everybody_answers("Team b", 8)
    shop.everybody_answers("Team c", 4)
    shop.everybody_answers("Lantern")
    shop.finish()
    north, lantern = entries(shop, "units")["North"], entries(shop, "units")["Lantern"]
    assert (north["n"], north["headcount"], north["response_rate"]) == (21, 27, 0.78)
    assert (lantern["n"], lantern["headcount"]) == (27, 33)
    assert "logical_low_100" in north["dimensions"]["COM"], "an interval for 21 of 27, not for an unknown number"


TWO_LEVELS = (
    ("Lantern", None, 6),
    ("North", "Lantern", 6),
    ("Ads", "North", 6),
    ("Box", "North", 6),
    ("South", "Lantern", 30),
)


@pytest.mark.usefixtures("each_database")
def test_a_unit_hidden_at_closing_does_not_come_back_without_its_own_members(tmp_path: Path) -> None:
    shop = open_shop(tmp_path, TWO_LEVELS)
    shop.everybody_answers("Lantern", 3)
    for group in ("North", "Ads", "Box", "South"):
        shop.everybody_answers(group)
    shop.finish()
    units = entries(shop, "units")
    assert units["North"] == {"team": "North", "parent": "Lantern", "suppressed": "protects_others"}
    assert units["Lantern"]["n"] == 51
    teams = entries(shop, "teams")
    assert {name: teams[name]["n"] for name in teams} == {"Ads": 6, "Box": 6, "South": 30}
    shop.database.close()


def test_unreadable_envelopes_may_hide_more_but_never_show_more(shop: Shop) -> None:
    for group in ("Ads", "Box", "Care"):
        shop.everybody_answers(group, 5)
    shop.close()
    contract = json.loads(shop.cycle().contract or b"")
    care = next(group["id"] for group in contract["groups"] if group["name"] == "Care")
    with shop.database.writing() as session:
        one = session.scalars(select(SealedAnswer).where(SealedAnswer.group_id == care)).first()
        assert one is not None
        one.body = bytes(8335)
    shop.open()
    shop.publish()
    teams = entries(shop, "teams")
    assert "n" not in teams["Care"]
    assert sorted("n" in teams[name] for name in ("Ads", "Box")) == [False, True], "one more is hidden for its sake"


def test_the_result_says_how_it_came_about(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    shop.finish()
    document = result(shop)
    assert (document["level"], document["contract_hash"]) == ("confidential", shop.cycle().contract_hash)
    assert (document["invited"], document["unreadable"]) == (21, 0)
    assert "envelopes" not in document, "where the top is withheld, a total would say what the withheld figures do not"
    assert document["minimum"]["answers"] == 5
    assert document["groups"] == [
        {"name": name, "headcount": heads, "own_members": False, "teams": [name], "unit": "Lantern"}
        for name, heads in (("Ads", 8), ("Box", 7), ("Care", 6))
    ]
    assert document["dimensions"]["COM"]["overall"] is True
    assert document["dimensions"]["COM"]["items"][0] == "COM1"
    assert document["scores"]["cycles"][0]["cycle"] == "2026Q4"


def test_the_result_lists_the_checksums_of_the_other_documents(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    shop.finish()
    with shop.database.reading() as session:
        rows = {row.kind: row for row in session.scalars(select(ResultDocument))}
    assert sorted(rows) == ["comments", "result", "statistics"]
    assert all(hashlib.sha256(row.body).hexdigest() == row.sha256 for row in rows.values())
    document = json.loads(rows["result"].body)
    assert document["comments_sha256"] == rows["comments"].sha256
    assert document["statistics_sha256"] == rows["statistics"].sha256


def test_a_changed_document_is_refused(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    shop.finish()
    with shop.database.writing() as session:
        session.execute(update(ResultDocument).where(ResultDocument.kind == "result").values(body=b"{}"))
    with pytest.raises(RefusalError, match="of 2026Q4 does not match its checksum; restore it from a backup"):
        result(shop)


@pytest.mark.usefixtures("each_database")
def test_comments_appear_where_ten_have_written(tmp_path: Path) -> None:
    shop = open_shop(tmp_path, (("Lantern", None, 0), ("Ads", "Lantern", 11), ("Box", "Lantern", 12)))
    shop.everybody_answers("Ads")
    for place, code in enumerate(shop.codes["Box"]):
        said: dict[str, Any] = {"CMT1": f"盒子{place}", "CMT2": f"change {place}"} if place < 9 else {}
        shop.answer(code, 4, **said)
    shop.finish()
    comments = result(shop, "comments")["comments"]
    assert sorted(comments) == ["Ads"]
    assert sorted(comments["Ads"]["CMT1"]) == sorted(f"Ads keeps {place}" for place in range(11))
    shop.database.close()


def test_results_exist_from_publication_on(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    shop.close()
    with pytest.raises(RefusalError, match="envelopes of 2026Q4 are not opened yet; close the cycle and open them"):
        shop.publish()
    with pytest.raises(RefusalError, match="There is no result yet; results exist from publication on"):
        result(shop)


def test_more_answers_than_envelopes_release_nothing(shop: Shop) -> None:
    shop.everybody_answers("Ads")
    shop.close()
    shop.open()
    with shop.database.writing() as session:
        row = session.scalars(select(Response)).first()
        assert row is not None
        session.add(Response(cycle_id=row.cycle_id, group_id=row.group_id, ratings=row.ratings))
    with pytest.raises(RefusalError, match=r"more answers than envelopes.*nothing is released"):
        shop.publish()
    assert shop.cycle().state == State.OPENED


def test_publication_deletes_the_records_of_eight_quarters_ago_and_keeps_their_result(shop: Shop) -> None:
    fill_documents(shop.database, ["2024Q4", "2025Q1"])
    shop.everybody_answers("Ads")
    shop.finish()
    with shop.database.reading() as session:
        rows = session.execute(select(ResultDocument.quarter, ResultDocument.kind)).all()
    assert sorted(quarter for quarter, kind in rows if kind == "statistics") == ["2025Q1", "2026Q4"]
    assert sorted(quarter for quarter, kind in rows if kind == "result") == ["2024Q4", "2025Q1", "2026Q4"]
    assert b"records of 2025Q1" in shop.stored_bytes()
    assert b"records of 2024Q4" not in shop.stored_bytes()
